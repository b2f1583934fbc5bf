"""The files by which hosts run ``.ci/run`` and hooks run the quick checks."""

from __future__ import annotations

import re
import subprocess
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml

from lepton_infra.engine import go_build

ROOT = Path(__file__).parents[2]
WORKFLOW = ROOT / ".github" / "workflows" / "ci.yaml"
JENKINSFILE = ROOT / "Jenkinsfile"
BRACKETS = {")": "(", "]": "[", "}": "{"}
ACTIONS = {"actions/checkout@v4", "actions/setup-go@v5", "actions/cache@v4"}


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def steps() -> list[dict[str, Any]]:
    jobs = yaml.safe_load(read(WORKFLOW))["jobs"]
    return list(chain.from_iterable(job["steps"] for job in jobs.values()))


def hooks() -> list[dict[str, Any]]:
    [repository] = yaml.safe_load(read(ROOT / ".pre-commit-config.yaml"))["repos"]
    assert repository["repo"] == "local"
    return list(repository["hooks"])


def without_text(groovy: str) -> str:
    """A Groovy script without comments and the contents of its strings."""
    return re.sub(r"//[^\n]*|'[^'\n]*'|\"[^\"\n]*\"", "", groovy)


@pytest.fixture(scope="session")
def actionlint() -> Path:
    """The linter of ``tools/actionlint``, built once for all checkouts."""
    pin = go_build.TOOLS / "actionlint"
    target = go_build.cache_folder("actionlint") / go_build.digest([pin / "go.sum"]) / "actionlint"
    package = "github.com/rhysd/actionlint/cmd/actionlint"
    program = go_build.Program(name="actionlint", pin=pin, package=package, versions={})
    if not target.exists():
        try:
            with go_build.replacing(target.parent) as fresh:
                go_build.build(program, fresh / target.name, print)
        except go_build.Unavailable as unavailable:
            pytest.skip(f"no actionlint: {unavailable}")
    return target


def test_the_workflow_passes_actionlint(actionlint: Path) -> None:
    done = subprocess.run([actionlint, "-no-color", WORKFLOW], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_workflow_runs_all_that_is_promised() -> None:
    assert [step["run"] for step in steps() if "run" in step] == [".ci/run"]


def test_the_workflow_uses_actions_by_known_versions() -> None:
    assert {step["uses"] for step in steps() if "uses" in step} == ACTIONS


def test_the_cache_is_keyed_by_files_that_exist() -> None:
    [cache] = [step["with"] for step in steps() if step.get("uses", "").startswith("actions/cache@")]
    hashed = re.findall(r"'([^']+)'", cache["key"])

    assert cache["path"] == "~/.cache/lepton-infra"
    assert hashed
    assert [pattern for pattern in hashed if not list(ROOT.glob(pattern))] == []


def test_brackets_of_the_jenkinsfile_are_balanced() -> None:
    open_ones: list[str] = []
    for character in without_text(read(JENKINSFILE)):
        if character in BRACKETS.values():
            open_ones.append(character)
        elif character in BRACKETS:
            assert open_ones.pop() == BRACKETS[character]

    assert open_ones == []


def test_the_jenkinsfile_is_a_declarative_pipeline_with_one_stage() -> None:
    text = read(JENKINSFILE)
    blocks = re.findall(r"(?m)^ *(pipeline|agent|options|stages|stage\('[^']+'\)|steps) *\{", text)

    assert blocks == ["pipeline", "agent", "options", "stages", "stage('Everything')", "steps"]
    assert "sh '.ci/run'" in text
    assert "XDG_CACHE_HOME" in text


def test_hooks_are_commands_of_the_environment() -> None:
    scripts = [hook["entry"].split()[0] for hook in hooks()]

    assert {hook["language"] for hook in hooks()} == {"system"}
    assert [script for script in scripts if not (ROOT / script).exists()] == []


def test_hooks_are_the_quick_half_of_make_check_and_the_stack_files() -> None:
    commands = [" ".join(hook["entry"].removeprefix(".venv/bin/").split()) for hook in hooks()]
    [recipe] = re.findall(r"(?m)^check:.*\n((?:\t.*\n)+)", read(ROOT / "Makefile"))
    checks = [line.strip().removeprefix("$(BIN)/").removesuffix(" .") for line in recipe.splitlines()]

    assert commands == [*(check for check in checks if check != "mypy"), "lepton check"]


@pytest.mark.parametrize("hook", hooks(), ids=lambda hook: hook["id"])
def test_what_starts_a_hook_exists(hook: dict[str, Any]) -> None:
    pattern = re.compile(hook.get("files", r"\.py$"))
    paths = [*ROOT.glob("*.*"), *(ROOT / "lepton_infra").rglob("*.py")]

    assert [path for path in paths if pattern.search(str(path.relative_to(ROOT)))] != []


def test_everything_has_an_owner_and_every_pattern_a_file() -> None:
    lines = [line.split() for line in read(ROOT / ".github" / "CODEOWNERS").splitlines()]
    owned = {pattern: owners for pattern, *owners in (line for line in lines if line and line[0] != "#")}

    assert [pattern for pattern in owned if pattern != "*" and not (ROOT / pattern.strip("/")).exists()] == []
    assert "*" in owned
    assert all(owner.startswith("@") for owners in owned.values() for owner in owners)


def test_no_rule_of_the_owners_is_of_one_cloud() -> None:
    """A folder is a cloud, and nothing else lists them."""
    assert re.findall(r"clouds/[a-z]", read(ROOT / ".github" / "CODEOWNERS")) == []
