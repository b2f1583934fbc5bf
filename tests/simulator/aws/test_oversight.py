"""Trails, topics, rules, backups and detectors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lepton_infra.simulator.aws import tokens
from lepton_infra.simulator.behaviour import CloudError
from tests.simulator.aws.account import ACCOUNT, REGION, Account, trust

TOPIC_ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts"
PATTERN = '{"detail-type": ["AWS API Call via CloudTrail"]}'


def refused(make: Any) -> CloudError:
    with pytest.raises(CloudError) as found:
        make()
    return found.value


def reasons(account: Account, token: str, **inputs: Any) -> dict[str, str]:
    return {failure.path: failure.reason for failure in account.check(token, inputs)}


def test_a_trail_is_known_by_its_arn_and_is_on(account: Account) -> None:
    trail = account.make(tokens.TRAIL, **account.trail_inputs())

    assert trail.id == trail.state["arn"] == f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/trail"
    assert trail.state["homeRegion"] == REGION
    assert trail.state["enableLogging"] is True
    assert trail.state["isMultiRegionTrail"] is False


def test_a_trail_needs_a_bucket_that_cloudtrail_may_write_into(account: Account) -> None:
    bucket = account.make(tokens.BUCKET, bucket="closed").id

    error = refused(lambda: account.make(tokens.TRAIL, name="trail", s3BucketName=bucket))

    assert error.code == "InsufficientS3BucketPolicyException"


def test_a_trail_needs_a_key_that_cloudtrail_may_use(account: Account) -> None:
    def key(service: str) -> str:
        statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "kms:GenerateDataKey*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [{**statement, "Resource": "*"}]})
        return str(account.make(tokens.KEY, service, policy=policy).state["arn"])

    inputs = account.trail_inputs()
    error = refused(lambda: account.make(tokens.TRAIL, **inputs, kmsKeyId=key("logs.amazonaws.com")))

    assert error.code == "InsufficientEncryptionPolicyException"
    assert account.make(tokens.TRAIL, **inputs, kmsKeyId=key("cloudtrail.amazonaws.com")).id


def test_a_trail_has_one_kind_of_selectors(account: Account) -> None:
    advanced = [{"fieldSelectors": [{"field": "eventCategory", "equals": ["Management"]}]}]
    plain = [{"readWriteType": "All"}]

    assert reasons(account, tokens.TRAIL, s3BucketName="b", advancedEventSelectors=advanced) == {}
    assert "eventSelectors" in next(
        iter(
            reasons(
                account, tokens.TRAIL, s3BucketName="b", advancedEventSelectors=advanced, eventSelectors=plain
            ).values()
        )
    )


@pytest.mark.parametrize("name", ["ab", "a..b", "-trail", "trail-", "tr ail"])
def test_a_trails_name_has_a_form(account: Account, name: str) -> None:
    assert "InvalidTrailNameException" in reasons(account, tokens.TRAIL, s3BucketName="b", name=name)["name"]


def test_a_lock_needs_versions(account: Account) -> None:
    rule = {"defaultRetention": {"mode": "GOVERNANCE", "days": 30}}
    lock = tokens.BUCKET_OBJECT_LOCK[0]
    plain = account.make(tokens.BUCKET, "plain", bucket="plain").id
    locked = account.make(tokens.BUCKET, "locked", bucket="locked", objectLockEnabled=True).id

    assert refused(lambda: account.make(lock, "a", bucket=plain, rule=rule)).code == "InvalidBucketState"
    assert account.make(lock, "b", bucket=locked, rule=rule).id == locked
    account.make(tokens.BUCKET_VERSIONING[0], bucket=plain, versioningConfiguration={"status": "Enabled"})
    assert account.make(lock, "c", bucket=plain, rule=rule).id == plain


def test_a_topic_is_known_by_its_arn(account: Account) -> None:
    topic = account.make(tokens.TOPIC, name="alerts")

    assert (topic.id, topic.state["owner"]) == (TOPIC_ARN, ACCOUNT)
    assert "InvalidParameter" in reasons(account, tokens.TOPIC, name="a b")["name"]


def test_mail_is_confirmed_by_hand(account: Account) -> None:
    topic = account.make(tokens.TOPIC, name="alerts").id

    heard = account.make(tokens.TOPIC_SUBSCRIPTION, topic=topic, protocol="email", endpoint="security@example.com")

    assert heard.id.startswith(f"{TOPIC_ARN}:")
    assert heard.state["pendingConfirmation"] is True
    assert (
        "allowed" in reasons(account, tokens.TOPIC_SUBSCRIPTION, topic=topic, protocol="post", endpoint="x")["protocol"]
    )


def test_a_subscription_needs_its_topic(account: Account) -> None:
    made = {"topic": TOPIC_ARN, "protocol": "email", "endpoint": "security@example.com"}

    assert refused(lambda: account.make(tokens.TOPIC_SUBSCRIPTION, **made)).code == "NotFound"


def test_a_rule_keeps_its_targets_until_they_are_gone(account: Account) -> None:
    topic = account.make(tokens.TOPIC, name="alerts").id
    rule = account.make(tokens.EVENT_RULE, name="changed", eventPattern=PATTERN)
    target = account.make(tokens.EVENT_TARGET, rule=rule.id, arn=topic)

    assert target.id == f"changed-{target.state['targetId']}"
    assert rule.state["isEnabled"] is True
    assert refused(lambda: account.delete(tokens.EVENT_RULE, rule)).code == "ValidationException"
    account.delete(tokens.EVENT_TARGET, target)
    account.delete(tokens.EVENT_RULE, rule)


def test_a_target_needs_its_rule_and_its_topic(account: Account) -> None:
    rule = account.make(tokens.EVENT_RULE, name="changed", eventPattern=PATTERN).id

    nowhere = refused(lambda: account.make(tokens.EVENT_TARGET, "a", rule="other", arn=TOPIC_ARN))
    unheard = refused(lambda: account.make(tokens.EVENT_TARGET, "b", rule=rule, arn=TOPIC_ARN))

    assert {nowhere.code, unheard.code} == {"ResourceNotFoundException", "NotFound"}


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ({}, "eventPattern"),
        ({"eventPattern": "[]"}, "eventPattern"),
        ({"eventPattern": '{"source": "aws.kms"}'}, "eventPattern"),
        ({"eventPattern": "{"}, "eventPattern"),
        ({"scheduleExpression": "every day"}, "scheduleExpression"),
        ({"scheduleExpression": "cron(0 3 * * * *)"}, "scheduleExpression"),
        ({"eventPattern": PATTERN, "state": "ON"}, "state"),
        ({"eventPattern": PATTERN, "name": "a" * 65}, "name"),
    ],
)
def test_a_wrong_rule_is_refused(account: Account, inputs: dict[str, Any], path: str) -> None:
    assert path in reasons(account, tokens.EVENT_RULE, **inputs)


@pytest.mark.parametrize("schedule", ["rate(1 day)", "cron(0 3 * * ? *)", "cron(0 5 1 * ? *)", "cron(0 0 ? * MON *)"])
def test_schedules_of_both_kinds_are_taken(account: Account, schedule: str) -> None:
    assert reasons(account, tokens.EVENT_RULE, scheduleExpression=schedule) == {}


def test_both_kinds_of_vault_share_their_names(account: Account) -> None:
    account.make(tokens.BACKUP_VAULT, name="vault")
    sealed = {"name": "vault", "minRetentionDays": 7, "maxRetentionDays": 7}

    assert refused(lambda: account.make(tokens.AIR_GAPPED_VAULT, **sealed)).code == "AlreadyExistsException"
    assert account.make(tokens.AIR_GAPPED_VAULT, **{**sealed, "name": "sealed"}).state["arn"] == (
        f"arn:aws:backup:{REGION}:{ACCOUNT}:backup-vault:sealed"
    )


@pytest.mark.parametrize(("low", "high", "path"), [(6, 30, "minRetentionDays"), (30, 7, "minRetentionDays")])
def test_a_sealed_vault_keeps_a_week_at_least(account: Account, low: int, high: int, path: str) -> None:
    assert path in reasons(account, tokens.AIR_GAPPED_VAULT, name="v", minRetentionDays=low, maxRetentionDays=high)


def test_a_plan_goes_after_its_selections(account: Account) -> None:
    plan = account.make(tokens.BACKUP_PLAN, **account.plan_inputs(schedule="cron(0 3 * * ? *)"))
    role = account.role("backup.amazonaws.com").state["arn"]
    bucket = account.make(tokens.BUCKET, bucket="data").state["arn"]
    selection = account.make(tokens.BACKUP_SELECTION, planId=plan.id, iamRoleArn=role, resources=[bucket])

    assert plan.state["version"]
    assert refused(lambda: account.delete(tokens.BACKUP_PLAN, plan)).code == "InvalidRequestException"
    account.delete(tokens.BACKUP_SELECTION, selection)
    account.delete(tokens.BACKUP_PLAN, plan)


def test_a_plan_needs_its_vaults(account: Account) -> None:
    there = account.plan_inputs()["rules"][0]
    away = {**there, "copyActions": [{"destinationVaultArn": f"arn:aws:backup:{REGION}:{ACCOUNT}:backup-vault:none"}]}

    for rule in ({**there, "targetVaultName": "none"}, away):
        error = refused(lambda rule=rule: account.make(tokens.BACKUP_PLAN, name="p", rules=[rule]))
        assert error.code == "InvalidParameterValueException"


def test_what_is_cold_stays_for_ninety_days(account: Account) -> None:
    rule = {"ruleName": "r", "targetVaultName": "vault", "lifecycle": {"coldStorageAfter": 30, "deleteAfter": 100}}
    later = {**rule, "lifecycle": {"coldStorageAfter": 30, "deleteAfter": 120}}

    assert "rules[0].lifecycle.deleteAfter" in reasons(account, tokens.BACKUP_PLAN, name="p", rules=[rule])
    assert reasons(account, tokens.BACKUP_PLAN, name="p", rules=[later]) == {}


@pytest.mark.parametrize("type", [tokens.BACKUP_SELECTION, tokens.RESTORE_SELECTION])
def test_backup_takes_the_role_itself(account: Account, type: str) -> None:
    role = account.make(tokens.ROLE, name="other", assumeRolePolicy=trust("ec2.amazonaws.com")).state["arn"]
    inputs: dict[str, Any] = {"iamRoleArn": role}
    if type == tokens.BACKUP_SELECTION:
        inputs["planId"] = account.make(tokens.BACKUP_PLAN, **account.plan_inputs()).id
    else:
        plan = account.make(tokens.RESTORE_PLAN, **account.restore_plan_inputs()).id
        inputs |= {"name": "data", "restoreTestingPlanName": plan, "protectedResourceType": "S3"}

    assert refused(lambda: account.make(type, **inputs)).code == "InvalidParameterValueException"


def test_trials_have_names_without_dashes(account: Account) -> None:
    inputs = {**account.restore_plan_inputs(), "name": "a-trial"}

    assert "underscores" in reasons(account, tokens.RESTORE_PLAN, **inputs)["name"]


def test_a_trial_goes_after_its_selections(account: Account) -> None:
    plan = account.make(tokens.RESTORE_PLAN, **account.restore_plan_inputs())
    role = account.role("backup.amazonaws.com").state["arn"]
    made = {"name": "data", "restoreTestingPlanName": plan.id, "iamRoleArn": role, "protectedResourceType": "S3"}
    selection = account.make(tokens.RESTORE_SELECTION, **made)

    assert selection.id == "data:trial"
    assert refused(lambda: account.delete(tokens.RESTORE_PLAN, plan)).code == "InvalidRequestException"


def test_a_detector_is_known_by_32_digits_and_features_belong_to_it(account: Account) -> None:
    detector = account.make(tokens.DETECTOR)
    feature = {"detectorId": detector.id, "name": "S3_DATA_EVENTS", "status": "ENABLED"}

    assert len(detector.id) == 32
    assert (detector.state["enable"], detector.state["accountId"]) == (True, ACCOUNT)
    assert account.make(tokens.DETECTOR_FEATURE, **feature).id == f"{detector.id}/S3_DATA_EVENTS"
    assert "detectorId" in reasons(account, tokens.DETECTOR_FEATURE, **{**feature, "detectorId": "0" * 32})
    assert "allowed" in reasons(account, tokens.DETECTOR_FEATURE, **{**feature, "name": "S3"})["name"]


def test_an_analyzer_is_of_a_kind(account: Account) -> None:
    assert account.make(tokens.ANALYZER, analyzerName="open").state["type"] == "ACCOUNT"
    assert "allowed" in reasons(account, tokens.ANALYZER, analyzerName="open", type="REGION")["type"]
