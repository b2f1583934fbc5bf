"""What plain resources of Azure come to: each fact with what passes and what fails, and what Azure takes where nothing
is said."""

from typing import Any

import pytest

from lepton_infra.clouds.azure.facts import keys
from lepton_infra.clouds.azure.facts.encryption import version
from lepton_infra.clouds.azure.facts.retention import FOR_EVER
from lepton_infra.clouds.azure.facts.rights import EVERYBODY, minutes
from lepton_infra.compliance.facts import Encryption, Facts, Immutability, Store, StoreKind
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource
from tests.compliance.azure.graphs import GROUP, account, made, read, urn

HERE = "/subscriptions/22222222-2222-4222-8222-222222222222"
ROLES = f"{HERE}/providers/Microsoft.Authorization/roleDefinitions"
OWNER = f"{ROLES}/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
READER = f"{ROLES}/acdd72a7-3385-48ef-bd42-f606fba81ae7"


def part(kind: str, name: str = "part", **inputs: Any) -> Resource:
    """A part of the plain account."""
    return made(f"storage:{kind}", name, accountName="store0001", **inputs)


def store(*resources: Resource) -> Store:
    found = [each for each in read(*resources).stores if each.kind is not StoreKind.LOG]
    assert len(found) == 1
    return found[0]


def value(fact: Any) -> Any:
    assert fact is not None
    return fact.value


ACCOUNT = [
    ("encryption", {}, Encryption.PROVIDER),
    ("encryption", {"encryption": {"keySource": "Microsoft.Storage"}}, Encryption.PROVIDER),
    ("encryption", {"encryption": {"keySource": "Microsoft.Keyvault"}}, Encryption.CUSTOMER),
    ("encryption", {"encryption": UNKNOWN}, UNKNOWN),
    ("public", {}, True),
    ("public", {"publicNetworkAccess": "Enabled"}, True),
    ("public", {"publicNetworkAccess": "Disabled"}, False),
    ("public", {"publicNetworkAccess": "SecuredByPerimeter"}, False),
    ("public", {"publicNetworkAccess": "Disabled", "allowBlobPublicAccess": True}, True),
    ("public", {"publicNetworkAccess": UNKNOWN}, UNKNOWN),
    ("shared_key", {}, True),
    ("shared_key", {"allowSharedKeyAccess": True}, True),
    ("shared_key", {"allowSharedKeyAccess": False}, False),
    ("minimum_tls", {}, "1.0"),
    ("minimum_tls", {"minimumTlsVersion": "TLS1_2"}, "1.2"),
    ("minimum_tls", {"minimumTlsVersion": "TLS1_2", "enableHttpsTrafficOnly": False}, None),
    ("zone_redundant", {}, False),
    ("zone_redundant", {"sku": {"name": "Standard_ZRS"}}, True),
    ("zone_redundant", {"sku": {"name": "Standard_GZRS"}}, True),
    ("immutable", {}, Immutability.NONE),
    ("days", {}, None),
    ("hidden_days", {}, 0),
    ("recoverable", {}, False),
    ("access_logged", {}, False),
    ("locked", {}, False),
]


@pytest.mark.parametrize(("fact", "inputs", "expected"), ACCOUNT)
def test_storage_account_defaults(fact: str, inputs: dict[str, Any], expected: Any) -> None:
    assert value(getattr(store(account(**inputs)), fact)) == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [("Unlocked", Immutability.REVERSIBLE), ("Locked", Immutability.IRREVERSIBLE), ("Disabled", Immutability.NONE)],
)
def test_an_accounts_policy_may_be_for_ever(state: str, expected: Immutability) -> None:
    policy = {"enabled": True, "immutabilityPolicy": {"state": state}}

    assert value(store(account(immutableStorageWithVersioning=policy)).immutable) is expected


def test_a_containers_policy_counts_for_its_account() -> None:
    policy = part("BlobContainerImmutabilityPolicy", containerName="data", immutabilityPeriodSinceCreationInDays=7)

    assert value(store(account(), policy).immutable) is Immutability.REVERSIBLE


def lifecycle(*rules: dict[str, Any]) -> Resource:
    return part("ManagementPolicy", policy={"rules": list(rules)})


def rule(what: str = "baseBlob", days: Any = 30, enabled: bool = True, **filters: Any) -> dict[str, Any]:
    counted = "daysAfterModificationGreaterThan" if what == "baseBlob" else "daysAfterCreationGreaterThan"
    actions = {what: {"delete": {counted: days}}}
    return {"enabled": enabled, "definition": {"actions": actions, "filters": {"blobTypes": ["blockBlob"], **filters}}}


@pytest.mark.parametrize(
    ("rules", "days"),
    [
        ([rule()], 30),
        ([rule(), rule(days=7)], 7),
        ([rule(enabled=False)], None),
        ([rule(prefixMatch=["logs/"])], None),
        ([rule(blobTypes=["appendBlob"])], None),
        ([rule("version")], None),
        ([rule(days=UNKNOWN)], UNKNOWN),
        (UNKNOWN, UNKNOWN),
    ],
)
def test_objects_are_kept_as_long_as_a_rule_for_all_says(rules: Any, days: Any) -> None:
    policy = part("ManagementPolicy", policy={"rules": rules})

    assert value(store(account(), policy).days) == days


