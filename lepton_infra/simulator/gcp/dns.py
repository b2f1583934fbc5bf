"""What Cloud DNS demands of zones and of the records in them.

Sources: "Private zones" and "Manage records" (Cloud DNS documentation), ``managedZones`` and ``resourceRecordSets`` in
the API.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Final

from lepton_infra.simulator.behaviour import Call, CloudError, Failure, Properties
from lepton_infra.simulator.gcp import tokens
from lepton_infra.simulator.gcp.identity import last
from lepton_infra.simulator.gcp.made import in_the_project, named
from lepton_infra.simulator.gcp.paths import texts_at
from lepton_infra.simulator.gcp.places import Place

_NETWORKS: Final = "privateVisibilityConfig.networks.networkUrl"
_NAME: Final = re.compile(r"(\*\.)?([A-Za-z0-9_-]+\.)+")


def visibility(inputs: Properties, place: Place) -> Iterator[Failure]:
    """Only a private zone is for single networks."""
    if inputs.get("privateVisibilityConfig") is not None and inputs.get("visibility", "public") == "public":
        reason = "invalid: privateVisibilityConfig is for a zone with visibility private"
        yield Failure(path="privateVisibilityConfig", reason=reason)


def values(inputs: Properties, place: Place) -> Iterator[Failure]:
    """A records hold IPv4 addresses, a CNAME record holds one name that ends in a dot."""
    type, given = inputs.get("type"), inputs.get("rrdatas")
    if not isinstance(given, list | tuple):
        return
    if type == "CNAME" and len(given) != 1:
        yield Failure(path="rrdatas", reason=f"invalid: a CNAME record holds one name, not {len(given)}")
    for index, value in enumerate(given):
        wrong = _wrong(type, value) if isinstance(value, str) else None
        if wrong:
            yield Failure(path=f"rrdatas[{index}]", reason=f'invalid: "{value}" is not {wrong}')


def _wrong(type: object, value: str) -> str | None:
    if type == "CNAME":
        return None if _NAME.fullmatch(value) else "a name that ends in a dot"
    if type != "A":
        return None
    try:
        ipaddress.IPv4Address(value)
    except ValueError:
        return "an IPv4 address"
    return None


def zone(call: Call) -> None:
    """Refuse a second private zone of the same name for one network.

    Raises:
        CloudError: ``conflict``.
    """
    for other in in_the_project(call, tokens.DNS_ZONE):
        if call.old is not None and other.id == call.old.id:
            continue
        shared = {last(url) for _, url in texts_at(other.inputs, _NETWORKS)} & {
            last(url) for _, url in texts_at(call.inputs, _NETWORKS)
        }
        if shared and other.inputs["dnsName"] == call.inputs["dnsName"]:
            raise CloudError(
                "conflict", f"The network '{min(shared)}' sees zone {other.id} for {other.inputs['dnsName']} already"
            )


def record(call: Call) -> None:
    """Refuse a record whose name is not in its zone, and a second type where a name is an alias.

    Raises:
        CloudError: ``invalid`` or ``conflict``.
    """
    found = named(call, tokens.DNS_ZONE, str(call.inputs["managedZone"]))
    name, type = str(call.inputs["name"]), call.inputs["type"]
    domain = str(found.inputs["dnsName"]) if found is not None else name
    if name != domain and not name.endswith(f".{domain}"):
        raise CloudError("invalid", f"The record '{name}' is not in the zone of {domain}")
    for other in in_the_project(call, tokens.DNS_RECORD):
        same = other.inputs["name"] == name and last(other.inputs["managedZone"]) == last(call.inputs["managedZone"])
        if same and other.inputs["type"] != type and "CNAME" in (type, other.inputs["type"]):
            raise CloudError("conflict", f"'{name}' has a record of type {other.inputs['type']}; CNAME stands alone")


def emptied(call: Call) -> None:
    """Refuse the deletion of a zone that holds records, unless the provider is to delete them first.

    Raises:
        CloudError: ``containerNotEmpty``.
    """
    assert call.old is not None
    if call.old.state.get("forceDestroy") is True:
        return
    for inside in in_the_project(call, tokens.DNS_RECORD):
        if last(inside.inputs["managedZone"]) == last(call.old.id):
            raise CloudError(
                "containerNotEmpty", f"The zone {call.old.id} holds {inside.id}: it must be empty before it is deleted"
            )
