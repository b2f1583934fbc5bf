"""Changes that break encryption, access and the network, and which rules say so."""

from __future__ import annotations

from lepton_infra.compliance.facts import AUDIT_LOGS, PRIVATE_SERVICES, Alert, Credential, Encryption, Opening
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.rules.rule import Subject
from tests.kit.compliant_region import FACTS
from tests.kit.obligations import OPEN, resource, says
from tests.kit.region_changes import also, asked, flip, with_facts, without


def opened(*peers: str, inbound: bool = True, ports: int | None = 443, workload: bool = True) -> Subject:
    return also(
        "openings",
        Opening(
            resource=resource("opening"),
            inbound=inbound,
            peers=says(frozenset(peers), "opening"),
            from_port=ports,
            to_port=ports,
            workload=workload,
        ),
    )


def watching(*about: str) -> Subject:
    return with_facts(
        alerts=tuple(Alert(resource=resource(each), about=each, routed=says(True, each)) for each in about)
    )


BROKEN: dict[str, tuple[Subject, set[str]]] = {
    "a store under the provider's key": (flip("stores", "encryption", Encryption.PROVIDER), {"ENC-01"}),
    "a store that is not encrypted": (flip("stores", "encryption", Encryption.NONE), {"ENC-01"}),
    "a store under a key of another stack": (flip("stores", "key", "key/4711"), {"ENC-01"}),
    "a trail under the provider's key": (flip("trails", "encryption", Encryption.PROVIDER), {"ENC-01"}),
    "a key that rotates too seldom": (flip("keys", "rotation_days", 91), {"ENC-02"}),
    "a key that never rotates": (flip("keys", "rotation_days", None), {"ENC-02"}),
    "a key that is gone within a week": (flip("keys", "deletion_days", 7), {"ENC-03"}),
    "a key that can be deleted": (flip("keys", "locked", False), {"ENC-03"}),
    "a key for everybody": (flip("keys", "everyone", True), {"ENC-04"}),
    "a key whose administrators use it": (flip("keys", "separated", False), {"ENC-04"}),
    "a cluster's secrets under the provider's key": (
        flip("clusters", "secrets_key", Encryption.PROVIDER),
        {"ENC-05"},
    ),
    "a listener of old": (flip("listeners", "minimum_tls", "1.1"), {"ENC-06"}),
    "a listener in plain text": (flip("listeners", "minimum_tls", None), {"ENC-06"}),
    "a listener of no known version": (flip("listeners", "minimum_tls", "newest"), {"ENC-06"}),
    "a store in plain text": (flip("stores", "minimum_tls", None), {"ENC-06"}),
    "a store below what is asked": (asked(minimum_tls="1.3"), {"ENC-06"}),
    "nodes that talk in plain text": (flip("clusters", "transport_encrypted", False), {"ENC-07"}),
    "disks under the provider's key": (flip("nodes", "disk", Encryption.PROVIDER), {"ENC-08"}),
    "keys that somebody else should hold": (asked(key_custody=Encryption.EXTERNAL), {"ENC-09"}),
    "a key below custody": (flip("keys", "encryption", Encryption.PROVIDER), {"ENC-09"}),
    "an API for the internet": (flip("clusters", "open_to", frozenset({"0.0.0.0/0"})), {"ACC-01"}),
    "an API for both halves of the internet": (
        flip("clusters", "open_to", frozenset({"0.0.0.0/1", "128.0.0.0/1"})),
        {"ACC-01"},
    ),
    "an API for the new internet": (flip("clusters", "open_to", frozenset({"::/0"})), {"ACC-01"}),
    "a public store": (flip("stores", "public", True), {"ACC-02"}),
    "a service over the internet": (flip("networks", "private_services", PRIVATE_SERVICES - {"keys"}), {"ACC-03"}),
    "pods without identities": (flip("clusters", "workload_identity", False), {"ACC-04"}),
    "a trust in anybody": (flip("grants", "exact", False), {"ACC-04"}),
    "a user's key": (also("credentials", Credential(resource=resource("key"), what="an access key")), {"ACC-04"}),
    "all rights": (flip("grants", "everything", ("*",)), {"ACC-05"}),
    "rights for anybody": (flip("grants", "anyone", True), {"ACC-05"}),
    "accounts of the cluster's own": (flip("clusters", "local_accounts", True), {"ACC-06"}),
    "a store with a password": (flip("stores", "shared_key", True), {"ACC-06"}),
    "no emergency way in": (without("break_glass"), {"ACC-07"}),
    "two emergency ways in": (also("break_glass", *FACTS.break_glass), {"ACC-07"}),
    "an emergency without end": (flip("break_glass", "minutes", None), {"ACC-07"}),
    "an emergency of a day": (flip("break_glass", "minutes", 24 * 60), {"ACC-07"}),
    "an emergency longer than agreed": (asked(break_glass_minutes=30), {"ACC-07"}),
    "an emergency with one factor": (flip("break_glass", "second_factor", False), {"ACC-07"}),
    "an emergency that nobody watches": (watching("audit-changed"), {"ACC-07"}),
    "credentials for every pod": (flip("nodes", "metadata_guarded", False), {"ACC-08"}),
    "machines on the internet": (flip("nodes", "public_address", True), {"ACC-08"}),
    "machines to log in to": (flip("nodes", "remote_login", True), {"ACC-08"}),
    "machines that start anything": (flip("nodes", "verified_boot", False), {"ACC-08"}),
    "operated from outside": (asked(operator_countries=frozenset({"DE", "US"})), {"ACC-10"}),
    "operated from nobody knows where": (asked(operator_countries=frozenset()), {"ACC-10"}),
    "policies that nothing enforces": (flip("clusters", "network_policy", False), {"NET-01"}),
    "an open namespace": (flip("namespaces", "default_deny", False), {"NET-01"}),
    "a namespace of somebody else's": (flip("pods", "namespace", "elsewhere"), {"NET-01", "POD-01"}),
    "a port to machines": (opened("0.0.0.0/0"), {"NET-02"}),
    "another port of a load balancer": (opened("0.0.0.0/0", ports=22, workload=False), {"NET-02"}),
    "all ports of a load balancer": (opened("Internet", ports=None, workload=False), {"NET-02"}),
    "default rules that let in": (flip("networks", "default_open", True), {"NET-02"}),
    "out to the internet": (opened("0.0.0.0/0", inbound=False), {"NET-03"}),
    "out to the new internet": (opened("2000::/3", inbound=False), {"NET-03"}),
    "no firewall before what is public": (flip("listeners", "firewall", False), {"NET-04"}),
    "no flow logs": (flip("networks", "flow_logs", False), {"NET-05"}),
    "a cluster that writes down less": (flip("clusters", "audit_logs", AUDIT_LOGS - {"audit"}), {"AUD-02"}),
}

SOUND: dict[str, Subject] = {
    "a key that is held elsewhere rotates there": flip(
        "keys", "rotation_days", None, subject=flip("keys", "encryption", Encryption.EXTERNAL)
    ),
    "keys are unlocked to be torn down": flip("keys", "locked", False, subject=asked(teardown=True)),
    "a private listener needs no firewall": flip(
        "listeners", "firewall", False, subject=flip("listeners", "public", False)
    ),
    "an API for nobody but the network": flip("clusters", "open_to", frozenset()),
    "machines are reached from all of the network": opened("10.0.0.0/8", "fd00::/8", "AnotherGroup", ports=None),
    "a load balancer reaches out": opened("0.0.0.0/0", inbound=False, workload=False),
    "a store under a key that is held elsewhere": flip("stores", "encryption", Encryption.EXTERNAL),
    "a region without an emergency that has nothing": with_facts(
        without("break_glass", "alerts", "stores", "clusters", "backups")
    ),
    "operated from anywhere that the law allows": asked(
        operator_countries=frozenset({"US"}), perimeters=dict.fromkeys(DataClass, OPEN)
    ),
}
