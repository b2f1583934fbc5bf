"""What the layer declares, recorded and looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pulumi
import pytest
from pulumi_kubernetes.rbac.v1 import ClusterRole

from lepton_infra.config.monitoring import MailConfig, MonitoringConfig
from lepton_infra.layers.cluster import VolumeClass
from lepton_infra.layers.node_pool import Owner
from lepton_infra.platform.monitoring import MonitoringArgs
from lepton_infra.platform.monitoring.chart import PROMETHEUS
from lepton_infra.platform.monitoring.dashboards import DASHBOARDS
from lepton_infra.platform.monitoring.scraping import TARGETS
from lepton_infra.testing import Graph
from tests.kit.monitoring import CLUSTER, DIGEST, IMAGES, MAIL, arguments, cluster, of, pins, record, values
from tests.kit.serving import SOFTWARE, pool


@pytest.fixture(scope="module")
def graph() -> Graph:
    return record()


def policies(graph: Graph) -> dict[str, Mapping[str, Any]]:
    return {name: inputs["spec"] for name, inputs in of(graph, "networking.k8s.io/v1:NetworkPolicy").items()}


def claimed(graph: Graph) -> Any:
    """The class of Prometheus' disk."""
    spec = values(graph)["prometheus"]["prometheusSpec"]["storageSpec"]["volumeClaimTemplate"]["spec"]
    return spec["storageClassName"]


def monitors(graph: Graph) -> dict[str, Mapping[str, Any]]:
    found = of(graph, "monitoring.coreos.com/v1:PodMonitor")
    return {name.removeprefix("scrape-"): inputs["spec"] for name, inputs in found.items()}


def test_prometheus_is_where_others_ask(graph: Graph) -> None:
    assert graph.exports["prometheus"] == "monitoring-prometheus.lepton-monitoring.svc.cluster.local:9090"
    assert values(graph)["fullnameOverride"] == "monitoring"
    assert graph.exports["prometheus"] == PROMETHEUS


def test_monitoring_objects_are_deleted_with_the_cluster(graph: Graph) -> None:
    ours = [resource for resource in graph.of("kubernetes:*") if resource.name != CLUSTER]
    assert len(ours) > 10
    assert {str(resource.deleted_with).rsplit("::", 1)[-1] for resource in ours} == {CLUSTER}


def test_the_namespace_is_restricted_and_may_scrape(graph: Graph) -> None:
    (namespace,) = of(graph, "core/v1:Namespace").values()
    labels = namespace["metadata"]["labels"]
    assert namespace["metadata"]["name"] == "lepton-monitoring"
    assert labels["lepton.dev/monitoring"] == "true"
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    assert labels["pod-security.kubernetes.io/enforce-version"] == "v1.33"


