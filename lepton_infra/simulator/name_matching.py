"""Matching of an SDK's property names to the members of a vendor's API model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

Member = TypeVar("Member")


def named_like(members: Mapping[str, Member], property: str) -> Member | None:
    """The member that a property's name means: the same letters in any case, in singular or plural.

    The bridged providers put repeated blocks in a plural of their own; the APIs do as they like.
    """
    wanted = set(_forms(property))
    exact = [member for name, member in members.items() if name.lower() == property.lower()]
    near = [member for name, member in members.items() if wanted & set(_forms(name))]
    return next(iter([*exact, *near]), None)


def _forms(name: str) -> Iterator[str]:
    """A name in small letters as it is, without a plural's ending, and with ``ies`` turned back."""
    small = name.lower()
    yield small
    yield from (small[: -len(ending)] for ending in ("s", "es") if small.endswith(ending))
    if small.endswith("ies"):
        yield f"{small[:-3]}y"
