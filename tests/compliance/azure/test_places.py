"""Where the resources of Azure are, and where their data can go."""

from typing import Any

import pytest

from lepton_infra.compliance.facts import EVERYWHERE, Role
from lepton_infra.compliance.facts.data_class import TAG, DataClass
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource
from tests.compliance.azure.graphs import GROUP, account, all_places, found, made, read


def test_a_location_is_its_short_name() -> None:
    assert found(Role.HOME, account(location="West Europe")) == ["westeurope"]


def test_a_part_is_where_its_holder_is() -> None:
    container = made("storage:BlobContainer", "data", accountName="store0001", containerName="data")

    assert found(Role.HOME, account(), container) == ["westeurope", "westeurope"]


def test_agent_pool_of_an_undeclared_cluster_has_no_place() -> None:
    agents = made("containerservice:AgentPool", "gpu", resourceName="elsewhere")
    places = all_places(Graph(resources=(agents,)))

    assert places == []
    assert read(agents).nodes[0].disk.value is UNKNOWN


def test_an_account_without_a_location_is_where_its_group_or_provider_is() -> None:
    group = made("resources:ResourceGroup", "app", resourceGroupName="app", location="northeurope")
    bare = made("storage:StorageAccount", "bare", accountName="bare", resourceGroupName="app")
    provider = Resource(
        urn="urn:provider",
        type="pulumi:providers:azure-native",
        name="provider",
        inputs={"location": "France Central"},
    )
    provided = Resource(
        urn="urn:bare", type="azure-native:storage:StorageAccount", name="bare", inputs={}, provider="urn:provider"
    )

    assert found(Role.HOME, group, bare) == ["northeurope", "northeurope"]
    assert found(Role.HOME, provided, provider) == ["francecentral"]
    assert found(Role.PROVIDER, provided, provider) == ["francecentral"]
    assert found(Role.HOME, made("storage:StorageAccount", "lost")) == [None]


def test_a_provider_without_a_location_puts_nothing_anywhere() -> None:
    provider = Resource(urn="urn:provider", type="pulumi:providers:azure-native", name="provider", inputs={})

    assert found(Role.PROVIDER, provider) == []


@pytest.mark.parametrize(
    ("sku", "pair"),
    [
        ("Standard_LRS", []),
        ("Standard_ZRS", []),
        ("Premium_ZRS", []),
        ("Standard_GRS", ["northeurope"]),
        ("Standard_RAGRS", ["northeurope"]),
        ("Standard_GZRS", ["northeurope"]),
        (UNKNOWN, [UNKNOWN]),
    ],
)
def test_a_geo_redundant_account_is_in_the_pair_too(sku: Any, pair: list[Any]) -> None:
    assert found(Role.GEO, account(sku={"name": sku})) == pair


def test_a_pair_that_the_table_does_not_have_cannot_be_told() -> None:
    assert found(Role.GEO, account(sku={"name": "Standard_GRS"}), pairs={}) == [None]


@pytest.mark.parametrize(
    ("inputs", "copies"),
    [
        ({"allowedCopyScope": "AAD"}, []),
        ({"allowedCopyScope": "PrivateLink", "allowCrossTenantReplication": False}, []),
        ({}, [None]),
        ({"allowedCopyScope": "AAD", "allowCrossTenantReplication": True}, [None]),
        ({"allowedCopyScope": "AAD", "allowCrossTenantReplication": UNKNOWN}, [UNKNOWN]),
    ],
)
def test_an_account_that_lets_itself_be_copied_can_be_anywhere(inputs: dict[str, Any], copies: list[Any]) -> None:
    assert found(Role.COPY, account(**inputs)) == copies


SOURCE = account("source0001", allowedCopyScope="AAD")
TARGET = account("target0001", allowedCopyScope="AAD", location="northeurope")


@pytest.mark.parametrize(
    ("destination", "urns", "where"),
    [
        (TARGET.id, {}, "northeurope"),
        (str(TARGET.id).upper(), {}, "northeurope"),
        ("target0001", {}, "northeurope"),
        (UNKNOWN, {"destinationAccount": "target0001"}, "northeurope"),
        (UNKNOWN, {}, UNKNOWN),
        (f"{GROUP}/providers/Microsoft.Storage/storageAccounts/elsewhere", {}, None),
    ],
)
def test_a_copy_is_where_its_destination_is(destination: Any, urns: dict[str, str], where: Any) -> None:
    policy = made("storage:ObjectReplicationPolicy", "copy", urns=urns, destinationAccount=destination)

    assert found(Role.COPY, SOURCE, TARGET, policy) == [where]


WORKSPACE = made(
    "operationalinsights:Workspace",
    "logs",
    id="Microsoft.OperationalInsights/workspaces/logs",
    workspaceName="logs",
    location="northeurope",
)
FRONT = made("cdn:Profile", "front", sku={"name": "Premium_AzureFrontDoor"}, location="global")


def vault(kind: str) -> Resource:
    settings = {"storageSettings": [{"type": kind}]}
    return made("dataprotection:BackupVault", "v", location="westeurope", properties=settings)


def model(kind: str) -> Resource:
    return made("cognitiveservices:Deployment", "m", sku={"name": kind})


