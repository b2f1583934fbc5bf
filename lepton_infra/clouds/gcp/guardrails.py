"""Organization policies of a project: allowed resource locations, and constraints against public access."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lepton_infra.clouds.gcp.settings import Settings
from lepton_infra.compliance.guardrails.args import Documents, GuardrailArgs

ENFORCED = (
    "compute.requireShieldedVm",
    "compute.skipDefaultNetworkCreation",
    "iam.automaticIamGrantsForDefaultServiceAccounts",
    "iam.disableServiceAccountKeyCreation",
    "iam.disableServiceAccountKeyUpload",
    "storage.publicAccessPrevention",
    "storage.uniformBucketLevelAccess",
)
"""Boolean constraints ("Organization policy constraints", Resource Manager documentation)."""


def guardrails(settings: Settings, args: GuardrailArgs) -> Documents:
    """Organization policies, one file each for ``gcloud org-policies set-policy FILE``.

    The location constraint affects neither existing resources nor global services.
    """
    allowed = [f"in:{place}-locations" for place in args.locations]
    rules: dict[str, Mapping[str, Any]] = {"gcp.resourceLocations": {"values": {"allowedValues": allowed}}}
    rules |= {constraint: {"enforce": True} for constraint in ENFORCED}
    return {f"{constraint}.json": _policy(settings.project, constraint, rule) for constraint, rule in rules.items()}


def _policy(project: str, constraint: str, rule: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"name": f"projects/{project}/policies/{constraint}", "spec": {"inheritFromParent": False, "rules": [rule]}}


def image_prefix(settings: Settings, stack: str) -> str:
    """Path of the region's Artifact Registry repository, with which the names of all its images begin."""
    return f"{settings.region}-docker.pkg.dev/{settings.project}/{stack}-registry"
