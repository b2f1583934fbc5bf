"""NET: network policies, firewall rules, web application firewalls and flow logs."""

from __future__ import annotations

from collections.abc import Iterator

from lepton_infra.compliance.facts import Opening
from lepton_infra.compliance.rules.predicates import closed, homeless, must
from lepton_infra.compliance.rules.rule import Finding, Severity, Subject, expect, rule

HTTPS = 443
"""The one port open to the internet."""


@rule(
    "NET-01",
    "Every namespace is closed until a policy opens a way, and the cluster enforces policies",
    Severity.MANDATORY,
    law=("gdpr 25", "gdpr 32"),
    references=("CKV2_K8S_6", "CKV_AZURE_7", "CKV_GCP_12", "CIS EKS 4.3.2", "CCC.K8S.CN06"),
    reads=("clusters", "pods", "namespaces", "charts"),
)
def _default_deny(subject: Subject) -> Iterator[Finding]:
    for cluster in subject.facts.clusters:
        yield from must(
            cluster.network_policy,
            "enforces no network policy, so those that are declared do nothing",
            "Turn on a network that enforces policies",
        )
    for namespace in subject.facts.namespaces:
        yield from must(
            namespace.default_deny,
            "is not closed both ways by a policy",
            "Add a policy that selects every pod and names both Ingress and Egress",
        )
    for one in homeless(subject):
        yield Finding(
            resource=one.resource,
            path="namespace",
            message="runs in a namespace that this stack does not close",
            given=one.namespace or "none",
            allowed="a namespace of this stack with a policy that closes it both ways",
            remedy="Declare a namespace for it",
        )


@rule(
    "NET-02",
    "The internet reaches nothing but HTTPS at a load balancer",
    Severity.MANDATORY,
    law=("gdpr 32", "soc2 CC6.6"),
    references=(
        *("CKV_AWS_24", "CKV_AWS_25", "CKV_AWS_260", "CKV_AWS_277", "CKV2_AWS_12"),
        *("CKV_AZURE_9", "CKV_AZURE_10", "CKV_AZURE_77", "CKV_AZURE_160"),
        *("CKV_GCP_2", "CKV_GCP_3", "CKV_GCP_106", "CKV2_GCP_12"),
    ),
    reads=("networks", "openings"),
)
def _only_https_in(subject: Subject) -> Iterator[Finding]:
    for opening in subject.facts.openings:
        if opening.inbound and not _gateway(opening):
            yield from expect(
                opening.peers,
                closed,
                f"lets the internet in on {_ports(opening)}",
                allowed=f"port {HTTPS} of a load balancer",
                remedy="Name the networks that may reach it",
            )
    for network in subject.facts.networks:
        yield from expect(
            network.default_open,
            lambda is_open: not is_open,
            "has default rules that let anything through",
            allowed="default rules that let nothing through",
            remedy="Empty the default rules",
        )


def _gateway(opening: Opening) -> bool:
    """True if it is HTTPS at a load balancer, which the internet may reach."""
    return not opening.workload and opening.from_port == opening.to_port == HTTPS


def _ports(opening: Opening) -> str:
    if opening.from_port is None or opening.to_port is None:
        return "all ports"
    if opening.from_port == opening.to_port:
        return f"port {opening.from_port}"
    return f"ports {opening.from_port} to {opening.to_port}"


@rule(
    "NET-03",
    "Workloads reach only what is named",
    Severity.MANDATORY,
    law=("gdpr 32", "soc2 CC6.7"),
    references=("CKV_AWS_382", "CKV_AZURE_216", "CKV_AZURE_220"),
    reads=("openings",),
)
def _named_out(subject: Subject) -> Iterator[Finding]:
    for opening in subject.facts.openings:
        if opening.workload and not opening.inbound:
            yield from expect(
                opening.peers,
                closed,
                f"lets workloads out to the whole internet on {_ports(opening)}",
                allowed="networks and services by name",
                remedy="Let them out to the cloud's private endpoints and to what a firewall lists",
            )


@rule(
    "NET-04",
    "What answers the internet stands behind a web application firewall with a rate limit",
    Severity.MANDATORY,
    law=("gdpr 32", "soc2 CC6.6"),
    references=(
        *("CKV2_AWS_28", "CKV2_AWS_31", "CKV_AWS_175", "CKV_AWS_192"),
        *("CKV_AZURE_120", "CKV_AZURE_122", "CKV_GCP_73"),
    ),
    reads=("listeners",),
)
def _firewalled(subject: Subject) -> Iterator[Finding]:
    for listener in subject.facts.listeners:
        if listener.public.value is not False:
            yield from must(
                listener.firewall,
                "answers the internet without a web application firewall",
                "Put a firewall with a rate limit before it",
            )


@rule(
    "NET-05",
    "Every network keeps a record of its flows",
    Severity.MANDATORY,
    law=("gdpr 32(1)(d)", "gdpr 33", "iso27001 A.8.15"),
    references=("CKV2_AWS_11", "CKV_AZURE_12", "CKV_GCP_26", "CIS GKE 5.6.1"),
    reads=("networks",),
)
def _flows_logged(subject: Subject) -> Iterator[Finding]:
    for network in subject.facts.networks:
        yield from must(
            network.flow_logs,
            "keeps no record of who talked to whom",
            "Turn on flow logs for the whole network",
        )
