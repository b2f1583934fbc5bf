"""Target of a call: one configured provider's account and region, over the store."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Any, Final

from lepton_infra.simulator import schema
from lepton_infra.simulator.behaviour import Behaviour, Properties, Stored
from lepton_infra.simulator.properties import has_unknown
from lepton_infra.simulator.shapes import Scalar
from lepton_infra.simulator.store import Store

# What stands in a provider's configuration for a value that a preview does not know. The engine does not call a
# provider with unknown configuration at all; with this in its place the objects of a cluster that is yet to be made are
# checked in the preview too.
PENDING: Final = "(known after the cluster is made)"


@dataclass(frozen=True)
class CloudScope:
    """A :class:`~lepton_infra.simulator.behaviour.Scope`. ``cancelled`` ends the waiting of calls in flight."""

    behaviour: Behaviour
    config: Properties
    store: Store
    cancelled: Event = field(default_factory=Event, compare=False)

    @property
    def package(self) -> str:
        return self.behaviour.package

    @property
    def key(self) -> str:
        if is_pending(self.config):
            return f"{self.package}:pending"
        return self.behaviour.scope_key(self.config)

    def find(self, type: str, id: str) -> Stored | None:
        return self.store.find(self.package, self.key, type, id)

    def all(self, *types: str) -> Iterable[Stored]:
        return self.store.all(*types, package=self.package, scope=self.key)

    def everywhere(self, *types: str) -> Iterable[Stored]:
        return self.store.all(*types, package=self.package)

    def deleted(self, *types: str) -> Iterable[Stored]:
        return self.store.all(*types, package=self.package, deleted=True)

    def of(self, inputs: Properties) -> CloudScope:
        """This scope, or the one that a resource's own inputs name instead."""
        own = {key: inputs[key] for key in self.behaviour.overrides if isinstance(inputs.get(key), str)}
        return replace(self, config={**self.config, **own}) if own else self


def decoded(package: str, inputs: Properties) -> dict[str, Any]:
    """Provider inputs with their JSON texts read: on the wire every one that is not a string is such a text."""
    shapes = schema.inputs_of(f"pulumi:providers:{package}") or {}

    def read(key: str, value: Any) -> Any:
        if key not in shapes or shapes[key].shape == Scalar("string") or not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            return value

    return {key: read(key, value) for key, value in inputs.items() if key != "version"}


def pending(config: dict[str, Any]) -> dict[str, Any]:
    """A provider's configuration with ``PENDING`` for what is unknown."""
    return {key: PENDING if has_unknown(value) else value for key, value in config.items()}


def is_pending(config: Properties) -> bool:
    """True if part of a provider's configuration is not known yet."""
    return any(value == PENDING or has_unknown(value) for value in config.values())
