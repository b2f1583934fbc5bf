"""The existing cluster of a private site."""

from __future__ import annotations

import pulumi

from lepton_infra.clouds.private.settings import Kubeconfig, LoadBalancer, Settings
from lepton_infra.layers.cluster import ClusterArgs, ClusterOutputs, InternalLoadBalancer
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.network import NetworkOutputs


class Cluster(Component[ClusterOutputs]):
    """The existing cluster: how it is reached, and that it outlives the region. Creates no resource.

    It installs no chart either: what serving needs of the cluster is among the facts, and a site that lacks it is
    refused when its file is read.
    """

    def __init__(
        self,
        name: str,
        args: ClusterArgs[NetworkOutputs],
        context: Context,
        settings: Settings,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("lepton:private:Cluster", name, context, opts)
        reference = settings.kubernetes.kubeconfig
        self.publish(
            ClusterOutputs(
                name=settings.site.name,
                endpoint=pulumi.Output.from_input(settings.kubernetes.endpoint),
                kubeconfig=kubeconfig_of(reference),
                context=reference.context,
                version=args.version,
                resource=None,
                charts=[],
                storage_class=settings.kubernetes.storage_class,
                load_balancer=load_balancer_of(settings.kubernetes.load_balancer),
            )
        )


def load_balancer_of(facts: LoadBalancer | None) -> InternalLoadBalancer | None:
    """Annotations and class of the site's internal load balancer; None if the file names none."""
    return InternalLoadBalancer(annotations=facts.annotations, class_name=facts.class_name) if facts else None


def kubeconfig_of(reference: Kubeconfig) -> pulumi.Output[str]:
    """Kubeconfig for the provider: the path of the operator's own, or the secret of the stack that holds one.

    A path is read by the provider itself and stays a path in the state.
    """
    if reference.secret is None:
        return pulumi.Output.from_input(reference.path or "")
    namespace, _, key = reference.secret.partition(":")
    return pulumi.Config(namespace).require_secret(key)
