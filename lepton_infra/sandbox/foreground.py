"""Run a command in the foreground of the terminal while this process serves it from the background.

The command gets a process group of its own, so each Ctrl-C reaches it exactly once, whoever sends it: the engine takes
the first as "finish what is in flight and stop" and a second one as "stop at once". It dies with this process, because
an engine that lost its providers would record their silence as failures.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

_DIE_WITH_PARENT = Path(__file__).with_name("die_with_parent.py")
_FORWARDED = {signal.SIGINT: signal.SIGINT, signal.SIGTERM: signal.SIGTERM, signal.SIGHUP: signal.SIGTERM}


def run(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> int:
    """Run ``command`` (its program by full path) to its end and return its exit code; 128 + n if signal n killed it.

    Must be called in the main thread.
    """
    words = list(command)
    if sys.platform == "linux":
        words = [sys.executable, "-IS", str(_DIE_WITH_PARENT), str(os.getpid()), *words]
    child: subprocess.Popen[bytes] | None = None
    early: list[signal.Signals] = []

    def forward(number: int, frame: FrameType | None) -> None:
        sent = _FORWARDED[signal.Signals(number)]
        if child is None:
            early.append(sent)
        elif child.returncode is None:
            _send(child.pid, sent)

    with _handling(forward):
        child = subprocess.Popen(words, env=dict(environment), cwd=folder, process_group=0)
        for sent in early:
            _send(child.pid, sent)
        with _terminal() as terminal:
            _give(terminal, child.pid)
            return _wait(child, terminal)


def _wait(child: subprocess.Popen[bytes], terminal: int | None) -> int:
    """Wait for the end; when the user suspends the command (Ctrl-Z), suspend with it and come back with it."""
    while True:
        _, status = os.waitpid(child.pid, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            child.returncode = os.waitstatus_to_exitcode(status)
            return child.returncode if child.returncode >= 0 else 128 - child.returncode
        _give(terminal, os.getpgrp(), resume=False)
        os.killpg(0, signal.SIGTSTP)
        _give(terminal, child.pid)


@contextmanager
def _handling(forward: signal._HANDLER) -> Iterator[None]:
    before = {number: signal.signal(number, forward) for number in _FORWARDED}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _terminal() -> Iterator[int | None]:
    """The terminal, if this process has it: the command may then have it, and it is taken back at the end."""
    if not sys.stdin.isatty() or os.tcgetpgrp(sys.stdin.fileno()) != os.getpgrp():
        yield None
        return
    # Taking the terminal back is done from the background, where it would suspend us.
    before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    try:
        yield sys.stdin.fileno()
    finally:
        os.tcsetpgrp(sys.stdin.fileno(), os.getpgrp())
        signal.signal(signal.SIGTTOU, before)


def _give(terminal: int | None, group: int, *, resume: bool = True) -> None:
    if terminal is not None:
        os.tcsetpgrp(terminal, group)
    if resume:
        _send(group, signal.SIGCONT)


def _send(group: int, sent: signal.Signals) -> None:
    """Signal a process group. It may have ended a moment ago, which its exit code then tells."""
    with suppress(ProcessLookupError):
        os.killpg(group, sent)
