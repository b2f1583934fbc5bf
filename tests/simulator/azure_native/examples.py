"""Inputs of one sound resource of each type, with what they need made before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from lepton_infra.simulator.azure_native.rights import Role
from lepton_infra.simulator.resource import Resource
from tests.kit import azure_tokens as tokens
from tests.kit.azure_subscription import (
    GROUP,
    SUBSCRIPTION,
    Subscription,
    account_inputs,
    cluster_inputs,
    pool_inputs,
    role_definition,
    system_pool,
    vault_inputs,
)

Example = Callable[[Subscription], dict[str, Any]]

_HERE: Final = f"/subscriptions/{SUBSCRIPTION}"
_PERSON: Final = "55555555-5555-4555-8555-555555555555"
_SERVICES: Final = {"serviceCidr": "10.96.0.0/16", "dnsServiceIP": "10.96.0.10"}


def _given(**inputs: Any) -> Example:
    return lambda azure: inputs


def _grouped(**inputs: Any) -> Example:
    """Inputs of a resource that needs its group alone."""
    return _after(lambda azure: {}, **inputs)


def _after(make: Callable[[Subscription], Mapping[str, Any]], **inputs: Any) -> Example:
    """Inputs of a resource in the group, with those that something made before gives."""

    def example(azure: Subscription) -> dict[str, Any]:
        azure.group()
        return {"resourceGroupName": GROUP, **inputs, **make(azure)}

    return example


def _on_network(**inputs: Any) -> Example:
    """Inputs of what extends a resource."""

    def example(azure: Subscription) -> dict[str, Any]:
        azure.group()
        return {"scope": azure.network().id, **inputs}

    return example


def _id(azure: Subscription, type: str, /, **inputs: Any) -> dict[str, str]:
    return {"id": azure.make(type, resourceGroupName=GROUP, **inputs).id}


def _subnet(azure: Subscription) -> dict[str, Any]:
    azure.network()
    return {
        "networkSecurityGroup": _id(azure, tokens.SECURITY_GROUP, networkSecurityGroupName="nodes"),
        "routeTable": _id(azure, tokens.ROUTE_TABLE, routeTableName="nodes"),
        "natGateway": _id(azure, tokens.NAT_GATEWAY, natGatewayName="out"),
    }


def _subnet_id(azure: Subscription) -> str:
    azure.network()
    return azure.subnet().id


def _public_ip(azure: Subscription) -> dict[str, Any]:
    address = {"sku": {"name": "Standard"}, "publicIPAllocationMethod": "Static"}
    return _id(azure, tokens.PUBLIC_IP, publicIpAddressName="out", **address)


def _zone(azure: Subscription) -> dict[str, Any]:
    return _id(azure, tokens.PRIVATE_ZONE, privateZoneName="a.example", location="global")


def _zone_of_endpoint(azure: Subscription) -> dict[str, Any]:
    _id(azure, tokens.PRIVATE_ENDPOINT, privateEndpointName="e", subnet={"id": _subnet_id(azure)})
    return {"privateDnsZoneConfigs": [{"name": "zone", "privateDnsZoneId": _zone(azure)["id"]}]}


def _flow_log(azure: Subscription) -> dict[str, Any]:
    _id(azure, tokens.NETWORK_WATCHER, networkWatcherName="watcher")
    return {"storageId": _account(azure).id, "targetResourceId": azure.network().id}


def _link(azure: Subscription) -> dict[str, Any]:
    _zone(azure)
    return {"virtualNetwork": {"id": azure.network().id}}


def _account(azure: Subscription, name: str = "models0001") -> Resource:
    return azure.make(tokens.STORAGE_ACCOUNT, name, **account_inputs(name))


def _in_account(azure: Subscription) -> dict[str, Any]:
    return {"accountName": _account(azure).state["name"]}


def _in_container(azure: Subscription) -> dict[str, Any]:
    made = azure.make(tokens.BLOB_CONTAINER, containerName="data", resourceGroupName=GROUP, **_in_account(azure))
    return {"accountName": made.inputs["accountName"], "containerName": "data"}


def _replicated(azure: Subscription) -> dict[str, Any]:
    ids = {}
    for name in ("source0001", "target0001"):
        ids[name] = _account(azure, name).id
        where = {"accountName": name, "resourceGroupName": GROUP}
        service = {"isVersioningEnabled": True, "changeFeed": {"enabled": True}}
        azure.make(tokens.BLOB_SERVICE, f"{name}-blobs", blobServicesName="default", **where, **service)
        azure.make(tokens.BLOB_CONTAINER, f"{name}-data", containerName="data", **where)
    return {"accountName": "target0001", "sourceAccount": ids["source0001"], "destinationAccount": ids["target0001"]}


def _usable_key(azure: Subscription) -> tuple[Resource, Resource]:
    """An identity and a key that it may use."""
    person, key = azure.identity(), azure.key(azure.vault())
    azure.grant(person, Role.CRYPTO_SERVICE_USER, key)
    return person, key


def _disks(azure: Subscription) -> dict[str, Any]:
    person, key = _usable_key(azure)
    used = {"type": "UserAssigned", "userAssignedIdentities": [person.id]}
    return {"identity": used, "activeKey": {"keyUrl": key.state["keyUriWithVersion"]}}


def _encrypted_account(azure: Subscription) -> dict[str, Any]:
    person, _ = _usable_key(azure)
    return {
        "identity": {"type": "UserAssigned", "userAssignedIdentities": [person.id]},
        "encryption": {
            "keySource": "Microsoft.Keyvault",
            "keyVaultProperties": {"keyName": "main", "keyVaultUri": "https://keys-of-region.vault.azure.net/"},
            "encryptionIdentity": {"encryptionUserAssignedIdentity": person.id},
        },
    }


def _encrypted_registry(azure: Subscription) -> dict[str, Any]:
    person, key = _usable_key(azure)
    properties = {"keyIdentifier": key.state["keyUri"], "identity": person.state["clientId"]}
    return {
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {person.id: {}}},
        "encryption": {"status": "enabled", "keyVaultProperties": properties},
    }


def _registry(azure: Subscription) -> dict[str, Any]:
    azure.make(tokens.REGISTRY, registryName="images", resourceGroupName=GROUP, sku={"name": "Premium"})
    return {"registryName": "images"}


def _cluster(azure: Subscription) -> dict[str, Any]:
    pool = system_pool(vnetSubnetID=_subnet_id(azure))
    disks = azure.make(tokens.DISK_ENCRYPTION_SET, **_grouped_disks(azure)).id
    return cluster_inputs(agentPoolProfiles=[pool], networkProfile=_SERVICES, diskEncryptionSetID=disks)


def _grouped_disks(azure: Subscription) -> dict[str, Any]:
    return {"diskEncryptionSetName": "disks", "resourceGroupName": GROUP, **_disks(azure)}


def _agent_pool(azure: Subscription) -> dict[str, Any]:
    subnet = _subnet_id(azure)
    azure.cluster(agentPoolProfiles=[system_pool(vnetSubnetID=subnet)], networkProfile=_SERVICES)
    return pool_inputs(vnetSubnetID=subnet)


def _in_cluster(azure: Subscription) -> dict[str, Any]:
    azure.cluster()
    return {"resourceName": "main"}


def _role_assignment(azure: Subscription) -> dict[str, Any]:
    azure.group()
    return {
        "principalId": azure.identity().state["principalId"],
        "roleDefinitionId": role_definition(Role.CRYPTO_USER),
        "scope": azure.network().id,
    }


def _archive(azure: Subscription) -> str:
    azure.group()
    return _account(azure, "archive0001").id


def _action_group(azure: Subscription) -> dict[str, Any]:
    named = {"actionGroupName": "alerts", "groupShortName": "region"}
    group = _id(azure, tokens.ACTION_GROUP, location="global", enabled=True, **named)
    return {"actions": {"actionGroups": [{"actionGroupId": group["id"]}]}}


_RULE: Final = {
    "id": "Expiration_EndUser_Assignment",
    "ruleType": "RoleManagementPolicyExpirationRule",
    "isExpirationRequired": True,
    "maximumDuration": "PT1H",
}

EXAMPLES: Final[Mapping[str, Example]] = {
    tokens.RESOURCE_GROUP: _given(resourceGroupName="other"),
    tokens.VIRTUAL_NETWORK: _grouped(virtualNetworkName="net", addressSpace={"addressPrefixes": ["10.0.0.0/16"]}),
    tokens.SUBNET: _after(_subnet, virtualNetworkName="net", subnetName="a", addressPrefix="10.0.0.0/24"),
    tokens.SECURITY_GROUP: _grouped(networkSecurityGroupName="nodes"),
    tokens.SECURITY_RULE: _after(
        lambda azure: (
            {"networkSecurityGroupName": "nodes"}
            if _id(azure, tokens.SECURITY_GROUP, networkSecurityGroupName="nodes")
            else {}
        ),
        securityRuleName="in",
        access="Allow",
        direction="Inbound",
        priority=100,
        protocol="Tcp",
        sourceAddressPrefix="10.0.0.0/8",
        sourcePortRange="*",
        destinationAddressPrefix="*",
        destinationPortRange="443",
    ),
    tokens.ROUTE_TABLE: _grouped(routeTableName="nodes", routes=[{"name": "a", "nextHopType": "Internet"}]),
    tokens.ROUTE: _after(
        lambda azure: {"routeTableName": "nodes"} if _id(azure, tokens.ROUTE_TABLE, routeTableName="nodes") else {},
        routeName="out",
        addressPrefix="0.0.0.0/0",
        nextHopType="Internet",
    ),
    tokens.NAT_GATEWAY: _after(
        lambda azure: {"publicIpAddresses": [_public_ip(azure)]}, natGatewayName="out", sku={"name": "Standard"}
    ),
    tokens.PUBLIC_IP: _grouped(
        publicIpAddressName="out", sku={"name": "Standard"}, publicIPAllocationMethod="Static", zones=["1", "2"]
    ),
    tokens.PUBLIC_IP_PREFIX: _grouped(publicIpPrefixName="out", prefixLength=30, sku={"name": "Standard"}),
    tokens.PRIVATE_ENDPOINT: _after(lambda azure: {"subnet": {"id": _subnet_id(azure)}}, privateEndpointName="e"),
    tokens.PRIVATE_DNS_ZONE_GROUP: _after(
        _zone_of_endpoint, privateEndpointName="e", privateDnsZoneGroupName="default"
    ),
    tokens.NETWORK_WATCHER: _grouped(networkWatcherName="watcher"),
    tokens.FLOW_LOG: _after(_flow_log, networkWatcherName="watcher", flowLogName="flows"),
    tokens.PRIVATE_ZONE: _grouped(privateZoneName="a.example", location="global"),
    tokens.VIRTUAL_NETWORK_LINK: _after(
        _link, privateZoneName="a.example", virtualNetworkLinkName="net", location="global"
    ),
    tokens.VAULT: _after(lambda azure: vault_inputs()),
    tokens.KEY: _after(
        lambda azure: {"vaultName": azure.vault().state["name"]}, keyName="main", properties={"kty": "RSA"}
    ),
    tokens.IDENTITY: _grouped(resourceName="person"),
    tokens.FEDERATED_CREDENTIAL: _after(
        lambda azure: {"resourceName": azure.identity().state["name"]},
        federatedIdentityCredentialResourceName="pod",
        issuer="https://issuer.example",
        subject="system:serviceaccount:a:b",
        audiences=["api://AzureADTokenExchange"],
    ),
    tokens.DISK_ENCRYPTION_SET: _after(_disks, diskEncryptionSetName="disks"),
    tokens.RESERVATION_GROUP: _grouped(capacityReservationGroupName="gpus", zones=["1"]),
    tokens.RESERVATION: _after(
        lambda azure: (
            {"capacityReservationGroupName": "gpus"}
            if _id(azure, tokens.RESERVATION_GROUP, capacityReservationGroupName="gpus")
            else {}
        ),
        capacityReservationName="a",
        sku={"name": "Standard_NC24ads_A100_v4", "capacity": 1},
        zones=["1"],
    ),
    tokens.STORAGE_ACCOUNT: _after(_encrypted_account, **account_inputs()),
    tokens.BLOB_SERVICE: _after(_in_account, blobServicesName="default", isVersioningEnabled=True),
    tokens.BLOB_CONTAINER: _after(_in_account, containerName="data"),
    tokens.CONTAINER_IMMUTABILITY: _after(
        _in_container, immutabilityPolicyName="default", immutabilityPeriodSinceCreationInDays=7
    ),
    tokens.STORAGE_LIFECYCLE: _after(
        _in_account,
        managementPolicyName="default",
        policy={
            "rules": [
                {
                    "name": "old",
                    "type": "Lifecycle",
                    "definition": {
                        "actions": {"baseBlob": {"delete": {"daysAfterModificationGreaterThan": 30}}},
                        "filters": {"blobTypes": ["blockBlob"]},
                    },
                }
            ]
        },
    ),
    tokens.CLUSTER: _after(_cluster),
    tokens.AGENT_POOL: _after(_agent_pool),
    tokens.MAINTENANCE: _after(_in_cluster, configName="default", timeInWeek=[{"day": "Sunday", "hourSlots": [1]}]),
    tokens.REGISTRY: _after(_encrypted_registry, registryName="images", sku={"name": "Premium"}),
    tokens.REPLICATION: _after(_registry, replicationName="northeurope", location="northeurope"),
    tokens.CACHE_RULE: _after(
        _registry, cacheRuleName="images", sourceRepository="docker.io/library/a", targetRepository="a"
    ),
    tokens.ROLE_ASSIGNMENT: _role_assignment,
    tokens.ROLE_DEFINITION: _on_network(roleDefinitionId=_PERSON, roleName="reader of a network"),
    tokens.LOCK: _on_network(lockName="keep", level="CanNotDelete"),
    tokens.GROUP_LOCK: _grouped(lockName="keep", level="CanNotDelete"),
    tokens.SUBSCRIPTION_LOCK: _given(lockName="keep", level="CanNotDelete"),
    tokens.WORKSPACE: _grouped(workspaceName="logs", sku={"name": "PerGB2018"}),
    tokens.DIAGNOSTIC_SETTING: lambda azure: {
        "name": "trail",
        "resourceUri": _archive(azure),
        "logs": [{"category": "StorageRead", "enabled": True}],
    },
    tokens.SUBSCRIPTION_DIAGNOSTIC_SETTING: lambda azure: {
        "name": "trail",
        "storageAccountId": _archive(azure),
        "logs": [{"category": "Administrative", "enabled": True}],
    },
    tokens.ACTION_GROUP: _grouped(actionGroupName="alerts", groupShortName="region", location="global", enabled=True),
    tokens.ACTIVITY_ALERT: _after(
        _action_group,
        activityLogAlertName="alert",
        location="global",
        scopes=[_HERE],
        condition={"allOf": [{"field": "category", "equals": "Administrative"}]},
    ),
    tokens.OBJECT_REPLICATION: _after(
        _replicated,
        objectReplicationPolicyId="default",
        rules=[{"sourceContainer": "data", "destinationContainer": "data"}],
    ),
    tokens.DEFENDER_PLAN: _given(pricingName="Containers", scopeId=_HERE.strip("/"), pricingTier="Standard"),
    tokens.ELIGIBILITY: _given(
        scope=_HERE, principalId=_PERSON, roleDefinitionId=role_definition("b24988ac-6180-42a0-ab88-20f7382dd24c")
    ),
    tokens.ROLE_POLICY: _given(roleManagementPolicyName=_PERSON, scope=_HERE, rules=[_RULE]),
}

REFUSALS: Final[Mapping[str, str]] = {tokens.ROLE_ASSIGNMENT: "RoleAssignmentExists"}
"""Codes with which a second resource is refused other than by its id."""
