"""The recording monitor: takes the place of the engine's, asks the embedded clouds, and records every registration.

It is a subclass of the SDK's mock monitor and relies on the names of its methods and of the protobuf fields; the canary
test of the kit fails when they move.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any, NoReturn

from google.protobuf import empty_pb2
from grpc import RpcError
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.settings import get_project, get_stack

from lepton_infra.simulator.properties import from_wire, reveal, to_wire
from lepton_infra.testing.embedded import PROVIDERS, EmbeddedClouds, Refusal, with_secrets
from lepton_infra.testing.graph import Declared, Graph, Invocation
from lepton_infra.testing.requests import inputs_of, provider_urn, record
from lepton_infra.testing.transforms import Transforms

STACK = "pulumi:pulumi:Stack"


class Rejected(Exception):
    """A program declares something that the engine or its cloud would refuse. ``problems`` are all that were found."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class NeverAsked(Mocks):
    """The SDK wants mocks beside the monitor. Ours answers by itself, so a call here means that the SDK has changed."""

    def call(self, args: MockCallArgs) -> NoReturn:
        raise AssertionError(f"the SDK's own mocks were asked to call {args.token}")

    def new_resource(self, args: MockResourceArgs) -> NoReturn:
        raise AssertionError(f"the SDK's own mocks were asked for {args.typ} {args.name}")


class RecordingMonitor(MockMonitor):
    """Answers registrations from the embedded clouds and records them. Safe under threads."""

    def __init__(self, clouds: EmbeddedClouds) -> None:
        super().__init__(NeverAsked())
        self._clouds = clouds
        self._transforms = Transforms()
        self._lock = Lock()
        self._taken: set[str] = set()
        self._declared: dict[str, Declared] = {}
        self._invocations: list[Invocation] = []
        self._exports: dict[str, Any] = {}
        self.problems: list[str] = []

    def graph(self) -> Graph:
        """Graph of all recorded resources."""
        return Graph(
            resources=tuple(self._declared[urn] for urn in sorted(self._declared)),
            invocations=tuple(sorted(self._invocations, key=lambda call: (call.token, str(call.arguments)))),
            exports=self._exports,
        )

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """The URN that the engine gives: with all the types above but the stack's. The SDK's mocks make others."""
        above = parent.split("::")[2] if parent else STACK
        chain = type_ if above == STACK else f"{above}${type_}"
        return f"urn:pulumi:{get_stack()}::{get_project()}::{chain}::{name}"

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 (the name is the protocol's)
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type == STACK:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        try:
            self._take(urn)
            request = self._transformed(request, urn)
            id, outputs = self._answer(request, urn)
        except Refusal as refusal:
            self._refuse(f"{request.type} {request.name}", refusal)
        outputs = with_secrets(outputs, tuple(request.additionalSecretOutputs))
        with self._lock:
            self._declared[urn] = record(request, urn, id, outputs)
        return resource_pb2.RegisterResourceResponse(urn=urn, id=id or "", object=to_wire(outputs))

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        if request.urn.split("::")[2] == STACK:
            with self._lock:
                self._exports.update(reveal(from_wire(request.outputs)))
        return empty_pb2.Empty()

    def ReadResource(self, request: Any) -> Any:  # noqa: N802
        urn = self.make_urn(request.parent, request.type, request.name)
        try:
            found = self._clouds.read(request.type, urn, provider_urn(request.provider), request.id)
        except Refusal as refusal:
            self._refuse(f"{request.type} {request.name}", refusal)
        return resource_pb2.ReadResourceResponse(urn=urn, properties=to_wire(found.outputs))

    def Invoke(self, request: Any) -> Any:  # noqa: N802
        if request.tok == "pulumi:pulumi:getResource":
            return resource_pb2.ResourceInvokeResponse(**{"return": self._rehydrated(from_wire(request.args)["urn"])})
        provider, arguments = provider_urn(request.provider), from_wire(request.args)
        with self._lock:
            self._invocations.append(Invocation(token=request.tok, arguments=reveal(arguments), provider=provider))
        try:
            answer = self._clouds.invoke(request.tok, provider, arguments)
        except Refusal as refusal:
            self._refuse(request.tok, refusal)
        return resource_pb2.ResourceInvokeResponse(**{"return": to_wire(answer)})

    def RegisterStackTransform(self, request: Any) -> Any:  # noqa: N802
        self._transforms.add_to_stack(request)
        return empty_pb2.Empty()

    def RegisterStackInvokeTransform(self, request: Any) -> NoReturn:  # noqa: N802
        self._refuse("an invoke transform", Refusal("the testing kit does not run transforms of invokes"))

    def _take(self, urn: str) -> None:
        with self._lock:
            if urn in self._taken:
                raise Refusal(f"Duplicate resource URN '{urn}'; try giving it a unique name")
            self._taken.add(urn)

    def _transformed(self, request: Any, urn: str) -> Any:
        try:
            return self._transforms.transformed(request, urn)
        except RpcError as error:
            raise Refusal(f"a transform fails: {error.details()}") from error

    def _answer(self, request: Any, urn: str) -> tuple[str | None, Mapping[str, Any]]:
        inputs = inputs_of(request)
        if request.remote:
            raise Refusal("is a component of another package, which only a real engine can build")
        if not request.custom:
            return None, inputs
        if request.type.startswith(PROVIDERS):
            answer = self._clouds.provider(request.type, urn, inputs)
        else:
            provider = provider_urn(request.provider)
            answer = self._clouds.resource(request.type, urn, provider, inputs, request.importId)
        return answer.id, answer.outputs

    def _rehydrated(self, urn: str) -> Any:
        found = self._declared.get(urn)
        if found is None:
            self._refuse("pulumi:pulumi:getResource", Refusal(f"unknown resource {urn}"))
        return to_wire({"urn": urn, "id": found.id, "state": found.outputs})

    def _refuse(self, subject: str, refusal: Refusal) -> NoReturn:
        problems = [f"{subject}: {reason}" for reason in refusal.reasons]
        with self._lock:
            self.problems += problems
        raise Rejected(problems) from refusal
