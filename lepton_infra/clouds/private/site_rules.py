"""Validation of a site's facts: against one another, and against what serving needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lepton_infra.clouds.private.nodes.gpu_software import gpu_software
from lepton_infra.clouds.private.nodes.machines import taint_key, taint_keys
from lepton_infra.clouds.private.settings import Machines, Settings
from lepton_infra.config.rules.network import parsed
from lepton_infra.errors import Problem
from lepton_infra.layers.gpus import MIG_PROFILES, MINIMUM_GPU_SOFTWARE, is_below
from lepton_infra.layers.node_pool import GPU_TAINT_KEY, GPU_TAINT_VALUE, POOL_LABEL, Owner

GPU_TAINT = f"{GPU_TAINT_KEY}={GPU_TAINT_VALUE}:NoSchedule"


def kubeconfig(settings: Settings) -> Iterator[Problem]:
    """There is one kubeconfig: a path or a secret."""
    reference = settings.kubernetes.kubeconfig
    if (reference.path is None) == (reference.secret is None):
        message = "needs one of path and secret" if reference.path is None else "has both path and secret; remove one"
        yield Problem(path=("cloud", "kubernetes", "kubeconfig"), message=message, allowed="path or secret")


def machines(settings: Settings, index: int, kind: Machines) -> Iterator[Problem]:
    """Machines stand in zones of the site, are tainted by their GPUs alone, and name the owners of GPU software."""
    path = ("cloud", "machines", index)
    for zone in kind.nodes:
        if zone not in settings.site.zones:
            allowed = ", ".join(settings.site.zones)
            yield Problem(path=(*path, "nodes", zone), given=zone, message="is no zone of the site", allowed=allowed)
    yield from _taints(path, kind)
    if (kind.accelerator is None) != (kind.accelerators_per_node == 0):
        message = "and accelerator must both be there for GPU nodes, and neither for others"
        yield Problem(path=(*path, "accelerators_per_node"), given=kind.accelerators_per_node, message=message)
    if (kind.accelerator is None) != (kind.gpu_software is None):
        message = "is for GPU nodes only; remove it" if kind.gpu_software else "is missing: who brings the GPU software"
        yield Problem(path=(*path, "gpu_software"), message=message, allowed="driver, toolkit and device_plugin")
    yield from _gpu_software(path, kind)
    yield from _shared(path, kind)


def _gpu_software(path: tuple[str | int, ...], kind: Machines) -> Iterator[Problem]:
    """What the region installs finds its nodes; what the site has is not too old."""
    software = gpu_software(kind)
    if Owner.REGION in (software.device_plugin, software.exporter) and POOL_LABEL not in kind.labels:
        message = f"lack {POOL_LABEL}, by which the region's GPU software finds its nodes; label the nodes with it"
        yield Problem(path=(*path, "labels"), given=dict(kind.labels), message=message)
    if kind.gpu_software is None:
        return
    stated = {"driver": kind.gpu_software.driver_version, "toolkit": kind.gpu_software.toolkit_version}
    for part, version in stated.items():
        if version is not None and is_below(part, version):
            minimum = MINIMUM_GPU_SOFTWARE[part]
            message = f"is too old, because {minimum.because} ({minimum.source}); update the nodes"
            at = (*path, "gpu_software", f"{part}_version")
            yield Problem(path=at, given=version, message=message, allowed=f"{minimum.version} or newer")


def _shared(path: tuple[str | int, ...], kind: Machines) -> Iterator[Problem]:
    """What is said of sharing is said of GPUs, and not of what the region's own device plugin decides."""
    if kind.mig is not None and kind.time_slices is not None:
        message = "and mig exclude one another: instances that are taken in turns are no longer apart; remove one"
        yield Problem(path=(*path, "time_slices"), given=kind.time_slices, message=message)
    if kind.mig is not None and kind.mig not in _profiles(kind):
        message = "is no MIG profile of these GPUs"
        yield Problem(
            path=(*path, "mig"), given=kind.mig, message=message, allowed=", ".join(_profiles(kind)) or "none"
        )
    if kind.time_slices is not None and gpu_software(kind).device_plugin is Owner.REGION:
        message = "is said by the region's own device plugin, which owns these nodes; write it as the pool's sharing"
        yield Problem(path=(*path, "time_slices"), given=kind.time_slices, message=message)


def _profiles(kind: Machines) -> Mapping[str, int]:
    return MIG_PROFILES.get(kind.accelerator, {}) if kind.accelerator else {}


def _taints(path: tuple[str | int, ...], kind: Machines) -> Iterator[Problem]:
    """GPU nodes keep pods without GPUs off; pods tolerate what keeps others from coming, not what drives them out."""
    if kind.accelerator and GPU_TAINT_KEY not in taint_keys(kind):
        message = "leave GPU nodes open to pods that need no GPU; taint the nodes"
        yield Problem(path=(*path, "taints"), given=list(kind.taints), message=message, allowed=GPU_TAINT)
    for taint in kind.taints:
        if taint.endswith(":NoExecute"):
            message = "drives pods out, and model servers tolerate NoSchedule alone; remove it from the nodes"
            yield Problem(path=(*path, "taints"), given=taint, message=message)
        if not kind.accelerator and taint_key(taint) == GPU_TAINT_KEY:
            message = "is on nodes without GPUs; remove it from the nodes"
            yield Problem(path=(*path, "taints"), given=taint, message=message)


def store(settings: Settings) -> Iterator[Problem]:
    """The store's networks are there and are networks, and its buckets are two."""
    found = settings.store
    if not found.addresses:
        message = "are missing: pods are let out to nothing that is not listed; list the networks of both endpoints"
        yield Problem(path=("cloud", "store", "addresses"), message=message, allowed="10.1.2.0/28, say")
    for index, cidr in enumerate(found.addresses):
        network = parsed(cidr)
        if network is None or str(network) != cidr:
            allowed = str(network) if network else "an IPv4 network"
            message = "is not a network's own address"
            yield Problem(path=("cloud", "store", "addresses", index), given=cidr, message=message, allowed=allowed)
    if found.models_bucket == found.data_bucket:
        message = "is the models' bucket too; readers of models would read data"
        yield Problem(path=("cloud", "store", "data_bucket"), given=found.data_bucket, message=message)
