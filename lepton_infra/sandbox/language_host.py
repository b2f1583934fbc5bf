"""Run the project's program for an engine that has no Python language host.

The SDK's own server for inline programs listens on a port; the engine's ``--client`` names it.
"""

from __future__ import annotations

import io
import os
import runpy
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stdout
from pathlib import Path

import pulumi

from lepton_infra.engine.pulumi_internals import language_server
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
    server, port = language_server(program)
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
