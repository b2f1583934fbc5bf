"""Trails, alerts, detection and backups of programs that are not ours."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lepton_infra.compliance.facts import Backup, Encryption, Trail
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource
from tests.compliance.aws.graphs import ACCOUNT, allow, document, key, made, read

TRAIL = "aws:cloudtrail/trail:Trail"
COMPLETE: dict[str, Any] = {"isMultiRegionTrail": True}


def selector(**fields: Any) -> dict[str, Any]:
    return {"fieldSelectors": [{"field": field.replace("_", "."), "equals": equal} for field, equal in fields.items()]}


MANAGEMENT = selector(eventCategory=["Management"])
OBJECTS = selector(eventCategory=["Data"], resources_type=["AWS::S3::Object"])
OLD_OBJECTS = {"readWriteType": "All", "dataResources": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3"]}]}


def trail(**inputs: Any) -> Trail:
    (found,) = read(made(TRAIL, **inputs)).trails
    return found


@pytest.mark.parametrize(
    ("inputs", "complete", "data"),
    [
        (COMPLETE, True, False),
        ({}, False, False),
        ({**COMPLETE, "enableLogging": False}, False, False),
        ({**COMPLETE, "includeGlobalServiceEvents": False}, False, False),
        ({"isMultiRegionTrail": UNKNOWN}, UNKNOWN, False),
        ({**COMPLETE, "advancedEventSelectors": [MANAGEMENT, OBJECTS]}, True, True),
        ({**COMPLETE, "advancedEventSelectors": [OBJECTS]}, False, True),
        (
            {**COMPLETE, "advancedEventSelectors": [selector(eventCategory=["Management"], readOnly=["false"])]},
            False,
            False,
        ),
        ({**COMPLETE, "advancedEventSelectors": UNKNOWN}, UNKNOWN, UNKNOWN),
        ({**COMPLETE, "eventSelectors": [OLD_OBJECTS]}, True, True),
        ({**COMPLETE, "eventSelectors": [{**OLD_OBJECTS, "readWriteType": "WriteOnly"}]}, False, False),
        ({**COMPLETE, "eventSelectors": [{**OLD_OBJECTS, "includeManagementEvents": False}]}, False, True),
        ({**COMPLETE, "eventSelectors": [{"excludeManagementEventSources": ["kms.amazonaws.com"]}]}, False, False),
    ],
)
def test_event_selectors_of_a_trail(inputs: dict[str, Any], complete: Any, data: Any) -> None:
    found = trail(**inputs)

    assert (found.complete.value, found.data_access.value, found.with_content.value) == (complete, data, False)


def test_how_a_trail_is_kept() -> None:
    plain, kept = trail(), trail(enableLogFileValidation=True, kmsKeyId="arn:aws:kms:us-east-1:1:key/1")

    assert (plain.verified.value, plain.encryption.value) == (False, Encryption.PROVIDER)
    assert (kept.verified.value, kept.encryption.value) == (True, Encryption.CUSTOMER)


def test_a_store_of_events_is_a_trail_too() -> None:
    (found,) = read(made("aws:cloudtrail/eventDataStore:EventDataStore", advancedEventSelectors=[MANAGEMENT])).trails
    (local,) = read(made("aws:cloudtrail/eventDataStore:EventDataStore", multiRegionEnabled=False)).trails

    assert (found.complete.value, local.complete.value) == (True, False)


def test_what_is_asked_of_managed_models_may_be_written_down() -> None:
    def content(**config: Any) -> Any:
        type = "aws:bedrockmodel/invocationLoggingConfiguration:InvocationLoggingConfiguration"
        return read(made(type, loggingConfig=config)).trails[0].with_content.value

    assert content() is True
    assert content(textDataDeliveryEnabled=False) is False


TOPIC = made("aws:sns/topic:Topic", "topic", outputs={"arn": "arn:aws:sns:us-east-1:1:topic"})


def heard(endpoint: Any, **inputs: Any) -> Resource:
    made_of: dict[str, Any] = {} if inputs else {"topic": "arn:aws:sns:us-east-1:1:topic"}
    return made("aws:sns/topicSubscription:TopicSubscription", f"to-{endpoint}", endpoint=endpoint, **made_of, **inputs)


def test_receivers_of_a_topic() -> None:
    def receivers(*resources: Resource) -> Any:
        return read(TOPIC, *resources).alert_routes[0].receivers.value

    assert receivers() == ()
    assert receivers(heard("b@example.com"), heard("a@example.com")) == ("a@example.com", "b@example.com")
    assert receivers(heard("a@example.com", of={"topic": TOPIC})) == ("a@example.com",)
    assert receivers(heard("a@example.com", topic="arn:aws:sns:us-east-1:1:other")) == ()
    assert receivers(heard(UNKNOWN)) is UNKNOWN


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({}, Encryption.NONE),
        ({"kmsMasterKeyId": "alias/aws/sns"}, Encryption.PROVIDER),
        ({"kmsMasterKeyId": key().outputs["arn"]}, Encryption.CUSTOMER),
    ],
)
def test_whose_key_encrypts_a_topic(inputs: dict[str, Any], expected: Encryption) -> None:
    (route,) = read(made("aws:sns/topic:Topic", **inputs), key()).alert_routes

    assert route.encryption is not None
    assert route.encryption.value is expected


ROLE = made("aws:iam/role:Role", "break-glass", name="break-glass", assumeRolePolicy=document(allow("sts:AssumeRole")))
CHANGES = ["StopLogging", "DeleteTrail", "DisableKey", "ScheduleKeyDeletion"]


def rule(name: str, calls: list[str], **detail: Any) -> Resource:
    pattern = json.dumps({"detail": {"eventName": calls, **detail}})
    return made("aws:cloudwatch/eventRule:EventRule", name, name=name, eventPattern=pattern)


def target(name: str, arn: str = "arn:aws:sns:us-east-1:1:topic") -> Resource:
    return made("aws:cloudwatch/eventTarget:EventTarget", f"{name}-target", rule=name, arn=arn)


def alerts(*resources: Resource) -> dict[str, Any]:
    return {alert.about: alert.routed.value for alert in read(TOPIC, ROLE, *resources).alerts}


def test_the_use_of_the_emergency_role_is_watched() -> None:
    used = {"requestParameters": {"roleArn": [f"arn:aws:iam::{ACCOUNT}:role/break-glass"]}}
    other = {"requestParameters": {"roleArn": [f"arn:aws:iam::{ACCOUNT}:role/deployer"]}}

    assert alerts(rule("a", ["AssumeRole"], **used), target("a")) == {"break-glass": True}
    assert alerts(rule("a", ["AssumeRole"], **used)) == {"break-glass": False}
    assert alerts(rule("a", ["AssumeRole"], **other), target("a")) == {"other": True}


def test_changes_of_the_audit_are_watched_together() -> None:
    assert alerts(rule("a", CHANGES), target("a")) == {"audit-changed": True}
    assert alerts(rule("a", CHANGES[:2]), target("a"), rule("b", CHANGES[2:]), target("b")) == {"audit-changed": True}
    assert alerts(rule("a", CHANGES[:2]), target("a")) == {"other": True}
    assert alerts(rule("a", CHANGES), target("a", arn="arn:aws:sqs:us-east-1:1:queue")) == {"audit-changed": False}


def test_an_alarm_is_an_alert_that_may_be_heard() -> None:
    def alarm(**inputs: Any) -> Any:
        return read(TOPIC, made("aws:cloudwatch/metricAlarm:MetricAlarm", **inputs)).alerts[0].routed.value

    assert alarm(alarmActions=["arn:aws:sns:us-east-1:1:topic"]) is True
    assert alarm() is False


@pytest.mark.parametrize(
    ("resource", "on"),
    [
        (made("aws:guardduty/detector:Detector"), True),
        (made("aws:guardduty/detector:Detector", enable=False), False),
        (made("aws:guardduty/detector:Detector", enable=UNKNOWN), UNKNOWN),
        (made("aws:securityhub/account:Account"), True),
        (made("aws:accessanalyzer/analyzer:Analyzer", type="ACCOUNT"), True),
    ],
)
def test_what_looks_for_attacks(resource: Resource, on: Any) -> None:
    assert [found.on.value for found in read(resource).detections] == [on]


STORES = [
    made("aws:s3/bucket:Bucket", "data", bucket="data", tags={"backup": "yes"}, outputs={"arn": "arn:aws:s3:::data"}),
    made("aws:dynamodb/table:Table", "table", outputs={"arn": f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/table"}),
]
VAULT = made(
    "aws:backup/vault:Vault", "vault", outputs={"arn": f"arn:aws:backup:us-east-1:{ACCOUNT}:backup-vault:vault"}
)
SEALED = made(
    "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault",
    "sealed",
    outputs={"arn": f"arn:aws:backup:us-east-1:{ACCOUNT}:backup-vault:sealed"},
)


def backup(*resources: Resource, rules: Any = ({"lifecycle": {"deleteAfter": 30}},), **plan: Any) -> Backup:
    made_plan = made("aws:backup/plan:Plan", "plan", rules=list(rules) if isinstance(rules, tuple) else rules, **plan)
    (found,) = read(*STORES, VAULT, SEALED, made_plan, *resources).backups
    return found


def chosen(**inputs: Any) -> Resource:
    return made("aws:backup/selection:Selection", "selection", **{"planId": "plan", **inputs})


@pytest.mark.parametrize(
    ("selection", "covered"),
    [
        ({"resources": ["arn:aws:s3:::data"]}, {"data"}),
        ({"resources": ["*"]}, {"data", "table", "vault", "sealed"}),
        ({"resources": ["arn:aws:dynamodb:*:*:table/*"]}, {"table"}),
        ({"selectionTags": [{"type": "STRINGEQUALS", "key": "backup", "value": "yes"}]}, {"data"}),
        ({"selectionTags": [{"type": "STRINGEQUALS", "key": "backup", "value": "no"}]}, set()),
        ({"resources": ["*"], "conditions": [{"stringEquals": [{"key": "a", "value": "b"}]}]}, set()),
        ({"resources": ["arn:aws:s3:::data"], "planId": "other"}, set()),
        ({"resources": ["*"], "notResources": ["arn:aws:s3:::data"]}, {"table", "vault", "sealed"}),
    ],
)
def test_what_a_plan_covers(selection: dict[str, Any], covered: set[str]) -> None:
    found = backup(chosen(**selection)).covers.value

    assert isinstance(found, frozenset)
    assert {urn.rpartition("::")[2] for urn in found} == covered


def test_in_a_preview_a_plan_covers_what_its_selection_is_made_of() -> None:
    found = backup(chosen(of={"resources": STORES[0]})).covers.value

    assert found == frozenset({STORES[0].urn})


@pytest.mark.parametrize(
    ("rules", "days"),
    [
        (({"lifecycle": {"deleteAfter": 30}},), 30),
        (({"lifecycle": {"deleteAfter": 30}}, {"lifecycle": {"deleteAfter": 90}}), 90),
        (({"lifecycle": {"deleteAfter": 30}}, {}), None),
        (({"lifecycle": {"deleteAfter": 7}, "copyActions": [{"lifecycle": {"deleteAfter": 60}}]},), 60),
        (({"lifecycle": {"deleteAfter": UNKNOWN}},), UNKNOWN),
    ],
)
def test_how_long_a_backup_is_kept(rules: Any, days: Any) -> None:
    assert backup(rules=rules).days.value == days


def copying(target: Any) -> Any:
    return ({"copyActions": [{"destinationVaultArn": target}]},)


@pytest.mark.parametrize(
    ("rules", "elsewhere"),
    [
        (copying(SEALED.outputs["arn"]), True),
        (copying("arn:aws:backup:us-east-1:999988887777:backup-vault:far"), True),
        (copying(f"arn:aws:backup:us-east-1:{ACCOUNT}:backup-vault:near"), False),
        (copying(UNKNOWN), UNKNOWN),
        (({"targetLogicallyAirGappedBackupVaultArn": SEALED.outputs["arn"]},), True),
        (({},), False),
    ],
)
def test_whether_a_copy_is_out_of_reach(rules: Any, elsewhere: Any) -> None:
    assert backup(rules=rules).elsewhere.value == elsewhere


def test_in_a_preview_a_copy_in_a_sealed_vault_is_found_by_what_it_is_made_of() -> None:
    rules = [{"copyActions": [{"destinationVaultArn": UNKNOWN}]}]

    assert backup(rules=rules, of={"rules": SEALED}).elsewhere.value is True


def test_restoring_is_tried_if_something_is_selected() -> None:
    plan = made("aws:backup/restoreTestingPlan:RestoreTestingPlan", "trial", name="trial")
    some = made("aws:backup/restoreTestingSelection:RestoreTestingSelection", restoreTestingPlanName="trial")

    assert backup(plan, some).restore_tested.value is True
    assert backup(plan).restore_tested.value is False
