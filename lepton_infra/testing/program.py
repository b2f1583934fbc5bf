"""Run a program on the recording monitor, in an event loop and a context of its own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from typing import Any

from pulumi.runtime import mocks, set_all_config
from pulumi.runtime.settings import SETTINGS
from pulumi.runtime.stack import run_in_stack

from lepton_infra.engine.pulumi_internals import forget_root_resource
from lepton_infra.testing.embedded import DISABLED, EmbeddedClouds
from lepton_infra.testing.graph import Graph
from lepton_infra.testing.monitor import NeverAsked, RecordingMonitor, Rejected

Program = Callable[[], Any]


def declared(
    program: Program,
    *,
    project: str = "lepton",
    stack: str = "test",
    config: Mapping[str, Any] | None = None,
    preview: bool = False,
) -> Graph:
    """Graph that ``program`` declares when it runs as this stack.

    The program is a function without arguments, usually ``lambda: Region(...)``; what it returns does not matter. It
    has run to its end when this returns: every output is resolved, every function given to ``apply`` has run.
    ``config`` is the stack's configuration by full key (``lepton:region``); values that are no strings
    become JSON, as in a stack file. With ``preview`` nothing is made and what a cloud would compute is unknown.

    Runs share nothing: each has its own clouds, event loop, thread and settings.

    Raises:
        Rejected: with everything that the engine or a cloud refused.
        Exception: whatever the program itself raises, in ``apply`` too.
    """
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in (config or {}).items()}
    clouds = EmbeddedClouds(texts, _disabled(config or {}), preview=preview)
    monitor = RecordingMonitor(clouds)

    def run() -> None:
        with asyncio.Runner() as runner:
            runner.run(_run(program, monitor, project=project, stack=stack, config=texts, preview=preview))

    try:
        # A thread of its own: the caller's may have a running event loop, and keeps its own settings.
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="declared") as thread:
            thread.submit(copy_context().run, run).result()
    finally:
        clouds.close()
    return monitor.graph()


async def _run(
    program: Program, monitor: RecordingMonitor, *, project: str, stack: str, config: dict[str, str], preview: bool
) -> None:
    SETTINGS.outputs = set()
    forget_root_resource()
    set_all_config(config)
    mocks.set_mocks(NeverAsked(), project=project, stack=stack, preview=preview, monitor=monitor)
    # ``set_mocks`` has finished a stack resource already, too early for exports; the program gets one of its own.
    forget_root_resource()

    def start() -> Awaitable[None] | None:
        result = program()
        return result if asyncio.iscoroutine(result) else None

    try:
        await run_in_stack(start)
    except Exception:
        await _drain()
        if monitor.problems:
            raise Rejected(sorted(set(monitor.problems))) from None
        raise
    if monitor.problems:
        raise Rejected(sorted(set(monitor.problems)))


async def _drain() -> None:
    """Let what is independent of a failure finish, so that all problems are told and no task is left behind."""
    # The SDK never reads the futures of what could not be built any more; the failure itself is told once.
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    while SETTINGS.rpc_manager.rpcs or SETTINGS.outputs:
        waiting = [*SETTINGS.rpc_manager.rpcs, *SETTINGS.outputs]
        SETTINGS.rpc_manager.rpcs.clear()
        SETTINGS.outputs.clear()
        await asyncio.gather(*waiting, return_exceptions=True)
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    for task in rest:
        with suppress(BaseException):
            await task


def _disabled(config: Mapping[str, Any]) -> frozenset[str]:
    given = config.get(DISABLED, ())
    return frozenset(json.loads(given) if isinstance(given, str) else given)
