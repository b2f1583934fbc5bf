"""ACC: endpoints, public access, workload identity, IAM grants, emergency access and node hardening."""

from __future__ import annotations

from collections.abc import Iterator

from lepton_infra.compliance.facts import PRIVATE_SERVICES
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.rules.predicates import IN_CLUSTERS, at_a_cloud, closed, in_use, must, must_not
from lepton_infra.compliance.rules.rule import Finding, Severity, Subject, expect, missing, rule, told

WATCHED = "break-glass"
"""Subject of the alert on use of the emergency role."""


@rule(
    "ACC-01",
    "A cluster's API is closed to the internet",
    Severity.BLOCK,
    law=("gdpr 25", "gdpr 32", "soc2 CC6.6"),
    references=(
        *("CKV_AWS_38", "CKV_AWS_39", "CKV_AZURE_6", "CKV_AZURE_115"),
        *("CKV_GCP_18", "CKV_GCP_20", "CKV_GCP_25", "CKV_GCP_64"),
        *("CIS EKS 5.4.1", "CIS EKS 5.4.2", "CIS EKS 5.4.3", "CCC.K8S.CN01"),
    ),
    reads=("clusters",),
)
def _private_control_plane(subject: Subject) -> Iterator[Finding]:
    for cluster in subject.facts.clusters:
        yield from expect(
            cluster.open_to,
            closed,
            "lets the whole internet reach its API",
            allowed="the private network, or networks of the operators",
            remedy="Close the public endpoint, or name the networks that may reach it",
        )


@rule(
    "ACC-02",
    "No store is open to the public",
    Severity.BLOCK,
    law=("gdpr 25", "gdpr 32", "ccpa 1798.100(e)", "soc2 CC6.1"),
    references=(
        *("CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56", "CKV2_AWS_6", "CKV_AZURE_35", "CKV_AZURE_59"),
        *("CKV_AZURE_190", "CKV2_AZURE_47", "CKV_GCP_28", "CKV_GCP_29", "CKV_GCP_114"),
    ),
    reads=("stores",),
)
def _no_public_store(subject: Subject) -> Iterator[Finding]:
    for store in subject.facts.stores:
        if store.public is not None:
            yield from must_not(
                store.public, "can be reached by the public", "Shut it out on the store itself, not only in policies"
            )


@rule(
    "ACC-03",
    "The cloud's own services are reached without the internet",
    Severity.MANDATORY,
    law=("gdpr 32",),
    references=("CKV2_AZURE_32", "CKV2_AZURE_33", "CKV_GCP_74"),
    reads=("networks",),
)
def _private_endpoints(subject: Subject) -> Iterator[Finding]:
    for network in subject.facts.networks:
        yield from expect(
            network.private_services,
            lambda services: services >= PRIVATE_SERVICES,
            "reaches some of the cloud's own services over the internet",
            allowed=told(PRIVATE_SERVICES),
            remedy="Add private endpoints for those that are not named",
        )


@rule(
    "ACC-04",
    "Workloads have identities, and no credential outlives its use",
    Severity.BLOCK,
    law=("gdpr 32", "iso27001 A.5.16", "soc2 CC6.1"),
    references=(
        *("CKV_AWS_40", "CKV_AWS_273", "CKV2_GCP_3", "CKV_GCP_69"),
        *("CIS EKS 5.2.1", "CIS GKE 5.2.1", "CIS GKE 5.2.2", "CCC.K8S.CN03"),
    ),
    reads=("clusters", "grants", "credentials"),
)
def _workload_identity(subject: Subject) -> Iterator[Finding]:
    for cluster in subject.facts.clusters:
        yield from must(
            cluster.workload_identity,
            "gives its pods no identity of their own",
            "Turn on the cluster's identities for workloads",
        )
    for grant in subject.facts.grants:
        if grant.exact is not None:
            yield from must(
                grant.exact,
                "trusts more than one exact workload",
                "Name issuer, subject and audience, with no wildcard",
            )
    for credential in subject.facts.credentials:
        if credential.resource.package not in IN_CLUSTERS:
            yield Finding(
                resource=credential.resource,
                path="",
                message="is a credential that does not end by itself",
                given=credential.what,
                allowed="identities of workloads",
                remedy="Give the workload an identity instead",
            )


@rule(
    "ACC-05",
    "Rights are named one by one, and nobody has them all",
    Severity.MANDATORY,
    law=("gdpr 32(1)(b)", "soc2 CC6.1"),
    references=(
        *("CKV_AWS_62", "CKV_AWS_63", "CKV_AWS_274", "CKV_AWS_275", "CKV_AWS_286", "CKV_AWS_287", "CKV_AWS_288"),
        *("CKV_AWS_289", "CKV_AWS_290", "CKV_AWS_355", "CKV_AZURE_39", "CKV_GCP_41", "CKV_GCP_49", "CKV_GCP_117"),
        *("CKV_K8S_49", "CKV_K8S_155", "CKV_K8S_156", "CKV_K8S_157", "CKV_K8S_158", "CCC.K8S.CN02"),
    ),
    reads=("grants",),
)
def _least_privilege(subject: Subject) -> Iterator[Finding]:
    for grant in subject.facts.grants:
        yield from expect(
            grant.everything,
            lambda everything: not everything,
            "grants more than is needed",
            allowed="named actions on named resources",
            remedy="Name the actions and the resources",
        )
        yield from must_not(grant.anyone, "grants rights to anybody", "Name who gets the rights")


