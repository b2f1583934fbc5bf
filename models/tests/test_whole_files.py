"""Nothing half-written is taken for a whole file."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from models.whole_files import beside, put, write_whole


def test_a_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "file"
    write_whole(path, lambda stream: stream.write(b"old"))
    write_whole(path, lambda stream: stream.write(b"new"))
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]


def test_a_disk_that_is_full_at_the_last_moment_leaves_the_old_file(
    tmp_path: Path, fill_disk: Callable[[], None]
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    fill_disk()
    with pytest.raises(OSError, match="No space left on device"):
        write_whole(path, lambda stream: stream.write(b"new"))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_whoever_is_killed_while_writing_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    program = """
import os, signal, sys
from pathlib import Path
from models.whole_files import beside, put, write_whole

def write(stream):
    stream.write(b"new")
    stream.flush()
    os.kill(os.getpid(), signal.SIGKILL)

write_whole(Path(sys.argv[1]), write)
"""
    done = subprocess.run([sys.executable, "-c", program, str(path)], check=False)
    assert done.returncode == -9
    assert path.read_bytes() == b"old"
    write_whole(path, lambda stream: stream.write(b"newer"))
    assert path.read_bytes() == b"newer"
    assert list(tmp_path.iterdir()) == [path]


def test_of_two_that_write_the_same_file_one_waits(tmp_path: Path) -> None:
    path = tmp_path / "file"
    begun = threading.Event()
    met: list[bool] = []

    def second(stream: BinaryIO) -> None:
        begun.set()
        stream.write(b"second")

    other = threading.Thread(target=write_whole, args=(path, second))

    def first(stream: BinaryIO) -> None:
        stream.write(b"fir")
        other.start()
        met.append(begun.wait(0.3))
        stream.write(b"st")

    write_whole(path, first)
    other.join()
    assert met == [False]
    assert path.read_bytes() == b"second"
    assert list(tmp_path.iterdir()) == [path]


def test_what_stops_the_writer_stops_the_caller(tmp_path: Path) -> None:
    def write(stream: BinaryIO) -> None:
        stream.write(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "file", write)
    assert list(tmp_path.iterdir()) == []


def filled(part: Path) -> None:
    (part / "inner").mkdir()
    (part / "inner" / "file").write_bytes(b"new")


def made_and_put(path: Path) -> None:
    with beside(path) as part:
        filled(part)
        put(part, path)


def test_a_folder_appears_whole(tmp_path: Path) -> None:
    path = tmp_path / "made" / "1"
    with beside(path) as part:
        filled(part)
        assert not path.exists()
        put(part, path)
    assert [each.relative_to(tmp_path).as_posix() for each in sorted(tmp_path.rglob("*"))] == [
        "made",
        "made/1",
        "made/1/inner",
        "made/1/inner/file",
    ]


def test_a_folder_that_is_not_put_is_gone(tmp_path: Path) -> None:
    (tmp_path / ".1.part").mkdir()
    (tmp_path / ".1.part" / "stale").write_bytes(b"half")
    with beside(tmp_path / "1") as part:
        assert list(part.iterdir()) == []
        filled(part)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_not_put_where_something_is(tmp_path: Path) -> None:
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "file").write_bytes(b"old")
    with pytest.raises(OSError, match="not empty"):
        made_and_put(tmp_path / "1")
    assert (tmp_path / "1" / "file").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["1"]


def test_a_disk_that_is_full_at_the_last_moment_leaves_no_folder(tmp_path: Path, fill_disk: Callable[[], None]) -> None:
    fill_disk()
    with pytest.raises(OSError, match="No space left on device"):
        made_and_put(tmp_path / "1")
    assert list(tmp_path.iterdir()) == []
