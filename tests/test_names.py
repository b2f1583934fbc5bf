"""Tags and labels."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from lepton_infra.layers import naming

LABEL_VALUE = re.compile(r"([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?")


def test_our_tags_win() -> None:
    tags = naming.tags(stack="eu-west", residency="eu", extra={"owner": "ml", "lepton:stack": "mine"})
    assert tags == {
        "owner": "ml",
        "lepton:stack": "eu-west",
        "lepton:residency": "eu",
        "lepton:managed-by": "pulumi",
    }


def test_labels_of_tags() -> None:
    assert naming.labels({"lepton:stack": "eu-west", "owner": "ml team"}) == {
        "lepton.dev/stack": "eu-west",
        "owner": "ml-team",
    }


@given(st.text(max_size=200))
def test_any_tag_value_makes_a_legal_label(value: str) -> None:
    (label,) = naming.labels({"owner": value}).values()
    assert LABEL_VALUE.fullmatch(label)
