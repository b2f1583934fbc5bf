"""The pod security standards, in the words of the API server's PodSecurity admission.

Each control looks at a whole pod and says, as the admission plugin does, what it found. ``restricted`` includes
``baseline``. Left out: AppArmor, SELinux, sysctls, ``/proc`` mounts and Windows' host process, which nothing here uses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lepton_infra.simulator.kubernetes.pods import containers
from lepton_infra.simulator.kubernetes.reading import mapping, number, sequence, text

LEVELS = ("privileged", "baseline", "restricted")
ENFORCE_LABEL = "pod-security.kubernetes.io/enforce"
ENFORCE_VERSION_LABEL = "pod-security.kubernetes.io/enforce-version"

_BASELINE_CAPABILITIES = frozenset(
    {
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    }
)
_RESTRICTED_VOLUMES = frozenset(
    {
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
        "secret",
    }
)
_SECCOMP = ("RuntimeDefault", "Localhost")

Pod = Mapping[str, Any]


def violations(spec: Pod, level: str) -> list[str]:
    """Violations of ``level`` by this pod; empty if it is admitted."""
    controls = {"privileged": (), "baseline": _BASELINE, "restricted": _BASELINE + _RESTRICTED}[level]
    return [found for control in controls if (found := control(spec))]


def _host_namespaces(spec: Pod) -> str:
    used = [f"{field}=true" for field in ("hostNetwork", "hostPID", "hostIPC") if spec.get(field) is True]
    return f"host namespaces ({', '.join(used)})" if used else ""


def _privileged(spec: Pod) -> str:
    names = _containers_where(spec, lambda security: security.get("privileged") is True)
    return f"privileged ({names} must not set securityContext.privileged=true)" if names else ""


def _host_paths(spec: Pod) -> str:
    names = [_quoted(volume) for volume in map(mapping, sequence(spec.get("volumes"))) if volume.get("hostPath")]
    return f"hostPath volumes ({_plural('volume', names)})" if names else ""


def _host_ports(spec: Pod) -> str:
    names = [
        _quoted(container)
        for _, container in containers(spec)
        if any(number(mapping(port).get("hostPort")) for port in sequence(container.get("ports")))
    ]
    return f"hostPort ({_plural('container', names)} uses hostPorts)" if names else ""


def _added_capabilities(spec: Pod) -> str:
    names = _containers_where(spec, lambda security: bool(_added(security) - _BASELINE_CAPABILITIES))
    return f"non-default capabilities ({names} must not add them in securityContext.capabilities.add)" if names else ""


def _unconfined(spec: Pod) -> str:
    wrong = [
        profile
        for profile in (_profile(spec), *(_profile(container) for _, container in containers(spec)))
        if profile == "Unconfined"
    ]
    return (
        'seccompProfile (pod or containers must not set securityContext.seccompProfile.type to "Unconfined")'
        if wrong
        else ""
    )


def _escalation(spec: Pod) -> str:
    names = _containers_where(spec, lambda security: security.get("allowPrivilegeEscalation") is not False)
    if not names:
        return ""
    return f"allowPrivilegeEscalation != false ({names} must set securityContext.allowPrivilegeEscalation=false)"


def _capabilities(spec: Pod) -> str:
    def keeps(security: Mapping[str, Any]) -> bool:
        return "ALL" not in sequence(mapping(security.get("capabilities")).get("drop"))

    dropping = _containers_where(spec, keeps)
    adding = _containers_where(spec, lambda security: bool(_added(security) - {"NET_BIND_SERVICE"}))
    found = [f'{dropping} must set securityContext.capabilities.drop=["ALL"]'] if dropping else []
    found += (
        [f'{adding} must not include more than "NET_BIND_SERVICE" in securityContext.capabilities.add']
        if adding
        else []
    )
    return f"unrestricted capabilities ({'; '.join(found)})" if found else ""


def _volume_types(spec: Pod) -> str:
    wrong = [
        f'volume {_quoted(volume)} uses restricted volume type "{kind}"'
        for volume in map(mapping, sequence(spec.get("volumes")))
        for kind in sorted(set(volume) - {"name"} - _RESTRICTED_VOLUMES)
    ]
    return f"restricted volume types ({', '.join(wrong)})" if wrong else ""


def _root(spec: Pod) -> str:
    pod = mapping(spec.get("securityContext")).get("runAsNonRoot")
    names = _containers_where(spec, lambda security: security.get("runAsNonRoot", pod) is not True)
    return f"runAsNonRoot != true (pod or {names} must set securityContext.runAsNonRoot=true)" if names else ""


def _root_user(spec: Pod) -> str:
    if number(mapping(spec.get("securityContext")).get("runAsUser")) == 0:
        return "runAsUser=0 (pod must not set runAsUser=0)"
    names = _containers_where(spec, lambda security: number(security.get("runAsUser")) == 0)
    return f"runAsUser=0 ({names} must not set runAsUser=0)" if names else ""


def _seccomp(spec: Pod) -> str:
    pod = _profile(spec)
    names = [_quoted(container) for _, container in containers(spec) if (_profile(container) or pod) not in _SECCOMP]
    if not names:
        return ""
    rule = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
    return f"seccompProfile (pod or {_plural('container', names)} {rule})"


def _containers_where(spec: Pod, wrong: Callable[[Mapping[str, Any]], bool]) -> str:
    names = [
        _quoted(container) for _, container in containers(spec) if wrong(mapping(container.get("securityContext")))
    ]
    return _plural("container", names) if names else ""


def _added(security: Mapping[str, Any]) -> set[str]:
    return {str(each) for each in sequence(mapping(security.get("capabilities")).get("add"))}


def _profile(holder: Mapping[str, Any]) -> str | None:
    return text(mapping(holder, "securityContext", "seccompProfile").get("type"))


def _quoted(record: Mapping[str, Any]) -> str:
    return f'"{record.get("name", "")}"'


def _plural(noun: str, names: list[str]) -> str:
    return f"{noun}{'s' if len(names) > 1 else ''} {', '.join(names)}"


_BASELINE = (_host_namespaces, _privileged, _added_capabilities, _host_paths, _host_ports, _unconfined)
_RESTRICTED = (_escalation, _capabilities, _volume_types, _root, _root_user, _seccomp)
