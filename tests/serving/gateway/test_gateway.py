from __future__ import annotations

from dataclasses import replace

import pulumi
import pytest

from lepton_infra.platform.gateway import names
from lepton_infra.simulator import schema
from lepton_infra.testing import Graph
from tests.kit import serving
from tests.kit.gateway import BALANCER, NAME, OFFICE, OWN, arguments, needs, ours, record, spec


@pytest.fixture(scope="module")
def recorded() -> Graph:
    return record()


def test_models_are_found_at_the_gateway(recorded: Graph) -> None:
    address = "https://cifar10.inference.example.com/v1/models/cifar10"
    assert recorded.exports == {"endpoints": {"cifar10": address}}


def test_what_is_declared_for_one_model(recorded: Graph) -> None:
    assert sorted(f"{each.type.rpartition(':')[2]} {each.name.removeprefix(NAME)}" for each in ours(recorded)) == [
        "BackendTrafficPolicy -backend-policy",
        "Certificate -certificate-lepton-ca",
        "Certificate -certificate-lepton-grpc",
        "Certificate -certificate-lepton-https",
        "ClientTrafficPolicy -client-policy",
        "EnvoyProxy -proxies",
        "GRPCRoute -cifar10-grpc",
        "Gateway -gateway",
        "GatewayClass -class",
        "HTTPRoute -cifar10-rest",
        "Issuer -issuer-lepton-ca",
        "Issuer -issuer-lepton-root",
        "Namespace -certificates-namespace",
        "Namespace -gateway-namespace",
        "NetworkPolicy -cert-manager-traffic",
        "NetworkPolicy -certgen-traffic",
        "NetworkPolicy -certificates-default-deny",
        "NetworkPolicy -controller-traffic",
        "NetworkPolicy -gateway-default-deny",
        "NetworkPolicy -proxies-traffic",
        "Release -cert-manager",
        "Release -envoy-gateway",
        "Service -address",
    ]


@pytest.mark.parametrize("changes", [{"config": None}, {"models": [], "pools": {}}])
def test_without_a_gateway_or_a_model_there_is_no_way_in(changes: dict[str, object]) -> None:
    graph = record(**changes)  # type: ignore[arg-type]
    assert ours(graph) == []
    assert all(address.startswith("http://") for address in graph.exports["endpoints"].values())


def test_all_but_the_load_balancer_dies_with_the_cluster(recorded: Graph) -> None:
    """Its controllers are in the cluster: a load balancer that nobody takes away would hold the network for ever."""
    cluster = recorded[serving.CLUSTER].urn
    assert [each.name for each in ours(recorded) if each.deleted_with != cluster] == [f"{NAME}-address"]


def test_the_load_balancer_goes_first(recorded: Graph) -> None:
    """Whatever it waits for is deleted after it."""
    assert {"gateway", "proxies", "gateway-namespace"} <= needs(recorded, "address")


def test_the_address_is_the_clouds_internal_one_and_turns_others_away(recorded: Graph) -> None:
    service = recorded[f"{NAME}-address"].inputs
    assert service["metadata"]["annotations"] == BALANCER.annotations
    assert service["spec"]["type"] == "LoadBalancer"
    assert service["spec"]["loadBalancerClass"] == BALANCER.class_name
    assert service["spec"]["loadBalancerSourceRanges"] == [OWN, OFFICE]
    assert service["spec"]["externalTrafficPolicy"] == "Local"
    assert service["spec"]["selector"] == names.PROXIES
    assert service["spec"]["ports"] == [{"name": "https", "port": 443, "targetPort": 10443}]


def test_a_cluster_without_load_balancers_is_told_so() -> None:
    def build() -> object:
        plain = arguments()
        return replace(plain, cluster=replace(plain.cluster, load_balancer=None))

    with pytest.raises(pulumi.RunError, match=r"the cluster us-east offers no load balancer, which the gateway needs"):
        serving.record(build)  # type: ignore[arg-type]


def test_what_the_lock_file_lacks_is_named() -> None:
    def build() -> object:
        plain = arguments()
        kept = {key: image for key, image in plain.images.items() if not key.startswith(("envoy", "cert"))}
        return replace(plain, images=kept)

    with pytest.raises(
        pulumi.RunError, match=r"images\.cert-manager-cainjector, .*images\.envoy, images\.envoy-gateway"
    ):
        serving.record(build)  # type: ignore[arg-type]


def test_every_object_fits_the_sdks_types(recorded: Graph) -> None:
    found = {each.name: schema.check(each.type, each.inputs) for each in ours(recorded)}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_objects_of_a_chart_wait_for_it(recorded: Graph) -> None:
    """Their kinds are not there before."""
    assert "cert-manager" in needs(recorded, "issuer-lepton-root")
    assert "certificate-lepton-ca" in needs(recorded, "issuer-lepton-ca")
    assert "issuer-lepton-ca" in needs(recorded, "certificate-lepton-https")
    assert {"envoy-gateway", "certificate-lepton-https", "certificate-lepton-grpc"} <= needs(recorded, "proxies")
    assert {"proxies", "class", "client-policy", "backend-policy"} <= needs(recorded, "gateway")
    assert "gateway" in needs(recorded, "cifar10-rest")
    assert "gateway" in needs(recorded, "cifar10-grpc")


