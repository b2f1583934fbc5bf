"""IAM and endpoint policy documents, as pure functions of names and ARNs.

A document may hold Pulumi outputs; ``pulumi.Output.json_dumps`` makes the string.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lepton_infra.clouds.aws.iam import arns

Statement = Mapping[str, Any]
Document = Mapping[str, Any]


def document(*statements: Statement) -> Document:
    """Statements as a policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def service_trust(service: str) -> Document:
    """Let an AWS service take a role."""
    return document({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"})


def flow_log_trust(account: str) -> Document:
    """Let flow logs take a role for networks of ``account`` and of no other."""
    (statement,) = service_trust("vpc-flow-logs.amazonaws.com")["Statement"]
    return document({**statement, "Condition": {"StringEquals": {"aws:SourceAccount": account}}})


def pod_trust(*, account: str, cluster_arn: str, namespace: str, service_account: str) -> Document:
    """Let the pods of one service account of one cluster take a role, through EKS Pod Identity.

    The conditions repeat what the association says, so that a second association, made by hand in another namespace or
    another cluster, does not open the role.
    """
    return document(
        {
            "Effect": "Allow",
            "Principal": {"Service": "pods.eks.amazonaws.com"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Condition": {
                "StringEquals": {
                    "aws:SourceAccount": account,
                    "aws:RequestTag/eks-cluster-arn": cluster_arn,
                    "aws:RequestTag/kubernetes-namespace": namespace,
                    "aws:RequestTag/kubernetes-service-account": service_account,
                }
            },
        }
    )


def emergency_trust(*, account: str, region: str, user_arn: str) -> Document:
    """Let one user with a second factor take a role, at the region's own endpoint.

    The user is named by a condition: IAM refuses a trust in a user that is not there yet.
    """
    return document(
        {
            "Effect": "Allow",
            "Principal": {"AWS": arns.account_root(account)},
            "Action": "sts:AssumeRole",
            "Condition": {
                "ArnEquals": {"aws:PrincipalArn": user_arn},
                "Bool": {"aws:MultiFactorAuthPresent": "true"},
                "StringEquals": {"aws:RequestedRegion": region},
            },
        }
    )


def enters_cluster(cluster_arn: str) -> Sequence[Statement]:
    """Describe one cluster, and create and delete its access entries."""
    return [
        {
            "Sid": "EnterCluster",
            "Effect": "Allow",
            "Action": [
                "eks:AssociateAccessPolicy",
                "eks:CreateAccessEntry",
                "eks:DeleteAccessEntry",
                "eks:DescribeAccessEntry",
                "eks:DescribeCluster",
                "eks:DisassociateAccessPolicy",
                "eks:ListAccessEntries",
                "eks:ListAssociatedAccessPolicies",
            ],
            "Resource": [cluster_arn, f"{cluster_arn.replace(':cluster/', ':access-entry/')}/*"],
        }
    ]


def reads_prefix(*, bucket_arn: str, prefix: str, key_arn: Any, region: str) -> Sequence[Statement]:
    """Read the objects under ``prefix`` of a bucket and decrypt them, nothing else."""
    return [
        {
            "Sid": "ListPrefix",
            "Effect": "Allow",
            "Action": "s3:ListBucket",
            "Resource": bucket_arn,
            "Condition": {"StringLike": {"s3:prefix": [prefix, f"{prefix}*"]}},
        },
        {"Sid": "ReadPrefix", "Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{bucket_arn}/{prefix}*"},
        {
            "Sid": "DecryptObjects",
            "Effect": "Allow",
            "Action": "kms:Decrypt",
            "Resource": key_arn,
            "Condition": {"StringEquals": {"kms:ViaService": arns.service_host("s3", region)}},
        },
    ]


def writes_log_group(log_group_arn: Any) -> Sequence[Statement]:
    """Write log streams of one log group."""
    return [
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
            "Resource": log_group_arn,
        }
    ]


def encrypts_secrets(key_arn: Any) -> Sequence[Statement]:
    """KMS actions of an EKS control plane on the key of Kubernetes secrets."""
    return [
        {
            "Effect": "Allow",
            "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ListGrants", "kms:DescribeKey"],
            "Resource": key_arn,
        }
    ]


