"""Disk sizes and time limits that follow from a model's size, as pure arithmetic.

All times are upper bounds after which something is given up, not what is expected: too long a bound delays only the
news that something hangs (what fails at once is told at once), too short a bound breaks what would have worked.
"""

from __future__ import annotations

from lepton_infra.config.models import ModelConfig, VersionConfig

MIB_PER_GIB = 1024

FETCH_MIB_PER_SECOND = 25
"""The slowest fetch that counts as working. A choice: less than a third of what one connection to an object store gives
(85 to 90 MB/s, "Performance design patterns for Amazon S3"), for the pods of a node share its network."""

RIGHTS_SECONDS = 600
"""How long a right that was just given may be refused: a role assignment takes up to ten minutes ("Troubleshoot Azure
RBAC"). The fetch tries again until then."""

LOAD_MIB_PER_SECOND = 50
"""The slowest disk that counts as working. A choice: a general volume reads 125 MiB/s at least ("Amazon EBS volume
types", gp3), and the pods of a node read at once."""

WARM_UP_SECONDS = 300
"""How long warming up may take without GPUs. A choice; it is at most a thousand recorded requests
(``WarmupConsts::kMaxNumRecords``, TensorFlow Serving 2.19.1)."""

KERNELS_SECONDS = 2400
"""How long it may take with GPUs. TensorFlow compiles its kernels at the start for a GPU that it was not built for,
"which could take 30 minutes or longer" by its own words (``gpu_device.cc``)."""

NODE_SECONDS = 900
"""What a GPU node may take to come up and pull a server image of several GB. A choice."""

PROBE_SECONDS = 5
"""Between two looks whether a server is ready."""

STEADY_SECONDS = 2 * PROBE_SECONDS
"""How long a new pod must have been ready before the next is replaced: one that breaks at its first requests is seen. A
choice, of two looks."""

SPREAD_SECONDS = 15
"""How long a pod that stops may still be sent requests: until every proxy and node knows that it goes. A choice."""

REQUEST_SECONDS = 30
"""How long a request may take where no gateway says it: the server's own default (``http_timeout_in_ms``)."""

STOP_SECONDS = 5
"""What a server gets to end by itself, once it has nothing to answer any more. A choice."""


def disk_gib(version: VersionConfig) -> int:
    """Disk for the files, in whole GiB: a tenth more than they weigh, for the file system, and one to spare."""
    return -(-version.size_mib * 11 // (10 * MIB_PER_GIB)) + 1


def transfer_seconds(version: VersionConfig) -> int:
    """Seconds that the transfer of the files may take."""
    return -(-version.size_mib // FETCH_MIB_PER_SECOND)


def cache_seconds(version: VersionConfig) -> int:
    """Seconds to try a cache, which may have to fetch the files itself first, before the store is asked."""
    return 2 * transfer_seconds(version) + SPREAD_SECONDS


def fetch_seconds(version: VersionConfig) -> int:
    """Seconds that the store is tried."""
    return RIGHTS_SECONDS + transfer_seconds(version)


def startup_seconds(model: ModelConfig, version: VersionConfig) -> int:
    """Seconds that a server may take to load and warm up a version, in whole probes."""
    warming = KERNELS_SECONDS if model.accelerators else WARM_UP_SECONDS
    probes = -(-(warming * LOAD_MIB_PER_SECOND + version.size_mib) // (LOAD_MIB_PER_SECOND * PROBE_SECONDS))
    return probes * PROBE_SECONDS


def progress_seconds(model: ModelConfig, version: VersionConfig) -> int:
    """Seconds that a rollout may go without a new pod becoming ready: all that one pod may take, from a node on."""
    cached = cache_seconds(version) if model.cache_gib else 0
    return NODE_SECONDS + cached + fetch_seconds(version) + startup_seconds(model, version) + STEADY_SECONDS


def rollout_seconds(model: ModelConfig, version: VersionConfig) -> int:
    """Seconds that a whole rollout may take, one pod after the other."""
    return progress_seconds(model, version) * model.replicas_of(version).max


def drain_seconds(request_seconds: int) -> int:
    """Seconds that a stopping pod goes on answering: until no more is sent to it, and the last request is done."""
    return SPREAD_SECONDS + request_seconds


def grace_seconds(request_seconds: int) -> int:
    """Seconds between a pod's SIGTERM and SIGKILL."""
    return drain_seconds(request_seconds) + STOP_SECONDS
