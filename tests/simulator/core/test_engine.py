"""The real engine on the embedded clouds, all four packages in one program, through a stack's whole life."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_azure_native as azure
import pulumi_gcp as gcp
import pulumi_kubernetes as kubernetes
import pytest
from pulumi import automation as auto

from lepton_infra.engine.sources import find
from lepton_infra.refusal import Refused
from lepton_infra.simulator import faults
from lepton_infra.simulator.drift import drift
from lepton_infra.simulator.faults import Faults
from lepton_infra.simulator.server import attached
from lepton_infra.simulator.store import Store

pytestmark = [
    pytest.mark.engine,
    # The Automation API's servers are closed by its garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning"),
]
SECRET = "opensesame-opensesame"


def _kubeconfig(server: str) -> str:
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "c", "cluster": {"server": f"https://{server}.example"}}],
            "users": [{"name": "u", "user": {}}],
            "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
            "current-context": "x",
        }
    )


def program(*, cidr: str = "10.0.0.0/16", bad: bool = False, imported: bool = False) -> None:
    """Two AWS regions, a secret, and a cluster that is known only once something else is made."""
    in_east = pulumi.ResourceOptions(
        provider=aws.Provider("east", region="us-east-1", allowed_account_ids=["111122223333"])
    )
    in_west = pulumi.ResourceOptions(
        provider=aws.Provider("west", region="us-west-2", allowed_account_ids=["111122223333"])
    )
    vpc = aws.ec2.Vpc("vpc", cidr_block=cidr, opts=in_east)
    aws.ec2.Vpc("other", cidr_block="10.0.0.0/16", opts=in_west)
    parameter = aws.ssm.Parameter(
        "parameter", name="/key", type="SecureString", value=pulumi.Output.secret(SECRET), opts=in_east
    )
    cluster = kubernetes.Provider("cluster", kubeconfig=vpc.id.apply(_kubeconfig))
    namespace: dict[str, Any] = {"name": "serving", **({"lables": {}} if bad else {})}
    kubernetes.core.v1.Namespace("serving", metadata=namespace, opts=pulumi.ResourceOptions(provider=cluster))
    on_azure = pulumi.ResourceOptions(
        provider=azure.Provider("azure", subscription_id="00000000-0000-0000-0000-000000000000", location="westeurope")
    )
    group = azure.resources.ResourceGroup("group", opts=on_azure)
    on_google = pulumi.ResourceOptions(provider=gcp.Provider("google", project="p", region="asia-south1"))
    if imported:
        on_google = pulumi.ResourceOptions.merge(
            on_google, pulumi.ResourceOptions(import_="gcp:storage/bucket:Bucket/models")
        )
    bucket = gcp.storage.Bucket("bucket", name="models", location="asia-south1", opts=on_google)
    for name, output in (
        ("arn", vpc.arn),
        ("cidr", vpc.cidr_block),
        ("group", group.name),
        ("value", parameter.value),
        ("url", bucket.url),
    ):
        pulumi.export(name, output)


@dataclass
class Bench:
    """A stack and its clouds in one folder."""

    folder: Path
    printed: list[str] = field(default_factory=list)

    @property
    def store(self) -> Path:
        return self.folder / "clouds.db"

    def run(
        self,
        verb: Callable[[auto.Stack], Any],
        *,
        faults: Faults | None = None,
        stack: str = "dev",
        **changes: Any,
    ) -> Any:
        """One command in a process of the engine's own, with servers of its own."""
        self.printed.clear()
        (self.folder / "state").mkdir(exist_ok=True)
        with attached(self.store, faults=faults) as servers:
            workspace = auto.LocalWorkspaceOptions(
                pulumi_home=str(self.folder / "home"),
                env_vars={
                    **servers.environment,
                    "PULUMI_BACKEND_URL": f"file://{self.folder}/state",
                    "PULUMI_CONFIG_PASSPHRASE": "test",
                    "PULUMI_SKIP_UPDATE_CHECK": "true",
                },
            )
            return verb(auto.create_or_select_stack(stack, "bench", lambda: program(**changes), opts=workspace))

    def preview(self, **changes: Any) -> Mapping[Any, int]:
        return dict(self.run(lambda stack: stack.preview(on_output=self.printed.append), **changes).change_summary)

    def up(self, **changes: Any) -> auto.UpResult:
        result: auto.UpResult = self.run(lambda stack: stack.up(on_output=self.printed.append), **changes)
        return result

    @property
    def text(self) -> str:
        return "\n".join(self.printed)


