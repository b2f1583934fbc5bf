"""Faults on request: what real clouds do to a deployment, from a YAML or JSON file or an option.

A file is ``faults:`` with a list; each entry says its ``kind``, what it matches (``type`` and ``name``, globs on the
type token and the resource's name, and ``operation``) and how many ``times`` it strikes. How often it has struck is
counted in the store, so a fault that strikes once stays spent in the next command.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from lepton_infra.simulator.behaviour import CloudError
from lepton_infra.simulator.store import Store

Operation: TypeAlias = Literal["create", "read", "update", "delete", "invoke"]


class FaultsInvalid(Exception):
    """A fault file or option says something that is not allowed. The message lists all of it."""


class ProviderCrash(Exception):
    """The provider is to die now."""


class _Fault(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    type: str = Field("*", description="glob on the type token, such as aws:eks/*")
    name: str = Field("*", description="glob on the resource's name in its URN")
    times: int | None = Field(None, ge=1, description="how often it strikes; every time if left out")

    def matches(self, operation: Operation, type: str, name: str) -> bool:
        return operation in self.operations() and fnmatchcase(type, self.type) and fnmatchcase(name, self.name)

    def operations(self) -> Sequence[Operation]:
        return ("create",)

    def unmet(self) -> str:
        """What it takes for this fault to strike, where nothing did."""
        return "nothing that it matches was asked of a cloud"

    def __str__(self) -> str:
        """The fault as an option has it."""
        text = yaml.safe_dump(self.model_dump(mode="json", exclude_unset=True), default_flow_style=True, width=1000)
        return text.strip().removeprefix("{").removesuffix("}")


class Throttling(_Fault):
    """The cloud asks to slow down. The provider retries by itself, so few of them only cost time."""

    kind: Literal["throttling"]
    operation: Operation = "create"
    times: int | None = Field(3, ge=1)
    code: str = "ThrottlingException"

    def operations(self) -> Sequence[Operation]:
        return (self.operation,)


class Quota(_Fault):
    """The account may have no more of these."""

    kind: Literal["quota"]
    code: str = "QuotaExceeded"


class Capacity(_Fault):
    """The cloud is out of these machine types in these zones; a request that has another choice goes through."""

    kind: Literal["capacity"]
    machine_types: tuple[str, ...] = Field(("*",), min_length=1)
    zones: tuple[str, ...] = Field(("*",), min_length=1)
    code: str = "InsufficientCapacity"

    def operations(self) -> Sequence[Operation]:
        return ("create", "update")

    def unmet(self) -> str:
        return (
            "nobody asked for these machines in these zones alone. A pool with a fallback, or with best effort, "
            "comes up without nodes and asks for none; its autoscaler does, later"
        )

    def short(self, wanted: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """The wanted pairs, if the cloud is out of all of them."""
        pairs = list(wanted)
        short = [pair for pair in pairs if _any(pair[0], self.machine_types) and _any(pair[1], self.zones)]
        return short if len(short) == len(pairs) else []


class LostResponse(_Fault):
    """The resource is created, but the answer never arrives: the engine takes it for failed."""

    kind: Literal["lost-response"]
    times: int | None = Field(1, ge=1)


class Failing(_Fault):
    """The cloud refuses, and goes on refusing."""

    kind: Literal["failure"]
    operation: Operation = "create"
    code: str = "InternalFailure"
    message: str = "the request failed"

    def operations(self) -> Sequence[Operation]:
        return (self.operation,)


class Crash(_Fault):
    """Death of the provider: before it does anything, or after, when its answer is lost."""

    kind: Literal["crash"]
    operation: Operation = "create"
    moment: Literal["before", "after"] = "before"
    times: int | None = Field(1, ge=1)

    def operations(self) -> Sequence[Operation]:
        return (self.operation,)


class Drift(_Fault):
    """A property changed by hand, which the next read finds."""

    kind: Literal["drift"]
    path: str = Field(min_length=1, description="property path, such as scalingConfig.maxSize")
    value: Any
    times: int | None = Field(1, ge=1)

    def operations(self) -> Sequence[Operation]:
        return ("read",)


Fault: TypeAlias = Annotated[
    Throttling | Quota | Capacity | LostResponse | Failing | Crash | Drift, Field(discriminator="kind")
]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    faults: tuple[Fault, ...]


class Faults:
    """The faults of a run, over the store that counts them."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._faults = tuple(enumerate(faults))
        self._struck: set[int] = set()
        self._spent: set[int] = set()

    def __bool__(self) -> bool:
        return bool(self._faults)

    def before(
        self, store: Store, operation: Operation, type: str, name: str, wanted: Iterable[tuple[str, str]] = ()
    ) -> None:
        """Strike before the operation has done anything. ``wanted``: the (machine type, zone) pairs asked for.

        Raises:
            CloudError: as the cloud would refuse; retryable when it throttles.
            ProviderCrash: if the provider is to die.
        """
        pairs = list(wanted)
        for index, fault in self._matching(operation, type, name):
            match fault:
                case Throttling() if self._take(store, index, fault):
                    raise CloudError(fault.code, "Rate exceeded", retryable=True)
                case Quota() if self._take(store, index, fault):
                    raise CloudError(fault.code, f"the quota for {type} is used up")
                case Capacity() if (short := fault.short(pairs)) and self._take(store, index, fault):
                    where = ", ".join(f"{machine} in {_place(zone)}" for machine, zone in short)
                    raise CloudError(fault.code, f"there is no capacity for {where}")
                case Failing() if self._take(store, index, fault):
                    raise CloudError(fault.code, fault.message)
                case Crash(moment="before") if self._take(store, index, fault):
                    raise ProviderCrash(f"crash before {operation} of {type} {name}")

    def after(self, store: Store, operation: Operation, type: str, name: str) -> None:
        """Strike after the operation is done and stored.

        Raises:
            CloudError: when the response gets lost.
            ProviderCrash: if the provider is to die.
        """
        for index, fault in self._matching(operation, type, name):
            match fault:
                case LostResponse() if self._take(store, index, fault):
                    raise CloudError("RequestTimeout", "the connection was lost while waiting for the response")
                case Crash(moment="after") if self._take(store, index, fault):
                    raise ProviderCrash(f"crash after {operation} of {type} {name}")

    def drifts(self, store: Store, type: str, name: str) -> list[Drift]:
        """The changes made by hand that the next read of this resource finds."""
        matching = self._matching("read", type, name)
        return [fault for index, fault in matching if isinstance(fault, Drift) and self._take(store, index, fault)]

    def idle(self) -> list[str]:
        """The faults that have not struck since this was made, each with the reason."""
        return [
            f"`{fault}` did not strike: "
            + ("it has struck as often as it may" if index in self._spent else fault.unmet())
            for index, fault in self._faults
            if index not in self._struck
        ]

    def _take(self, store: Store, index: int, fault: _Fault) -> bool:
        struck = store.count_use(f"{index}:{TypeAdapter(Any).dump_json(fault).decode()}", fault.times)
        (self._struck if struck else self._spent).add(index)
        return struck

    def _matching(self, operation: Operation, type: str, name: str) -> list[tuple[int, Fault]]:
        return [(index, fault) for index, fault in self._faults if fault.matches(operation, type, name)]


