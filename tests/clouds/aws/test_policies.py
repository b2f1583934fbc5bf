"""The policy documents, by value."""

from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.clouds.aws.iam import key_policies, policies
from lepton_infra.clouds.aws.storage import bucket_policies

ACCOUNT, REGION = "111122223333", "us-east-1"
ROOT = {"AWS": "arn:aws:iam::111122223333:root"}


def statement(document: Any, sid: str) -> dict[str, Any]:
    (found,) = [statement for statement in document["Statement"] if statement.get("Sid") == sid]
    return dict(found)


def test_pods_take_a_role_by_cluster_namespace_and_service_account() -> None:
    trust = policies.pod_trust(
        account=ACCOUNT,
        cluster_arn="arn:aws:eks:us-east-1:111122223333:cluster/c",
        namespace="serving-cifar10",
        service_account="cifar10",
    )
    (only,) = trust["Statement"]
    assert only == {
        "Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": {
            "StringEquals": {
                "aws:SourceAccount": ACCOUNT,
                "aws:RequestTag/eks-cluster-arn": "arn:aws:eks:us-east-1:111122223333:cluster/c",
                "aws:RequestTag/kubernetes-namespace": "serving-cifar10",
                "aws:RequestTag/kubernetes-service-account": "cifar10",
            }
        },
    }


