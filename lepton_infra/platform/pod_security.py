"""Pod security: namespace labels and security contexts, as pure builders.

Levels are those of the Kubernetes Pod Security Standards (https://kubernetes.io/docs/concepts/security/pod-security-standards/).
"""

from __future__ import annotations

from pulumi_kubernetes.core import v1 as core

UID = 10001
"""User and group of every container of ours: above 10000, so that it is no user of any node."""


def pod_security(level: str, kubernetes: str) -> dict[str, str]:
    """Namespace labels that enforce ``level`` as Kubernetes ``1.x`` defines it, and show what restricted would refuse.

    The version is pinned, so that an upgrade of the cluster cannot suddenly refuse running workloads.
    """
    modes = {"enforce": level, "audit": "restricted", "warn": "restricted"}
    prefix = "pod-security.kubernetes.io"
    return {f"{prefix}/{mode}": level for mode, level in modes.items()} | {
        f"{prefix}/{mode}-version": f"v{kubernetes}" for mode in modes
    }


def restricted_pod() -> core.PodSecurityContextArgs:
    """The pod's half of the restricted level."""
    return core.PodSecurityContextArgs(
        run_as_non_root=True,
        run_as_user=UID,
        run_as_group=UID,
        fs_group=UID,
        fs_group_change_policy="OnRootMismatch",
        seccomp_profile=core.SeccompProfileArgs(type="RuntimeDefault"),
    )


def restricted_container() -> core.SecurityContextArgs:
    """The container's half of the restricted level, and a root file system that cannot be written."""
    return core.SecurityContextArgs(
        allow_privilege_escalation=False,
        capabilities=core.CapabilitiesArgs(drop=["ALL"]),
        privileged=False,
        read_only_root_filesystem=True,
        run_as_non_root=True,
    )
