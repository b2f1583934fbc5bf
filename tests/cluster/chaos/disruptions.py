"""What happens to a cluster: evictions, drained nodes, machines and zones that are gone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from lepton_infra.simulator.control_plane import nodes
from lepton_infra.simulator.control_plane.api import Api, ApiRefused, Object
from lepton_infra.simulator.control_plane.nodes import Node
from tests.cluster.chaos.watcher import Watcher
from tests.cluster.waiting import MANAGER, until

_SECONDS = 90.0
_AGAIN_SECONDS = 0.2

Disaster = Callable[[Api, Watcher, Sequence[Node], Iterable[str]], None]


def evict(api: Api, namespace: str, pod: str, *, dry_run: bool = False) -> bool:
    """Ask the Eviction API once; whether it is done. Not done is what a disruption budget forbids for now (429)."""
    try:
        api.evict(pod, namespace, dry_run=dry_run)
    except ApiRefused as refused:
        if refused.code == 429:
            return False
        if refused.reason != "NotFound":
            raise
    return True


def evict_all(api: Api, namespace: str, pods: Sequence[str]) -> int:
    """Evict all these pods at once, each again and again until it goes. How often a budget forbade it."""
    with ThreadPoolExecutor(max_workers=len(pods)) as everybody:
        return sum(everybody.map(lambda pod: _insist(lambda: evict(api, namespace, pod), pod), pods))


def drain(api: Api, namespace: str, node: str) -> int:
    """What ``kubectl drain`` does: nothing new comes to a node, and its pods of a namespace are evicted until none is
    left. How often a budget forbade it. ``put_back`` opens the node again."""
    cordon(api, node)
    forbidden = 0
    for pod in pods_on(api, namespace, node):
        name, uid = pod["metadata"]["name"], pod["metadata"]["uid"]
        forbidden += _insist(partial(evict, api, namespace, name), name)
        until(partial(_is_gone, api, namespace, node, uid), f"{name} to go")
    return forbidden


def cordon(api: Api, node: str) -> None:
    """Let no new pod come to a node."""
    api.patch("v1/Node", node, {"spec": {"unschedulable": True}}, field_manager=MANAGER)


def _is_gone(api: Api, namespace: str, node: str, uid: str) -> bool:
    return uid not in {each["metadata"]["uid"] for each in pods_on(api, namespace, node)}


def put_back(api: Api, node: str) -> None:
    """Let pods come to a node again."""
    api.patch("v1/Node", node, {"spec": {"unschedulable": None}}, field_manager=MANAGER)


def pods_on(api: Api, namespace: str, node: str) -> list[Object]:
    """The pods of a namespace on a node."""
    return [pod for pod in api.list("v1/Pod", namespace) if pod["spec"].get("nodeName") == node]


def silence(api: Api, watch: Watcher, machines: Sequence[Node], names: Iterable[str]) -> None:
    """Of ``machines`` these hang or lose their network: nothing there answers, and the cluster has to find out."""
    silent = set(names)
    watch.dead(silent)
    for machine in machines:
        if machine.name in silent:
            nodes.fall_silent(api, machine.name)


def vanish(api: Api, watch: Watcher, machines: Sequence[Node], names: Iterable[str]) -> None:
    """Of ``machines`` these are deleted, and the cloud says so."""
    gone = set(names)
    watch.dead(gone)
    for name in sorted(gone):
        # They go one by one here, and at once in truth: none takes over from another in between.
        cordon(api, name)
    nodes.reconcile(api, [each for each in machines if each.name not in gone])


def come_back(api: Api, watch: Watcher, machines: Sequence[Node]) -> None:
    """All ``machines`` are there and answer again."""
    nodes.reconcile(api, machines)
    watch.dead([])


def _insist(ask: Callable[[], bool], what: str) -> int:
    """Ask until it is granted; how often it was not."""
    deadline, refused = time.monotonic() + _SECONDS, 0
    while not ask():
        refused += 1
        assert time.monotonic() < deadline, f"waited in vain for the eviction of {what}"
        time.sleep(_AGAIN_SECONDS)
    return refused
