"""Managed identities for Azure resources: user-assigned identities and federated credentials."""

from __future__ import annotations

from typing import Any, Final

from lepton_infra.simulator.azure_native.identifiers import top
from lepton_infra.simulator.azure_native.resource_type import AzureType, LiveResource, Request, Unique, folded
from lepton_infra.simulator.azure_native.syntax import matching

_PERSON: Final = top("Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}")


_IDENTITY_NAME: Final = matching(
    r"[A-Za-z0-9][\w-]{2,127}", "3 to 128 letters, digits, _ and -, beginning with a letter or digit"
)


def _identity(live: LiveResource) -> dict[str, Any]:
    return {
        "clientId": live.uuid("client"),
        "principalId": live.uuid("principal"),
        "tenantId": live.place.tenant,
    }


IDENTITY: Final = AzureType(
    token="azure-native:managedidentity:UserAssignedIdentity",
    path=_PERSON,
    api=Request(model="msi.v2024_11_30.Identity", operation="user_assigned_identities.create_or_update"),
    formats={"resourceName": _IDENTITY_NAME},
    outputs=_identity,
)


FEDERATED_CREDENTIAL: Final = AzureType(
    token="azure-native:managedidentity:FederatedIdentityCredential",
    path=_PERSON.part("federatedIdentityCredentials/{federatedIdentityCredentialResourceName}"),
    api=Request(
        model="msi.v2024_11_30.FederatedIdentityCredential", operation="federated_identity_credentials.create_or_update"
    ),
    uncovered={"audiences": "free text", "subject": "free text, which the issuer gives its meaning"},
    formats={"issuer": matching(r"https://\S+", "the address of an issuer, beginning with https://")},
    unique=(
        Unique(
            code="Conflict",
            message="Issuer and subject combination already exists for this Managed Identity: {id}",
            key=folded("resourceGroupName", "resourceName", "issuer", "subject"),
        ),
    ),
)


TYPES: Final = (
    IDENTITY,
    FEDERATED_CREDENTIAL,
)