SOFT = {"enabled": True, "days": 7}


@pytest.mark.parametrize(
    ("service", "rules", "days"),
    [
        ({"deleteRetentionPolicy": SOFT}, [], 7),
        ({"deleteRetentionPolicy": {"enabled": False, "days": 7}}, [], 0),
        ({"containerDeleteRetentionPolicy": {"enabled": True, "days": 9}, "deleteRetentionPolicy": SOFT}, [], 9),
        ({"isVersioningEnabled": True}, [], FOR_EVER),
        ({"isVersioningEnabled": True, "deleteRetentionPolicy": SOFT}, [rule("version", 30)], 37),
        ({"isVersioningEnabled": UNKNOWN}, [], UNKNOWN),
        ({"deleteRetentionPolicy": {"enabled": True, "days": UNKNOWN}}, [], UNKNOWN),
    ],
)
def test_what_is_hidden_is_added_up(service: dict[str, Any], rules: list[Any], days: Any) -> None:
    assert (
        value(store(account(), part("BlobServiceProperties", "blobs", **service), lifecycle(*rules)).hidden_days)
        == days
    )


def test_what_nobody_may_delete_stays_hidden_as_long() -> None:
    policy = {"state": "Unlocked", "immutabilityPeriodSinceCreationInDays": 20}
    kept = account(immutableStorageWithVersioning={"enabled": True, "immutabilityPolicy": policy})
    service = part("BlobServiceProperties", "blobs", isVersioningEnabled=True, deleteRetentionPolicy=SOFT)

    assert value(store(kept, service, lifecycle(rule("version", 0))).hidden_days) == 27


@pytest.mark.parametrize(("versions", "recoverable"), [(True, True), (False, False), (UNKNOWN, UNKNOWN)])
def test_versions_bring_back_what_was_replaced(versions: Any, recoverable: Any) -> None:
    service = part("BlobServiceProperties", "blobs", isVersioningEnabled=versions)

    assert value(store(account(), service).recoverable) == recoverable


def diagnostics(of: Any, *categories: str, urns: dict[str, str] | None = None, **inputs: Any) -> Resource:
    logs = [{"category": category, "enabled": True} for category in categories]
    return made(
        "monitor:DiagnosticSetting", "logs-of", urns=urns, resourceUri=of, logs=inputs.pop("logs", logs), **inputs
    )


ACCESS = ("StorageRead", "StorageWrite", "StorageDelete")


@pytest.mark.parametrize(
    ("setting", "logged"),
    [
        (diagnostics(account().id, *ACCESS), True),
        (diagnostics(f"{account().id}/blobServices/default", *ACCESS), True),
        (diagnostics(UNKNOWN, *ACCESS, urns={"resourceUri": "store0001"}), True),
        (diagnostics(account().id, logs=[{"categoryGroup": "audit", "enabled": True}]), True),
        (diagnostics(account().id, "StorageRead"), False),
        (diagnostics(account().id, logs=[{"categoryGroup": "audit", "enabled": False}]), False),
        (diagnostics(f"{GROUP}/providers/Microsoft.Storage/storageAccounts/other", *ACCESS), False),
    ],
)
def test_an_account_tells_who_read_it(setting: Resource, logged: bool) -> None:
    assert value(store(account(), setting).access_logged) is logged


def lock(level: str, **inputs: Any) -> Resource:
    return made("authorization:ManagementLockByScope", "lock", level=level, **inputs)


@pytest.mark.parametrize(
    ("held", "locked"),
    [
        (lock("CanNotDelete", scope=account().id), True),
        (lock("ReadOnly", scope=GROUP), True),
        (lock("NotSpecified", scope=account().id), False),
        (lock("CanNotDelete", scope=f"{GROUP}/providers/Microsoft.Storage/storageAccounts/other"), False),
        (made("authorization:ManagementLockAtSubscriptionLevel", "lock", level="CanNotDelete"), True),
        (
            made("authorization:ManagementLockAtResourceGroupLevel", "lock", level="ReadOnly", resourceGroupName="app"),
            True,
        ),
    ],
)
def test_a_lock_holds_what_it_is_on_and_what_is_in_it(held: Resource, locked: bool) -> None:
    group = Resource(
        urn=urn("app"),
        type="azure-native:resources:ResourceGroup",
        name="app",
        inputs={"resourceGroupName": "app"},
        id=GROUP,
    )

    assert value(store(account(resourceGroupName="app"), group, held).locked) is locked


def vault(**properties: Any) -> Resource:
    return made("keyvault:Vault", "v", vaultName="v", location="westeurope", properties=properties)


def key(**properties: Any) -> Resource:
    return made("keyvault:Key", "k", vaultName="v", keyName="k", properties=properties)


