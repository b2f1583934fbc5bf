"""Where the engine comes from."""

from __future__ import annotations

import re
import stat
import tomllib
from pathlib import Path

import pytest

from lepton_infra.console import Say
from lepton_infra.engine import Engine, Source, choose, go_build, pinned, sources, version
from lepton_infra.engine.go_build import Unavailable
from lepton_infra.errors import LeptonError

ROOT = Path(__file__).parents[2]


def _fake(path: Path, printed: str, code: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{printed}'\nexit {code}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any engine, and with nothing but ``bin`` on PATH."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def test_one_on_path_is_preferred(bare: Path) -> None:
    _fake(bare / "bin" / "pulumi", "v3.300.1")
    _fake(sources.built_command(), "v3.245.0")
    engine = sources.find()
    assert (engine.version, engine.source, engine.command) == ("3.300.1", "PATH", bare / "bin" / "pulumi")


@pytest.mark.parametrize("printed", ["v3.237.9", "v4.0.0", "hello"])
def test_one_that_will_not_do_is_passed_over_with_the_reason(bare: Path, printed: str) -> None:
    _fake(bare / "bin" / "pulumi", printed)
    _fake(sources.built_command(), "v3.245.0")
    said: list[str] = []
    assert sources.find(said.append).source == "the user's cache"
    assert len(said) == 1
    assert said[0].startswith("not from PATH: ")
    assert printed.removeprefix("v") in said[0]


def test_one_that_does_not_run_is_passed_over(bare: Path) -> None:
    _fake(bare / "bin" / "pulumi", "v3.300.0", code=1)
    built = sources.built_command()
    built.parent.mkdir(parents=True)
    built.write_text("half a download")
    built.chmod(0o700)
    _fake(sources.vendor_root() / "bin" / "pulumi", "v3.272.0")
    assert sources.find().version == "3.272.0"


def test_none_is_refused_with_every_reason_and_the_remedy(bare: Path) -> None:
    with pytest.raises(LeptonError) as refused:
        sources.find()
    message = str(refused.value)
    assert "PATH: there is no `pulumi`" in message
    assert f"{sources.built_command()} does not exist" in message
    assert "https://www.pulumi.com/docs/install/" in message
    assert "https://go.dev/doc/install" in message


def test_sources_are_asked_in_order_until_one_has_it() -> None:
    asked: list[str] = []

    def source(name: str, engine: Engine | None) -> Source:
        def get(say: Say) -> Engine:
            asked.append(name)
            if engine is None:
                raise Unavailable("nothing here")
            return engine

        return Source(name=name, get=get)

    engine = Engine(command=Path("pulumi"), version="3.245.0", source="b")
    assert choose([source("a", None), source("b", engine), source("c", engine)], lambda line: None) is engine
    assert asked == ["a", "b"]
    assert [source.name for source in sources.SOURCES] == [
        "PATH",
        "the user's cache",
        "the vendor's installer",
        "a Go build",
    ]


def test_the_cache_is_named_after_the_pin(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = sources.built_command()
    pin = bare / "pin"
    pin.mkdir()
    (pin / "go.mod").write_text("another")
    monkeypatch.setattr(pinned, "PIN", pin)
    assert sources.built_command() != before
    assert before.is_relative_to(bare / "cache" / "lepton-infra" / "engine")


def test_a_build_without_go_or_pin_says_so(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unavailable, match="there is no `go`"):
        pinned.program()
    monkeypatch.setattr(pinned, "PIN", bare)
    with pytest.raises(Unavailable, match="only a checkout"):
        pinned.program()


def test_a_failing_build_tells_why_and_leaves_nothing(bare: Path) -> None:
    go = _fake(bare / "bin" / "go", "go1.99")
    go.write_text("#!/bin/sh\nif [ $1 = build ]; then echo 'no space left on device' >&2; exit 1; fi\necho go1.99\n")
    build = sources.SOURCES[-1]
    said: list[str] = []
    with pytest.raises(Unavailable, match="no space left on device"):
        build.get(said.append)
    assert any("compiling" in line for line in said)
    assert list(sources.cache_folder().iterdir()) == []


_COMPILER = """#!/bin/sh
if [ "$1" = build ]; then
    while [ "$1" != -o ]; do shift; done
    printf '#!/bin/sh\\necho v3.245.0\\n' > "$2"
    /bin/chmod +x "$2"
fi
echo go1.99
"""


def test_a_build_is_kept_in_the_cache(bare: Path) -> None:
    _fake(bare / "bin" / "go", "go1.99").write_text(_COMPILER)
    built = sources.SOURCES[-1].get(lambda line: None)
    assert built.command == sources.built_command()
    assert sources.find().version == "3.245.0"


def test_the_pin_is_new_enough_and_the_floor_is_the_sdks() -> None:
    built = go_build.required_version((ROOT / "tools" / "engine" / "go.mod").read_text(), pinned.MODULE)
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    sdk = next(match for text in dependencies if (match := re.match(r"pulumi>=([\d.]+)", text)))
    assert version.problem(built.removeprefix("v")) is None
    assert version.parse(version.MINIMUM)[:2] == tuple(map(int, sdk[1].split(".")[:2]))


@pytest.mark.parametrize("text", ["", "3.245", "three"])
def test_what_is_no_version(text: str) -> None:
    assert "is not a version" in str(version.problem(text))
    assert go_build.required_version(f"\t{pinned.MODULE} v3.245.0 // indirect", pinned.MODULE) == "v3.245.0"
    with pytest.raises(ValueError, match="requires no"):
        go_build.required_version(text, pinned.MODULE)
