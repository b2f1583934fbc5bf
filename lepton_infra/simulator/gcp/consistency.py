"""Inputs of one resource that do not go together: known without the store."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.behaviour import Call, Failure, Properties
from lepton_infra.simulator.gcp import alert_rules, dns, node_rules, tokens, transfers
from lepton_infra.simulator.gcp.paths import at
from lepton_infra.simulator.gcp.places import Place, place_of

Findings = Iterator[Failure]
Check = Callable[[Properties, Place], Findings]


def check(call: Call) -> list[Failure]:
    """All that is wrong; values that are not known yet are taken for right."""
    place = place_of(call.scope)
    if not place.region:
        return []
    return [finding for rule in _RULES.get(call.type, ()) for finding in rule(call.inputs, place)]


def _private_endpoint(inputs: Properties, place: Place) -> Findings:
    """A private endpoint needs private nodes and a list of networks, none of which may be public."""
    config = inputs.get("privateClusterConfig")
    if not isinstance(config, Mapping) or config.get("enablePrivateEndpoint") is not True:
        return
    if config.get("enablePrivateNodes") is False:
        reason = "INVALID_ARGUMENT: enablePrivateEndpoint needs enablePrivateNodes"
        yield Failure(path="privateClusterConfig.enablePrivateNodes", reason=reason)
    authorized = inputs.get("masterAuthorizedNetworksConfig")
    if authorized is None:
        reason = "INVALID_ARGUMENT: master authorized networks must be given when enablePrivateEndpoint is true"
        yield Failure(path="masterAuthorizedNetworksConfig", reason=reason)
        return
    for index, entry in enumerate(at(authorized, "cidrBlocks") or ()):
        cidr = at(entry, "cidrBlock")
        if isinstance(cidr, str) and not _is_private(cidr):
            path = f"masterAuthorizedNetworksConfig.cidrBlocks[{index}].cidrBlock"
            reason = f"INVALID_ARGUMENT: {cidr} is public; with a private endpoint only private networks are allowed"
            yield Failure(path=path, reason=reason)


def _is_private(cidr: str) -> bool:
    try:
        return ipaddress.IPv4Network(cidr).is_private
    except ValueError:
        return True


def _workload_pool(inputs: Properties, place: Place) -> Findings:
    pool = at(inputs, "workloadIdentityConfig.workloadPool")
    if isinstance(pool, str) and pool != f"{place.project}.svc.id.goog":
        reason = f'INVALID_ARGUMENT: "{pool}" is not the pool of the project; allowed: {place.project}.svc.id.goog'
        yield Failure(path="workloadIdentityConfig.workloadPool", reason=reason)


def _database_encryption(inputs: Properties, place: Place) -> Findings:
    config = inputs.get("databaseEncryption")
    if not isinstance(config, Mapping):
        return
    encrypted = config.get("state") in ("ENCRYPTED", "ALL_OBJECTS_ENCRYPTION_ENABLED")
    if encrypted and not config.get("keyName"):
        yield Failure(path="databaseEncryption.keyName", reason="INVALID_ARGUMENT: ENCRYPTED needs a keyName")
    if config.get("state") == "DECRYPTED" and config.get("keyName"):
        yield Failure(path="databaseEncryption.keyName", reason="INVALID_ARGUMENT: DECRYPTED takes no keyName")


def _data_plane(inputs: Properties, place: Place) -> Findings:
    """Dataplane V2 enforces network policy by itself and needs a VPC-native cluster."""
    if inputs.get("datapathProvider") != "ADVANCED_DATAPATH":
        return
    if at(inputs, "networkPolicy.enabled") is True:
        reason = "INVALID_ARGUMENT: ADVANCED_DATAPATH enforces network policy by itself; leave networkPolicy out"
        yield Failure(path="networkPolicy.enabled", reason=reason)
    if inputs.get("networkingMode") == "ROUTES":
        yield Failure(path="networkingMode", reason="INVALID_ARGUMENT: ADVANCED_DATAPATH needs VPC_NATIVE")


def _default_pool(inputs: Properties, place: Place) -> Findings:
    """GKE makes no cluster without a first pool, also where that is to be removed."""
    bare = not inputs.get("nodePools") and not inputs.get("enableAutopilot")
    if bare and inputs.get("initialNodeCount") in (None, 0):
        reason = "INVALID_ARGUMENT: Cluster.initial_node_count must be greater than zero; the pool may be removed after"
        yield Failure(path="initialNodeCount", reason=reason)


def _rotation(inputs: Properties, place: Place) -> Findings:
    purpose = inputs.get("purpose", "ENCRYPT_DECRYPT")
    if inputs.get("rotationPeriod") is not None and isinstance(purpose, str) and purpose != "ENCRYPT_DECRYPT":
        reason = f"INVALID_ARGUMENT: keys for {purpose} are not rotated; leave rotationPeriod out"
        yield Failure(path="rotationPeriod", reason=reason)


def _bucket(inputs: Properties, place: Place) -> Findings:
    """Retention and versions exclude each other, and a rule says what to do with what."""
    if inputs.get("retentionPolicy") is not None and at(inputs, "versioning.enabled") is True:
        yield Failure(
            path="retentionPolicy", reason="invalid: a bucket cannot have both versioning and a retention policy"
        )
    for index, rule in enumerate(inputs.get("lifecycleRules") or ()):
        action, target = at(rule, "action.type"), at(rule, "action.storageClass")
        condition = at(rule, "condition")
        path = f"lifecycleRules[{index}]"
        if action == "SetStorageClass" and target is None:
            yield Failure(path=f"{path}.action.storageClass", reason="invalid: SetStorageClass needs a storageClass")
        if action in ("Delete", "AbortIncompleteMultipartUpload") and target is not None:
            yield Failure(path=f"{path}.action.storageClass", reason=f"invalid: {action} takes no storageClass")
        if isinstance(condition, Mapping) and not any(value is not None for value in condition.values()):
            yield Failure(path=f"{path}.condition", reason="invalid: a rule needs at least one condition")
        uploads = set(condition or ()) - {"age", "withState", "matchesPrefixes", "matchesSuffixes"}
        if action == "AbortIncompleteMultipartUpload" and uploads:
            allowed = "age, matchesPrefixes, matchesSuffixes"
            reason = f"invalid: {', '.join(sorted(uploads))} cannot be asked of an upload; allowed: {allowed}"
            yield Failure(path=f"{path}.condition", reason=reason)


def _exactly_one(*properties: str) -> Check:
    def findings(inputs: Properties, place: Place) -> Findings:
        given = [name for name in properties if inputs.get(name) not in (None, [])]
        if len(given) != 1:
            reason = f"exactly one of {', '.join(properties)} must be given, not {' and '.join(given) or 'none'}"
            yield Failure(path=(given or properties)[0], reason=reason)

    return findings


def _nat(inputs: Properties, place: Place) -> Findings:
    """Addresses are Google's to choose or given, subnetworks are listed if they are to be."""
    manual, addresses = inputs.get("natIpAllocateOption"), inputs.get("natIps")
    if manual == "MANUAL_ONLY" and not addresses:
        yield Failure(path="natIps", reason="invalid: MANUAL_ONLY needs natIps")
    if manual == "AUTO_ONLY" and addresses:
        yield Failure(path="natIps", reason="invalid: AUTO_ONLY takes no natIps")
    listed, wanted = inputs.get("subnetworks"), inputs.get("sourceSubnetworkIpRangesToNat")
    if wanted == "LIST_OF_SUBNETWORKS" and not listed:
        yield Failure(path="subnetworks", reason="invalid: LIST_OF_SUBNETWORKS needs subnetworks")
    if isinstance(wanted, str) and wanted.startswith("ALL_") and listed:
        yield Failure(path="subnetworks", reason=f"invalid: {wanted} takes no subnetworks")
    if inputs.get("enableDynamicPortAllocation") is True and inputs.get("enableEndpointIndependentMapping") is True:
        reason = "invalid: dynamic port allocation and endpoint-independent mapping exclude each other"
        yield Failure(path="enableDynamicPortAllocation", reason=reason)


