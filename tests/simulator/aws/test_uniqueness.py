"""Names that may be there once."""

from collections.abc import Callable
from typing import Any

import pytest

from lepton_infra.simulator.aws import iam, logs, s3
from lepton_infra.simulator.behaviour import CloudError
from tests.kit.aws_account import ACCOUNT, Account, trust

ROLE = {"assumeRolePolicy": trust("ec2.amazonaws.com")}
PRINCIPAL = f"arn:aws:iam::{ACCOUNT}:role/admins"
Inputs = Callable[[Account], dict[str, Any]]


def test_bucket_names_are_of_the_whole_world(account: Account, other: Callable[..., Account]) -> None:
    account.make(s3.BUCKET.token, bucket="models")

    with pytest.raises(CloudError) as theirs:
        other("444455556666", "eu-west-1").make(s3.BUCKET.token, bucket="models")
    with pytest.raises(CloudError) as ours:
        other(region="eu-west-1").make(s3.BUCKETS[1].token, bucket="models")

    assert theirs.value.code == "BucketAlreadyExists"
    assert ours.value.code == "BucketAlreadyOwnedByYou"


def test_role_names_are_of_the_account(account: Account, other: Callable[..., Account]) -> None:
    account.make(iam.ROLE.token, name="r", **ROLE)

    other("444455556666").make(iam.ROLE.token, name="r", **ROLE)
    with pytest.raises(CloudError, match="EntityAlreadyExists"):
        other(region="eu-west-1").make(iam.ROLE.token, name="r", **ROLE)


def test_other_names_are_of_the_region(account: Account, other: Callable[..., Account]) -> None:
    account.make(logs.LOG_GROUP.token, name="/a")

    other(region="eu-west-1").make(logs.LOG_GROUP.token, name="/a")


def test_what_is_put_may_be_put_again(account: Account) -> None:
    account.make(s3.BUCKET.token, bucket="models")
    first = account.make(
        s3.BUCKET_VERSIONING.token, "a", bucket="models", versioningConfiguration={"status": "Enabled"}
    )
    second = account.make(
        s3.BUCKET_VERSIONING.token, "b", bucket="models", versioningConfiguration={"status": "Suspended"}
    )

    assert first.id == second.id
    assert len(list(account.scope.all(s3.BUCKET_VERSIONING.token))) == 1
