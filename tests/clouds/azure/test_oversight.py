"""Who did what, who is told, the way in for an emergency, and what survives."""

from __future__ import annotations

import pulumi
import pytest

from lepton_infra.clouds.azure.groups import place
from lepton_infra.clouds.azure.oversight import alerts
from lepton_infra.clouds.azure.oversight.backups import first_rule_id
from lepton_infra.clouds.azure.oversight.break_glass import duration
from lepton_infra.clouds.azure.provider import provider
from lepton_infra.clouds.azure.settings import Settings
from lepton_infra.compliance.facts.data_class import TAG
from lepton_infra.layers.component import Component
from lepton_infra.layers.oversight import OversightOutputs
from lepton_infra.testing.graph import Graph
from lepton_infra.testing.program import declared
from tests.clouds.azure.stacks import ADMINISTRATORS, SUBSCRIPTION, cloud, stack
from tests.kit.contexts import context
from tests.kit.regions import declare

ROLE = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions"


def test_the_activity_log_goes_to_the_archive_that_nobody_can_change(region: Graph) -> None:
    trail = region["test-oversight-trail"]

    assert trail["storageAccountId"] == region["test-network-logs-audit"].id
    assert "workspaceId" not in trail.inputs
    assert {log["category"] for log in trail["logs"]} == {"Administrative", "Security", "Policy"}
    assert all(log["enabled"] for log in trail["logs"])


@pytest.mark.parametrize(
    ("name", "operations"),
    [("break-glass-used", alerts.RIGHTS_TAKEN), ("audit-changed", alerts.AUDIT_CHANGES)],
)
def test_activity_alerts_notify_the_action_group(region: Graph, name: str, operations: tuple[str, ...]) -> None:
    alert = region[f"test-oversight-{name}"]
    category, named = alert["condition.allOf"]

    assert alert["enabled"] is True
    assert alert["scopes"] == [f"/subscriptions/{SUBSCRIPTION}"]
    assert category == {"field": "category", "equals": "Administrative"}
    assert [each["equals"] for each in named["anyOf"]] == list(operations)
    assert alert["actions.actionGroups[0].actionGroupId"] == region["test-oversight-alerts"].id


def test_the_group_is_there_before_it_has_anybody_to_tell(region: Graph) -> None:
    group = region["test-oversight-alerts"]

    assert group["enabled"] is True
    assert len(group["groupShortName"]) <= alerts.SHORT_NAME
    assert group["emailReceivers"] == []


def test_contacts_are_told_by_mail_or_by_a_call() -> None:
    settings = Settings.model_validate(cloud())

    class Holder(Component[OversightOutputs]):
        def __init__(self, opts: pulumi.ResourceOptions) -> None:
            super().__init__("lepton:azure:Oversight", "told", context(), opts)
            here = place(self, "told", settings=settings, outlives_region=False)
            people = {"dpo": "dpo@example.com", "soc": "https://soc.example.com/hook"}
            self.publish(OversightOutputs(alerts=alerts.alerts(here, "told", people)))

    def program() -> None:
        made = provider("told-cloud", settings, pulumi.ResourceOptions())
        holder = Holder(pulumi.ResourceOptions(providers=[made]))
        pulumi.export("alerts", holder.outputs.alerts)

    graph = declared(program, config={"pulumi:disable-default-providers": ["*"]})
    group = graph["told-alerts"]

    assert [(each["name"], each["emailAddress"]) for each in group["emailReceivers"]] == [("dpo", "dpo@example.com")]
    assert [each["serviceUri"] for each in group["webhookReceivers"]] == ["https://soc.example.com/hook"]
    assert graph.exports["alerts"] == group.id


def test_administrators_may_take_the_emergency_role_and_do_not_hold_it(region: Graph) -> None:
    eligible = region[f"test-oversight-break-glass-{ADMINISTRATORS}"]
    held = {
        grant["roleDefinitionId"]
        for grant in region.of("azure-native:authorization:RoleAssignment")
        if grant["principalId"] == ADMINISTRATORS
    }

    assert eligible["principalId"] == ADMINISTRATORS
    assert eligible["scheduleInfo.expiration"] == {"type": "AfterDuration", "duration": "P365D"}
    assert eligible["roleDefinitionId"].startswith(ROLE)
    assert eligible["roleDefinitionId"] not in held


def test_an_emergency_ends_by_itself_and_takes_a_second_factor(region: Graph) -> None:
    terms = region["test-oversight-break-glass-terms"]
    ends, enters = terms["rules"]

    assert terms.retain_on_delete
    assert ends["id"] == "Expiration_EndUser_Assignment"
    assert ends["isExpirationRequired"] is True
    assert ends["maximumDuration"] == "PT60M"
    assert enters["id"] == "Enablement_EndUser_Assignment"
    assert "MultiFactorAuthentication" in enters["enabledRules"]


