from __future__ import annotations

import pytest

from tests.every_cloud.region_names import places


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("arn:aws:kms:us-east-1:111122223333:key/1", {"us-east-1"}),
        ("in us-east-1a and eu-west-1b", {"us-east-1", "eu-west-1"}),
        ("projects/p/locations/asia-south1/keyRings/r", {"asia-south1"}),
        ("europe-west4-a", {"europe-west4"}),
        ("privatelink.westeurope.azmk8s.io", {"westeurope"}),
        ("us-east-network", set()),
        ("lepton-us-east", set()),
        ("norwesteuropean", set()),
    ],
)
def test_places_are_found_and_names_of_stacks_are_none(text: str, named: set[str]) -> None:
    assert places(text) == named