def _direction(inputs: Properties, place: Place) -> Findings:
    """Ingress rules say where from, egress rules where to."""
    direction = inputs.get("direction", "INGRESS")
    for property in _NOT_OF.get(direction, ()) if isinstance(direction, str) else ():
        if inputs.get(property):
            yield Failure(path=property, reason=f"invalid: not for a firewall rule of direction {direction}")


_NOT_OF: Final[Mapping[str, tuple[str, ...]]] = {"EGRESS": ("sourceRanges", "sourceTags", "sourceServiceAccounts")}


def _range(inputs: Properties, place: Place) -> Findings:
    """A subnetwork says its own range; only IPv6 ones and those of a reserved range do without."""
    known: dict[str, Any] = {name: inputs.get(name) for name in ("ipCidrRange", "reservedInternalRange", "stackType")}
    if known["ipCidrRange"] is None and known["reservedInternalRange"] is None and known["stackType"] != "IPV6_ONLY":
        yield Failure(path="ipCidrRange", reason="invalid: a subnetwork needs an ipCidrRange")


_RULES: Final[Mapping[str, tuple[Check, ...]]] = {
    tokens.SUBNETWORK: (_range,),
    tokens.ROUTER_NAT: (_nat,),
    tokens.FIREWALL: (_exactly_one("allows", "denies"), _direction),
    tokens.KEY: (_rotation,),
    tokens.BUCKET: (_bucket,),
    tokens.DNS_ZONE: (dns.visibility,),
    tokens.DNS_RECORD: (dns.values,),
    tokens.TRANSFER_JOB: (transfers.options,),
    tokens.ALERT_POLICY: (alert_rules.matched_logs,),
    tokens.NOTIFICATION_CHANNEL: (alert_rules.channel,),
    tokens.CLUSTER: (
        _private_endpoint,
        _workload_pool,
        _database_encryption,
        _data_plane,
        _default_pool,
        node_rules.machines,
    ),
    tokens.NODE_POOL: (
        node_rules.machines,
        node_rules.buying,
        node_rules.counts,
        node_rules.flex_start,
        node_rules.queued,
        node_rules.surge,
        node_rules.compact,
    ),
}
