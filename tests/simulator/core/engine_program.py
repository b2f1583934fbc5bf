"""A stack with all four packages, run by the real engine on the embedded clouds: the process behind ``test_engine``.

A process of its own, because the Automation API leaves event loops and sockets to the garbage collector, where they
would surface as failures of whatever test runs then. Reads ``[folder, commands]`` as JSON and writes what each did.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_azure_native as azure
import pulumi_gcp as gcp
import pulumi_kubernetes as kubernetes
from pulumi import automation as auto

from lepton_infra.simulator import faults
from lepton_infra.simulator.drift import drift
from lepton_infra.simulator.server import Attached, attached

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


def program(*, cidr: str = "10.0.0.0/16", bad: bool = False, twice: bool = False, imported: bool = False) -> None:
    """Two AWS regions, a secret, and a cluster that is known only once something else is made."""
    in_east = pulumi.ResourceOptions(
        provider=aws.Provider("east", region="us-east-1", allowed_account_ids=["111122223333"])
    )
    in_west = pulumi.ResourceOptions(
        provider=aws.Provider("west", region="us-west-2", allowed_account_ids=["111122223333"])
    )
    vpc = aws.ec2.Vpc("vpc", cidr_block=cidr, opts=in_east)
    aws.ec2.Vpc("vpc" if twice else "other", cidr_block="10.0.0.0/16", opts=in_west)
    name = f"/{pulumi.get_stack()}/key"
    parameter = aws.ssm.Parameter(
        "parameter", name=name, type="SecureString", value=pulumi.Output.secret(SECRET), opts=in_east
    )
    in_cluster = pulumi.ResourceOptions(provider=kubernetes.Provider("cluster", kubeconfig=vpc.id.apply(_kubeconfig)))
    metadata: Any = {"name": "serving", **({"lables": {}} if bad else {})}
    kubernetes.core.v1.Namespace("serving", metadata=metadata, opts=in_cluster)
    on_azure = pulumi.ResourceOptions(
        provider=azure.Provider("azure", subscription_id="00000000-0000-0000-0000-000000000000", location="westeurope")
    )
    group = azure.resources.ResourceGroup("group", opts=on_azure)
    on_google = pulumi.ResourceOptions(
        provider=gcp.Provider("google", project="lepton", region="asia-south1"),
        import_="models" if imported else None,
    )
    bucket = gcp.storage.Bucket("bucket", name="models", location="asia-south1", opts=on_google)
    pulumi.export("arn", vpc.arn)
    pulumi.export("cidr", vpc.cidr_block)
    pulumi.export("group", group.name)
    pulumi.export("value", parameter.value)
    pulumi.export("url", bucket.url)


def main() -> None:
    folder, commands = json.load(sys.stdin)
    (Path(folder) / "state").mkdir(exist_ok=True)
    print(json.dumps([_done(Path(folder), **command) for command in commands]))


def _done(folder: Path, *, verb: str, stack: str = "dev", strike: list[str] | None = None, **changes: Any) -> Any:
    printed: list[str] = []
    seen: dict[str, Any] = {"error": None, "changes": None, "outputs": {}}
    with attached(folder / "clouds.db", faults=faults.parse(strike or [])) as servers:
        try:
            if verb == "drift":
                drift(servers.store, **changes)
            else:
                seen |= _run(folder, servers, verb, stack, printed, changes)
        except auto.CommandError as error:
            seen["error"] = str(error)
        seen["scopes"] = sorted({stored.scope for stored in servers.store.all()})
    return {**seen, "text": "\n".join(printed)}


def _run(
    folder: Path, servers: Attached, verb: str, stack: str, printed: list[str], changes: dict[str, Any]
) -> dict[str, Any]:
    workspace = auto.LocalWorkspaceOptions(
        pulumi_home=str(folder / "home"),
        env_vars={
            **servers.environment,
            "PULUMI_BACKEND_URL": f"file://{folder}/state",
            "PULUMI_CONFIG_PASSPHRASE": "test",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        },
    )
    chosen = auto.create_or_select_stack(stack, "life", lambda: program(**changes), opts=workspace)
    result = getattr(chosen, verb)(on_output=printed.append)
    if verb == "preview":
        return {"changes": result.change_summary}
    outputs = {name: [output.value, output.secret] for name, output in chosen.outputs().items()}
    return {"changes": result.summary.resource_changes, "outputs": outputs}


if __name__ == "__main__":
    main()
