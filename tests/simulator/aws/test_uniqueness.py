"""Names that may be there once."""

from collections.abc import Callable
from typing import Any

import pytest

from lepton_infra.simulator.aws import tokens
from lepton_infra.simulator.behaviour import CloudError
from tests.simulator.aws.account import ACCOUNT, Account, trust

ROLE = {"assumeRolePolicy": trust("ec2.amazonaws.com")}
PRINCIPAL = f"arn:aws:iam::{ACCOUNT}:role/admins"
Inputs = Callable[[Account], dict[str, Any]]


def test_bucket_names_are_of_the_whole_world(account: Account, other: Callable[..., Account]) -> None:
    account.make(tokens.BUCKET, bucket="models")

    with pytest.raises(CloudError) as theirs:
        other("444455556666", "eu-west-1").make(tokens.BUCKET, bucket="models")
    with pytest.raises(CloudError) as ours:
        other(region="eu-west-1").make(tokens.BUCKET_V2, bucket="models")

    assert theirs.value.code == "BucketAlreadyExists"
    assert ours.value.code == "BucketAlreadyOwnedByYou"


def test_role_names_are_of_the_account(account: Account, other: Callable[..., Account]) -> None:
    account.make(tokens.ROLE, name="r", **ROLE)

    other("444455556666").make(tokens.ROLE, name="r", **ROLE)
    with pytest.raises(CloudError, match="EntityAlreadyExists"):
        other(region="eu-west-1").make(tokens.ROLE, name="r", **ROLE)


def test_other_names_are_of_the_region(account: Account, other: Callable[..., Account]) -> None:
    account.make(tokens.LOG_GROUP, name="/a")

    other(region="eu-west-1").make(tokens.LOG_GROUP, name="/a")


def test_what_is_put_may_be_put_again(account: Account) -> None:
    account.make(tokens.BUCKET, bucket="models")
    first = account.make(
        tokens.BUCKET_VERSIONING[0], "a", bucket="models", versioningConfiguration={"status": "Enabled"}
    )
    second = account.make(
        tokens.BUCKET_VERSIONING[0], "b", bucket="models", versioningConfiguration={"status": "Suspended"}
    )

    assert first.id == second.id
    assert len(list(account.scope.all(tokens.BUCKET_VERSIONING[0]))) == 1
