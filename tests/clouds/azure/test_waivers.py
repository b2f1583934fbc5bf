"""Controls that Azure cannot keep: each waiver is of something that the region makes, and says why."""

from __future__ import annotations

from fnmatch import fnmatchcase
from itertools import pairwise

from lepton_infra import clouds
from lepton_infra.stack.parse import parse
from lepton_infra.testing.graph import Graph
from tests.clouds.azure.stacks import stack

CONTROLS = {
    "ENC-01": {"test-network-logs", "test-storage-access-log", "test-oversight-ai-events"},
    "AUD-04": {"test-network-logs-flow"},
    "BCP-02": {"test-oversight-backup-received"},
    "BCP-03": {"test-cluster-control-plane"},
}


def test_what_azure_cannot_do_is_waived_where_it_cannot() -> None:
    config = parse(stack())
    found = clouds.waivers(config)

    assert {(each.control, each.resource) for each in found} == {
        (control, name) for control, names in CONTROLS.items() for name in names
    }
    assert all(each.derived and each.expires is None and each.reason for each in found)


def test_every_waiver_is_of_something_that_is_made(region: Graph) -> None:
    config = parse(stack())
    names = {found.name for found in region}
    unused = [each for each in clouds.waivers(config) if not any(fnmatchcase(name, each.resource) for name in names)]

    assert unused == []


def test_no_waiver_of_a_control_covers_another_ones_store(region: Graph) -> None:
    """Names are whole: none has a pattern that a later resource could fall under."""
    config = parse(stack())
    resources = sorted(each.resource for each in clouds.waivers(config))

    assert not any("*" in resource for resource in resources)
    assert all(one != other for one, other in pairwise(resources))
