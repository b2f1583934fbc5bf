"""Facts about the pod templates of Deployments, Jobs and the other kinds that make pods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lepton_infra.compliance.facts import Pods
from lepton_infra.compliance.facts.kubernetes import models
from lepton_infra.compliance.facts.kubernetes.containers import container, devices
from lepton_infra.compliance.facts.kubernetes.objects import kind, labels, name, namespace, of
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen
from lepton_infra.compliance.graph.paths import items, member
from lepton_infra.compliance.graph.three_valued import concluded_from
from lepton_infra.compliance.graph.unknown import has_unknown
from lepton_infra.layers.gpus import TENANT_LABEL

_TEMPLATE = "spec.template.spec"
SPECS = {
    "Deployment": _TEMPLATE,
    "DaemonSet": _TEMPLATE,
    "StatefulSet": _TEMPLATE,
    "ReplicaSet": _TEMPLATE,
    "ReplicationController": _TEMPLATE,
    "Job": _TEMPLATE,
    "CronJob": "spec.jobTemplate.spec.template.spec",
    "Pod": "spec",
}
"""Path of the pod spec, by kind."""

_RUN_TO_THEIR_END = ("Job", "CronJob")
_ON_EVERY_NODE = ("DaemonSet",)
_ZONE = "topology.kubernetes.io/zone"


def read(graph: Graph) -> tuple[Pods, ...]:
    """Facts of every workload's pod template."""
    return tuple(_pods(graph, resource) for resource in of(graph, *SPECS))


def _pods(graph: Graph, resource: Resource) -> Pods:
    spec = SPECS[kind(resource)]
    place = namespace(graph, resource)
    probed = kind(resource) not in _RUN_TO_THEIR_END
    paths = [(f"{spec}.{key}", key == "initContainers") for key in ("initContainers", "containers")]
    containers = tuple(
        container(resource, spec, f"{path}[{index}]", init=init, probed=probed and not init)
        for path, init in paths
        for index in range(len(items(resource.get(path))))
    )
    return Pods(
        resource=resource,
        namespace=place,
        containers=containers,
        host_access=_host_access(resource, spec),
        token_mounted=_token(graph, resource, spec, place),
        default_account=concluded_from(
            resource, f"{spec}.serviceAccountName", lambda account: account == "default", _account(resource, spec)
        ),
        tolerations=concluded_from(
            resource,
            f"{spec}.tolerations",
            lambda *keys: tuple(str(key or "*") for key in keys),
            *(member(each, "key") for each in items(resource.get(f"{spec}.tolerations"))),
        ),
        nodes=_nodes(resource, spec),
        tenant=_tenant(resource, spec, place),
        accelerated=any(devices(member(each, "resources")) for each in _all(resource, spec)),
        spread=_spread(resource, spec),
        verified_model=models.verified(resource, spec),
        logs_content=models.logs_content(resource, spec),
    )


def _all(resource: Resource, spec: str) -> Iterator[Any]:
    for key in ("initContainers", "containers", "ephemeralContainers"):
        yield from items(resource.get(f"{spec}.{key}"))


def _host_access(resource: Resource, spec: str) -> Seen[bool]:
    shared = [resource.get(f"{spec}.{key}") for key in ("hostNetwork", "hostPID", "hostIPC")]
    files = [member(volume, "hostPath") for volume in items(resource.get(f"{spec}.volumes"))]
    ports = [member(port, "hostPort") for each in _all(resource, spec) for port in items(member(each, "ports"))]
    return concluded_from(resource, spec, lambda *found: any(found), *shared, *files, *ports)


def _account(resource: Resource, spec: str) -> Any:
    return resource.get(f"{spec}.serviceAccountName", resource.get(f"{spec}.serviceAccount", "default"))


def _nodes(resource: Resource, spec: str) -> tuple[tuple[str, str], ...] | None:
    chosen = labels(resource, f"{spec}.nodeSelector")
    if not isinstance(chosen, Mapping) or has_unknown(chosen):
        return None
    return tuple(sorted((str(key), str(value)) for key, value in chosen.items()))


def _tenant(resource: Resource, spec: str, place: str) -> str | None:
    found = labels(resource, f"{spec.removesuffix('spec')}metadata.labels")
    tenant = found.get(TENANT_LABEL, place) if isinstance(found, Mapping) else UNKNOWN
    return None if tenant is UNKNOWN else str(tenant)


def _token(graph: Graph, resource: Resource, spec: str, place: str) -> Seen[bool]:
    """Mounting of the API token, by the pod, or else by its ServiceAccount, or else by default: it is mounted."""
    path = f"{spec}.automountServiceAccountToken"
    mounted = resource.get(path)
    if mounted is None:
        account = _account(resource, spec)
        for each in of(graph, "ServiceAccount"):
            if name(each) == account and namespace(graph, each) == place:
                mounted = each.get("automountServiceAccountToken")
    return concluded_from(resource, path, lambda value: value is not False, mounted)


def _spread(resource: Resource, spec: str) -> Seen[bool]:
    path = f"{spec}.topologySpreadConstraints"
    keys = [member(each, "topologyKey") for each in items(resource.get(path))]
    apart = resource.get(f"{spec}.affinity.podAntiAffinity", {})
    for strength, inner in (("required", None), ("preferred", "podAffinityTerm")):
        for term in items(member(apart, f"{strength}DuringSchedulingIgnoredDuringExecution")):
            keys.append(member(term, *([inner] if inner else []), "topologyKey"))
    if kind(resource) in _ON_EVERY_NODE or _ZONE in keys:
        return resource.says(True, path)
    return resource.says(UNKNOWN if UNKNOWN in keys or apart is UNKNOWN else False, path)
