"""Nodes of GKE, as clusters and node pools configure them alike: machines, formats, references and zones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.behaviour import Failure, Properties, Stored
from lepton_infra.simulator.core.paths import at, items_at
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.formats import Format, between, one_of
from lepton_infra.simulator.gcp import syntax
from lepton_infra.simulator.gcp.accelerators import misfit
from lepton_infra.simulator.gcp.kms import KEY_NAME
from lepton_infra.simulator.gcp.places import Place, region_of, zones
from lepton_infra.simulator.gcp.service_accounts import ACCOUNT_NAME
from lepton_infra.simulator.gcp.syntax import matches
from lepton_infra.simulator.kubernetes.syntax import key_failures, labels_failures

_IMAGE_TYPES: Final = (
    "COS_CONTAINERD",
    "UBUNTU_CONTAINERD",
    "WINDOWS_LTSC_CONTAINERD",
    "WINDOWS_SAC_CONTAINERD",
    "COS_ARM_CONTAINERD",
    "UBUNTU_ARM_CONTAINERD",
)
GKE_VERSION: Final = matches(
    r"1\.\d{1,2}(\.\d+(-gke\.\d+)?)?|latest|-", "a version such as 1.33 or 1.33.5-gke.1080000, or latest"
)
_MACHINE: Final = matches(r"[a-z][a-z0-9]+-[a-z0-9-]+", "a machine type such as g2-standard-8")
_VERSION: Final = re.compile(r"1\.(\d+)(?:\.(\d+))?")
USUAL_MACHINE = "e2-medium"
"""The machine of a pool that names none."""


def _node_labels(value: Any) -> Iterator[str]:
    yield from (f"{failure.path}: {failure.reason}" for failure in labels_failures(value, "labels"))


def _taint_key(value: Any) -> Iterator[str]:
    yield from (failure.reason for failure in key_failures(value, "key"))


NODE_FORMATS: Final[Mapping[str, Format]] = {
    f"nodeConfig.{path}": format
    for path, format in {
        "machineType": _MACHINE,
        "imageType": one_of(*_IMAGE_TYPES),
        "diskType": one_of("pd-standard", "pd-balanced", "pd-ssd", "hyperdisk-balanced", "hyperdisk-throughput"),
        "diskSizeGb": between(10, 65536),
        "labels": _node_labels,
        "resourceLabels": syntax.labels,
        "taints.key": _taint_key,
        "oauthScopes": matches(r"https://www\.googleapis\.com/auth/[a-z.\-_]+|[a-z-]+", "a scope's URL"),
        "guestAccelerators.count": between(1, 16),
        "kubeletConfig.insecureKubeletReadonlyPortEnabled": one_of("TRUE", "FALSE"),
        "loggingVariant": one_of("DEFAULT", "MAX_THROUGHPUT"),
    }.items()
}
_NODE: Final = paths(
    "advancedMachineFeatures bootDiskKmsKey confidentialNodes enableConfidentialStorage ephemeralStorageConfig"
    " ephemeralStorageLocalSsdConfig flexStart guestAccelerators hostMaintenancePolicy localNvmeSsdBlockConfig"
    " localSsdCount localSsdEncryptionMode maxRunDuration metadata minCpuPlatform nodeGroup oauthScopes preemptible"
    " reservationAffinity sandboxConfig secondaryBootDisks serviceAccount shieldedInstanceConfig soleTenantConfig spot"
)
NODE_IMMUTABLE: Final = frozenset(f"nodeConfig.{name}" for name in _NODE)
NODE_REFERENCES: Final = {"nodeConfig.bootDiskKmsKey": KEY_NAME, "nodeConfig.serviceAccount": ACCOUNT_NAME}
NODE_MEMBERS: Final = {
    "nodeConfig.guestAccelerators": "accelerators",
    "nodeConfig.guestAccelerators.type": "acceleratorType",
    "nodeConfig.guestAccelerators.count": "acceleratorCount",
    "nodeConfig.loggingVariant": "loggingConfig.variantConfig.variant",
    "nodeConfig.gpudirectStrategy": "gpuDirectConfig.gpuDirectStrategy",
}
NODE_UNCOVERED: Final = {
    "nodeConfig.kubeletConfig.insecureKubeletReadonlyPortEnabled": "the provider's text for a boolean"
}


def machines(inputs: Properties, place: Place) -> Iterator[Failure]:
    """GPUs are such as the machine has or takes."""
    machine = at(inputs, "nodeConfig.machineType")
    for index, gpu in enumerate(items_at(inputs, "nodeConfig.guestAccelerators")):
        kind, count = at(gpu, "type"), at(gpu, "count")
        if isinstance(machine, str) and isinstance(kind, str) and isinstance(count, int):
            reason = misfit(machine, kind, count)
            if reason is not None:
                path = f"nodeConfig.guestAccelerators[{index}].type"
                yield Failure(path=path, reason=f"INVALID_ARGUMENT: {reason}")


def minor_version(text: str) -> int | None:
    """The minor version of Kubernetes in a version of GKE."""
    found = _VERSION.match(text)
    return int(found[1]) if found else None


def further_zones(location: str) -> list[str]:
    """The zones of a cluster that names none, its own zone aside: all of its region, or none of a zonal cluster."""
    region = region_of(location)
    return list(zones(region)) if region == location else []


def node_zones(inputs: Mapping[str, Any], cluster: Stored | None, home: str) -> list[str]:
    """The zones of a node pool: its own, or those of its cluster, to which a zonal cluster's own zone belongs."""
    given = inputs.get("nodeLocations")
    if given:
        return list(given)
    others = list(cluster.state.get("nodeLocations") or ()) if cluster else further_zones(home)
    return others if region_of(home) == home else [home, *others]
