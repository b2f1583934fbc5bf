"""The policy pack on the real engine: it sees what the program asks for, and stops what may not be."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from lepton_infra import project
from lepton_infra.compliance.graph import from_state
from lepton_infra.compliance.graph.graph import Graph, Resource
from lepton_infra.testing.compliance import neutral
from lepton_infra.testing.stacks import stack_graph
from tests.kit.sim import Sim

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[2]
OURS = str(ROOT / "policy")

FIXTURE = """
from lepton_infra.audit.policy_pack import serve
from tests.kit.rules import RULES, obligations

serve(RULES, lambda stack: obligations())
"""

WRITES_ITS_GRAPH = """
import dataclasses, json, os
from lepton_infra.audit.policy_pack import serve
from lepton_infra.compliance.rules.rule import RESOURCES, Severity, rule
from tests.kit.rules import obligations
from tests.engine.test_policy_pack import comparable

@rule("TST-09", "Writes", Severity.BLOCK, law=(), references=(), reads=(RESOURCES,))
def write(subject):
    with open(os.environ["GRAPH_FILE"], "w") as file:
        json.dump(comparable(subject.graph), file)
    yield from ()

serve([write], lambda stack: obligations())
"""

ABROAD = """
import pulumi_azure_native as azure

here = pulumi.ResourceOptions(
    provider=azure.Provider("more", subscription_id="22222222-2222-4222-8222-222222222222", location="eastus")
)
group = azure.resources.ResourceGroup("more", resource_group_name="more", location="eastus", opts=here)
azure.storage.StorageAccount(
    "abroad",
    account_name="leptonabroad",
    resource_group_name="more",
    location="eastus",
    kind="StorageV2",
    sku=azure.storage.SkuArgs(name="Standard_LRS"),
    opts=pulumi.ResourceOptions.merge(here, pulumi.ResourceOptions(depends_on=[group])),
)
"""

REPLICATED = """
import json
import pulumi
import pulumi_aws as aws