def test_without_the_name_of_the_policy_azures_own_terms_hold() -> None:
    own = {name: value for name, value in cloud().items() if name != "break_glass_policy"}
    graph = declare(stack(cloud=own))

    assert graph.of("azure-native:authorization:PimRoleEligibilitySchedule")
    assert not graph.of("azure-native:authorization:RoleManagementPolicy")


@pytest.mark.parametrize(("minutes", "text"), [(30, "PT30M"), (60, "PT60M"), (1440, "PT1440M")])
def test_an_emergency_session_is_as_long_as_azure_offers(minutes: int, text: str) -> None:
    assert duration(minutes) == text


@pytest.mark.parametrize("minutes", [0, 29, 45, 1470])
def test_another_emergency_session_is_refused(minutes: int) -> None:
    with pytest.raises(ValueError, match=f"{minutes} minutes is not on offer; allowed: 30 to 1440"):
        duration(minutes)


def test_the_data_is_copied_to_an_account_apart_in_the_same_place(region: Graph) -> None:
    store, copy = region["test-storage-store"], region["test-oversight-backup-store"]
    received, sent = region["test-oversight-backup-received"], region["test-oversight-backup-sent"]

    assert copy["location"] == store["location"]
    assert copy["resourceGroupName"] != store["resourceGroupName"]
    assert copy["tags"][TAG] == "backup"
    for policy, account in ((received, copy), (sent, store)):
        assert policy["sourceAccount"] == store.id
        assert policy["destinationAccount"] == copy.id
        assert policy["accountName"] == account["accountName"]
        assert [(rule["sourceContainer"], rule["destinationContainer"]) for rule in policy["rules"]] == [
            ("data", "data")
        ]
    assert received["objectReplicationPolicyId"] == "default"
    assert sent["objectReplicationPolicyId"] == received.outputs["policyId"]
    assert sent["rules[0].ruleId"] == received.outputs["rules"][0]["ruleId"]


def test_what_the_data_loses_stays_in_the_copy(region: Graph) -> None:
    kept = region["test-oversight-backup-store-blobs"]

    assert kept["isVersioningEnabled"] is True
    assert kept["deleteRetentionPolicy"] == {"enabled": True, "days": 30}
    assert region["test-storage-store-blobs"]["changeFeed"] == {"enabled": True, "retentionInDays": 30}
    assert "changeFeed" not in kept.inputs


def test_the_copy_has_a_key_of_its_own(region: Graph) -> None:
    keys = [
        region[name]["encryption.keyVaultProperties"] for name in ("test-storage-store", "test-oversight-backup-store")
    ]

    assert keys[0]["keyVaultUri"] != keys[1]["keyVaultUri"]


def test_a_rule_that_azure_has_not_named_is_a_defect() -> None:
    with pytest.raises(AssertionError, match="named its rules"):
        first_rule_id([])


def test_defender_looks_at_what_the_region_is_made_of(region: Graph) -> None:
    plans = region.of("azure-native:security:Pricing")

    assert {plan["pricingName"] for plan in plans} == {"Containers", "KeyVaults", "StorageAccounts"}
    assert all(plan["pricingTier"] == "Standard" and plan.retain_on_delete for plan in plans)


def test_nothing_of_the_region_waits_for_its_oversight(region: Graph) -> None:
    (component,) = region.of("lepton:azure:Oversight")
    oversight = {found.urn for found in region.descendants(component)}
    waiting = {found.name for found in region if found.urn not in oversight and found.needs & oversight}

    assert oversight
    assert waiting == set()


def test_oversight_waits_for_what_it_needs_and_for_nothing_else(region: Graph) -> None:
    needed = {found.name for found in region.dependencies(region["test-oversight-backup-store"])}

    assert not any("cluster" in name or "registry" in name for name in needed)
    assert "test-storage-store" not in needed


@pytest.mark.parametrize(
    ("name", "data_class"),
    [
        ("test-storage-store", "personal"),
        ("test-network-logs-audit", "audit_log"),
        ("test-network-logs-flow", "audit_log"),
        ("test-storage-access-log", "audit_log"),
        ("test-registry-images", "model_artifact"),
        ("test-oversight-ai-events", "ai_event"),
    ],
)
def test_every_store_says_what_it_holds(region: Graph, name: str, data_class: str) -> None:
    assert region[name]["tags"][TAG] == data_class


def test_events_of_models_outlive_the_region_in_a_group_of_their_own(region: Graph) -> None:
    group, events = region["test-oversight-ai"], region["test-oversight-ai-events"]

    assert events["resourceGroupName"] == group["resourceGroupName"]
    assert group.retain_on_delete
    assert events.retain_on_delete
    assert events["retentionInDays"] == region["test-storage-access-log"]["retentionInDays"]
