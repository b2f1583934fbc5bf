"""Run the project's program for an engine that has no Python language host.

The SDK's own server for inline programs listens on a port; the engine's ``--client`` names it.
"""

from __future__ import annotations

import io
import os
import runpy
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import chdir, contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import grpc
import pulumi
from pulumi.automation._server import LanguageServer
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

from lepton_infra.lock import SIMULATED


class _Reported(io.TextIOBase):
    """What the program prints, as messages of the engine: stdout belongs to the engine's display or its JSON."""

    def __init__(self) -> None:
        self._line = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        *lines, self._line = (self._line + text).split("\n")
        for line in lines:
            pulumi.info(line)
        return len(text)


class _Host(LanguageServer):
    """The SDK's host, which reports an error of the program itself and then has the engine report it again."""

    def Run(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802 named as in language.proto
        result: Any = super().Run(request, context)  # type: ignore[no-untyped-call]
        return language_pb2.RunResponse(bail=True) if result.error else result


@contextmanager
def language_host(main: Path) -> Iterator[str]:
    """Serve the program ``main`` (a folder with ``__main__.py``, or a file) and yield the address.

    As under the vendor's host, the program runs in its own folder and can import from it. It runs in this process,
    whose folder and environment change while the block lasts.
    """

    # Of a folder Python would keep the bytecode, in the user's own project.
    script = main / "__main__.py" if main.is_dir() else main

    def program() -> None:
        with redirect_stdout(_Reported()):
            runpy.run_path(str(script), run_name="__main__")

    folder = str(script.parent)
    server = grpc.server(ThreadPoolExecutor(max_workers=4), options=_GRPC_CHANNEL_OPTIONS)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(_Host(program), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.path.insert(0, folder)
    os.environ[SIMULATED] = "1"
    try:
        with chdir(folder):
            yield f"127.0.0.1:{port}"
    finally:
        server.stop(grace=0).wait()
        sys.path.remove(folder)
        del os.environ[SIMULATED]
