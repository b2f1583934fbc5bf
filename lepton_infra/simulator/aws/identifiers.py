"""Identifiers of AWS: provider ids, ARNs and physical names, as each type's ``Identifiers`` describe them.

Sources: the Service Authorization Reference for ARNs, the provider's import sections for ids.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from lepton_infra.simulator.aws.places import place_of
from lepton_infra.simulator.behaviour import Call, Properties, Stored
from lepton_infra.simulator.determinism import digest

_AUTONAME_DIGITS: Final = 7
_UNIQUE_DIGITS: Final = 26
"""Digits that the provider puts after a ``namePrefix``: a time stamp and a counter."""
_WORD: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
_UPPER: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def hex17(seed: str) -> str:
    """The digits after the dash in an EC2 id: 17, the first 0."""
    return f"0{digest(seed)[:16]}"


def unique_id(prefix: str, seed: str) -> str:
    """An IAM unique id: four letters that tell the kind (``AROA`` is a role) and 17 more."""
    return prefix + "".join(_UPPER[byte % len(_UPPER)] for byte in bytes.fromhex(digest(seed))[:17])


def uuid(seed: str) -> str:
    """A random-looking UUID in lower case."""
    return str(UUID(digest(seed)[:32], version=4))


def word17(seed: str) -> str:
    """17 small letters and digits, as EKS names associations."""
    return "".join(_WORD[byte % len(_WORD)] for byte in bytes.fromhex(digest(seed))[:17])


def arn(service: str, rest: str) -> str:
    """The template of a regional ARN."""
    return f"arn:{{partition}}:{service}:{{region}}:{{account}}:{rest}"


def iam_arn(rest: str) -> str:
    """The template of an ARN of IAM, which has no region."""
    return f"arn:{{partition}}:iam::{{account}}:{rest}"


@dataclass(frozen=True, kw_only=True)
class Name:
    """The physical name of a type's resources.

    ``property`` holds it, ``prefix`` is the property that asks for a name beginning with it, ``longest`` the most
    characters the service takes. ``head`` stands before an autoname, ``lower``: capitals are not allowed.
    """

    property: str = "name"
    prefix: str | None = "namePrefix"
    longest: int = 255
    head: str = ""
    lower: bool = False


def no_words(call: Call) -> Mapping[str, str]:
    """A type whose templates name nothing but inputs and what holds for every type."""
    return {}


@dataclass(frozen=True, kw_only=True)
class Identifiers:
    """Templates of a type's provider id and ARN. ``arn_property`` is the output that holds the ARN.

    They are filled with the resource's inputs by wire name, ``{partition}``, ``{region}``, ``{account}``, ``{domain}``,
    ``{id}`` (in ARNs), words drawn from the seed (``{hex17}``, ``{hex20}``, ``{hex32}``, ``{uuid}``, ``{word17}``) and
    the type's own ``words``, made of nested or composed inputs.
    """

    id: str = "{hex20}"
    arn: str | None = None
    arn_property: str = "arn"
    name: Name | None = None
    words: Callable[[Call], Mapping[str, str]] = no_words

    def autoname(self, call: Call) -> Properties:
        """The physical name that the provider fills in if the program gives none: ``<logical name>-<7 digits>``."""
        name = self.name
        if name is None or call.inputs.get(name.property) is not None:
            return {}
        if name.prefix and call.inputs.get(name.prefix) is not None:
            return {}
        logical = call.urn.rpartition("::")[2]
        stem = name.head + logical[: name.longest - len(name.head) - _AUTONAME_DIGITS - 1] + "-"
        return {
            name.property: (stem.lower() if name.lower else stem) + digest(call.seed, "autoname")[:_AUTONAME_DIGITS]
        }

    def name_of(self, call: Call) -> str | None:
        """The name that a resource has or gets: the given one, or what the service's provider makes of the prefix."""
        if self.name is None:
            return None
        given = call.inputs.get(self.name.property)
        if given is not None:
            return str(given)
        if call.old is not None:
            return self.stored_name(call.old)
        prefix = call.inputs.get(self.name.prefix or "")
        digits = str(int(digest(call.seed, "prefix"), 16))[:_UNIQUE_DIGITS]
        return None if prefix is None else f"{prefix}{digits}"

    def stored_name(self, stored: Stored) -> str | None:
        """The physical name of a live resource."""
        return None if self.name is None else _text(stored.state.get(self.name.property))

    def resource_id(self, call: Call) -> str:
        """The provider id of a new resource."""
        return self.id.format_map(self._words(call, call.seed))

    def arn_outputs(self, call: Call, id: str) -> dict[str, Any]:
        """The ARN under the property that holds it; nothing for types that have none."""
        if self.arn is None:
            return {}
        return {self.arn_property: self.arn.format_map({**self._words(call, digest(id, call.scope.key)), "id": id})}

    def arn_of(self, stored: Stored) -> str | None:
        """The ARN of a live resource, if its type has one."""
        return None if self.arn is None else _text(stored.state.get(self.arn_property))

    def _words(self, call: Call, seed: str) -> dict[str, str]:
        """The words that a template may name."""
        place = place_of(call.scope)
        name = self.name_of(call)
        return {
            "path": "/",
            **{name: str(value) for name, value in call.inputs.items() if isinstance(value, str | int)},
            **({self.name.property: name} if self.name and name else {}),
            **self.words(call),
            "partition": place.partition,
            "region": place.region,
            "account": place.account,
            "domain": place.domain,
            "hex17": hex17(seed),
            "hex20": digest(seed)[:20],
            "hex32": digest(seed, "id")[:32],
            "uuid": uuid(seed),
            "word17": word17(seed),
        }


def ec2_identifiers(short: str, kind: str | None = None, name: Name | None = None) -> Identifiers:
    """Identifiers in EC2's form: the id ``<short>-<17 digits>``, and an ARN if the API has a ``kind`` for it."""
    return Identifiers(id=f"{short}-{{hex17}}", arn=arn("ec2", f"{kind}/{{id}}") if kind else None, name=name)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
