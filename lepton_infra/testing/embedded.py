"""The embedded clouds in the process of the test: which one a registration goes to, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lepton_infra.simulator.behaviour import CloudError, Failure, Secret
from lepton_infra.simulator.cloud import SimulatedCloud
from lepton_infra.simulator.packages import PACKAGES
from lepton_infra.simulator.scope import CloudScope
from lepton_infra.simulator.sdk import UnknownType
from lepton_infra.simulator.store import Store

PROVIDERS = "pulumi:providers:"
DISABLED = "pulumi:disable-default-providers"


class Refusal(Exception):
    """A cloud refuses a registration; ``reasons`` are all that is wrong with it."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A cloud's answer to a registration. ``outputs`` may hold secrets and, in a preview, unknowns."""

    id: str
    outputs: Mapping[str, Any]


class EmbeddedClouds:
    """All clouds of one run over one store in memory. ``config`` is the stack's, for default providers.

    Safe under threads: registrations arrive on several.
    """

    def __init__(self, config: Mapping[str, str], disabled: frozenset[str], *, preview: bool) -> None:
        self._config = config
        self._disabled = disabled
        self._preview = preview
        self._store = Store()
        self._clouds = {package: SimulatedCloud(package, self._store) for package in PACKAGES}
        self._scopes: dict[str, CloudScope] = {}

    def close(self) -> None:
        """Forget everything."""
        self._store.close()

    def provider(self, type: str, urn: str, inputs: Mapping[str, Any]) -> Answer:
        """Check and configure a provider."""
        cloud = self._cloud(type.removeprefix(PROVIDERS))
        failures = cloud.check_config(inputs)
        if failures:
            raise Refusal(*map(_reason, failures))
        self._scopes[urn] = cloud.configure(inputs)
        return Answer(id=f"{urn.rpartition('::')[2]}-id", outputs=inputs)

    def resource(self, type: str, urn: str, provider: str | None, inputs: Mapping[str, Any], import_id: str) -> Answer:
        """Check a resource and make it. One that is imported gets the id that the program names.

        Raises:
            Refusal: with everything that is wrong with it.
        """
        cloud = self._cloud(type.partition(":")[0])
        scope = self._scope(cloud, provider, type)
        try:
            checked = cloud.check(scope, urn, type, {}, inputs)
            if checked.failures:
                raise Refusal(*map(_reason, checked.failures))
            made = cloud.create(scope, urn, type, checked.inputs, preview=self._preview)
        except (CloudError, UnknownType) as error:
            raise Refusal(str(error)) from error
        if import_id and not self._preview:
            self._rename(scope, type, made.id, import_id)
        return Answer(id=import_id or made.id, outputs=made.state)

    def read(self, type: str, urn: str, provider: str | None, id: str) -> Answer:
        """Look up a resource by its id, as ``Type.get`` does.

        Raises:
            Refusal: if this run has made none.
        """
        cloud = self._cloud(type.partition(":")[0])
        found = cloud.read(self._scope(cloud, provider, type), urn, type, id)
        if found is None:
            raise Refusal(f"no {type} with id {id} exists; declare it in the test before it is looked up")
        return Answer(id=found.id, outputs=found.state)

    def invoke(self, token: str, provider: str | None, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a data source.

        Raises:
            Refusal: if the cloud has none of that name, or refuses.
        """
        cloud = self._cloud(token.partition(":")[0])
        try:
            return cloud.invoke(self._scope(cloud, provider, token), token, arguments)
        except CloudError as error:
            raise Refusal(str(error)) from error

    def _cloud(self, package: str) -> SimulatedCloud:
        if package not in self._clouds:
            raise Refusal(f"there is no embedded cloud for package {package!r}; there are {', '.join(PACKAGES)}")
        return self._clouds[package]

    def _scope(self, cloud: SimulatedCloud, provider: str | None, subject: str) -> CloudScope:
        if provider is not None:
            return self._scopes[provider]
        if {"*", cloud.package} & self._disabled:
            raise Refusal(
                f"Default provider for '{cloud.package}' disabled. '{subject}' must use an explicit provider."
            )
        prefix = f"{cloud.package}:"
        return cloud.configure(
            {key.removeprefix(prefix): value for key, value in self._config.items() if key.startswith(prefix)}
        )

    def _rename(self, scope: CloudScope, type: str, made: str, wanted: str) -> None:
        stored = scope.find(type, made)
        if stored is not None and made != wanted:
            self._store.delete(stored)
            self._store.add(replace(stored, id=wanted))


def with_secrets(outputs: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """``outputs`` with those named wrapped, as the engine does for ``additional_secret_outputs``."""
    return {
        key: Secret(value) if key in names and not isinstance(value, Secret) else value
        for key, value in outputs.items()
    }


def _reason(failure: Failure) -> str:
    return f"{failure.path}: {failure.reason}" if failure.path else failure.reason
