"""Resource ids as Azure's resource manager forms them, and how the provider names a resource without a name.

A path is the part of the resource id below the group (or below another resource, for what extends it), with the
properties that name each part in braces; the last one names the resource itself. Source: the import sections of the
SDK's documentation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final
from uuid import UUID

from lepton_infra.simulator.azure_native.places import subscription_id
from lepton_infra.simulator.behaviour import Call
from lepton_infra.simulator.determinism import digest

_PART: Final = re.compile(r"\{(\w+)\}")
_AUTONAME_DIGITS: Final = 8


class Below(Enum):
    """Beginning of a path."""

    SUBSCRIPTION = "subscription"
    GROUP = "resource group"
    SCOPE = "scope"


class Autoname(Enum):
    """Name of a resource that the program does not name: as a test of the provider shows (``TestGetDefaultName``)."""

    RANDOM = "the logical name and eight hexadecimal digits"
    COPY = "the logical name"
    UUID = "a random UUID"


def uuid(*parts: str) -> str:
    """A random-looking UUID in lower case, the same for the same parts."""
    return str(UUID(digest(*parts)[:32], version=4))


def logical_name(call: Call) -> str:
    """The last part of the URN."""
    return call.urn.rpartition("::")[2]


@dataclass(frozen=True, kw_only=True)
class ResourcePath:
    """The path of one type. ``scope`` names the property that holds the id of what it extends.

    ``made_of`` are the inputs that a name is made of which Azure invents; the path has ``{name}`` for it.
    """

    path: str
    below: Below = Below.GROUP
    scope: str = "scope"
    autoname: Autoname = Autoname.COPY
    made_of: tuple[str, ...] = ()

    def part(self, rest: str) -> ResourcePath:
        """The path of a type inside this one."""
        return replace(self, path=f"{self.path}/{rest}", autoname=Autoname.COPY)

    @property
    def names(self) -> tuple[str, ...]:
        """The properties that name the parents, outermost first, and then the resource."""
        return self.made_of or tuple(_PART.findall(self.path))

    @property
    def name(self) -> str:
        """The property that names the resource."""
        return self.names[-1]

    @property
    def arm_type(self) -> str:
        """The type in Azure's own words: ``Microsoft.Network/virtualNetworks/subnets``."""
        namespace, *rest = self.path.removeprefix("providers/").split("/")
        if self.path.startswith("resourceGroups/"):
            return "Microsoft.Resources/resourceGroups"
        return "/".join([namespace, *rest[::2]])

    def autonamed(self, call: Call) -> Mapping[str, str]:
        """The name that the provider makes up."""
        if self.made_of:
            return {}
        match self.autoname:
            case Autoname.RANDOM:
                return {self.name: logical_name(call) + digest(call.seed, "autoname")[:_AUTONAME_DIGITS]}
            case Autoname.UUID:
                return {self.name: uuid(call.seed, "autoname")}
            case Autoname.COPY:
                return {self.name: logical_name(call)}

    def name_of(self, call: Call) -> str:
        """The name of a resource. One that Azure makes up is always the same for the same thing."""
        if self.made_of:
            return uuid(*(str(call.inputs[name]).lower() for name in self.made_of))
        return str(call.inputs[self.name])

    def resource_id(self, call: Call) -> str:
        """The id of a new resource."""
        names = {"name": self.name_of(call)} if self.made_of else {name: call.inputs[name] for name in self.names}
        path = self.path.format_map(names)
        if self.below is Below.SCOPE:
            return f"/{str(call.inputs[self.scope]).strip('/')}/providers/{path}"
        return f"{subscription_id(call.scope)}/{path}" if self.below is Below.SUBSCRIPTION else in_group(call, path)


def in_group(call: Call, path: str) -> str:
    """The id of what has a path in the group of a call, or in the subscription where it names none."""
    group = call.inputs.get("resourceGroupName")
    within = "" if group is None else f"/resourceGroups/{group}"
    return f"{subscription_id(call.scope)}{within}/providers/{path}"


def top(path: str) -> ResourcePath:
    """The path of a type that is in a group and in nothing else."""
    return ResourcePath(path=path, autoname=Autoname.RANDOM)


def extending(path: str, *, autoname: Autoname = Autoname.COPY, scope: str = "scope") -> ResourcePath:
    """The path of a type whose resources extend others."""
    return ResourcePath(path=path, below=Below.SCOPE, scope=scope, autoname=autoname)