def encrypts_volumes(key_arn: Any) -> Sequence[Statement]:
    """KMS actions of the EBS CSI driver on the key of the disks; grants only on behalf of EC2."""
    return [
        {
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncrypt*"],
            "Resource": key_arn,
        },
        {
            "Effect": "Allow",
            "Action": "kms:CreateGrant",
            "Resource": key_arn,
            "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
        },
    ]


def scales_nodes(cluster: str) -> Sequence[Statement]:
    """Actions of the cluster autoscaler: describe everything, change only this cluster's groups.

    The describing actions take no resource in IAM, so ``*`` is the narrowest there is. EKS puts the ownership tag on
    the groups that it manages.
    """
    owned = {"StringEquals": {f"aws:ResourceTag/k8s.io/cluster-autoscaler/{cluster}": "owned"}}
    return [
        {
            "Sid": "Look",
            "Effect": "Allow",
            "Action": [
                "autoscaling:DescribeAutoScalingGroups",
                "autoscaling:DescribeAutoScalingInstances",
                "autoscaling:DescribeLaunchConfigurations",
                "autoscaling:DescribeScalingActivities",
                "ec2:DescribeImages",
                "ec2:DescribeInstanceTypes",
                "ec2:DescribeLaunchTemplateVersions",
                "ec2:GetInstanceTypesFromInstanceRequirements",
                "eks:DescribeNodegroup",
            ],
            "Resource": "*",
        },
        {
            "Sid": "Scale",
            "Effect": "Allow",
            "Action": ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
            "Resource": "*",
            "Condition": owned,
        },
    ]


def endpoint_for_account(account: str, *, own_resources: bool) -> Document:
    """VPC endpoint policy for principals of ``account``; with ``own_resources`` only to resources of ``account``.

    ECR, EC2 and EKS are reached for things that AWS owns (add-on images, machine images), so their endpoints bound the
    principal alone.
    """
    condition = {"aws:PrincipalAccount": account}
    if own_resources:
        condition["aws:ResourceAccount"] = account
    return document(
        {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "*",
            "Resource": "*",
            "Condition": {"StringEquals": condition},
        }
    )


def s3_endpoint(account: str, region: str) -> Document:
    """S3 endpoint policy for the account's own buckets, and the bucket that ECR serves image layers from.

    Registries that serve AWS clients from buckets of theirs (registry.k8s.io does) are so closed to nodes on purpose:
    what runs here comes from the region's own repositories.
    Source of the layer bucket's name: "Amazon ECR interface VPC endpoints", section on the S3 gateway endpoint.
    """
    own = endpoint_for_account(account, own_resources=True)["Statement"]
    layers = {
        "Sid": "ImageLayers",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"{arns.bucket(f'prod-{region}-starport-layer-bucket')}/*",
    }
    return document(*own, layers)


def repository_for_account(account: str) -> Document:
    """Repository policy that refuses every principal outside ``account``, also where their own policies allow it."""
    return document(
        {
            "Sid": "DenyOtherAccounts",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "ecr:*",
            "Condition": {
                "StringNotEquals": {"aws:PrincipalAccount": account},
                "Bool": {"aws:PrincipalIsAWSService": "false"},
            },
        }
    )


def alerts_topic(topic_arn: str) -> Document:
    """Topic policy that lets EventBridge publish, and refuses calls without TLS. IAM policies say who else may.

    There is no condition on whom EventBridge publishes for: of encrypted topics it says nothing.
    """
    return document(
        {
            "Sid": "PublishByEvents",
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": topic_arn,
        },
        {
            "Sid": "DenyPlainHttp",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sns:Publish",
            "Resource": topic_arn,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    )
