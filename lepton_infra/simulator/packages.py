"""The embedded packages, and the behaviour of each: a folder beside this file, or the generic one."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Final

from lepton_infra.simulator import schema
from lepton_infra.simulator.behaviour import UNKNOWN, Behaviour, Call, Made, Properties

PACKAGES: Final = ("aws", "azure-native", "gcp", "kubernetes")

# What of a provider's configuration says where its resources are.
_PLACE: Final = ("tenantId", "subscriptionId", "project", "region")
_OVERRIDES: Final = frozenset({"location", "project", "region"})
# Property names that no cloud lets change on a living resource.
_FIXED: Final = frozenset({"name", "location", "region", "zone", "project", "resourceGroupName"})


def behaviour_of(package: str) -> Behaviour:
    """The behaviour in a package's folder (``azure_native/`` for ``azure-native``), or else the generic one."""
    name = folder_of(package)
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        return generic(package)
    behaviour: Behaviour = import_module(name).BEHAVIOUR
    return behaviour


def folder_of(package: str) -> str:
    """The Python package that a cloud's particulars are in, whether it exists or not."""
    return f"{__name__.rpartition('.')[0]}.{package.replace('-', '_')}"


def generic(package: str) -> Behaviour:
    """A cloud of which only the types are known: no references, no unique names, invented identifiers."""

    def scope_key(config: Properties) -> str:
        return ":".join([package, *(str(config[key]) for key in _PLACE if config.get(key) not in (None, UNKNOWN))])

    return Behaviour(
        package=package,
        scope_key=scope_key,
        create=_create,
        update=_update,
        defaults=_defaults,
        immutable={"*": _FIXED},
        overrides=_OVERRIDES,
    )


def _defaults(call: Call) -> Mapping[str, object]:
    return {"name": _autoname(call)} if "name" in (schema.inputs_of(call.type) or {}) else {}


def _autoname(call: Call) -> str:
    return f"{call.urn.rpartition('::')[2]}-{call.seed[:7]}"


def _create(call: Call) -> Made:
    name = str(call.inputs.get("name") or _autoname(call))
    outputs = schema.outputs_of(call.type) or {}
    return Made(id=f"{call.type}/{name}", outputs={"name": name} if "name" in outputs else {})


def _update(call: Call) -> Mapping[str, object]:
    return {}
