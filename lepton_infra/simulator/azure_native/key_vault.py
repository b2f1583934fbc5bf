"""Azure Key Vault: vaults, their keys, and what of them is deleted and can be recovered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.azure_native.identifiers import top
from lepton_infra.simulator.azure_native.places import NOWHERE, Place, normal
from lepton_infra.simulator.azure_native.resource_ids import find
from lepton_infra.simulator.azure_native.resource_type import AzureType, Fixed, LiveResource, Unique
from lepton_infra.simulator.azure_native.syntax import duration, matching, uuid
from lepton_infra.simulator.behaviour import Call, CloudError, Failure, Properties, Scope, Stored
from lepton_infra.simulator.core.paths import at
from lepton_infra.simulator.core.resource_type import Reference, paths
from lepton_infra.simulator.formats import between, one_of

_NAMED: Final = top("Microsoft.KeyVault/vaults/{vaultName}")


_KEY_URI: Final = re.compile(r"https://(?P<vault>[^./]+)\.vault\.azure\.net/keys/(?P<key>[^/]+)(/(?P<version>\w+))?/?")


KEY_URI: Final = Reference(code="KeyNotFound", message="there is no key at {given} in this subscription")


def is_key_uri(value: object) -> bool:
    """True if a value is the URI of a key."""
    return isinstance(value, str) and _KEY_URI.fullmatch(value) is not None


def key_at(scope: Scope, uri: str) -> Stored | None:
    """The live key with a URI, of any version."""
    found = _KEY_URI.fullmatch(uri)
    return None if found is None else key_named(scope, found["vault"], found["key"])


def key_named(scope: Scope, vault: str, name: str) -> Stored | None:
    """The live key of a vault, by their names."""
    suffix = f"/vaults/{vault}/keys/{name}".lower()
    return next((key for key in scope.all(KEY.token) if key.id.lower().endswith(suffix)), None)


def vault_of(scope: Scope, key: Stored) -> Stored | None:
    """The vault that a key is in."""
    return find(scope, key.id.rpartition("/keys/")[0], VAULT.token)


def _vault_name(value: Any) -> Iterator[str]:
    """3 to 24 letters, digits and single hyphens, beginning with a letter and not ending with a hyphen."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]", value) or "--" in value:
        yield (
            f'VaultNameNotValid: "{value}" is not allowed; allowed: 3 to 24 letters, digits and single hyphens, '
            "beginning with a letter and ending with a letter or digit"
        )


_KEY_NAME: Final = matching(r"[A-Za-z0-9-]{1,127}", "1 to 127 letters, digits and hyphens")


def _tenant(inputs: Properties, place: Place) -> Iterator[Failure]:
    """A vault belongs to the tenant of its subscription."""
    tenant = at(inputs, "properties.tenantId")
    if isinstance(tenant, str) and place.tenant != NOWHERE and tenant.lower() != place.tenant:
        yield Failure(
            path="properties.tenantId", reason=f'"{tenant}" is not the tenant of the provider, {place.tenant}'
        )


def _vault_properties(inputs: Properties, place: Place) -> Iterator[Failure]:
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


def _kind(inputs: Properties, place: Place) -> Iterator[Failure]:
    properties = inputs.get("properties")
    if not isinstance(properties, Mapping):
        return
    kind = properties.get("kty")
    if isinstance(kind, str):
        wrong = "curveName" if kind.startswith("RSA") else "keySize"
        if properties.get(wrong) is not None:
            yield Failure(path=f"properties.{wrong}", reason=f"BadParameter: not for a key of kind {kind}")


def _recoverable_vault(call: Call) -> None:
    """Deleted vaults and keys keep their names until they are purged, which purge protection does not allow.

    Time does not pass here, so a name stays taken for good; only ``createMode`` recover brings its vault back, and with
    it the keys. Source: "Azure Key Vault soft-delete overview".
    """
    if call.old is not None:
        return
    name = VAULT.name_of(call).lower()
    deleted = [vault for vault in call.scope.deleted(VAULT.token) if vault.id.rpartition("/")[2].lower() == name]
    recovers = at(call.inputs, "properties.createMode") == "recover"
    if not deleted:
        if recovers:
            raise CloudError("VaultNotFound", f"There is no deleted vault '{name}' to recover; leave createMode out")
        return
    last = deleted[-1]
    if not recovers:
        raise CloudError(
            "ConflictError",
            f"A vault with the same name already exists in deleted state. You need to either recover or purge existing "
            f"key vault {name}: set properties.createMode to recover, or take another name",
        )
    if last.scope != call.scope.key or normal(last.inputs["location"]) != normal(call.inputs["location"]):
        raise CloudError(
            "VaultNotFound",
            f"The deleted vault '{name}' is in {last.inputs['location']} of {last.scope}, and is recovered there only",
        )


