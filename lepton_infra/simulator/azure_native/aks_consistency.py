"""Inputs of a cluster or a pool that AKS does not take together.

Sources: the AKS documentation on private clusters, KMS etcd encryption, managed identities, Entra integration, spot
node pools, Azure CNI overlay and Cilium; messages are AKS's where its issues quote them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network
from typing import Any, Final

from lepton_infra.simulator.azure_native.places import Place
from lepton_infra.simulator.behaviour import Failure, Properties, Unknown
from lepton_infra.simulator.core.paths import at

_WINDOWS_NAME: Final = 6


def cluster(inputs: Properties, place: Place) -> Iterator[Failure]:
    """Everything about a cluster, its own pools included."""
    for rule in (_access, _users, _keys, _network, _identities, _pools):
        yield from rule(inputs)


def _access(inputs: Properties) -> Iterator[Failure]:
    private = at(inputs, "apiServerAccessProfile.enablePrivateCluster")
    if private is True and at(inputs, "apiServerAccessProfile.authorizedIPRanges"):
        reason = "authorized IP ranges are not allowed on a private cluster: leave one of them out"
        yield Failure(path="apiServerAccessProfile.authorizedIPRanges", reason=f"InvalidParameter: {reason}")
    zone = at(inputs, "apiServerAccessProfile.privateDNSZone")
    if private in (None, False) and zone is not None:
        reason = "InvalidParameter: privateDNSZone is for private clusters only: set enablePrivateCluster"
        yield Failure(path="apiServerAccessProfile.privateDNSZone", reason=reason)


def _users(inputs: Properties) -> Iterator[Failure]:
    directory = inputs.get("aadProfile")
    if inputs.get("disableLocalAccounts") is True and directory is None:
        reason = "InvalidParameter: local accounts can be disabled only with Entra integration: give aadProfile"
        yield Failure(path="disableLocalAccounts", reason=reason)
    if at(directory, "enableAzureRBAC") is True and at(directory, "managed") is not True:
        yield Failure(path="aadProfile.managed", reason="InvalidParameter: enableAzureRBAC needs managed to be true")


def _keys(inputs: Properties) -> Iterator[Failure]:
    kms = at(inputs, "securityProfile.azureKeyVaultKms")
    if at(kms, "enabled") is not True:
        return
    if kms.get("keyId") is None:
        yield Failure(path="securityProfile.azureKeyVaultKms.keyId", reason="InvalidParameter: KMS needs a key")
    kind = at(inputs, "identity.type")
    if not isinstance(kind, Unknown) and kind != "UserAssigned":
        reason = "InvalidParameter: KMS etcd encryption needs identity.type UserAssigned: the right to the key must be "
        yield Failure(path="identity.type", reason=f"{reason}there before the cluster")
    if kms.get("keyVaultNetworkAccess") == "Private" and kms.get("keyVaultResourceId") is None:
        path = "securityProfile.azureKeyVaultKms.keyVaultResourceId"
        yield Failure(path=path, reason="InvalidParameter: needed where keyVaultNetworkAccess is Private")


def _network(inputs: Properties) -> Iterator[Failure]:
    profile = inputs.get("networkProfile")
    if not isinstance(profile, Mapping):
        return
    plugin, mode = profile.get("networkPlugin"), profile.get("networkPluginMode")
    if mode == "overlay" and isinstance(plugin, str) and plugin != "azure":
        yield Failure(path="networkProfile.networkPlugin", reason="InvalidParameter: overlay needs networkPlugin azure")
    if profile.get("networkPolicy") == "cilium" and profile.get("networkDataplane") in (None, "azure"):
        path, reason = "networkProfile.networkDataplane", "InvalidParameter: networkPolicy cilium needs it to be cilium"
        yield Failure(path=path, reason=reason)
    pods_apart = any(at(pool, "podSubnetID") is not None for pool in _listed(inputs.get("agentPoolProfiles")))
    if profile.get("networkDataplane") == "cilium" and mode is None and not pods_apart:
        reason = (
            "InvalidParameter: networkDataplane cilium needs networkPluginMode overlay or a podSubnetID on each pool"
        )
        yield Failure(path="networkProfile.networkPluginMode", reason=reason)
    yield from _ranges(profile)


def _ranges(profile: Mapping[str, Any]) -> Iterator[Failure]:
    services, pods = _network_of(profile.get("serviceCidr")), _network_of(profile.get("podCidr"))
    if services is not None and pods is not None and services.overlaps(pods):
        path = "networkProfile.podCidr"
        yield Failure(path=path, reason=f"InvalidParameter: podCidr {pods} overlaps serviceCidr {services}")
    dns = profile.get("dnsServiceIP")
    if services is not None and isinstance(dns, str):
        address = IPv4Address(dns)
        if address not in services or address == services[1]:
            reason = f"InvalidParameter: {dns} must be in serviceCidr {services} and not its first address"
            yield Failure(path="networkProfile.dnsServiceIP", reason=reason)


def _network_of(cidr: Any) -> IPv4Network | None:
    return IPv4Network(cidr) if isinstance(cidr, str) else None


def _identities(inputs: Properties) -> Iterator[Failure]:
    if at(inputs, "securityProfile.workloadIdentity.enabled") is True:
        issuer = at(inputs, "oidcIssuerProfile.enabled")
        if issuer in (None, False):
            reason = "InvalidParameter: workload identity needs the OIDC issuer to be enabled"
            yield Failure(path="oidcIssuerProfile.enabled", reason=reason)
    if inputs.get("identity") is None and inputs.get("servicePrincipalProfile") is None:
        yield Failure(path="identity", reason="InvalidParameter: a cluster needs an identity or a service principal")
    kubelet = at(inputs, "identityProfile.kubeletidentity")
    kind = at(inputs, "identity.type")
    if kubelet is not None and isinstance(kind, str) and kind != "UserAssigned":
        reason = "CustomKubeletIdentityOnlySupportedOnUserAssignedMSICluster: identity.type must be UserAssigned"
        yield Failure(path="identityProfile", reason=reason)


def _pools(inputs: Properties) -> Iterator[Failure]:
    pools = inputs.get("agentPoolProfiles")
    if isinstance(pools, Unknown):
        return
    given = _listed(pools)
    if not any(isinstance(at(pool, "mode"), Unknown) or at(pool, "mode") == "System" for pool in given):
        reason = "InvalidParameter: a cluster needs at least one agent pool of mode System"
        yield Failure(path="agentPoolProfiles", reason=reason)
    names = [at(pool, "name") for pool in given]
    for index, pool in enumerate(given):
        if isinstance(pool, Mapping):
            for failure in _pool(pool, inputs.get("diskEncryptionSetID")):
                yield Failure(path=f"agentPoolProfiles[{index}].{failure.path}", reason=failure.reason)
        if isinstance(names[index], str) and names[index] in names[:index]:
            reason = f'InvalidParameter: there are two agent pools named "{names[index]}"'
            yield Failure(path=f"agentPoolProfiles[{index}].name", reason=reason)


def agent_pool(inputs: Properties, place: Place) -> Iterator[Failure]:
    """Everything about a pool. Whether the cluster has a customer key for disks is asked of the store."""
    yield from _pool(inputs, None)


def _pool(pool: Properties, disks: Any) -> Iterator[Failure]:
    yield from _spot(pool)
    yield from _counts(pool)
    name = pool.get("agentPoolName") or pool.get("name")
    if pool.get("osType") == "Windows" and isinstance(name, str) and len(name) > _WINDOWS_NAME:
        reason = f"InvalidParameter: names of Windows pools have at most {_WINDOWS_NAME} characters"
        yield Failure(path="agentPoolName" if pool.get("agentPoolName") else "name", reason=reason)
    settings = pool.get("upgradeSettings") or {}
    if isinstance(settings, Mapping) and settings.get("maxSurge") and _some(settings.get("maxUnavailable")):
        reason = "InvalidParameter: maxSurge and maxUnavailable cannot both be set"
        yield Failure(path="upgradeSettings.maxUnavailable", reason=reason)
    if disks is not None and pool.get("osDiskType") == "Ephemeral":
        yield Failure(path="osDiskType", reason=EPHEMERAL)


EPHEMERAL: Final = (
    "InvalidParameter: an ephemeral OS disk cannot be encrypted with a customer key: use osDiskType Managed, or leave "
    "the cluster's diskEncryptionSetID out"
)


def _some(value: Any) -> bool:
    return value is not None and str(value) not in ("0", "0%")


def _spot(pool: Properties) -> Iterator[Failure]:
    priority = pool.get("scaleSetPriority")
    if isinstance(priority, Unknown):
        return
    if priority != "Spot":
        for name in ("scaleSetEvictionPolicy", "spotMaxPrice"):
            if pool.get(name) is not None:
                yield Failure(path=name, reason="InvalidParameter: only for pools of scaleSetPriority Spot")
        return
    if pool.get("mode") == "System":
        yield Failure(path="mode", reason="InvalidParameter: a system pool cannot be of scaleSetPriority Spot")
    if at(pool, "upgradeSettings.maxSurge") is not None:
        reason = "InvalidParameter: spot pools do not take max surge"
        yield Failure(path="upgradeSettings.maxSurge", reason=reason)
    price = pool.get("spotMaxPrice")
    if isinstance(price, int | float) and price != -1 and price <= 0:
        reason = f"InvalidParameter: {price} is not allowed; allowed: -1 (up to the regular price) or more than 0"
        yield Failure(path="spotMaxPrice", reason=reason)


def _counts(pool: Properties) -> Iterator[Failure]:
    scales = pool.get("enableAutoScaling")
    low, count, high = (pool.get(name) for name in ("minCount", "count", "maxCount"))
    if scales is True:
        for name, value in (("minCount", low), ("maxCount", high)):
            if value is None:
                yield Failure(path=name, reason="InvalidParameter: enableAutoScaling needs minCount and maxCount")
    elif scales in (None, False):
        for name, value in (("minCount", low), ("maxCount", high)):
            if value is not None:
                yield Failure(path=name, reason="InvalidParameter: only with enableAutoScaling")
    for below, above, path, words in (
        (low, high, "minCount", "minCount must not exceed maxCount"),
        (low, count, "count", "count must be at least minCount"),
        (count, high, "count", "count must be at most maxCount"),
    ):
        if isinstance(below, int) and isinstance(above, int) and below > above:
            yield Failure(path=path, reason=f"InvalidParameter: {words}: {below} > {above}")
    if pool.get("mode") == "System" and low == 0:
        yield Failure(path="minCount", reason="InvalidParameter: a system pool has at least one node")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
