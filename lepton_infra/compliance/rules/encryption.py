"""ENC: encryption at rest and in transit; rotation, deletion, policies and custody of keys."""

from __future__ import annotations

from collections.abc import Iterator

from lepton_infra.compliance.facts import Encryption, Key
from lepton_infra.compliance.graph.graph import UNKNOWN
from lepton_infra.compliance.rules.predicates import WEAKEST_FIRST, as_new_as, at_least, must, must_not
from lepton_infra.compliance.rules.rule import Finding, Severity, Subject, expect, rule

OURS = at_least(Encryption.CUSTOMER)
A_KEY_OF_OURS = "a key that the customer manages"

DELETION_DAYS = 30
"""Days between a key's deletion and its effect: the longest that every cloud can do."""


@rule(
    "ENC-01",
    "Every store is encrypted with a key of the region's own",
    Severity.MANDATORY,
    law=(
        "gdpr 32(1)(a)",
        "dpdp R.6",
        "ccpa 1798.150",
        "hipaa 164.312(a)(2)(iv)",
        "nis2 21(2)(h)",
        "iso27001 A.8.24",
        "soc2 CC6.1",
    ),
    references=(
        *("CKV_AWS_19", "CKV_AWS_35", "CKV_AWS_136", "CKV_AWS_145", "CKV_AWS_149", "CKV_AWS_158", "CKV_AWS_166"),
        *("CKV_AWS_189", "CKV2_AZURE_1", "CKV_AZURE_117", "CKV_GCP_84", "CCC.Core.CN02", "CCC.Core.CN11.AR03"),
    ),
    reads=("stores", "keys", "trails"),
)
def _at_rest(subject: Subject) -> Iterator[Finding]:
    ours = {key.resource.urn for key in subject.facts.keys}
    stores = (store.encryption for store in subject.facts.stores)
    trails = (trail.encryption for trail in subject.facts.trails)
    for encryption in (*stores, *trails):
        yield from expect(
            encryption,
            OURS,
            "is not encrypted with a key of the region's own",
            allowed=A_KEY_OF_OURS,
            remedy="Encrypt it with a key of the region",
        )
    for store in subject.facts.stores:
        if store.key is not None and store.encryption.value is not UNKNOWN and OURS(store.encryption.value):
            yield from expect(
                store.key,
                lambda key: key in ours,
                "is encrypted with a key that is not of this stack, so where it is and who has it cannot be told",
                allowed="a key that this stack makes",
                remedy="Encrypt it with a key of the region",
            )


@rule(
    "ENC-02",
    "Keys are rotated often enough",
    Severity.MANDATORY,
    law=("gdpr 32(1)(a)", "iso27001 A.8.24"),
    references=(
        *("CKV_AWS_7", "CKV_GCP_43", "AWS-0065", "GCP-0065"),
        *("CCC.Core.CN11.AR02", "CCC.Core.CN11.AR05", "CCC.Core.CN11.AR06"),
    ),
    reads=("keys",),
)
def _rotated(subject: Subject) -> Iterator[Finding]:
    most = subject.obligations.rotation_days
    for key in subject.facts.keys:
        if not _held_elsewhere(key):
            yield from expect(
                key.rotation_days,
                lambda days: days is not None and days <= most,
                "is not rotated often enough",
                allowed=f"at most every {most} days",
                remedy="Have the key rotated by itself",
            )


def _held_elsewhere(key: Key) -> bool:
    """True if the key is external: the cloud does not have it and cannot rotate it."""
    return key.encryption.value is Encryption.EXTERNAL


@rule(
    "ENC-03",
    "A key's deletion takes long and cannot happen by mistake",
    Severity.BLOCK,
    law=("gdpr 32(1)(b)", "gdpr 32(1)(c)"),
    references=(
        *("CKV_AZURE_42", "CKV_AZURE_110", "CKV_AZURE_111", "CKV_GCP_82", "kms_cmk_not_deleted_unintentionally"),
    ),
    reads=("keys",),
)
def _hard_to_delete(subject: Subject) -> Iterator[Finding]:
    for key in subject.facts.keys:
        yield from expect(
            key.deletion_days,
            lambda days: days >= DELETION_DAYS,
            "is gone too soon after a deletion, and all that it encrypts with it",
            allowed=f"at least {DELETION_DAYS} days",
            remedy="Wait as long as the cloud can before a deletion takes effect",
        )
        if not subject.obligations.teardown:
            yield from must(
                key.locked,
                "can be deleted by mistake",
                "Protect the key, and turn on what the cloud has against its deletion",
            )


@rule(
    "ENC-04",
    "A key's policy names who uses it, and who administers it cannot use it",
    Severity.MANDATORY,
    law=("gdpr 32(1)(b)", "iso27001 A.5.3", "soc2 CC6.1"),
    references=(*("CKV_AWS_33", "CKV2_AWS_64", "CKV_GCP_112", "CKV2_GCP_6", "CKV2_GCP_8", "CCC.Core.CN11.AR04"),),
    reads=("keys",),
)
def _duties_apart(subject: Subject) -> Iterator[Finding]:
    for key in subject.facts.keys:
        yield from must_not(key.everyone, "may be used by anybody", "Name those who may use it")
        yield from must(
            key.separated,
            "may be used by those who administer it",
            "Let one role administer the key and another use it",
        )


