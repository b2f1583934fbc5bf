"""Fails loudly when the internals of the Pulumi SDK move that the kit stands on."""

import inspect
from typing import Any

import pytest
from pulumi.runtime import mocks, rpc_manager, settings, stack
from pulumi.runtime.proto import alias_pb2, resource_pb2

from lepton_infra.testing.monitor import RecordingMonitor

READ_FROM_A_REGISTRATION = {
    "additionalSecretOutputs",
    "aliasURNs",
    "aliases",
    "custom",
    "customTimeouts",
    "deleteBeforeReplace",
    "deletedWith",
    "dependencies",
    "ignoreChanges",
    "importId",
    "name",
    "object",
    "parent",
    "propertyDependencies",
    "protect",
    "provider",
    "providers",
    "remote",
    "replaceOnChanges",
    "retainOnDelete",
    "transforms",
    "type",
}


@pytest.mark.parametrize(
    ("message", "fields"),
    [
        (resource_pb2.RegisterResourceRequest, READ_FROM_A_REGISTRATION),
        (resource_pb2.RegisterResourceOutputsRequest, {"outputs", "urn"}),
        (resource_pb2.ResourceInvokeRequest, {"args", "provider", "tok"}),
        (alias_pb2.Alias, {"spec", "urn"}),
    ],
)
def test_a_request_has_the_fields_that_are_read(message: Any, fields: set[str]) -> None:
    assert fields - set(message.DESCRIPTOR.fields_by_name) == set()


@pytest.mark.parametrize(
    "method",
    [name for name in vars(RecordingMonitor) if not name.startswith("_") and name not in ("graph", "problems")],
)
def test_the_monitor_overrides_what_exists(method: str) -> None:
    ours = inspect.signature(getattr(RecordingMonitor, method))
    theirs = inspect.signature(getattr(mocks.MockMonitor, method))

    assert list(ours.parameters) == list(theirs.parameters)


def test_mocks_take_a_monitor_of_ours() -> None:
    assert {"project", "stack", "preview", "monitor"} <= inspect.signature(mocks.set_mocks).parameters.keys()


def test_a_run_can_be_awaited_and_drained() -> None:
    assert inspect.iscoroutinefunction(stack.run_in_stack)
    assert isinstance(settings.SETTINGS.rpc_manager, rpc_manager.RPCManager)
    assert isinstance(settings.SETTINGS.rpc_manager.rpcs, list)
    settings.SETTINGS.outputs = settings.SETTINGS.outputs
