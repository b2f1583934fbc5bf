"""Whether there is anything that a control could be about: an empty graph must not fail for what it lacks."""

from __future__ import annotations

from collections.abc import Iterator

from lepton_infra.compliance.facts import Chart, Pods
from lepton_infra.compliance.rule import Subject

IN_CLUSTERS = frozenset({"kubernetes"})
"""Packages whose resources are objects of a cluster, and so at no cloud that could keep a trail of its own API."""

CLUSTERS_OWN = "kube-system"
"""The namespace that every cluster has from the start, for its own equipment: no stack makes it or could close it."""


def at_a_cloud(subject: Subject) -> bool:
    """Whether a cloud keeps data or runs a cluster for this stack. False of a private site, which brings its own."""
    stores = (store.resource for store in subject.facts.stores)
    clusters = (cluster.resource for cluster in subject.facts.clusters)
    return any(resource.package not in IN_CLUSTERS for resource in (*stores, *clusters))


def in_use(subject: Subject) -> bool:
    """Whether anything here could hold or compute on data of persons."""
    return bool(subject.facts.stores or subject.facts.clusters or subject.facts.pods)


def homeless(subject: Subject) -> Iterator[Pods | Chart]:
    """The pods and charts whose namespace is none of this stack's, so that nothing here says what may run there."""
    ours = {CLUSTERS_OWN, *(namespace.name for namespace in subject.facts.namespaces)}
    running: tuple[Pods | Chart, ...] = (*subject.facts.pods, *subject.facts.charts)
    return (one for one in running if one.namespace not in ours)