def rotation(**trigger: Any) -> dict[str, Any]:
    return {
        "lifetimeActions": [{"action": {"type": "rotate"}, "trigger": trigger}],
        "attributes": {"expiryTime": "P1Y"},
    }


@pytest.mark.parametrize(
    ("policy", "days"),
    [
        (rotation(timeAfterCreate="P90D"), 90),
        (rotation(timeBeforeExpiry="P30D"), 336),
        (rotation(timeAfterCreate=UNKNOWN), UNKNOWN),
        ({"lifetimeActions": [{"action": {"type": "notify"}, "trigger": {"timeBeforeExpiry": "P30D"}}]}, None),
        ({}, None),
        (UNKNOWN, UNKNOWN),
    ],
)
def test_a_key_rotates_as_its_policy_says(policy: Any, days: Any) -> None:
    (found,) = read(vault(), key(rotationPolicy=policy)).keys

    assert found.rotation_days.value == days


@pytest.mark.parametrize(("text", "days"), [("P90D", 90), ("P1Y", 366), ("P3M", 93), ("P2W", 14), ("soon", None)])
def test_a_duration_is_as_long_as_it_can_be(text: str, days: int | None) -> None:
    assert keys.days(text) == days


@pytest.mark.parametrize(
    ("properties", "days"),
    [
        ({"enablePurgeProtection": True}, 90),
        ({"enablePurgeProtection": True, "softDeleteRetentionInDays": 7}, 7),
        ({"softDeleteRetentionInDays": 90}, 0),
        ({"enablePurgeProtection": True, "enableSoftDelete": False}, 0),
        ({"enablePurgeProtection": UNKNOWN}, UNKNOWN),
    ],
)
def test_a_key_can_be_had_back_if_nobody_may_purge_it(properties: dict[str, Any], days: Any) -> None:
    (found,) = read(vault(**properties), key()).keys

    assert found.deletion_days.value == days


def test_a_key_of_an_unknown_vault_is_not_known() -> None:
    (found,) = read(key()).keys

    assert found.deletion_days.value is UNKNOWN
    assert found.separated.value is UNKNOWN


def test_duties_are_separate_by_roles_unless_one_role_has_both() -> None:
    both = made(
        "authorization:RoleAssignment",
        "both",
        scope=f"{GROUP}/providers/Microsoft.KeyVault/vaults/v",
        roleDefinitionId=f"{ROLES}/{'00482a5a-887f-4fb3-b363-3b7fe8e74483'}",
    )

    assert read(vault(enableRbacAuthorization=True), key()).keys[0].separated.value is True
    assert read(vault(accessPolicies=[]), key()).keys[0].separated.value is False
    assert read(vault(enableRbacAuthorization=True), key(), both).keys[0].separated.value is False


def test_a_vault_is_private_and_holds_secrets_or_keys() -> None:
    secret = made("keyvault:Secret", "s", vaultName="v", properties={"value": "hunter2"})

    assert value(store(vault()).public) is True
    assert value(store(vault(publicNetworkAccess="Disabled")).public) is False
    assert value(store(vault()).encryption) is Encryption.CUSTOMER
    assert value(store(vault(), secret).encryption) is Encryption.PROVIDER
    assert [each.what for each in read(vault(), secret).credentials] == ["a secret in plain"]


def cluster(**inputs: Any) -> Resource:
    id = "Microsoft.ContainerService/managedClusters/main"
    return made("containerservice:ManagedCluster", "main", id=id, resourceName="main", location="westeurope", **inputs)


KMS = {"azureKeyVaultKms": {"enabled": True}}
CLUSTER = [
    ("open_to", {}, frozenset({"0.0.0.0/0"})),
    ("open_to", {"apiServerAccessProfile": {"enablePrivateCluster": True}}, frozenset()),
    ("open_to", {"apiServerAccessProfile": {"authorizedIPRanges": ["192.0.2.0/24"]}}, frozenset({"192.0.2.0/24"})),
    ("open_to", {"apiServerAccessProfile": UNKNOWN}, UNKNOWN),
    ("secrets_key", {}, Encryption.PROVIDER),
    ("secrets_key", {"securityProfile": KMS}, Encryption.CUSTOMER),
    ("local_accounts", {}, True),
    ("local_accounts", {"disableLocalAccounts": True}, False),
    ("workload_identity", {}, False),
    ("workload_identity", {"oidcIssuerProfile": {"enabled": True}}, False),
    (
        "workload_identity",
        {"oidcIssuerProfile": {"enabled": True}, "securityProfile": {"workloadIdentity": {"enabled": True}}},
        True,
    ),
    ("network_policy", {}, False),
    ("network_policy", {"networkProfile": {"networkPolicy": "none"}}, False),
    ("network_policy", {"networkProfile": {"networkPolicy": "cilium"}}, True),
    ("audit_logs", {}, frozenset()),
    ("transport_encrypted", {}, False),
    ("locked", {}, False),
    ("zones", {}, 1),
    ("zones", {"agentPoolProfiles": [{"availabilityZones": ["1", "2"]}, {"availabilityZones": ["3"]}]}, 3),
]


