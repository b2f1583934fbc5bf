from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepton_infra.clouds.gcp.labels import labels
from lepton_infra.layers import naming

keys = st.from_regex(r"[a-z][a-z0-9_-]{0,62}", fullmatch=True)
values = st.from_regex(r"[A-Za-z0-9 ._:/=+@-]{1,63}", fullmatch=True)


@pytest.mark.parametrize(
    ("tag", "label"),
    [
        (("lepton:stack", "ap-south"), ("lepton-stack", "ap-south")),
        (("owner", "AI Platform"), ("owner", "ai-platform")),
        (("team", "a.b/c@d"), ("team", "a-b-c-d")),
        (("long", "x" * 80), ("long", "x" * 63)),
    ],
)
def test_a_tag_becomes_a_label(tag: tuple[str, str], label: tuple[str, str]) -> None:
    assert labels(dict([tag])) == dict([label])


@given(st.dictionaries(keys, values))
def test_any_tags_of_a_stack_file_are_legal_labels_and_ours_stand(extra: dict[str, str]) -> None:
    made = labels(naming.tags(stack="ap-south", residency="in", extra=extra))
    for key, value in made.items():
        assert re.fullmatch(r"[a-z][a-z0-9_-]{0,62}", key)
        assert re.fullmatch(r"[a-z0-9_-]{0,63}", value)
    assert made["lepton-stack"] == "ap-south"
