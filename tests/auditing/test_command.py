"""``lepton audit`` on exported states, previews and simulated stacks."""

from __future__ import annotations

import io
import json
import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from lepton_infra import audit as auditing
from lepton_infra import cli
from lepton_infra.audit import command
from lepton_infra.compliance.law.obligations import Obligations, Waiver
from lepton_infra.compliance.rules.rule import Finding
from lepton_infra.errors import LeptonError
from tests.kit.rules import RULES, TODAY, bucket, export, obligations, waiver

ROOT = Path(__file__).parents[2]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """The fixture's rules and obligations instead of the law's; what they were asked for."""
    return _ask(monkeypatch)


def _ask(monkeypatch: pytest.MonkeyPatch, *waivers: Waiver) -> list[tuple[object, ...]]:
    calls: list[tuple[object, ...]] = []

    def answer(*arguments: object, embedded: bool) -> Obligations:
        calls.append((*arguments[1:], embedded))
        return obligations(*waivers)

    monkeypatch.setattr(command, "obligations_of", answer)
    monkeypatch.setattr(command, "outcomes", partial(auditing.outcomes, rules=RULES))
    return calls


def audit(stack: str | None = None, **more: Any) -> int:
    options = {"state": None, "preview": None, "residency": "eu", "frameworks": (), "as_json": False, "today": TODAY}
    return command.audit(stack, **{**options, **more})


def written(path: Path, content: object) -> str:
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


@pytest.mark.usefixtures("asked")
def test_a_sound_state_has_no_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit(state=written(tmp_path / "state.json", export(bucket()))) == 0
    assert capsys.readouterr().out == "eu-west: 2 passed; frameworks: gdpr\n"


@pytest.mark.usefixtures("asked")
def test_a_finding_is_told_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit(state=written(tmp_path / "state.json", export(bucket("other [red]")))) == 1
    printed = capsys.readouterr().out
    row = " ".join(printed.replace("│", " ").split())
    for cell in (
        "TST-01",
        "failed: is not the",
        "test:index:Bucket data",
        "bucket",
        "other [red]",
        "shop-…",
        "Name it",
    ):
        assert cell in row
    assert printed.splitlines()[-1] == "eu-west: 1 passed, 1 failed; frameworks: gdpr"


@pytest.mark.usefixtures("asked")
def test_advice_refuses_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit(state=written(tmp_path / "state.json", export(bucket(tags={})))) == 0
    assert "1 passed, 1 advised" in capsys.readouterr().out


def test_a_waiver_is_told_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _ask(monkeypatch, waiver("TST-01", expires=TODAY))
    assert audit(state=written(tmp_path / "state.json", export(bucket("other")))) == 0
    printed = capsys.readouterr().out
    assert "waived until" in printed
    assert "1 passed, 1 waived" in printed or "1 waived" in printed


@pytest.mark.usefixtures("asked")
def test_as_json_nothing_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = written(tmp_path / "state.json", export(bucket("other"), bucket(logical="second")))
    assert audit(state=state, as_json=True) == 1
    told = json.loads(capsys.readouterr().out)
    named, tagged = told["controls"]
    assert (told["stack"], told["frameworks"]) == ("eu-west", ["gdpr"])
    assert (named["id"], named["status"], named["severity"], named["law"]) == (
        "TST-01",
        "failed",
        "block",
        ["gdpr 5(1)(c)"],
    )
    assert named["findings"] == [
        {
            "urn": bucket()["urn"],
            "property": "bucket",
            "message": "is not the shop's",
            "given": "other",
            "allowed": "shop-…",
            "remedy": "Name it after the shop",
            "unknown": False,
        }
    ]
    assert (tagged["status"], tagged["findings"], tagged["waived"]) == ("passed", [], [])


