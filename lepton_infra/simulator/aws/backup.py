"""AWS Backup: vaults, plans, selections and restore tests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.aws.iam import ROLE
from lepton_infra.simulator.aws.identifiers import Identifiers, Name, arn
from lepton_infra.simulator.aws.input_rules import Findings, not_both
from lepton_infra.simulator.aws.places import Place
from lepton_infra.simulator.aws.policy_evaluation import allows
from lepton_infra.simulator.aws.resource_type import AwsType, OfRequest, Reference, Request, Unique, delete_first
from lepton_infra.simulator.aws.syntax import schedule
from lepton_infra.simulator.behaviour import Call, CloudError, Failure, Properties
from lepton_infra.simulator.core.paths import items_at
from lepton_infra.simulator.core.resource_type import Use, paths
from lepton_infra.simulator.core.uniqueness import same
from lepton_infra.simulator.formats import between, one_of

_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9_]{1,50}")
RESTORABLE: Final = ("Aurora", "DocumentDB", "DynamoDB", "EBS", "EC2", "EFS", "FSx", "Neptune", "RDS", "S3")
"""Resource types of restore testing (RestoreTestingSelectionForCreate, Backup API reference)."""
_LIFE: Final = ("coldStorageAfter", "deleteAfter")

VAULT_NAME: Final = Reference(
    code="InvalidParameterValueException",
    message="Backup vault does not exist: {given}",
    arn=r"backup:.*:backup-vault:.*",
)
PLAN_ID: Final = Reference(
    code="ResourceNotFoundException", message="Failed to find Backup plan with id {given}", generated=True
)
RESTORE_PLAN_NAME: Final = Reference(
    code="ResourceNotFoundException", message="Restore testing plan not found: {given}"
)
_NAME: Final = Name(prefix=None, longest=50)


def _identifier(value: Any) -> Iterator[str]:
    """A name in restore testing, which has no dashes."""
    if not _IDENTIFIER.fullmatch(value):
        yield f'InvalidParameterValueException: "{value}"; allowed: up to 50 letters, digits and underscores'


def _sealed_days(inputs: Properties, place: Place) -> Findings:
    low, high = inputs.get("minRetentionDays"), inputs.get("maxRetentionDays")
    if isinstance(low, int) and isinstance(high, int) and low > high:
        reason = f"InvalidParameterValueException: minRetentionDays must not exceed maxRetentionDays: {low} > {high}"
        yield Failure(path="minRetentionDays", reason=reason)


def _lifecycles(inputs: Properties, place: Place) -> Findings:
    """Cold storage keeps a recovery point for 90 days at least."""
    for index, rule in enumerate(items_at(inputs, "rules")):
        lifecycle = rule.get("lifecycle") if isinstance(rule, Mapping) else None
        cold, end = (lifecycle.get(name) if isinstance(lifecycle, Mapping) else None for name in _LIFE)
        if isinstance(cold, int) and isinstance(end, int) and end < cold + 90:
            reason = f"InvalidParameterValueException: must be 90 days after coldStorageAfter: {end} < {cold + 90}"
            yield Failure(path=f"rules[{index}].lifecycle.deleteAfter", reason=reason)


def _content(inputs: Mapping[str, Any]) -> object:
    """A backup plan: two of the same name may be there if their rules differ."""
    return json.dumps([inputs.get("name"), inputs.get("rules")], sort_keys=True, default=str)


def _assumable_role(call: Call) -> None:
    """Backup takes the role itself."""
    arn = call.inputs.get("iamRoleArn")
    role = next((each for each in call.scope.everywhere(ROLE.token) if ROLE.identifiers.arn_of(each) == arn), None)
    if role is not None and not allows(role.inputs.get("assumeRolePolicy"), "backup.amazonaws.com", "sts:AssumeRole"):
        raise CloudError("InvalidParameterValueException", f"IAM Role {arn} cannot be assumed by AWS Backup")


BACKUP_VAULT: Final = AwsType(
    token="aws:backup/vault:Vault",
    identifiers=Identifiers(id="{name}", arn=arn("backup", "backup-vault:{id}"), name=_NAME),
    referred_to=VAULT_NAME,
    api=Request(
        shape="backup.CreateBackupVault",
        names={"name": "BackupVaultName", "kmsKeyArn": "EncryptionKeyArn", "tags": "BackupVaultTags"},
    ),
    unique=Unique(code="AlreadyExistsException", message="Backup vault with the same name already exists: {name}"),
    defaults={"recoveryPoints": 0, "forceDestroy": False},
    immutable=paths("name kmsKeyArn"),
)

AIR_GAPPED_VAULT: Final = AwsType(
    token="aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault",
    identifiers=BACKUP_VAULT.identifiers,
    referred_to=VAULT_NAME,
    api=Request(
        shape="backup.CreateLogicallyAirGappedBackupVault",
        names={"name": "BackupVaultName", "tags": "BackupVaultTags"},
        uncovered={"timeouts": "how long the provider waits"},
    ),
    formats={"minRetentionDays": between(7, 36500), "maxRetentionDays": between(7, 36500)},
    input_rules=(_sealed_days,),
    unique=BACKUP_VAULT.unique,
    immutable=paths("name minRetentionDays maxRetentionDays encryptionKeyArn"),
)

BACKUP_PLAN: Final = AwsType(
    token="aws:backup/plan:Plan",
    identifiers=Identifiers(id="{uuid}", arn=arn("backup", "backup-plan:{id}"), name=_NAME),
    referred_to=PLAN_ID,
    api=Request(
        shape="backup.CreateBackupPlan.BackupPlan",
        names={
            "name": "BackupPlanName",
            "tags": OfRequest("backup.CreateBackupPlan.BackupPlanTags"),
            "rules.targetVaultName": "TargetBackupVaultName",
            "rules.schedule": "ScheduleExpression",
            "rules.startWindow": "StartWindowMinutes",
            "rules.completionWindow": "CompletionWindowMinutes",
            "rules.lifecycle.deleteAfter": "DeleteAfterDays",
            "rules.lifecycle.coldStorageAfter": "MoveToColdStorageAfterDays",
            "rules.copyActions.destinationVaultArn": "DestinationBackupVaultArn",
            "rules.copyActions.lifecycle.deleteAfter": "DeleteAfterDays",
            "rules.copyActions.lifecycle.coldStorageAfter": "MoveToColdStorageAfterDays",
        },
    ),
    formats={
        "rules.schedule": schedule,
        "rules.lifecycle.deleteAfter": between(1, 36500),
        "rules.copyActions.lifecycle.deleteAfter": between(1, 36500),
    },
    input_rules=(_lifecycles,),
    references={"rules.targetVaultName": VAULT_NAME},
    unique=Unique(
        code="AlreadyExistsException",
        message="Backup plan with the same plan document already exists: {id}",
        key=_content,
    ),
    # Other rules make another version.
    outputs=lambda live: {"version": live.seed(f"version {live.call.inputs.get('rules')}")[:48]},
    immutable=paths("name"),
)

BACKUP_SELECTION: Final = AwsType(
    token="aws:backup/selection:Selection",
    identifiers=Identifiers(id="{uuid}", name=_NAME),
    api=Request(
        shape="backup.CreateBackupSelection.BackupSelection",
        names={
            "name": "SelectionName",
            "planId": OfRequest("backup.CreateBackupSelection.BackupPlanId"),
            "selectionTags": "ListOfTags",
            "selectionTags.key": "ConditionKey",
            "selectionTags.type": "ConditionType",
            "selectionTags.value": "ConditionValue",
        },
    ),
    references={"planId": PLAN_ID},
    preconditions=(_assumable_role,),
    immutable=paths("name planId iamRoleArn resources notResources conditions selectionTags"),
    uses=(
        Use(
            target=BACKUP_PLAN.token, property="planId", refusal=delete_first("Backup plan", "InvalidRequestException")
        ),
    ),
)

RESTORE_PLAN: Final = AwsType(
    token="aws:backup/restoreTestingPlan:RestoreTestingPlan",
    identifiers=Identifiers(id="{name}", arn=arn("backup", "restore-testing-plan:{id}-{uuid}"), name=_NAME),
    referred_to=RESTORE_PLAN_NAME,
    api=Request(
        shape="backup.CreateRestoreTestingPlan.RestoreTestingPlan",
        names={"name": "RestoreTestingPlanName", "tags": OfRequest("backup.CreateRestoreTestingPlan.Tags")},
    ),
    formats={
        "name": _identifier,
        "scheduleExpression": schedule,
        "recoveryPointSelection.selectionWindowDays": between(1, 365),
        "startWindowHours": between(1, 168),
    },
    unique=Unique(
        code="AlreadyExistsException", message="Restore testing plan with the same name already exists: {name}"
    ),
    defaults={"scheduleExpressionTimezone": "Etc/UTC", "startWindowHours": 24},
    immutable=paths("name"),
)

RESTORE_SELECTION: Final = AwsType(
    token="aws:backup/restoreTestingSelection:RestoreTestingSelection",
    identifiers=Identifiers(id="{name}:{restoreTestingPlanName}", name=_NAME),
    api=Request(
        shape="backup.CreateRestoreTestingSelection.RestoreTestingSelection",
        names={
            "name": "RestoreTestingSelectionName",
            "restoreTestingPlanName": OfRequest("backup.CreateRestoreTestingSelection.RestoreTestingPlanName"),
        },
    ),
    formats={
        "name": _identifier,
        "protectedResourceType": one_of(*RESTORABLE),
        "validationWindowHours": between(0, 168),
    },
    input_rules=(not_both("protectedResourceArns", "protectedResourceConditions"),),
    references={"restoreTestingPlanName": RESTORE_PLAN_NAME},
    preconditions=(_assumable_role,),
    unique=Unique(
        code="AlreadyExistsException",
        message="Restore testing selection with the same name already exists: {id}",
        key=same("restoreTestingPlanName", "name"),
    ),
    immutable=paths("name restoreTestingPlanName protectedResourceType"),
    uses=(
        Use(
            target=RESTORE_PLAN.token,
            property="restoreTestingPlanName",
            refusal=delete_first("Restore testing plan", "InvalidRequestException"),
        ),
    ),
)

TYPES: Final = (BACKUP_VAULT, AIR_GAPPED_VAULT, BACKUP_PLAN, BACKUP_SELECTION, RESTORE_PLAN, RESTORE_SELECTION)
