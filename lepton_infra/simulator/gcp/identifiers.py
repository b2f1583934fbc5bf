"""Identifiers of Google Cloud: provider ids, self links and physical names, by type.

Sources: the import sections of the provider's documentation and the ``SetId`` calls of terraform-provider-google for
ids, the APIs' own ``selfLink`` for links.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lepton_infra.simulator.behaviour import Call, Properties
from lepton_infra.simulator.determinism import digest
from lepton_infra.simulator.gcp.places import place_of, zones

_AUTONAME_DIGITS: Final = 7
_REGIONAL: Final = ("{region}", "{location}", "{zone}", "{keyRing}", "{cluster}")


def digits(count: int, *parts: str) -> str:
    """A number of so many decimal digits, as Google numbers what it makes."""
    return f"1{str(int(digest(*parts), 16))[: count - 1]}"


def last(value: Any) -> str:
    """The last part of a name, path or link: what is left of ``projects/p/global/networks/main`` is ``main``."""
    return str(value).rpartition("/")[2]


def location(call: Call) -> str:
    """The location, zone or region of a resource: its own, or else the provider's zone or region."""
    place = place_of(call.scope)
    given = (call.inputs.get(name) for name in ("location", "zone", "region"))
    return next((last(value) for value in given if isinstance(value, str) and value), place.zone or place.region)


Words = Mapping[str, str]


def no_words(call: Call, common: Words) -> Words:
    """A type whose templates name nothing but inputs and what holds for every type."""
    return {}


@dataclass(frozen=True, kw_only=True)
class Identifiers:
    """The identifiers of one type.

    ``id`` and ``link`` (the self link) are templates, filled with the resource's inputs by wire name, ``{project}``,
    ``{region}``, ``{location}``, ``{zone}`` (the resource's own or else the provider's), ``{name}`` (the last part of
    the physical name), ``{number}`` (one that Google draws), ``{id}`` (in links) and what ``words`` compose of all
    these. Without ``id`` it is hexadecimal digits.

    ``name`` is the property that holds the physical name; ``autonamed`` if the provider makes one up where none is
    given.
    """

    id: str | None = None
    link: str | None = None
    name: str | None = "name"
    autonamed: bool = True
    words: Callable[[Call, Words], Words] = no_words

    @property
    def regional(self) -> bool:
        """True if resources are in a region, a zone or a part of one, and not in the whole project or world."""
        return self.id is not None and any(word in self.id for word in _REGIONAL)

    @property
    def worldwide(self) -> bool:
        """True if no two projects have resources of one name."""
        return self.id == "{name}"

    def autoname(self, call: Call) -> Properties:
        """The physical name that the provider fills in where none is given: ``<logical name>-<7 digits>``.

        The provider neither shortens it nor changes its letters: a logical name that breaks the rule of the kind is
        refused by the API.
        """
        if self.name is None or not self.autonamed:
            return {}
        if any(call.inputs.get(name) is not None for name in (self.name, "namePrefix")):
            return {}
        return {self.name: f"{call.urn.rpartition('::')[2]}-{digest(call.seed, 'autoname')[:_AUTONAME_DIGITS]}"}

    def physical_name(self, call: Call) -> str | None:
        """The name that a resource has or gets."""
        if self.name is None:
            return None
        given = call.inputs.get(self.name)
        if given is not None:
            return str(given)
        if call.old is not None:
            before = call.old.state.get(self.name)
            return before if isinstance(before, str) else None
        prefix = call.inputs.get("namePrefix")
        return f"{prefix}{digits(26, call.seed, 'prefix')}" if prefix else None

    def resource_id(self, call: Call) -> str:
        """The provider id of a new resource."""
        return digest(call.seed)[:20] if self.id is None else self.id.format_map(self.known(call))

    def self_link(self, call: Call, id: str) -> str | None:
        """The self link of a resource, if its type has one."""
        return None if self.link is None else self.link.format_map({**self.known(call), "id": id})

    def known(self, call: Call) -> Words:
        """Every word that a template may name."""
        place = place_of(call.scope)
        given = {name: str(value) for name, value in call.inputs.items() if isinstance(value, str | int)}
        here = location(call)
        common = {
            **given,
            "project": last(given.get("project", place.project)),
            "region": last(given.get("region", place.region)),
            "zone": last(given.get("zone") or place.zone or zones(place.region)[0]),
            "location": here,
            "kind": "locations" if here.count("-") == 1 else "zones",
            "name": last(self.physical_name(call) or ""),
            "number": digits(19, call.seed),
        }
        return {**common, **self.words(call, common)}


def unnamed(id: str, name: str = "name", words: Callable[[Call, Words], Words] = no_words) -> Identifiers:
    """Identifiers of a type whose physical name the provider does not make up."""
    return Identifiers(id=id, name=name, autonamed=False, words=words)