@rule(
    "ENC-05",
    "A cluster's secrets are encrypted with a key of the region's own",
    Severity.MANDATORY,
    law=("gdpr 32(1)(a)", "hipaa 164.312(a)(2)(iv)", "iso27001 A.8.24"),
    references=("CKV_AWS_58", "AWS-0039", "CIS EKS 5.3.1", "CIS AKS 5.3.1", "CIS GKE 5.3.1"),
    reads=("clusters",),
)
def _secrets_in_clusters(subject: Subject) -> Iterator[Finding]:
    for cluster in subject.facts.clusters:
        yield from expect(
            cluster.secrets_key,
            OURS,
            "keeps its secrets without a key of the region's own",
            allowed=A_KEY_OF_OURS,
            remedy="Encrypt the cluster's secrets with a key of the region",
        )


@rule(
    "ENC-06",
    "What answers asks for a version of TLS that is new enough",
    Severity.MANDATORY,
    law=("gdpr 32(1)(a)", "hipaa 164.312(e)(1)", "ccpa 1798.100(e)", "iso27001 A.8.24", "soc2 CC6.7"),
    references=(
        *("CKV_AWS_2", "CKV_AWS_103", "CKV_AWS_378", "CKV_AWS_379", "CKV_AZURE_3", "CKV_AZURE_44"),
        *("CKV_AZURE_218", "CKV_GCP_4", "CCC.Core.CN01"),
    ),
    reads=("stores", "listeners"),
)
def _in_transit(subject: Subject) -> Iterator[Finding]:
    lowest = subject.obligations.minimum_tls
    for listener in subject.facts.listeners:
        if not listener.redirects:
            yield from expect(
                listener.minimum_tls,
                as_new_as(lowest),
                "answers without TLS or with a version that is too old",
                allowed=f"TLS {lowest} or newer; without TLS, only sending on to it",
                remedy=f"Ask for TLS {lowest}",
            )
    for store in subject.facts.stores:
        if store.minimum_tls is not None:
            yield from expect(
                store.minimum_tls,
                as_new_as(lowest),
                "takes requests without TLS or with a version that is too old",
                allowed=f"TLS {lowest} or newer",
                remedy=f"Refuse requests below TLS {lowest}",
            )


@rule(
    "ENC-07",
    "Traffic between a cluster's nodes is encrypted",
    Severity.MANDATORY,
    law=("gdpr 32(1)(a)", "hipaa 164.312(e)(1)", "iso27001 A.8.24"),
    references=("CCC.Core.CN01.AR08",),
    reads=("clusters",),
)
def _between_nodes(subject: Subject) -> Iterator[Finding]:
    for cluster in subject.facts.clusters:
        if cluster.transport_encrypted is not None:
            yield from must(
                cluster.transport_encrypted,
                "sends traffic between nodes in plain text",
                "Have the cluster's network encrypt what goes from node to node",
            )


@rule(
    "ENC-08",
    "The disks of machines are encrypted with a key of the region's own",
    Severity.MANDATORY,
    law=("gdpr 32(1)(a)", "ccpa 1798.150", "iso27001 A.8.24"),
    references=("CKV_AWS_8", "CKV_AWS_106", "CKV_AZURE_97", "CKV_AZURE_226", "CKV_AZURE_227"),
    reads=("nodes",),
)
def _disks(subject: Subject) -> Iterator[Finding]:
    for nodes in subject.facts.nodes:
        yield from expect(
            nodes.disk,
            OURS,
            "has disks without a key of the region's own",
            allowed=A_KEY_OF_OURS,
            remedy="Encrypt the machines' disks with a key of the region",
        )


@rule(
    "ENC-09",
    "Keys are as much in our hands as the settings ask",
    Severity.MANDATORY,
    law=("gdpr 46", "gdpr 32(1)(a)", "iso27001 A.8.24"),
    references=("CCC.Core.CN11.AR03",),
    reads=("stores", "keys"),
)
def _custody(subject: Subject) -> Iterator[Finding]:
    asked = subject.obligations.key_custody
    keys = (key.encryption for key in subject.facts.keys)
    stores = (store.encryption for store in subject.facts.stores if _beyond(asked))
    for encryption in (*keys, *stores):
        yield from expect(
            encryption,
            at_least(asked),
            "has a key that is less in our hands than asked for",
            allowed=f"{asked} or more",
            remedy="Keep the key where the settings ask, or ask for less",
        )


def _beyond(asked: Encryption) -> bool:
    """True if the custody asked for is stricter than that of ENC-01, a key that the customer manages."""
    return WEAKEST_FIRST.index(asked) > WEAKEST_FIRST.index(Encryption.CUSTOMER)