@pytest.mark.parametrize(("fact", "inputs", "expected"), CLUSTER)
def test_cluster_defaults(fact: str, inputs: dict[str, Any], expected: Any) -> None:
    (found,) = read(cluster(**inputs)).clusters

    assert value(getattr(found, fact)) == expected


@pytest.mark.parametrize(
    ("categories", "told"),
    [
        (("kube-apiserver", "kube-audit-admin", "guard"), {"api", "audit", "authentication"}),
        (("kube-audit",), {"audit"}),
        (("cluster-autoscaler",), set()),
    ],
)
def test_a_cluster_logs_what_its_settings_send(categories: tuple[str, ...], told: set[str]) -> None:
    (found,) = read(cluster(), diagnostics(cluster().id, *categories)).clusters

    assert found.audit_logs.value == frozenset(told)


POOL = [
    ("disk", {}, {}, Encryption.PROVIDER),
    ("disk", {"diskEncryptionSetID": UNKNOWN}, {}, Encryption.PROVIDER),
    ("disk", {"diskEncryptionSetID": UNKNOWN}, {"enableEncryptionAtHost": True}, Encryption.CUSTOMER),
    ("public_address", {}, {}, False),
    ("public_address", {}, {"enableNodePublicIP": True}, True),
    ("remote_login", {}, {}, False),
    ("remote_login", {"linuxProfile": {"adminUsername": "me"}}, {}, True),
    ("remote_login", {"linuxProfile": {"adminUsername": "me"}}, {"securityProfile": {"sshAccess": "Disabled"}}, False),
    ("verified_boot", {}, {}, False),
    ("verified_boot", {}, {"securityProfile": {"enableSecureBoot": True}}, True),
    ("zones", {}, {}, 1),
    ("zones", {}, {"availabilityZones": ["1", "2"]}, 2),
    ("metadata_guarded", {}, {}, False),
    ("metadata_guarded", {"networkProfile": {"networkPolicy": "cilium"}}, {}, False),
]


@pytest.mark.parametrize(("fact", "of_cluster", "of_pool", "expected"), POOL)
def test_agent_pool_defaults(fact: str, of_cluster: dict[str, Any], of_pool: dict[str, Any], expected: Any) -> None:
    pool = made("containerservice:AgentPool", "pool", resourceName="main", vmSize="Standard_D4s_v5", **of_pool)
    (found,) = read(cluster(**of_cluster), pool).nodes

    assert value(getattr(found, fact)) == expected
    assert not found.accelerated


def test_a_pool_within_its_cluster_names_zones_of_its_own() -> None:
    (found,) = read(cluster(agentPoolProfiles=[{"vmSize": "Standard_D4s_v5", "availabilityZones": ["1", "3"]}])).nodes

    assert (value(found.zones), found.zones.path) == (2, "agentPoolProfiles[0].availabilityZones")


def test_gpus_are_told_by_the_size() -> None:
    (found,) = read(
        made("containerservice:AgentPool", "pool", resourceName="main", vmSize="Standard_NC4as_T4_v3")
    ).nodes

    assert found.accelerated
    assert found.verified_boot is None


def policy(egress: Any, namespace: str = "serving", **selector: Any) -> Resource:
    return Resource(
        urn=urn(f"policy-{len(str(egress))}"),
        type="kubernetes:networking.k8s.io/v1:NetworkPolicy",
        name="policy",
        inputs={
            "metadata": {"namespace": namespace},
            "spec": {"podSelector": selector, "policyTypes": ["Egress"], "egress": egress},
        },
    )


NAMESPACE = Resource(
    urn=urn("serving"), type="kubernetes:core/v1:Namespace", name="serving", inputs={"metadata": {"name": "serving"}}
)
ANYWHERE: dict[str, Any] = {"ipBlock": {"cidr": "0.0.0.0/0"}}
ELSEWHERE: dict[str, Any] = {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["169.254.0.0/16"]}}


@pytest.mark.parametrize(
    ("policies", "guarded"),
    [
        ([policy([])], True),
        ([policy([]), policy([{"to": [ELSEWHERE]}])], True),
        ([policy([]), policy([{"to": [ANYWHERE]}])], False),
        ([policy([]), policy([{"ports": []}])], False),
        ([policy([{"to": [ELSEWHERE]}])], False),
        ([policy([], namespace="other")], False),
        ([policy([], matchLabels={"app": "web"})], False),
    ],
)
def test_network_policies_keep_pods_from_the_machines_identity(policies: list[Resource], guarded: bool) -> None:
    pool = made("containerservice:AgentPool", "pool", resourceName="main", vmSize="Standard_D4s_v5")
    (found,) = read(cluster(networkProfile={"networkPolicy": "cilium"}), pool, NAMESPACE, *policies).nodes

    assert found.metadata_guarded.value is guarded


