"""Policies, trusts, keys' policies, credentials, emergency roles and organization policies."""

from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.compliance.facts import Encryption, Facts
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource
from tests.compliance.aws.graphs import ACCOUNT, allow, document, key, made, read

ROOT = f"arn:aws:iam::{ACCOUNT}:root"
ISSUER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/A"
SUBJECT = "oidc.eks.us-east-1.amazonaws.com/id/A:sub"
AUDIENCE = "oidc.eks.us-east-1.amazonaws.com/id/A:aud"
ASSUME = "sts:AssumeRole"


def everything(policy: Any, type: str = "aws:iam/rolePolicy:RolePolicy") -> Any:
    (grant,) = read(made(type, policy=policy)).grants
    return grant.everything.value


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        (document(allow("s3:GetObject", resource="arn:aws:s3:::models/*")), ()),
        (document(allow("*", resource="arn:aws:s3:::models")), ("Action *",)),
        (document(allow("s3:*", resource="arn:aws:s3:::models")), ()),
        (
            document(allow(["s3:GetObject", "s3:PutObject"], resource="*")),
            ("s3:GetObject on Resource *", "s3:PutObject on Resource *"),
        ),
        (document(allow("s3:*", resource="*")), ("s3:* on Resource *",)),
        (document(allow("s3:ListBucket", resource="*")), ("s3:ListBucket on Resource *",)),
        (document(allow(["ec2:DescribeImages", "eks:ListClusters", "ecr:GetAuthorizationToken"], resource="*")), ()),
        (document(allow("autoscaling:SetDesiredCapacity", resource="*", StringEquals={"aws:ResourceTag/a": "b"})), ()),
        (document({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), ("NotAction",)),
        (document({"Effect": "Deny", "Action": "*", "Resource": "*"}), ()),
        (document(allow("ec2:RunInstances", resource=["*"])), ("ec2:RunInstances on Resource *",)),
        (UNKNOWN, UNKNOWN),
        ("{", ()),
    ],
)
def test_what_a_policy_gives_without_bounds(policy: Any, found: Any) -> None:
    assert everything(policy) == found
    assert everything(policy, "aws:iam/policy:Policy") == found


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("AmazonEKSWorkerNodePolicy", ()),
        ("AdministratorAccess", ("AdministratorAccess",)),
        ("AmazonS3FullAccess", ("AmazonS3FullAccess",)),
        ("ReadOnlyAccess", ()),
    ],
)
def test_what_a_policy_of_aws_gives(name: str, found: tuple[str, ...]) -> None:
    arn = f"arn:aws:iam::aws:policy/{name}"
    attached = made("aws:iam/rolePolicyAttachment:RolePolicyAttachment", role="r", policyArn=arn)
    role = made("aws:iam/role:Role", managedPolicyArns=[arn], assumeRolePolicy=document())

    assert [grant.everything.value for grant in read(attached).grants] == [found]
    assert [grant.everything.value for grant in read(role).grants] == [found]


def test_a_role_may_bring_its_policies() -> None:
    role = made(
        "aws:iam/role:Role",
        assumeRolePolicy=document(),
        inlinePolicies=[{"name": "a", "policy": document(allow("*", resource="*"))}],
    )
    assert [grant.everything.value for grant in read(role).grants] == [(), ("Action *",)]