class TestTheChart:
    def test_it_runs_the_regions_own_images_at_their_digests(self, graph: Graph) -> None:
        places = {
            "prometheus-operator": ("prometheusOperator", "image"),
            "prometheus-config-reloader": ("prometheusOperator", "prometheusConfigReloader", "image"),
            "prometheus": ("prometheus", "prometheusSpec", "image"),
            "alertmanager": ("alertmanager", "alertmanagerSpec", "image"),
            "kube-state-metrics": ("kube-state-metrics", "image"),
            "grafana": ("grafana", "image"),
        }
        for key, path in places.items():
            found: Any = values(graph)
            for step in path:
                found = found[step]
            assert found == {
                "registry": "registry.example.com",
                "repository": f"team/{key}",
                "tag": f"{IMAGES[key]}@{DIGEST}",
            }

    def test_the_operator_is_told_versions_that_are_no_digests(self, graph: Graph) -> None:
        assert values(graph)["prometheus"]["prometheusSpec"]["version"] == "v3.6.0"
        assert values(graph)["alertmanager"]["alertmanagerSpec"]["version"] == "v0.28.1"

    def test_what_a_managed_cluster_does_not_offer_is_off(self, graph: Graph) -> None:
        off = {key for key, value in values(graph).items() if value == {"enabled": False}}
        assert off >= {
            "nodeExporter",
            "kubeApiServer",
            "kubeControllerManager",
            "kubeEtcd",
            "kubeProxy",
            "kubeScheduler",
        }
        assert values(graph)["defaultRules"] == {"create": False}
        assert values(graph)["prometheusOperator"]["admissionWebhooks"] == {"enabled": False}

    def test_nobody_logs_in_to_grafana_so_there_is_no_password(self, graph: Graph) -> None:
        grafana = values(graph)["grafana"]
        assert grafana["env"] == {"GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION": "true"}
        assert grafana["grafana.ini"]["auth"] == {"disable_login_form": True}
        assert grafana["grafana.ini"]["auth.anonymous"] == {"enabled": True, "org_role": "Viewer"}
        assert "adminPassword" not in grafana
        assert not [key for key in ("ingress", "service") if key in grafana]

    def test_metrics_are_kept_as_long_as_is_asked_and_within_the_disk(self) -> None:
        config = MonitoringConfig(retention_days=90, disk_gib=200)
        spec = values(record(lambda: arguments(config=config)))["prometheus"]["prometheusSpec"]
        assert (spec["retention"], spec["retentionSize"]) == ("90d", "170GiB")
        assert spec["storageSpec"]["volumeClaimTemplate"]["spec"] == {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "200Gi"}},
        }

    def test_disks_are_of_the_clouds_own_class_under_the_regions_key(self) -> None:
        volumes = VolumeClass(driver="ebs.csi.example.com", parameters={"kmsKeyId": "key-1"})
        graph = record(lambda: arguments(cluster=cluster(volumes=volumes)))
        (made,) = of(graph, "storage.k8s.io/v1:StorageClass").values()
        assert (made["provisioner"], made["parameters"]) == ("ebs.csi.example.com", {"kmsKeyId": "key-1"})
        assert made["volumeBindingMode"] == "WaitForFirstConsumer"
        assert claimed(graph) == made["metadata"]["name"]

    def test_disks_are_taken_away_before_the_cluster_and_what_makes_them(self) -> None:
        def build() -> MonitoringArgs:
            driver = ClusterRole("driver", metadata={"name": "driver"})
            return arguments(
                cluster=cluster(volumes=VolumeClass(driver="x.example.com", parameters={}, needs=[driver]))
            )

        (namespace,) = record(build).of("kubernetes:core/v1:Namespace")
        assert namespace.deleted_with is None
        assert "driver" in {urn.rsplit("::", 1)[-1] for urn in namespace.dependencies}

    def test_a_sites_disks_are_of_the_class_that_it_names(self) -> None:
        graph = record(lambda: arguments(cluster=cluster(storage_class="ceph")))
        assert not of(graph, "storage.k8s.io/v1:StorageClass")
        assert claimed(graph) == "ceph"

    def test_every_dashboard_is_mounted(self, graph: Graph) -> None:
        maps = of(graph, "core/v1:ConfigMap")
        assert {name: inputs["data"] for name, inputs in maps.items()} == {
            f"dashboard-{name}": {f"{name}.json": text} for name, text in DASHBOARDS.items()
        }
        assert {inputs["metadata"]["labels"]["grafana_dashboard"] for inputs in maps.values()} == {"1"}
        mounted = values(graph)["grafana"]["dashboardsConfigMaps"]
        assert set(mounted.values()) == {inputs["metadata"]["name"] for inputs in maps.values()}

    def test_it_waits_for_the_network_to_be_shut(self, graph: Graph) -> None:
        (chart,) = graph.of("kubernetes:helm.sh/v3:Release")
        waits = {urn.rsplit("::", 1)[-1] for urn in chart.dependencies}
        assert "us-east-monitoring-default-deny" in waits

    def test_our_own_kinds_wait_for_the_chart_that_brings_them(self, graph: Graph) -> None:
        custom = graph.of("kubernetes:monitoring.coreos.com/*")
        assert len(custom) == len(TARGETS) + 2
        for resource in custom:
            assert "us-east-monitoring-chart" in {urn.rsplit("::", 1)[-1] for urn in resource.dependencies}


