"""Facts read from AWS resources, by type token and property name, without the SDK.

``places`` says where things are and how data leaves; the other files read one kind of fact each. Parts that AWS keeps
as separate resources are paired by what they name, in a preview by what they are made of. Property names and defaults
are those of pulumi-aws 7 and of each API's reference.
"""

from __future__ import annotations

from dataclasses import replace

from lepton_infra.clouds.aws.facts import clusters, continuity, keys, networks, places, rights, stores, trails
from lepton_infra.compliance.facts import Backup, Facts, Store, StoreKind
from lepton_infra.compliance.graph.graph import Graph, Resource

PACKAGE = "aws"

_READ = keys.TYPES | stores.TYPES | clusters.TYPES | networks.TYPES | rights.TYPES | trails.TYPES | continuity.TYPES


def read(graph: Graph) -> Facts:
    """Facts of a graph's AWS resources."""
    kept = tuple(stores.read(graph))
    backups = tuple(continuity.read(graph, kept))
    return Facts(
        places=places.read(graph),
        stores=tuple(_with_companions(graph, store, backups) for store in kept),
        keys=tuple(keys.read(graph)),
        clusters=tuple(clusters.read_clusters(graph)),
        nodes=tuple(clusters.read_nodes(graph)),
        networks=tuple(networks.read_networks(graph)),
        openings=tuple(networks.read_openings(graph)),
        listeners=tuple(networks.read_listeners(graph)),
        grants=tuple(rights.read_grants(graph)),
        trails=tuple(trails.read_trails(graph)),
        alert_routes=tuple(trails.read_routes(graph)),
        alerts=tuple(trails.read_alerts(graph)),
        break_glass=tuple(rights.read_break_glass(graph)),
        backups=backups,
        detections=tuple(trails.read_detections(graph)),
        organization_policies=tuple(rights.read_organization_policies(graph)),
        credentials=tuple(rights.read_credentials(graph)),
        unread=tuple(each for each in graph if _unread(each)),
    )


def _with_companions(graph: Graph, store: Store, backups: tuple[Backup, ...]) -> Store:
    """A store with what plans and trails do for it."""
    for backup in backups:
        covered = backup.covers.value
        if isinstance(covered, frozenset) and store.resource.urn in covered:
            store = replace(store, recoverable=backup.resource.says(True))
    logged = store.access_logged
    trail = trails.watched(graph, store.resource) if store.kind is StoreKind.BUCKET else None
    if trail is not None and logged is not None and logged.value is not True:
        store = replace(store, access_logged=trail.says(True, "advancedEventSelectors"))
    return store


def _unread(resource: Resource) -> bool:
    if resource.package != PACKAGE or resource.is_provider or not resource.custom:
        return False
    return resource.type not in _READ and not places.carries(resource.type)