def _recoverable_key(call: Call) -> None:
    if call.old is not None:
        return
    id = KEY.resource_id(call)
    vault = find(call.scope, id.rpartition("/keys/")[0], VAULT.token)
    recovered = vault is not None and at(vault.inputs, "properties.createMode") == "recover"
    if not recovered and any(key.id.lower() == id.lower() for key in call.scope.deleted(KEY.token)):
        raise CloudError(
            "Conflict",
            f"Key {KEY.name_of(call).lower()} is currently in a deleted but recoverable state, and its name cannot be "
            "reused; in this state, the key can only be recovered or purged.",
        )


def _vault(live: LiveResource) -> dict[str, Any]:
    return {"properties": {"vaultUri": f"https://{live.name}.vault.azure.net/", "provisioningState": "Succeeded"}}


def _key(live: LiveResource) -> dict[str, Any]:
    inputs = live.call.inputs
    uri = f"https://{inputs['vaultName']}.vault.azure.net/keys/{inputs['keyName']}"
    given = inputs["properties"]
    old = {} if live.call.old is None else live.call.old.state
    return {
        "keyUri": uri,
        "keyUriWithVersion": old.get("keyUriWithVersion", f"{uri}/{live.seed('version')[:32]}"),
        **{name: given[name] for name in ("kty", "keySize", "keyOps", "curveName") if given.get(name) is not None},
        "attributes": {**(given.get("attributes") or {}), "recoveryLevel": _recovery(live)},
        **({"rotationPolicy": given["rotationPolicy"]} if given.get("rotationPolicy") else {}),
    }


def _recovery(live: LiveResource) -> str:
    """How a deleted key comes back (``attributes.recoveryLevel``, Key Vault API reference)."""
    vault = live.find(VAULT.token, live.id.rpartition("/keys/")[0])
    protected = vault is not None and at(vault.inputs, "properties.enablePurgeProtection")
    return "Recoverable" if protected else "Recoverable+Purgeable"


VAULT: Final = AzureType(
    token="azure-native:keyvault:Vault",
    path=_NAMED,
    formats={
        "vaultName": _vault_name,
        "properties.tenantId": uuid,
        "properties.softDeleteRetentionInDays": between(7, 90),
        "properties.publicNetworkAccess": one_of("Enabled", "Disabled"),
    },
    input_rules=(_tenant, _vault_properties),
    unique=(
        Unique(
            code="VaultAlreadyExists",
            message="The vault name '{name}' is already in use. Vault names are globally unique so it is possible that "
            "the name is already taken.",
            worldwide=True,
        ),
    ),
    preconditions=(_recoverable_vault,),
    defaults={
        "properties": {
            "enableSoftDelete": True,
            "softDeleteRetentionInDays": 90,
            "privateEndpointConnections": [],
            "publicNetworkAccess": "Enabled",
        }
    },
    outputs=_vault,
)


KEY: Final = AzureType(
    token="azure-native:keyvault:Key",
    path=_NAMED.part("keys/{keyName}"),
    formats={
        "keyName": _KEY_NAME,
        "properties.keySize": one_of(2048, 3072, 4096),
        "properties.rotationPolicy.attributes.expiryTime": duration,
        "properties.rotationPolicy.lifetimeActions.trigger.timeAfterCreate": duration,
        "properties.rotationPolicy.lifetimeActions.trigger.timeBeforeExpiry": duration,
    },
    input_rules=(_kind,),
    preconditions=(_recoverable_key,),
    outputs=_key,
    referred_to=KEY_URI,
    fixed=Fixed(
        code="KeyPropertyCannotBeUpdated", paths=paths("properties.kty properties.keySize properties.curveName")
    ),
)


TYPES: Final = (
    VAULT,
    KEY,
)
