"""Names that are taken: by the same resource, by anybody in the world, and by what was deleted and can be recovered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lepton_infra.simulator.azure_native import tokens
from lepton_infra.simulator.azure_native.identity import at, physical_name, resource_id
from lepton_infra.simulator.azure_native.places import normal
from lepton_infra.simulator.azure_native.resource_ids import exists, lookup
from lepton_infra.simulator.behaviour import Call, CloudError, Stored

Key = Callable[[Mapping[str, Any]], object]


@dataclass(frozen=True, kw_only=True)
class Unique:
    """What may be there once in a subscription. ``key`` of two resources' inputs is the same if they clash.

    ``message`` may hold ``{id}`` of the one that is there.
    """

    code: str
    message: str
    key: Key


def _folded(*paths: str) -> Key:
    """The texts at some paths in small letters; None as long as one of them is not given."""

    def key(inputs: Mapping[str, Any]) -> object:
        values = [at(inputs, *path.split(".")) for path in paths]
        return None if None in values else tuple(str(value).lower() for value in values)

    return key


_WORLDWIDE: Final[Mapping[str, tuple[str, str]]] = {
    tokens.STORAGE_ACCOUNT: ("StorageAccountAlreadyTaken", "The storage account named {name} is already taken."),
    tokens.VAULT: (
        "VaultAlreadyExists",
        "The vault name '{name}' is already in use. Vault names are globally unique so it is possible that the name is "
        "already taken.",
    ),
    tokens.REGISTRY: ("AlreadyInUse", "The registry DNS name {name}.azurecr.io is already in use."),
}

_UNIQUE: Final[Mapping[str, tuple[Unique, ...]]] = {
    tokens.ROLE_ASSIGNMENT: (
        Unique(
            code="RoleAssignmentExists",
            message="The role assignment already exists: {id}",
            key=_folded("scope", "principalId", "roleDefinitionId"),
        ),
        Unique(
            code="RoleAssignmentUpdateNotPermitted",
            message="Tenant ID, application ID, principal ID, and scope are not allowed to be updated: this is the "
            "name of {id}",
            key=_folded("roleAssignmentName"),
        ),
    ),
    tokens.VIRTUAL_NETWORK_LINK: (
        Unique(
            code="BadRequest",
            message="A virtual network cannot be linked to multiple zones with overlapping namespaces: {id}",
            key=_folded("privateZoneName", "virtualNetwork.id"),
        ),
    ),
    tokens.FEDERATED_CREDENTIAL: (
        Unique(
            code="Conflict",
            message="Issuer and subject combination already exists for this Managed Identity: {id}",
            key=_folded("resourceGroupName", "resourceName", "issuer", "subject"),
        ),
    ),
}


def require(call: Call) -> None:
    """Refuse what is there already, and names that are taken.

    Raises:
        CloudError: with Azure's own code; the provider's own words where it looks before it makes.
    """
    if call.old is None:
        _new_id(call)
        _worldwide(call)
        _recoverable(call)
    for unique in _UNIQUE.get(call.type, ()):
        wanted = unique.key(call.inputs)
        for other in call.scope.all(call.type):
            if not _is_same(call, other) and wanted is not None and unique.key(other.inputs) == wanted:
                raise CloudError(unique.code, unique.message.format(id=other.id))


def subscription_settings(call: Call) -> None:
    """A subscription has five diagnostic settings at the most ("Diagnostic settings in Azure Monitor", limits).

    Raises:
        CloudError: if this one is too many.
    """
    type = tokens.SUBSCRIPTION_DIAGNOSTIC_SETTING
    if call.old is None and len(list(call.scope.all(type))) >= _MOST_SETTINGS:
        raise CloudError(
            "Conflict", f"The limit of {_MOST_SETTINGS} diagnostic settings of a subscription's activity log is reached"
        )


_MOST_SETTINGS: Final = 5


def _is_same(call: Call, other: Stored) -> bool:
    return call.old is not None and other.id == call.old.id


def _new_id(call: Call) -> None:
    """The provider looks whether the id is taken, since Azure would change what is there instead of refusing."""
    id = resource_id(call)
    if call.type not in tokens.OVERWRITING and exists(call.scope, id):
        raise CloudError("AlreadyExists", f"cannot create already existing resource '{id}'")


def _worldwide(call: Call) -> None:
    if call.type not in _WORLDWIDE:
        return
    code, message = _WORLDWIDE[call.type]
    name = physical_name(call)
    if any(_last(other.id) == name.lower() for other in call.scope.everywhere(call.type)):
        raise CloudError(code, message.format(name=name))


def _recoverable(call: Call) -> None:
    """Deleted vaults and keys keep their names until they are purged, which purge protection does not allow.

    Time does not pass here, so a name stays taken for good; only ``createMode`` recover brings its vault back, and with
    it the keys. Source: "Azure Key Vault soft-delete overview".
    """
    name = physical_name(call).lower()
    if call.type == tokens.VAULT:
        _deleted_vault(call, name)
    if call.type == tokens.KEY:
        id = resource_id(call)
        vault = lookup(call.scope, id.rpartition("/keys/")[0])
        recovered = vault is not None and at(vault.inputs, "properties", "createMode") == "recover"
        if not recovered and any(key.id.lower() == id.lower() for key in call.scope.deleted(tokens.KEY)):
            raise CloudError(
                "Conflict",
                f"Key {name} is currently in a deleted but recoverable state, and its name cannot be reused; in this "
                "state, the key can only be recovered or purged.",
            )


def _deleted_vault(call: Call, name: str) -> None:
    deleted = [vault for vault in call.scope.deleted(tokens.VAULT) if _last(vault.id) == name]
    recovers = at(call.inputs, "properties", "createMode") == "recover"
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


def _last(id: str) -> str:
    return id.rpartition("/")[2].lower()
