"""Inputs of one resource that do not go together, and places that are not the provider's: known without the store.

Cluster and pool rules are in ``aks_consistency``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator import schema
from lepton_infra.simulator.azure_native import aks_consistency, oversight, tokens
from lepton_infra.simulator.azure_native.identity import at
from lepton_infra.simulator.azure_native.places import GLOBAL, NOWHERE, home_of, normal, unknown_location, zones
from lepton_infra.simulator.behaviour import Call, Failure, Properties

Findings = Iterator[Failure]

_GLOBAL_TYPES: Final = (
    tokens.PRIVATE_ZONE,
    tokens.VIRTUAL_NETWORK_LINK,
    tokens.ACTION_GROUP,
    tokens.ACTIVITY_ALERT,
)


def check(call: Call) -> list[Failure]:
    """All that is wrong; values that are not known yet are taken for right."""
    findings = [*_location(call), *_zones(call), *_tenant(call)]
    for rule in _RULES.get(call.type, ()):
        findings += rule(call.inputs)
    return findings


def _location(call: Call) -> Findings:
    """Where a resource may be: in the provider's location, and what is global there."""
    location, field = call.inputs.get("location"), (schema.inputs_of(call.type) or {}).get("location")
    if field is None:
        return
    if location is None:
        if call.type == tokens.RESOURCE_GROUP:
            reason = "LocationRequired: the location property is required: set it here or on the provider"
            yield Failure(path="location", reason=reason)
        return
    if not isinstance(location, str):
        return
    home = home_of(call.scope).location
    if call.type in _GLOBAL_TYPES:
        if normal(location) != GLOBAL:
            reason = f'LocationNotAvailableForResourceType: "{location}" is not allowed; allowed: {GLOBAL}'
            yield Failure(path="location", reason=reason)
        return
    unknown = unknown_location(location)
    if unknown is not None:
        yield Failure(path="location", reason=unknown)
    elif home and normal(location) != home and call.type != tokens.REPLICATION:
        reason = f'"{location}" is not the location of the provider, {home}: the resource would leak out of it'
        yield Failure(path="location", reason=reason)


def _zones(call: Call) -> Findings:
    """Zones that the location has."""
    location = call.inputs.get("location") or home_of(call.scope).location
    if not isinstance(location, str) or unknown_location(location) is not None:
        return
    offered = zones(normal(location))
    pools = call.inputs.get("agentPoolProfiles")
    given = [("zones", call.inputs.get("zones")), ("availabilityZones", call.inputs.get("availabilityZones"))]
    given += [
        (f"agentPoolProfiles[{index}].availabilityZones", at(pool, "availabilityZones"))
        for index, pool in enumerate(pools if isinstance(pools, list) else [])
    ]
    for path, wanted in given:
        for index, zone in enumerate(wanted if isinstance(wanted, list) else []):
            if isinstance(zone, str) and zone not in offered:
                listed = ", ".join(offered) or "none"
                reason = f'InvalidAvailabilityZone: "{zone}" is no zone of {location}; allowed: {listed}'
                yield Failure(path=f"{path}[{index}]", reason=reason)


def _tenant(call: Call) -> Findings:
    """A vault belongs to the tenant of its subscription."""
    tenant, home = at(call.inputs, "properties", "tenantId"), home_of(call.scope).tenant
    if call.type == tokens.VAULT and isinstance(tenant, str) and home != NOWHERE and tenant.lower() != home:
        yield Failure(path="properties.tenantId", reason=f'"{tenant}" is not the tenant of the provider, {home}')


def _vault(inputs: Properties) -> Findings:
    properties = inputs.get("properties")
    if not isinstance(properties, Mapping):
        return
    for name in ("enablePurgeProtection", "enableSoftDelete"):
        if properties.get(name) is False:
            reason = f'BadRequest: The property "{name}" cannot be set to false; leave it out or set it to true'
            yield Failure(path=f"properties.{name}", reason=reason)
    by_roles = properties.get("enableRbacAuthorization")
    recovers = properties.get("createMode") == "recover"
    if by_roles in (None, False) and properties.get("accessPolicies") is None and not recovers:
        reason = (
            "BadRequest: accessPolicies must be given (an empty list will do) unless enableRbacAuthorization is true"
        )
        yield Failure(path="properties.accessPolicies", reason=reason)


def _key(inputs: Properties) -> Findings:
    properties = inputs.get("properties")
    if not isinstance(properties, Mapping):
        return
    kind = properties.get("kty")
    if isinstance(kind, str):
        wrong = "curveName" if kind.startswith("RSA") else "keySize"
        if properties.get(wrong) is not None:
            yield Failure(path=f"properties.{wrong}", reason=f"BadParameter: not for a key of kind {kind}")