NET = made(
    "network:VirtualNetwork",
    "net",
    id="Microsoft.Network/virtualNetworks/net",
    virtualNetworkName="net",
    location="westeurope",
)
SUBNET = "Microsoft.Network/virtualNetworks/net/subnets/it"


def subnet(**inputs: Any) -> Resource:
    return made("network:Subnet", "it", id=SUBNET, virtualNetworkName="net", **inputs)


def test_a_network_tells_of_its_flows() -> None:
    log = made("network:FlowLog", "flows", targetResourceId=NET.id, enabled=True)
    off = made("network:FlowLog", "flows", targetResourceId=NET.id, enabled=False)

    assert read(NET).networks[0].flow_logs.value is False
    assert read(NET, log).networks[0].flow_logs.value is True
    assert read(NET, off).networks[0].flow_logs.value is False


def test_a_network_reaches_services_by_private_endpoints() -> None:
    agent = cluster(addonProfiles={"omsagent": {"enabled": True}})
    endpoints = [
        made(
            "network:PrivateEndpoint",
            group,
            subnet={"id": f"{GROUP}/providers/{SUBNET}"},
            privateLinkServiceConnections=[{"groupIds": [group]}],
        )
        for group in ("blob", "vault", "registry", "sqlServer")
    ]

    assert read(NET, subnet()).networks[0].private_services.value == frozenset({"identity", "logs"})
    assert read(NET, subnet(), agent).networks[0].private_services.value == frozenset({"identity"})
    found = read(NET, subnet(), *endpoints).networks[0].private_services
    assert found.value == frozenset({"identity", "logs", "objects", "keys", "registry"})


def test_a_subnet_without_a_group_is_open() -> None:
    assert read(NET, subnet()).networks[0].default_open.value is True
    assert read(NET, subnet(networkSecurityGroup={"id": "x"})).networks[0].default_open.value is False


def firewall(*rules: dict[str, Any]) -> Resource:
    return made("network:NetworkSecurityGroup", "nsg", networkSecurityGroupName="nsg", securityRules=list(rules))


def allow(**changes: Any) -> dict[str, Any]:
    given = {"access": "Allow", "direction": "Inbound", "protocol": "Tcp", "sourceAddressPrefix": "10.0.0.0/8"}
    return {**given, "destinationAddressPrefix": "*", "destinationPortRange": "443", **changes}


DENY_OUT = allow(access="Deny", direction="Outbound", protocol="*", destinationPortRange="*")


@pytest.mark.parametrize(
    ("rule", "peers", "ports"),
    [
        (allow(), {"10.0.0.0/8"}, (443, 443)),
        (allow(sourceAddressPrefix="*"), {"0.0.0.0/0"}, (443, 443)),
        (allow(sourceAddressPrefix="Internet"), {"0.0.0.0/0"}, (443, 443)),
        (allow(destinationPortRange="8000-8080"), {"10.0.0.0/8"}, (8000, 8080)),
        (allow(destinationPortRange="*"), {"10.0.0.0/8"}, (None, None)),
        (allow(sourceAddressPrefix=UNKNOWN), UNKNOWN, (443, 443)),
    ],
)
def test_inbound_rules_of_a_security_group(
    rule: dict[str, Any], peers: Any, ports: tuple[int | None, int | None]
) -> None:
    (found,) = read(firewall(rule, DENY_OUT)).openings

    assert found.inbound
    assert found.peers.value == peers
    assert (found.from_port, found.to_port) == ports


def test_azure_lets_everything_out_that_no_rule_keeps_in() -> None:
    (found,) = read(firewall()).openings

    assert not found.inbound
    assert found.peers.value == frozenset({"0.0.0.0/0"})
    assert read(firewall(DENY_OUT)).openings == ()


def test_a_rule_of_its_own_is_read_with_its_group() -> None:
    rule = made("network:SecurityRule", "rule", networkSecurityGroupName="nsg", **allow(sourceAddressPrefix="*"))
    inbound = [each for each in read(firewall(), rule).openings if each.inbound]

    assert [each.peers.value for each in inbound] == [frozenset({"0.0.0.0/0"})]


def assignment(**inputs: Any) -> Resource:
    return made("authorization:RoleAssignment", "right", **{"roleDefinitionId": READER, "scope": GROUP, **inputs})


@pytest.mark.parametrize(
    ("inputs", "everything"),
    [
        ({}, ()),
        ({"roleDefinitionId": OWNER}, ("Owner",)),
        ({"roleDefinitionId": OWNER, "scope": HERE}, ("Owner",)),
        ({"roleDefinitionId": OWNER, "scope": f"{GROUP}/providers/Microsoft.KeyVault/vaults/v"}, ()),
        ({"roleDefinitionId": UNKNOWN}, UNKNOWN),
        ({"roleDefinitionId": OWNER, "scope": UNKNOWN}, UNKNOWN),
    ],
)
def test_a_basic_role_over_many_resources_is_everything(inputs: dict[str, Any], everything: Any) -> None:
    (found,) = read(assignment(**inputs)).grants

    assert found.everything.value == everything


