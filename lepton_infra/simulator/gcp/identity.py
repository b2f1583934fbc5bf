"""Identifiers and self links in Google's own form, and the physical names that the provider makes up."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from lepton_infra.simulator.behaviour import Call, Properties, Stored
from lepton_infra.simulator.gcp import tokens
from lepton_infra.simulator.gcp.forms import FORMS, RESOURCES, Form
from lepton_infra.simulator.gcp.places import place_of, zones

_AUTONAME_DIGITS: Final = 7


def digest(*parts: str) -> str:
    """64 hexadecimal digits, the same for the same parts."""
    return hashlib.sha256("/".join(parts).encode()).hexdigest()


def digits(count: int, *parts: str) -> str:
    """A number of so many decimal digits, as Google numbers what it makes."""
    return f"1{str(int(digest(*parts), 16))[: count - 1]}"


def names(call: Call) -> Properties:
    """The physical name that the provider fills in where the program gives none: ``<logical name>-<7 digits>``.

    The provider neither shortens it nor changes its letters: a logical name that breaks the rule of the kind is refused
    by the API.
    """
    form = FORMS.get(call.type)
    given = any(call.inputs.get(name) is not None for name in (form.name, "namePrefix")) if form else True
    if form is None or not form.autonamed or given:
        return {}
    return {form.name: f"{call.urn.rpartition('::')[2]}-{digest(call.seed, 'autoname')[:_AUTONAME_DIGITS]}"}


def physical_name(call: Call) -> str | None:
    """The name that a resource has or gets."""
    form = FORMS.get(call.type)
    if form is None or call.type in tokens.GRANTS:
        return None
    given = call.inputs.get(form.name)
    if given is not None:
        return str(given)
    if call.old is not None:
        return _text(call.old.state.get(form.name))
    prefix = call.inputs.get("namePrefix")
    return f"{prefix}{digits(26, call.seed, 'prefix')}" if prefix else None


def resource_id(call: Call) -> str:
    """The provider id of a new resource. Types without a form of their own get hexadecimal digits."""
    form = FORMS.get(call.type)
    return digest(call.seed)[:20] if form is None else form.id.format_map(words(call))


def self_link(call: Call, id: str) -> str | None:
    """The self link of a resource, if its type has one."""
    form = FORMS.get(call.type, Form(id=""))
    return None if form.link is None else form.link.format_map({**words(call), "id": id})


def link_of(stored: Stored) -> str | None:
    """The self link of a live resource."""
    return _text(stored.state.get("selfLink"))


def last(value: Any) -> str:
    """The last part of a name, path or link: what is left of ``projects/p/global/networks/main`` is ``main``."""
    return str(value).rpartition("/")[2]


def email(account: str, project: str) -> str:
    """The e-mail of a service account. A domain-scoped project (``example.com:app``) is turned around."""
    domain, _, name = project.rpartition(":")
    return f"{account}@{f'{name}.{domain}' if domain else name}.iam.gserviceaccount.com"


def location(call: Call) -> str:
    """Where a resource is: its own location, zone or region, or else the provider's zone or region."""
    place = place_of(call.scope)
    given = (call.inputs.get(name) for name in ("location", "zone", "region"))
    return next((last(value) for value in given if isinstance(value, str) and value), place.zone or place.region)


def words(call: Call) -> dict[str, str]:
    """Everything that a template of ``FORMS`` may name."""
    place = place_of(call.scope)
    given = {name: str(value) for name, value in call.inputs.items() if isinstance(value, str | int)}
    project = last(given.get("project", place.project))
    here = location(call)
    common = {
        **given,
        "project": project,
        "region": last(given.get("region", place.region)),
        "zone": last(given.get("zone") or place.zone or zones(place.region)[0]),
        "location": here,
        "kind": "locations" if here.count("-") == 1 else "zones",
        "name": last(physical_name(call) or ""),
    }
    return {**common, **_special(call, common)}


def _special(call: Call, common: dict[str, str]) -> dict[str, str]:
    """Words of single types that are composed, or that may be given in more than one form."""
    project, here = common["project"], common["location"]
    match call.type:
        case tokens.ROUTER_NAT:
            return {"router": last(common["router"])}
        case tokens.KEY:
            return {"keyRing": key_ring_id(common["keyRing"], project)}
        case tokens.NODE_POOL:
            named = common["cluster"]
            return {"cluster": named if "/" in named else f"projects/{project}/locations/{here}/clusters/{named}"}
        case tokens.SERVICE_ACCOUNT:
            return {"email": email(common["accountId"], project)}
        case tokens.ALERT_POLICY | tokens.NOTIFICATION_CHANNEL:
            return {"number": digits(19, call.seed)}
        case tokens.DNS_RECORD:
            return {"managedZone": last(common["managedZone"])}
        case _ if call.type in tokens.GRANTS:
            return _grant(call, common)
        case _:
            return {}


def key_ring_id(given: str, project: str) -> str:
    """The id of a key ring that is given by its id, ``project/location/name`` or ``location/name``."""
    if given.startswith("projects/"):
        return given
    location, name = given.split("/")[-2:]
    return f"projects/{given.split('/')[0] if given.count('/') == 2 else project}/locations/{location}/keyRings/{name}"


def _grant(call: Call, common: dict[str, str]) -> dict[str, str]:
    property, form = RESOURCES[call.type]
    named = common[property]
    resource = named if named.startswith("projects/") and form != "{}" else form.format(named, **common)
    condition = call.inputs.get("condition")
    title = f"/{condition['title']}" if isinstance(condition, dict) else ""
    member = common.get("member", "") + title
    return {"resource": resource, "grantee": member, "condition": title}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
