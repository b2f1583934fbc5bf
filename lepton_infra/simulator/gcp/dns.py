"""Cloud DNS: managed zones and the records in them.

Sources: "Private zones", "Manage records" and "Supported DNS record types" (Cloud DNS documentation), ``managedZones``
and ``resourceRecordSets`` in the API.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Any, Final

from lepton_infra.simulator.behaviour import Call, CloudError, Failure, Properties
from lepton_infra.simulator.core.paths import texts_at
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.determinism import CREATED
from lepton_infra.simulator.formats import between, one_of
from lepton_infra.simulator.gcp import syntax
from lepton_infra.simulator.gcp.compute_network import NETWORK_NAME
from lepton_infra.simulator.gcp.identifiers import Identifiers, last, unnamed
from lepton_infra.simulator.gcp.lookups import in_the_project, named
from lepton_infra.simulator.gcp.places import Place
from lepton_infra.simulator.gcp.resource_type import GcpType, LiveResource, Reference, Request
from lepton_infra.simulator.gcp.syntax import matches

_RECORD_TYPES: Final = (
    *("A", "AAAA", "ALIAS", "CAA", "CNAME", "DNSKEY", "DS", "HTTPS", "IPSECKEY", "MX", "NAPTR", "NS", "PTR", "SOA"),
    *("SPF", "SRV", "SSHFP", "SVCB", "TLSA", "TXT"),
)
_NETWORKS: Final = "privateVisibilityConfig.networks.networkUrl"
_NAME: Final = re.compile(r"(\*\.)?([A-Za-z0-9_-]+\.)+")
ZONE_NAME: Final = Reference(code="notFound", message="The 'managedZone' {given} does not exist")


def _visibility(inputs: Properties, place: Place) -> Iterator[Failure]:
    """Only a private zone is for single networks."""
    if inputs.get("privateVisibilityConfig") is not None and inputs.get("visibility", "public") == "public":
        reason = "invalid: privateVisibilityConfig is for a zone with visibility private"
        yield Failure(path="privateVisibilityConfig", reason=reason)


def _values(inputs: Properties, place: Place) -> Iterator[Failure]:
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


def _seen_once(call: Call) -> None:
    """Refuse a second private zone of the same name for one network.

    Raises:
        CloudError: ``conflict``.
    """
    for other in in_the_project(call, DNS_ZONE.token):
        if call.old is not None and other.id == call.old.id:
            continue
        shared = {last(url) for _, url in texts_at(other.inputs, _NETWORKS)} & {
            last(url) for _, url in texts_at(call.inputs, _NETWORKS)
        }
        if shared and other.inputs["dnsName"] == call.inputs["dnsName"]:
            raise CloudError(
                "conflict", f"The network '{min(shared)}' sees zone {other.id} for {other.inputs['dnsName']} already"
            )


def _in_the_zone(call: Call) -> None:
    """Refuse a record whose name is not in its zone, and a second type where a name is an alias.

    Raises:
        CloudError: ``invalid`` or ``conflict``.
    """
    found = named(call, DNS_ZONE, str(call.inputs["managedZone"]))
    name, type = str(call.inputs["name"]), call.inputs["type"]
    domain = str(found.inputs["dnsName"]) if found is not None else name
    if name != domain and not name.endswith(f".{domain}"):
        raise CloudError("invalid", f"The record '{name}' is not in the zone of {domain}")
    for other in in_the_project(call, DNS_RECORD.token):
        same = other.inputs["name"] == name and last(other.inputs["managedZone"]) == last(call.inputs["managedZone"])
        if same and other.inputs["type"] != type and "CNAME" in (type, other.inputs["type"]):
            raise CloudError("conflict", f"'{name}' has a record of type {other.inputs['type']}; CNAME stands alone")


def _emptied(call: Call) -> None:
    """Refuse the deletion of a zone that holds records, unless the provider is to delete them first.

    Raises:
        CloudError: ``containerNotEmpty``.
    """
    assert call.old is not None
    if call.old.state.get("forceDestroy") is True:
        return
    for inside in in_the_project(call, DNS_RECORD.token):
        if last(inside.inputs["managedZone"]) == last(call.old.id):
            raise CloudError(
                "containerNotEmpty", f"The zone {call.old.id} holds {inside.id}: it must be empty before it is deleted"
            )


def _dns_zone(live: LiveResource) -> dict[str, Any]:
    servers = [f"ns-cloud-a{index}.googledomains.com." for index in range(1, 5)]
    return {"managedZoneId": int(live.number("zone", 15)), "nameServers": servers, "creationTime": CREATED}


DNS_ZONE: Final = GcpType(
    token="gcp:dns/managedZone:ManagedZone",
    identifiers=Identifiers(id="projects/{project}/managedZones/{name}"),
    referred_to=ZONE_NAME,
    api=Request(schema="dns.v1#ManagedZone"),
    formats={"name": syntax.name(63), "dnsName": matches(r"([a-z0-9_-]+\.)+", "a name that ends in a dot")},
    input_rules=(_visibility,),
    references={"privateVisibilityConfig.networks.networkUrl": NETWORK_NAME},
    preconditions=(_seen_once,),
    defaults={"visibility": "public", "forceDestroy": False},
    outputs=_dns_zone,
    immutable=paths("name dnsName visibility reverseLookup serviceDirectoryConfig"),
    deletion_rules=(_emptied,),
)

DNS_RECORD: Final = GcpType(
    token="gcp:dns/recordSet:RecordSet",
    identifiers=unnamed(
        "projects/{project}/managedZones/{managedZone}/rrsets/{name}/{type}",
        words=lambda call, common: {"managedZone": last(common["managedZone"])},
    ),
    api=Request(schema="dns.v1#ResourceRecordSet", uncovered={"managedZone": "a reference"}),
    formats={
        "name": matches(r"(\*\.)?([A-Za-z0-9_-]+\.)+", "a name that ends in a dot"),
        "type": one_of(*_RECORD_TYPES),
        "ttl": between(0, 2**31 - 1),
    },
    input_rules=(_values,),
    references={"managedZone": ZONE_NAME},
    preconditions=(_in_the_zone,),
    immutable=paths("name managedZone"),
)

TYPES: Final = (DNS_ZONE, DNS_RECORD)
