"""Whatever way a stack file is written in: one value changes, and nothing else."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lepton_infra.delivery.pin.stack_text import edited, models
from lepton_infra.stack import yaml_lines

DIGEST = "sha256:" + "a" * 64
OTHER = "sha256:" + "b" * 64

COMMENTS = st.sampled_from(["", "  # é: {version: 1}", "   # - digest: null"])
BLANKS = st.sampled_from(["", "\n", "# note\n"])
KEYS = st.sampled_from(["version", '"version"', "'version'"])
DIGESTS = st.sampled_from([None, "null", "~", OTHER, f'"{OTHER}"', f"'{OTHER}'"])
WEIGHTS = st.sampled_from([[], ["weight: 0"], ["weight: 0", "replicas: {min: 1, max: 2}"], ['"shadow": 5']])


@st.composite
def fields(draw: st.DrawFn, number: int) -> list[str]:
    """Of one version, in any order."""
    digest = draw(DIGESTS)
    written = [f"{draw(KEYS)}: {number}", *draw(WEIGHTS), *([] if digest is None else [f"digest: {digest}"])]
    return draw(st.permutations(written))


@st.composite
def entries(draw: st.DrawFn, count: int, indent: str) -> str:
    """The versions of one model: all in brackets, each in braces, or in lines."""
    versions = [draw(fields(number + 1)) for number in range(count)]
    if draw(st.booleans()):
        space = draw(st.sampled_from(["", " "]))
        inside = ", ".join(f"{{{space}{', '.join(each)}{space}}}" for each in versions)
        return f"{indent}versions: [{inside}]{draw(COMMENTS)}\n"
    text = f"{indent}versions:{draw(COMMENTS)}\n"
    for each in versions:
        if draw(st.booleans()):
            text += f"{indent}  - {{{', '.join(each)}}}{draw(COMMENTS)}\n"
        else:
            gap = draw(st.sampled_from([" ", "   "]))
            lines = [f"{line}{draw(COMMENTS)}\n{draw(BLANKS)}" for line in each]
            text += f"{indent}  -{gap}" + f"{indent}   {gap}".join(lines)
    return text


@st.composite
def files(draw: st.DrawFn) -> tuple[str, tuple[int, int]]:
    counts = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    indent = draw(st.sampled_from(["      ", "    "]))
    text = f"# ü\nconfig:\n  lepton:region:\n    tags: {{a: 'b'}}\n    models:{draw(COMMENTS)}\n"
    for index, count in enumerate(counts):
        text += f"{indent}- name: m{index}{draw(COMMENTS)}\n{draw(entries(count, f'{indent}  '))}"
    text += draw(st.sampled_from(["", "    name: one\n", "encryptionsalt: v1:x\n"]))
    if draw(st.booleans()):
        text = text.removesuffix("\n")
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    model = draw(st.integers(0, len(counts) - 1))
    return text, (model, draw(st.integers(0, counts[model] - 1)))


def said(text: str) -> Any:
    return yaml_lines.parse(text).value


@given(files())
def test_one_value_changes_and_one_line_at_most(drawn: tuple[str, tuple[int, int]]) -> None:
    text, place = drawn
    result = edited(text, place, DIGEST)
    expected = copy.deepcopy(said(text))
    version = models(expected)[place[0]]["versions"][place[1]]
    had = "digest" in version
    version["digest"] = DIGEST
    assert said(result) == expected
    before, after = text.splitlines(keepends=True), result.splitlines(keepends=True)
    same = next(
        (i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    if len(after) == len(before):
        assert before[same + 1 :] == after[same + 1 :]
    else:
        assert not had
        ends = [text.endswith("\n"), result.endswith("\n")]
        if before[same:] == after[same + 1 :]:
            assert after[same].strip() == f"digest: {DIGEST}"
        else:
            # The last line had no end, and has one now.
            assert ends == [False, False]
            assert (len(before) - same, after[same].rstrip("\r\n")) == (1, before[same])


@given(files())
def test_to_edit_twice_is_to_edit_once(drawn: tuple[str, tuple[int, int]]) -> None:
    text, place = drawn
    once = edited(text, place, DIGEST)
    assert edited(once, place, DIGEST) == once
    assert edited(edited(text, place, OTHER), place, DIGEST) == once
