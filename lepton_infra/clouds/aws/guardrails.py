"""A service control policy (AWS Organizations) that binds every principal of the account, administrators included."""

from __future__ import annotations

from lepton_infra.clouds.aws.iam.policies import document
from lepton_infra.clouds.aws.settings import Settings
from lepton_infra.compliance.guardrails.args import Documents, GuardrailArgs

LONGEST = 5120
"""Characters of a service control policy, without white space, at most ("Quotas for AWS Organizations")."""

GLOBAL_SERVICES = (
    "access-analyzer:*",
    "account:*",
    "billing:*",
    "budgets:*",
    "ce:*",
    "cloudfront:*",
    "cur:*",
    "health:*",
    "iam:*",
    "organizations:*",
    "pricing:*",
    "route53:*",
    "route53domains:*",
    "shield:*",
    "sts:*",
    "support:*",
    "tag:*",
    "trustedadvisor:*",
    "waf:*",
)
"""What is served from one place for the whole world, so that no region can be asked of it ("AWS: Denies access to AWS
based on the requested Region", IAM user guide; the region deny control of Control Tower)."""

_TAMPERING = (
    "cloudtrail:DeleteTrail",
    "cloudtrail:PutEventSelectors",
    "cloudtrail:StopLogging",
    "cloudtrail:UpdateTrail",
    "config:DeleteConfigurationRecorder",
    "config:StopConfigurationRecorder",
    "guardduty:DeleteDetector",
    "guardduty:DisassociateFromAdministratorAccount",
    "guardduty:UpdateDetector",
)


def guardrails(settings: Settings, args: GuardrailArgs) -> Documents:
    """The policy, for ``aws organizations create-policy --type SERVICE_CONTROL_POLICY``.

    Only the region's administrators, who deploy it, change what watches them; copies to other places are refused
    to everybody.
    """
    places = list(args.locations)
    elsewhere = {"StringNotEquals": {"aws:RequestedRegion": places}}
    targets = [f"arn:aws:backup:{place}:*:backup-vault:*" for place in places]
    policy = document(
        {
            "Sid": "DenyOtherPlaces",
            "Effect": "Deny",
            "NotAction": list(GLOBAL_SERVICES),
            "Resource": "*",
            "Condition": elsewhere,
        },
        {
            "Sid": "DenyKeysElsewhere",
            "Effect": "Deny",
            "Action": ["kms:ReplicateKey"],
            "Resource": "*",
            "Condition": {"StringNotEquals": {"kms:ReplicaRegion": places}},
        },
        {
            "Sid": "DenyBackupsElsewhere",
            "Effect": "Deny",
            "Action": ["backup:CopyFromBackupVault"],
            "Resource": "*",
            "Condition": {"ForAnyValue:ArnNotLike": {"backup:CopyTargets": targets}},
        },
        {
            # Where a copy goes is in no condition key of these calls, so they are refused altogether: a region of ours
            # makes none, and a transfer that is recorded goes through the sync between regions.
            "Sid": "DenyReplication",
            "Effect": "Deny",
            "Action": [
                "dynamodb:CreateGlobalTable",
                "dynamodb:UpdateGlobalTable",
                "ecr:PutReplicationConfiguration",
                "s3:CreateMultiRegionAccessPoint",
                "s3:PutReplicationConfiguration",
                "secretsmanager:ReplicateSecretToRegions",
            ],
            "Resource": "*",
        },
        {
            "Sid": "DenyTampering",
            "Effect": "Deny",
            "Action": list(_TAMPERING),
            "Resource": "*",
            "Condition": {"ArnNotLike": {"aws:PrincipalArn": list(settings.administrators)}},
        },
        {
            "Sid": "DenyLeaving",
            "Effect": "Deny",
            "Action": ["organizations:LeaveOrganization"],
            "Resource": "*",
        },
    )
    return {"service-control-policy.json": policy}


def image_prefix(settings: Settings, stack: str) -> str:
    """Prefix of the names of a region's images: its ECR registry."""
    return f"{settings.account}.dkr.ecr.{settings.region}.amazonaws.com"
