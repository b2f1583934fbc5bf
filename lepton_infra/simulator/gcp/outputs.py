"""The outputs that Google computes, where others use them."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from typing import Any, Final

from lepton_infra.simulator import schema
from lepton_infra.simulator.behaviour import Call
from lepton_infra.simulator.gcp import cluster_outputs, tokens
from lepton_infra.simulator.gcp.agents import AGENTS
from lepton_infra.simulator.gcp.defaults import SERVICE_DEFAULTS
from lepton_infra.simulator.gcp.forms import FORMS
from lepton_infra.simulator.gcp.identity import digits, email, physical_name, self_link, words
from lepton_infra.simulator.gcp.made import CREATED, Thing
from lepton_infra.simulator.gcp.places import place_of
from lepton_infra.simulator.merging import overlay

# Addresses set aside for benchmarks (RFC 2544), which nobody on the internet answers on.
_PUBLIC_ADDRESSES: Final = ipaddress.IPv4Network("198.18.0.0/15")
_LABELS: Final = ("labels", "resourceLabels")
_ATTRIBUTION: Final = {"goog-pulumi-provisioned": "true"}
"""The label that the provider adds to all it makes, unless its configuration forbids it."""


def computed(call: Call, id: str) -> dict[str, Any]:
    """Every output of a live resource that its inputs do not give: the same after an update."""
    thing = Thing(call=call, id=id, place=place_of(call.scope))
    outputs = _common(thing)
    for more in (SERVICE_DEFAULTS.get(call.type, {}), _OUTPUTS.get(call.type, _nothing)(thing)):
        outputs = overlay(outputs, more)
    if call.old is not None:
        outputs = {key: _onto(call.old.state.get(key), value) for key, value in outputs.items()}
    return _ungiven(outputs, call.inputs)


def _onto(before: Any, value: Any) -> Any:
    """A value over the one of before, so that members which the core completed stay."""
    return overlay(before, value) if isinstance(before, Mapping) and isinstance(value, Mapping) else value


def _ungiven(outputs: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """``outputs`` without what ``inputs`` say already."""
    ungiven = {}
    for key, value in outputs.items():
        given = inputs.get(key)
        if given is None:
            ungiven[key] = value
        elif isinstance(value, Mapping) and isinstance(given, Mapping):
            ungiven[key] = _ungiven(value, given)
    return ungiven


def _nothing(thing: Thing) -> dict[str, Any]:
    return {}


def _common(thing: Thing) -> dict[str, Any]:
    """What many types have: place, name, self link, labels, times, fingerprints."""
    call, has = thing.call, schema.outputs_of(thing.call.type) or {}
    known = words(call)
    form, name = FORMS.get(call.type), physical_name(call)
    shared: dict[str, Any] = {
        "project": known["project"],
        "region": known["region"],
        "location": known["location"],
        "zone": known["zone"],
        "selfLink": self_link(call, thing.id),
        "creationTimestamp": CREATED,
        "createTime": CREATED,
        "updateTime": CREATED,
        "deletionPolicy": "DELETE",
        **_labels(thing),
        **({form.name: name} if form and name else {}),
    }
    return {key: value for key, value in shared.items() if key in has and value is not None}


def _labels(thing: Thing) -> dict[str, Any]:
    """Labels as given, with the provider's own, and with the label that says who made it."""
    config, inputs = thing.call.scope.config, thing.call.inputs
    given: Mapping[str, str] = next((inputs[name] for name in _LABELS if inputs.get(name)), {})
    provider = config.get("defaultLabels")
    labels = {**(provider if isinstance(provider, Mapping) else {}), **given}
    attributed = {} if config.get("addPulumiAttributionLabel") is False else _ATTRIBUTION
    return {"pulumiLabels": {**labels, **attributed}, "effectiveLabels": {**labels, **attributed}}


def _network(thing: Thing) -> dict[str, Any]:
    number = thing.number("network")
    return {"gatewayIpv4": "", "networkId": number, "numericId": number}


def _subnetwork(thing: Thing) -> dict[str, Any]:
    """The gateway is the first address of the range (VPC documentation, "Subnets")."""
    range = thing.call.inputs.get("ipCidrRange")
    gateway = {"gatewayAddress": str(ipaddress.IPv4Network(range)[1])} if range else {}
    return {**gateway, "ipv6CidrRange": "", "subnetworkId": int(thing.number("subnetwork", 15)), "state": "READY"}


