"""Audit, evidence and guardrails of what the real engine brought up: our own stacks, and programs that are not ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lepton_infra import project
from tests.kit.projects import placed
from tests.kit.regions import ROOT
from tests.kit.sim import Sim

pytestmark = pytest.mark.engine

State = dict[str, Any]


@pytest.fixture(scope="module", params=project.find(ROOT).stacks())
def up(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, engine: None) -> Sim:
    """One of our stacks, up on the embedded clouds."""
    sim = placed(tmp_path_factory.mktemp("audited"), request.param)
    done = sim.up()
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    return sim


def exported(sim: Sim) -> State:
    done = sim.pulumi("stack", "export", "-s", sim.stack)
    assert done.returncode == 0, done.stdout + done.stderr
    found: State = json.loads(done.stdout)
    return found


def failed(sim: Sim, state: State, *words: str) -> set[str]:
    """The controls that fail over an exported state, advice included."""
    file = sim.root / "export.json"
    file.write_text(json.dumps(state), encoding="utf-8")
    done = sim.lepton("audit", *words, "--state", str(file), "--json")
    assert done.stdout.startswith("{"), done.stdout + done.stderr
    return {one["id"] for one in json.loads(done.stdout)["controls"] if one["status"] == "failed"}


def test_our_own_stacks_pass_and_leave_evidence(up: Sim) -> None:
    audit = up.lepton("audit", up.stack)
    evidence = up.lepton("evidence", up.stack)
    guardrails = up.lepton("guardrails", up.stack)

    assert audit.returncode == 0, audit.stdout[-6000:]
    assert evidence.returncode == 0, evidence.stderr
    assert guardrails.returncode == 0, guardrails.stderr
    written = up.root / ".lepton" / "evidence" / up.stack
    assert sorted(path.name for path in written.iterdir()) == [
        "evidence.json",
        "index.html",
        "oscal-assessment-results.json",
        "processing-record.md",
    ]
    found = json.loads((written / "evidence.json").read_text(encoding="utf-8"))
    assert found["versions"]["engine"].startswith("v3.")
    assert {"failed"} & {one["status"] for one in found["controls"] if one["severity"] != "advisory"} == set()
    assert all(one["waived"] == [] or one["waived"][0]["derived"] for one in found["controls"])
    assert "admission-policies.json" in {path.name for path in (up.root / ".lepton/guardrails" / up.stack).iterdir()}


def changed(state: State, type: str, change: Callable[[State], None]) -> State:
    """The state with the inputs of the first resource of a type changed by hand."""
    copy: State = json.loads(json.dumps(state))
    found = next(each for each in copy["deployment"]["resources"] if each["type"] == type)
    change(found["inputs"])
    return copy


BY_HAND: dict[str, tuple[str, Callable[[State], None], str]] = {
    "us-east": ("aws:kms/key:Key", lambda inputs: inputs.update(enableKeyRotation=False), "ENC-02"),
    "eu-west": (
        "azure-native:storage:StorageAccount",
        lambda inputs: inputs.update(allowSharedKeyAccess=True),
        "ACC-06",
    ),
    "ap-south": (
        "gcp:storage/bucket:Bucket",
        lambda inputs: inputs.update(publicAccessPrevention="inherited"),
        "ACC-02",
    ),
}
"""For each stack: a type, what is done to its first resource, and the one control that notices."""


def test_a_property_changed_by_hand_is_found(up: Sim) -> None:
    type, change, control = BY_HAND[up.stack]
    state = exported(up)

    before = failed(up, state, up.stack)
    after = failed(up, changed(state, type, change), up.stack)

    assert after - before == {control}


ELSEWHERE = {
    "aws": """
import pulumi, pulumi_aws as aws
here = pulumi.ResourceOptions(provider=aws.Provider("here", region="us-east-1"))
aws.s3.Bucket("data", bucket="somebody-elses-data", opts=here)
""",
    "azure": """
import pulumi, pulumi_azure_native as azure
here = pulumi.ResourceOptions(provider=azure.Provider("here", subscription_id="22222222-2222-4222-8222-222222222222"))
group = azure.resources.ResourceGroup("group", resource_group_name="group", location="eastus", opts=here)
azure.storage.StorageAccount(
    "data", account_name="somebodyelses", resource_group_name=group.name, location="eastus", kind="StorageV2",
    sku=azure.storage.SkuArgs(name="Standard_GRS"), opts=here,
)
""",
    "gcp": """
import pulumi, pulumi_gcp as gcp
here = pulumi.ResourceOptions(provider=gcp.Provider("here", project="somebody-else", region="us-central1"))
gcp.storage.Bucket("data", name="somebody-elses-data", location="US-CENTRAL1", opts=here)
""",
}
"""Programs that know nothing of us: a store each, outside the Union and without a customer's key."""


@pytest.mark.parametrize("cloud", ELSEWHERE)
def test_a_program_that_is_not_ours_is_audited_too(cloud: str, tmp_path: Path, engine: None) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: plain\nruntime: python\n", encoding="utf-8")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n", encoding="utf-8")
    (tmp_path / "__main__.py").write_text(ELSEWHERE[cloud], encoding="utf-8")
    sim = Sim(root=tmp_path, stack="dev", project="plain")
    done = sim.up()
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr

    abroad = failed(sim, exported(sim), "--residency", "eu")
    at_home = failed(sim, exported(sim), "--residency", "us")

    assert {"RES-01", "ENC-01", "AUD-01"} <= abroad
    assert "RES-01" not in at_home
