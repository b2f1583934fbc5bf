"""A subscription to test in: the simulated cloud over a store in memory, and things in it that are right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lepton_infra.simulator.azure_native.rights import Role
from lepton_infra.simulator.behaviour import Failure
from lepton_infra.simulator.cloud import SimulatedCloud
from lepton_infra.simulator.resource import Resource
from lepton_infra.simulator.store import Store
from tests.kit import azure_tokens as tokens

SUBSCRIPTION = "11111111-1111-4111-8111-111111111111"
TENANT = "22222222-2222-4222-8222-222222222222"
LOCATION = "westeurope"
GROUP = "region"


class Subscription:
    """One subscription of one tenant. ``make`` creates what must be right, ``check`` only judges."""

    def __init__(self, store: Store, subscription: str = SUBSCRIPTION, location: str | None = LOCATION) -> None:
        self.cloud = SimulatedCloud("azure-native", store)
        config = {"subscriptionId": subscription, "tenantId": TENANT, "location": location}
        self.scope = self.cloud.configure({name: value for name, value in config.items() if value is not None})

    def check(self, type: str, inputs: Mapping[str, Any], name: str = "it") -> list[Failure]:
        return self.cloud.check(self.scope, self.urn(type, name), type, {}, inputs).failures

    def make(self, type: str, name: str = "it", /, **inputs: Any) -> Resource:
        checked = self.cloud.check(self.scope, self.urn(type, name), type, {}, inputs)
        assert checked.failures == []
        return self.cloud.create(self.scope, self.urn(type, name), type, checked.inputs)

    def update(self, type: str, made: Resource, name: str = "it", /, **inputs: Any) -> Resource:
        return self.cloud.update(self.scope, self.urn(type, name), type, made.id, {**made.inputs, **inputs})

    def delete(self, type: str, made: Resource, name: str = "it") -> None:
        self.cloud.delete(self.scope, self.urn(type, name), type, made.id)

    def urn(self, type: str, name: str) -> str:
        return f"urn:pulumi:test::lepton::{type}::{name}"

    def group(self, name: str = GROUP, **inputs: Any) -> Resource:
        return self.make(tokens.RESOURCE_GROUP, name, resourceGroupName=name, **inputs)

    def network(self, name: str = "net", cidr: str = "10.0.0.0/16", **inputs: Any) -> Resource:
        space = {"addressPrefixes": [cidr]}
        return self.make(
            tokens.VIRTUAL_NETWORK,
            name,
            virtualNetworkName=name,
            resourceGroupName=GROUP,
            addressSpace=space,
            **inputs,
        )

    def subnet(self, name: str = "nodes", cidr: str = "10.0.0.0/24", network: str = "net", **inputs: Any) -> Resource:
        return self.make(
            tokens.SUBNET,
            name,
            subnetName=name,
            virtualNetworkName=network,
            resourceGroupName=GROUP,
            addressPrefix=cidr,
            **inputs,
        )

    def identity(self, name: str = "person") -> Resource:
        return self.make(tokens.IDENTITY, name, resourceName=name, resourceGroupName=GROUP)

    def vault(self, name: str = "keys-of-region", **properties: Any) -> Resource:
        return self.make(tokens.VAULT, name, **vault_inputs(name, **properties))

    def key(self, vault: Resource, name: str = "main", kty: str = "RSA") -> Resource:
        return self.make(
            tokens.KEY,
            name,
            keyName=name,
            vaultName=vault.state["name"],
            resourceGroupName=GROUP,
            properties={"kty": kty},
        )

    def grant(self, to: Resource, role: Role, on: Resource, name: str = "right") -> Resource:
        return self.make(
            tokens.ROLE_ASSIGNMENT,
            name,
            principalId=to.state["principalId"],
            principalType="ServicePrincipal",
            roleDefinitionId=role_definition(role),
            scope=on.id,
        )

    def cluster(self, name: str = "main", **changes: Any) -> Resource:
        return self.make(tokens.CLUSTER, name, **cluster_inputs(name, **changes))


def role_definition(role: str) -> str:
    return f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{role}"


def vault_inputs(name: str = "keys-of-region", location: str = LOCATION, **properties: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "tenantId": TENANT,
        "sku": {"family": "A", "name": "standard"},
        "enableRbacAuthorization": True,
        "enablePurgeProtection": True,
        **properties,
    }
    return {
        "vaultName": name,
        "resourceGroupName": GROUP,
        "location": location,
        "properties": {key: value for key, value in given.items() if value is not None},
    }


def cluster_inputs(name: str = "main", **changes: Any) -> dict[str, Any]:
    inputs: dict[str, Any] = {
        "resourceName": name,
        "resourceGroupName": GROUP,
        "dnsPrefix": name,
        "kubernetesVersion": "1.33",
        "identity": {"type": "SystemAssigned"},
        "agentPoolProfiles": [system_pool()],
        **changes,
    }
    return {key: value for key, value in inputs.items() if value is not None}


def system_pool(**changes: Any) -> dict[str, Any]:
    pool = {"name": "system", "mode": "System", "count": 3, "vmSize": "Standard_D4s_v5", "osType": "Linux", **changes}
    return {key: value for key, value in pool.items() if value is not None}


def pool_inputs(**changes: Any) -> dict[str, Any]:
    inputs = {
        "agentPoolName": "gpu",
        "resourceName": "main",
        "resourceGroupName": GROUP,
        "mode": "User",
        "count": 1,
        "vmSize": "Standard_NC24ads_A100_v4",
        "availabilityZones": ["1", "2"],
        **changes,
    }
    return {key: value for key, value in inputs.items() if value is not None}


def account_inputs(name: str | None = "models0001", **changes: Any) -> dict[str, Any]:
    return {
        **({} if name is None else {"accountName": name}),
        "resourceGroupName": GROUP,
        "kind": "StorageV2",
        "sku": {"name": "Standard_ZRS"},
        **changes,
    }