@pytest.fixture(scope="module", autouse=True)
def _engine() -> Iterator[None]:
    try:
        path = find().command.parent
    except Refused as refused:
        pytest.skip(str(refused))
    # The Automation API looks for the command on the PATH of this process.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(path), prepend=os.pathsep)
        yield


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def _scopes(store: Path) -> set[str]:
    opened = Store(store)
    try:
        return {stored.scope for stored in opened.all()}
    finally:
        opened.close()


def test_a_stack_lives_from_preview_to_destruction(bench: Bench) -> None:
    previewed, preview_text = bench.preview(), bench.text
    first = bench.up()
    second = bench.up()
    scopes = _scopes(bench.store)
    state = next((bench.folder / "state").rglob("dev.json")).read_text()
    changed = bench.up(cidr="10.1.0.0/16")
    destroyed = bench.run(lambda stack: stack.destroy())

    assert previewed == {"create": 12}
    assert "arn  : [unknown]" in preview_text
    assert 'cidr : "10.0.0.0/16"' in preview_text
    assert first.summary.resource_changes == {"create": 12}
    assert first.outputs["arn"].value.startswith("arn:aws:ec2:us-east-1:111122223333:vpc/vpc-")
    assert (first.outputs["value"].value, first.outputs["value"].secret) == (SECRET, True)
    assert SECRET not in state
    assert second.summary.resource_changes == {"same": 12}
    assert {"aws:111122223333:us-east-1", "aws:111122223333:us-west-2", "gcp:p:asia-south1"} < scopes
    assert changed.outputs["cidr"].value == "10.1.0.0/16"
    assert changed.summary.resource_changes["replace"] >= 1
    assert destroyed.summary.result == "succeeded"
    assert _scopes(bench.store) == set()


def test_a_mistake_in_an_object_of_a_cluster_yet_to_be_made_fails_the_preview(bench: Bench) -> None:
    with pytest.raises(auto.CommandError, match="unknown property 'lables'; did you mean 'labels'"):
        bench.preview(bad=True)
    assert _scopes(bench.store) == set()


def test_drift_is_seen_by_refresh_and_mended_by_up(bench: Bench) -> None:
    bench.up()
    store = Store(bench.store)
    drift(store, type="gcp:*", name="bucket", path="location", value="us-east1")
    store.close()

    refreshed = bench.run(lambda stack: stack.refresh())
    mended = bench.up()

    assert refreshed.summary.resource_changes == {"same": 11, "update": 1}
    assert mended.summary.resource_changes == {"same": 11, "replace": 1}


def test_what_another_stack_made_can_be_imported(bench: Bench) -> None:
    bench.up()

    imported = bench.up(stack="other", imported=True)

    assert imported.summary.resource_changes["import"] == 1


def test_a_lost_response_is_told_and_the_object_is_in_the_cloud(bench: Bench) -> None:
    losing = faults.parse(["kind: lost-response, type: 'gcp:*'"])

    with pytest.raises(auto.CommandError, match=r"gcp:storage/bucket:Bucket bucket: RequestTimeout: the connection"):
        bench.up(faults=losing)
    assert "gcp:p:asia-south1" in _scopes(bench.store)


def test_a_crash_of_a_provider_ends_the_command_and_the_next_one_works(bench: Bench) -> None:
    crashing = faults.parse(["kind: crash, type: 'azure-native:*'"])

    with pytest.raises(auto.CommandError):
        bench.up(faults=crashing)
    second = bench.up(faults=crashing)

    assert second.summary.result == "succeeded"
