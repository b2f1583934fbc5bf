from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.clouds.gcp.facts.trails import alternatives
from lepton_infra.compliance.facts import Encryption, Trail
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource
from tests.compliance.gcp.graphs import made, read, waiting

ACTIVITY = 'log_id("cloudaudit.googleapis.com/activity")'
KEY = made("kms/cryptoKey:CryptoKey", "key", id="projects/shop/locations/europe-west4/keyRings/r/cryptoKeys/k")
LOGS = made(
    "logging/projectBucketConfig:ProjectBucketConfig",
    "logs",
    bucketId="audit",
    location="europe-west4",
    cmekSettings={"kmsKeyName": KEY.id},
)
IN_LOGS = "logging.googleapis.com/projects/shop/locations/europe-west4/buckets/audit"
DATA = made(
    "projects/iAMAuditConfig:IAMAuditConfig",
    "data",
    service="storage.googleapis.com",
    auditLogConfigs=[{"logType": "DATA_READ"}, {"logType": "DATA_WRITE"}],
)


def trail(*others: Resource, **inputs: Any) -> Trail:
    sink = made("logging/projectSink:ProjectSink", "sink", **{"destination": IN_LOGS, "filter": ACTIVITY, **inputs})
    (found,) = read(sink, LOGS, KEY, *others).trails
    return found


@pytest.mark.parametrize(
    ("inputs", "complete"),
    [
        ({}, True),
        ({"filter": None}, True),
        ({"filter": f'{ACTIVITY} OR (log_id("other") AND severity=ERROR)'}, True),
        ({"filter": 'logName:"cloudaudit.googleapis.com%2Factivity"'}, True),
        ({"filter": f"{ACTIVITY} AND severity=ERROR"}, False),
        ({"filter": f"NOT ({ACTIVITY})"}, False),
        ({"exclusions": [{"name": "noise", "filter": "severity=INFO"}]}, False),
        ({"disabled": True}, False),
        ({"filter": UNKNOWN}, UNKNOWN),
    ],
)
def test_a_trail_is_complete_if_nothing_narrows_it(inputs: dict[str, Any], complete: object) -> None:
    assert trail(**inputs).complete.value is complete


def test_a_filter_has_alternatives_at_its_outermost_level_only() -> None:
    assert alternatives("a OR (b AND (c OR d)) OR (e)") == ["a", "(b AND (c OR d))", "e"]


def test_a_sink_of_other_logs_is_no_trail() -> None:
    sink = made("logging/projectSink:ProjectSink", destination=IN_LOGS, filter='log_id("other")')
    assert read(sink, LOGS).trails == ()


def test_a_trail_under_our_key_in_a_log_bucket_of_our_own() -> None:
    found = trail(DATA)
    assert (found.encryption.value, found.verified.value) == (Encryption.CUSTOMER, True)
    assert (found.data_access.value, found.with_content.value) == (True, False)


def test_without_the_audit_log_of_data_no_access_is_in_it() -> None:
    assert trail().data_access.value is False


@pytest.mark.parametrize(
    ("destination", "verified"),
    [
        ("logging.googleapis.com/projects/shop/locations/global/buckets/_Default", False),
        ("logging.googleapis.com/projects/shop/locations/eu/buckets/ours", True),
        ("bigquery.googleapis.com/projects/shop/datasets/logs", False),
    ],
)
def test_entries_can_be_deleted_in_the_projects_own_bucket(destination: str, verified: bool) -> None:
    assert trail(destination=destination).verified.value is verified


@pytest.mark.parametrize(("retention", "verified"), [(None, False), ({"retentionPeriod": "86400"}, True)])
def test_objects_can_be_changed_unless_they_are_retained(retention: Any, verified: bool) -> None:
    bucket = made("storage/bucket:Bucket", "archive", name="archive", retentionPolicy=retention)
    assert trail(bucket, destination="storage.googleapis.com/archive").verified.value is verified


