"""Resource ids in Azure's own form, and the names that the provider makes up."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from lepton_infra.simulator import schema
from lepton_infra.simulator.azure_native import tokens
from lepton_infra.simulator.azure_native.forms import FORMS, Autoname, Form, Place
from lepton_infra.simulator.azure_native.places import home_of
from lepton_infra.simulator.behaviour import Call, Properties, Scope, Stored

_AUTONAME_DIGITS: Final = 8


def digest(*parts: str) -> str:
    """64 hexadecimal digits, the same for the same parts."""
    return hashlib.sha256("/".join(parts).encode()).hexdigest()


def uuid(*parts: str) -> str:
    """A random-looking UUID in lower case, the same for the same parts."""
    return str(UUID(digest(*parts)[:32], version=4))


def form_of(type: str) -> Form | None:
    """The form of a type, if it is one of those listed."""
    return FORMS.get(type)


def defaults(call: Call) -> Properties:
    """The name and the location that the provider fills in where the program gives none.

    The location is the provider's own, or else that of the resource group, if it is there already.
    """
    filled = dict(_name(call))
    if "location" in (schema.inputs_of(call.type) or {}):
        location = _location(call)
        if location is not None:
            filled["location"] = location
    return filled


def _name(call: Call) -> Mapping[str, str]:
    form = form_of(call.type)
    if form is None or form.made_of:
        return {}
    logical = call.urn.rpartition("::")[2]
    match form.autoname:
        case Autoname.RANDOM:
            return {form.name: logical + digest(call.seed, "autoname")[:_AUTONAME_DIGITS]}
        case Autoname.UUID:
            return {form.name: uuid(call.seed, "autoname")}
        case Autoname.COPY:
            return {form.name: logical}


def _location(call: Call) -> str | None:
    configured = call.scope.config.get("location")
    if isinstance(configured, str):
        return configured
    group = call.inputs.get("resourceGroupName")
    found = group_of(call.scope, group) if isinstance(group, str) else None
    return None if found is None else str(found.state["location"])


def group_of(scope: Scope, name: str) -> Stored | None:
    """The live resource group with a name, in whatever case."""
    wanted = f"{_subscription(scope)}/resourceGroups/{name}".lower()
    groups = scope.all(tokens.RESOURCE_GROUP)
    return next((group for group in groups if group.id.lower() == wanted), None)


def physical_name(call: Call) -> str:
    """The name of a resource: the last part of its id."""
    form = form_of(call.type)
    if form is not None and form.made_of:
        return _invented(call, form)
    return call.urn.rpartition("::")[2] if form is None else str(call.inputs[form.name])


def _invented(call: Call, form: Form) -> str:
    """A name that Azure makes up, always the same for the same thing."""
    return uuid(*(str(call.inputs[name]).lower() for name in form.made_of))


def resource_id(call: Call) -> str:
    """The id of a new resource.

    A type without a form of its own gets an id in its group that tells its module and logical name.
    """
    form = form_of(call.type)
    if form is None:
        _, module, name = call.type.split(":")
        path = f"Microsoft.{module.capitalize()}/{name[0].lower()}{name[1:]}s/{physical_name(call)}"
        return f"{_base(call, Form(path=path))}/providers/{path}"
    names = {"name": _invented(call, form)} if form.made_of else {name: call.inputs[name] for name in form.names}
    path = form.path.format_map(names)
    return f"{_base(call, form)}/{path if form.place is Place.SUBSCRIPTION else f'providers/{path}'}"


def _base(call: Call, form: Form) -> str:
    """What the path of a resource begins below."""
    if form.place is Place.SCOPE:
        return f"/{str(call.inputs[form.scope]).strip('/')}"
    subscription, group = _subscription(call.scope), call.inputs.get("resourceGroupName")
    if form.place is Place.SUBSCRIPTION or group is None:
        return subscription
    return f"{subscription}/resourceGroups/{group}"


def _subscription(scope: Scope) -> str:
    return f"/subscriptions/{home_of(scope).subscription}"


def at(value: Any, *path: str) -> Any:
    """A nested value; None where the path ends before."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
