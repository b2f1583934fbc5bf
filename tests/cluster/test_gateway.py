"""What the gateway declares, as a real API server takes it: with the definitions of the charts that it installs."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from lepton_infra.simulator.control_plane import definitions
from lepton_infra.simulator.control_plane.api import Api, ApiRefused, Object
from lepton_infra.testing import Graph
from tests.cluster.waiting import MANAGER
from tests.kit.gateway import CANARY, OLD, SHADOW, STABLE, ours, record
from tests.kit.serving import model

KINDS = ("gateway-api", "envoy-gateway", "cert-manager")
NAMESPACES = "Namespace"


@pytest.fixture(scope="module")
def recorded() -> Graph:
    """A model with all that versions can be: answering, on trial, left behind, in the shadow."""
    return record(collected=True, models=[model(versions=(STABLE, CANARY, OLD, SHADOW))])


@pytest.fixture(scope="module")
def objects(recorded: Graph) -> list[Object]:
    """The gateway's objects, and the namespaces that they are in first. Charts are none: Helm renders them."""
    gateway = [each for each in ours(recorded) if not each.type.endswith(":Release")]
    spaces = [each for each in recorded.of("kubernetes:core/v1:Namespace") if each not in gateway]
    wanted = [copy.deepcopy(dict(each.inputs)) for each in (*spaces, *gateway)]
    return sorted(wanted, key=lambda each: str(each["kind"]) != NAMESPACES)


@pytest.fixture
def server(api: Api, objects: list[Object]) -> Iterator[Api]:
    for name in KINDS:
        definitions.install(api, name)
    yield api
    for each in reversed(objects):
        if each["kind"] != NAMESPACES:
            api.delete(f"{each['apiVersion']}/{each['kind']}", each["metadata"]["name"], space(each))


def space(each: Object) -> str | None:
    found: str | None = each["metadata"].get("namespace")
    return found


def live(server: Api, each: Object) -> Object:
    return server.get(f"{each['apiVersion']}/{each['kind']}", each["metadata"]["name"], space(each))


def one(objects: list[Object], kind: str) -> Object:
    (found,) = [copy.deepcopy(each) for each in objects if each["kind"] == kind]
    return found


def test_every_object_is_taken_and_taken_again_without_a_change(server: Api, objects: list[Object]) -> None:
    first = [server.apply(each, MANAGER) for each in objects]
    again = [server.apply(each, MANAGER) for each in objects]
    assert {each["kind"] for each in objects} >= {"Gateway", "HTTPRoute", "GRPCRoute", "EnvoyProxy", "Certificate"}
    for before, after in zip(first, again, strict=True):
        # Not the version: controllers write the status of some meanwhile.
        assert after.get("spec") == before.get("spec"), before["metadata"]["name"]
        assert after["metadata"].get("generation") == before["metadata"].get("generation"), before["metadata"]["name"]


def test_nothing_that_was_said_is_dropped(server: Api, objects: list[Object]) -> None:
    """A field that a definition does not know would be cut off in silence."""
    for each in objects:
        server.apply(each, MANAGER)
    for each in objects:
        assert missing(each.get("spec", {}), live(server, each).get("spec", {}), each["kind"]) == []


def missing(said: Any, found: Any, path: str) -> list[str]:
    """Where ``found`` is not what was said; it may say more."""
    if isinstance(said, dict) and isinstance(found, dict):
        return [each for key, value in said.items() for each in missing(value, found.get(key), f"{path}.{key}")]
    if isinstance(said, list) and isinstance(found, list) and len(said) == len(found):
        return [each for i, value in enumerate(said) for each in missing(value, found[i], f"{path}[{i}]")]
    return [] if said == found else [f"{path}: {said!r} became {found!r}"]


def test_weights_move_without_another_object(server: Api, objects: list[Object]) -> None:
    for each in objects:
        server.apply(each, MANAGER)
    route = one(objects, "HTTPRoute")
    weights = {"cifar10-v3": 0, "cifar10-v4": 100, "cifar10-v2": 0, "cifar10-v5": 0}
    for backend in route["spec"]["rules"][0]["backendRefs"]:
        backend["weight"] = weights[backend["name"]]
    server.apply(route, MANAGER)
    found = live(server, route)["spec"]["rules"][0]["backendRefs"]
    assert {each["name"]: each["weight"] for each in found} == weights


@pytest.mark.parametrize(
    ("kind", "change", "words"),
    [
        (
            "HTTPRoute",
            {"rules": [{"matches": [{"path": {"type": "Exact", "value": "v1"}}]}]},
            "must be an absolute path",
        ),
        ("GRPCRoute", {"rules": [{"matches": [{"method": {"type": "Exact", "service": "a/b"}}]}]}, "valid characters"),
        ("BackendTrafficPolicy", {"requestBuffer": {"limit": "4 MiB"}}, "should match"),
        ("ClientTrafficPolicy", {"tls": {"minVersion": "1.4"}}, "Unsupported value"),
        ("EnvoyProxy", {"provider": {"type": "Kubernetes", "kubernetes": {"envoyPBD": {}}}}, "envoyPBD"),
    ],
)
def test_the_definitions_are_strict(
    server: Api, objects: list[Object], kind: str, change: dict[str, Any], words: str
) -> None:
    """So that being taken means something."""
    for each in objects:
        server.apply(each, MANAGER)
    wrong = one(objects, kind)
    wrong["spec"] = {**wrong["spec"], **change}
    with pytest.raises(ApiRefused, match=words):
        server.apply(wrong, MANAGER, dry_run=True)
