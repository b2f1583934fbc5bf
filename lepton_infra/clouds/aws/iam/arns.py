"""ARNs and service names that are known before anything exists, as plain strings.

Rules and trust policies read these in a preview, where the outputs of resources are still unknown. Only the commercial
partition (``aws``) is covered; the settings refuse regions of the others.
"""

from __future__ import annotations


def account_root(account: str) -> str:
    """The account itself as a principal: it delegates to the account's own IAM policies."""
    return f"arn:aws:iam::{account}:root"


def bucket(name: str) -> str:
    """A bucket; bucket ARNs carry neither account nor region."""
    return f"arn:aws:s3:::{name}"


def cluster(account: str, region: str, name: str) -> str:
    """An EKS cluster."""
    return f"arn:aws:eks:{region}:{account}:cluster/{name}"


def trail(account: str, region: str, name: str) -> str:
    """A trail of CloudTrail."""
    return f"arn:aws:cloudtrail:{region}:{account}:trail/{name}"


def topic(account: str, region: str, name: str) -> str:
    """A topic of SNS."""
    return f"arn:aws:sns:{region}:{account}:{name}"


def role(account: str, name: str) -> str:
    """A role of IAM."""
    return f"arn:aws:iam::{account}:role/{name}"


def user(account: str, name: str) -> str:
    """A user of IAM."""
    return f"arn:aws:iam::{account}:user/{name}"


def log_groups(account: str, region: str, pattern: str) -> str:
    """The CloudWatch log groups whose name matches ``pattern``, in the form of the service's encryption context."""
    return f"arn:aws:logs:{region}:{account}:log-group:{pattern}"


def managed_policy(name: str) -> str:
    """A policy that AWS manages, by its path and name."""
    return f"arn:aws:iam::aws:policy/{name}"


def cluster_access_policy(name: str) -> str:
    """An EKS access policy: what an access entry may do inside the cluster."""
    return f"arn:aws:eks::aws:cluster-access-policy/{name}"


def service_host(service: str, region: str) -> str:
    """A service as ``kms:ViaService`` names it."""
    return f"{service}.{region}.amazonaws.com"
