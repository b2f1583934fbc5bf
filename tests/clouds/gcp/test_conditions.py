"""Conditions and filters, by value."""

from __future__ import annotations

from lepton_infra.clouds.gcp.iam import conditions
from lepton_infra.layers.oversight import EventSource


def test_a_reader_sees_and_lists_its_prefix_and_nothing_else() -> None:
    assert conditions.reads_prefix("models", "cifar10/") == (
        'resource.name.startsWith("projects/_/buckets/models/objects/cifar10/")'
        ' || api.getAttribute("storage.googleapis.com/objectListPrefix", "").startsWith("cifar10/")'
    )


def test_an_administrator_administers_one_cluster_of_one_region() -> None:
    expression = conditions.is_cluster("c", "asia-south1")
    assert expression == 'resource.name.endsWith("/locations/asia-south1/clusters/c")'


def test_the_networks_logs_are_its_own_flows_and_refusals() -> None:
    assert conditions.network_logs("n") == (
        '(log_id("compute.googleapis.com/vpc_flows") OR log_id("compute.googleapis.com/firewall"))'
        ' AND resource.labels.subnetwork_name="n"'
    )


def test_the_access_log_names_every_bucket() -> None:
    assert conditions.access_logs("a", "b").endswith('resource.labels.bucket_name=("a" OR "b")')


def test_events_are_what_the_regions_own_programs_write() -> None:
    assert conditions.inference_log("c", None) == 'log_id("lepton-ai-events")'


def test_events_are_what_the_gateways_proxies_write_in_one_cluster_too() -> None:
    assert conditions.inference_log("c", EventSource(namespace="entrance", container="proxy")) == (
        'log_id("lepton-ai-events") OR (log_id("stdout") AND resource.type="k8s_container"'
        ' AND resource.labels.cluster_name="c" AND resource.labels.namespace_name="entrance"'
        ' AND resource.labels.container_name="proxy")'
    )
