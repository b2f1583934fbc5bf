from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest

from lepton_infra.clouds.aws.cluster.load_balancer import internal_load_balancer
from lepton_infra.clouds.aws.oversight import alerts, backups, break_glass
from lepton_infra.clouds.aws.oversight.oversight import Oversight
from lepton_infra.clouds.aws.provider import provider
from lepton_infra.clouds.aws.settings import Settings
from lepton_infra.layers.component import Component
from lepton_infra.layers.oversight import OversightArgs, OversightOutputs
from lepton_infra.simulator.latencies import CREATION_SECONDS
from lepton_infra.testing.graph import Declared, Graph
from lepton_infra.testing.program import declared
from tests.clouds.aws.stacks import on_aws, stack
from tests.kit.contexts import context
from tests.kit.regions import declare

ACCOUNT = "111122223333"


def with_contacts(contacts: dict[str, str]) -> Graph:
    """The alerts alone, with somebody to tell."""
    settings = Settings.model_validate(stack()["cloud"])
    args: OversightArgs[Any, Any, Any] = OversightArgs(
        network=None,
        storage=None,
        cluster=None,
        contacts=contacts,
        break_glass_minutes=60,
        backup_days=30,
    )

    def program() -> None:
        cloud = provider("cloud", settings, pulumi.ResourceOptions())
        opts = pulumi.ResourceOptions(providers=[cloud])
        parent = Component[OversightOutputs]("lepton:aws:Oversight", "it", context(), opts)
        alerts.alerts(parent, "it", args, settings, emergency_role=f"arn:aws:iam::{ACCOUNT}:role/it")

    return declared(program)


def in_oversight(region: Graph) -> list[Declared]:
    return [found for found in on_aws(region) if f"{Oversight.__name__}$" in found.urn]


def statement(policy: str, sid: str) -> dict[str, Any]:
    (found,) = [each for each in json.loads(policy)["Statement"] if each.get("Sid") == sid]
    return dict(found)


def test_the_trail_hears_of_all_management_calls_and_of_the_regions_own_objects(region: Graph) -> None:
    trail = region["test-oversight-trail"]
    assert trail["isMultiRegionTrail"] is True
    assert trail["includeGlobalServiceEvents"] is True
    assert trail["enableLogFileValidation"] is True
    assert trail["kmsKeyId"] == region["test-oversight-audit-key"].outputs["arn"]
    management, data = [
        {each["field"]: each.get("equals") or each.get("startsWiths") for each in selector["fieldSelectors"]}
        for selector in trail["advancedEventSelectors"]
    ]
    assert management == {"eventCategory": ["Management"]}
    assert data == {
        "eventCategory": ["Data"],
        "resources.type": ["AWS::S3::Object"],
        "resources.ARN": [f"{region[f'test-storage-{name}'].outputs['arn']}/" for name in ("models", "data")],
    }


def test_the_trail_is_locked_for_as_long_as_it_is_kept() -> None:
    region = declare(stack(retention={"log_days": 400}))
    bucket = region["test-oversight-audit"]
    assert region["test-oversight-trail"]["s3BucketName"] == bucket["bucket"]
    assert bucket["objectLockEnabled"] is True
    assert region["test-oversight-audit-lock"]["rule.defaultRetention"] == {"mode": "GOVERNANCE", "days": 400}
    (rule,) = region["test-oversight-audit-lifecycle"]["rules"]
    assert rule["expiration"] == {"days": 400}


def test_the_trail_alone_writes_into_its_bucket(region: Graph) -> None:
    policy = region["test-oversight-audit-policy"]["policy"]
    allowed = [each for each in json.loads(policy)["Statement"] if each["Effect"] == "Allow"]
    arn = region["test-oversight-trail"].outputs["arn"]
    assert [each["Principal"] for each in allowed] == [{"Service": "cloudtrail.amazonaws.com"}] * 2
    assert all(each["Condition"]["StringEquals"]["aws:SourceArn"] == arn for each in allowed)


def test_the_trail_is_made_after_the_policy_of_its_bucket(region: Graph) -> None:
    before = {found.name for found in region.dependencies(region["test-oversight-trail"])}
    assert "test-oversight-audit-policy" in before


def test_alerts_go_to_a_topic_under_a_key_of_its_own(region: Graph) -> None:
    topic = region["test-oversight-alerts"]
    assert topic["kmsMasterKeyId"] == region["test-oversight-alerts-key"].outputs["arn"]
    assert statement(topic["policy"], "PublishByEvents")["Resource"] == topic.outputs["arn"]
    for rule in ("test-oversight-break-glass-used", "test-oversight-audit-changed"):
        target = region[f"{rule}-target"]
        assert (target["rule"], target["arn"]) == (region[rule]["name"], topic.outputs["arn"])


