"""Where objects of a kind are, as the server tells."""

from __future__ import annotations

import pytest

from lepton_infra.simulator.control_plane import kinds

_DISCOVERY = {
    "items": [
        {
            "versions": [
                {
                    "version": "v1",
                    "resources": [
                        {"resource": "pods", "scope": "Namespaced", "responseKind": {"kind": "Pod"}},
                        {"resource": "nodes", "scope": "Cluster", "responseKind": {"kind": "Node"}},
                        {"resource": "events", "scope": "Namespaced", "responseKind": {"kind": "Event"}},
                    ],
                }
            ],
        },
        {
            "metadata": {"name": "events.k8s.io"},
            "versions": [
                {
                    "version": "v1",
                    "resources": [{"resource": "events", "scope": "Namespaced", "responseKind": {"kind": "Event"}}],
                },
                {"version": "v1beta1"},
            ],
        },
    ]
}


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("Pod", "/api/v1/namespaces/here/pods"),
        ("v1/Node", "/api/v1/nodes"),
        ("Event", "/api/v1/namespaces/here/events"),
        ("events.k8s.io/v1/Event", "/apis/events.k8s.io/v1/namespaces/here/events"),
    ],
)
def test_a_kind_is_found_by_its_name_or_its_version_too(wanted: str, path: str) -> None:
    kind = kinds.choose(tuple(kinds.read(_DISCOVERY)), wanted)
    assert kind is not None
    assert kind.path("here") == path


def test_a_path_goes_down_to_a_subresource() -> None:
    pod, *_ = kinds.read(_DISCOVERY)
    assert pod.path("here", "one", "status") == "/api/v1/namespaces/here/pods/one/status"
    assert pod.path(None) == "/api/v1/pods"


@pytest.mark.parametrize("wanted", ["Unicorn", "v2/Pod", "events.k8s.io/v1beta1/Event"])
def test_what_is_not_served_is_not_found(wanted: str) -> None:
    assert kinds.choose(tuple(kinds.read(_DISCOVERY)), wanted) is None
