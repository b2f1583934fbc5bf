from __future__ import annotations

import re

import pytest

from lepton_infra.clouds.gcp.iam.accounts import account_id


@pytest.mark.parametrize("name", ["ap-south-cluster-nodes", "a" * 20 + "-cluster-nodes", "a" * 19 + "z-cluster-nodes"])
def test_an_accounts_id_is_legal(name: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9-]{4,28}[a-z0-9]", account_id(name))


def test_a_short_name_stays_and_long_ones_stay_apart() -> None:
    assert account_id("ap-south-cluster-nodes") == "ap-south-cluster-nodes"
    assert account_id("a" * 40) != account_id("a" * 41)