def test_the_gateway_takes_routes_of_the_models_namespaces_only(recorded: Graph) -> None:
    for listener in spec(recorded, "gateway")["listeners"]:
        (rule,) = listener["allowedRoutes"]["namespaces"]["selector"]["matchExpressions"]
        assert rule == {"key": "kubernetes.io/metadata.name", "operator": "In", "values": ["serving-cifar10"]}


def test_the_listeners_end_tls_with_certificates_that_share_no_name(recorded: Graph) -> None:
    listeners = {each["name"]: each for each in spec(recorded, "gateway")["listeners"]}
    assert {name: (each["protocol"], each["port"], each["hostname"]) for name, each in listeners.items()} == {
        "https": ("HTTPS", 443, "*.inference.example.com"),
        "grpc": ("HTTPS", 443, "*.grpc.inference.example.com"),
    }
    for name, each in listeners.items():
        (reference,) = each["tls"]["certificateRefs"]
        certificate = spec(recorded, f"certificate-{reference['name']}")
        assert each["tls"]["mode"] == "Terminate"
        assert certificate["secretName"] == reference["name"]
        assert certificate["dnsNames"] == [each["hostname"]], name


def test_the_authority_signs_itself_and_then_the_others(recorded: Graph) -> None:
    assert spec(recorded, "issuer-lepton-root") == {"selfSigned": {}}
    assert spec(recorded, "certificate-lepton-ca")["isCA"] is True
    assert spec(recorded, "certificate-lepton-ca")["issuerRef"]["name"] == "lepton-root"
    assert spec(recorded, "issuer-lepton-ca") == {"ca": {"secretName": "lepton-ca"}}
    assert spec(recorded, "certificate-lepton-https")["issuerRef"]["name"] == "lepton-ca"


def test_no_key_is_declared(recorded: Graph) -> None:
    """cert-manager makes them where they stay."""
    assert [each.name for each in recorded.of("kubernetes:core/v1:Secret")] == []


def test_callers_need_tls_1_2_and_paths_that_mean_one_thing(recorded: Graph) -> None:
    policy = spec(recorded, "client-policy")
    assert policy["tls"] == {"minVersion": "1.2"}
    assert policy["path"] == {"escapedSlashesAction": "RejectRequest"}
    assert policy["headers"]["requestID"] == "Generate"
    assert policy["targetRefs"] == [{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "lepton"}]


def test_what_is_let_through_is_bounded(recorded: Graph) -> None:
    policy = spec(recorded, "backend-policy")
    assert policy["rateLimit"] == {"local": {"rules": [{"limit": {"requests": 100, "unit": "Second"}}]}}
    assert policy["requestBuffer"] == {"limit": "2048Ki"}
    assert policy["timeout"]["http"] == {"requestTimeout": "20s"}
    assert policy["retry"] == {"numRetries": 1, "retryOn": {"triggers": ["connect-failure"]}}
    assert policy["circuitBreaker"] == {"maxPendingRequests": 100, "maxParallelRequests": 2000}


def test_the_proxies_scale_spread_and_are_not_reached_from_outside_by_themselves(recorded: Graph) -> None:
    kubernetes = spec(recorded, "proxies")["provider"]["kubernetes"]
    assert kubernetes["envoyService"] == {"type": "ClusterIP"}
    assert (kubernetes["envoyHpa"]["minReplicas"], kubernetes["envoyHpa"]["maxReplicas"]) == (3, 9)
    assert kubernetes["envoyPDB"] == {"maxUnavailable": 1}
    pod = kubernetes["envoyDeployment"]["pod"]
    assert {each["topologyKey"] for each in pod["topologySpreadConstraints"]} == {
        "topology.kubernetes.io/zone",
        "kubernetes.io/hostname",
    }
    assert kubernetes["envoyDeployment"]["container"]["image"] == serving.image("envoy")
    assert kubernetes["envoyDeployment"]["container"]["resources"]["limits"]["memory"] == "2Gi"


def test_images_of_the_charts_are_the_regions_own(recorded: Graph) -> None:
    gateway = recorded[f"{NAME}-envoy-gateway"].inputs["values"]
    registry = "111122223333.dkr.example.com"
    assert gateway["deployment"]["envoyGateway"]["image"]["repository"] == f"{registry}/envoy-gateway"
    certificates = recorded[f"{NAME}-cert-manager"].inputs["values"]
    parts = ["webhook", "cainjector", "startupapicheck"]
    assert certificates["image"]["repository"] == f"{registry}/cert-manager-controller"
    assert [certificates[part]["image"]["repository"] for part in parts] == [
        f"{registry}/cert-manager-{part}" for part in parts
    ]
