"""Whom each subnet reaches, and who reaches it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from lepton_infra.testing.graph import Graph

GROUPS = ["nodes", "endpoints", "api"]
SERVICES = {
    "nodes": [
        "AzureActiveDirectory",
        "AzureResourceManager",
        "MicrosoftContainerRegistry",
        "AzureFrontDoor.FirstParty",
    ],
    "endpoints": [],
    "api": ["AzureActiveDirectory"],
}


def rules(region: Graph, group: str, direction: str) -> list[dict[str, Any]]:
    """The rules of one direction, in the order in which Azure takes them."""
    given = region[f"test-network-{group}-firewall"]["securityRules"]
    return sorted((rule for rule in given if rule["direction"] == direction), key=lambda rule: rule["priority"])


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize(("direction", "side"), [("Inbound", "source"), ("Outbound", "destination")])
def test_what_no_rule_names_stays_on_its_side(region: Graph, group: str, direction: str, side: str) -> None:
    *allowed, last = rules(region, group, direction)

    assert all(rule["access"] == "Allow" for rule in allowed)
    assert (last["access"], last["protocol"], last["destinationPortRange"]) == ("Deny", "*", "*")
    assert last[f"{side}AddressPrefix"] == "Internet"
    assert last["priority"] == 4096


@pytest.mark.parametrize("group", GROUPS)
def test_machines_reach_services_by_name_over_https(region: Graph, group: str) -> None:
    *allowed, _ = rules(region, group, "Outbound")

    assert [rule["destinationAddressPrefix"] for rule in allowed] == SERVICES[group]
    assert all((rule["protocol"], rule["destinationPortRange"]) == ("Tcp", "443") for rule in allowed)


@pytest.mark.parametrize("group", GROUPS)
def test_rules_of_a_group_have_names_and_places_of_their_own(region: Graph, group: str) -> None:
    given = region[f"test-network-{group}-firewall"]["securityRules"]
    names = Counter(rule["name"] for rule in given)
    places = Counter((rule["direction"], rule["priority"]) for rule in given)

    assert set(names.values()) == set(places.values()) == {1}
