"""One served model: its namespace, what shuts it, and the versions in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs
from pulumi_kubernetes.networking import v1 as networking

from lepton_infra.config.models import ModelConfig, VersionConfig
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.platform.network_policies import default_deny, model_traffic
from lepton_infra.platform.pod_security import pod_security
from lepton_infra.platform.serving.model_cache import ModelCache, ModelCacheArgs, cache_of
from lepton_infra.platform.serving.model_version import ModelVersion, ModelVersionArgs, selector_of, service_spec
from lepton_infra.platform.serving.pod import GRPC_PORT, REST_PORT
from lepton_infra.platform.serving.runtime import ModelServerArgs, namespace_of, selector_of_model, service_account_of


@dataclass(frozen=True, kw_only=True)
class ModelServerOutputs:
    """``endpoint`` is the model's own resource in the REST API; ``:predict`` is appended to it to ask for a result.

    ``namespace`` is where the model is served, known once that is there. ``answering`` are the deployments of the
    versions that have weight: a version of weight 0 that does not come up keeps no route from changing.
    """

    endpoint: str
    namespace: pulumi.Output[str]
    answering: Sequence[pulumi.Resource]


class ModelServer(Component[ModelServerOutputs]):
    """A model's namespace with all its versions side by side.

    Reached only from namespaces with ``security.GATEWAY_LABEL``. It does not route by weight, authenticate or limit
    requests: a gateway does. The Service named after the model is for callers in the cluster and leads to one version,
    the one with the most weight; it follows a change of weights once that version's pods are ready.
    """

    def __init__(
        self, name: str, args: ModelServerArgs, context: Context, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("lepton:kubernetes:ModelServer", name, context, opts)
        self._args = args
        model, runtime, own = args.model, args.runtime, namespace_of(args.model)
        cluster = runtime.cluster.resource
        labels = {**context.labels, **selector_of_model(model)}
        namespace = core.Namespace(
            f"{name}-namespace",
            metadata=ObjectMetaArgs(name=own, labels={**labels, **pod_security("restricted", runtime.cluster.version)}),
            opts=self.child(deleted_with=cluster),
        )

        def named(object_name: str, **annotations: pulumi.Input[str]) -> ObjectMetaArgs:
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
            spec=model_traffic(
                selector_of_model(model),
                [REST_PORT, GRPC_PORT],
                [*runtime.storage.endpoints, *args.identity.endpoints],
                metrics=REST_PORT,
                cache=cache_of(model) if model.cache_gib else None,
            ),
            opts=self.child(deleted_with=cluster),
        )
        account = core.ServiceAccount(
            f"{name}-account",
            metadata=named(service_account_of(model), **args.identity.annotations),
            automount_service_account_token=False,
            opts=self.child(deleted_with=cluster),
        )
        cache = self._cache(name, namespace.metadata.name, account.metadata.name, deny) if model.cache_gib else None
        versions = {
            version.version: ModelVersion(
                f"{name}-v{version.version}",
                ModelVersionArgs(
                    server=args,
                    version=version,
                    namespace=namespace.metadata.name,
                    service_account=account.metadata.name,
                    closed=deny,
                    cache=cache.outputs.url if cache else None,
                ),
                context,
                self.child(),
            ).outputs
            for version in model.versions
        }
        main = main_version(model)
        moves: dict[str, pulumi.Input[str]] = {
            # The deployment is awaited for longer; waiting here too would give up first, after ten minutes.
            "pulumi.com/skipAwait": "true",
            # The address moves to a version only when its pods serve: this is known then.
            "lepton.dev/serves": versions[main.version].ready,
        }
        core.Service(
            f"{name}-service",
            metadata=named(model.name, **moves),
            spec=service_spec(selector_of(model, main)),
            opts=self.child(deleted_with=cluster),
        )
        address = f"{model.name}.{own}.svc.cluster.local:{REST_PORT}"
        self.publish(
            ModelServerOutputs(
                endpoint=f"http://{address}/v1/models/{model.name}",
                namespace=namespace.metadata.name,
                answering=[versions[each.version].deployment for each in model.versions if each.weight],
            )
        )

    def _cache(
        self, name: str, namespace: pulumi.Output[str], account: pulumi.Output[str], closed: pulumi.Resource
    ) -> ModelCache:
        return ModelCache(
            f"{name}-cache",
            ModelCacheArgs(server=self._args, namespace=namespace, service_account=account, closed=closed),
            self.context,
            self.child(),
        )


def main_version(model: ModelConfig) -> VersionConfig:
    """The version with the most weight; of several with as much, the first in the file."""
    return max(model.versions, key=lambda version: version.weight)