home, away = (
    pulumi.ResourceOptions(provider=aws.Provider(region, region=region, allowed_account_ids=["111122223333"]))
    for region in ("eu-west-1", "us-east-1")
)
trust = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role(
    "copies", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}), opts=home
)
source = aws.s3.Bucket("source", bucket="lepton-source-111122223333", opts=home)
target = aws.s3.Bucket("target", bucket="lepton-target-111122223333", opts=away)
rule = aws.s3.BucketReplicationConfigRuleArgs(
    status="Enabled", destination=aws.s3.BucketReplicationConfigRuleDestinationArgs(bucket=target.arn)
)
aws.s3.BucketReplicationConfig("replication", bucket=source.bucket, role=role.arn, rules=[rule], opts=home)
"""


def pack(folder: Path, program: str) -> str:
    folder.mkdir()
    (folder / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (folder / "__main__.py").write_text(program)
    return str(folder)


def preview(sim: Sim, policies: str, *words: str, **environment: str) -> CompletedProcess[str]:
    words = ("sim", "--", "pulumi", "preview", "-s", sim.stack, "--policy-pack", policies, *words)
    return sim.lepton(*words, environment={"PYTHONPATH": str(ROOT), **environment})


@pytest.fixture
def eu_west(tmp_path: Path, engine: None) -> Sim:
    for name in ("Pulumi.yaml", "Pulumi.eu-west.yaml", "__main__.py", "lepton.lock.yaml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return Sim(root=tmp_path, stack="eu-west", project="lepton")


def comparable(graph: Graph) -> dict[str, Any]:
    """A graph as JSON, without what only one of its sources tells."""
    return {each.urn: _comparable(each) for each in graph}


def _comparable(resource: Resource) -> Mapping[str, Any]:
    told_otherwise = ("version", "kubeconfig") if resource.is_provider else ()
    inputs = {key: value for key, value in resource.inputs.items() if key not in told_otherwise}
    return {
        "type": resource.type,
        "name": resource.name,
        "custom": resource.custom,
        "parent": resource.parent,
        "provider": resource.provider,
        "protect": resource.protect,
        "depends_on": sorted(resource.depends_on),
        "property_urns": {name: sorted(urns) for name, urns in sorted(resource.property_urns.items())},
        "inputs": json.loads(json.dumps(inputs, default=repr, sort_keys=True)),
    }


def test_pack_preview_and_testing_kit_see_the_same_graph(eu_west: Sim, tmp_path: Path) -> None:
    file = tmp_path / "graph.json"
    run = preview(eu_west, pack(tmp_path / "pack", WRITES_ITS_GRAPH), "--json", GRAPH_FILE=str(file))
    declared = comparable(neutral(stack_graph(project.find(ROOT), "eu-west", preview=True)))

    assert run.returncode == 0, run.stdout[-3000:] + run.stderr
    # As text, for 90.0 is 90 to Python and not to the rules.
    assert _text(json.loads(file.read_text())) == _text(declared)
    assert _text(comparable(from_state.previewed(json.loads(run.stdout)))) == _text(declared)


def _text(graph: Mapping[str, Any]) -> dict[str, str]:
    return {urn: json.dumps(resource, sort_keys=True) for urn, resource in graph.items()}


def test_a_violation_stops_with_its_control_and_article(sim: Sim, tmp_path: Path) -> None:
    """The small program's bucket is ``small-data``: not the shop's, and without tags."""
    run = preview(sim, pack(tmp_path / "pack", FIXTURE))

    assert run.returncode != 0
    for expected in ("[mandatory]  TST-01", "aws:s3/bucket:Bucket data: bucket is not the shop's", "gdpr 5(1)(c)"):
        assert expected in run.stdout
    assert "[advisory]  TST-02" in run.stdout
    assert "error: preview failed" in run.stdout


def test_advice_stops_nothing(sim: Sim, tmp_path: Path) -> None:
    main = sim.root / "__main__.py"
    main.write_text(main.read_text().replace("small-data", "shop-data"))
    run = preview(sim, pack(tmp_path / "pack", FIXTURE))

    assert run.returncode == 0, run.stdout[-3000:] + run.stderr
    assert "[advisory]  TST-02" in run.stdout
    assert "TST-01" not in run.stdout


def test_a_pack_that_does_not_know_the_law_stops_everything(sim: Sim) -> None:
    run = preview(sim, OURS)

    assert run.returncode != 0
    assert "lepton-law" in run.stdout
    assert "unknown stack 'dev'" in run.stdout


def test_our_own_region_passes(eu_west: Sim) -> None:
    run = preview(eu_west, OURS)

    assert run.returncode == 0, run.stdout[-5000:] + run.stderr
    assert "[mandatory]" not in run.stdout


def test_a_store_abroad_stops_the_region(eu_west: Sim) -> None:
    main = eu_west.root / "__main__.py"
    main.write_text(main.read_text() + ABROAD)
    run = preview(eu_west, OURS)

    assert run.returncode != 0
    assert "[mandatory]  RES-01  (azure-native:storage:StorageAccount: abroad)" in run.stdout
    assert "gdpr 44" in run.stdout


def test_a_replication_abroad_stops_the_region(eu_west: Sim) -> None:
    main = eu_west.root / "__main__.py"
    main.write_text(main.read_text() + REPLICATED)
    run = preview(eu_west, OURS)

    assert run.returncode != 0
    assert "[mandatory]  RES-03  (aws:s3/bucketReplicationConfig:BucketReplicationConfig: replication)" in run.stdout
    assert "us-east-1" in run.stdout
    assert "gdpr 44" in run.stdout


def test_no_plugin_is_put_on_the_path_without_a_pack(sim: Sim) -> None:
    run = sim.pulumi("preview", "-s", sim.stack)

    assert run.returncode == 0, run.stdout + run.stderr
    assert not (sim.root / ".lepton" / "sim" / "plugins").exists()
