"""Record what a program declares, with the options that Pulumi's own mocks leave out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi.runtime import mocks


@dataclass(frozen=True, kw_only=True)
class Declared:
    """One resource as it was registered."""

    type: str
    name: str
    urn: str
    inputs: dict[str, Any]
    custom: bool
    protect: bool
    retained: bool
    provider: str
    ignored: tuple[str, ...]
    depends_on: frozenset[str]


class Recording(list[Declared]):
    """The resources of one program, in the order in which they were registered."""

    def of(self, type: str) -> list[Declared]:
        return [declared for declared in self if declared.type == type]

    def one(self, type: str, name: str) -> Declared:
        (found,) = [declared for declared in self.of(type) if declared.name == name]
        return found

    def on_aws(self) -> list[Declared]:
        return [declared for declared in self if declared.type.startswith("aws:")]

    def waits_for(self, declared: Declared) -> Recording:
        """Everything that must stand before ``declared``, at any remove."""
        by_urn = {resource.urn: resource for resource in self}
        seen: set[str] = set()
        todo = list(declared.depends_on)
        while todo:
            urn = todo.pop()
            if urn not in seen and urn in by_urn:
                seen.add(urn)
                todo.extend(by_urn[urn].depends_on)
        return Recording(by_urn[urn] for urn in seen)


class _Answers(mocks.Mocks):
    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        computed: dict[str, Any] = {
            "arn": f"arn:of:{args.name}",
            "keyId": f"key-{args.name}",
            "latestVersion": 1,
            "repositoryUrl": f"registry/{args.inputs.get('name')}",
            "endpoint": "https://cluster.example",
            "certificateAuthority": {"data": "Q0E="},
            "resources": [{"autoscalingGroups": [{"name": f"eks-{args.inputs.get('nodeGroupName')}-uuid"}]}],
        }
        return f"{args.name}-id", {**computed, **args.inputs}

    def call(self, args: mocks.MockCallArgs) -> dict[Any, Any]:
        raise AssertionError(f"{args.token}: a region looks nothing up")


class _Monitor(mocks.MockMonitor):
    def __init__(self, recording: Recording) -> None:
        super().__init__(_Answers())
        self._recording = recording

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 the method is named as in resource.proto
        response = super().RegisterResource(request)
        if request.type != "pulumi:pulumi:Stack":
            self._recording.append(
                Declared(
                    type=request.type,
                    name=request.name,
                    urn=response.urn,
                    inputs=mocks.rpc.deserialize_properties(request.object),
                    custom=request.custom,
                    protect=request.protect,
                    retained=request.retainOnDelete,
                    provider=request.provider,
                    ignored=tuple(request.ignoreChanges),
                    depends_on=frozenset(request.dependencies),
                )
            )
        return response


def record(program: Callable[[], None]) -> Recording:
    """Run ``program`` against mocks in an event loop of its own."""
    recording = Recording()
    with _event_loop():
        mocks.set_mocks(_Answers(), monitor=_Monitor(recording))
        pulumi.runtime.test(program)()
    return recording


@contextmanager
def _event_loop() -> Iterator[None]:
    """An event loop whose worker threads have loops too: the mocks need one in each, and would leave theirs open."""
    loops = [asyncio.new_event_loop()]
    asyncio.set_event_loop(loops[0])

    def in_thread() -> None:
        loops.append(asyncio.new_event_loop())
        asyncio.set_event_loop(loops[-1])

    with ThreadPoolExecutor(initializer=in_thread) as executor:
        loops[0].set_default_executor(executor)
        try:
            yield
        finally:
            asyncio.set_event_loop(None)
    for loop in loops:
        loop.close()
