"""``Catalogue``: the records of one cloud by type token, and the phases that need nothing of the cloud's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from lepton_infra.simulator.behaviour import Bucket, Call, Failure, Properties, Stored
from lepton_infra.simulator.core.resource_type import Reference, ResourceType, Use

Type = TypeVar("Type", bound=ResourceType[Any, Any])


class Catalogue(Generic[Type]):
    """The types of one cloud, in the order in which their uses are looked at.

    ``blank`` makes the record of a token that has none: such a type is created with no demands and invented outputs.
    """

    def __init__(self, types: Iterable[Type], blank: Callable[[str], Type]) -> None:
        self._types = {type.token: type for type in types}
        self._blank = blank
        self._named: dict[int, tuple[str, ...]] = {}
        self._implied: dict[int, dict[str, tuple[str, ...]]] = {}
        for type in self:
            named = id(type.referred_to)
            self._named[named] = (*self._named.get(named, ()), type.token)
            for path, reference in type.implies.items():
                by_type = self._implied.setdefault(id(reference), {})
                by_type[type.token] = (*by_type.get(type.token, ()), path)

    def __iter__(self) -> Iterator[Type]:
        return iter(self._types.values())

    def __contains__(self, token: object) -> bool:
        return token in self._types

    def __getitem__(self, token: str) -> Type:
        return self._types.get(token) or self._blank(token)

    def named_by(self, reference: Reference) -> tuple[str, ...]:
        """Tokens of the types that a reference may name."""
        return self._named.get(id(reference), ())

    def implied_by(self, reference: Reference) -> Mapping[str, tuple[str, ...]]:
        """Tokens of types whose outputs imply what a reference may name, with the paths of those outputs."""
        return self._implied.get(id(reference), {})

    def references(self) -> tuple[Reference, ...]:
        """Every reference that a type is known by or uses, once."""
        found = (
            reference
            for type in self
            for reference in (type.referred_to, *type.references.values(), *type.implies.values())
        )
        # By identity: AWS's words for two things may be equal.
        return tuple({id(reference): reference for reference in found if reference is not None}.values())

    def immutable(self, *everywhere: str) -> Mapping[str, frozenset[str]]:
        """``Behaviour.immutable`` with the paths that no type can change."""
        return {"*": frozenset(everywhere), **{type.token: type.immutable for type in self}}

    def input_failures(self, call: Call, place: Any) -> list[Failure]:
        """Inputs that do not go together; values that are not known yet are taken for right."""
        return [failure for rule in self[call.type].input_rules for failure in rule(call.inputs, place)]

    def require_preconditions(self, call: Call) -> None:
        """Refuse a creation or change that a precondition of the type forbids.

        Raises:
            CloudError: with the cloud's own code.
        """
        for rule in self[call.type].preconditions:
            rule(call)

    def require_deletable(self, call: Call) -> None:
        """Refuse a deletion that a rule of the type forbids.

        Raises:
            CloudError: with the cloud's own code.
        """
        for rule in self[call.type].deletion_rules:
            rule(call)

    def users(
        self,
        target: Stored,
        stored: Callable[[str], Iterable[Stored]],
        names: Callable[[Properties, str, Stored], bool],
    ) -> Iterator[tuple[Use, list[Stored]]]:
        """The uses of a resource, each with the resources that use it.

        ``stored`` gives the live resources of a type; ``names`` says whether inputs name ``target`` at a path.
        """
        for type in self:
            for use in type.uses:
                if use.target == target.type:
                    found = [user for user in stored(type.token) if names(user.inputs, use.property, target)]
                    if found:
                        yield use, found

    def cascade(self, call: Call) -> list[Stored]:
        """``Behaviour.cascade``: what is deleted together with a resource."""
        cascade = self[call.type].cascade
        return [] if cascade is None or call.old is None else list(cascade(call))

    def bucket(self, stored: Stored) -> Bucket | None:
        """``Behaviour.bucket``: a resource as a bucket; None if it is none."""
        bucket = self[stored.type].bucket
        return None if bucket is None else bucket(stored)

    def sku_zones(self, call: Call) -> list[tuple[str, str]]:
        """``Behaviour.sku_zones``: machine types and zones that a resource asks capacity of."""
        sku_zones = self[call.type].sku_zones
        return [] if sku_zones is None else sku_zones(call)
