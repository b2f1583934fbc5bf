"""What a stack consists of, in an order that does not depend on the run."""

from __future__ import annotations

from itertools import permutations

from lepton_infra.sandbox import summary

STORAGE = "urn:pulumi:eu-west::lepton::lepton:index:Region$lepton:aws:Storage"


def resource(type: str, name: str) -> dict[str, object]:
    return {"urn": f"{STORAGE}${type}::{name}", "type": type, "custom": True}


def test_kinds_are_most_first_and_equally_many_by_name() -> None:
    made = [
        resource("aws:s3/bucket:Bucket", "models"),
        resource("aws:kms/key:Key", "key"),
        resource("aws:s3/bucketPolicy:BucketPolicy", "models"),
        resource("aws:s3/bucketPolicy:BucketPolicy", "logs"),
    ]
    told = {str(summary.layers({"resources": list(order)})) for order in permutations(made)}
    assert told == {"[Layer(name='Storage', kinds={'BucketPolicy': 2, 'Bucket': 1, 'Key': 1})]"}


def test_what_is_being_deleted_and_components_are_not_counted() -> None:
    gone = {**resource("aws:kms/key:Key", "old"), "delete": True}
    component = {"urn": f"{STORAGE}::storage", "type": "lepton:aws:Storage", "custom": False}
    [layer] = summary.layers({"resources": [component, gone, resource("aws:kms/key:Key", "key")]})
    assert (layer.name, layer.resources) == ("Storage", 1)
