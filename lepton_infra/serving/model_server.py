"""One served model: its namespace and everything in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.apps import v1 as apps
from pulumi_kubernetes.autoscaling.v2 import HorizontalPodAutoscaler
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, ObjectMetaArgs
from pulumi_kubernetes.networking import v1 as networking
from pulumi_kubernetes.policy import v1 as policy

from lepton_infra.cluster import ClusterOutputs
from lepton_infra.component import Component
from lepton_infra.identity import IdentityOutputs
from lepton_infra.model_config import ModelConfig
from lepton_infra.node_pool import NodePoolOutputs
from lepton_infra.serving import config_files
from lepton_infra.serving.pod import FETCH_SECONDS, GRPC_PORT, REST_PORT, STARTUP_SECONDS, ServerPod, pod_spec
from lepton_infra.serving.scaling import rollout, scaling
from lepton_infra.serving.security import default_deny, model_traffic, pod_security
from lepton_infra.storage import StorageOutputs

_NODE_SECONDS = 900
"""What a GPU node may take to come up and pull a server image of several GB."""
_ROLLOUT_SECONDS = _NODE_SECONDS + FETCH_SECONDS + STARTUP_SECONDS


@dataclass(frozen=True, kw_only=True)
class ModelServerArgs:
    """One model, and where and as whom it runs. ``labels`` go on every object."""

    model: ModelConfig
    namespace: str
    service_account: str
    storage: StorageOutputs
    cluster: ClusterOutputs
    pool: NodePoolOutputs
    identity: IdentityOutputs
    server_image: pulumi.Input[str]
    fetch_image: pulumi.Input[str]
    priority_class: pulumi.Input[str]
    labels: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class ModelServerOutputs:
    """``endpoint`` is the model's own resource in the REST API; ``:predict`` is appended to it to ask for a result."""

    endpoint: str


class ModelServer(Component[ModelServerOutputs]):
    """TensorFlow Serving for one model, in a namespace of its own.

    Reached only from namespaces with ``security.GATEWAY_LABEL``. It does not route, authenticate or limit requests, and
    it scales on processor load; it never scales to zero.
    """

    def __init__(self, name: str, args: ModelServerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("lepton:kubernetes:ModelServer", name, opts)
        model, cluster = args.model, args.cluster.resource
        selector = {"app.kubernetes.io/name": "tensorflow-serving", "app.kubernetes.io/instance": model.name}
        labels = {**args.labels, **selector}

        namespace = core.Namespace(
            f"{name}-namespace",
            metadata=ObjectMetaArgs(
                name=args.namespace, labels={**labels, **pod_security("restricted", args.cluster.version)}
            ),
            opts=self.child(deleted_with=cluster),
        )

        def named(object_name: pulumi.Input[str], **annotations: pulumi.Input[str]) -> ObjectMetaArgs:
            return ObjectMetaArgs(
                name=object_name, namespace=namespace.metadata.name, labels=labels, annotations=annotations
            )

        deny = networking.NetworkPolicy(
            f"{name}-default-deny",
            metadata=named("default-deny"),
            spec=default_deny(),
            opts=self.child(deleted_with=cluster),
        )
        networking.NetworkPolicy(
            f"{name}-traffic",
            metadata=named("model-traffic"),
            spec=model_traffic(selector, [REST_PORT, GRPC_PORT], args.identity.endpoints, metrics=REST_PORT),
            opts=self.child(deleted_with=cluster),
        )
        account = core.ServiceAccount(
            f"{name}-account",
            metadata=named(args.service_account, **args.identity.annotations),
            automount_service_account_token=False,
            opts=self.child(deleted_with=cluster),
        )
        content = config_files.files(cpus=model.cpus)
        config = core.ConfigMap(
            f"{name}-settings",
            metadata=named(config_files.name_of(content)),
            data=content,
            immutable=True,
            opts=self.child(deleted_with=cluster),
        )
        apps.Deployment(
            f"{name}-deployment",
            metadata=named(
                model.name,
                # The pods wait for their nodes and for the right to read the model: these are the ids of both.
                **{"lepton.dev/pool": args.pool.ready, "lepton.dev/identity": args.identity.ready},
            ),
            spec=apps.DeploymentSpecArgs(
                # No replicas: the autoscaler below owns the count.
                selector=LabelSelectorArgs(match_labels=selector),
                progress_deadline_seconds=_ROLLOUT_SECONDS,
                strategy=apps.DeploymentStrategyArgs(type="RollingUpdate", rolling_update=rollout(model, args.pool)),
                template=core.PodTemplateSpecArgs(
                    metadata=ObjectMetaArgs(
                        labels={**labels, **args.identity.labels},
                        annotations={
                            # The pod's disk holds only a copy of the model, so it must not keep an idle GPU node alive.
                            "cluster-autoscaler.kubernetes.io/safe-to-evict": "true",
                        },
                    ),
                    spec=pod_spec(
                        ServerPod(
                            model=model,
                            version=model.versions[0],
                            server_image=args.server_image,
                            fetch_image=args.fetch_image,
                            bucket_path=args.storage.models.path,
                            rclone=args.storage.rclone,
                            settings_name=config.metadata.name,
                            service_account=account.metadata.name,
                            priority_class=args.priority_class,
                            identity=args.identity,
                            node_labels=args.pool.labels,
                            node_taints=args.pool.taints,
                            storage_class=args.cluster.storage_class,
                            selector=selector,
                        )
                    ),
                ),
            ),
            # The network is closed before the first pod starts.
            opts=self.child(
                deleted_with=cluster,
                depends_on=[deny],
                ignore_changes=["spec.replicas"],
                custom_timeouts=pulumi.CustomTimeouts(
                    create=f"{_ROLLOUT_SECONDS // 60}m", update=f"{_ROLLOUT_SECONDS // 60}m"
                ),
            ),
        )
        core.Service(
            f"{name}-service",
            # The deployment is awaited for longer; waiting here too would give up first, after ten minutes.
            metadata=named(model.name, **{"pulumi.com/skipAwait": "true"}),
            spec=core.ServiceSpecArgs(
                type="ClusterIP",
                selector=selector,
                ports=[
                    core.ServicePortArgs(name="rest", port=REST_PORT, target_port="rest"),
                    core.ServicePortArgs(name="grpc", port=GRPC_PORT, target_port="grpc", app_protocol="grpc"),
                ],
            ),
            opts=self.child(deleted_with=cluster),
        )
        policy.PodDisruptionBudget(
            f"{name}-disruption-budget",
            metadata=named(model.name),
            spec=policy.PodDisruptionBudgetSpecArgs(
                # Not "at least one": with a single replica that would hold up every drain of its node for ever.
                max_unavailable=1,
                unhealthy_pod_eviction_policy="AlwaysAllow",
                selector=LabelSelectorArgs(match_labels=selector),
            ),
            opts=self.child(deleted_with=cluster),
        )
        HorizontalPodAutoscaler(
            f"{name}-autoscaler",
            metadata=named(model.name),
            # By plain name: it need not wait until the first pods serve.
            spec=scaling(model),
            opts=self.child(deleted_with=cluster),
        )
        address = f"{model.name}.{args.namespace}.svc.cluster.local:{REST_PORT}"
        self.publish(ModelServerOutputs(endpoint=f"http://{address}/v1/models/{model.name}"))
