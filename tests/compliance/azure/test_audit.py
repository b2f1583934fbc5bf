"""The region that we give away on Azure, held against every rule."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lepton_infra import audit, project
from lepton_infra.clouds.azure import facts
from lepton_infra.compliance.facts import Immutability, Store
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.graph.graph import Graph
from lepton_infra.compliance.law.obligations import Obligations
from lepton_infra.compliance.rules.evaluate import Status
from lepton_infra.compliance.rules.rule import Severity
from lepton_infra.stack import file, law_check
from tests.compliance.azure.graphs import UNSET, changed, without

TODAY = date(2026, 11, 25)
UNPINNED = {"SUP-01"}
"""What a lock file that nobody filled leaves open; embedded clouds waive it."""

FLOWS, ARCHIVE = "eu-west-network-logs-flow", "eu-west-network-logs-audit"
EVENTS = "eu-west-oversight-ai-events"


@pytest.fixture(scope="module")
def obligations() -> Obligations:
    here = project.find(Path(__file__))
    return law_check.obligations(file.read(here.stack_file("eu-west")), TODAY)


def failed(graph: Graph, obligations: Obligations) -> set[str]:
    """Controls that must hold and do not."""
    return {
        result.rule.id
        for result in audit.outcomes(graph, obligations)
        if result.status is Status.FAILED and result.rule.severity is not Severity.ADVISORY
    }


def store(graph: Graph, name: str) -> Store:
    (found,) = [each for each in facts.read(graph).stores if each.resource.name == name]
    return found


def test_the_region_keeps_what_it_must(region: Graph, obligations: Obligations) -> None:
    assert failed(region, obligations) == UNPINNED


def test_before_the_region_is_made_only_its_registry_is_unknown(previewed: Graph, obligations: Obligations) -> None:
    assert failed(previewed, obligations) == UNPINNED | {"SUP-02"}


def test_machines_reach_services_by_name(region: Graph) -> None:
    outward = [opening for opening in facts.read(region).openings if not opening.inbound]

    peers = [opening.peers.value for opening in outward]
    assert set(peers) == {
        frozenset({name})
        for name in (
            "AzureActiveDirectory",
            "AzureResourceManager",
            "MicrosoftContainerRegistry",
            "AzureFrontDoor.FirstParty",
        )
    }
    assert {(opening.from_port, opening.to_port) for opening in outward} == {(443, 443)}


@pytest.mark.parametrize(("name", "immutable"), [(ARCHIVE, Immutability.REVERSIBLE), (FLOWS, Immutability.NONE)])
def test_what_a_log_wrote_stays(region: Graph, name: str, immutable: Immutability) -> None:
    found = store(region, name)

    assert found.immutable is not None
    assert found.recoverable is not None
    assert (found.immutable.value, found.recoverable.value) == (immutable, True)


def test_events_of_models_are_kept_as_long_as_logs(region: Graph, obligations: Obligations) -> None:
    found, least = store(region, EVENTS), obligations.retention[DataClass.AI_EVENT].least

    assert found.data_class is DataClass.AI_EVENT
    assert found.days is not None
    assert isinstance(found.days.value, int)
    assert least is not None
    assert found.days.value >= least


@pytest.mark.parametrize(
    ("name", "path", "control"),
    [
        ("eu-west-network-nodes-firewall", "securityRules", "NET-03"),
        (ARCHIVE, "immutableStorageWithVersioning", "AUD-04"),
        (f"{FLOWS}-blobs", "isVersioningEnabled", "BCP-01"),
        ("eu-west-storage-store", "encryption", "ENC-01"),
    ],
)
def test_a_control_follows_its_property(
    region: Graph, obligations: Obligations, name: str, path: str, control: str
) -> None:
    assert control in failed(changed(region, name, path, UNSET), obligations)


def test_a_region_that_writes_no_events_is_refused(region: Graph, obligations: Obligations) -> None:
    without_events = changed(region, EVENTS, "tags", {})

    assert "AI-03" in failed(without_events, obligations)


def test_only_the_cluster_may_stand_unlocked(region: Graph, obligations: Obligations) -> None:
    assert "BCP-03" in failed(without(region, f"{FLOWS}-lock"), obligations)
