from __future__ import annotations

from dataclasses import replace
from typing import Any

import pulumi
import pytest

from lepton_infra import clouds, lock
from lepton_infra.clouds.gcp.iam import conditions
from lepton_infra.clouds.gcp.oversight.break_glass import ROLES, grant_seconds
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.oversight import OversightArgs, OversightOutputs
from lepton_infra.region import Region, RegionArgs
from lepton_infra.stack.parse import parse
from lepton_infra.testing.graph import Declared, Graph
from lepton_infra.testing.program import declared
from tests.clouds.gcp.stacks import stack
from tests.kit.regions import ROOT, declare

JOB = "test-oversight-backup-job"
TRANSFERS = "project-111122223333@storage-transfer-service.iam.gserviceaccount.com"


def oversight(region: Graph) -> list[Declared]:
    (layer,) = region.of("lepton:gcp:Oversight")
    return list(region.descendants(layer))


def test_all_admin_activity_is_kept_in_the_region(region: Graph) -> None:
    trail, sink = region["test-oversight-trail"], region["test-oversight-trail-sink"]
    assert (trail["location"], trail["retentionDays"]) == ("asia-south1", 365)
    assert trail["cmekSettings.kmsKeyName"] == region["test-network-logs-key"].id
    assert sink["filter"].split(" OR ")[0] == 'log_id("cloudaudit.googleapis.com/activity")'
    assert sink["destination"].endswith("/locations/asia-south1/buckets/test-oversight-trail")


def test_who_reads_backups_is_kept_in_the_region_and_nowhere_else(region: Graph) -> None:
    bucket, trial = region["test-oversight-backup"], region["test-oversight-backup-trial"]
    accesses = conditions.access_logs(bucket["name"], trial["name"])
    assert accesses in region["test-oversight-trail-sink"]["filter"]
    assert region["test-oversight-trail-exclusion"]["filter"] == accesses
    assert region["test-oversight-trail-exclusion"] in region.dependencies(bucket)
    assert region["test-oversight-trail-exclusion"] in region.dependencies(trial)


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ("break-glass", ["privilegedaccessmanager.googleapis.com", "CreateGrant", "ApproveGrant"]),
        ("audit-changed", ["auditConfigDeltas", "DeleteSink", "DestroyCryptoKeyVersion", "UpdateBucket"]),
    ],
)
def test_each_thing_that_is_watched_has_a_policy(region: Graph, about: str, words: list[str]) -> None:
    policy = region[f"test-oversight-alert-{about}"]
    (condition,) = policy["conditions"]
    log_filter = condition["conditionMatchedLog"]["filter"]
    assert log_filter.startswith(conditions.ADMIN_ACTIVITY)
    assert [word for word in words if word not in log_filter] == []
    assert policy["severity"] == "CRITICAL"


CONTACTS = {"dpo": "dpo@example.com", "security": "soc@example.com"}


@pytest.fixture(scope="module")
def told() -> Graph:
    """The region of the plain stack, with people to tell."""
    cloud, config = clouds.load("gcp"), parse(stack())

    def oversight(
        name: str, args: OversightArgs[Any, Any, Any], context: Context, settings: Any, opts: pulumi.ResourceOptions
    ) -> Component[OversightOutputs]:
        return cloud.oversight(name, replace(args, contacts=CONTACTS), context, settings, opts)

    args = RegionArgs(config=config, cloud=replace(cloud, oversight=oversight), pins=lock.read(ROOT / lock.LOCK_FILE))
    return declared(lambda: Region(config.name, args), config={"pulumi:disable-default-providers": ["*"]})


def test_each_contact_has_a_channel_and_every_policy_tells_all_of_them(told: Graph) -> None:
    channels = told.of("gcp:monitoring/notificationChannel:NotificationChannel")
    addresses = {channel.name: (channel["type"], channel["labels"]["email_address"]) for channel in channels}
    assert addresses == {
        "test-oversight-alert-dpo": ("email", "dpo@example.com"),
        "test-oversight-alert-security": ("email", "soc@example.com"),
    }
    policies = told.of("gcp:monitoring/alertPolicy:AlertPolicy")
    assert len(policies) == 2
    for policy in policies:
        assert sorted(policy["notificationChannels"]) == sorted(str(channel.id) for channel in channels)


