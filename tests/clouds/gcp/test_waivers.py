from __future__ import annotations

from lepton_infra import clouds
from lepton_infra.stack.parse import parse
from lepton_infra.testing.graph import Graph
from tests.clouds.gcp.stacks import stack


def test_what_google_cloud_cannot_keep_is_waived_and_says_why(region: Graph) -> None:
    config = parse(stack())
    waivers = clouds.waivers(config)

    covered = {(waiver.control, waiver.resource.removeprefix("test-")) for waiver in waivers}
    assert covered == {
        ("AUD-04", "cluster-logs"),
        ("AUD-04", "network-logs"),
        ("AUD-04", "oversight-trail"),
        ("AUD-04", "storage-access-log"),
        ("RET-04", "oversight-backup"),
    }
    assert all(waiver.derived and waiver.expires is None for waiver in waivers)
    assert {"_Required" in waiver.reason for waiver in waivers if waiver.control == "AUD-04"} == {True}


def test_every_waiver_is_for_a_resource_that_is_there_and_every_audit_log_has_one(region: Graph) -> None:
    config = parse(stack())
    waived = {waiver.resource for waiver in clouds.waivers(config)}

    logs = {bucket.name for bucket in region.of("gcp:logging/projectBucketConfig:ProjectBucketConfig")}
    assert waived == {*logs - {"test-oversight-ai-events"}, "test-oversight-backup"}
