"""Transforms run as the engine runs them: a resource's own, then those of its parents, then the stack's.

A transform is a function of the program behind a gRPC server of the SDK; the engine calls back, and so does this.
"""

from __future__ import annotations

from threading import Lock
from typing import Any

import grpc
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc, resource_pb2

_OPTIONS = {
    "additional_secret_outputs": "additionalSecretOutputs",
    "aliases": "aliases",
    "custom_timeouts": "customTimeouts",
    "delete_before_replace": "deleteBeforeReplace",
    "deleted_with": "deletedWith",
    "depends_on": "dependencies",
    "ignore_changes": "ignoreChanges",
    "import": "importId",
    "plugin_download_url": "pluginDownloadURL",
    "protect": "protect",
    "provider": "provider",
    "providers": "providers",
    "replace_on_changes": "replaceOnChanges",
    "retain_on_delete": "retainOnDelete",
    "version": "version",
}
"""The options that a transform sees and may change, and the fields of a registration that they are."""


class Transforms:
    """The transforms of one run. Safe under threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._of_stack: list[Any] = []
        self._of_resource: dict[str, list[Any]] = {}
        self._parents: dict[str, str] = {}

    def add_to_stack(self, callback: Any) -> None:
        """Have every resource that is registered from now on transformed."""
        with self._lock:
            self._of_stack.append(callback)

    def transformed(self, request: Any, urn: str) -> Any:
        """The registration after all transforms that concern it; itself where there are none."""
        with self._lock:
            self._of_resource[urn], self._parents[urn] = list(request.transforms), request.parent
            callbacks = []
            place = urn
            while place:
                callbacks += self._of_resource.get(place, [])
                place = self._parents.get(place, "")
            callbacks += self._of_stack
        for callback in callbacks:
            request = _apply(callback, request)
        return request


def _apply(callback: Any, request: Any) -> Any:
    options = resource_pb2.TransformResourceOptions()
    _copy(request, options, {theirs: ours for ours, theirs in _OPTIONS.items()})
    question = resource_pb2.TransformRequest(
        type=request.type,
        name=request.name,
        custom=request.custom,
        parent=request.parent,
        properties=request.object,
        options=options,
    )
    with grpc.insecure_channel(callback.target) as channel:
        invocation = callback_pb2.CallbackInvokeRequest(token=callback.token, request=question.SerializeToString())
        reply = callback_pb2_grpc.CallbacksStub(channel).Invoke(invocation)
    answer = resource_pb2.TransformResponse.FromString(reply.response)
    changed: Any = resource_pb2.RegisterResourceRequest()
    changed.CopyFrom(request)
    changed.object.CopyFrom(answer.properties)
    if answer.HasField("options"):
        for field in _OPTIONS.values():
            changed.ClearField(field)
        _copy(answer.options, changed, _OPTIONS)
    return changed


def _copy(source: Any, target: Any, fields: dict[str, str]) -> None:
    """Set in ``target`` what is set in ``source``, under its other name there."""
    for descriptor, value in source.ListFields():
        name = fields.get(descriptor.name)
        if name is None:
            continue
        place = getattr(target, name)
        if hasattr(place, "CopyFrom"):
            place.CopyFrom(value)
        elif hasattr(place, "update"):
            place.update(value)
        elif hasattr(place, "extend"):
            place.extend(value)
        else:
            setattr(target, name, value)
