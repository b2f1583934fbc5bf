"""Alerts, emergency roles, Defender's plans, the activity log and copies of objects."""

from collections.abc import Callable
from typing import Any

import pytest

from lepton_infra.simulator.behaviour import CloudError
from lepton_infra.simulator.resource import Resource
from tests.kit import azure_tokens as tokens
from tests.kit.azure_subscription import GROUP, SUBSCRIPTION, Subscription, account_inputs, role_definition

HERE = f"/subscriptions/{SUBSCRIPTION}"
PERSON = "55555555-5555-4555-8555-555555555555"
POLICY = "44444444-4444-4444-8444-444444444444"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"


def group(**changes: Any) -> dict[str, Any]:
    return {
        "actionGroupName": "alerts",
        "resourceGroupName": GROUP,
        "location": "global",
        "groupShortName": "region",
        "enabled": True,
        "emailReceivers": [{"name": "dpo", "emailAddress": "dpo@example.com"}],
        **changes,
    }


def alert(*conditions: dict[str, Any], group: str | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "activityLogAlertName": "alert",
        "resourceGroupName": GROUP,
        "location": "global",
        "scopes": [HERE],
        "condition": {"allOf": list(conditions) or [{"field": "category", "equals": "Administrative"}]},
        "actions": {"actionGroups": [{"actionGroupId": group}] if group else []},
        **changes,
    }


def eligible(**changes: Any) -> dict[str, Any]:
    return {"principalId": PERSON, "roleDefinitionId": role_definition(CONTRIBUTOR), "scope": HERE, **changes}


def expiring(**expiration: Any) -> dict[str, Any]:
    return eligible(scheduleInfo={"expiration": expiration})


def plan(**changes: Any) -> dict[str, Any]:
    return {"pricingName": "Containers", "scopeId": HERE.strip("/"), "pricingTier": "Standard", **changes}


def rule(**changes: Any) -> dict[str, Any]:
    return {
        "id": "Expiration_EndUser_Assignment",
        "ruleType": "RoleManagementPolicyExpirationRule",
        "isExpirationRequired": True,
        "maximumDuration": "PT1H",
        **changes,
    }


def terms(*rules: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"roleManagementPolicyName": POLICY, "scope": HERE, "rules": list(rules) or [rule()], **changes}


RIGHT = {
    "group": (tokens.ACTION_GROUP, group()),
    "alert": (tokens.ACTIVITY_ALERT, alert()),
    "eligible": (tokens.ELIGIBILITY, expiring(type="AfterDuration", duration="P365D")),
    "plan": (tokens.DEFENDER_PLAN, plan()),
    "terms": (tokens.ROLE_POLICY, terms()),
}

