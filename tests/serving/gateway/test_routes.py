from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.platform.gateway import routes
from tests.kit.gateway import CANARY, DOMAIN, OLD, SHADOW, STABLE
from tests.kit.serving import model

PARENT = routes.parent("lepton-gateway", "lepton")


def rule(*versions: Any, grpc: bool = False) -> dict[str, Any]:
    make = routes.grpc_route if grpc else routes.http_route
    (found,) = make(model(versions=versions), domain=DOMAIN, parent=PARENT)["rules"]
    return dict(found)


def test_rest_lets_through_these_calls_and_nothing_else() -> None:
    assert [(each["method"], each["path"]) for each in rule(STABLE)["matches"]] == [
        ("POST", {"type": "Exact", "value": "/v1/models/cifar10:predict"}),
        ("POST", {"type": "Exact", "value": "/v1/models/cifar10:classify"}),
        ("POST", {"type": "Exact", "value": "/v1/models/cifar10:regress"}),
        ("GET", {"type": "Exact", "value": "/v1/models/cifar10"}),
        ("GET", {"type": "Exact", "value": "/v1/models/cifar10/metadata"}),
    ]


def test_grpc_lets_through_these_calls_and_nothing_else() -> None:
    service = "tensorflow.serving.PredictionService"
    assert [each["method"] for each in rule(STABLE, grpc=True)["matches"]] == [
        {"type": "Exact", "service": service, "method": call}
        for call in ("Predict", "Classify", "Regress", "GetModelMetadata")
    ]


@pytest.mark.parametrize("call", ["/versions/1", ":predict/", "/", ":reload", "/../other"])
def test_a_call_that_is_not_in_the_table_makes_no_route(call: str) -> None:
    with pytest.raises(KeyError):
        routes._rest_match("cifar10", call)


def test_versions_answer_by_their_weight_and_say_who_they_are() -> None:
    found = rule(STABLE, CANARY, OLD)["backendRefs"]
    assert [(each["name"], each["port"], each["weight"]) for each in found] == [
        ("cifar10-v3", 8501, 90),
        ("cifar10-v4", 8501, 10),
        ("cifar10-v2", 8501, 0),
    ]
    (headers,) = found[0]["filters"]
    assert headers["responseHeaderModifier"]["set"] == [
        {"name": "x-lepton-model-version", "value": "3"},
        {"name": "x-lepton-model-digest", "value": STABLE.digest},
    ]


def test_both_apis_send_to_the_same_versions_by_the_same_weights() -> None:
    def shares(found: dict[str, Any]) -> list[tuple[str, int]]:
        return [(each["name"], each["weight"]) for each in found["backendRefs"]]

    assert shares(rule(STABLE, CANARY)) == shares(rule(STABLE, CANARY, grpc=True))
    assert {each["port"] for each in rule(STABLE, CANARY, grpc=True)["backendRefs"]} == {8500}


def test_going_back_changes_weights_and_nothing_else() -> None:
    before, after = (
        rule(
            STABLE.model_copy(update={"weight": 100 - canary}),
            CANARY.model_copy(update={"weight": canary}),
        )
        for canary in (100, 0)
    )
    assert before != after
    for each in [*before["backendRefs"], *after["backendRefs"]]:
        del each["weight"]
    assert before == after


def test_a_shadow_gets_copies_of_its_share() -> None:
    assert "filters" not in rule(STABLE, CANARY)
    (mirror,) = rule(STABLE, SHADOW)["filters"]
    assert mirror["type"] == "RequestMirror"
    assert mirror["requestMirror"] == {
        "backendRef": {"group": "", "kind": "Service", "name": "cifar10-v5", "port": 8501},
        "percent": 25,
    }


def test_rest_and_grpc_have_hosts_and_listeners_of_their_own() -> None:
    """The Gateway API accepts only one of two routes that share a host at one listener."""
    one = model(versions=(STABLE,))
    rest, grpc = (make(one, domain=DOMAIN, parent=PARENT) for make in (routes.http_route, routes.grpc_route))
    assert rest["hostnames"] == ["cifar10.inference.example.com"]
    assert grpc["hostnames"] == ["cifar10.grpc.inference.example.com"]
    assert [each["parentRefs"][0]["sectionName"] for each in (rest, grpc)] == ["https", "grpc"]


def test_a_version_without_digest_is_told_by_its_number_alone() -> None:
    (found,) = rule(STABLE.model_copy(update={"digest": None}))["backendRefs"]
    assert found["filters"][0]["responseHeaderModifier"]["set"] == [{"name": routes.VERSION_HEADER, "value": "3"}]
