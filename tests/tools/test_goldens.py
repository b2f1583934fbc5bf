from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools import goldens

ROOT = Path(__file__).parents[2]


def test_steps_run_in_order_until_one_fails(capsys: pytest.CaptureFixture[str]) -> None:
    done: list[str] = []
    steps = {
        "first": lambda: done.append("first"),
        "second": lambda: 1,
        "third": lambda: done.append("third"),
    }

    assert goldens.run(steps) == 1
    assert done == ["first"]
    assert "second: failed" in capsys.readouterr().err


def test_what_a_step_writes_is_in_the_repository() -> None:
    written = [path for names in goldens.STEPS for path in names.split(" and ")]

    assert [path for path in written if not (ROOT / path).exists()] == []


def test_make_goldens_runs_nothing_else() -> None:
    [recipe] = re.findall(r"(?m)^goldens:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"))

    assert recipe.split() == ["@$(BIN)/python", "-m", "tools.goldens"]
