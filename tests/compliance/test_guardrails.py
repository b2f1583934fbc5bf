"""Guardrails of organisations and clusters, held against what the clouds and the API server take."""

from __future__ import annotations

import json
from datetime import date
from importlib import resources
from typing import Any

import celpy
import pytest
from celpy.adapter import json_to_cel

from lepton_infra import clouds
from lepton_infra.compliance.facts import Encryption
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.guardrails import kubernetes as in_cluster
from lepton_infra.compliance.guardrails.args import Documents, GuardrailArgs, permitted
from lepton_infra.compliance.law.geography import Geography
from lepton_infra.compliance.law.obligations import Interval, Obligations, Perimeter
from lepton_infra.simulator import schema
from lepton_infra.simulator.aws.policy_documents import identity_policy
from tests.kit.regions import declare, region

DIGEST = "@sha256:" + "0123456789abcdef" * 4
ARGS = GuardrailArgs(
    stack="eu-west", locations=("near", "neighbour"), home="near", image_prefix="registry.example/lepton"
)
GEOGRAPHY = Geography(
    countries={
        "test": {
            "near": frozenset({"DE"}),
            "neighbour": frozenset({"FR"}),
            "far": frozenset({"US"}),
            "both": frozenset({"DE", "US"}),
        }
    }
)


def documents_of(cloud: str) -> Documents:
    settings = clouds.settings(cloud).model_validate(region(cloud)["cloud"])
    return clouds.guardrails(cloud)(settings, ARGS)


def obligations(countries: frozenset[str] | None) -> Obligations:
    return Obligations(
        frameworks=(),
        perimeters={each: Perimeter(countries=countries, because=()) for each in DataClass},
        retention={each: Interval(least=None, most=None) for each in DataClass},
        rotation_days=90,
        key_custody=Encryption.CUSTOMER,
        minimum_tls="1.2",
        denied_countries=frozenset(),
        home="near",
        home_country="DE",
        today=date(2026, 11, 25),
    )


def test_only_what_lies_whole_within_the_perimeter_is_permitted() -> None:
    assert permitted("test", obligations(frozenset({"DE", "FR"})), GEOGRAPHY) == ("near", "neighbour")
    assert permitted("test", obligations(frozenset({"DE"})), GEOGRAPHY) == ("near",)


def test_where_the_law_leaves_it_open_only_home_is_permitted() -> None:
    assert permitted("test", obligations(None), GEOGRAPHY) == ("near",)


@pytest.mark.parametrize("cloud", clouds.names())
def test_a_regions_own_images_come_from_where_its_guardrail_says(cloud: str) -> None:
    raw = region(cloud)
    prefix = clouds.image_prefix(clouds.settings(cloud).model_validate(raw["cloud"]), raw["name"])
    pods = [each.inputs["spec"]["template"]["spec"] for each in declare(raw).of("*:Deployment")]
    images = [one["image"] for pod in pods for one in (*pod["containers"], *pod["initContainers"])]

    assert images
    assert [image for image in images if not image.startswith(f"{prefix}/")] == []


@pytest.mark.parametrize("cloud", clouds.names())
def test_guardrails_are_json_and_name_every_permitted_place(cloud: str) -> None:
    documents = documents_of(cloud)
    text = json.dumps(documents)

    assert all(name.endswith(".json") for name in documents)
    assert not documents or all(place in text for place in ARGS.locations)
    assert "far" not in text


def test_the_service_control_policy_is_one_and_short_enough() -> None:
    from lepton_infra.clouds.aws.guardrails import LONGEST

    text = json.dumps(documents_of("aws")["service-control-policy.json"], separators=(",", ":"))
    every_region = GuardrailArgs(
        stack="eu-west", locations=tuple(f"eu-central-{n}" for n in range(12)), home="near", image_prefix="x"
    )
    settings = clouds.settings("aws").model_validate(region("aws")["cloud"])
    longest = json.dumps(clouds.guardrails("aws")(settings, every_region), separators=(",", ":"))

    assert list(identity_policy(text)) == []
    assert len(longest) <= LONGEST


def test_organisation_policies_have_the_fields_of_the_api() -> None:
    folder = resources.files("googleapiclient.discovery_cache.documents")
    api = json.loads(folder.joinpath("orgpolicy.v2.json").read_text(encoding="utf-8"))["schemas"]
    prefix = "GoogleCloudOrgpolicyV2Policy"
    for name, policy in documents_of("gcp").items():
        assert policy["name"] == f"projects/{region('gcp')['cloud']['project']}/policies/{name.removesuffix('.json')}"
        assert policy.keys() <= api[prefix]["properties"].keys()
        assert policy["spec"].keys() <= api[f"{prefix}Spec"]["properties"].keys()
        for rule in policy["spec"]["rules"]:
            assert rule.keys() <= api[f"{prefix}SpecPolicyRule"]["properties"].keys()


def test_admission_policies_are_objects_that_kubernetes_has() -> None:
    items = in_cluster.guardrails(ARGS)["admission-policies.json"]["items"]
    types = {f"kubernetes:{item['apiVersion']}:{item['kind']}" for item in items}

    assert types == {
        f"kubernetes:{in_cluster.VERSION}:{kind}"
        for kind in ("ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding")
    }
    for item in items:
        assert list(schema.check(f"kubernetes:{item['apiVersion']}:{item['kind']}", item)) == []


def pod(**changes: Any) -> dict[str, Any]:
    spec = {"containers": [{"name": "a", "image": f"registry.example/lepton/serving{DIGEST}"}], **changes}
    return {"spec": spec}


def refused(review: dict[str, Any], spec: str = "object.spec") -> list[str]:
    """The messages of the expressions that an object does not satisfy."""
    environment = celpy.Environment()
    return [
        validation["message"]
        for validation in in_cluster.validations(spec, ARGS)
        for program in [environment.program(environment.compile(validation["expression"]))]
        if not program.evaluate({"object": json_to_cel(review)})
    ]


def test_a_pod_of_ours_is_let_in() -> None:
    assert refused(pod()) == []
    assert refused(pod(initContainers=[{"name": "b", "image": f"registry.example/lepton/rclone{DIGEST}"}])) == []
    assert refused(pod(nodeSelector={"topology.kubernetes.io/region": "near"})) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"containers": [{"name": "a", "image": "registry.example/lepton/serving:2"}]}, "images are named by digest"),
        ({"containers": [{"name": "a", "image": f"elsewhere/serving{DIGEST}"}]}, "images come from registry.example"),
        ({"initContainers": [{"name": "b", "image": f"elsewhere/rclone{DIGEST}"}]}, "images come from"),
        ({"nodeSelector": {"topology.kubernetes.io/region": "far"}}, "nodes of another region than near"),
    ],
)
def test_another_pod_is_refused_in_words(changes: dict[str, Any], expected: str) -> None:
    (message,) = refused(pod(**changes))
    assert message.startswith(expected)


def test_a_workload_is_refused_as_its_pods_would_be() -> None:
    template = {"spec": {"template": pod(containers=[{"name": "a", "image": "serving"}])}}
    assert len(refused(template, "object.spec.template.spec")) == 2
