"""Key policies: who administers a key, and which service may use it for whom.

Administration and use are separate statements. Administration is the account root, which delegates to the account's own
IAM policies; use is bound to one service. Nobody may use a key directly.
"""

from __future__ import annotations

from collections.abc import Sequence

from lepton_infra.clouds.aws.iam import arns
from lepton_infra.clouds.aws.iam.policies import Document, Statement, document

ADMINISTRATION = [
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListResourceTags",
    "kms:ListKeyRotations",
    "kms:PutKeyPolicy",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
]
USE = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]


def _administration(account: str) -> Statement:
    return {
        "Sid": "Administration",
        "Effect": "Allow",
        "Principal": {"AWS": arns.account_root(account)},
        "Action": ADMINISTRATION,
        "Resource": "*",
    }


def _use_through(account: str, hosts: Sequence[str], actions: Sequence[str] = USE) -> Statement:
    return {
        "Sid": "UseThroughService",
        "Effect": "Allow",
        "Principal": {"AWS": arns.account_root(account)},
        "Action": list(actions),
        "Resource": "*",
        "Condition": {"StringEquals": {"kms:CallerAccount": account, "kms:ViaService": list(hosts)}},
    }


def _grants_for_aws_resources(account: str, hosts: Sequence[str]) -> Statement:
    return {
        "Sid": "GrantThroughService",
        "Effect": "Allow",
        "Principal": {"AWS": arns.account_root(account)},
        "Action": ["kms:CreateGrant", "kms:RetireGrant"],
        "Resource": "*",
        "Condition": {
            "StringEquals": {"kms:CallerAccount": account, "kms:ViaService": list(hosts)},
            "Bool": {"kms:GrantIsForAWSResource": "true"},
        },
    }


def for_buckets(account: str, region: str) -> Document:
    """The key of a bucket's objects: used only through S3."""
    return document(_administration(account), _use_through(account, [arns.service_host("s3", region)]))


def for_images(account: str, region: str) -> Document:
    """The key of image repositories: ECR takes a grant when a repository is created."""
    hosts = [arns.service_host("ecr", region)]
    return document(_administration(account), _use_through(account, hosts), _grants_for_aws_resources(account, hosts))


def for_secrets(account: str) -> Document:
    """The key of Kubernetes secrets.

    EKS takes a grant in the name of whoever creates the cluster and does not document which service name it calls with,
    so use is bound to the account's IAM policies only: the cluster's role, and the caller that creates it.
    """
    delegated = {
        "Sid": "UseByIam",
        "Effect": "Allow",
        "Principal": {"AWS": arns.account_root(account)},
        "Action": [*USE, "kms:CreateGrant", "kms:RetireGrant"],
        "Resource": "*",
        "Condition": {"StringEquals": {"kms:CallerAccount": account}},
    }
    return document(_administration(account), delegated)


def for_disks(account: str, region: str) -> Document:
    """The key of node disks: used by EC2, by the volume driver through EC2, and by the autoscaling service for nodes.

    The autoscaling service's own role is named by a condition and not as the principal: a key policy that names a role
    which does not exist yet is refused, and in a new account that role appears only with the first scaling group.
    """
    autoscaling_role = (
        f"arn:aws:iam::{account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
    )
    by_role = {"kms:CallerAccount": account, "aws:PrincipalArn": autoscaling_role}
    hosts = [arns.service_host("ec2", region)]
    return document(
        _administration(account),
        _use_through(account, hosts),
        _grants_for_aws_resources(account, hosts),
        {
            "Sid": "UseByAutoscaling",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": USE,
            "Resource": "*",
            "Condition": {"StringEquals": by_role},
        },
        {
            "Sid": "GrantByAutoscaling",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": "kms:CreateGrant",
            "Resource": "*",
            "Condition": {"StringEquals": by_role, "Bool": {"kms:GrantIsForAWSResource": "true"}},
        },
    )


def for_logs(account: str, region: str, log_groups: Sequence[str]) -> Document:
    """The key of log groups: used by CloudWatch Logs for the groups whose names match ``log_groups``."""
    return document(
        _administration(account),
        {
            "Sid": "UseByLogs",
            "Effect": "Allow",
            "Principal": {"Service": arns.service_host("logs", region)},
            "Action": USE,
            "Resource": "*",
            "Condition": {
                "ArnLike": {
                    "kms:EncryptionContext:aws:logs:arn": [
                        arns.log_groups(account, region, pattern) for pattern in log_groups
                    ]
                }
            },
        },
    )


def for_audit(account: str, region: str, trail_arn: str) -> Document:
    """The key of the audit trail: CloudTrail writes with it for one trail, the account reads through S3.

    Source: "Configure AWS KMS key policies for CloudTrail", CloudTrail user guide.
    """
    context = {"kms:EncryptionContext:aws:cloudtrail:arn": f"arn:aws:cloudtrail:*:{account}:trail/*"}
    return document(
        _administration(account),
        _use_through(account, [arns.service_host("s3", region)], ["kms:Decrypt", "kms:DescribeKey"]),
        {
            "Sid": "WriteByTrail",
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": "kms:GenerateDataKey*",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceArn": trail_arn}, "StringLike": context},
        },
        {
            "Sid": "DescribeByTrail",
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": "kms:DescribeKey",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceArn": trail_arn}},
        },
    )


def for_alerts(account: str, region: str) -> Document:
    """The key of the alerts' topic: used by EventBridge, which publishes, and by the account through SNS.

    EventBridge says nothing of whom it publishes for when a topic is encrypted, so there is no condition to bind it by
    ("Enable compatibility between event sources from AWS services and encrypted topics", SNS developer guide); the key
    encrypts nothing else.
    """
    return document(
        _administration(account),
        _use_through(account, [arns.service_host("sns", region)]),
        {
            "Sid": "UseByEvents",
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
            "Resource": "*",
        },
    )


def for_backups(account: str, region: str) -> Document:
    """The key of a vault: used through Backup, which takes grants for the copies that it makes."""
    hosts = [arns.service_host("backup", region)]
    return document(_administration(account), _use_through(account, hosts), _grants_for_aws_resources(account, hosts))