ELSEWHERE = {
    "registry replica": (
        Role.REPLICA,
        made("containerregistry:Replication", "copy", location="East US", registryName="r"),
        ["eastus"],
    ),
    "database": (
        Role.REPLICA,
        made("documentdb:DatabaseAccount", "db", locations=[{"locationName": "West US"}, {"locationName": UNKNOWN}]),
        ["westus", UNKNOWN],
    ),
    "database backups": (Role.GEO, made("cosmosdb:DatabaseAccount", "db", location="westeurope"), ["northeurope"]),
    "database backups at home": (
        Role.GEO,
        made(
            "cosmosdb:DatabaseAccount",
            "db",
            location="westeurope",
            backupPolicy={"periodicModeProperties": {"backupStorageRedundancy": "Zone"}},
        ),
        [],
    ),
    "vault of backups": (Role.GEO, made("recoveryservices:Vault", "v", location="westeurope"), ["northeurope"]),
    "zone-redundant vault": (
        Role.GEO,
        made(
            "dataprotection:BackupVault",
            "v",
            location="westeurope",
            properties={"storageSettings": [{"type": "ZoneRedundant"}]},
        ),
        [],
    ),
    "geo-redundant vault": (
        Role.GEO,
        made(
            "dataprotection:BackupVault",
            "v",
            location="westeurope",
            properties={"storageSettings": [{"type": "GeoRedundant"}]},
        ),
        ["northeurope"],
    ),
    "replicated vault": (
        Role.BACKUP,
        made("dataprotection:BackupVault", "v", properties={"replicatedRegions": ["North Europe"]}),
        ["northeurope"],
    ),
    "keys": (Role.KEY, made("keyvault:Vault", "v", location="westeurope"), ["northeurope"]),
    "hsm": (Role.KEY, made("keyvault:ManagedHsm", "h", properties={"regions": [{"name": "uksouth"}]}), ["uksouth"]),
    "sql": (Role.GEO, made("sql:Database", "d", location="westeurope"), ["northeurope"]),
    "sql at home": (
        Role.GEO,
        made("sql:Database", "d", location="westeurope", requestedBackupStorageRedundancy="Zone"),
        [],
    ),
    "postgres": (
        Role.GEO,
        made("dbforpostgresql:Server", "d", location="westeurope", backup={"geoRedundantBackup": "Enabled"}),
        ["northeurope"],
    ),
    "queue": (
        Role.REPLICA,
        made("servicebus:Namespace", "q", geoDataReplication={"locations": [{"locationName": "eastus"}]}),
        ["eastus"],
    ),
    "front door": (Role.EDGE, FRONT, [EVERYWHERE]),
    "model everywhere": (
        Role.AI,
        model("GlobalStandard"),
        [EVERYWHERE],
    ),
    "model in a zone of data": (
        Role.AI,
        model("DataZoneStandard"),
        [None],
    ),
    "model at home": (Role.AI, model("Standard"), []),
    "ai account": (Role.AI, made("cognitiveservices:Account", "a", location="swedencentral"), ["swedencentral"]),
    "service endpoint": (
        Role.PEER,
        made("network:Subnet", "s", serviceEndpoints=[{"service": "Microsoft.Storage", "locations": ["*"]}]),
        [EVERYWHERE],
    ),
    "partner's logs": (Role.LOG, made("monitor:DiagnosticSetting", "l", marketplacePartnerId="/partner"), [None]),
}


@pytest.mark.parametrize(("role", "resource", "where"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_what_leads_elsewhere_is_told(role: Role, resource: Resource, where: list[Any]) -> None:
    assert found(role, resource) == where


def test_logs_are_where_their_workspace_is() -> None:
    setting = made(
        "insights/v20210501preview:DiagnosticSetting", "logs-of", resourceUri=SOURCE.id, workspaceId=WORKSPACE.id
    )
    places = all_places(Graph(resources=(SOURCE, WORKSPACE, setting)))
    (log,) = [place for place in places if place.role is Role.LOG]

    assert log.location.value == "northeurope"
    assert log.data_class is DataClass.AUDIT_LOG
    assert log.location.path == "workspaceId"


@pytest.mark.parametrize(
    ("tags", "data_class"),
    [
        ({TAG: "model_artifact"}, DataClass.MODEL_ARTIFACT),
        ({TAG: "gossip"}, DataClass.PERSONAL),
        ({}, DataClass.PERSONAL),
        (UNKNOWN, DataClass.PERSONAL),
    ],
)
def test_what_says_nothing_holds_personal_data(tags: Any, data_class: DataClass) -> None:
    (home,) = [place for place in all_places(Graph(resources=(account(tags=tags),))) if place.role is Role.HOME]

    assert home.data_class is data_class
    assert home.holds_data


def test_what_only_configures_holds_nothing() -> None:
    group = made("resources:ResourceGroup", "app", location="westeurope")
    (home,) = all_places(Graph(resources=(group,)))

    assert not home.holds_data


@pytest.mark.parametrize(
    "kind", ["compute:VirtualMachine", "web:WebApp", "netapp:Volume", "compute/v20230301:VirtualMachine"]
)
def test_what_no_reading_knows_is_told(kind: str) -> None:
    unknown = made(kind, "it", location="westeurope")

    assert read(unknown).unread == (unknown,)


@pytest.mark.parametrize(
    "kind", ["storage/v20230101:StorageAccount", "authorization:RoleAssignment", "keyvault:Key", "network:Subnet"]
)
def test_what_is_read_or_harmless_is_not(kind: str) -> None:
    assert read(made(kind, "it")).unread == ()
