"""One embedded cloud on the wire: Pulumi's provider protocol (``provider.proto``) over its verbs.

The engine opens one connection for each provider resource, so two AWS providers of different regions share a port but
not a connection: what a provider was configured with is kept by its connection.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar

import grpc
from google.protobuf.empty_pb2 import Empty
from google.rpc import status_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from lepton_infra.simulator import sdk
from lepton_infra.simulator.behaviour import CloudError, Failure
from lepton_infra.simulator.changes import ChangeKind, Diff
from lepton_infra.simulator.cloud import SimulatedCloud
from lepton_infra.simulator.faults import ProviderCrash
from lepton_infra.simulator.properties import from_wire, to_wire
from lepton_infra.simulator.resource import Unfinished
from lepton_infra.simulator.scope import CloudScope, pending
from lepton_infra.simulator.store import StoreDamaged

_KINDS: Final[Mapping[tuple[ChangeKind, bool], Any]] = {
    ("add", False): provider_pb2.PropertyDiff.ADD,
    ("add", True): provider_pb2.PropertyDiff.ADD_REPLACE,
    ("delete", False): provider_pb2.PropertyDiff.DELETE,
    ("delete", True): provider_pb2.PropertyDiff.DELETE_REPLACE,
    ("update", False): provider_pb2.PropertyDiff.UPDATE,
    ("update", True): provider_pb2.PropertyDiff.UPDATE_REPLACE,
}
AnswerT = TypeVar("AnswerT")


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """One package's provider. ``die`` is what a crash does: the connections drop without an answer."""

    def __init__(self, cloud: SimulatedCloud, die: Callable[[], None]) -> None:
        self._cloud = cloud
        self._die = die
        self._scopes: dict[str, CloudScope] = {}

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=True, accept_resources=True, accept_outputs=True, supports_autonaming_configuration=False
        )

    def Attach(self, request: Any, context: grpc.ServicerContext) -> Empty:
        return Empty()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        return plugin_pb2.PluginInfo(version=sdk.version(self._cloud.package))

    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> Any:
        package = self._cloud.package
        schema = json.dumps({"name": package, "version": sdk.version(package)})
        return provider_pb2.GetSchemaResponse(schema=schema)

    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        news = from_wire(request.news)
        failures = self._answer(context, request, lambda: self._cloud.check_config(news))
        return provider_pb2.CheckResponse(inputs=to_wire(pending(news)), failures=_failures(failures))

    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        old, new = from_wire(request.old_inputs), pending(from_wire(request.news))
        return _diff(self._answer(context, request, lambda: self._cloud.diff_config(old, new)))

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        inputs = from_wire(request.args)
        self._scopes[context.peer()] = self._answer(context, request, lambda: self._cloud.configure(inputs))
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, acceptResources=True, acceptOutputs=True
        )

    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:
        olds, news = from_wire(request.olds), from_wire(request.news)
        scope = self._scope(context)
        checked = self._answer(
            context, request, lambda: self._cloud.check(scope, request.urn, request.type, olds, news)
        )
        return provider_pb2.CheckResponse(inputs=to_wire(checked.inputs), failures=_failures(checked.failures))

    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:
        old, new = from_wire(request.old_inputs), from_wire(request.news)
        scope = self._scope(context)
        return _diff(
            self._answer(context, request, lambda: self._cloud.diff(scope, request.urn, request.type, old, new))
        )

    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        inputs, scope = from_wire(request.properties), self._scope(context)
        made = self._answer(
            context,
            request,
            lambda: self._cloud.create(
                scope, request.urn, request.type, inputs, preview=request.preview, timeout=request.timeout
            ),
        )
        return provider_pb2.CreateResponse(id=made.id, properties=to_wire(made.state))

    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:
        inputs, state, scope = from_wire(request.inputs), from_wire(request.properties), self._scope(context)
        found = self._answer(
            context,
            request,
            lambda: self._cloud.read(scope, request.urn, request.type, request.id, inputs, state),
        )
        if found is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(id=found.id, properties=to_wire(found.state), inputs=to_wire(found.inputs))

    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:
        inputs, scope = from_wire(request.news), self._scope(context)
        changed = self._answer(
            context,
            request,
            lambda: self._cloud.update(
                scope,
                request.urn,
                request.type,
                request.id,
                inputs,
                preview=request.preview,
                timeout=request.timeout,
                ignored=frozenset(request.ignoreChanges),
            ),
        )
        return provider_pb2.UpdateResponse(properties=to_wire(changed.state))

    def Delete(self, request: Any, context: grpc.ServicerContext) -> Empty:
        state, scope = from_wire(request.properties), self._scope(context)
        self._answer(
            context,
            request,
            lambda: self._cloud.delete(scope, request.urn, request.type, request.id, state, timeout=request.timeout),
        )
        return Empty()

    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:
        arguments, scope = from_wire(request.args), self._scope(context)
        result = self._answer(context, request, lambda: self._cloud.invoke(scope, request.tok, arguments))
        return provider_pb2.InvokeResponse(**{"return": to_wire(result)})

    def Construct(self, request: Any, context: grpc.ServicerContext) -> NoReturn:
        _abort(
            context,
            grpc.StatusCode.UNIMPLEMENTED,
            f"{request.type} is a component that the real provider expands; the embedded {self._cloud.package} cloud "
            "does not. Use the resources that it is made of",
        )

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Empty:
        scope = self._scopes.get(context.peer())
        if scope is not None:
            scope.cancelled.set()
        return Empty()

    def stop_waiting(self) -> None:
        """End the waiting of all calls in flight: the engine no longer waits for their answers."""
        for scope in self._scopes.values():
            scope.cancelled.set()

    def _scope(self, context: grpc.ServicerContext) -> CloudScope:
        scope = self._scopes.get(context.peer())
        if scope is not None:
            return scope
        scopes = {scope.key: scope for scope in self._scopes.values()}
        if len(scopes) == 1:
            return next(iter(scopes.values()))
        _abort(
            context,
            grpc.StatusCode.FAILED_PRECONDITION,
            f"the embedded {self._cloud.package} cloud does not know which provider this call is for; run it again",
        )

    def _answer(self, context: grpc.ServicerContext, request: Any, verb: Callable[[], AnswerT]) -> AnswerT:
        """Run a verb; whatever goes wrong in it becomes an error message of the engine."""
        try:
            return verb()
        except ProviderCrash as crash:
            self._die()
            _abort(context, grpc.StatusCode.UNAVAILABLE, str(crash))
        except Unfinished as unfinished:
            _abort_unfinished(context, request, unfinished)
        except (CloudError, sdk.UnknownType, sdk.SdkMissing, StoreDamaged) as error:
            _abort(context, grpc.StatusCode.UNKNOWN, f"{_subject(request)}: {error}")
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            _abort(
                context,
                grpc.StatusCode.INTERNAL,
                f"{_subject(request)}: the embedded {self._cloud.package} cloud has a bug: "
                f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno}, in {where.name})",
            )


