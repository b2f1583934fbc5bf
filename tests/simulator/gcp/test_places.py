"""Projects, regions and zones of a provider's configuration."""

from typing import Any

import pytest

from lepton_infra.simulator.behaviour import UNKNOWN
from lepton_infra.simulator.gcp.discovery import regions
from lepton_infra.simulator.gcp.places import Place, configure, place_of, region_of, scope_key, zones
from lepton_infra.simulator.store import Store
from tests.kit.gcp_project import Project


@pytest.mark.parametrize(
    ("config", "key"),
    [
        ({"project": "lepton-test", "region": "asia-south1"}, "gcp:lepton-test:asia-south1"),
        ({"project": "example.com:app", "region": "asia-south1"}, "gcp:example.com:app:asia-south1"),
        ({"project": UNKNOWN}, "gcp::"),
    ],
)
def test_a_provider_works_in_one_project_and_region(config: dict[str, Any], key: str) -> None:
    assert scope_key(config) == key


@pytest.mark.parametrize("project", ["lepton-test", "example.com:my-app"])
def test_the_place_is_read_back_from_the_key(project: str) -> None:
    place = place_of(Project(Store(), project).scope)

    assert (place.project, place.region) == (project, "asia-south1")


@pytest.mark.parametrize(
    "config",
    [
        {"project": "lepton-test", "region": "asia-south1", "zone": "asia-south1-b"},
        {"project": UNKNOWN, "region": UNKNOWN},
    ],
)
def test_a_right_configuration_passes(config: dict[str, Any]) -> None:
    assert configure(config) == []


@pytest.mark.parametrize(
    ("config", "path", "words"),
    [
        ({"region": "asia-south1"}, "project", "Missing project configuration"),
        ({"project": "Lepton", "region": "asia-south1"}, "project", "6 to 30 small letters"),
        ({"project": "lepton-test"}, "region", "Missing region configuration"),
        ({"project": "lepton-test", "region": "asia-south-1"}, "region", "did you mean asia-south1?"),
        (
            {"project": "lepton-test", "region": "asia-south1", "zone": "asia-south2-a"},
            "zone",
            "allowed: asia-south1-a, asia-south1-b, asia-south1-c",
        ),
    ],
)
def test_a_wrong_configuration_is_refused(config: dict[str, Any], path: str, words: str) -> None:
    [failure] = configure(config)

    assert failure.path == path
    assert words in failure.reason


def test_regions_come_from_googles_own_description() -> None:
    assert {"asia-south1", "asia-south2", "europe-west4", "us-central1"} <= set(regions())


@pytest.mark.parametrize(
    ("region", "letters"),
    [("asia-south1", "abc"), ("us-central1", "abcf"), ("us-east1", "bcd"), ("europe-west1", "bcd")],
)
def test_zones_belong_to_their_region(region: str, letters: str) -> None:
    assert list(zones(region)) == [f"{region}-{letter}" for letter in letters]


@pytest.mark.parametrize(
    ("location", "region"),
    [
        ("asia-south1", "asia-south1"),
        ("ASIA-SOUTH1", "asia-south1"),
        ("asia-south1-a", "asia-south1"),
        ("EU", None),
        ("nowhere1-a", None),
    ],
)
def test_a_location_lies_in_a_region(location: str, region: str | None) -> None:
    assert region_of(location) == region


def test_a_project_has_one_number_for_good() -> None:
    first, second = (Place(project=name, region="asia-south1").number for name in ("one-project", "two-project"))

    assert len(first) == len(second) == 12
    assert first != second