@rule(
    "ACC-06",
    "Accounts and keys that are shared are turned off",
    Severity.BLOCK,
    law=("gdpr 32", "iso27001 A.5.16", "soc2 CC6.1"),
    references=(
        *("CKV_AZURE_137", "CKV_AZURE_138", "CKV_AZURE_141", "CKV2_AZURE_40", "CKV_GCP_7", "CKV_GCP_13"),
        "CCC.K8S.CN16",
    ),
    reads=("stores", "clusters"),
)
def _no_shared_credential(subject: Subject) -> Iterator[Finding]:
    for cluster in subject.facts.clusters:
        yield from must_not(
            cluster.local_accounts, "has accounts of its own besides those of the directory", "Turn local accounts off"
        )
    for store in subject.facts.stores:
        if store.shared_key is not None:
            yield from must_not(
                store.shared_key, "can be opened with a key or password that is shared", "Turn its own keys off"
            )


@rule(
    "ACC-07",
    "There is one emergency way in: short, with a second factor, and watched",
    Severity.MANDATORY,
    law=("gdpr 32(1)(b)", "gdpr 32(1)(c)", "ccpa 7120", "nis2 21(2)(j)"),
    references=("CCC.Core.CN03",),
    reads=("stores", "clusters", "alerts", "break_glass"),
)
def _break_glass(subject: Subject) -> Iterator[Finding]:
    ways = subject.facts.break_glass
    if at_a_cloud(subject):
        if not ways:
            yield missing("emergency way in, so somebody will make one in a hurry", "Declare a role for emergencies")
        if not any(alert.about == WATCHED for alert in subject.facts.alerts):
            yield missing("alert on use of the emergency way in", "Watch who takes the emergency role")
    for extra in ways[1:]:
        yield Finding(
            resource=extra.resource,
            path="",
            message="is one more emergency way in",
            given=f"{len(ways)} ways",
            allowed="one",
            remedy="Keep one, so that one alert watches it",
        )
    most = subject.obligations.break_glass_minutes
    for way in ways:
        yield from expect(
            way.minutes,
            lambda minutes: minutes is not None and minutes <= most,
            "lets an emergency session last too long",
            allowed=f"at most {most} minutes",
            remedy="Shorten the longest session",
        )
        yield from must(way.second_factor, "opens with one factor", "Ask for a second factor or another's approval")


@rule(
    "ACC-08",
    "Machines keep their credentials from pods and the internet from themselves",
    Severity.MANDATORY,
    law=("gdpr 32",),
    references=(
        *("CKV_AWS_79", "CKV_AWS_88", "CKV_AWS_100", "CKV_AWS_130", "CKV_AWS_341", "CKV_AZURE_143"),
        *("CKV_GCP_9", "CKV_GCP_10", "CKV_GCP_22", "CKV_GCP_68", "CKV_GCP_69", "CKV_GCP_71", "CKV_GCP_72"),
        *("CCC.K8S.CN12", "CCC.K8S.CN18"),
    ),
    reads=("nodes",),
)
def _hardened_nodes(subject: Subject) -> Iterator[Finding]:
    for nodes in subject.facts.nodes:
        yield from must(
            nodes.metadata_guarded, "lets pods take the machine's own credentials", "Guard the metadata service"
        )
        yield from must_not(nodes.public_address, "has machines with public addresses", "Give them private ones only")
        yield from must_not(nodes.remote_login, "lets people log in to machines", "Take the login key or port away")
        if nodes.verified_boot is not None:
            yield from must(
                nodes.verified_boot, "starts machines without checking what they start", "Turn verified boot on"
            )


@rule(
    "ACC-10",
    "It is operated from within the perimeter of the data of persons",
    Severity.ADVISORY,
    law=("gdpr 44",),
    references=("CCC.Core.CN03",),
    reads=("stores", "clusters", "pods"),
)
def _operators_within(subject: Subject) -> Iterator[Finding]:
    """Access from a country is a transfer to it (EDPB Guidelines 05/2021)."""
    allowed = subject.obligations.keeps(DataClass.PERSONAL).countries
    if allowed is None or not in_use(subject):
        return
    operators = subject.obligations.operator_countries
    if not operators:
        yield missing("word on the countries it is operated from", "Name them in the settings")
    if operators - allowed:
        yield missing(
            f"perimeter that takes in {told(operators - allowed)}, from where it is operated",
            f"Operate it from {told(allowed)} only",
        )