@pytest.mark.parametrize(
    ("inputs", "receivers"),
    [
        ({"type": "email", "labels": {"email_address": "dpo@example.com"}}, ("dpo@example.com",)),
        ({"type": "email", "labels": {"email_address": "dpo@example.com"}, "enabled": False}, ()),
        ({"type": "email", "labels": {}}, ()),
        ({"type": "email", "labels": UNKNOWN}, UNKNOWN),
    ],
)
def test_a_channel_tells_its_receiver(inputs: dict[str, Any], receivers: object) -> None:
    (found,) = read(made("monitoring/notificationChannel:NotificationChannel", **inputs)).alert_routes
    assert found.receivers.value == receivers


CHANNEL = made("monitoring/notificationChannel:NotificationChannel", "channel", type="email", id="c")


def matching(text: str) -> dict[str, Any]:
    return {"conditions": [{"conditionMatchedLog": {"filter": text}}]}


@pytest.mark.parametrize(
    ("inputs", "alerts"),
    [
        (matching('protoPayload.serviceName="privilegedaccessmanager.googleapis.com"'), [("break-glass", False)]),
        ({**matching("CreateGrant"), "notificationChannels": ["c"]}, [("break-glass", True)]),
        ({**matching("CreateGrant"), "notificationChannels": ["c"], "enabled": False}, [("break-glass", False)]),
        ({**matching("DeleteSink"), "notificationChannels": [UNKNOWN]}, [("audit-changed", True)]),
        ({**matching("DeleteSink"), "notificationChannels": UNKNOWN}, [("audit-changed", UNKNOWN)]),
        (matching("severity=ERROR"), []),
        ({"conditions": [{"conditionThreshold": {"filter": "metric.type=x"}}]}, []),
    ],
)
def test_an_alert_is_about_what_its_filter_looks_for(inputs: dict[str, Any], alerts: list[tuple[str, object]]) -> None:
    found = read(made("monitoring/alertPolicy:AlertPolicy", **inputs), CHANNEL).alerts
    assert [(each.about, each.routed.value) for each in found] == alerts


APPROVED = {"approvalWorkflow": {"manualApprovals": {"steps": [{"approvers": {"principals": ["group:a@b.c"]}}]}}}


@pytest.mark.parametrize(
    ("inputs", "minutes", "second"),
    [
        ({"maxRequestDuration": "3600s"}, 60, False),
        ({"maxRequestDuration": "5400s", **APPROVED}, 90, True),
        ({"maxRequestDuration": UNKNOWN}, UNKNOWN, False),
    ],
)
def test_an_entitlement_is_a_way_in(inputs: dict[str, Any], minutes: object, second: bool) -> None:
    (found,) = read(made("privilegedaccessmanager/entitlement:entitlement", **inputs)).break_glass
    assert (found.minutes.value, found.second_factor.value) == (minutes, second)


def _constraint(*values: Any) -> dict[str, Any]:
    rules = [{"values": {"allowedValues": list(values)}}]
    return {"name": "projects/shop/policies/gcp.resourceLocations", "spec": {"rules": rules}}


@pytest.mark.parametrize(
    ("type", "inputs", "locations"),
    [
        ("orgpolicy/policy:Policy", _constraint("in:asia-south1-locations"), [frozenset({"asia-south1"})]),
        ("orgpolicy/policy:Policy", _constraint("in:eu-locations", "us-east1"), [frozenset({"EU", "us-east1"})]),
        ("orgpolicy/policy:Policy", _constraint(UNKNOWN), [UNKNOWN]),
        ("orgpolicy/policy:Policy", {"name": "projects/shop/policies/compute.disableSerialPortAccess"}, []),
        (
            "projects/organizationPolicy:OrganizationPolicy",
            {
                "constraint": "constraints/gcp.resourceLocations",
                "listPolicy": {"allow": {"values": ["in:asia-south1-locations"]}},
            },
            [frozenset({"asia-south1"})],
        ),
    ],
)
def test_the_constraint_on_locations_is_a_policy(type: str, inputs: dict[str, Any], locations: list[object]) -> None:
    assert [each.locations.value for each in read(made(type, **inputs)).organization_policies] == locations


def test_in_a_preview_a_trail_is_kept_where_its_destination_is_made_of() -> None:
    sink = waiting(
        made("logging/projectSink:ProjectSink", "sink", destination=UNKNOWN, filter=ACTIVITY), destination=LOGS
    )
    (found,) = read(sink, LOGS, KEY).trails
    assert (found.encryption.value, found.verified.value) == (Encryption.CUSTOMER, True)