def test_everybody_is_anyone() -> None:
    assert read(assignment(principalId=EVERYBODY)).grants[0].anyone.value is True
    assert read(assignment(principalId="33333333-3333-4333-8333-333333333333")).grants[0].anyone.value is False
    assert read(assignment(principalId=UNKNOWN)).grants[0].anyone.value is UNKNOWN


@pytest.mark.parametrize(
    ("actions", "everything"),
    [
        (["*"], ("*",)),
        (["Microsoft.Storage/*"], ("Microsoft.Storage/*",)),
        (["Microsoft.Storage/storageAccounts/read", "*/read"], ()),
        ([UNKNOWN], UNKNOWN),
    ],
)
def test_a_role_of_wildcards_is_everything(actions: list[Any], everything: Any) -> None:
    (found,) = read(made("authorization:RoleDefinition", "role", permissions=[{"actions": actions}])).grants

    assert found.everything.value == everything


@pytest.mark.parametrize(
    ("inputs", "exact"),
    [
        ({}, True),
        ({"issuer": UNKNOWN}, True),
        ({"subject": "system:serviceaccount:*:it"}, False),
        ({"subject": None}, False),
        ({"audiences": []}, False),
    ],
)
def test_a_trust_names_whom_it_trusts(inputs: dict[str, Any], exact: bool) -> None:
    given = {
        "issuer": "https://issuer",
        "subject": "system:serviceaccount:a:b",
        "audiences": ["api://AzureADTokenExchange"],
    }
    (found,) = read(made("managedidentity:FederatedIdentityCredential", "trust", **{**given, **inputs})).grants

    assert found.exact is not None
    assert found.exact.value is exact


def eligible() -> Resource:
    return made("authorization:PimRoleEligibilitySchedule", "emergency", scope=HERE, roleDefinitionId=OWNER)


def terms(*rules: dict[str, Any], scope: str = HERE) -> Resource:
    return made("authorization:RoleManagementPolicy", "terms", scope=scope, rules=list(rules))


def ends(duration: str, **changes: Any) -> dict[str, Any]:
    kind = "RoleManagementPolicyExpirationRule"
    return {"id": "Expiration_EndUser_Assignment", "ruleType": kind, "maximumDuration": duration, **changes}


def enters(*factors: str) -> dict[str, Any]:
    kind = "RoleManagementPolicyEnablementRule"
    return {"id": "Enablement_EndUser_Assignment", "ruleType": kind, "enabledRules": list(factors)}


APPROVED = {"ruleType": "RoleManagementPolicyApprovalRule", "setting": {"isApprovalRequired": True}}


@pytest.mark.parametrize(
    ("policies", "lasts", "second"),
    [
        ([], 480, True),
        ([terms(ends("PT1H"))], 60, True),
        ([terms(ends("PT90M"), enters("Justification"))], 90, False),
        ([terms(ends("PT1H"), enters("MultiFactorAuthentication"))], 60, True),
        ([terms(ends("PT1H"), enters("Justification"), APPROVED)], 60, True),
        ([terms(ends("PT1H", isExpirationRequired=False))], None, True),
        ([terms(ends("P365D", id="Expiration_Admin_Eligibility"))], 480, True),
        ([terms(ends("PT1H"), scope="/")], 480, True),
    ],
)
def test_an_emergency_is_bound_by_its_terms(policies: list[Resource], lasts: Any, second: bool) -> None:
    (found,) = read(eligible(), *policies).break_glass

    assert found.minutes.value == lasts
    assert found.second_factor.value is second


@pytest.mark.parametrize(
    ("text", "expected"), [("PT1H30M", 90), ("P1D", 1440), ("PT30M", 30), ("", None), ("1h", None)]
)
def test_minutes_of_a_duration(text: str, expected: int | None) -> None:
    assert minutes(text) == expected


def trail(*categories: str, **inputs: Any) -> Resource:
    logs = [{"category": category, "enabled": True} for category in categories]
    return made("monitor:SubscriptionDiagnosticSetting", "trail", logs=logs, **inputs)


ALL = ("Administrative", "Security", "Policy")


def test_a_trail_is_whole_and_where_nobody_changes_it() -> None:
    fixed = {"enabled": True, "immutabilityPolicy": {"state": "Unlocked"}}
    keyed = {"keySource": "Microsoft.Keyvault"}
    archive = account(immutableStorageWithVersioning=fixed, encryption=keyed)
    (good,) = read(archive, trail(*ALL, storageAccountId=archive.id)).trails
    (bad,) = read(account(), trail("Administrative", storageAccountId=account().id)).trails
    (asked,) = read(trail(*ALL, workspaceId="/subscriptions/x/w")).trails

    assert (good.complete.value, good.verified.value, good.encryption.value) == (True, True, Encryption.CUSTOMER)
    assert (bad.complete.value, bad.verified.value, bad.encryption.value) == (False, False, Encryption.PROVIDER)
    assert (asked.verified.value, asked.encryption.value) == (False, Encryption.PROVIDER)
    assert (good.with_content.value, good.data_access.value) == (False, False)


