"""What CONTRIBUTING.md says one must do to add something is enough, and nothing of it is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kit import walks


@pytest.mark.parametrize(("walk", "steps"), [("Adding a rule", 6), ("Adding a simulated type", 3)])
def test_a_walk_leads_where_it_says(walk: str, steps: int, tmp_path: Path) -> None:
    copy = walks.copied(tmp_path)

    assert walks.apply(walk, copy) == steps
    for command in walks.commands(walk):
        done = walks.run(command, copy)

        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        assert "skipped" not in done.stdout


def test_the_case_of_a_rule_fails_without_the_rule(tmp_path: Path) -> None:
    copy = walks.copied(tmp_path)
    walks.apply("Adding a rule", copy)
    rules = copy / "lepton_infra" / "compliance" / "rules" / "workload.py"
    text = rules.read_text(encoding="utf-8")
    assert '"--inspect"' in text
    rules.write_text(text.replace('"--inspect"', '"--nothing"'), encoding="utf-8")

    done = walks.run([*walks.commands("Adding a rule")[-1], "-k", "debugger"], copy)

    assert done.returncode == 1, done.stdout
    assert "a debugger's port" in done.stdout


def test_every_sentence_with_a_block_is_a_step() -> None:
    for walk in ("Adding a rule", "Adding a simulated type"):
        text = walks.section(walk)

        assert text.count("```python") == text.count("`:\n\n```python")