def test_the_emergency_role_is_heard_of_when_it_is_taken(region: Graph) -> None:
    rule = region["test-oversight-break-glass-used"]
    detail = json.loads(rule["eventPattern"])["detail"]
    assert detail["requestParameters"]["roleArn"] == [region["test-oversight-break-glass"].outputs["arn"]]
    assert detail["eventName"] == ["AssumeRole"]
    assert rule["state"] == "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"


def test_a_pattern_names_calls_and_their_services() -> None:
    pattern = alerts.call_pattern({"kms.amazonaws.com": ("DisableKey",), "sts.amazonaws.com": ("AssumeRole",)})
    assert pattern["detail"]["eventSource"] == ["kms.amazonaws.com", "sts.amazonaws.com"]
    assert pattern["detail"]["eventName"] == ["DisableKey", "AssumeRole"]


def test_the_emergency_role_takes_a_second_factor_and_ends_within_the_hour(region: Graph) -> None:
    role = region["test-oversight-break-glass"]
    assert role["maxSessionDuration"] == 3600
    (trust,) = json.loads(role["assumeRolePolicy"])["Statement"]
    assert trust["Condition"] == {
        "ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:user/break-glass"},
        "Bool": {"aws:MultiFactorAuthPresent": "true"},
        "StringEquals": {"aws:RequestedRegion": "us-east-1"},
    }


def test_the_emergency_role_enters_this_cluster_and_does_nothing_else(region: Graph) -> None:
    (found,) = json.loads(region["test-oversight-break-glass-rights"]["policy"])["Statement"]
    arn = region["test-cluster-control-plane"].outputs["arn"]
    assert found["Resource"] == [arn, f"arn:aws:eks:us-east-1:{ACCOUNT}:access-entry/test-cluster/*"]
    assert {action.partition(":")[0] for action in found["Action"]} == {"eks"}


@pytest.mark.parametrize(("minutes", "seconds"), [(60, 3600), (720, 43200)])
def test_sessions_are_as_long_as_asked(minutes: int, seconds: int) -> None:
    assert break_glass.session_seconds(minutes) == seconds


@pytest.mark.parametrize("minutes", [0, 59, 721])
def test_a_session_that_iam_does_not_know_is_refused(minutes: int) -> None:
    with pytest.raises(ValueError, match="allowed: 60 to 720"):
        break_glass.session_seconds(minutes)


def test_the_data_bucket_is_backed_up_and_a_copy_is_sealed() -> None:
    region = declare(stack(storage={"noncurrent_version_days": 14}))
    (rule,) = region["test-oversight-backups"]["rules"]
    assert rule["targetVaultName"] == region["test-oversight-vault"]["name"]
    assert rule["lifecycle"] == {"deleteAfter": 14}
    sealed = region["test-oversight-sealed"]
    assert rule["copyActions"] == [{"destinationVaultArn": sealed.outputs["arn"], "lifecycle": {"deleteAfter": 14}}]
    assert (sealed["minRetentionDays"], sealed["maxRetentionDays"]) == (7, 14)
    chosen = region["test-oversight-backups-data"]
    assert chosen["resources"] == [region["test-storage-data"].outputs["arn"]]


def test_both_vaults_have_keys_of_their_own(region: Graph) -> None:
    keys = {
        region["test-oversight-vault"]["kmsKeyArn"],
        region["test-oversight-sealed"]["encryptionKeyArn"],
        region["test-storage-data-key"].outputs["arn"],
    }
    assert len(keys) == 3


@pytest.mark.parametrize(("days", "kept"), [(1, 7), (7, 7), (30, 30)])
def test_a_sealed_copy_is_kept_no_shorter_than_the_vault_can(days: int, kept: int) -> None:
    assert backups.sealed_days(days) == kept


def test_restoring_is_tried(region: Graph) -> None:
    plan = region["test-oversight-restore-trial"]
    assert plan["name"] == backups.identifier("test-oversight-restore-trial") == "test_oversight_restore_trial"
    assert plan["recoveryPointSelection.includeVaults"] == [region["test-oversight-vault"].outputs["arn"]]
    chosen = region["test-oversight-restore-trial-data"]
    assert chosen["restoreTestingPlanName"] == plan["name"]
    assert chosen["protectedResourceArns"] == [region["test-storage-data"].outputs["arn"]]