def test_contacts_are_told_of_emergency_rights_by_google_too(told: Graph, region: Graph) -> None:
    path = "additionalNotificationTargets.adminEmailRecipients"
    assert told["test-oversight-break-glass"][path] == ["dpo@example.com", "soc@example.com"]
    assert "additionalNotificationTargets" not in region["test-oversight-break-glass"].inputs


def test_without_contacts_the_policies_are_there_and_tell_nobody(region: Graph) -> None:
    assert region.of("gcp:monitoring/notificationChannel:NotificationChannel") == ()
    assert {policy.inputs.get("notificationChannels") in (None, []) for policy in
            region.of("gcp:monitoring/alertPolicy:AlertPolicy")} == {True}  # fmt: skip


def test_emergency_rights_are_asked_for_approved_and_end(region: Graph) -> None:
    found = region["test-oversight-break-glass"]
    assert found["maxRequestDuration"] == "3600s"
    assert found["eligibleUsers"] == [{"principals": ["group:engineers@example.com"]}]
    (step,) = found["approvalWorkflow.manualApprovals.steps"]
    assert (step["approvalsNeeded"], step["approvers"]) == (1, {"principals": ["group:engineers@example.com"]})
    assert found["approvalWorkflow.manualApprovals.requireApproverJustification"] is True
    assert found["requesterJustificationConfig"] == {"unstructured": {}}
    roles = [each["role"] for each in found["privilegedAccess.gcpIamAccess.roleBindings"]]
    assert roles == [f"roles/{role}" for role in ROLES]


def test_nobody_has_the_emergency_rights_on_the_project_for_good(region: Graph) -> None:
    emergency = {f"roles/{role}" for role in ROLES}
    standing = [
        grant.name
        for grant in region.of("gcp:projects/iAMMember:IAMMember")
        if grant["role"] in emergency and "condition" not in grant.inputs
    ]
    assert standing == []


@pytest.mark.parametrize(("minutes", "seconds"), [(30, 1800), (60, 3600), (10080, 604800)])
def test_a_grant_lasts_as_long_as_the_file_says(minutes: int, seconds: int) -> None:
    assert grant_seconds(minutes) == seconds


@pytest.mark.parametrize("minutes", [0, 29, 10081])
def test_a_grant_that_google_does_not_offer_is_refused(minutes: int) -> None:
    with pytest.raises(ValueError, match=f"for {minutes} minutes are not on offer; allowed: 30 to 10080"):
        grant_seconds(minutes)


def test_the_data_bucket_is_copied_every_night(region: Graph) -> None:
    job = region[JOB]
    assert job["transferSpec.gcsDataSource.bucketName"] == region["test-storage-data"]["name"]
    assert job["transferSpec.gcsDataSink.bucketName"] == region["test-oversight-backup"]["name"]
    assert (job["schedule.repeatInterval"], job["status"]) == ("86400s", "ENABLED")
    assert job["name"] == "transferJobs/test-oversight-backup-g1"


def test_nobody_deletes_a_backup_before_its_days_are_over_and_then_it_ends_by_itself(region: Graph) -> None:
    bucket, options = region["test-oversight-backup"], region[JOB]["transferSpec.transferOptions"]
    assert bucket["retentionPolicy"] == {"isLocked": True, "retentionPeriod": str(30 * 86400)}
    assert ends(bucket) == [{"age": 30, "withState": "ANY"}]
    assert (bucket["versioning.enabled"], bucket["softDeletePolicy.retentionDurationSeconds"]) == (False, 0)
    assert options == {"overwriteWhen": "NEVER", "deleteObjectsUniqueInSink": False}


def test_the_seal_is_as_long_as_the_file_says() -> None:
    region = declare(stack(storage={"noncurrent_version_days": 14}))
    bucket = region["test-oversight-backup"]
    assert bucket["retentionPolicy.retentionPeriod"] == str(14 * 86400)
    assert ends(bucket) == [{"age": 14, "withState": "ANY"}]


def test_only_the_backup_is_sealed(region: Graph) -> None:
    buckets = region.of("gcp:storage/bucket:Bucket")
    assert [bucket.name for bucket in buckets if "retentionPolicy" in bucket.inputs] == ["test-oversight-backup"]


