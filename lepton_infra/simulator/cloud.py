"""One embedded cloud: the engine's verbs on plain values, without gRPC.

The server puts these verbs on the wire; the testing kit calls them in its own process. Inputs and outputs may hold
``Secret`` and, in a preview, ``UNKNOWN``.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, Final

from lepton_infra.simulator import objects, schema
from lepton_infra.simulator.behaviour import (
    Behaviour,
    Call,
    CloudError,
    Failure,
    NotLive,
    Properties,
    ServedBehaviour,
    Stored,
)
from lepton_infra.simulator.changes import Diff, changes
from lepton_infra.simulator.determinism import keeps_name, seed
from lepton_infra.simulator.drift import drifted
from lepton_infra.simulator.faults import Faults, Operation
from lepton_infra.simulator.latencies import creation_seconds
from lepton_infra.simulator.merging import computed, kept, overlay
from lepton_infra.simulator.packages import behaviour_of
from lepton_infra.simulator.properties import conceal, conceal_like, reveal
from lepton_infra.simulator.resource import Checked, Resource, Unfinished
from lepton_infra.simulator.scope import CloudScope, decoded
from lepton_infra.simulator.states import foreseen, state_of
from lepton_infra.simulator.store import Store

# The AWS provider's default for ``maxRetries``; others retry about as patiently.
_ATTEMPTS: Final = 25
_BACKOFF_SECONDS: Final = 1.0


class SimulatedCloud:
    """The cloud of one package. Several providers may be configured over it; each gets its own scope.

    ``latency_scale`` multiplies real creation times (0: at once).
    """

    def __init__(
        self,
        package: str,
        store: Store,
        behaviour: Behaviour | None = None,
        *,
        faults: Faults | None = None,
        latency_scale: float = 0.0,
    ) -> None:
        self.package = package
        self.store = store
        self.behaviour = behaviour or behaviour_of(package)
        self._faults = faults or Faults()
        self._latency_scale = latency_scale

    def check_config(self, inputs: Properties) -> list[Failure]:
        """Failures of a provider's own inputs."""
        config = decoded(self.package, reveal(inputs))
        failures = schema.check(f"pulumi:providers:{self.package}", config)
        return failures + self.behaviour.configure(schema.without(config, failures))

    def diff_config(self, old: Properties, new: Properties) -> Diff:
        """The provider's changes. They replace it, and all it made, when they lead to another account or region."""
        moved = self.configure(old).key != self.configure(new).key
        return Diff(changes=[replace(change, replaces=moved) for change in changes(reveal(old), reveal(new))])

    def configure(self, inputs: Properties) -> CloudScope:
        """The scope of a provider with these inputs."""
        return CloudScope(self.behaviour, decoded(self.package, reveal(inputs)), self.store)

    def check(self, scope: CloudScope, urn: str, type: str, olds: Properties, news: Properties) -> Checked:
        """Fill in defaults, keeping those of before, and check names, kinds and values: all failures at once.

        Raises:
            sdk.UnknownType: if there is no such type.
        """
        plain = reveal(news)
        target = scope.of(plain)
        # Without old inputs this is a new resource, also where it replaces one: it shall not take over the old name.
        old = self.store.newest(self.package, target.key, type, urn) if olds else None
        call = self._call(target, urn, type, plain, old)
        defaults = dict(self.behaviour.defaults(call))
        # A null says as little as an input that is left out, so a default takes its place.
        given = {name: value for name, value in plain.items() if value is not None or name not in defaults}
        merged = overlay(kept(defaults, reveal(olds)), given)
        failures = schema.check(type, merged)
        judged = replace(call, inputs=schema.without(merged, failures))
        failures += self.behaviour.check(judged)
        return Checked(inputs=conceal_like(merged, news), failures=failures)

    def diff(self, scope: CloudScope, urn: str, type: str, old: Properties, new: Properties) -> Diff:
        """Changes between old and new inputs."""
        before, after = reveal(old), reveal(new)
        every = self.behaviour.immutable.get("*", frozenset())
        fixed = self.behaviour.immutable.get(type, frozenset()) | every | self.behaviour.overrides
        found = changes(before, after, fixed)
        if not any(change.replaces for change in found):
            return Diff(changes=found)
        call, made = self._call(scope.of(after), urn, type, {}), self.store.made(self.package, urn)
        return Diff(changes=found, delete_first=keeps_name(self.behaviour.defaults, call, made, before, after))

    def create(
        self,
        scope: CloudScope,
        urn: str,
        type: str,
        inputs: Properties,
        *,
        preview: bool = False,
        timeout: float = 0,
    ) -> Resource:
        """Make a resource. In a preview nothing is made and what the cloud would compute is unknown.

        Raises:
            CloudError: as the cloud refuses, or as a fault makes it.
            Unfinished: if it is made and does not become ready.
            ProviderCrash: if a fault asks for it.
        """
        plain = reveal(inputs)
        target = scope.of(plain)
        call = replace(self._call(target, urn, type, plain), timeout=timeout)
        if preview:
            return Resource(id="", inputs=plain, state=conceal(foreseen(call), inputs))
        self._strike_before("create", call)
        with self._transaction():
            made = self.behaviour.create(call)
            state = state_of(target, type, overlay(plain, made.outputs), {}, made.id)
            stored = Stored(
                package=self.package, scope=target.key, type=type, id=made.id, urn=urn, inputs=plain, state=state
            )
            self._keep(stored, overwrites=made.overwrites)
        target.cancelled.wait(creation_seconds(type, self._latency_scale))
        self._faults.after(self.store, "create", type, _name(urn))
        return self._settled(call, stored, inputs)

    def _transaction(self) -> AbstractContextManager[None]:
        return nullcontext() if isinstance(self.behaviour, ServedBehaviour) else self.store.exclusive()

    def _settled(self, call: Call, stored: Stored, inputs: Properties) -> Resource:
        """The resource once it is ready. What is known of it is written down, ready or not."""
        reasons: list[str] = []
        try:
            state = dict(self.behaviour.settle(call, stored))
        except NotLive as failure:
            state, reasons = failure.state, failure.reasons
        if state != stored.state:
            self.store.replace(replace(stored, state=state))
        resource = Resource(id=stored.id, inputs=stored.inputs, state=conceal(state, inputs))
        if reasons:
            raise Unfinished(resource, reasons)
        return resource

    def _keep(self, resource: Stored, *, overwrites: bool) -> None:
        if overwrites and self.store.find(resource.package, resource.scope, resource.type, resource.id) is not None:
            self.store.replace(resource)
            return
        try:
            self.store.add(resource)
        except KeyError as error:
            raise CloudError("AlreadyExists", str(error.args[0])) from None

    def read(
        self,
        scope: CloudScope,
        urn: str,
        type: str,
        id: str,
        inputs: Properties | None = None,
        state: Properties | None = None,
    ) -> Resource | None:
        """The resource as it is now, drift included; None if it is gone. What is given says what is secret.

        Raises:
            Unfinished: if it is there and not ready.
        """
        inputs, state = inputs or {}, state or {}
        target = scope.of(reveal({**state, **inputs}))
        self._strike_before("read", self._call(target, urn, type, {}))
        stored, reasons = self._looked_at(target, urn, type, id)
        if stored is None:
            return None
        with self.store.exclusive():
            drifts = self._faults.drifts(self.store, type, _name(urn))
            for drift in drifts:
                stored = drifted(stored, drift.path, drift.value)
                self.store.replace(stored)
        resource = Resource(
            id=id, inputs=conceal_like(stored.inputs, inputs), state=conceal(stored.state, inputs, state)
        )
        if reasons:
            raise Unfinished(resource, reasons)
        return resource

    def _looked_at(self, scope: CloudScope, urn: str, type: str, id: str) -> tuple[Stored | None, list[str]]:
        """The resource as it is stored, or as the server behind this cloud has it, which is then written down; and why
        it is not ready."""
        stored = scope.find(type, id)
        if stored is None or not isinstance(self.behaviour, ServedBehaviour):
            return stored, []
        reasons: list[str] = []
        try:
            found = self.behaviour.look(self._call(scope, urn, type, stored.inputs, stored))
        except NotLive as failure:
            found, reasons = replace(stored, state=failure.state), failure.reasons
        if found is None:
            self.store.delete(stored)
        elif found != stored:
            self.store.replace(found)
        return found, reasons

    def update(
        self,
        scope: CloudScope,
        urn: str,
        type: str,
        id: str,
        inputs: Properties,
        *,
        preview: bool = False,
        timeout: float = 0,
        ignored: frozenset[str] = frozenset(),
    ) -> Resource:
        """Change a resource in place. In a preview nothing is changed; an output that the change touches is unknown.

        Raises:
            CloudError: if the resource is gone, as the cloud refuses, or as a fault makes it.
            Unfinished: if it is changed and does not become ready.
            ProviderCrash: if a fault asks for it.
        """
        plain = reveal(inputs)
        target = scope.of(plain)
        stored = target.find(type, id)
        if stored is None:
            raise CloudError("NotFound", f"{id} does not exist in {target.key}; run `pulumi refresh` to take note")
        call = replace(self._call(target, urn, type, plain, stored), timeout=timeout, ignored=ignored)
        if preview:
            return Resource(id=id, inputs=plain, state=conceal(foreseen(call), inputs))
        self._strike_before("update", call)
        with self._transaction():
            given = overlay(plain, self.behaviour.update(call))
            changed = replace(stored, urn=urn, inputs=plain, state=state_of(target, type, given, computed(stored), id))
            self.store.replace(changed)
        self._faults.after(self.store, "update", type, _name(urn))
        return self._settled(call, changed, inputs)

    def delete(
        self, scope: CloudScope, urn: str, type: str, id: str, state: Properties | None = None, *, timeout: float = 0
    ) -> None:
        """Delete a resource; one that is gone already is no error.

        Raises:
            CloudError: as the cloud refuses, or as a fault makes it.
            ProviderCrash: if a fault asks for it.
        """
        target = scope.of(reveal(state or {}))
        self._strike_before("delete", self._call(target, urn, type, {}))
        with self._transaction():
            stored = target.find(type, id)
            if stored is not None:
                call = replace(self._call(target, urn, type, stored.inputs, stored), timeout=timeout)
                self.behaviour.delete(call)
                going = [*self.behaviour.cascade(call), stored]
                buckets = [bucket for each in going if (bucket := self.behaviour.bucket(each))]
                for bucket in buckets:
                    objects.require_deletable(self.store, bucket)
                for held in going:
                    self.store.delete(held)
                for bucket in buckets:
                    objects.forget(self.store, bucket)
        if stored is not None:
            self.behaviour.forgotten(call)
        self._faults.after(self.store, "delete", type, _name(urn))

    def invoke(self, scope: CloudScope, token: str, arguments: Properties) -> dict[str, Any]:
        """Answer a data source.

        Raises:
            CloudError: if this cloud has no such data source, or it refuses.
        """
        function = self.behaviour.invoke.get(token)
        if function is None:
            near = get_close_matches(token, self.behaviour.invoke, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise CloudError("NoSuchFunction", f"the embedded {self.package} cloud does not answer {token}{hint}")
        self._strike_before("invoke", self._call(scope, f"::{token}", token, {}))
        return dict(function(scope, reveal(arguments)))

    def _call(self, scope: CloudScope, urn: str, type: str, inputs: Properties, old: Stored | None = None) -> Call:
        drawn = seed(urn, self.store.made(self.package, urn))
        return Call(scope=scope, urn=urn, type=type, inputs=inputs, seed=drawn, old=old)

    def _strike_before(self, operation: Operation, call: Call) -> None:
        """Let the faults strike; throttling is retried with doubled waits, as the real providers do."""
        if not self._faults:
            return
        wanted = self.behaviour.sku_zones(call) if operation in ("create", "update") else []
        for attempt in range(_ATTEMPTS):
            try:
                self._faults.before(self.store, operation, call.type, _name(call.urn), wanted)
                return
            except CloudError as error:
                if not error.retryable or attempt == _ATTEMPTS - 1:
                    raise
                assert isinstance(call.scope, CloudScope)
                call.scope.cancelled.wait(_BACKOFF_SECONDS * min(2**attempt, 30) * self._latency_scale)


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]