def test_a_setting_on_the_subscription_is_a_trail_too() -> None:
    assert len(read(diagnostics(HERE, *ALL)).trails) == 1
    assert read(diagnostics(GROUP, *ALL)).trails == ()


def test_a_group_tells_who_is_in_it() -> None:
    mail = [{"name": "dpo", "emailAddress": "dpo@example.com"}]

    assert receivers(emailReceivers=mail) == ("dpo@example.com",)
    assert receivers(emailReceivers=mail, enabled=False) == ()
    assert receivers() == ()
    assert receivers(emailReceivers=UNKNOWN) is UNKNOWN


def receivers(**inputs: Any) -> Any:
    return read(made("monitor:ActionGroup", "group", **inputs)).alert_routes[0].receivers.value


def activity(*operations: str, group: str | None = "g", **inputs: Any) -> Facts:
    named = [{"field": "operationName", "equals": operation} for operation in operations]
    conditions = [{"field": "category", "equals": "Administrative"}, {"anyOf": named}]
    actions = {"actionGroups": [{"actionGroupId": group}] if group else []}
    return read(made("monitor:ActivityLogAlert", "a", condition={"allOf": conditions}, actions=actions, **inputs))


def test_an_alert_is_about_what_it_names() -> None:
    taken = activity("Microsoft.Authorization/roleAssignments/write")
    audit = activity("Microsoft.Insights/diagnosticSettings/delete")

    assert [(each.about, each.routed.value) for each in taken.alerts] == [("break-glass", True)]
    assert [each.about for each in audit.alerts] == ["audit-changed"]
    assert activity("Microsoft.Compute/virtualMachines/write").alerts == ()
    assert activity("Microsoft.Authorization/roleAssignments/write", enabled=False).alerts == ()
    (silent,) = activity("Microsoft.Authorization/roleAssignments/write", group=None).alerts
    assert silent.routed.value is False


def test_a_plan_looks_for_attacks_if_it_is_bought() -> None:
    assert read(made("security:Pricing", "p", pricingTier="Standard")).detections[0].on.value is True
    assert read(made("security:Pricing", "p", pricingTier="Free")).detections[0].on.value is False


VAULT = "Microsoft.DataProtection/backupVaults/bv"


def backup(store: str, soft: str = "AlwaysOn", duration: Any = "P30D") -> Facts:
    security = {"softDeleteSettings": {"state": soft}}
    rules = [{"lifecycles": [{"sourceDataStore": {"dataStoreType": store}, "deleteAfter": {"duration": duration}}]}]
    return read(
        account(),
        made("dataprotection:BackupVault", "bv", id=VAULT, vaultName="bv", properties={"securitySettings": security}),
        made(
            "dataprotection:BackupPolicy",
            "daily",
            id=f"{VAULT}/backupPolicies/daily",
            vaultName="bv",
            backupPolicyName="daily",
            properties={"policyRules": rules},
        ),
        made(
            "dataprotection:BackupInstance",
            "of-store",
            vaultName="bv",
            properties={
                "dataSourceInfo": {"resourceID": account().id},
                "policyInfo": {"policyId": f"{GROUP}/providers/{VAULT}/backupPolicies/daily"},
            },
        ),
    )


@pytest.mark.parametrize(
    ("store", "soft", "elsewhere"),
    [("VaultStore", "AlwaysOn", True), ("VaultStore", "On", False), ("OperationalStore", "AlwaysOn", False)],
)
def test_a_backup_is_out_of_reach_in_a_vault_that_nobody_empties(store: str, soft: str, elsewhere: bool) -> None:
    facts = backup(store, soft)
    (found,) = facts.backups

    assert found.covers.value == frozenset({urn("store0001")})
    assert found.days.value == 30
    assert found.elsewhere.value is elsewhere
    assert [value(each.recoverable) for each in facts.stores if each.kind is StoreKind.BUCKET] == [True]


def test_a_backup_of_unknown_length_is_unknown() -> None:
    assert backup("VaultStore", duration=UNKNOWN).backups[0].days.value is UNKNOWN


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, Immutability.NONE),
        ({"immutabilitySettings": {"state": "Unlocked"}}, Immutability.REVERSIBLE),
        ({"immutabilitySettings": {"state": "Locked"}}, Immutability.IRREVERSIBLE),
    ],
)
def test_a_vault_of_backups_may_be_for_ever(settings: dict[str, Any], expected: Immutability) -> None:
    found = store(made("dataprotection:BackupVault", "bv", properties={"securitySettings": settings}))

    assert value(found.immutable) is expected
    assert found.kind is StoreKind.BACKUP
    assert value(found.encryption) is Encryption.PROVIDER


