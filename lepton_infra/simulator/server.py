"""The servers of the embedded clouds, for the engine to attach to by ``PULUMI_DEBUG_PROVIDERS``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from lepton_infra.simulator.cloud import SimulatedCloud
from lepton_infra.simulator.clusters import attaching
from lepton_infra.simulator.clusters.manager import Clusters
from lepton_infra.simulator.clusters.pools import Declared
from lepton_infra.simulator.faults import Faults
from lepton_infra.simulator.packages import PACKAGES
from lepton_infra.simulator.servicer import Servicer
from lepton_infra.simulator.store import Store

# The engine runs dozens of operations at once, and with latencies each of them holds a thread while it waits.
_THREADS: Final = 128
# The engine's own limit on a message (rpcutil/serve.go).
_MESSAGE_BYTES: Final = 400 * 1024 * 1024
_OPTIONS: Final = (
    ("grpc.so_reuseport", 0),
    ("grpc.max_receive_message_length", _MESSAGE_BYTES),
    ("grpc.max_send_message_length", _MESSAGE_BYTES),
)


class PortInUse(Exception):
    """A requested port is taken by another process."""


@dataclass(frozen=True, kw_only=True)
class Attached:
    """Running servers: the port of each package, and the store behind them."""

    ports: Mapping[str, int]
    store: Store

    @property
    def debug_providers(self) -> str:
        """The value of ``PULUMI_DEBUG_PROVIDERS`` that makes the engine use these servers."""
        return ",".join(f"{package}:{port}" for package, port in self.ports.items())

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables for the engine.

        Without the second variable it looks on the network for plugins that it does not need: seconds per command.
        """
        return {
            "PULUMI_DEBUG_PROVIDERS": self.debug_providers,
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }


@dataclass(frozen=True, kw_only=True)
class RealClusters:
    """Settings of clusters that are real control planes.

    ``folder`` keeps what they hold, ``wait_scale`` multiplies the time limits of resources (1 is as the real provider
    does), ``standing`` is the cluster that stands already, if any.
    """

    folder: Path
    wait_scale: float = 1.0
    standing: Declared | None = None


@contextmanager
def attached(
    store_path: Path | None,
    *,
    faults: Faults | None = None,
    latency_scale: float = 0.0,
    host: str = "127.0.0.1",
    ports: Mapping[str, int] | None = None,
    clusters: RealClusters | None = None,
) -> Iterator[Attached]:
    """Serve every package until the block ends, on free ports or those asked for.

    With ``clusters`` the Kubernetes clusters are real control planes, which end with the block.

    Raises:
        PortInUse: if a port asked for is taken.
        StoreDamaged: if the store cannot be used.
    """
    store = Store(store_path)
    servers: dict[str, grpc.Server] = {}
    servicers: list[Servicer] = []
    taken: dict[str, int] = {}
    running = _clusters(clusters, store) if clusters else None
    try:
        for package in PACKAGES:
            server = grpc.server(ThreadPoolExecutor(_THREADS, package), options=_OPTIONS)
            behaviour = attaching.behaviour(package, running) if running else None
            cloud = SimulatedCloud(package, store, behaviour, faults=faults, latency_scale=latency_scale)
            servicer = Servicer(cloud, die=partial(server.stop, None))
            provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
            taken[package] = _listen(server, host, (ports or {}).get(package, 0))
            server.start()
            servers[package] = server
            servicers.append(servicer)
        yield Attached(ports=taken, store=store)
    finally:
        for servicer in servicers:
            servicer.stop_waiting()
        for server in servers.values():
            server.stop(None).wait()
        if running is not None:
            running.close()
        store.close()


def _clusters(asked: RealClusters, store: Store) -> Clusters:
    return Clusters(asked.folder, store, wait_scale=asked.wait_scale, standing=asked.standing)


def _listen(server: grpc.Server, host: str, port: int) -> int:
    try:
        return int(server.add_insecure_port(f"{host}:{port}"))
    except RuntimeError:
        raise PortInUse(f"port {port} of {host} is in use: end what listens there, or ask for another") from None
