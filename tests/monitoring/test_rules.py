"""Every alert, held against series by Prometheus' own tool: when it fires and what it says, and when it does not."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from lepton_infra.platform.monitoring import rules
from tests.kit.monitoring import rule_groups

FOLDER = Path(__file__).parent / "alerts"
RUNBOOKS = Path(__file__).parents[2] / rules.RUNBOOKS
FILES = sorted(path.stem for path in FOLDER.glob("*.yaml"))

PROMTOOL = shutil.which("promtool")
needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed (Debian: prometheus)")


@cache
def groups() -> list[dict[str, Any]]:
    return rule_groups()


@cache
def cases(name: str) -> list[dict[str, Any]]:
    # All scalars are text: to YAML "0x30", which is zero thirty times, is the number 48.
    found: list[dict[str, Any]] = yaml.load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
    return found


def severity(alert: str) -> str:
    (found,) = {rule["labels"]["severity"] for rule in rules.alerts(groups()) if rule["alert"] == alert}
    return str(found)


def run(*command: str) -> subprocess.CompletedProcess[str]:
    assert PROMTOOL is not None
    return subprocess.run([PROMTOOL, *command], capture_output=True, text=True, check=False)


def written(folder: Path, of: Sequence[dict[str, Any]]) -> Path:
    path = folder / "rules.yaml"
    path.write_text(yaml.safe_dump({"groups": list(of)}, sort_keys=False), encoding="utf-8")
    return path


def step_of(case: dict[str, Any]) -> str:
    """How far apart samples and looks are: days pass in longer steps."""
    return str(case.get("every", "1m"))


def as_promtool_takes_it(case: dict[str, Any]) -> dict[str, Any]:
    alert = case["alert"]
    expected = [
        {
            "exp_labels": {"severity": severity(alert), **fired["labels"]},
            "exp_annotations": {
                "summary": fired["summary"],
                "description": fired["description"],
                "runbook_url": f"{rules.RUNBOOKS}#{alert.lower()}",
            },
        }
        for fired in case.get("fires", [])
    ]
    return {
        "interval": step_of(case),
        "name": f"{alert}: {case['what']}",
        "input_series": [{"series": series, "values": values} for series, values in case["series"].items()],
        "alert_rule_test": [{"eval_time": case["at"], "alertname": alert, "exp_alerts": expected}],
    }


@needs_promtool
def test_the_rules_are_rules(tmp_path: Path) -> None:
    done = run("check", "rules", "--lint=all", "--lint-fatal", str(written(tmp_path, groups())))
    assert done.returncode == 0, done.stdout + done.stderr


@needs_promtool
@pytest.mark.parametrize("name", FILES)
def test_alerts_fire_and_do_not(name: str, tmp_path: Path) -> None:
    rule_file = written(tmp_path, groups())
    files = []
    for step in sorted({step_of(case) for case in cases(name)}):
        tests = [as_promtool_takes_it(case) for case in cases(name) if step_of(case) == step]
        files.append(tmp_path / f"{name}-{step}.yaml")
        text = {
            "rule_files": [str(rule_file)],
            "evaluation_interval": step,
            # Prometheus looks every half minute, so a group reads what another has recorded just before. Here half an
            # hour may lie between two looks.
            "group_eval_order": [group["name"] for group in groups()],
            "tests": tests,
        }
        files[-1].write_text(yaml.safe_dump(text), encoding="utf-8")

    done = run("test", "rules", *map(str, files))

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_case_that_expects_something_else_is_told(tmp_path: Path) -> None:
    """The harness can fail: a silent case is turned into one that should fire."""
    if PROMTOOL is None:
        pytest.skip("promtool is not installed (Debian: prometheus)")
    silent = next(case for case in cases("gateway") if "fires" not in case)
    wrong = {**silent, "fires": [{"labels": {}, "summary": "", "description": ""}]}
    file = tmp_path / "wrong.yaml"
    text = {"rule_files": [str(written(tmp_path, groups()))], "tests": [as_promtool_takes_it(wrong)]}
    file.write_text(yaml.safe_dump(text), encoding="utf-8")

    assert run("test", "rules", str(file)).returncode != 0


def test_every_alert_has_a_case_that_fires_and_one_that_does_not() -> None:
    alerts = {rule["alert"] for rule in rules.alerts(groups())}
    every = [case for name in FILES for case in cases(name)]
    assert {case["alert"] for case in every if case.get("fires")} == alerts
    assert {case["alert"] for case in every if not case.get("fires")} == alerts


@pytest.mark.parametrize("alert", sorted({rule["alert"] for rule in rules.alerts(groups())}))
def test_an_alert_says_what_is_wrong_and_what_to_do(alert: str) -> None:
    (rule,) = [rule for rule in rules.alerts(groups()) if rule["alert"] == alert]
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert "$value" in rule["annotations"]["description"]
    assert rule["annotations"]["summary"]
    headings = RUNBOOKS.read_text(encoding="utf-8").splitlines()
    assert f"### {alert}" in headings


def test_names_of_groups_and_alerts_differ() -> None:
    names = [group["name"] for group in groups()]
    assert len(set(names)) == len(names)
    alerts = [rule["alert"] for rule in rules.alerts(groups())]
    assert len(set(alerts)) == len(alerts)
