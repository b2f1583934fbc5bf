"""What scales a version, and what KEDA and the proxy that holds requests are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lepton_infra import lock
from lepton_infra.config.models import ModelConfig, ScalingConfig
from lepton_infra.fields import NodeCount
from lepton_infra.platform.scaling import http_interceptor, keda, needs_keda
from lepton_infra.platform.scaling.installing import scaling_charts
from lepton_infra.testing import Graph
from tests.kit.gateway import arguments as with_gateway
from tests.kit.serving import CLUSTER, arguments, model, objects, of, record

OWN = "us-east-serving-cifar10-v3-autoscaler"
LOCK = lock.locked(Path(__file__).parents[2])


def scaled(**scaling: Any) -> ModelConfig:
    return model(scaling=ScalingConfig(**scaling))


def held(**changes: Any) -> ModelConfig:
    facts = {
        "scaling": ScalingConfig(metric="queue", target=8, buffer_requests=True),
        "replicas": NodeCount(min=0, max=8),
    }
    return model(**{**facts, **changes})


def serving(of_model: ModelConfig) -> Graph:
    return record(lambda: arguments(models=[of_model]))


def behind_gateway(of_model: ModelConfig) -> Graph:
    return record(lambda: with_gateway(models=[of_model]))


def scaled_object(of_model: ModelConfig) -> dict[str, Any]:
    (version,) = of_model.versions
    return keda.spec(of_model, version, "cifar10-v3", of_model.replicas_of(version))


def prometheus(of_model: ModelConfig) -> dict[str, Any]:
    (trigger,) = (each for each in scaled_object(of_model)["triggers"] if each["type"] == "prometheus")
    found: dict[str, Any] = trigger
    return found


def test_processor_load_needs_the_clusters_own_autoscaler_alone() -> None:
    graph = serving(scaled(target=55))
    spec = of(graph, "autoscaling/v2:HorizontalPodAutoscaler")[OWN]["spec"]
    assert spec["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "cifar10-v3"}
    assert spec["metrics"][0]["resource"]["target"]["averageUtilization"] == 55
    assert (spec["minReplicas"], spec["maxReplicas"]) == (2, 8)
    assert graph.of("lepton:kubernetes:Autoscaling") == ()


@pytest.mark.parametrize("metric", ["queue", "gpu"])
def test_whatever_else_it_follows_is_kedas(metric: str) -> None:
    graph = serving(scaled(metric=metric, target=8))
    (found,) = of(graph, "keda.sh/v1alpha1:ScaledObject").values()
    assert found["spec"] == scaled_object(scaled(metric=metric, target=8))
    assert found["metadata"]["namespace"] == "serving-cifar10"
    assert of(graph, "autoscaling/v2:HorizontalPodAutoscaler") == {}
    assert "lepton.dev/scaler" in found["metadata"]["annotations"]


def test_a_queue_is_what_all_have_waited_within_a_second() -> None:
    found = prometheus(scaled(metric="queue", target=8))
    assert found["metricType"] == "AverageValue"
    assert found["metadata"] == {
        "serverAddress": "http://monitoring-prometheus.lepton-monitoring.svc.cluster.local:9090",
        "query": "sum(rate(:tensorflow:serving:batching_session:queuing_latency_sum"
        '{namespace="serving-cifar10",version="3"}[2m])) / 1e6',
        "threshold": "8",
        "ignoreNullValues": "false",
    }


def test_use_of_gpus_is_of_the_pods_of_one_version() -> None:
    query = prometheus(model(accelerators=2, scaling=ScalingConfig(metric="gpu", target=80)))["metadata"]["query"]
    pods = 'exported_namespace="serving-cifar10",exported_pod=~"cifar10-v3-.+"'
    assert query == f"sum(DCGM_FI_DEV_GPU_UTIL{{{pods}}}) / 2"


@pytest.mark.parametrize("metric", ["queue", "gpu"])
@pytest.mark.parametrize("least", [1, 2, 5])
def test_a_number_that_is_missing_takes_no_replica_away(metric: str, least: int) -> None:
    changed = model(scaling=ScalingConfig(metric=metric, target=8), replicas=NodeCount(min=least, max=8))
    spec = scaled_object(changed)
    assert spec["fallback"] == {"failureThreshold": 3, "replicas": least, "behavior": "currentReplicasIfHigher"}
    assert prometheus(changed)["metadata"]["ignoreNullValues"] == "false"
    assert spec["minReplicaCount"] == least
    behaviour = spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]
    assert behaviour == {"scaleDown": {"stabilizationWindowSeconds": 300}}


def test_the_last_replica_goes_only_by_the_count_of_held_requests() -> None:
    spec = scaled_object(held())
    assert spec["minReplicaCount"] == 0
    assert spec["fallback"]["replicas"] == 1
    rest, grpc, queue = spec["triggers"]
    assert [each["type"] for each in (rest, grpc, queue)] == ["external-push", "external-push", "prometheus"]
    assert rest["metadata"]["interceptorRoute"] == "cifar10-v3"
    assert grpc["metadata"]["interceptorRoute"] == "cifar10-v3-grpc"
    assert queue["metadata"]["ignoreNullValues"] == "true"


def test_processor_load_is_kedas_trigger_where_a_proxy_holds_requests() -> None:
    spec = scaled_object(model(scaling=ScalingConfig(buffer_requests=True), replicas=NodeCount(min=0, max=8)))
    assert spec["triggers"][-1] == {"type": "cpu", "metricType": "Utilization", "metadata": {"value": "70"}}


def test_the_proxy_knows_a_model_by_its_hosts() -> None:
    graph = behind_gateway(held())
    found = {
        each["metadata"]["name"]: each["spec"] for each in of(graph, "http.keda.sh/v1beta1:InterceptorRoute").values()
    }
    assert found["cifar10-v3"]["rules"] == [{"hosts": ["cifar10.inference.example.com"]}]
    assert found["cifar10-v3"]["target"] == {"service": "cifar10-v3", "port": 8501}
    assert found["cifar10-v3-grpc"]["rules"] == [{"hosts": ["cifar10.grpc.inference.example.com"]}]
    assert found["cifar10-v3-grpc"]["target"] == {"service": "cifar10-v3", "port": 8500}


def test_the_gateway_sends_held_requests_to_the_proxy_and_may() -> None:
    graph = behind_gateway(held())
    (route,) = of(graph, "gateway.networking.k8s.io/v1:HTTPRoute").values()
    (backend,) = route["spec"]["rules"][0]["backendRefs"]
    assert (backend["name"], backend["namespace"], backend["port"]) == (http_interceptor.PROXY, "keda-http", 8080)
    (grant,) = of(graph, "gateway.networking.k8s.io/v1beta1:ReferenceGrant").values()
    assert grant["metadata"]["namespace"] == "keda-http"
    assert {(each["kind"], each["namespace"]) for each in grant["spec"]["from"]} == {
        ("HTTPRoute", "serving-cifar10"),
        ("GRPCRoute", "serving-cifar10"),
    }


def test_without_a_holder_the_gateway_sends_requests_to_the_version() -> None:
    graph = behind_gateway(model())
    (route,) = of(graph, "gateway.networking.k8s.io/v1:HTTPRoute").values()
    (backend,) = route["spec"]["rules"][0]["backendRefs"]
    assert (backend["name"], backend["port"]) == ("cifar10-v3", 8501)
    assert "namespace" not in backend
    assert of(graph, "gateway.networking.k8s.io/v1beta1:ReferenceGrant") == {}


@pytest.mark.parametrize(
    ("of_model", "charts"),
    [
        (model(), []),
        (scaled(metric="queue"), ["keda"]),
        (scaled(metric="gpu"), ["keda"]),
        (held(), ["keda", "keda-http"]),
    ],
)
def test_only_what_some_model_needs_is_installed(of_model: ModelConfig, charts: list[str]) -> None:
    assert [chart.name for chart in scaling_charts([model(), of_model])] == charts
    assert needs_keda(of_model) is bool(charts)


def test_each_namespace_is_restricted_and_closed_before_anything_runs() -> None:
    graph = behind_gateway(held())
    for chart in ("keda", "keda-http"):
        prefix = f"us-east-serving-autoscaling-{chart}"
        labels = graph[f"{prefix}-namespace"]["metadata.labels"]
        assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
        assert graph[f"{prefix}-default-deny"].urn in graph[prefix].dependencies
    assert graph["us-east-serving-autoscaling-keda-http-namespace"]["metadata.labels"]["lepton.dev/gateway"] == "true"
    assert graph["us-east-serving-autoscaling-keda"].urn in graph["us-east-serving-autoscaling-keda-http"].dependencies


def test_everything_of_it_dies_with_the_cluster() -> None:
    graph = behind_gateway(held())
    cluster = graph[CLUSTER].urn
    ours = [each for each in objects(graph) if "autoscal" in each.name]
    assert ours
    assert [each.name for each in ours if each.deleted_with != cluster] == []


def test_images_go_where_the_charts_take_them() -> None:
    graph = behind_gateway(held())
    operator = graph["us-east-serving-autoscaling-keda"]["values.image.keda"]
    assert (operator["registry"], operator["repository"]) == ("111122223333.dkr.example.com", "keda")
    images = graph["us-east-serving-autoscaling-keda-http"]["values.images"]
    assert images["interceptor"] == "111122223333.dkr.example.com/keda-http-interceptor"


def test_the_add_ons_images_have_the_tag_that_its_chart_gives_them() -> None:
    tags = {LOCK.images[image.key].tag for image in http_interceptor.chart().images}
    assert tags == {LOCK.charts["keda-add-ons-http"].version}


@pytest.mark.parametrize("chart", [keda.chart(), http_interceptor.chart()], ids=lambda chart: chart.name)
def test_everything_that_runs_is_pinned(chart: Any) -> None:
    assert chart.pin in LOCK.charts
    assert {image.key for image in chart.images} <= set(LOCK.images)
