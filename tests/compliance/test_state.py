"""What the engine writes, as a graph."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lepton_infra.compliance.graph import from_state
from lepton_infra.compliance.graph.from_state import NotReadable
from lepton_infra.compliance.graph.graph import UNKNOWN
from lepton_infra.engine import signatures

STACK = "urn:pulumi:eu::shop::pulumi:pulumi:Stack::shop-eu"
CLOUD = "urn:pulumi:eu::shop::pulumi:providers:aws::cloud"
KEY = "urn:pulumi:eu::shop::aws:kms/key:Key::key"
BUCKET = "urn:pulumi:eu::shop::my:Store$aws:s3/bucket:Bucket::data"


def record(urn: str = BUCKET, **more: object) -> dict[str, Any]:
    return {"urn": urn, "type": urn.split("::")[2].rpartition("$")[2], "custom": True, **more}


def exported(*resources: dict[str, Any], **deployment: object) -> dict[str, Any]:
    return {"version": 3, "deployment": {"resources": list(resources), **deployment}}


def test_a_record_becomes_a_resource() -> None:
    graph = from_state.deployed(
        exported(
            record(
                id="shop-data",
                inputs={"bucket": "shop-data", "__defaults": [], "rules": [{"__defaults": ["x"], "days": 3}]},
                outputs={"arn": "arn:aws:s3:::shop-data", "__meta": "{}"},
                parent=STACK,
                provider=f"{CLOUD}::1234",
                protect=True,
                retainOnDelete=True,
                dependencies=[CLOUD],
                propertyDependencies={"bucket": None, "rules": [KEY]},
            )
        )
    )
    (bucket,) = graph
    assert (bucket.urn, bucket.type, bucket.name, bucket.id) == (BUCKET, "aws:s3/bucket:Bucket", "data", "shop-data")
    assert bucket.inputs == {"bucket": "shop-data", "rules": [{"days": 3}]}
    assert bucket.outputs == {"arn": "arn:aws:s3:::shop-data"}
    assert (bucket.parent, bucket.provider, bucket.custom) == (None, CLOUD, True)
    assert (bucket.protect, bucket.retain_on_delete) == (True, True)
    assert bucket.depends_on == {CLOUD, KEY}
    assert bucket.property_urns == {"rules": {KEY}}
    assert graph.stack == "eu"


def test_a_checkpoint_and_an_export_are_the_same_graph() -> None:
    resources = [record(KEY), record()]
    checkpoint = {"version": 3, "checkpoint": {"stack": "eu", "latest": {"resources": resources}}}
    assert from_state.deployed(checkpoint) == from_state.deployed(exported(*resources))
    assert len(from_state.deployed(checkpoint).resources) == 2


@pytest.mark.parametrize(
    "empty",
    [
        {"version": 3, "deployment": {}},
        {"version": 3, "deployment": None},
        {"version": 3, "checkpoint": {"stack": "eu", "latest": None}},
        {"version": 3, "checkpoint": {"stack": "eu"}},
    ],
)
def test_a_stack_that_was_never_up_is_empty(empty: dict[str, Any]) -> None:
    assert from_state.deployed(empty).resources == ()


def test_what_the_program_does_not_manage_is_left_out() -> None:
    graph = from_state.deployed(exported(record(STACK), record(KEY, external=True), record(KEY, delete=True), record()))
    assert [each.urn for each in graph] == [BUCKET]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({signatures.SIGNATURE: signatures.SECRET, "plaintext": '{"a": ["hidden"]}'}, {"a": ["hidden"]}),
        ({signatures.SIGNATURE: signatures.SECRET, "ciphertext": "v1:abc"}, UNKNOWN),
        ({signatures.SIGNATURE: signatures.SECRET, "value": "seen"}, "seen"),
        ({signatures.SIGNATURE: signatures.OUTPUT_VALUE}, UNKNOWN),
        ({signatures.SIGNATURE: signatures.OUTPUT_VALUE, "value": 3}, 3),
        ({signatures.SIGNATURE: signatures.RESOURCE_REFERENCE, "urn": BUCKET, "id": "shop-data"}, "shop-data"),
        ({signatures.SIGNATURE: signatures.RESOURCE_REFERENCE, "urn": BUCKET}, BUCKET),
        ({signatures.SIGNATURE: signatures.ASSET, "hash": "12"}, {"hash": "12"}),
        ("[secret]", UNKNOWN),
        *((unknown, UNKNOWN) for unknown in sorted(signatures.UNKNOWNS)),
        ([True, 3, None, "text"], [True, 3, None, "text"]),
    ],
)
def test_values_lose_their_marks(given: object, expected: object) -> None:
    (bucket,) = from_state.deployed(exported(record(inputs={"value": given, "deep": {"list": [given]}})))
    assert bucket.inputs == {"value": expected, "deep": {"list": [expected]}}


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (f"{CLOUD}::1234", CLOUD),
        (f"{CLOUD}::{signatures.UNKNOWN_TEXT}", CLOUD),
        ("urn:pulumi:eu::shop::pulumi:providers:aws::default_7_51_1::1234", None),
        ("urn:pulumi:eu::shop::pulumi:providers:aws::default::1234", None),
        ("", None),
    ],
)
def test_only_a_provider_that_somebody_made_is_one(reference: str, expected: str | None) -> None:
    assert from_state.provider(reference) == expected


def test_what_encrypts_the_secrets_is_told() -> None:
    address = "awskms://alias/pulumi?region=eu-west-1"
    assert from_state.deployed(exported(secrets_providers={"type": "passphrase"})).secrets_provider == "passphrase"
    cloud = {"type": "cloud", "state": {"url": address, "encryptedkey": "AQ=="}}
    assert from_state.deployed(exported(secrets_providers=cloud)).secrets_provider == address
    assert from_state.deployed(exported()).secrets_provider is None


def test_a_preview_counts_what_will_be_there() -> None:
    preview = {
        "steps": [
            {"op": "same", "urn": KEY, "oldState": record(KEY), "newState": record(KEY, id="1")},
            {"op": "create-replacement", "urn": BUCKET, "newState": record(inputs={"bucket": "old"})},
            {"op": "replace", "urn": BUCKET, "newState": record(inputs={"bucket": "new"}, id=signatures.UNKNOWN_TEXT)},
            {"op": "delete", "urn": f"{BUCKET}2", "oldState": record(f"{BUCKET}2")},
        ],
        "changeSummary": {"same": 1, "replace": 1, "delete": 1},
    }
    key, bucket = from_state.previewed(preview)
    assert (key.id, bucket.id, bucket.inputs) == ("1", None, {"bucket": "new"})


def test_a_preview_that_leaves_out_what_stays_is_refused() -> None:
    with pytest.raises(NotReadable, match=r"leaves out 3 unchanged .* --show-sames"):
        from_state.previewed(
            {"steps": [{"op": "same", "urn": KEY, "newState": record(KEY)}], "changeSummary": {"same": 4}}
        )


def test_a_preview_that_failed_is_refused() -> None:
    with pytest.raises(NotReadable, match="preview that failed: no such region"):
        from_state.previewed({"steps": [], "diagnostics": [{"severity": "error", "message": "no such region\n"}]})


@pytest.mark.parametrize(
    "damaged",
    [
        None,
        [],
        "text",
        {},
        {"deployment": []},
        {"deployment": "x"},
        {"checkpoint": 3},
        {"deployment": {"resources": [3]}},
        {"checkpoint": {}},
        {"checkpoint": {"version": 3}},
        {"deployment": {"resources": 3}},
        {"deployment": {"resources": [{}]}},
        {"deployment": {"resources": [{"urn": 3, "type": "t"}]}},
        {"deployment": {"resources": [record(inputs=3)]}},
        {"deployment": {"resources": [record(dependencies=3)]}},
        {"deployment": {"resources": [record(propertyDependencies=[1])]}},
        {
            "deployment": {
                "resources": [record(inputs={"x": {signatures.SIGNATURE: signatures.SECRET, "plaintext": "{"}})]
            }
        },
        {"deployment": {"secrets_providers": 3}},
    ],
    ids=lambda damaged: json.dumps(damaged)[:60],
)
def test_what_is_no_state_is_refused(damaged: Any) -> None:
    with pytest.raises(NotReadable, match=r"\w"):
        from_state.deployed(damaged)


@pytest.mark.parametrize("damaged", [None, [], {}, {"steps": [3]}, {"steps": 3}, {"steps": [], "changeSummary": 3}])
def test_what_is_no_preview_is_refused(damaged: Any) -> None:
    with pytest.raises(NotReadable, match=r"\w"):
        from_state.previewed(damaged)
