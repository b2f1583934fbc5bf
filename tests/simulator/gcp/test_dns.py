"""Private zones and the records in them."""

from typing import Any

import pytest

from lepton_infra.simulator.behaviour import CloudError
from lepton_infra.simulator.resource import Resource
from tests.kit import gcp_tokens as tokens
from tests.kit.gcp_project import PROJECT, Project

RECORD: dict[str, Any] = {"managedZone": "apis", "name": "gcr.io.", "type": "A", "ttl": 300, "rrdatas": ["10.0.0.1"]}


def zone(project: Project, name: str = "apis", **changes: Any) -> Resource:
    network = project.scope.find(tokens.NETWORK, f"projects/{PROJECT}/global/networks/main")
    seen_by = {"networks": [{"networkUrl": network.id if network else project.network().id}]}
    inputs: dict[str, Any] = {"dnsName": "gcr.io.", "visibility": "private", "privateVisibilityConfig": seen_by}
    return project.make(tokens.DNS_ZONE, name, name=name, **{**inputs, **changes})


def test_zones_and_records_are_named_within_their_project(project: Project) -> None:
    made = zone(project)
    record = project.make(tokens.DNS_RECORD, **RECORD)

    assert made.id == f"projects/{PROJECT}/managedZones/apis"
    assert record.id == f"projects/{PROJECT}/managedZones/apis/rrsets/gcr.io./A"
    assert made.state["visibility"] == "private"
    assert len(made.state["nameServers"]) == 4


def test_a_zone_is_for_a_network_that_is_there_and_a_record_for_such_a_zone(project: Project) -> None:
    with pytest.raises(CloudError, match="'none' was not found"):
        zone(project, privateVisibilityConfig={"networks": [{"networkUrl": "none"}]})
    with pytest.raises(CloudError, match="'managedZone' apis does not exist"):
        project.make(tokens.DNS_RECORD, **RECORD)


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({}, None, ""),
        ({"type": "CNAME", "name": "*.gcr.io.", "rrdatas": ["gcr.io."]}, None, ""),
        ({"type": "AAAA", "rrdatas": ["::1"]}, None, ""),
        ({"name": "gcr.io"}, "name", "ends in a dot"),
        ({"type": "XYZ"}, "type", "not allowed"),
        ({"ttl": -1}, "ttl", "0 to"),
        ({"rrdatas": ["10.0.0"]}, "rrdatas[0]", "not an IPv4 address"),
        ({"type": "CNAME", "rrdatas": ["gcr.io"]}, "rrdatas[0]", "not a name that ends in a dot"),
        ({"type": "CNAME", "rrdatas": ["a.", "b."]}, "rrdatas", "holds one name, not 2"),
    ],
)
def test_values_of_a_record(project: Project, changes: dict[str, Any], path: str | None, words: str) -> None:
    failures = project.check(tokens.DNS_RECORD, {**RECORD, **changes})

    assert [failure.path for failure in failures] == ([path] if path else [])
    assert all(words in failure.reason for failure in failures)


@pytest.mark.parametrize(("visibility", "paths"), [("private", []), ("public", ["privateVisibilityConfig"])])
def test_only_a_private_zone_is_for_single_networks(project: Project, visibility: str, paths: list[str]) -> None:
    inputs = {
        "name": "apis",
        "dnsName": "gcr.io.",
        "visibility": visibility,
        "privateVisibilityConfig": {"networks": [{"networkUrl": "main"}]},
    }

    assert [failure.path for failure in project.check(tokens.DNS_ZONE, inputs)] == paths


@pytest.mark.parametrize(("domain", "taken"), [("gcr.io.", True), ("pkg.dev.", False)])
def test_a_network_sees_one_zone_of_a_name(project: Project, domain: str, taken: bool) -> None:
    first = zone(project)
    project.update(tokens.DNS_ZONE, first, "apis", description="the same zone")

    if taken:
        with pytest.raises(CloudError, match=r"conflict: .*main.* sees zone .*apis for gcr\.io\. already"):
            zone(project, "second", dnsName=domain)
    else:
        assert zone(project, "second", dnsName=domain).inputs["dnsName"] == domain


@pytest.mark.parametrize(
    ("name", "fits"), [("gcr.io.", True), ("*.gcr.io.", True), ("pkg.dev.", False), ("agcr.io.", False)]
)
def test_a_record_is_in_its_zone(project: Project, name: str, fits: bool) -> None:
    zone(project)

    if fits:
        assert project.make(tokens.DNS_RECORD, **{**RECORD, "name": name}).inputs["name"] == name
    else:
        with pytest.raises(CloudError, match=r"invalid: .*not in the zone of gcr\.io\."):
            project.make(tokens.DNS_RECORD, **{**RECORD, "name": name})


@pytest.mark.parametrize(("second", "fits"), [("AAAA", True), ("CNAME", False)])
def test_cname_record_excludes_others(project: Project, second: str, fits: bool) -> None:
    zone(project)
    project.make(tokens.DNS_RECORD, "first", **RECORD)
    values = {"AAAA": ["::1"], "CNAME": ["b.gcr.io."]}[second]
    inputs = {**RECORD, "type": second, "rrdatas": values}

    if fits:
        assert project.make(tokens.DNS_RECORD, "second", **inputs).inputs["type"] == second
    else:
        with pytest.raises(CloudError, match=r"conflict: .*CNAME stands alone"):
            project.make(tokens.DNS_RECORD, "second", **inputs)


@pytest.mark.parametrize("forced", [False, True])
def test_a_zone_goes_after_its_records_unless_it_is_forced(project: Project, forced: bool) -> None:
    made = zone(project, forceDestroy=forced)
    record = project.make(tokens.DNS_RECORD, **RECORD)

    if not forced:
        with pytest.raises(CloudError, match=r"containerNotEmpty: .*apis holds .*rrsets"):
            project.delete(tokens.DNS_ZONE, made, "apis")
        project.delete(tokens.DNS_RECORD, record)
    project.delete(tokens.DNS_ZONE, made, "apis")

    assert project.scope.find(tokens.DNS_ZONE, made.id) is None