@pytest.mark.usefixtures("asked")
def test_a_preview_and_stdin_are_read_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    preview = {
        "steps": [{"op": "create", "urn": bucket()["urn"], "newState": bucket("04da6b54-80e4-46f7-96ec-b56ff0331ba9")}]
    }
    assert audit(preview=written(tmp_path / "preview.json", preview)) == 1
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(export(bucket()))))
    assert audit(state="-") == 0


def test_a_stack_brings_its_own_law_and_what_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: list[tuple[object, ...]]
) -> None:
    for name in ("Pulumi.yaml", "Pulumi.eu-west.yaml"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LeptonError, match="not up on the embedded clouds: lepton sim -- pulumi up -s eu-west"):
        audit("eu-west", residency=None)
    assert not (tmp_path / ".lepton").exists()

    kept = tmp_path / ".lepton" / "sim" / "state" / ".pulumi" / "stacks" / "lepton"
    kept.mkdir(parents=True)
    written(kept / "eu-west.json", {"checkpoint": {"latest": export(bucket("other"))["deployment"]}})
    assert audit("eu-west", residency=None) == 1
    assert asked[-1] == ("eu-west", None, (), TODAY, True)
    assert audit("eu-west", residency=None, state=written(tmp_path / "state.json", export(bucket()))) == 0
    assert asked[-1] == ("eu-west", None, (), TODAY, False)


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"cannot be read: No such file"),
        (b"{", r"is not JSON"),
        (b"\xff", r"is not UTF-8"),
        (b"[" * 100_000, r"is not JSON"),
        (b"{}", r"is no state of a stack; make one with: pulumi stack export"),
        (b"[]", r"list where the engine writes a mapping"),
        (b'{"deployment": {}}', r"nothing to audit"),
    ],
)
@pytest.mark.parametrize("option", ["--state", "--preview"])
def test_a_bad_file_gives_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, message: str, option: str
) -> None:
    path = tmp_path / "file.json"
    if content is not None:
        path.write_bytes(content)
    expected = message.replace("no state of a stack; make one with: pulumi stack export", "no .* make one with: pulumi")
    if option == "--preview":
        expected = expected.replace("nothing to audit", "no preview")
    done = CliRunner().invoke(cli.app, ["audit", option, str(path), "--residency", "eu"])
    assert isinstance(done.exception, LeptonError)
    with pytest.raises(LeptonError, match=expected):
        raise done.exception


@pytest.mark.usefixtures("asked")
def test_what_cannot_be_meant_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = written(tmp_path / "state.json", export(bucket()))
    with pytest.raises(LeptonError, match=r"audit what\?"):
        audit()
    with pytest.raises(LeptonError, match="give one of them"):
        audit(state=state, preview=state)
    monkeypatch.chdir(ROOT)
    with pytest.raises(LeptonError, match="is of the stack 'eu-west', not of 'us-east'"):
        audit("us-east", state=state)


@pytest.mark.usefixtures("asked")
def test_what_refuses_comes_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit(state=written(tmp_path / "state.json", export(bucket("other", tags={})))) == 1
    printed = capsys.readouterr().out
    assert printed.index("TST-01") < printed.index("TST-02")
    assert "1 advised, 1 failed" in printed


def test_a_finding_of_the_whole_stack_needs_no_resource() -> None:
    from lepton_infra.audit import report
    from lepton_infra.compliance.rules.evaluate import Result

    finding = Finding(resource=None, path="", message="has no audit trail")
    result = Result(rule=RULES[0], findings=(finding,), waived=())
    assert report.table([result], ["gdpr"]).row_count == 1
    assert json.loads(report.rendered([result], "eu", ["gdpr"]))["controls"][0]["findings"][0]["urn"] is None


def test_only_the_articles_that_apply_are_cited() -> None:
    rule = replace(RULES[0], law=("gdpr 5", "gdpr 32", "hipaa 164"))
    assert auditing.articles(rule, ("gdpr", "eu_ai_act")) == "gdpr 5, gdpr 32"
    assert auditing.articles(rule, ("ccpa",)) == "gdpr 5, gdpr 32, hipaa 164"
