"""POD: pod security, service account tokens, resource limits, probes, and GPU isolation between tenants."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from lepton_infra.compliance.facts import Container, GpuSharing, Namespace, Pods
from lepton_infra.compliance.graph.graph import UNKNOWN
from lepton_infra.compliance.rules.predicates import homeless, must, must_not
from lepton_infra.compliance.rules.rule import Finding, Severity, Subject, expect, rule

RESTRICTED, PRIVILEGED = "restricted", "privileged"
"""Levels of the Pod Security Standards (https://kubernetes.io/docs/concepts/security/pod-security-standards/)."""

DEFAULT = "default"
"""The namespace of every object that names none."""

ANY_TAINT = frozenset({"", "*"})
"""Keys of a toleration of every taint."""


@rule(
    "POD-01",
    "Every namespace refuses pods that could harm their node; one may not, for the GPU's own software",
    Severity.BLOCK,
    law=("gdpr 32",),
    references=("CIS EKS 4.2.1", "CCC.K8S.CN05"),
    reads=("pods", "namespaces", "charts"),
)
def _admission(subject: Subject) -> Iterator[Finding]:
    """One namespace may be privileged, for the GPU's own software; what need not be there must not be."""
    privileged = _privileged(subject)
    for namespace in subject.facts.namespaces:
        if namespace not in privileged[:1]:
            yield from expect(
                namespace.pod_security,
                lambda level: level == RESTRICTED,
                "does not refuse pods that could harm their node",
                allowed=f"{RESTRICTED}; {PRIVILEGED} in one namespace, for the GPU's own software",
                remedy="Label the namespace with the enforced level",
            )
    for pods in subject.facts.pods:
        if _within(pods, privileged) and not _needs_privileges(pods):
            yield Finding(
                resource=pods.resource,
                path="metadata.namespace",
                message="runs in a privileged namespace and needs no privileges",
                given=pods.namespace,
                allowed=f"a namespace that enforces {RESTRICTED}",
                remedy="Move it to a namespace of its own",
            )
    for one in homeless(subject):
        yield Finding(
            resource=one.resource,
            path="namespace",
            message="runs in a namespace of which this stack does not say what it refuses",
            given=one.namespace or "none",
            allowed=f"a namespace of this stack that enforces {RESTRICTED}",
            remedy="Declare a namespace for it",
        )


def _privileged(subject: Subject) -> list[Namespace]:
    return [each for each in subject.facts.namespaces if each.pod_security.value == PRIVILEGED]


def _within(pods: Pods, namespaces: list[Namespace]) -> bool:
    return pods.namespace in {namespace.name for namespace in namespaces}


def _needs_privileges(pods: Pods) -> bool:
    return pods.host_access.value is True or any(each.privileged.value is True for each in pods.containers)


@rule(
    "POD-02",
    "Containers run without root, privileges and capabilities",
    Severity.BLOCK,
    law=("gdpr 32",),
    references=(
        *("CKV_K8S_16", "CKV_K8S_20", "CKV_K8S_23", "CKV_K8S_28", "CKV_K8S_31", "CKV_K8S_37"),
        *("CIS EKS 4.2.1", "CCC.K8S.CN05.AR01", "CCC.K8S.CN05.AR02"),
    ),
    reads=("pods", "namespaces"),
)
def _restricted(subject: Subject) -> Iterator[Finding]:
    """The restricted level, whatever the namespace enforces; not of the one namespace that is privileged on purpose."""
    exempt = _privileged(subject)[:1]
    for pods in subject.facts.pods:
        if not _within(pods, exempt):
            yield from must_not(
                pods.host_access, "shares the node's network, processes, files or ports", "Take that out of the pod"
            )
            for container in pods.containers:
                yield from _restricted_container(container)


def _restricted_container(container: Container) -> Iterator[Finding]:
    name = f"lets container {container.name}"
    yield from must_not(container.root_possible, f"{name} run as root", "Set runAsNonRoot")
    yield from must_not(
        container.privilege_escalation, f"{name} gain privileges", "Set allowPrivilegeEscalation to false"
    )
    yield from must_not(container.privileged, f"{name} do all that its node can", "Set privileged to false")
    yield from must_not(container.capabilities_kept, f"{name} keep capabilities of root", "Drop ALL capabilities")
    yield from must_not(container.unconfined, f"{name} make any system call", "Set the seccomp profile RuntimeDefault")


@rule(
    "POD-03",
    "Containers cannot change their own programs",
    Severity.MANDATORY,
    law=("gdpr 32",),
    references=("CKV_K8S_22",),
    reads=("pods",),
)
def _read_only(subject: Subject) -> Iterator[Finding]:
    for container in _containers(subject):
        yield from must_not(
            container.writable_root,
            f"lets container {container.name} change its own programs",
            "Set readOnlyRootFilesystem, and mount an empty folder where it must write",
        )


@rule(
    "POD-04",
    "Pods hold no token of the cluster, and have accounts and namespaces of their own",
    Severity.MANDATORY,
    law=("gdpr 32", "iso27001 A.5.16"),
    references=("CKV_K8S_38", "CKV_K8S_41", "CKV_K8S_42", "CIS EKS 4.5.2", "CIS EKS 5.2.1"),
    reads=("pods",),
)
def _no_token(subject: Subject) -> Iterator[Finding]:
    for pods in subject.facts.pods:
        yield from must_not(
            pods.token_mounted, "holds a token of the cluster's API", "Set automountServiceAccountToken to false"
        )
        yield from must_not(pods.default_account, "runs as the default account", "Give it an account of its own")
        if pods.namespace == DEFAULT:
            yield Finding(
                resource=pods.resource,
                path="metadata.namespace",
                message="runs where everything lands that names no namespace",
                given=pods.namespace,
                allowed="a namespace of its own",
                remedy="Declare a namespace for it",
            )


@rule(
    "POD-05",
    "Containers are bounded and probed",
    Severity.MANDATORY,
    law=("gdpr 32(1)(b)",),
    references=(
        *("CKV_K8S_8", "CKV_K8S_9", "CKV_K8S_10", "CKV_K8S_11", "CKV_K8S_12", "CKV_K8S_13"),
        "CCC.K8S.CN13",
    ),
    reads=("pods",),
)
def _bounded(subject: Subject) -> Iterator[Finding]:
    for container in _containers(subject):
        name = f"container {container.name}"
        yield from must(
            container.bounded,
            f"lets {name} take all of its node's memory",
            "Request CPU and memory, and limit the memory",
        )
        if container.probed is not None:
            yield from must(
                container.probed,
                f"would not notice that {name} is broken or not ready",
                "Add a startup or liveness probe, and a readiness probe",
            )


@rule(
    "POD-06",
    "Pods on GPUs share neither memory nor nodes with others",
    Severity.MANDATORY,
    law=("gdpr 32(1)(b)",),
    references=("CCC.Core.CN05",),
    reads=("pods", "gpu_sharing"),
)
def _gpus_apart(subject: Subject) -> Iterator[Finding]:
    for sharing in subject.facts.gpu_sharing:
        apart = _one_tenant_each(subject, sharing)
        yield from expect(
            sharing.time_sliced,
            partial(_is_safe, apart=apart),
            "has pods of several tenants take turns on a GPU, whose memory they then share",
            allowed="whole GPUs, parts that the hardware keeps apart, or turns of one tenant's pods",
            remedy="Give each tenant nodes of its own, or a part that the hardware keeps apart",
        )
    for pods in subject.facts.pods:
        if pods.accelerated:
            yield from expect(
                pods.tolerations,
                bool,
                "tolerates no taint, so its GPUs stand on nodes that are open to every pod",
                allowed="a toleration of the GPU nodes' taint",
                remedy="Taint GPU nodes, and tolerate the taint here",
            )
        else:
            yield from expect(
                pods.tolerations,
                lambda keys: not _lands_on_gpus(subject, keys),
                "needs no GPU and can land on the nodes that have them",
                allowed="tolerations that GPU nodes' taints are not among",
                remedy="Take the toleration out",
            )


def _is_safe(sliced: bool, *, apart: bool) -> bool:
    return not sliced or apart


def _one_tenant_each(subject: Subject, sharing: GpuSharing) -> bool:
    """True if pods with turns on the same nodes are of one tenant. Pods with the same node selector share nodes."""
    tenants: dict[tuple[tuple[str, str], ...], set[str]] = {}
    for pods in subject.facts.pods:
        if not pods.accelerated:
            continue
        nodes, tenant = pods.nodes, pods.tenant
        if nodes is None or tenant is None:
            return False
        if not nodes or not sharing.nodes or set(nodes) & set(sharing.nodes):
            tenants.setdefault(nodes, set()).add(tenant)
    everywhere = tenants.get((), set())
    return all(len(found | everywhere) == 1 for found in tenants.values())


def _lands_on_gpus(subject: Subject, keys: tuple[str, ...]) -> bool:
    """True if a pod tolerates all taints that some pod with a GPU does, and so could run on its nodes."""
    if not ANY_TAINT.isdisjoint(keys):
        return True
    asked = (pods.tolerations.value for pods in subject.facts.pods if pods.accelerated)
    return any(each is not UNKNOWN and each and set(each) <= set(keys) for each in asked)


def _containers(subject: Subject) -> Iterator[Container]:
    return (container for pods in subject.facts.pods for container in pods.containers)
