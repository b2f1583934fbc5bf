"""Plausible values for the outputs that a behaviour does not name, from the SDK's own output types.

Deterministic in the seed, so a run is reproducible. They have the right kind and a likely form (an ``…Ip`` looks like
an address) and mean nothing: nobody may rely on them but the program that passes them on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from lepton_infra.simulator.behaviour import UNKNOWN
from lepton_infra.simulator.shapes import Anything, Choice, Either, Entries, Field, Items, Record, Scalar, Shape, fields

# An invented object is filled to this depth; below it only what the type demands is given.
_DEPTH: Final = 2
_CREATED: Final = "2026-01-01T00:00:00Z"


def _octets(digest: str) -> str:
    return ".".join(str(int(digest[i : i + 2], 16) % 254 + 1) for i in (0, 2, 4))


# By the end of the property's name, longest first; what matches none is a hexadecimal word.
_FORMS: Final[Mapping[str, Callable[[str], str]]] = {
    "certificate": lambda d: f"-----BEGIN CERTIFICATE-----\n{d}\n-----END CERTIFICATE-----\n",
    "fingerprint": lambda d: ":".join(d[i : i + 2] for i in range(0, 32, 2)),
    "cidrblock": lambda d: f"10.{int(d[:2], 16)}.0.0/16",
    "timestamp": lambda d: _CREATED,
    "principalid": lambda d: str(UUID(d[:32])),
    "endpoint": lambda d: f"https://{d[:16]}.sim.invalid",
    "hostname": lambda d: f"{d[:16]}.sim.invalid",
    "dnsname": lambda d: f"{d[:16]}.sim.invalid",
    "tenantid": lambda d: str(UUID(d[:32])),
    "clientid": lambda d: str(UUID(d[:32])),
    "version": lambda d: "1",
    "address": lambda d: f"10.{_octets(d)}",
    "domain": lambda d: f"{d[:16]}.sim.invalid",
    "email": lambda d: f"{d[:16]}@sim.invalid",
    "fqdn": lambda d: f"{d[:16]}.sim.invalid",
    "cidr": lambda d: f"10.{int(d[:2], 16)}.0.0/16",
    "date": lambda d: _CREATED,
    "time": lambda d: _CREATED,
    "guid": lambda d: str(UUID(d[:32])),
    "etag": lambda d: f'"{d[:32]}"',
    "uuid": lambda d: str(UUID(d[:32])),
    "link": lambda d: f"https://sim.invalid/{d[:16]}",
    "port": lambda d: "443",
    "uri": lambda d: f"https://{d[:16]}.sim.invalid",
    "url": lambda d: f"https://{d[:16]}.sim.invalid",
    "at": lambda d: _CREATED,
    "ip": lambda d: f"10.{_octets(d)}",
}


def complete(
    properties: Mapping[str, Field],
    given: Mapping[str, Any],
    *,
    inputs: frozenset[str],
    seed: str,
    preview: bool = False,
) -> dict[str, Any]:
    """``given`` with every output added that the provider always computes.

    That is: what is no input at all, and inputs whose output is never absent; likewise inside the objects given. In a
    preview they are ``UNKNOWN``. Names that the type does not have are passed through.
    """
    absent = {
        name: UNKNOWN if preview else _invent(field.shape, name, f"{seed}/{name}", ())
        for name, field in properties.items()
        if given.get(name) is None and (field.required or name not in inputs)
    }
    filled = {
        name: _fill(properties[name].shape, value, f"{seed}/{name}", preview) if name in properties else value
        for name, value in given.items()
    }
    return {**filled, **{name: value for name, value in absent.items() if value is not None}}


def _fill(shape: Shape, value: Any, seed: str, preview: bool) -> Any:
    """An echoed value, its objects completed with the members that the output type always has."""
    match shape, value:
        case Record(), Mapping():
            members = fields(shape.cls)
            return complete(members, value, inputs=frozenset(members), seed=seed, preview=preview)
        case Items(), list():
            return [_fill(shape.item, item, f"{seed}/{index}", preview) for index, item in enumerate(value)]
        case Entries(), Mapping():
            return {key: _fill(shape.item, item, f"{seed}/{key}", preview) for key, item in value.items()}
        case Entries(), list():
            # Asked for as a list of names and reported as a mapping of them: the identities of a resource on Azure.
            return UNKNOWN if preview else {str(key): _invent(shape.item, "", f"{seed}/{key}", ()) for key in value}
        case _:
            return value


def _invent(shape: Shape, name: str, seed: str, above: tuple[type, ...]) -> Any:
    """A value of a shape; None where a type only leads back into itself, and for files."""
    match shape:
        case Scalar("string"):
            return _text(name, seed)
        case Scalar("boolean"):
            return False
        case Scalar():
            return int(_digest(seed)[:2], 16) + 1
        case Choice():
            return shape.values[0]
        case Items():
            item = _invent(shape.item, name.removesuffix("s"), seed, above)
            return [] if item is None else [item]
        case Entries() | Anything():
            return {}
        case Either():
            return _invent(shape.options[0], name, seed, above)
        case Record() if shape.cls not in above:
            inside = (*above, shape.cls)
            members = {
                key: _invent(field.shape, key, f"{seed}/{key}", inside)
                for key, field in fields(shape.cls).items()
                if field.required or len(inside) <= _DEPTH
            }
            return {key: value for key, value in members.items() if value is not None}
        case _:
            return None


def _text(name: str, seed: str) -> str:
    digest = _digest(seed)
    folded = name.lower()
    form = next((form for suffix, form in _FORMS.items() if folded.endswith(suffix)), None)
    return form(digest) if form else digest[:16]


def _digest(seed: str) -> str:
    return hashlib.sha256(seed.encode()).hexdigest()