@pytest.mark.parametrize(
    ("trust", "exact", "anyone"),
    [
        (allow(ASSUME, principal={"Service": "ec2.amazonaws.com"}), True, False),
        (allow(ASSUME, principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/deployer"}), True, False),
        (allow(ASSUME, principal={"AWS": ROOT}), False, False),
        (allow(ASSUME, principal={"AWS": ACCOUNT}), False, False),
        (
            allow(ASSUME, principal={"AWS": ROOT}, ArnEquals={"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:user/a"}),
            True,
            False,
        ),
        (
            allow(ASSUME, principal={"AWS": ROOT}, ArnLike={"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:user/*"}),
            False,
            False,
        ),
        (allow(ASSUME, principal="*"), False, True),
        (allow(ASSUME, principal={"AWS": "*"}, StringEquals={"aws:PrincipalOrgID": "o-1"}), False, False),
        (allow(ASSUME, principal={"AWS": "*"}, StringNotEquals={"aws:PrincipalOrgID": "o-1"}), False, True),
        (allow(ASSUME, principal={"AWS": "*"}, StringEqualsIfExists={"aws:PrincipalOrgID": "o-1"}), False, True),
        (allow(ASSUME, principal={"AWS": "*"}, StringLike={"aws:PrincipalArn": "*"}), False, True),
        (
            allow(
                "sts:AssumeRoleWithWebIdentity",
                principal={"Federated": ISSUER},
                StringEquals={SUBJECT: "system:serviceaccount:a:b", AUDIENCE: "sts.amazonaws.com"},
            ),
            True,
            False,
        ),
        (
            allow(
                "sts:AssumeRoleWithWebIdentity",
                principal={"Federated": ISSUER},
                StringEquals={SUBJECT: "system:serviceaccount:a:b"},
            ),
            False,
            False,
        ),
        (
            allow(
                "sts:AssumeRoleWithWebIdentity",
                principal={"Federated": ISSUER},
                StringLike={SUBJECT: "system:serviceaccount:a:*"},
                StringEquals={AUDIENCE: "sts.amazonaws.com"},
            ),
            False,
            False,
        ),
        (allow("sts:AssumeRoleWithWebIdentity", principal={"Federated": ISSUER}), False, False),
    ],
)
def test_whom_a_role_trusts(trust: dict[str, Any], exact: bool, anyone: bool) -> None:
    (grant,) = read(made("aws:iam/role:Role", assumeRolePolicy=document(trust))).grants

    assert grant.exact is not None
    assert (grant.exact.value, grant.anyone.value) == (exact, anyone)


def test_a_trust_to_come_is_not_known() -> None:
    (grant,) = read(made("aws:iam/role:Role", assumeRolePolicy=UNKNOWN)).grants

    assert grant.exact is not None
    assert (grant.exact.value, grant.anyone.value) == (UNKNOWN, UNKNOWN)


@pytest.mark.parametrize("type", ["aws:sqs/queuePolicy:QueuePolicy", "aws:sns/topicPolicy:TopicPolicy"])
def test_public_resource_policies(type: str) -> None:
    def anyone(*statements: dict[str, Any]) -> Any:
        return read(made(type, policy=document(*statements))).grants[0].anyone.value

    assert anyone(allow("sqs:SendMessage", principal="*", resource="*")) is True
    assert anyone(allow("sqs:SendMessage", principal="*", resource="*", ArnEquals={"aws:SourceArn": "arn:a"})) is False
    assert anyone({"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}) is False
    assert anyone({"Effect": "Allow", "NotPrincipal": {"AWS": ROOT}, "Action": "*", "Resource": "*"}) is True


def test_s3_refuses_a_public_policy_where_it_is_told_to() -> None:
    bucket = made("aws:s3/bucket:Bucket", "b", bucket="b")
    block = made("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", bucket="b", blockPublicPolicy=True)
    policy = made("aws:s3/bucketPolicy:BucketPolicy", bucket="b", policy=UNKNOWN)

    assert read(bucket, policy).grants[0].anyone.value is UNKNOWN
    assert read(bucket, policy, block).grants[0].anyone.value is False


ADMINISTRATION = allow(["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"], principal={"AWS": ROOT}, resource="*")


@pytest.mark.parametrize(
    ("statements", "separated", "everyone"),
    [
        (
            [
                ADMINISTRATION,
                allow(
                    "kms:Decrypt",
                    principal={"AWS": ROOT},
                    resource="*",
                    StringEquals={"kms:ViaService": "s3.us-east-1.amazonaws.com"},
                ),
            ],
            True,
            False,
        ),
        (
            [ADMINISTRATION, allow("kms:Decrypt", principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/app"}, resource="*")],
            True,
            False,
        ),
        ([ADMINISTRATION, allow("kms:Decrypt", principal={"AWS": ROOT}, resource="*")], False, False),
        ([allow("kms:*", principal={"AWS": ROOT}, resource="*")], False, False),
        ([ADMINISTRATION, allow("kms:Decrypt", principal="*", resource="*")], True, True),
        (
            [
                ADMINISTRATION,
                allow("kms:Decrypt", principal="*", resource="*", StringEquals={"kms:CallerAccount": ACCOUNT}),
            ],
            True,
            False,
        ),
        ([{"Effect": "Allow", "NotAction": "kms:Sign", "Principal": {"AWS": ROOT}, "Resource": "*"}], False, False),
    ],
)
def test_who_may_do_what_with_a_key(statements: list[dict[str, Any]], separated: bool, everyone: bool) -> None:
    inline = key(policy=document(*statements))
    companion = made("aws:kms/keyPolicy:KeyPolicy", keyId="key", policy=document(*statements))

    for resources in ([inline], [key(), companion]):
        (found,) = read(*resources).keys
        assert (found.separated.value, found.everyone.value) == (separated, everyone)


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({}, {"rotation_days": None, "deletion_days": 30, "multi_region": False, "encryption": Encryption.CUSTOMER}),
        ({"enableKeyRotation": True}, {"rotation_days": 365}),
        ({"enableKeyRotation": True, "rotationPeriodInDays": 90}, {"rotation_days": 90}),
        ({"enableKeyRotation": UNKNOWN}, {"rotation_days": UNKNOWN}),
        ({"deletionWindowInDays": 7}, {"deletion_days": 7}),
        ({"multiRegion": True}, {"multi_region": True}),
        ({"customKeyStoreId": "cks-1"}, {"encryption": Encryption.EXTERNAL}),
        ({"protect": True}, {"locked": True}),
        ({"protect": True, "bypassPolicyLockoutSafetyCheck": True}, {"locked": False}),
        ({"policy": UNKNOWN}, {"everyone": UNKNOWN, "separated": UNKNOWN}),
    ],
)
def test_keys(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    (found,) = read(key(**inputs)).keys

    assert {fact: getattr(found, fact).value for fact in expected} == expected


def test_keys_that_only_sign_encrypt_nothing() -> None:
    assert read(key(keyUsage="SIGN_VERIFY", customerMasterKeySpec="ECC_NIST_P256")).keys == ()
    assert read(key(keyUsage="GENERATE_VERIFY_MAC", customerMasterKeySpec="HMAC_256")).keys == ()


def test_a_copied_key_is_of_several_regions_and_imported_ones_do_not_rotate() -> None:
    (copied,) = read(made("aws:kms/replicaKey:ReplicaKey", primaryKeyArn="arn:aws:kms:eu-west-1:1:key/mrk-1")).keys
    (imported,) = read(made("aws:kms/externalKey:ExternalKey", enableKeyRotation=True)).keys

    assert copied.multi_region.value is True
    assert imported.rotation_days.value is None


@pytest.mark.parametrize(
    ("resource", "what"),
    [
        (made("aws:iam/user:User"), "a user"),
        (made("aws:iam/accessKey:AccessKey"), "an access key"),
        (made("aws:ec2/keyPair:KeyPair"), "an SSH key"),
        (made("aws:secretsmanager/secretVersion:SecretVersion", secretString="hidden"), "a literal secret"),
        (made("aws:rds/instance:Instance", password="hidden"), "a literal secret"),
    ],
)
def test_secrets_that_live_long(resource: Resource, what: str) -> None:
    assert [found.what for found in read(resource).credentials] == [what]


def test_a_password_that_aws_keeps_is_none_of_them() -> None:
    assert read(made("aws:rds/instance:Instance", manageMasterUserPassword=True)).credentials == ()


def emergency(logical: str = "break-glass", /, *conditions: dict[str, Any], **inputs: Any) -> Facts:
    principal = {"AWS": f"arn:aws:iam::{ACCOUNT}:user/emergency"}
    statements = [allow(ASSUME, principal=principal, **condition) for condition in conditions or ({},)]
    return read(made("aws:iam/role:Role", logical, assumeRolePolicy=document(*statements), **inputs))


MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def test_an_emergency_role_is_known_by_its_name() -> None:
    assert len(emergency("us-east-break-glass").break_glass) == 1
    assert len(emergency("it", name="EmergencyAccess").break_glass) == 1
    assert emergency("deployer").break_glass == ()


@pytest.mark.parametrize(
    ("conditions", "asked"),
    [
        ([MFA], True),
        ([{"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}], True),
        ([{}], False),
        ([MFA, {}], False),
        ([{"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}], False),
    ],
)
def test_whether_one_factor_is_enough(conditions: list[dict[str, Any]], asked: bool) -> None:
    (found,) = emergency("break-glass", *conditions).break_glass

    assert found.second_factor.value is asked


@pytest.mark.parametrize(("seconds", "minutes"), [(None, 60), (3600, 60), (5400, 90), (3601, 61), (UNKNOWN, UNKNOWN)])
def test_how_long_an_emergency_lasts(seconds: Any, minutes: Any) -> None:
    (found,) = emergency("break-glass", MFA, **({} if seconds is None else {"maxSessionDuration": seconds})).break_glass

    assert found.minutes.value == minutes


def test_an_organization_policy_names_the_regions_that_are_left() -> None:
    refused = {
        "Effect": "Deny",
        "NotAction": ["iam:*", "sts:*"],
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["us-east-1", "us-east-2"]}},
    }
    (policy,) = read(made("aws:organizations/policy:Policy", content=document(refused))).organization_policies

    assert policy.locations.value == frozenset({"us-east-1", "us-east-2"})
    assert read(made("aws:organizations/policy:Policy", content=document())).organization_policies == ()