DATABASES = [
    ("cosmosdb:DatabaseAccount", {}, (Encryption.PROVIDER, True, True)),
    (
        "documentdb:DatabaseAccount",
        {"keyVaultKeyUri": "https://v", "publicNetworkAccess": "Disabled", "disableLocalAuth": True},
        (Encryption.CUSTOMER, False, False),
    ),
    ("dbforpostgresql:Server", {}, (Encryption.PROVIDER, True, True)),
    (
        "dbforpostgresql:Server",
        {
            "dataEncryption": {"primaryKeyURI": UNKNOWN},
            "network": {"publicNetworkAccess": "Disabled"},
            "authConfig": {"passwordAuth": "Disabled"},
        },
        (Encryption.CUSTOMER, False, False),
    ),
    ("sql:Server", {}, (Encryption.PROVIDER, True, True)),
    (
        "sql:Server",
        {
            "keyId": "https://v",
            "publicNetworkAccess": "Disabled",
            "administrators": {"azureADOnlyAuthentication": True},
        },
        (Encryption.CUSTOMER, False, False),
    ),
]


@pytest.mark.parametrize(("kind", "inputs", "expected"), DATABASES)
def test_database_defaults(kind: str, inputs: dict[str, Any], expected: tuple[Any, ...]) -> None:
    found = store(made(kind, "db", **inputs))

    assert (value(found.encryption), value(found.public), value(found.shared_key)) == expected
    assert found.kind is StoreKind.DATABASE
    assert value(found.recoverable) is True


def registry(**inputs: Any) -> Store:
    return store(made("containerregistry:Registry", "r", registryName="r", **inputs))


def test_registry_defaults() -> None:
    assert value(registry().public) is True
    assert value(registry(publicNetworkAccess="Disabled").public) is False
    assert value(registry(publicNetworkAccess="Disabled", anonymousPullEnabled=True).public) is True
    assert value(registry().shared_key) is False
    assert value(registry(adminUserEnabled=True).shared_key) is True
    assert value(registry(encryption={"status": "enabled"}).encryption) is Encryption.CUSTOMER
    assert value(registry().encryption) is Encryption.PROVIDER


def test_images_are_scanned_where_the_plan_is_bought() -> None:
    images = made("containerregistry:Registry", "r", registryName="r")
    plan = made("security:Pricing", "p", pricingName="Containers", pricingTier="Standard")

    assert value(store(images).scanned) is False
    assert value(store(images, plan).scanned) is True


def test_a_workspace_keeps_as_long_as_its_longest_table() -> None:
    logs = made("operationalinsights:Workspace", "w", workspaceName="w")
    table = made("operationalinsights:Table", "t", workspaceName="w", totalRetentionInDays=400)

    assert [value(each.days) for each in read(logs).stores] == [30]
    assert [value(each.days) for each in read(logs, table).stores] == [400]
    assert [value(each.shared_key) for each in read(logs).stores] == [True]


@pytest.mark.parametrize(
    ("inputs", "public"),
    [
        ({}, True),
        ({"networkAccessPolicy": "DenyAll"}, False),
        ({"publicNetworkAccess": "Disabled"}, False),
    ],
)
def test_a_disk_can_be_exported_unless_it_says_otherwise(inputs: dict[str, Any], public: bool) -> None:
    assert value(store(made("compute:Disk", "d", **inputs)).public) is public


@pytest.mark.parametrize(
    ("text", "expected"), [("TLS1_2", "1.2"), ("Tls12", "1.2"), ("1.3", "1.3"), ("Tls", "1.0"), ("TLSDisabled", None)]
)
def test_a_version_of_tls_is_written_one_way(text: str, expected: str | None) -> None:
    assert version(text) == expected


def test_an_organization_policy_is_a_built_in_policy_that_is_enforced() -> None:
    definition = "/providers/Microsoft.Authorization/policyDefinitions/e56962a6-4747-49cd-b67b-bf8b01975c4c"
    listed = {"listOfAllowedLocations": {"value": ["West Europe"]}}
    allowed = made("authorization:PolicyAssignment", "f", policyDefinitionId=definition, parameters=listed)
    off = made("authorization:PolicyAssignment", "f", policyDefinitionId=definition, enforcementMode="DoNotEnforce")

    assert [each.locations.value for each in read(allowed).organization_policies] == [frozenset({"westeurope"})]
    assert read(off).organization_policies == ()


def test_a_gateway_answers_over_tls_or_sends_on_to_it() -> None:
    gateway = made(
        "network:ApplicationGateway",
        "gw",
        location="westeurope",
        frontendIPConfigurations=[{"publicIPAddress": {"id": "x"}}],
        httpListeners=[{"name": "plain", "protocol": "Http"}, {"name": "secure", "protocol": "Https"}],
        requestRoutingRules=[{"httpListener": {"id": "x/httpListeners/plain"}, "redirectConfiguration": {"id": "y"}}],
        sslPolicy={"minProtocolVersion": "TLSv1_2"},
        firewallPolicy={"id": "z"},
    )
    plain, secure = read(gateway).listeners

    assert (plain.minimum_tls.value, plain.redirects) == (None, True)
    assert (secure.minimum_tls.value, secure.redirects, secure.public.value, secure.firewall.value) == (
        "1.2",
        False,
        True,
        True,
    )
