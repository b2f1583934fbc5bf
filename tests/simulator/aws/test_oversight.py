"""Trails, topics, rules, backups and detectors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lepton_infra.simulator.aws import access_analyzer, backup, cloudtrail, events, guardduty, iam, kms, s3, sns
from lepton_infra.simulator.behaviour import CloudError
from tests.kit.aws_account import ACCOUNT, REGION, Account, trust

TOPIC_ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts"
PATTERN = '{"detail-type": ["AWS API Call via CloudTrail"]}'


def refused(make: Any) -> CloudError:
    with pytest.raises(CloudError) as found:
        make()
    return found.value


def reasons(account: Account, token: str, **inputs: Any) -> dict[str, str]:
    return {failure.path: failure.reason for failure in account.check(token, inputs)}


def test_a_trail_is_known_by_its_arn_and_is_on(account: Account) -> None:
    trail = account.make(cloudtrail.TRAIL.token, **account.trail_inputs())

    assert trail.id == trail.state["arn"] == f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/trail"
    assert trail.state["homeRegion"] == REGION
    assert trail.state["enableLogging"] is True
    assert trail.state["isMultiRegionTrail"] is False


def test_a_trail_needs_a_bucket_that_cloudtrail_may_write_into(account: Account) -> None:
    bucket = account.make(s3.BUCKET.token, bucket="closed").id

    error = refused(lambda: account.make(cloudtrail.TRAIL.token, name="trail", s3BucketName=bucket))

    assert error.code == "InsufficientS3BucketPolicyException"


def test_a_trail_needs_a_key_that_cloudtrail_may_use(account: Account) -> None:
    def key(service: str) -> str:
        statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "kms:GenerateDataKey*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [{**statement, "Resource": "*"}]})
        return str(account.make(kms.KEY.token, service, policy=policy).state["arn"])

    inputs = account.trail_inputs()
    error = refused(lambda: account.make(cloudtrail.TRAIL.token, **inputs, kmsKeyId=key("logs.amazonaws.com")))

    assert error.code == "InsufficientEncryptionPolicyException"
    assert account.make(cloudtrail.TRAIL.token, **inputs, kmsKeyId=key("cloudtrail.amazonaws.com")).id


def test_a_trail_has_one_kind_of_selectors(account: Account) -> None:
    advanced = [{"fieldSelectors": [{"field": "eventCategory", "equals": ["Management"]}]}]
    plain = [{"readWriteType": "All"}]

    assert reasons(account, cloudtrail.TRAIL.token, s3BucketName="b", advancedEventSelectors=advanced) == {}
    assert "eventSelectors" in next(
        iter(
            reasons(
                account, cloudtrail.TRAIL.token, s3BucketName="b", advancedEventSelectors=advanced, eventSelectors=plain
            ).values()
        )
    )


@pytest.mark.parametrize("name", ["ab", "a..b", "-trail", "trail-", "tr ail"])
def test_a_trails_name_has_a_form(account: Account, name: str) -> None:
    assert "InvalidTrailNameException" in reasons(account, cloudtrail.TRAIL.token, s3BucketName="b", name=name)["name"]


def test_a_lock_needs_versions(account: Account) -> None:
    rule = {"defaultRetention": {"mode": "GOVERNANCE", "days": 30}}
    lock = s3.BUCKET_OBJECT_LOCK.token
    plain = account.make(s3.BUCKET.token, "plain", bucket="plain").id
    locked = account.make(s3.BUCKET.token, "locked", bucket="locked", objectLockEnabled=True).id

    assert refused(lambda: account.make(lock, "a", bucket=plain, rule=rule)).code == "InvalidBucketState"
    assert account.make(lock, "b", bucket=locked, rule=rule).id == locked
    account.make(s3.BUCKET_VERSIONING.token, bucket=plain, versioningConfiguration={"status": "Enabled"})
    assert account.make(lock, "c", bucket=plain, rule=rule).id == plain


def test_a_topic_is_known_by_its_arn(account: Account) -> None:
    topic = account.make(sns.TOPIC.token, name="alerts")

    assert (topic.id, topic.state["owner"]) == (TOPIC_ARN, ACCOUNT)
    assert "InvalidParameter" in reasons(account, sns.TOPIC.token, name="a b")["name"]


def test_mail_is_confirmed_by_hand(account: Account) -> None:
    topic = account.make(sns.TOPIC.token, name="alerts").id

    heard = account.make(sns.TOPIC_SUBSCRIPTION.token, topic=topic, protocol="email", endpoint="security@example.com")

    assert heard.id.startswith(f"{TOPIC_ARN}:")
    assert heard.state["pendingConfirmation"] is True
    assert (
        "allowed"
        in reasons(account, sns.TOPIC_SUBSCRIPTION.token, topic=topic, protocol="post", endpoint="x")["protocol"]
    )


def test_a_subscription_needs_its_topic(account: Account) -> None:
    made = {"topic": TOPIC_ARN, "protocol": "email", "endpoint": "security@example.com"}

    assert refused(lambda: account.make(sns.TOPIC_SUBSCRIPTION.token, **made)).code == "NotFound"


def test_a_rule_keeps_its_targets_until_they_are_gone(account: Account) -> None:
    topic = account.make(sns.TOPIC.token, name="alerts").id
    rule = account.make(events.EVENT_RULE.token, name="changed", eventPattern=PATTERN)
    target = account.make(events.EVENT_TARGET.token, rule=rule.id, arn=topic)

    assert target.id == f"changed-{target.state['targetId']}"
    assert rule.state["isEnabled"] is True
    assert refused(lambda: account.delete(events.EVENT_RULE.token, rule)).code == "ValidationException"
    account.delete(events.EVENT_TARGET.token, target)
    account.delete(events.EVENT_RULE.token, rule)


def test_a_target_needs_its_rule_and_its_topic(account: Account) -> None:
    rule = account.make(events.EVENT_RULE.token, name="changed", eventPattern=PATTERN).id

    nowhere = refused(lambda: account.make(events.EVENT_TARGET.token, "a", rule="other", arn=TOPIC_ARN))
    unheard = refused(lambda: account.make(events.EVENT_TARGET.token, "b", rule=rule, arn=TOPIC_ARN))

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
    assert path in reasons(account, events.EVENT_RULE.token, **inputs)


@pytest.mark.parametrize("schedule", ["rate(1 day)", "cron(0 3 * * ? *)", "cron(0 5 1 * ? *)", "cron(0 0 ? * MON *)"])
def test_schedules_of_both_kinds_are_taken(account: Account, schedule: str) -> None:
    assert reasons(account, events.EVENT_RULE.token, scheduleExpression=schedule) == {}


def test_both_kinds_of_vault_share_their_names(account: Account) -> None:
    account.make(backup.BACKUP_VAULT.token, name="vault")
    sealed = {"name": "vault", "minRetentionDays": 7, "maxRetentionDays": 7}

    assert refused(lambda: account.make(backup.AIR_GAPPED_VAULT.token, **sealed)).code == "AlreadyExistsException"
    assert account.make(backup.AIR_GAPPED_VAULT.token, **{**sealed, "name": "sealed"}).state["arn"] == (
        f"arn:aws:backup:{REGION}:{ACCOUNT}:backup-vault:sealed"
    )


@pytest.mark.parametrize(("low", "high", "path"), [(6, 30, "minRetentionDays"), (30, 7, "minRetentionDays")])
def test_a_sealed_vault_keeps_a_week_at_least(account: Account, low: int, high: int, path: str) -> None:
    assert path in reasons(
        account, backup.AIR_GAPPED_VAULT.token, name="v", minRetentionDays=low, maxRetentionDays=high
    )


def test_a_plan_goes_after_its_selections(account: Account) -> None:
    plan = account.make(backup.BACKUP_PLAN.token, **account.plan_inputs(schedule="cron(0 3 * * ? *)"))
    role = account.role("backup.amazonaws.com").state["arn"]
    bucket = account.make(s3.BUCKET.token, bucket="data").state["arn"]
    selection = account.make(backup.BACKUP_SELECTION.token, planId=plan.id, iamRoleArn=role, resources=[bucket])

    assert plan.state["version"]
    assert refused(lambda: account.delete(backup.BACKUP_PLAN.token, plan)).code == "InvalidRequestException"
    account.delete(backup.BACKUP_SELECTION.token, selection)
    account.delete(backup.BACKUP_PLAN.token, plan)


def test_a_plan_needs_its_vaults(account: Account) -> None:
    there = account.plan_inputs()["rules"][0]
    away = {**there, "copyActions": [{"destinationVaultArn": f"arn:aws:backup:{REGION}:{ACCOUNT}:backup-vault:none"}]}

    for rule in ({**there, "targetVaultName": "none"}, away):
        error = refused(lambda rule=rule: account.make(backup.BACKUP_PLAN.token, name="p", rules=[rule]))
        assert error.code == "InvalidParameterValueException"


def test_what_is_cold_stays_for_ninety_days(account: Account) -> None:
    rule = {"ruleName": "r", "targetVaultName": "vault", "lifecycle": {"coldStorageAfter": 30, "deleteAfter": 100}}
    later = {**rule, "lifecycle": {"coldStorageAfter": 30, "deleteAfter": 120}}

    assert "rules[0].lifecycle.deleteAfter" in reasons(account, backup.BACKUP_PLAN.token, name="p", rules=[rule])
    assert reasons(account, backup.BACKUP_PLAN.token, name="p", rules=[later]) == {}


@pytest.mark.parametrize("type", [backup.BACKUP_SELECTION.token, backup.RESTORE_SELECTION.token])
def test_backup_takes_the_role_itself(account: Account, type: str) -> None:
    role = account.make(iam.ROLE.token, name="other", assumeRolePolicy=trust("ec2.amazonaws.com")).state["arn"]
    inputs: dict[str, Any] = {"iamRoleArn": role}
    if type == backup.BACKUP_SELECTION.token:
        inputs["planId"] = account.make(backup.BACKUP_PLAN.token, **account.plan_inputs()).id
    else:
        plan = account.make(backup.RESTORE_PLAN.token, **account.restore_plan_inputs()).id
        inputs |= {"name": "data", "restoreTestingPlanName": plan, "protectedResourceType": "S3"}

    assert refused(lambda: account.make(type, **inputs)).code == "InvalidParameterValueException"


def test_trials_have_names_without_dashes(account: Account) -> None:
    inputs = {**account.restore_plan_inputs(), "name": "a-trial"}

    assert "underscores" in reasons(account, backup.RESTORE_PLAN.token, **inputs)["name"]


def test_a_trial_goes_after_its_selections(account: Account) -> None:
    plan = account.make(backup.RESTORE_PLAN.token, **account.restore_plan_inputs())
    role = account.role("backup.amazonaws.com").state["arn"]
    made = {"name": "data", "restoreTestingPlanName": plan.id, "iamRoleArn": role, "protectedResourceType": "S3"}
    selection = account.make(backup.RESTORE_SELECTION.token, **made)

    assert selection.id == "data:trial"
    assert refused(lambda: account.delete(backup.RESTORE_PLAN.token, plan)).code == "InvalidRequestException"


def test_a_detector_is_known_by_32_digits_and_features_belong_to_it(account: Account) -> None:
    detector = account.make(guardduty.DETECTOR.token)
    feature = {"detectorId": detector.id, "name": "S3_DATA_EVENTS", "status": "ENABLED"}

    assert len(detector.id) == 32
    assert (detector.state["enable"], detector.state["accountId"]) == (True, ACCOUNT)
    assert account.make(guardduty.DETECTOR_FEATURE.token, **feature).id == f"{detector.id}/S3_DATA_EVENTS"
    assert "detectorId" in reasons(account, guardduty.DETECTOR_FEATURE.token, **{**feature, "detectorId": "0" * 32})
    assert "allowed" in reasons(account, guardduty.DETECTOR_FEATURE.token, **{**feature, "name": "S3"})["name"]


def test_an_analyzer_is_of_a_kind(account: Account) -> None:
    assert account.make(access_analyzer.ANALYZER.token, analyzerName="open").state["type"] == "ACCOUNT"
    assert "allowed" in reasons(account, access_analyzer.ANALYZER.token, analyzerName="open", type="REGION")["type"]
