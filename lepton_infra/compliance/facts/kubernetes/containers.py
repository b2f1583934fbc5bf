"""Facts about containers: Pod Security Standards, resource limits, probes, environment variables, arguments.

Defaults are those of the Kubernetes API: what a pod does not say is what the cluster then does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lepton_infra.compliance.facts import Container
from lepton_infra.compliance.facts.kubernetes.objects import enabled
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource, Seen
from lepton_infra.compliance.graph.paths import items, member
from lepton_infra.compliance.graph.three_valued import concluded_from

_CONFINED = ("RuntimeDefault", "Localhost")
_MAY_ADD = frozenset({"NET_BIND_SERVICE"})
_SECRET_NAME = re.compile(r"(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIALS?)$", re.I)
_DEVELOPER_MODES = ("VLLM_SERVER_DEV_MODE",)
"""Variables that open a model server's administration to every client (docs.vllm.ai, usage/security)."""


def container(resource: Resource, spec: str, path: str, *, init: bool, probed: bool) -> Container:
    """Facts of the container at ``path`` of the pod spec at ``spec``. ``probed`` is whether it needs probes."""

    def get(key: str) -> Any:
        return resource.get(f"{path}.{key}")

    def own(key: str) -> Any:
        return get(f"securityContext.{key}")

    def effective(key: str) -> Any:
        """A securityContext setting of the container, or else of its pod."""
        value = own(key)
        return resource.get(f"{spec}.securityContext.{key}") if value is None else value

    def says(conclude: Any, key: str, *values: Any) -> Seen[Any]:
        return concluded_from(resource, f"{path}.{key}", conclude, *values)

    context = "securityContext"
    return Container(
        name=str(get("name") or ""),
        image=resource.seen(f"{path}.image", ""),
        root_possible=says(
            lambda non_root, user: non_root is not True or user == 0,
            f"{context}.runAsNonRoot",
            effective("runAsNonRoot"),
            effective("runAsUser"),
        ),
        privilege_escalation=says(
            lambda allowed: allowed is not False,
            f"{context}.allowPrivilegeEscalation",
            own("allowPrivilegeEscalation"),
        ),
        privileged=says(lambda value: value is True, f"{context}.privileged", own("privileged")),
        capabilities_kept=says(
            lambda drop, add: "ALL" not in drop or not _MAY_ADD.issuperset(add),
            f"{context}.capabilities",
            items(own("capabilities.drop")),
            items(own("capabilities.add")),
        ),
        unconfined=says(
            lambda kind: kind not in _CONFINED, f"{context}.seccompProfile.type", effective("seccompProfile.type")
        ),
        writable_root=says(
            lambda value: value is not True, f"{context}.readOnlyRootFilesystem", own("readOnlyRootFilesystem")
        ),
        bounded=says(
            _bounded,
            "resources",
            *(get(f"resources.{half}.{amount}") for half in ("requests", "limits") for amount in ("cpu", "memory")),
        ),
        probed=_probed(resource, path) if probed else None,
        secrets_in_environment=resource.says(_secrets(get("env"), get("envFrom")), f"{path}.env"),
        arguments=says(lambda *words: tuple(map(str, words)), "args", *items(get("command")), *items(get("args"))),
        init=init,
        developer_mode=resource.says(_developer_mode(get("env")), f"{path}.env"),
    )


def variables(environment: Any) -> list[tuple[Any, Any]]:
    """Names and values of a container's environment variables; a value from elsewhere is None."""
    return [(member(each, "name"), member(each, "value")) for each in items(environment)]


def _bounded(cpu: Any, memory: Any, most_cpu: Any, most_memory: Any) -> bool:
    """True if CPU and memory are requested and memory is limited. A limit alone is a request too."""
    return bool((cpu or most_cpu) and (memory or most_memory) and most_memory)


def _probed(resource: Resource, path: str) -> Seen[bool]:
    probes = [resource.get(f"{path}.{each}Probe") for each in ("startup", "liveness", "readiness")]
    known = [probe if probe is UNKNOWN else bool(probe) for probe in probes]
    return concluded_from(resource, path, lambda start, live, ready: (start or live) and ready, *known)


def _secrets(environment: Any, sources: Any) -> Any:
    """Presence of a secret among environment variables: by reference, or as a value under a name that says so."""
    if UNKNOWN in items(environment) or UNKNOWN in items(sources):
        return UNKNOWN
    referred = any(member(each, "valueFrom", "secretKeyRef") is not None for each in items(environment))
    whole = any(member(each, "secretRef") is not None for each in items(sources))
    named = any(value and isinstance(name, str) and _SECRET_NAME.search(name) for name, value in variables(environment))
    return referred or whole or named


def _developer_mode(environment: Any) -> Any:
    for name, value in variables(environment):
        if name is UNKNOWN:
            return UNKNOWN
        if name in _DEVELOPER_MODES:
            return UNKNOWN if value is UNKNOWN or value is None else enabled(value)
    return False


def devices(resources: Any) -> bool:
    """True if a container requests devices such as GPUs: all resources with a domain in their name are devices."""
    for half in ("limits", "requests"):
        asked = member(resources, half)
        if asked is UNKNOWN:
            return True
        if isinstance(asked, Mapping) and any("/" in name and "kubernetes.io/" not in name for name in asked):
            return True
    return False