class TestTraffic:
    def test_everything_is_shut_at_first(self, graph: Graph) -> None:
        assert policies(graph)["default-deny"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}

    def test_prometheus_reaches_what_it_scrapes_and_nothing_else(self, graph: Graph) -> None:
        egress = policies(graph)["scraping"]["egress"]
        ports = [rule["ports"] for rule in egress]
        assert ports == [[{"port": target.port, "protocol": "TCP"}] for target in TARGETS] + [
            [{"port": 10250, "protocol": "TCP"}]
        ]
        for rule, target in zip(egress, TARGETS, strict=False):
            (peer,) = rule["to"]
            assert peer["podSelector"]["matchLabels"] == target.labels

    def test_prometheus_is_asked_by_what_scales_models(self, graph: Graph) -> None:
        (rule,) = policies(graph)["scraping"]["ingress"]
        assert rule["ports"] == [{"port": 9090, "protocol": "TCP"}]
        (peer,) = rule["from"]
        assert peer["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "keda"}

    def test_grafana_and_alertmanager_do_not_reach_the_api(self, graph: Graph) -> None:
        (chosen,) = policies(graph)["to-the-api"]["podSelector"]["matchExpressions"]
        assert not {"grafana", "alertmanager"} & set(chosen["values"])

    def test_mail_leaves_on_the_relays_port_alone(self) -> None:
        graph = record(lambda: arguments(config=MonitoringConfig(mail=MAIL)))
        (rule,) = policies(graph)["mail"]["egress"]
        assert rule["ports"] == [{"port": 587, "protocol": "TCP"}]
        assert policies(graph)["mail"]["podSelector"]["matchLabels"] == {"app.kubernetes.io/name": "alertmanager"}

    def test_alertmanager_has_no_mail_policy_without_a_relay(self, graph: Graph) -> None:
        assert "mail" not in policies(graph)


class TestScraping:
    def test_model_servers_are_read_by_model_and_version(self, graph: Graph) -> None:
        spec = monitors(graph)["model-servers"]
        assert spec["selector"] == {"matchLabels": {"app.kubernetes.io/name": "tensorflow-serving"}}
        assert spec["namespaceSelector"] == {"any": True}
        (endpoint,) = spec["podMetricsEndpoints"]
        assert (endpoint["portNumber"], endpoint["path"]) == (8501, "/monitoring/prometheus/metrics")
        labels = {entry["targetLabel"]: entry["sourceLabels"] for entry in endpoint["relabelings"]}
        assert labels["model"] == ["__meta_kubernetes_pod_label_app_kubernetes_io_instance"]
        assert labels["version"] == ["__meta_kubernetes_pod_label_app_kubernetes_io_version"]

    def test_the_gateways_clusters_are_models(self, graph: Graph) -> None:
        (endpoint,) = monitors(graph)["gateway"]["podMetricsEndpoints"]
        assert (endpoint["portNumber"], endpoint["path"]) == (19001, "/stats/prometheus")
        (relabeling,) = endpoint["metricRelabelings"]
        assert relabeling["targetLabel"] == "model"

    def test_whose_a_gpu_is_does_not_hide_where_it_is(self, graph: Graph) -> None:
        (endpoint,) = monitors(graph)["gpus"]["podMetricsEndpoints"]
        assert endpoint["honorLabels"] is False
        assert {"sourceLabels": ["__meta_kubernetes_pod_node_name"], "targetLabel": "node"} in endpoint["relabelings"]


@pytest.mark.parametrize(("owner", "wanted"), [(Owner.REGION, True), (Owner.SITE, True), (Owner.CLOUD, False)])
def test_an_exporter_is_missed_where_it_is_scraped(owner: Owner, wanted: bool) -> None:
    graph = record(lambda: arguments(pools={"l4": pool("l4", software=replace(SOFTWARE, exporter=owner))}))
    inputs = of(graph, "monitoring.coreos.com/v1:PrometheusRule")["rules-cifar10"]
    names = {rule.get("record") for group in inputs["spec"]["groups"] for rule in group["rules"]}
    assert ("lepton:exporter_wanted:info" in names) is wanted


def test_a_password_of_the_relay_is_mounted_and_in_no_input() -> None:
    login = MailConfig(relay="mail.example.com", sender="alerts@example.com", user="region")
    graph = record(lambda: arguments(config=MonitoringConfig(mail=login)))
    assert values(graph)["alertmanager"]["alertmanagerSpec"]["secrets"] == ["alertmanager-mail"]
    assert not of(graph, "core/v1:Secret")


def test_what_the_lock_file_lacks_is_told_before_anything_is_made() -> None:
    whole = pins()
    images = {key: pin for key, pin in whole.images.items() if key != "grafana"}
    lacking = whole.model_copy(update={"images": images, "charts": {}})
    with pytest.raises(pulumi.RunError, match=r"has no images\.grafana, charts\.kube-prometheus-stack"):
        record(lambda: arguments(images={key: pulumi.Output.from_input(key) for key in images}), locked=lacking)
