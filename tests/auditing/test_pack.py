"""What the engine tells a policy pack, as the rules read it, and what of it can wait."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyCustomTimeouts,
    PolicyProviderResource,
    PolicyResource,
    PolicyResourceOptions,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import unknown_checking_proxy

from lepton_infra.audit import policy_pack
from lepton_infra.compliance.graph.graph import UNKNOWN
from lepton_infra.compliance.law.obligations import Obligations
from lepton_infra.compliance.rules.rule import Finding, Severity
from lepton_infra.engine import signatures
from lepton_infra.errors import LeptonError
from tests.kit.graphs import resource
from tests.kit.rules import RULES, bucket, named, obligations, tagged, waiver

NOT_YET = signatures.UNKNOWN_TEXT
URN = bucket()["urn"]
CLOUD = "urn:pulumi:eu-west::shop::pulumi:providers:test::{}"


def told(properties: dict[str, Any], *, provider: str | None = "cloud", urn: str = URN) -> PolicyResource:
    """A resource as the SDK hands it over."""
    by = provider and PolicyProviderResource("pulumi:providers:test", {}, CLOUD.format(provider), provider)
    options = PolicyResourceOptions(True, [], None, [], PolicyCustomTimeouts(0, 0, 0), [])
    type, name = urn.split("::")[2:]
    return PolicyResource(type, unknown_checking_proxy(properties), urn, name, options, by or None, None, [], {})


def asked(pack_policies: list[Policy], properties: dict[str, Any]) -> None:
    (remember,) = [each for each in pack_policies if isinstance(each, ResourceValidationPolicy)]
    properties = unknown_checking_proxy(properties)
    one = told({})
    remember.validate(ResourceValidationArgs(one.resource_type, properties, URN, one.name, one.opts, None), no_report)


def no_report(message: str, urn: str | None = None) -> None:
    raise AssertionError(message)


def reports(policies: list[Policy], *resources: PolicyResource) -> list[tuple[str, str, str | None]]:
    """Policy, message and URN of all that is reported."""
    found: list[tuple[str, str, str | None]] = []
    for each in policies:
        if isinstance(each, StackValidationPolicy):
            said: list[tuple[str, str | None]] = []

            def report(message: str, urn: str | None = None, said: list[tuple[str, str | None]] = said) -> None:
                said.append((message, urn))

            each.validate(StackValidationArgs(list(resources)), report)
            found += [(each.name, message, urn) for message, urn in said]
    return found


def policies(*waived: str) -> list[Policy]:
    return policy_pack.policies(RULES, lambda stack: obligations(*map(waiver, waived)))


def test_values_are_plain_and_whole_numbers_whole() -> None:
    given = {"days": 90.0, "share": 0.5, "list": [{"on": True, "name": NOT_YET}], "none": None}
    found = policy_pack.unwrapped(unknown_checking_proxy(given))
    assert found == {"days": 90, "share": 0.5, "list": [{"on": True, "name": UNKNOWN}], "none": None}
    assert isinstance(found["days"], int)


def test_a_resource_as_the_engine_tells_it() -> None:
    parent = told({}, provider=None, urn="urn:pulumi:eu-west::shop::shop:index:Store::store")
    stack = told({}, provider=None, urn="urn:pulumi:eu-west::shop::pulumi:pulumi:Stack::shop-eu-west")
    one = told({"id": "b-1", "bucket": "made"})
    one.parent, parent.parent = parent, stack
    one.dependencies = [parent]
    one.property_dependencies = {"bucket": [stack], "tags": []}
    graph = policy_pack.graph([stack, parent, one], {URN: {"bucket": "asked"}})
    store, found = graph
    assert (graph.stack, store.custom, store.parent, found.custom, found.parent) == (
        "eu-west",
        False,
        None,
        True,
        store.urn,
    )
    assert (found.inputs, found.outputs["bucket"], found.id) == ({"bucket": "asked"}, "made", "b-1")
    assert found.depends_on == {store.urn, stack.urn}
    assert found.property_urns == {"bucket": {stack.urn}}
    assert (found.protect, found.provider) == (True, CLOUD.format("cloud"))
    assert policy_pack.resource(told({}, provider="default_1_2_3"), None).provider is None
    assert policy_pack.resource(told({"id": NOT_YET, "bucket": "made"}), None).inputs["bucket"] == "made"


def test_what_was_asked_for_counts_not_what_was_answered() -> None:
    ours = policies()
    asked(ours, {"bucket": "other", "tags": {"owner": "shop"}})
    assert reports(ours, told({"bucket": "shop-data"})) == [
        (
            "TST-01",
            "test:index:Bucket data: bucket is not the shop's (given other; allowed: shop-…). "
            "Name it after the shop (gdpr 5(1)(c))",
            URN,
        )
    ]
    asked(ours, {"bucket": "shop-data", "tags": {"owner": "shop"}})
    assert reports(ours, told({})) == []


def test_levels_follow_the_severity() -> None:
    levels = {each.name: each.enforcement_level for each in policies()}
    assert levels == {
        "lepton-declared": EnforcementLevel.ADVISORY,
        "lepton-law": EnforcementLevel.MANDATORY,
        "TST-01": EnforcementLevel.MANDATORY,
        "TST-02": EnforcementLevel.ADVISORY,
        "lepton-later": EnforcementLevel.ADVISORY,
    }
    assert policy_pack.LEVELS.keys() == set(Severity)


def test_a_waiver_holds() -> None:
    assert reports(policies("TST-01"), told({"bucket": "other", "tags": {"a": "b"}})) == []


def test_without_a_law_everything_stops_and_nothing_else_is_said() -> None:
    def refuse(stack: str) -> Obligations:
        raise LeptonError(f"no law for {stack}")

    found = reports(policy_pack.policies(RULES, refuse), told({"bucket": "other"}))
    assert found == [("lepton-law", "no law for eu-west", None)]


@pytest.mark.parametrize(
    ("rule", "inputs", "unknown", "expected"),
    [
        (named, {"bucket": UNKNOWN}, True, False),
        (replace(named, severity=Severity.MANDATORY), {"bucket": UNKNOWN}, True, True),
        (replace(named, id="SUP-01"), {"image": UNKNOWN}, True, True),
        (tagged, {"bucket": UNKNOWN}, False, False),
        (tagged, {"bucket": "known"}, True, False),
    ],
)
def test_what_can_wait(rule: Any, inputs: dict[str, Any], unknown: bool, expected: bool) -> None:
    finding = Finding(resource=resource("t", inputs=inputs), path="", message="", unknown=unknown)
    assert policy_pack.comes_later(rule, finding) is expected


def test_what_can_wait_is_told_as_such() -> None:
    ours = policy_pack.policies([replace(named, severity=Severity.MANDATORY)], lambda stack: obligations())
    ((name, message, urn),) = reports(ours, told({"bucket": NOT_YET}))
    assert (name, urn) == ("lepton-later", URN)
    assert message.startswith("TST-01: test:index:Bucket data: bucket is not known before it is made")