def test_flow_logs_take_their_role_for_the_own_account() -> None:
    (only,) = policies.flow_log_trust(ACCOUNT)["Statement"]
    assert only["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert only["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


def test_a_reader_sees_its_prefix_and_nothing_else() -> None:
    listing, reading, decrypting = policies.reads_prefix(
        bucket_arn="arn:aws:s3:::models", prefix="cifar10/", key_arn="KEY", region=REGION
    )
    assert listing["Action"] == "s3:ListBucket"
    assert listing["Resource"] == "arn:aws:s3:::models"
    assert listing["Condition"] == {"StringLike": {"s3:prefix": ["cifar10/", "cifar10/*"]}}
    assert (reading["Action"], reading["Resource"]) == ("s3:GetObject", "arn:aws:s3:::models/cifar10/*")
    assert (decrypting["Action"], decrypting["Resource"]) == ("kms:Decrypt", "KEY")
    assert decrypting["Condition"] == {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}


def test_the_autoscaler_changes_only_its_own_clusters_groups() -> None:
    look, scale = policies.scales_nodes("c")
    assert all(":Describe" in action or ":Get" in action for action in look["Action"])
    assert scale["Condition"] == {"StringEquals": {"aws:ResourceTag/k8s.io/cluster-autoscaler/c": "owned"}}


@pytest.mark.parametrize(("own_resources", "bounds"), [(False, 1), (True, 2)])
def test_an_endpoint_lets_the_own_account_through(own_resources: bool, bounds: int) -> None:
    (only,) = policies.endpoint_for_account(ACCOUNT, own_resources=own_resources)["Statement"]
    equals = only["Condition"]["StringEquals"]
    assert set(equals.values()) == {ACCOUNT}
    assert len(equals) == bounds


def test_the_s3_endpoint_reaches_own_buckets_and_image_layers() -> None:
    document = policies.s3_endpoint(ACCOUNT, REGION)
    own, layers = document["Statement"]
    assert own["Condition"]["StringEquals"] == {"aws:PrincipalAccount": ACCOUNT, "aws:ResourceAccount": ACCOUNT}
    assert layers["Action"] == "s3:GetObject"
    assert layers["Resource"] == "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"


KEY_POLICIES = {
    "buckets": key_policies.for_buckets(ACCOUNT, REGION),
    "images": key_policies.for_images(ACCOUNT, REGION),
    "secrets": key_policies.for_secrets(ACCOUNT),
    "disks": key_policies.for_disks(ACCOUNT, REGION),
    "logs": key_policies.for_logs(ACCOUNT, REGION, ["/lepton/a/flow", "/aws/eks/*"]),
}


@pytest.mark.parametrize("policy", KEY_POLICIES.values(), ids=KEY_POLICIES)
def test_who_administers_a_key_does_not_use_it(policy: Any) -> None:
    administration = statement(policy, "Administration")
    assert administration["Principal"] == ROOT
    assert "Condition" not in administration
    using = {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*", "kms:CreateGrant", "kms:*"}
    assert not using & set(administration["Action"])
    assert "kms:PutKeyPolicy" in administration["Action"], "nobody could ever change the policy"


@pytest.mark.parametrize("policy", KEY_POLICIES.values(), ids=KEY_POLICIES)
def test_whatever_else_a_key_policy_allows_is_bound(policy: Any) -> None:
    for found in policy["Statement"]:
        assert found.get("Sid") == "Administration" or found["Condition"], found


@pytest.mark.parametrize(
    ("policy", "host"), [("buckets", "s3"), ("images", "ecr"), ("disks", "ec2")], ids=lambda value: value
)
def test_a_key_is_used_through_its_service(policy: str, host: str) -> None:
    use = statement(KEY_POLICIES[policy], "UseThroughService")
    assert use["Condition"]["StringEquals"] == {
        "kms:CallerAccount": ACCOUNT,
        "kms:ViaService": [f"{host}.us-east-1.amazonaws.com"],
    }


def test_the_autoscaling_service_may_use_the_disks_key_before_its_role_exists() -> None:
    role = "arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
    for sid in ("UseByAutoscaling", "GrantByAutoscaling"):
        found = statement(KEY_POLICIES["disks"], sid)
        assert found["Principal"] == {"AWS": "*"}
        assert found["Condition"]["StringEquals"] == {"kms:CallerAccount": ACCOUNT, "aws:PrincipalArn": role}
    assert statement(KEY_POLICIES["disks"], "GrantByAutoscaling")["Condition"]["Bool"] == {
        "kms:GrantIsForAWSResource": "true"
    }


def test_the_logs_key_serves_named_groups_only() -> None:
    use = statement(KEY_POLICIES["logs"], "UseByLogs")
    assert use["Principal"] == {"Service": "logs.us-east-1.amazonaws.com"}
    assert use["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"] == [
        "arn:aws:logs:us-east-1:111122223333:log-group:/lepton/a/flow",
        "arn:aws:logs:us-east-1:111122223333:log-group:/aws/eks/*",
    ]


OBJECTS = bucket_policies.for_objects("models", ACCOUNT, "KEY")
ACCESS_LOG = bucket_policies.for_access_log("log", ACCOUNT, ["models", "data"])


@pytest.mark.parametrize(
    ("sid", "condition"),
    [
        ("DenyPlainHttp", {"Bool": {"aws:SecureTransport": "false"}}),
        ("DenyOldTls", {"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
        (
            "DenyOtherAccounts",
            {"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}, "Bool": {"aws:PrincipalIsAWSService": "false"}},
        ),
    ],
)
@pytest.mark.parametrize(("document", "bucket"), [(OBJECTS, "models"), (ACCESS_LOG, "log")])
def test_every_bucket_refuses(document: Any, bucket: str, sid: str, condition: dict[str, Any]) -> None:
    found = statement(document, sid)
    assert (found["Effect"], found["Principal"], found["Action"]) == ("Deny", "*", "s3:*")
    assert found["Resource"] == [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    assert found["Condition"] == condition


@pytest.mark.parametrize(
    ("sid", "header", "value"),
    [
        ("DenyOtherEncryption", "s3:x-amz-server-side-encryption", "aws:kms"),
        ("DenyOtherKeys", "s3:x-amz-server-side-encryption-aws-kms-key-id", "KEY"),
    ],
)
def test_a_bucket_refuses_what_its_key_does_not_encrypt(sid: str, header: str, value: str) -> None:
    found = statement(OBJECTS, sid)
    assert (found["Effect"], found["Action"]) == ("Deny", "s3:PutObject")
    assert found["Condition"] == {"StringNotEqualsIfExists": {header: value}}


def test_only_log_delivery_for_the_regions_buckets_writes_the_access_log() -> None:
    allowed = [found for found in ACCESS_LOG["Statement"] if found["Effect"] == "Allow"]
    (delivery,) = allowed
    assert delivery["Principal"] == {"Service": "logging.s3.amazonaws.com"}
    assert delivery["Condition"] == {
        "ArnLike": {"aws:SourceArn": ["arn:aws:s3:::models", "arn:aws:s3:::data"]},
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
    }