def _abort(context: grpc.ServicerContext, code: grpc.StatusCode, message: str) -> NoReturn:
    context.abort(code, message)
    raise AssertionError("abort raises")


def _abort_unfinished(context: grpc.ServicerContext, request: Any, unfinished: Unfinished) -> NoReturn:
    """The engine keeps such a resource in its state, with the reasons, and tries again in the next update.

    gRPC carries the detail as a ``google.rpc.Status`` in the trailing metadata.
    """
    resource = unfinished.resource
    subject = _subject(request)
    detail = provider_pb2.ErrorResourceInitFailed(
        id=resource.id,
        properties=to_wire(resource.state),
        inputs=to_wire(resource.inputs),
        reasons=[f"{subject}: {unfinished.reasons[0]}", *unfinished.reasons[1:]],
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=f"{subject}: {unfinished}")
    status.details.add().Pack(detail)
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    _abort(context, grpc.StatusCode.UNKNOWN, status.message)


def _subject(request: Any) -> str:
    if hasattr(request, "tok"):
        return str(request.tok)
    return f"{request.type} {request.urn.rpartition('::')[2]}".strip()


def _failures(failures: Iterable[Failure]) -> list[Any]:
    return [provider_pb2.CheckFailure(property=failure.path, reason=failure.reason) for failure in failures]


def _diff(diff: Diff) -> Any:
    changes = diff.changes
    some, none = provider_pb2.DiffResponse.DIFF_SOME, provider_pb2.DiffResponse.DIFF_NONE
    return provider_pb2.DiffResponse(
        changes=some if changes else none,
        diffs=sorted({_top(change.path) for change in changes}),
        replaces=sorted({_top(change.path) for change in changes if change.replaces}),
        detailedDiff={
            change.path: provider_pb2.PropertyDiff(kind=_KINDS[change.kind, change.replaces], inputDiff=True)
            for change in changes
        },
        hasDetailedDiff=True,
        deleteBeforeReplace=diff.delete_first,
    )


def _top(path: str) -> str:
    return path.split(".", 1)[0].split("[", 1)[0]
