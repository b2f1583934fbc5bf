"""Data sources that are answered from the scope."""

from __future__ import annotations

import base64
import textwrap
from collections.abc import Callable, Mapping
from typing import Any, Final

import yaml

from lepton_infra.simulator.azure_native.container_service import CLUSTER
from lepton_infra.simulator.azure_native.identifiers import uuid
from lepton_infra.simulator.azure_native.places import place_of
from lepton_infra.simulator.behaviour import CloudError, Properties, Scope, Stored
from lepton_infra.simulator.determinism import digest

# The application that every cluster is in Entra's eyes, and that of its clients (Azure/kubelogin, documentation).
_SERVER_APPLICATION: Final = "6dae42f8-4368-4678-94ff-3960e28e3630"
_CLIENT_APPLICATION: Final = "80faf920-1908-4b52-b5ef-a8e7bedfc67a"


def _client_config(scope: Scope, arguments: Properties) -> Properties:
    place = place_of(scope)
    return {
        "clientId": uuid(place.tenant, "client"),
        "objectId": uuid(place.tenant, "object"),
        "subscriptionId": place.subscription,
        "tenantId": place.tenant,
    }


def _user_credentials(scope: Scope, arguments: Properties) -> Properties:
    cluster = _cluster(scope, arguments)
    if cluster.inputs.get("aadProfile"):
        return _kubeconfigs(cluster, "clusterUser", {"exec": _kubelogin(scope)})
    return _kubeconfigs(cluster, "clusterUser", {"token": digest(cluster.id, "user")})


def _admin_credentials(scope: Scope, arguments: Properties) -> Properties:
    cluster = _cluster(scope, arguments)
    if cluster.state.get("disableLocalAccounts"):
        raise CloudError(
            "BadRequest",
            "Getting static credential is not allowed because this cluster is set to disable local accounts.",
        )
    return _kubeconfigs(cluster, "clusterAdmin", {"token": digest(cluster.id, "admin")})


def _cluster(scope: Scope, arguments: Properties) -> Stored:
    group, name = arguments["resourceGroupName"], arguments["resourceName"]
    for cluster in scope.all(CLUSTER.token):
        if cluster.id.lower().endswith(
            f"/resourcegroups/{group}/providers/microsoft.containerservice/managedclusters/{name}".lower()
        ):
            return cluster
    raise CloudError(
        "ResourceNotFound",
        f"The Resource 'Microsoft.ContainerService/managedClusters/{name}' under resource group '{group}' "
        "was not found.",
    )


def _kubelogin(scope: Scope) -> dict[str, Any]:
    """The command of a kubeconfig whose users Entra knows."""
    arguments = ["get-token", "--environment", "AzurePublicCloud", "--server-id", _SERVER_APPLICATION]
    arguments += ["--client-id", _CLIENT_APPLICATION, "--tenant-id", place_of(scope).tenant, "--login", "devicecode"]
    return {"apiVersion": "client.authentication.k8s.io/v1beta1", "command": "kubelogin", "args": arguments}


def _kubeconfigs(cluster: Stored, role: str, user: Mapping[str, Any]) -> Properties:
    """One kubeconfig in base64. A private cluster is reached by its private name."""
    name = cluster.id.rpartition("/")[2]
    host = cluster.state.get("privateFQDN") or cluster.state["fqdn"]
    server = {"server": f"https://{host}:443", "certificate-authority-data": _certificate(cluster)}
    person = f"{role}_{cluster.inputs['resourceGroupName']}_{name}"
    kubeconfig = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": server}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": person}}],
        "current-context": name,
        "users": [{"name": person, "user": dict(user)}],
    }
    encoded = base64.b64encode(yaml.safe_dump(kubeconfig, sort_keys=False).encode()).decode()
    return {"kubeconfigs": [{"name": role, "value": encoded}]}


def _certificate(cluster: Stored) -> str:
    """Base64 of a text in PEM's form. It is no certificate: nothing answers at the address either."""
    digits = "".join(digest(cluster.id, "certificate", str(part)) for part in range(12))
    lines = "\n".join(textwrap.wrap(base64.b64encode(bytes.fromhex(digits)).decode(), 64))
    return base64.b64encode(f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n".encode()).decode()


INVOKES: Final[Mapping[str, Callable[[Scope, Properties], Properties]]] = {
    "azure-native:authorization:getClientConfig": _client_config,
    "azure-native:containerservice:listManagedClusterUserCredentials": _user_credentials,
    "azure-native:containerservice:listManagedClusterAdminCredentials": _admin_credentials,
}
