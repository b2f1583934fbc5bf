"""The controls of the pod security standards, each by one change to a pod that the strictest standard admits."""

from typing import Any

import pytest

from lepton_infra.simulator.kubernetes.pod_security import LEVELS, violations
from tests.simulator.kubernetes.cluster import changed, restricted

CONTAINER = "containers.0.securityContext"


@pytest.mark.parametrize("level", LEVELS)
def test_a_restricted_pod_is_admitted_everywhere(level: str) -> None:
    assert violations(restricted(), level) == []


@pytest.mark.parametrize(
    ("path", "new", "words"),
    [
        (f"{CONTAINER}.allowPrivilegeEscalation", ..., "allowPrivilegeEscalation != false"),
        (f"{CONTAINER}.allowPrivilegeEscalation", True, "allowPrivilegeEscalation != false"),
        (f"{CONTAINER}.capabilities", {}, 'must set securityContext.capabilities.drop=["ALL"]'),
        (f"{CONTAINER}.capabilities.add", ["CHOWN"], 'must not include more than "NET_BIND_SERVICE"'),
        (f"{CONTAINER}.runAsNonRoot", False, "runAsNonRoot != true"),
        ("securityContext.runAsNonRoot", ..., "runAsNonRoot != true"),
        ("securityContext.runAsUser", 0, "runAsUser=0 (pod must not set runAsUser=0)"),
        (f"{CONTAINER}.runAsUser", 0, 'runAsUser=0 (container "web" must not set runAsUser=0)'),
        ("securityContext.seccompProfile", ..., "seccompProfile"),
        ("volumes", [{"name": "n", "nfs": {}}], 'volume "n" uses restricted volume type "nfs"'),
    ],
)
def test_what_only_restricted_forbids(path: str, new: Any, words: str) -> None:
    spec = changed(restricted(), path, new)

    (found,) = violations(spec, "restricted")
    assert words in found
    assert violations(spec, "baseline") == []


@pytest.mark.parametrize(
    ("path", "new", "words"),
    [
        ("hostNetwork", True, "host namespaces (hostNetwork=true)"),
        ("hostPID", True, "host namespaces (hostPID=true)"),
        (f"{CONTAINER}.privileged", True, 'privileged (container "web" must not set securityContext.privileged=true)'),
        (f"{CONTAINER}.capabilities.add", ["SYS_ADMIN"], "non-default capabilities"),
        ("volumes", [{"name": "h", "hostPath": {"path": "/"}}], 'hostPath volumes (volume "h")'),
        ("containers.0.ports", [{"containerPort": 80, "hostPort": 80}], "hostPort"),
        (f"{CONTAINER}.seccompProfile", {"type": "Unconfined"}, "seccompProfile"),
    ],
)
def test_what_baseline_forbids_too(path: str, new: Any, words: str) -> None:
    spec = changed(restricted(), path, new)

    assert any(words in found for found in violations(spec, "baseline"))
    assert violations(spec, "restricted")
    assert violations(spec, "privileged") == []


@pytest.mark.parametrize(
    ("path", "new"),
    [
        (f"{CONTAINER}.capabilities.add", ["NET_BIND_SERVICE"]),
        (f"{CONTAINER}.runAsNonRoot", True),
        (f"{CONTAINER}.runAsUser", 10001),
        (f"{CONTAINER}.seccompProfile", {"type": "Localhost"}),
        ("volumes", [{"name": "c", "configMap": {"name": "c"}}, {"name": "e", "emptyDir": {}}]),
        ("containers.0.ports", [{"containerPort": 80}]),
    ],
)
def test_what_restricted_allows(path: str, new: Any) -> None:
    assert violations(changed(restricted(), path, new), "restricted") == []


def test_every_container_is_looked_at_and_named() -> None:
    spec = changed(restricted(), "initContainers", [{"name": "fetch", "image": "a"}, {"name": "verify", "image": "a"}])

    assert any('containers "fetch", "verify"' in found for found in violations(spec, "restricted"))