def test_attacks_are_looked_for(region: Graph) -> None:
    detector = region["test-oversight-detector"]
    assert detector["enable"] is True
    features = region.of("aws:guardduty/detectorFeature:DetectorFeature")
    assert {each["name"] for each in features} == {"S3_DATA_EVENTS", "EKS_AUDIT_LOGS"}
    assert {(each["detectorId"], each["status"]) for each in features} == {(detector.id, "ENABLED")}
    assert region["test-oversight-analyzer"]["type"] == "ACCOUNT"


def test_nothing_of_the_region_waits_for_oversight(region: Graph) -> None:
    own = {found.urn for found in in_oversight(region)}
    assert len(own) > 30
    assert [str(found) for found in region if found.urn not in own and own & found.needs] == []


def test_oversight_waits_for_nothing_slow_but_keys(region: Graph) -> None:
    """A model that is served does not wait for it, and neither does the end of the run."""
    slow = set(CREATION_SECONDS) - {"aws:kms/key:Key"}
    waited = {found.type for each in in_oversight(region) for found in region.dependencies(each)}
    assert waited & slow == set()


def test_stores_say_what_they_hold(region: Graph) -> None:
    classes = {found.name: found["tags"]["lepton:data-class"] for found in on_aws(region) if _says(found)}
    assert {name: classes[f"test-storage-{name}"] for name in ("models", "data", "access-log")} == {
        "models": "model_artifact",
        "data": "personal",
        "access-log": "audit_log",
    }
    assert classes["test-cluster-logs"] == classes["test-oversight-audit"] == "audit_log"
    assert classes["test-oversight-vault"] == classes["test-oversight-sealed"] == "backup"
    stores = ("s3/bucket:Bucket", "cloudwatch/logGroup:LogGroup", "ecr/repository:Repository")
    assert {found.name for type in stores for found in region.of(f"aws:{type}")} <= classes.keys()


def _says(found: Declared) -> bool:
    return "lepton:data-class" in found.inputs.get("tags", {})


def test_contacts_are_told() -> None:
    graph = with_contacts({"security": "security@example.com", "dpo": "https://example.com/hook"})
    heard = {each.name: (each["protocol"], each["endpoint"]) for each in graph.of("*:TopicSubscription")}
    assert heard == {
        "it-alerts-security": ("email", "security@example.com"),
        "it-alerts-dpo": ("https", "https://example.com/hook"),
    }


def test_topic_has_no_subscriptions_without_contacts(region: Graph) -> None:
    assert region.of("aws:sns/topicSubscription:TopicSubscription") == ()


GATEWAY = {"gateway": {"domain": "inference.example.com"}}


def test_without_a_gateway_nothing_writes_the_log_of_events(region: Graph) -> None:
    assert region["test-oversight-ai-events"]["name"] == "/lepton/test-oversight/ai-events"
    assert [each.name for each in region if "ai-events-" in each.name] == []


def test_a_collector_beside_the_gateway_writes_the_log_of_events_and_no_other() -> None:
    graph = declare(stack(**GATEWAY))
    association = graph["test-oversight-ai-events-association"]
    assert (association["namespace"], association["serviceAccount"]) == ("lepton-gateway", "ai-events")
    assert association["roleArn"] == graph["test-oversight-ai-events-writer"].outputs["arn"]
    (rights,) = json.loads(graph["test-oversight-ai-events-writer-rights"]["policy"])["Statement"]
    assert rights["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
    assert rights["Resource"] == f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/lepton/test-oversight/ai-events:*"


def test_the_collector_has_one_pipeline_into_that_log() -> None:
    graph = declare(stack(**GATEWAY))
    values = graph["test-serving-gateway-ai-events"]["values"]
    config = values["alternateConfig"]
    assert values["serviceAccount"] == {"create": True, "name": "ai-events", "automountServiceAccountToken": False}
    assert config["exporters"] == {
        "awscloudwatchlogs": {
            "log_group_name": graph["test-oversight-ai-events"]["name"],
            "log_stream_name": "gateway",
            "region": "us-east-1",
        }
    }
    assert list(config["service"]["pipelines"]) == ["logs"]
    assert config["service"]["pipelines"]["logs"]["exporters"] == ["awscloudwatchlogs"]


def test_the_load_balancer_is_internal_and_marked() -> None:
    found = internal_load_balancer({"owner": "a b", "cost-center": "c"})
    prefix = "service.beta.kubernetes.io/aws-load-balancer"
    assert found.annotations == {
        f"{prefix}-type": "nlb",
        f"{prefix}-internal": "true",
        f"{prefix}-additional-resource-tags": "cost-center=c,owner=a b",
    }
