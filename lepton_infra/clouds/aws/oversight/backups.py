"""AWS Backup of the data bucket: a vault to restore from, and a logically air-gapped one that cannot be emptied."""

from __future__ import annotations

from typing import Any

from pulumi_aws import backup, kms

from lepton_infra.clouds.aws.iam import key_policies, policies
from lepton_infra.clouds.aws.iam.keys import customer_key
from lepton_infra.clouds.aws.iam.roles import GrantedRole, granted_role
from lepton_infra.clouds.aws.settings import Settings
from lepton_infra.clouds.aws.storage.storage import AwsStorageOutputs
from lepton_infra.compliance.facts.data_class import TAG, DataClass
from lepton_infra.layers.component import Component
from lepton_infra.layers.oversight import OversightArgs

SEALED_DAYS_LEAST = 7
"""The shortest that a logically air-gapped vault keeps anything (CreateLogicallyAirGappedBackupVault)."""

EVERY_NIGHT = "cron(0 3 * * ? *)"
EVERY_MONTH = "cron(0 5 1 * ? *)"
"""When backups are made and when restoring is tried, in UTC."""

RIGHTS = ("AWSBackupServiceRolePolicyForS3Backup", "AWSBackupServiceRolePolicyForS3Restore")


def backups(
    parent: Component[Any], name: str, args: OversightArgs[Any, AwsStorageOutputs, Any], settings: Settings
) -> None:
    """A nightly backup of the data bucket, its copy in the air-gapped vault, and a monthly restore test.

    The sealed vault is the copy out of reach of whoever can delete the original: AWS itself keeps it until its time is
    over, under a key of its own. Models are not backed up: they are published again from where they were trained.
    """
    vault = backup.Vault(
        f"{name}-vault",
        name=f"{name}-vault",
        kms_key_arn=_key(parent, f"{name}-vault", args, settings).arn,
        force_destroy=False,
        tags={**parent.context.tags, TAG: DataClass.BACKUP.value},
        opts=parent.child(protect=parent.context.protect, retain_on_delete=True),
    )
    sealed = backup.LogicallyAirGappedVault(
        f"{name}-sealed",
        name=f"{name}-sealed",
        encryption_key_arn=_key(parent, f"{name}-sealed", args, settings).arn,
        min_retention_days=SEALED_DAYS_LEAST,
        max_retention_days=sealed_days(args.backup_days),
        tags={**parent.context.tags, TAG: DataClass.BACKUP.value},
        opts=parent.child(protect=parent.context.protect, retain_on_delete=True),
    )
    role = granted_role(
        parent,
        f"{name}-backup-role",
        trust=policies.service_trust("backup.amazonaws.com"),
        managed=RIGHTS,
    )
    plan = backup.Plan(
        f"{name}-backups",
        name=f"{name}-backups",
        rules=[
            backup.PlanRuleArgs(
                rule_name="nightly",
                target_vault_name=vault.name,
                schedule=EVERY_NIGHT,
                lifecycle=backup.PlanRuleLifecycleArgs(delete_after=args.backup_days),
                copy_actions=[
                    backup.PlanRuleCopyActionArgs(
                        destination_vault_arn=sealed.arn,
                        lifecycle=backup.PlanRuleCopyActionLifecycleArgs(delete_after=sealed_days(args.backup_days)),
                    )
                ],
            )
        ],
        tags=dict(parent.context.tags),
        opts=parent.child(),
    )
    backup.Selection(
        f"{name}-backups-data",
        name="data",
        plan_id=plan.id,
        iam_role_arn=role.arn,
        resources=[args.storage.data_bucket],
        opts=parent.child(depends_on=list(role.grants)),
    )
    _restore_trial(parent, name, args, vault, role)


def sealed_days(days: int) -> int:
    """Days that the sealed copy of a backup of ``days`` is kept: no shorter than the vault can."""
    return max(days, SEALED_DAYS_LEAST)


def _key(parent: Component[Any], vault: str, args: OversightArgs[Any, Any, Any], settings: Settings) -> kms.Key:
    """A vault's own key, which stays as long as what is in the vault."""
    return customer_key(
        parent,
        f"{vault}-key",
        description=f"Backups in {vault}",
        policy=key_policies.for_backups(settings.account, settings.region),
        outlives_region=True,
    )


def _restore_trial(
    parent: Component[Any],
    name: str,
    args: OversightArgs[Any, AwsStorageOutputs, Any],
    vault: backup.Vault,
    role: GrantedRole,
) -> None:
    """Restore the newest backup into a bucket of its own every month, which Backup deletes by itself."""
    plan = backup.RestoreTestingPlan(
        f"{name}-restore-trial",
        name=identifier(f"{name}-restore-trial"),
        schedule_expression=EVERY_MONTH,
        recovery_point_selection=backup.RestoreTestingPlanRecoveryPointSelectionArgs(
            algorithm="LATEST_WITHIN_WINDOW", include_vaults=[vault.arn], recovery_point_types=["SNAPSHOT"]
        ),
        tags=dict(parent.context.tags),
        opts=parent.child(),
    )
    backup.RestoreTestingSelection(
        f"{name}-restore-trial-data",
        name="data",
        restore_testing_plan_name=plan.name,
        iam_role_arn=role.arn,
        protected_resource_type="S3",
        protected_resource_arns=[args.storage.data_bucket],
        opts=parent.child(depends_on=list(role.grants)),
    )


def identifier(name: str) -> str:
    """A name in the letters, digits and underscores that restore testing plans take."""
    return name.replace("-", "_")
