"""Inputs of one sound resource of each type, with what they need made before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.kit import gcp_tokens as tokens
from tests.kit.gcp_project import ENTITLEMENT, NUMBER, PROJECT, REGION, Project

Example = Callable[[Project], dict[str, Any]]

_GRANT: Final = {"role": "roles/viewer", "member": "user:a@example.com"}
_GRANTS: Final = {"role": "roles/viewer", "members": ["user:a@example.com", "group:b@example.com"]}


def _given(**inputs: Any) -> Example:
    return lambda project: inputs


def _in_network(**inputs: Any) -> Example:
    return lambda project: {"network": project.network().id, **inputs}


def _on_key(**inputs: Any) -> Example:
    return lambda project: {"cryptoKeyId": project.key().id, **inputs}


def _on_ring(**inputs: Any) -> Example:
    return lambda project: {"keyRingId": _ring(project), **inputs}


def _on_bucket(**inputs: Any) -> Example:
    return lambda project: {"bucket": _bucket(project, "data"), **inputs}


def _on_repository(**inputs: Any) -> Example:
    def make(project: Project) -> dict[str, Any]:
        made = project.make(tokens.REPOSITORY, repositoryId="img", format="DOCKER", location=REGION)
        return {"repository": made.id, "location": REGION, **inputs}

    return make


def _on_account(**inputs: Any) -> Example:
    return lambda project: {"serviceAccountId": _account(project).id, **inputs}


def _ring(project: Project) -> str:
    return project.make(tokens.KEY_RING, name="ring", location=REGION).id


def _bucket(project: Project, name: str) -> str:
    return project.make(tokens.BUCKET, name, name=name, location=REGION).id


def _account(project: Project) -> Any:
    return project.make(tokens.SERVICE_ACCOUNT, accountId="nodes-a")


def _subnetwork(project: Project) -> dict[str, Any]:
    return {"name": "sub", "network": project.network().id, "ipCidrRange": "10.0.0.0/20"}


def _address(project: Project) -> dict[str, Any]:
    subnetwork = project.subnetwork(project.network()).id
    return {"name": "inside", "addressType": "INTERNAL", "subnetwork": subnetwork}


def _nat(project: Project) -> dict[str, Any]:
    network = project.network()
    subnetwork = project.subnetwork(network).id
    return {
        "name": "nat",
        "router": project.make(tokens.ROUTER, name="router", network=network.id).id,
        "natIpAllocateOption": "MANUAL_ONLY",
        "natIps": [project.make(tokens.ADDRESS, name="out").id],
        "sourceSubnetworkIpRangesToNat": "LIST_OF_SUBNETWORKS",
        "subnetworks": [{"name": subnetwork, "sourceIpRangesToNats": ["ALL_IP_RANGES"]}],
    }


def _forwarding_rule(project: Project) -> dict[str, Any]:
    address = project.make(tokens.GLOBAL_ADDRESS, name="google", address="10.9.0.5").id
    return {"name": "google", "network": project.network().id, "target": "all-apis", "ipAddress": address}


def _encrypted_bucket(project: Project) -> dict[str, Any]:
    key = project.key("storage.googleapis.com").id
    logs = _bucket(project, "logs")
    encryption = {"defaultKmsKeyName": key}
    return {"name": "models", "location": REGION, "encryption": encryption, "logging": {"logBucket": logs}}


def _transfer(project: Project) -> dict[str, Any]:
    ends = {
        "gcsDataSource": {"bucketName": _bucket(project, "one")},
        "gcsDataSink": {"bucketName": _bucket(project, "other")},
    }
    agent = f"serviceAccount:project-{NUMBER}@storage-transfer-service.iam.gserviceaccount.com"
    for bucket in ("one", "other"):
        project.make(tokens.BUCKET_MEMBER, bucket, bucket=bucket, role="roles/storage.admin", member=agent)
    return {"name": "transferJobs/copy", "description": "copies", "transferSpec": ends}


def _cluster(project: Project) -> dict[str, Any]:
    key = project.key("container.googleapis.com").id
    encryption = {"state": "ENCRYPTED", "keyName": key}
    return {**project.cluster_inputs(), "databaseEncryption": encryption}


def _node_pool(project: Project) -> dict[str, Any]:
    policy = project.make(tokens.RESOURCE_POLICY, name="close", groupPlacementPolicy={"collocation": "COLLOCATED"})
    return {
        "name": "gpu",
        "cluster": project.cluster().id,
        "nodeLocations": [f"{REGION}-a"],
        "nodeConfig": {
            "serviceAccount": _account(project).state["email"],
            "bootDiskKmsKey": project.key("compute.googleapis.com").id,
        },
        "placementPolicy": {"type": "COMPACT", "policyName": policy.id},
    }


def _repository(project: Project) -> dict[str, Any]:
    key = project.key("artifactregistry.googleapis.com").id
    return {"repositoryId": "img", "format": "DOCKER", "location": REGION, "kmsKeyName": key}


def _alert(project: Project) -> dict[str, Any]:
    inputs = EXAMPLES[tokens.NOTIFICATION_CHANNEL](project)
    return {
        "displayName": "watch",
        "combiner": "OR",
        "conditions": [{"displayName": "watch", "conditionMatchedLog": {"filter": "severity=ERROR"}}],
        "alertStrategy": {"notificationRateLimit": {"period": "300s"}},
        "notificationChannels": [project.make(tokens.NOTIFICATION_CHANNEL, **inputs).id],
    }


def _log_bucket(project: Project) -> dict[str, Any]:
    encryption = {"kmsKeyName": project.key("logging.googleapis.com").id}
    return {"bucketId": "logs", "location": REGION, "project": PROJECT, "cmekSettings": encryption}


def _zone(project: Project) -> dict[str, Any]:
    seen_by = {"networks": [{"networkUrl": project.network().id}]}
    return {
        "name": "zone",
        "dnsName": "a.example.com.",
        "visibility": "private",
        "privateVisibilityConfig": seen_by,
    }


def _record(project: Project) -> dict[str, Any]:
    zone = project.make(tokens.DNS_ZONE, name="zone", dnsName="a.example.com.").id
    return {"managedZone": zone, "name": "x.a.example.com.", "type": "A", "rrdatas": ["10.0.0.1"]}


def _topic(project: Project) -> dict[str, Any]:
    return {"name": "events", "kmsKeyName": project.key("pubsub.googleapis.com").id}


def _subscription(project: Project) -> dict[str, Any]:
    return {"name": "all", "topic": project.make(tokens.TOPIC, name="events").id}


EXAMPLES: Final[Mapping[str, Example]] = {
    tokens.NETWORK: _given(name="main", autoCreateSubnetworks=False),
    tokens.SUBNETWORK: _subnetwork,
    tokens.ROUTER: _in_network(name="router"),
    tokens.ROUTER_NAT: _nat,
    tokens.FIREWALL: _in_network(name="web", allows=[{"protocol": "tcp", "ports": ["443"]}]),
    tokens.ROUTE: _in_network(name="out", destRange="0.0.0.0/0", nextHopGateway="default-internet-gateway"),
    tokens.ADDRESS: _address,
    tokens.GLOBAL_ADDRESS: _in_network(name="google", purpose="VPC_PEERING", prefixLength=16, addressType="INTERNAL"),
    tokens.GLOBAL_FORWARDING_RULE: _forwarding_rule,
    tokens.RESERVATION: _given(name="held", zone=f"{REGION}-a", specificReservation={"count": 1}),
    tokens.RESOURCE_POLICY: _given(name="close", groupPlacementPolicy={"collocation": "COLLOCATED"}),
    tokens.KEY_RING: _given(name="ring", location=REGION),
    tokens.KEY: lambda project: {"name": "key", "keyRing": _ring(project)},
    tokens.KEY_MEMBER: _on_key(**_GRANT),
    tokens.KEY_BINDING: _on_key(**_GRANTS),
    tokens.KEY_RING_MEMBER: _on_ring(**_GRANT),
    tokens.KEY_RING_BINDING: _on_ring(**_GRANTS),
    tokens.BUCKET: _encrypted_bucket,
    tokens.BUCKET_MEMBER: _on_bucket(**_GRANT),
    tokens.BUCKET_BINDING: _on_bucket(**_GRANTS),
    tokens.TRANSFER_JOB: _transfer,
    tokens.CLUSTER: _cluster,
    tokens.NODE_POOL: _node_pool,
    tokens.REPOSITORY: _repository,
    tokens.REPOSITORY_MEMBER: _on_repository(**_GRANT),
    tokens.REPOSITORY_BINDING: _on_repository(**_GRANTS),
    tokens.SERVICE_ACCOUNT: _given(accountId="nodes-a"),
    tokens.SERVICE_ACCOUNT_MEMBER: _on_account(**_GRANT),
    tokens.SERVICE_ACCOUNT_BINDING: _on_account(**_GRANTS),
    tokens.SERVICE: _given(service="file.googleapis.com"),
    tokens.SERVICE_IDENTITY: _given(service="pubsub.googleapis.com"),
    tokens.PROJECT_MEMBER: _given(project=PROJECT, **_GRANT),
    tokens.PROJECT_BINDING: _given(project=PROJECT, **_GRANTS),
    tokens.AUDIT_CONFIG: _given(project=PROJECT, service="allServices", auditLogConfigs=[{"logType": "DATA_READ"}]),
    tokens.CUSTOM_ROLE: _given(roleId="reader", title="r", permissions=["storage.objects.get"]),
    tokens.ENTITLEMENT: _given(**ENTITLEMENT),
    tokens.ALERT_POLICY: _alert,
    tokens.NOTIFICATION_CHANNEL: _given(displayName="dpo", type="email", labels={"email_address": "dpo@example.com"}),
    tokens.LOG_BUCKET: _log_bucket,
    tokens.LOG_SINK: _given(name="sink", destination="storage.googleapis.com/logs"),
    tokens.LOG_EXCLUSION: _given(name="less", filter="severity<ERROR"),
    tokens.DNS_ZONE: _zone,
    tokens.DNS_RECORD: _record,
    tokens.TOPIC: _topic,
    tokens.SUBSCRIPTION: _subscription,
}
REFUSALS: Final[Mapping[str, str]] = {tokens.SUBNETWORK: "invalid", tokens.DNS_ZONE: "conflict"}
"""Codes of types of which a second one is refused for something else than its name."""