def _address(thing: Thing) -> dict[str, Any]:
    offset = int(thing.seed("address")[:8], 16) % (_PUBLIC_ADDRESSES.num_addresses - 2)
    subnetwork = thing.find(tokens.SUBNETWORK, "subnetwork")
    if subnetwork is not None:
        range = ipaddress.IPv4Network(subnetwork.inputs["ipCidrRange"])
        # Google keeps the first two and the last two addresses of a primary range.
        return {"address": str(range[2 + offset % (range.num_addresses - 4)])}
    return {"address": str(_PUBLIC_ADDRESSES[1 + offset])}


def _key(thing: Thing) -> dict[str, Any]:
    if thing.call.inputs.get("skipInitialVersionCreation"):
        return {"primaries": []}
    return {"primaries": [{"name": f"{thing.id}/cryptoKeyVersions/1", "state": "ENABLED"}]}


def _bucket(thing: Thing) -> dict[str, Any]:
    """The API gives a location back in capitals, and the provider keeps what the program wrote."""
    return {
        "url": f"gs://{thing.id}",
        "projectNumber": int(thing.place.number),
        "timeCreated": CREATED,
        "updated": CREATED,
    }


def _repository(thing: Thing) -> dict[str, Any]:
    _, project, _, location, _, name = thing.id.split("/")
    domain = project.replace(":", "/")
    suffix = str(thing.call.inputs.get("format", "")).lower()
    return {"name": name, "registryUri": f"{location}-{suffix}.pkg.dev/{domain}/{name}"}


def _service_account(thing: Thing) -> dict[str, Any]:
    known = words(thing.call)
    address = email(known["accountId"], known["project"])
    return {
        "email": address,
        "member": f"serviceAccount:{address}",
        "name": thing.id,
        "uniqueId": digits(21, thing.seed("unique")),
    }


def _service_identity(thing: Thing) -> dict[str, Any]:
    """The service agent's e-mail; a service without an agent that is known here has none, as some of Google's."""
    agent = AGENTS.get(str(thing.call.inputs["service"]))
    address = agent.format(number=thing.place.number) if agent else ""
    return {"email": address, "member": f"serviceAccount:{address}" if address else ""}


def _named_by_id(thing: Thing) -> dict[str, Any]:
    return {"name": thing.id}


def _transfer_job(thing: Thing) -> dict[str, Any]:
    return {"creationTime": CREATED, "lastModificationTime": CREATED, "deletionTime": ""}


def _log_sink(thing: Thing) -> dict[str, Any]:
    agent = AGENTS["logging.googleapis.com"].format(number=thing.place.number)
    return {"writerIdentity": f"serviceAccount:{agent}"}


def _dns_zone(thing: Thing) -> dict[str, Any]:
    servers = [f"ns-cloud-a{index}.googledomains.com." for index in range(1, 5)]
    return {"managedZoneId": int(thing.number("zone", 15)), "nameServers": servers, "creationTime": CREATED}


_OUTPUTS: Final[Mapping[str, Callable[[Thing], dict[str, Any]]]] = {
    tokens.NETWORK: _network,
    tokens.SUBNETWORK: _subnetwork,
    tokens.ADDRESS: _address,
    tokens.GLOBAL_ADDRESS: _address,
    tokens.KEY: _key,
    tokens.BUCKET: _bucket,
    tokens.CLUSTER: cluster_outputs.cluster,
    tokens.NODE_POOL: cluster_outputs.node_pool,
    tokens.REPOSITORY: _repository,
    tokens.SERVICE_ACCOUNT: _service_account,
    tokens.SERVICE_IDENTITY: _service_identity,
    tokens.CUSTOM_ROLE: _named_by_id,
    tokens.TRANSFER_JOB: _transfer_job,
    tokens.ENTITLEMENT: _named_by_id,
    tokens.ALERT_POLICY: _named_by_id,
    tokens.NOTIFICATION_CHANNEL: _named_by_id,
    tokens.LOG_BUCKET: _named_by_id,
    tokens.LOG_SINK: _log_sink,
    tokens.DNS_ZONE: _dns_zone,
}