def load(path: Path) -> Faults:
    """Read a fault file (YAML, and so JSON).

    Raises:
        FaultsInvalid: if it cannot be read or says what is not allowed.
    """
    try:
        document = yaml.safe_load(path.read_text())
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise FaultsInvalid(f"the fault file {path} cannot be read: {error}") from None
    return _validated(document, str(path))


def parse(options: Iterable[str]) -> Faults:
    """Faults of command-line options, each one a fault in YAML: ``kind: throttling, type: aws:eks/*, times: 2``.

    Raises:
        FaultsInvalid: if one says what is not allowed.
    """
    try:
        documents = [yaml.safe_load(f"{{{option}}}") for option in options]
    except yaml.YAMLError as error:
        raise FaultsInvalid(f"a fault option is not YAML: {error}") from None
    return _validated({"faults": documents}, "the fault options")


def _validated(document: object, source: str) -> Faults:
    try:
        return Faults(_File.model_validate(document).faults)
    except ValidationError as error:
        problems = "\n".join(f"  {_problem(item['loc'], item['msg'], item['type'])}" for item in error.errors())
        raise FaultsInvalid(f"{source} is not valid:\n{problems}") from None


def _problem(loc: tuple[int | str, ...], message: str, type: str) -> str:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).lstrip(".")
    hint = f"; allowed: {', '.join(_allowed(loc))}" if type == "extra_forbidden" else ""
    return f"{path or '(top)'}: {message}{hint}"


def _allowed(loc: tuple[int | str, ...]) -> list[str]:
    kinds = {choice.model_fields["kind"].annotation.__args__[0]: choice for choice in _KINDS}  # type: ignore[union-attr]
    model = kinds.get(str(loc[2]), _File) if len(loc) > 2 else _File
    return sorted(model.model_fields)


_KINDS: tuple[type[_Fault], ...] = (Throttling, Quota, Capacity, LostResponse, Failing, Crash, Drift)


def _place(zone: str) -> str:
    """A zone in words: some clouds only number them."""
    return f"zone {zone}" if zone.isdigit() else zone


def _any(text: str, globs: Iterable[str]) -> bool:
    return any(fnmatchcase(text, glob) for glob in globs)