WRONG = {
    "no mail": (
        tokens.ACTION_GROUP,
        group(emailReceivers=[{"name": "a", "emailAddress": "nobody"}]),
        "address of mail",
    ),
    "long name": (tokens.ACTION_GROUP, group(groupShortName="thirteen-char"), "1 to 12 characters"),
    "two of a name": (
        tokens.ACTION_GROUP,
        group(webhookReceivers=[{"name": "dpo", "serviceUri": "https://example.com"}]),
        'called "dpo"',
    ),
    "group in a region": (tokens.ACTION_GROUP, group(location="westeurope"), "allowed: global"),
    "no category": (tokens.ACTIVITY_ALERT, alert({"field": "operationName", "equals": "a/write"}), "field category"),
    "unknown category": (tokens.ACTIVITY_ALERT, alert({"field": "category", "equals": "Gossip"}), "is no category"),
    "unknown field": (
        tokens.ACTIVITY_ALERT,
        alert({"field": "category", "equals": "Security"}, {"field": "mood", "equals": "bad"}),
        "mood",
    ),
    "neither field nor choice": (
        tokens.ACTIVITY_ALERT,
        alert({"field": "category", "equals": "Security"}, {"equals": "x"}),
        "exactly one of field and anyOf",
    ),
    "no end": (tokens.ELIGIBILITY, expiring(type="AfterDuration"), "needs duration"),
    "end of what has none": (tokens.ELIGIBILITY, expiring(type="NoExpiration", duration="P1D"), "takes no duration"),
    "no person": (tokens.ELIGIBILITY, eligible(principalId="me"), "not a UUID"),
    "unknown plan": (tokens.DEFENDER_PLAN, plan(pricingName="Dishes"), "Dishes"),
    "unknown scope": (tokens.DEFENDER_PLAN, plan(scopeId="everything"), "subscriptions/<id>"),
    "unknown kind of plan": (tokens.DEFENDER_PLAN, plan(subPlan="P9"), "P9"),
    "unknown rule": (tokens.ROLE_POLICY, terms(rule(id="Sleep_EndUser_Assignment")), "one of a policy's rules"),
    "no duration": (tokens.ROLE_POLICY, terms(rule(maximumDuration="an hour")), "a duration such as"),
    "policy without id": (tokens.ROLE_POLICY, terms(roleManagementPolicyName="mine"), "not a UUID"),
    "other subscription": (
        tokens.SUBSCRIPTION_DIAGNOSTIC_SETTING,
        {"name": "trail", "storageAccountId": f"/subscriptions/{POLICY}/x", "logs": []},
        "not in subscription",
    ),
    "unknown log": (
        tokens.SUBSCRIPTION_DIAGNOSTIC_SETTING,
        {"name": "trail", "logs": [{"category": "Weather", "enabled": True}]},
        "Weather",
    ),
}


@pytest.mark.parametrize(("type", "inputs"), RIGHT.values(), ids=RIGHT)
def test_what_is_right_is_made(azure: Subscription, type: str, inputs: dict[str, Any]) -> None:
    made = azure.make(type, **inputs)

    assert made.id.startswith(f"{HERE}/")
    assert made.state["name"]


@pytest.mark.parametrize(("type", "inputs", "reason"), WRONG.values(), ids=WRONG)
def test_what_azure_refuses_is_refused(azure: Subscription, type: str, inputs: dict[str, Any], reason: str) -> None:
    failures = azure.check(type, inputs)

    assert [failure for failure in failures if reason in failure.reason], failures


def test_an_alert_tells_a_group_that_is_there(azure: Subscription) -> None:
    there = azure.make(tokens.ACTION_GROUP, **group())
    azure.make(tokens.ACTIVITY_ALERT, **alert(group=there.id))

    with pytest.raises(CloudError, match="InvalidResourceReference"):
        azure.make(tokens.ACTIVITY_ALERT, "other", **alert(group=f"{there.id}2", activityLogAlertName="other"))


def test_nobody_is_made_eligible_twice(azure: Subscription) -> None:
    first = azure.make(tokens.ELIGIBILITY, **eligible())
    other = azure.make(tokens.ELIGIBILITY, "other", **eligible(principalId=POLICY))

    assert first.id != other.id
    with pytest.raises(CloudError, match="AlreadyExists"):
        azure.make(tokens.ELIGIBILITY, "again", **eligible())


@pytest.mark.parametrize(("type", "inputs"), [RIGHT["plan"], RIGHT["terms"]])
def test_what_every_subscription_has_is_changed_and_not_made(
    azure: Subscription, type: str, inputs: dict[str, Any]
) -> None:
    first = azure.make(type, "first", **inputs)

    assert azure.make(type, "second", **inputs).id == first.id


def test_a_subscription_sends_its_log_to_five_places(azure: Subscription) -> None:
    store = azure.make(tokens.STORAGE_ACCOUNT, "archive", **account_inputs("archive0001"))
    log = {"storageAccountId": store.id, "logs": [{"category": "Administrative", "enabled": True}]}
    for index in range(5):
        azure.make(tokens.SUBSCRIPTION_DIAGNOSTIC_SETTING, f"trail-{index}", name=f"trail-{index}", **log)

    with pytest.raises(CloudError, match="limit of 5"):
        azure.make(tokens.SUBSCRIPTION_DIAGNOSTIC_SETTING, "sixth", name="sixth", **log)


