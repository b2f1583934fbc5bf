import json
import subprocess
import sys
from typing import Any

import pytest

from lepton_infra.simulator import schema
from lepton_infra.simulator.behaviour import UNKNOWN
from lepton_infra.simulator.outputs import complete
from lepton_infra.simulator.packages import PACKAGES

TYPES = [
    "aws:ec2/vpc:Vpc",
    "aws:eks/nodeGroup:NodeGroup",
    "azure-native:containerservice:ManagedCluster",
    "azure-native:storage:StorageAccount",
    "gcp:container/cluster:Cluster",
    "gcp:storage/bucket:Bucket",
    "kubernetes:apps/v1:Deployment",
    "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition",
]

# In a process of its own: the types of one SDK take up to 650 MB.
REFLECT = """
import sys
from lepton_infra.simulator import schema, sdk
from lepton_infra.simulator.outputs import complete

count = 0
for type in sdk.tokens(sys.argv[1]):
    inputs, outputs = schema.inputs_of(type), schema.outputs_of(type)
    complete(outputs, {}, inputs=frozenset(inputs), seed=type)
    count += 1
print(count)
"""


def _completed(type: str, given: dict[str, Any], *, seed: str = "s", preview: bool = False) -> dict[str, Any]:
    inputs, outputs = schema.inputs_of(type), schema.outputs_of(type)
    assert inputs is not None
    assert outputs is not None
    return complete(outputs, given, inputs=frozenset(inputs), seed=seed, preview=preview)


@pytest.mark.parametrize("package", PACKAGES)
def test_every_type_of_every_sdk_can_be_checked_and_invented(package: str) -> None:
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", REFLECT, package], capture_output=True, text=True, check=False
    )

    assert run.stderr == ""
    assert int(run.stdout) > 500


@pytest.mark.parametrize("type", TYPES)
def test_invented_outputs_fit_the_type_they_are_of(type: str) -> None:
    outputs = schema.outputs_of(type)
    assert outputs is not None

    assert [*schema.misfits(outputs, _completed(type, {}))] == []


@pytest.mark.parametrize("type", TYPES)
def test_invented_outputs_depend_on_the_seed_alone(type: str) -> None:
    first, again, other = (_completed(type, {}, seed=seed) for seed in ("a", "a", "b"))

    assert json.dumps(first) == json.dumps(again)
    assert first != other


def test_a_preview_knows_what_is_given_and_not_what_the_cloud_computes() -> None:
    vpc = _completed("aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"}, preview=True)

    assert vpc["cidrBlock"] == "10.0.0.0/16"
    assert vpc["arn"] is UNKNOWN
    assert vpc["mainRouteTableId"] is UNKNOWN
    assert "ipv4IpamPoolId" not in vpc


def test_objects_that_are_echoed_get_what_the_cloud_adds_to_them() -> None:
    given = {"agentPoolProfiles": [{"name": "system"}]}

    (pool,) = _completed("azure-native:containerservice:ManagedCluster", given)["agentPoolProfiles"]

    assert pool["name"] == "system"
    assert pool["nodeImageVersion"]


@pytest.mark.parametrize(
    ("type", "output", "form"),
    [
        ("aws:eks/cluster:Cluster", "endpoint", "https://"),
        ("aws:eks/cluster:Cluster", "createdAt", "2026-01-01T"),
        ("gcp:container/cluster:Cluster", "endpoint", "https://"),
        ("aws:ec2/eip:Eip", "publicIp", "10."),
    ],
)
def test_text_looks_like_what_its_name_says(type: str, output: str, form: str) -> None:
    assert _completed(type, {})[output].startswith(form)
