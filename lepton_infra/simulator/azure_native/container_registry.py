"""Azure Container Registry: registries, their copies and cache rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.azure_native.customer_keys import require_protected, require_usable
from lepton_infra.simulator.azure_native.identifiers import top
from lepton_infra.simulator.azure_native.key_vault import key_at
from lepton_infra.simulator.azure_native.places import Place
from lepton_infra.simulator.azure_native.resource_type import AzureType, Fixed, LiveResource, Location, Request, Unique
from lepton_infra.simulator.behaviour import Call, Failure, Properties
from lepton_infra.simulator.core.paths import at
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.determinism import CREATED
from lepton_infra.simulator.formats import between

_REGISTRY: Final = top("Microsoft.ContainerRegistry/registries/{registryName}")


_PREMIUM: Final[Mapping[str, tuple[Any, ...]]] = {
    "zoneRedundancy": ("Enabled",),
    "publicNetworkAccess": ("Disabled",),
    "dataEndpointEnabled": (True,),
}


def _premium(inputs: Properties, place: Place) -> Iterator[Failure]:
    """What only the premium registry offers ("Azure Container Registry SKUs")."""
    tier = at(inputs, "sku.name")
    if isinstance(tier, str) and tier != "Premium":
        for name, values in _PREMIUM.items():
            if inputs.get(name) in values:
                yield Failure(path=name, reason=f"InvalidSku: {inputs[name]!r} needs sku.name Premium, not {tier}")
        if at(inputs, "encryption.status") == "enabled":
            yield Failure(path="encryption", reason=f"InvalidSku: a customer key needs sku.name Premium, not {tier}")
    properties = at(inputs, "encryption.keyVaultProperties")
    if isinstance(properties, Mapping) and inputs.get("identity") is None:
        yield Failure(path="identity", reason="a customer key needs a user-assigned identity")


def _key(call: Call) -> None:
    """The key of a registry. Its identity is named by its client id."""
    properties = at(call.inputs, "encryption.keyVaultProperties")
    key = key_at(call.scope, str(at(properties, "keyIdentifier")))
    if key is None:
        return
    require_protected(call, key, "CmkVaultNotPurgeProtected")
    for user in at(call.inputs, "identity.userAssignedIdentities") or ():
        require_usable(call, key, user, "CmkKeyAccessForbidden")


def _outputs(live: LiveResource) -> dict[str, Any]:
    name = live.name.lower()
    return {
        "loginServer": f"{name}.azurecr.io",
        "creationDate": CREATED,
        "dataEndpointHostNames": [f"{name}.{live.call.inputs['location']}.data.azurecr.io"]
        if live.call.inputs.get("dataEndpointEnabled")
        else [],
        "privateEndpointConnections": [],
        "sku": {"tier": at(live.call.inputs, "sku.name")},
    }


REGISTRY: Final = AzureType(
    token="azure-native:containerregistry:Registry",
    path=_REGISTRY,
    api=Request(model="containerregistry.v2025_04_01.Registry", operation="registries.create"),
    uncovered={"encryption.keyVaultProperties.identity": "the client id of an identity, which is looked up by its id"},
    formats={"policies.retentionPolicy.days": between(0, 365)},
    input_rules=(_premium,),
    unique=(
        Unique(
            code="AlreadyInUse", message="The registry DNS name {name}.azurecr.io is already in use.", worldwide=True
        ),
    ),
    preconditions=(_key,),
    defaults={"adminUserEnabled": False, "publicNetworkAccess": "Enabled", "status": {}},
    outputs=_outputs,
    fixed=Fixed(code="EncryptionCannotBeDisabled", paths=paths("zoneRedundancy encryption.status")),
)


REPLICATION: Final = AzureType(
    token="azure-native:containerregistry:Replication",
    path=_REGISTRY.part("replications/{replicationName}"),
    api=Request(model="containerregistry.v2025_04_01.Replication", operation="replications.create"),
    location=Location.ANY,
)


CACHE_RULE: Final = AzureType(
    token="azure-native:containerregistry:CacheRule",
    path=_REGISTRY.part("cacheRules/{cacheRuleName}"),
    api=Request(model="containerregistry.v2025_04_01.CacheRule", operation="cache_rules.create"),
)


TYPES: Final = (
    REGISTRY,
    REPLICATION,
    CACHE_RULE,
)