@pytest.fixture
def accounts(azure: Subscription) -> Callable[..., tuple[Resource, Resource]]:
    """Two accounts with a container each, ready to copy from one to the other but for what is asked."""

    def make(*, versions: bool = True, changes: bool = True) -> tuple[Resource, Resource]:
        made = []
        for name in ("source0001", "target0001"):
            made.append(azure.make(tokens.STORAGE_ACCOUNT, name, **account_inputs(name)))
            feed = {"enabled": changes} if name == "source0001" else None
            service = {"isVersioningEnabled": versions, **({"changeFeed": feed} if feed else {})}
            where = {"accountName": name, "resourceGroupName": GROUP}
            azure.make(tokens.BLOB_SERVICE, f"{name}-blobs", blobServicesName="default", **where, **service)
            azure.make(tokens.BLOB_CONTAINER, f"{name}-data", containerName="data", **where)
        return made[0], made[1]

    return make


def copying(source: Resource, target: Resource, at: Resource, policy: str = "default", **rule: Any) -> dict[str, Any]:
    return {
        "accountName": at.inputs["accountName"],
        "resourceGroupName": GROUP,
        "objectReplicationPolicyId": policy,
        "sourceAccount": source.id,
        "destinationAccount": target.id,
        "rules": [{"sourceContainer": "data", "destinationContainer": "data", **rule}],
    }


def test_objects_are_copied_once_both_accounts_know_the_policy(
    azure: Subscription, accounts: Callable[..., tuple[Resource, Resource]]
) -> None:
    source, target = accounts()
    received = azure.make(tokens.OBJECT_REPLICATION, "received", **copying(source, target, target))
    rule_id = received.state["rules"][0]["ruleId"]
    sent = azure.make(
        tokens.OBJECT_REPLICATION,
        "sent",
        **copying(source, target, source, received.state["policyId"], ruleId=rule_id),
    )

    assert sent.id.endswith(received.state["policyId"])
    assert sent.state["policyId"] == received.state["policyId"]


@pytest.mark.parametrize(
    ("ready", "code"),
    [({"versions": False}, "VersioningNotEnabled"), ({"changes": False}, "ChangeFeedNotEnabled")],
)
def test_accounts_that_are_not_ready_are_not_copied(
    azure: Subscription, accounts: Callable[..., tuple[Resource, Resource]], ready: dict[str, bool], code: str
) -> None:
    source, target = accounts(**ready)

    with pytest.raises(CloudError, match=code):
        azure.make(tokens.OBJECT_REPLICATION, **copying(source, target, target))


def test_a_container_must_be_there(azure: Subscription, accounts: Callable[..., tuple[Resource, Resource]]) -> None:
    source, target = accounts()

    with pytest.raises(CloudError, match="ContainerNotFound"):
        azure.make(tokens.OBJECT_REPLICATION, **copying(source, target, target, sourceContainer="other"))


def test_replication_policy_begins_at_the_destination_account(
    azure: Subscription, accounts: Callable[..., tuple[Resource, Resource]]
) -> None:
    source, target = accounts()

    with pytest.raises(CloudError, match="receiving account's"):
        azure.make(tokens.OBJECT_REPLICATION, **copying(source, target, source))
    with pytest.raises(CloudError, match="knows no policy"):
        azure.make(tokens.OBJECT_REPLICATION, **copying(source, target, source, POLICY, ruleId=PERSON))


def test_an_account_is_named_by_its_id(azure: Subscription, accounts: Callable[..., tuple[Resource, Resource]]) -> None:
    source, target = accounts()
    named = {**copying(source, target, target), "sourceAccount": "source0001"}

    with pytest.raises(CloudError, match="full resource id"):
        azure.make(tokens.OBJECT_REPLICATION, **named)
