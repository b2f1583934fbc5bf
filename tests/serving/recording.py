"""Run the serving layer under mocks and keep what it registered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pulumi
from pulumi.runtime import mocks

from lepton_infra.cluster import ChartRelease, ClusterOutputs
from lepton_infra.config import ModelConfig, NodeCount
from lepton_infra.identity import Endpoint, IdentityOutputs
from lepton_infra.node_pool import ACCELERATOR_LABEL, POOL_LABEL, GpuSoftware, NodePoolOutputs
from lepton_infra.pins import ChartPin, ImagePin, Pins
from lepton_infra.serving import Serving, ServingArgs
from lepton_infra.simulator.properties import from_wire
from lepton_infra.storage import BucketOutputs, StorageOutputs

DIGEST = "sha256:" + "a" * 64
AGENT = Endpoint(cidr="169.254.170.23/32", port=80)


class _Echo(mocks.Mocks):
    """A cluster that takes every object as it is."""

    def call(self, args: mocks.MockCallArgs) -> Any:
        raise AssertionError(f"invoke of {args.token}")

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        return f"{args.name}-id", args.inputs


class Recorder(mocks.MockMonitor):
    """Every registered resource, by type and name: its inputs, and the request with the options for the engine."""

    def __init__(self) -> None:
        super().__init__(_Echo())
        self.inputs: dict[tuple[str, str], dict[str, Any]] = {}
        self.requests: dict[tuple[str, str], Any] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        key = (request.type, request.name)
        assert key not in self.inputs, f"{key} is registered twice"
        self.inputs[key] = from_wire(request.object)
        self.requests[key] = request
        try:
            return super().RegisterResource(request)  # type: ignore[no-untyped-call]
        finally:
            _close_loop_of_this_thread()

    def of(self, type: str) -> dict[str, dict[str, Any]]:
        """Inputs by logical name of the resources of one type, such as ``core/v1:Namespace``."""
        return {name: inputs for (token, name), inputs in self.inputs.items() if token == f"kubernetes:{type}"}

    def only(self, type: str) -> dict[str, Any]:
        (inputs,) = self.of(type).values()
        return inputs


def _close_loop_of_this_thread() -> None:
    """The SDK's monitor makes a loop for a worker thread that has none, and never closes it."""
    try:
        loop = asyncio.get_event_loop()
    except RuntimeError:
        return
    asyncio.set_event_loop(None)
    loop.close()


def model(**changes: Any) -> ModelConfig:
    facts = {"name": "cifar10", "version": 3, "digest": DIGEST, "node_pool": "l4", "replicas": NodeCount(min=2, max=8)}
    return ModelConfig(**{**facts, **changes})


def pool(name: str, *, gpus: int = 9, device_plugin: str = "region") -> NodePoolOutputs:
    return NodePoolOutputs(
        name=name,
        labels={POOL_LABEL: name, ACCELERATOR_LABEL: "l4"},
        machine_type="g6.xlarge",
        gpus=gpus,
        gpu_software=GpuSoftware(driver="image", toolkit="image", device_plugin=device_plugin),
        ready=pulumi.Output.from_input(f"{name}-node-group"),
    )


def pins() -> Pins:
    read = {"read_from": "https://example.com", "read_on": "2026-01-01"}
    keys = ("tensorflow-serving", "tensorflow-serving-cpu", "rclone", "nvidia-device-plugin", "cluster-autoscaler")
    return Pins(
        images={key: ImagePin(source=f"docker.io/{key}", tag=f"1-{key}", digest=DIGEST, **read) for key in keys},
        charts={
            key: ChartPin(repository="https://charts.example.com", chart=f"{key}-chart", version="1.2.3", **read)
            for key in keys[-2:]
        },
        node_images={},
    )


def image(key: str) -> str:
    return f"111122223333.dkr.example.com/{key}@{DIGEST}"


def arguments(**changes: Any) -> ServingArgs:
    """A region with one GPU pool and one model; called inside the program, since outputs need an engine."""
    models = changes.get("models", [model()])
    locked = pins()
    bucket = BucketOutputs(path=pulumi.Output.from_input("us-east-models"), uri=pulumi.Output.from_input("s3://x"))
    identity = IdentityOutputs(
        annotations={"example.com/role": pulumi.Output.from_input("reader")},
        labels={"example.com/use": "true"},
        endpoints=[AGENT],
        ready=pulumi.Output.from_input("association-1"),
    )
    facts: dict[str, Any] = {
        "models": models,
        "storage": StorageOutputs(
            models=bucket, data=bucket, rclone={"type": "s3", "env_auth": "true", "region": "us-east-1"}
        ),
        "cluster": ClusterOutputs(
            name="us-east",
            endpoint=pulumi.Output.from_input("https://api"),
            kubeconfig=pulumi.Output.from_input("{}"),
            version="1.33",
            resource=pulumi.CustomResource("test:index:Cluster", "cluster"),
            charts=[
                ChartRelease(
                    name="cluster-autoscaler",
                    namespace="kube-system",
                    pin="cluster-autoscaler",
                    image="cluster-autoscaler",
                    values={"autoDiscovery": {"clusterName": "us-east"}},
                )
            ],
        ),
        "pools": {"l4": pool("l4")},
        "identities": {each.name: identity for each in models},
        "images": {key: pulumi.Output.from_input(image(key)) for key in locked.images},
        "pins": locked,
        "labels": {"lepton.dev/stack": "us-east"},
    }
    return ServingArgs(**{**facts, **changes})


def record(build: Callable[[], ServingArgs] = arguments) -> tuple[Recorder, dict[str, str]]:
    """What ``Serving`` registers for the arguments, and the endpoints that it publishes."""
    recorder = Recorder()
    endpoints: dict[str, str] = {}
    mocks.set_mocks(recorder.mocks, project="project", stack="stack", preview=False, monitor=recorder)

    @pulumi.runtime.test  # type: ignore[untyped-decorator]
    def program() -> None:
        endpoints.update(Serving("us-east-serving", build()).outputs.endpoints)

    program()
    return recorder, endpoints
