"""One version of a served model: its pods, its address, and what keeps enough of them up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.apps import v1 as apps
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, ObjectMetaArgs
from pulumi_kubernetes.policy import v1 as policy

from lepton_infra.config.models import ModelConfig, VersionConfig
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.gpus import REGIONS_OWNER, TENANT_LABEL
from lepton_infra.platform.scaling import autoscaler, needs_keda
from lepton_infra.platform.serving import config_files, sizing
from lepton_infra.platform.serving.pod import GRPC_PORT, REST_PORT, ServerPod, pod_spec
from lepton_infra.platform.serving.rollout import strategy
from lepton_infra.platform.serving.runtime import ModelServerArgs, selector_of_model


def selector_of(model: ModelConfig, version: VersionConfig) -> dict[str, str]:
    """Labels of the servers of one version."""
    return {**selector_of_model(model), "app.kubernetes.io/version": str(version.version)}


def name_of(model: ModelConfig, version: VersionConfig) -> str:
    """Name of a version's Deployment, Service, budget and autoscaler in the model's namespace."""
    return f"{model.name}-v{version.version}"


@dataclass(frozen=True, kw_only=True)
class ModelVersionArgs:
    """One version of the model of ``server``.

    ``namespace`` and ``service_account`` are known once they are there. ``closed`` is the policy that shuts the
    namespace: no pod starts before it. ``cache`` is the URL of the model's cache, None where it has none.
    """

    server: ModelServerArgs
    version: VersionConfig
    namespace: pulumi.Input[str]
    service_account: pulumi.Input[str]
    closed: pulumi.Resource
    cache: str | None


@dataclass(frozen=True, kw_only=True)
class ModelVersionOutputs:
    """Outputs of a version: ``deployment``, created once its pods serve, and ``ready``, its id, known from then on."""

    deployment: pulumi.Resource
    ready: pulumi.Output[str]


class ModelVersion(Component[ModelVersionOutputs]):
    """TensorFlow Serving for one version of a model, beside the others in the model's namespace.

    How much of the traffic it gets is no concern of its own: a version of weight 0 keeps its pods, so that going back
    to it waits for none.
    """

    def __init__(
        self, name: str, args: ModelVersionArgs, context: Context, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("lepton:kubernetes:ModelVersion", name, context, opts)
        server, version = args.server, args.version
        model, runtime = server.model, server.runtime
        cluster = runtime.cluster.resource
        selector, own = selector_of(model, version), name_of(model, version)
        seconds = sizing.rollout_seconds(model, version)
        labels = {**context.labels, **selector}

        def named(object_name: pulumi.Input[str], **annotations: pulumi.Input[str]) -> ObjectMetaArgs:
            return ObjectMetaArgs(name=object_name, namespace=args.namespace, labels=labels, annotations=annotations)

        content = config_files.files(cpus=model.cpus)
        config = core.ConfigMap(
            f"{name}-settings",
            metadata=named(config_files.name_of(own, content)),
            data=content,
            immutable=True,
            opts=self.child(deleted_with=cluster),
        )
        pod = pod_spec(
            ServerPod(
                server=server,
                version=version,
                service_account=args.service_account,
                settings_name=config.metadata.name,
                selector=selector,
                cache=args.cache,
            )
        )
        deployment = apps.Deployment(
            f"{name}-deployment",
            metadata=named(
                own,
                # The pods wait for their nodes and for the right to read the model: these are the ids of both.
                **{"lepton.dev/pool": server.pool.ready, "lepton.dev/identity": server.identity.ready},
            ),
            spec=apps.DeploymentSpecArgs(
                # What it starts with, so that it counts as ready only with all that it must have. The count is the
                # autoscaler's from then on.
                replicas=max(1, model.replicas_of(version).min),
                selector=LabelSelectorArgs(match_labels=selector),
                min_ready_seconds=sizing.STEADY_SECONDS,
                progress_deadline_seconds=sizing.progress_seconds(model, version),
                strategy=strategy(surge=server.surge),
                template=core.PodTemplateSpecArgs(
                    metadata=ObjectMetaArgs(
                        labels={**labels, **server.identity.labels, **_tenant(server)},
                        annotations={
                            # The pod's disk holds only a copy of the model, so it must not keep an idle GPU node alive.
                            "cluster-autoscaler.kubernetes.io/safe-to-evict": "true",
                        },
                    ),
                    spec=pod,
                ),
            ),
            # The network is closed before the first pod starts.
            opts=self.child(
                deleted_with=cluster,
                depends_on=[args.closed],
                ignore_changes=["spec.replicas"],
                # A pod that does not become ready ends the waiting sooner, by the deadline above.
                custom_timeouts=pulumi.CustomTimeouts(create=f"{seconds}s", update=f"{seconds}s"),
            ),
        )
        core.Service(
            f"{name}-service",
            # The deployment is awaited for longer; waiting here too would give up first, after ten minutes.
            metadata=named(own, **{"pulumi.com/skipAwait": "true"}),
            spec=service_spec(selector),
            opts=self.child(deleted_with=cluster),
        )
        policy.PodDisruptionBudget(
            f"{name}-disruption-budget",
            metadata=named(own),
            spec=policy.PodDisruptionBudgetSpecArgs(
                # Why in this form: docs/decisions/0010-who-may-disrupt-a-model.md
                max_unavailable=1,
                unhealthy_pod_eviction_policy="IfHealthyBudget",
                selector=LabelSelectorArgs(match_labels=selector),
            ),
            opts=self.child(deleted_with=cluster),
        )
        autoscaler(
            f"{name}-autoscaler",
            model=model,
            version=version,
            deployment=own,
            domain=runtime.domain,
            # An object of KEDA's kind waits for KEDA: this is the id of its release.
            metadata=named(own, **_waits_for_scaler(server)),
            opts=self.child(deleted_with=cluster),
        )
        self.publish(ModelVersionOutputs(deployment=deployment, ready=deployment.id))


def _waits_for_scaler(server: ModelServerArgs) -> dict[str, pulumi.Input[str]]:
    scaler = server.runtime.scaler if needs_keda(server.model) else None
    return {} if scaler is None else {"lepton.dev/scaler": scaler}


def _tenant(server: ModelServerArgs) -> dict[str, str]:
    """Who takes turns on a GPU says on whose behalf, so that an audit sees that all are of one tenant."""
    sharing = server.pool.sharing
    if sharing is None or sharing.time_slices is None:
        return {}
    return {TENANT_LABEL: server.model.tenant or REGIONS_OWNER}


def service_spec(selector: Mapping[str, str]) -> core.ServiceSpecArgs:
    """An address inside the cluster for the servers that ``selector`` names."""
    return core.ServiceSpecArgs(
        type="ClusterIP",
        selector=selector,
        ports=[
            core.ServicePortArgs(name="rest", port=REST_PORT, target_port="rest"),
            core.ServicePortArgs(name="grpc", port=GRPC_PORT, target_port="grpc", app_protocol="kubernetes.io/h2c"),
        ],
    )
