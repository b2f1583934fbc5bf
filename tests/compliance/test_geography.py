"""Every location of a cloud has its country, or is known to be unknown."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import botocore
import googleapiclient  # type: ignore[import-untyped]
import pytest
from pulumi_azure_native import migrate

from lepton_infra import clouds
from lepton_infra.compliance.law import law

PLACES = clouds.locations()
GEOGRAPHY = clouds.geography()
LAW = law.load()


def known(cloud: str) -> set[str]:
    return {*PLACES[cloud].countries, *PLACES[cloud].unplaced}


@cache
def regions_of_aws() -> set[str]:
    """What the SDK lists, without the names of whole partitions."""
    file = Path(botocore.__file__).parent / "data" / "partitions.json"
    partitions = json.loads(file.read_text(encoding="utf-8"))["partitions"]
    return {code for partition in partitions for code in partition["regions"] if not code.endswith("-global")}


@cache
def locations_of_gcp() -> set[str]:
    """Where the APIs that we use have endpoints of their own, by their discovery documents."""
    folder = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
    documents = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))]
    return {endpoint["location"] for document in documents for endpoint in document.get("endpoints", [])}


def locations_of_azure() -> set[str]:
    """The longest list of locations in the SDK."""
    return {location.value.lower() for location in migrate.AzureLocation} - {"unknown", ""}


def test_every_cloud_with_regions_of_its_own_has_a_file() -> None:
    assert PLACES.keys() == {"aws", "azure", "gcp"}
    assert GEOGRAPHY.countries.keys() == PLACES.keys()


@pytest.mark.parametrize("cloud", PLACES)
def test_countries_are_countries_and_each_code_is_in_one_entry(cloud: str) -> None:
    file = PLACES[cloud]
    codes = [code for each in file.regions.values() for code in each]
    everything = [*codes, *file.multi_regions, *file.unplaced]

    assert len(set(everything)) == len(everything)
    assert {country for each in file.countries.values() for country in each} <= set(LAW.countries.codes)
    assert all(code == code.lower() and " " not in code for code in everything)


def test_every_region_that_the_sdk_of_aws_knows_is_placed() -> None:
    assert len(regions_of_aws()) > 40
    assert known("aws") == regions_of_aws()


def test_every_location_with_an_endpoint_of_gcp_is_placed() -> None:
    assert len(locations_of_gcp()) > 40
    assert locations_of_gcp() <= known("gcp")


def test_every_location_in_the_sdk_of_azure_is_placed() -> None:
    assert len(locations_of_azure()) > 50
    assert locations_of_azure() <= known("azure")


@pytest.mark.parametrize("cloud", PLACES)
def test_a_multi_region_is_where_the_regions_are(cloud: str) -> None:
    for code, countries in PLACES[cloud].multi_regions.items():
        assert set(countries) <= PLACES[cloud].regions.keys(), code


def test_pairs_are_of_regions_and_no_region_is_its_own() -> None:
    pairs = PLACES["azure"].pairs

    assert {*pairs, *pairs.values()} <= PLACES["azure"].countries.keys()
    assert all(region != pair for region, pair in pairs.items())


@pytest.mark.parametrize(
    ("cloud", "location", "countries"),
    [
        ("aws", "eu-central-1", {"DE"}),
        ("aws", "us-east-1a", {"US"}),
        ("aws", "us-gov-west-1b", {"US"}),
        ("azure", "westeurope", {"NL"}),
        ("azure", "West Europe", {"NL"}),
        ("azure", "eastasia", {"HK"}),
        ("gcp", "asia-south1-c", {"IN"}),
        ("gcp", "ASIA-SOUTH2", {"IN"}),
        ("gcp", "eur8", {"CH", "DE"}),
        ("gcp", "in", {"IN"}),
    ],
)
def test_a_location_is_in_its_countries(cloud: str, location: str, countries: set[str]) -> None:
    assert GEOGRAPHY.of(cloud, location) == frozenset(countries)


@pytest.mark.parametrize(
    ("cloud", "location"),
    [
        ("aws", "us-west-2-lax-1a"),
        ("aws", "eu-isoe-west-1"),
        ("aws", "aws-global"),
        ("azure", "global"),
        ("gcp", "global"),
        ("gcp", "eur3"),
        ("gcp", "europe-west15-a"),
        ("private", "hall-1"),
        ("nimbus", "us-east-1"),
    ],
)
def test_unknown_locations_have_no_countries(cloud: str, location: str) -> None:
    assert GEOGRAPHY.of(cloud, location) is None


def test_the_multi_region_of_the_union_is_within_it_and_that_of_europe_is_not() -> None:
    union = LAW.places(("EU",))

    assert GEOGRAPHY.of("gcp", "EU") <= union  # type: ignore[operator]
    assert not GEOGRAPHY.of("gcp", "europe") <= union  # type: ignore[operator]


def test_zones_are_their_region_and_regions_themselves() -> None:
    for cloud, file in PLACES.items():
        for code in file.countries:
            assert GEOGRAPHY.region(cloud, code) == code
    assert GEOGRAPHY.region("aws", "ap-south-2b") == "ap-south-2"
    assert GEOGRAPHY.region("gcp", "us-east4-a") == "us-east4"


@pytest.mark.parametrize("cloud", ["aws", "gcp"])
def test_the_zones_of_a_clouds_example_are_its_regions(cloud: str) -> None:
    facts = clouds.load(cloud)

    assert {GEOGRAPHY.region(cloud, zone) for zone in facts.zones} == {str(facts.example["region"])}


def test_copies_of_azure_can_leave_a_country() -> None:
    pair = GEOGRAPHY.pair("azure", "Brazil South")

    assert pair == "southcentralus"
    assert GEOGRAPHY.of("azure", pair) == frozenset({"US"})
    assert GEOGRAPHY.pair("azure", "polandcentral") is None
