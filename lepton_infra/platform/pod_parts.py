"""Parts of pod specs: disks, tokens, probes, resources, access to the store."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs

from lepton_infra.layers.identity import TOKEN_FOLDER, TOKEN_PATH, IdentityOutputs
from lepton_infra.layers.node_pool import GPU_TAINT_KEY

SCRATCH = "/tmp"
SCRATCH_DISK_GIB = 2

_TOKEN_SECONDS = 3600
"""How long a pod's token is good for; the kubelet renews it in its file before that, and who uses it reads it again."""


def disk(name: str, gib: int, storage_class: str | None) -> core.VolumeArgs:
    """A disk that lives and dies with the pod: the node's own, or a volume of ``storage_class``."""
    if storage_class is None:
        return core.VolumeArgs(name=name, empty_dir=core.EmptyDirVolumeSourceArgs(size_limit=f"{gib}Gi"))
    claim = core.PersistentVolumeClaimSpecArgs(
        access_modes=["ReadWriteOnce"],
        storage_class_name=storage_class,
        resources=core.VolumeResourceRequirementsArgs(requests={"storage": f"{gib}Gi"}),
    )
    template = core.PersistentVolumeClaimTemplateArgs(spec=claim)
    return core.VolumeArgs(name=name, ephemeral=core.EphemeralVolumeSourceArgs(volume_claim_template=template))


def node_disk_gib(gib: int, storage_class: str | None) -> int:
    """GiB that a pod keeps on its node's own disk, beside a disk of ``gib``."""
    return SCRATCH_DISK_GIB + (gib if storage_class is None else 0)


def scratch() -> core.VolumeArgs:
    """The one place that a container may write to besides its disk."""
    return disk("scratch", SCRATCH_DISK_GIB, None)


def store_access(rclone: Mapping[str, str], identity: IdentityOutputs) -> dict[str, pulumi.Input[str]]:
    """Environment of a container that reads the store as its pod: rclone's remote ``store``, without any secret."""
    return {
        **{f"RCLONE_CONFIG_STORE_{option.upper()}": value for option, value in sorted(rclone.items())},
        "HOME": SCRATCH,
        **identity.environment,
    }


def token_volumes(identity: IdentityOutputs) -> list[core.VolumeArgs]:
    """The pod's own token for those who check it, where the identity is made of one. It is no token for the API."""
    if identity.token_audience is None:
        return []
    source = core.VolumeProjectionArgs(
        service_account_token=core.ServiceAccountTokenProjectionArgs(
            audience=identity.token_audience,
            expiration_seconds=_TOKEN_SECONDS,
            path=TOKEN_PATH.removeprefix(f"{TOKEN_FOLDER}/"),
        )
    )
    return [core.VolumeArgs(name="token", projected=core.ProjectedVolumeSourceArgs(sources=[source]))]


def token_mounts(identity: IdentityOutputs) -> list[core.VolumeMountArgs]:
    """Mounts of that token in a container that reads the store."""
    mount = core.VolumeMountArgs(name="token", mount_path=TOKEN_FOLDER, read_only=True)
    return [mount] if identity.token_audience else []


def environment(values: Mapping[str, pulumi.Input[str]]) -> list[core.EnvVarArgs]:
    """Variables of a container."""
    return [core.EnvVarArgs(name=name, value=value) for name, value in values.items()]


def http_probe(path: str, port: str, *, period: int, failures: int) -> core.ProbeArgs:
    """A look at ``path`` every ``period`` seconds, which fails after ``failures`` in a row."""
    return core.ProbeArgs(
        http_get=core.HTTPGetActionArgs(path=path, port=port),
        period_seconds=period,
        timeout_seconds=5,
        failure_threshold=failures,
    )


def resources(*, cpus: int, memory_gib: int, accelerators: int, disk_gib: int) -> core.ResourceRequirementsArgs:
    """Limits that equal requests: the pod gets the Guaranteed class and is the last that a node evicts."""
    amounts = {
        "cpu": str(cpus),
        "memory": f"{memory_gib}Gi",
        "ephemeral-storage": f"{disk_gib}Gi",
    }
    if accelerators:
        amounts[GPU_TAINT_KEY] = str(accelerators)
    return core.ResourceRequirementsArgs(requests=amounts, limits=amounts)


def spread(selector: Mapping[str, str]) -> list[core.TopologySpreadConstraintArgs]:
    """Over zones and nodes where there is a choice. GPUs are often to be had in one zone only, so it is a wish."""
    return [
        core.TopologySpreadConstraintArgs(
            max_skew=1,
            topology_key=key,
            when_unsatisfiable="ScheduleAnyway",
            label_selector=LabelSelectorArgs(match_labels=selector),
            match_label_keys=["pod-template-hash"],
        )
        for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
    ]
