"""The inference gateway: Envoy behind an internal load balancer, configured by Gateway API objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.helm.v3 import Release
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs
from pulumi_kubernetes.networking import v1 as networking

from lepton_infra.config.gateway import GatewayConfig
from lepton_infra.config.models import ModelConfig
from lepton_infra.layers.cluster import ChartRelease, ClusterOutputs
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.oversight import EventCollector
from lepton_infra.platform.gateway import address, charts, names, network_policies, objects
from lepton_infra.platform.gateway.hosts import host
from lepton_infra.platform.gateway.objects import Custom
from lepton_infra.platform.helm import release
from lepton_infra.platform.network_policies import GATEWAY_LABEL, default_deny
from lepton_infra.platform.pod_security import pod_security
from lepton_infra.platform.scaling import http_interceptor

CHARTS = (charts.cert_manager(), charts.envoy_gateway())
"""The charts that it installs, in this order."""

IMAGES = (charts.PROXY_IMAGE,)
"""Lock keys of the images that it runs beside those of its charts."""


@dataclass(frozen=True, kw_only=True)
class GatewayArgs:
    """One gateway for all ``models``, at least one.

    ``namespaces`` are where each is served, by the model's name; ``ready`` the same names, once they are there.
    ``answering`` are what requests of each may go to by weight: no route leads there before it stands.
    ``clients`` are the CIDRs that may call: the region's own network and those of ``config``. ``events`` is None where
    the cloud collects what the proxies write.
    """

    config: GatewayConfig
    models: Sequence[ModelConfig]
    namespaces: Mapping[str, str]
    ready: Mapping[str, pulumi.Input[str]]
    answering: Mapping[str, Sequence[pulumi.Resource]]
    clients: Sequence[str]
    events: EventCollector | None
    cluster: ClusterOutputs
    images: Mapping[str, pulumi.Output[str]]
    priority_class: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class GatewayOutputs:
    """``endpoints`` are the models' own resources in the REST API, by the models' names."""

    endpoints: Mapping[str, str]


class Gateway(Component[GatewayOutputs]):
    """The one way in: TLS ends here, and only calls of the models are let through, each to a version by its weight.

    It authenticates nobody: who may call is a matter of networks. It makes no name in any DNS; ``*.<domain>`` and
    ``*.grpc.<domain>`` must lead to the load balancer's address.
    """

    def __init__(
        self, name: str, args: GatewayArgs, context: Context, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("lepton:kubernetes:Gateway", name, context, opts)
        self._name, self._args = name, args
        config, served = args.config, sorted(args.namespaces.values())

        issuing = self._namespace("certificates", names.CERTIFICATES_NAMESPACE, {})
        own = self._namespace("gateway", names.NAMESPACE, GATEWAY_LABEL)
        cert_manager = self._chart(
            charts.cert_manager(),
            [self._opening("cert-manager", issuing, network_policies.cert_manager())],
        )
        envoy_gateway = self._chart(
            charts.envoy_gateway(),
            [
                self._opening("controller", own, network_policies.controller()),
                self._opening("certgen", own, network_policies.certificate_generator()),
                self._opening(
                    "proxies",
                    own,
                    network_policies.proxies(
                        args.clients,
                        served,
                        args.events,
                        held=any(model.scaling.buffer_requests for model in args.models),
                    ),
                ),
            ],
        )
        issued = self._certificates(own, cert_manager)
        collecting = [self._collector(args.events, own)] if args.events else []
        gateway = self._gateway(own, served, [envoy_gateway, *issued, *collecting])
        self._grant(envoy_gateway)
        for model in args.models:
            self._routes(model, gateway)
        self._address(own, gateway)
        self.publish(
            GatewayOutputs(
                endpoints={
                    model.name: f"https://{host(model.name, config.domain)}/v1/models/{model.name}"
                    for model in args.models
                }
            )
        )

    def _in_cluster(self, depends_on: Sequence[pulumi.Resource] = ()) -> pulumi.ResourceOptions:
        return self.child(deleted_with=self._args.cluster.resource, depends_on=list(depends_on))

    def _metadata(
        self, name: str, namespace: pulumi.Input[str] | None, **annotations: pulumi.Input[str]
    ) -> ObjectMetaArgs:
        return ObjectMetaArgs(
            name=name, namespace=namespace, labels=self.context.labels, annotations=annotations or None
        )

    def _namespace(self, purpose: str, name: str, labels: Mapping[str, str]) -> pulumi.Output[str]:
        """A namespace that is closed both ways; its name, known once it is closed."""
        made = core.Namespace(
            f"{self._name}-{purpose}-namespace",
            metadata=ObjectMetaArgs(
                name=name,
                labels={**self.context.labels, **labels, **pod_security("restricted", self._args.cluster.version)},
            ),
            opts=self._in_cluster(),
        )
        deny = networking.NetworkPolicy(
            f"{self._name}-{purpose}-default-deny",
            metadata=self._metadata("default-deny", made.metadata.name),
            spec=default_deny(),
            opts=self._in_cluster(),
        )
        return pulumi.Output.from_input(deny.metadata.namespace)

    def _opening(
        self,
        purpose: str,
        namespace: pulumi.Output[str],
        spec: networking.NetworkPolicySpecArgs,
        **annotations: pulumi.Input[str],
    ) -> pulumi.Resource:
        return networking.NetworkPolicy(
            f"{self._name}-{purpose}-traffic",
            metadata=self._metadata(purpose, namespace, **annotations),
            spec=spec,
            opts=self._in_cluster(),
        )

    def _chart(self, chart: ChartRelease, needs: Sequence[pulumi.Resource]) -> Release:
        return release(
            f"{self._name}-{chart.name}", chart, self.context.pins, self._args.images, self._in_cluster(needs)
        )

    def _custom(self, each: Custom, namespace: pulumi.Input[str], needs: Sequence[pulumi.Resource]) -> CustomResource:
        """An object of a kind that a chart defines, so it ``needs`` that chart's release."""
        return CustomResource(
            f"{self._name}-{each.purpose}",
            api_version=each.api,
            kind=each.kind,
            metadata=self._metadata(each.name, None if each.shared else namespace),
            spec=each.spec,
            opts=self._in_cluster(needs),
        )

    def _certificates(self, namespace: pulumi.Output[str], cert_manager: Release) -> list[CustomResource]:
        """What the listeners' certificates are made of, one after the other, and the certificates themselves."""
        *chain, rest, grpc = objects.issuing(self._args.config)
        made: pulumi.Resource = cert_manager
        for each in chain:
            made = self._custom(each, namespace, [made])
        return [self._custom(each, namespace, [made]) for each in (rest, grpc)]

    def _gateway(
        self, namespace: pulumi.Output[str], served: Sequence[str], needs: Sequence[pulumi.Resource]
    ) -> CustomResource:
        *parts, whole = objects.entering(
            self._args.config,
            served,
            image=self._args.images[charts.PROXY_IMAGE],
            priority_class=self._args.priority_class,
            events=self._args.events,
        )
        made = [self._custom(each, namespace, needs) for each in parts]
        return self._custom(whole, namespace, made)

    def _collector(self, events: EventCollector, namespace: pulumi.Output[str]) -> Release:
        opening = self._opening(
            "events", namespace, network_policies.collector(events), **{"lepton.dev/identity": events.ready}
        )
        return self._chart(events.chart, [opening])

    def _routes(self, model: ModelConfig, gateway: CustomResource) -> None:
        for each in objects.asking(model, self._args.config):
            self._custom(each, self._args.ready[model.name], [gateway, *self._args.answering[model.name]])

    def _grant(self, envoy_gateway: Release) -> None:
        """Lets routes of held models lead to the proxy that holds their requests, which is in another namespace."""
        held = [self._args.namespaces[model.name] for model in self._args.models if model.scaling.buffer_requests]
        if held:
            grant = Custom(
                purpose="holder-grant",
                api=names.GRANT_API,
                kind="ReferenceGrant",
                name=names.GATEWAY,
                spec=http_interceptor.grant(held),
            )
            self._custom(grant, http_interceptor.NAMESPACE, [envoy_gateway])

    def _address(self, namespace: pulumi.Output[str], gateway: CustomResource) -> None:
        """The load balancer. It is outside the cluster, so it does not die with it: ``destroy`` must delete the Service
        while the cluster's controllers are still there to take the load balancer away, or it and its addresses would
        stay and hold the network."""
        balancer = self._args.cluster.load_balancer
        if balancer is None:
            raise pulumi.RunError(
                f"the cluster {self._args.cluster.name} offers no load balancer, which the gateway needs; "
                "take the section gateway out of the stack file, or say what the cluster has"
            )
        core.Service(
            f"{self._name}-address",
            metadata=ObjectMetaArgs(
                name="lepton-address",
                namespace=namespace,
                labels=self.context.labels,
                annotations=dict(balancer.annotations),
            ),
            spec=address.service(balancer, self._args.clients),
            opts=self.child(depends_on=[gateway]),
        )