def _storage_account(inputs: Properties) -> Findings:
    encryption = inputs.get("encryption")
    if not isinstance(encryption, Mapping) or encryption.get("keySource") != "Microsoft.Keyvault":
        return
    for name in ("keyName", "keyVaultUri"):
        if isinstance(encryption.get("keyVaultProperties", {}), Mapping) and not at(
            encryption, "keyVaultProperties", name
        ):
            reason = "InvalidValuesForRequestParameters: keySource Microsoft.Keyvault needs it"
            yield Failure(path=f"encryption.keyVaultProperties.{name}", reason=reason)
    yield from _key_identity(
        at(encryption, "encryptionIdentity", "encryptionUserAssignedIdentity"),
        inputs.get("identity"),
        "encryption.encryptionIdentity.encryptionUserAssignedIdentity",
    )


def _key_identity(user: Any, identity: Any, path: str) -> Findings:
    """A new resource reaches its key only as a user-assigned identity, which it must also be given."""
    used = at(identity, "userAssignedIdentities")
    if user is None:
        reason = "a customer key needs a user-assigned identity: a system-assigned one is not there before the resource"
        yield Failure(path=path, reason=reason)
    elif isinstance(user, str) and (
        identity is None or (isinstance(used, list) and _all_texts(used) and user not in used)
    ):
        yield Failure(path=path, reason=f"{user} is not among identity.userAssignedIdentities")


def _all_texts(values: list[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


_PREMIUM: Final[Mapping[str, tuple[Any, ...]]] = {
    "zoneRedundancy": ("Enabled",),
    "publicNetworkAccess": ("Disabled",),
    "dataEndpointEnabled": (True,),
}


def _registry(inputs: Properties) -> Findings:
    """What only the premium registry offers ("Azure Container Registry SKUs")."""
    tier = at(inputs, "sku", "name")
    if isinstance(tier, str) and tier != "Premium":
        for name, values in _PREMIUM.items():
            if inputs.get(name) in values:
                yield Failure(path=name, reason=f"InvalidSku: {inputs[name]!r} needs sku.name Premium, not {tier}")
        if at(inputs, "encryption", "status") == "enabled":
            yield Failure(path="encryption", reason=f"InvalidSku: a customer key needs sku.name Premium, not {tier}")
    properties = at(inputs, "encryption", "keyVaultProperties")
    if isinstance(properties, Mapping) and inputs.get("identity") is None:
        yield Failure(path="identity", reason="a customer key needs a user-assigned identity")


def _nat_gateway(inputs: Properties) -> Findings:
    given = inputs.get("zones")
    if isinstance(given, list) and len(given) > 1:
        yield Failure(path="zones", reason="a NAT gateway stands in one zone at most; leave zones out or name one")


def _public_ip(inputs: Properties) -> Findings:
    if at(inputs, "sku", "name") == "Standard" and inputs.get("publicIPAllocationMethod") in (None, "Dynamic"):
        reason = "StandardSkuPublicIPAddressesMustBeStatic: sku Standard needs publicIPAllocationMethod Static"
        yield Failure(path="publicIPAllocationMethod", reason=reason)


def _subnet(inputs: Properties) -> Findings:
    given = [name for name in ("addressPrefix", "addressPrefixes", "ipamPoolPrefixAllocations") if inputs.get(name)]
    if len(given) != 1:
        reason = f"exactly one of addressPrefix and addressPrefixes must be given, not {' and '.join(given) or 'none'}"
        yield Failure(path="addressPrefix", reason=reason)


def _exclusive(*pairs: tuple[str, str]) -> Callable[[Properties], Findings]:
    """Of each pair of properties one must be given, and not both."""

    def findings(inputs: Properties) -> Findings:
        for one, many in pairs:
            given = [name for name in (one, many) if inputs.get(name)]
            if len(given) != 1:
                reason = f"exactly one of {one} and {many} must be given, not {' and '.join(given) or 'none'}"
                yield Failure(path=one, reason=f"SecurityRuleParameterRequired: {reason}")

    return findings


_RULES: Final[Mapping[str, tuple[Callable[[Properties], Findings], ...]]] = {
    tokens.VAULT: (_vault,),
    tokens.KEY: (_key,),
    tokens.STORAGE_ACCOUNT: (_storage_account,),
    tokens.REGISTRY: (_registry,),
    tokens.NAT_GATEWAY: (_nat_gateway,),
    tokens.PUBLIC_IP: (_public_ip,),
    tokens.SUBNET: (_subnet,),
    tokens.SECURITY_RULE: (
        _exclusive(
            ("sourcePortRange", "sourcePortRanges"),
            ("destinationPortRange", "destinationPortRanges"),
        ),
    ),
    tokens.ACTION_GROUP: (oversight.action_group,),
    tokens.ACTIVITY_ALERT: (oversight.activity_alert,),
    tokens.ELIGIBILITY: (oversight.eligibility,),
    tokens.CLUSTER: (aks_consistency.cluster,),
    tokens.AGENT_POOL: (aks_consistency.agent_pool,),
}