def test_restoring_is_tried_every_month_and_its_result_is_gone_after_a_day(region: Graph) -> None:
    trial, job = region["test-oversight-backup-trial"], region["test-oversight-backup-trial-job"]
    assert job["transferSpec.gcsDataSource.bucketName"] == region["test-oversight-backup"]["name"]
    assert job["transferSpec.gcsDataSink.bucketName"] == trial["name"]
    assert (job["schedule.repeatInterval"], job["status"]) == (f"{30 * 86400}s", "ENABLED")
    assert job["transferSpec.transferOptions.overwriteWhen"] == "ALWAYS"
    assert ends(trial) == [{"age": 1, "withState": "ANY"}]
    assert trial["encryption.defaultKmsKeyName"] == region["test-oversight-backup-key"].id
    assert (trial["location"], trial["publicAccessPrevention"]) == ("ASIA-SOUTH1", "enforced")


def test_a_backup_is_private_in_the_region_and_under_a_key_of_its_own(region: Graph) -> None:
    bucket = region["test-oversight-backup"]
    assert bucket["location"] == "ASIA-SOUTH1"
    assert bucket["publicAccessPrevention"] == "enforced"
    assert bucket["encryption.defaultKmsKeyName"] == region["test-oversight-backup-key"].id
    assert bucket["labels"]["lepton-data-class"] == "backup"


def ends(bucket: Declared) -> list[dict[str, Any]]:
    """When a bucket's objects end by themselves."""
    return [rule["condition"] for rule in bucket["lifecycleRules"] if rule["action"]["type"] == "Delete"]


def test_the_agent_of_transfers_reads_the_data_and_writes_the_copies(region: Graph) -> None:
    rights = {
        (grant["bucket"], grant["role"])
        for grant in region.of("gcp:storage/bucketIAMMember:BucketIAMMember")
        if grant["member"] == f"serviceAccount:{TRANSFERS}"
    }
    data, backup, trial = (
        region[f"test-{bucket}"]["name"] for bucket in ("storage-data", "oversight-backup", "oversight-backup-trial")
    )
    assert rights == {
        (data, "roles/storage.legacyBucketReader"),
        (data, "roles/storage.objectViewer"),
        (backup, "roles/storage.legacyBucketWriter"),
        (backup, "roles/storage.objectViewer"),
        (trial, "roles/storage.legacyBucketWriter"),
        (trial, "roles/storage.objectViewer"),
    }


@pytest.mark.parametrize(
    ("job", "rights"),
    [
        (JOB, ["reads-legacyBucketReader", "reads-objectViewer", "writes-legacyBucketWriter", "writes-objectViewer"]),
        (
            "test-oversight-backup-trial-job",
            ["tries-legacyBucketWriter", "tries-objectViewer", "writes-legacyBucketWriter", "writes-objectViewer"],
        ),
    ],
)
def test_a_job_waits_for_the_rights_that_it_needs(region: Graph, job: str, rights: list[str]) -> None:
    made_before = {each.name for each in region.dependencies(region[job])}
    grants = {grant.name for grant in region.of("gcp:storage/bucketIAMMember:BucketIAMMember")}
    assert sorted(grants & made_before) == [f"test-oversight-backup-{right}" for right in rights]


def test_backups_outlive_the_region(torn_down: Graph) -> None:
    kept = {each.name for each in oversight(torn_down) if each.retain_on_delete}
    assert {"test-oversight-backup", "test-oversight-backup-key", "test-oversight-trail", JOB} <= kept


def test_every_store_says_what_it_holds(region: Graph) -> None:
    labels = {
        each.name: each["labels"].get("lepton-data-class")
        for type in ("gcp:storage/bucket:Bucket", "gcp:artifactregistry/repository:Repository")
        for each in region.of(type)
    }
    assert labels == {
        "test-storage-models": "model_artifact",
        "test-storage-data": "personal",
        "test-oversight-backup": "backup",
        "test-oversight-backup-trial": "backup",
        "test-registry-images": "model_artifact",
    }


def test_nothing_waits_for_oversight_and_it_waits_for_no_cluster(region: Graph) -> None:
    ours = {each.urn for each in oversight(region)}
    waiting = [each.name for each in region if each.urn not in ours and each.needs & ours]
    assert waiting == []
    before = {need.type for each in oversight(region) for need in region.dependencies(each)}
    assert "gcp:container/cluster:Cluster" not in before
    assert "gcp:container/nodePool:NodePool" not in before
