"""``Behaviour``: the particulars of one simulated cloud, as a record of functions over a scope.

The engine's verbs, the typed checks, the store, faults and latencies are the same for every package and live beside
this file; a package folder (``aws/``, ``kubernetes/``, …) exports ``BEHAVIOUR``.

Property values are plain Python in wire form: camelCase keys, dict/list/str/bool/int/float/None, plus ``UNKNOWN`` for a
value that a preview does not know yet and ``Secret`` around a secret one. Behaviours never see ``Secret``: the core
takes the wrappers off before it calls and puts them back after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Any, Final, Protocol


class Unknown:
    """The type of ``UNKNOWN``."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True)
class Secret:
    """A secret value."""

    value: Any

    def __repr__(self) -> str:
        return "Secret(…)"


Properties = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Failure:
    """One thing wrong with a resource's inputs. ``path`` is Pulumi's: ``vpcConfig.subnetIds[0]``."""

    path: str
    reason: str


class CloudError(Exception):
    """The cloud refuses a call: ``code`` is the cloud's own error code (``ResourceInUseException``).

    ``retryable`` marks throttling, which the real providers retry by themselves.
    """

    def __init__(self, code: str, message: str, *, retryable: bool = False) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.retryable = retryable


class NotLive(Exception):
    """A resource that exists and has not become ready in time: ``reasons``, the first being the summary.

    ``state`` is what is known of it by then.
    """

    def __init__(self, reasons: Sequence[str], state: Properties) -> None:
        super().__init__(reasons[0])
        self.reasons = list(reasons)
        self.state = dict(state)


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A resource as the store has it. ``inputs`` and ``state`` are wire-form properties; ``id`` is the provider id."""

    package: str
    scope: str
    type: str
    id: str
    urn: str
    inputs: dict[str, Any]
    state: dict[str, Any]


class Scope(Protocol):
    """Target of a call: one account and region of one cloud (or one cluster), as its provider was configured."""

    @property
    def package(self) -> str: ...

    @property
    def key(self) -> str:
        """The scope's name in the store, such as ``aws:111122223333:us-east-1``."""
        ...

    @property
    def config(self) -> Properties:
        """The provider's own inputs (``region``, ``allowedAccountIds``, ``kubeconfig`` …)."""
        ...

    @property
    def cancelled(self) -> Event:
        """Set when the engine no longer waits for the answers of calls in flight."""
        ...

    def find(self, type: str, id: str) -> Stored | None:
        """The live resource with this provider id in this scope."""
        ...

    def all(self, *types: str) -> Iterable[Stored]:
        """Live resources of this scope, of these type tokens (none given: of any type), oldest first."""
        ...

    def everywhere(self, *types: str) -> Iterable[Stored]:
        """The same over all scopes of the package: for names that are unique in the whole world."""
        ...

    def deleted(self, *types: str) -> Iterable[Stored]:
        """Deleted resources over all scopes of the package, oldest first: for names that stay taken."""
        ...


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call on one resource. ``inputs`` may hold ``UNKNOWN`` only in ``check``. ``old`` is set in an update.

    ``seed`` is stable for the resource (hash of its URN and of how many were made before) and is what identifiers are
    derived from, so a run is reproducible. ``timeout`` is the program's own limit on the operation in seconds; 0 where
    it sets none. ``ignored`` are the paths whose changes the program leaves to others (``ignore_changes``).
    """

    scope: Scope
    urn: str
    type: str
    inputs: Properties
    seed: str
    old: Stored | None = None
    timeout: float = 0
    ignored: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Made:
    """A new or changed resource: its provider id and the outputs that the cloud computes; the core adds the inputs.

    Outputs not named here get a plausible value from the SDK's own types. ``overwrites``: the cloud puts what it calls
    by this id, whether or not there is one already.
    """

    id: str
    outputs: Properties
    overwrites: bool = False


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """A resource that holds objects, and its URI, which is its alone in the world.

    ``kept`` is the error code with which the cloud refuses its deletion while it holds objects, None where they go with
    it.
    """

    uri: str
    kept: str | None


def no_bucket(stored: Stored) -> Bucket | None:
    """A cloud without an object store."""
    return None


def no_failures(call: Call) -> list[Failure]:
    """A cloud that has nothing to add to the typed checks."""
    return []


def no_defaults(call: Call) -> Properties:
    """A cloud that fills nothing in."""
    return {}


def anything_goes(call: Call) -> None:
    """A cloud that allows every deletion."""


def at_once(call: Call, made: Stored) -> Properties:
    """A cloud whose resources are ready as soon as they are made."""
    return made.state


def nothing_more(call: Call) -> None:
    """A cloud in which nothing follows."""


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """One cloud's particulars. All functions may raise ``CloudError``, except ``check`` and ``defaults``.

    scope_key: store key of a provider configuration.
    defaults: inputs the provider fills in at Check (autonamed physical names): merged under the program's inputs.
    check: value checks at preview and up, unknowns skipped; returns all failures at once.
    create: references exist, names are free, addresses fit; then the id and the computed outputs.
    update: the computed outputs after a change in place.
    delete: may refuse (dependents exist, deletion protection is on).
    immutable: per type token, property paths (``vpcConfig.subnetIds``; list indices left out) whose change replaces;
        those under ``*`` hold for every type.
    invoke: data sources by token; unknown tokens are an error that names the token.
    configure: failures of the provider's own inputs.
    sku_zones: the (machine type, zone) pairs a resource asks capacity of, for capacity faults.
    cascade: what the cloud deletes together with a resource (the contents of a namespace).
    bucket: what a resource is as a bucket; None if it is none.
    overrides: inputs by which one resource overrides the provider's configuration of the same name (``region``).
    settle: after a resource has been made or changed and written down, outside of any transaction: waits until it is
        what it should be and returns its outputs then. May raise ``NotLive``.
    forgotten: after the deletion of ``call.old`` has been written down, outside of any transaction.
    """

    package: str
    scope_key: Callable[[Properties], str]
    create: Callable[[Call], Made]
    update: Callable[[Call], Properties]
    delete: Callable[[Call], None] = anything_goes
    defaults: Callable[[Call], Properties] = no_defaults
    check: Callable[[Call], list[Failure]] = no_failures
    configure: Callable[[Properties], list[Failure]] = lambda config: []
    immutable: Mapping[str, frozenset[str]] = field(default_factory=dict)
    invoke: Mapping[str, Callable[[Scope, Properties], Properties]] = field(default_factory=dict)
    sku_zones: Callable[[Call], list[tuple[str, str]]] = lambda call: []
    bucket: Callable[[Stored], Bucket | None] = no_bucket
    overrides: frozenset[str] = frozenset()
    cascade: Callable[[Call], list[Stored]] = lambda call: []
    settle: Callable[[Call, Stored], Properties] = at_once
    forgotten: Callable[[Call], None] = nothing_more


@dataclass(frozen=True, kw_only=True)
class ServedBehaviour(Behaviour):
    """A cloud with a real server behind it.

    The server is asked outside of any transaction, for it takes its time; the outputs of ``create`` and ``update`` are
    whole, inputs included, and nothing is added to them.

    look: the resource as it is now; None if it is gone. May raise ``NotLive``.
    foresee: what the server would make of a creation or change, for a preview; None if it cannot tell.
    """

    look: Callable[[Call], Stored | None]
    foresee: Callable[[Call], Properties | None]
