import pytest

from lepton_infra.simulator.behaviour import CloudError
from lepton_infra.simulator.kubernetes import kinds
from lepton_infra.simulator.kubernetes.kinds import Kind
from lepton_infra.simulator.sdk import tokens
from tests.simulator.kubernetes.cluster import Cluster

NO_OBJECTS = tuple(f"kubernetes:{module}" for module in ("helm.sh", "kustomize", "meta", "yaml"))


@pytest.mark.parametrize(
    ("token", "api_version", "resource"),
    [
        ("kubernetes:core/v1:ConfigMap", "v1", "configmaps"),
        ("kubernetes:core/v1:Endpoints", "v1", "endpoints"),
        ("kubernetes:apps/v1:Deployment", "apps/v1", "deployments.apps"),
        ("kubernetes:apps/v1:DeploymentPatch", "apps/v1", "deployments.apps"),
        (
            "kubernetes:networking.k8s.io/v1:NetworkPolicy",
            "networking.k8s.io/v1",
            "networkpolicies.networking.k8s.io",
        ),
        ("kubernetes:networking.k8s.io/v1:Ingress", "networking.k8s.io/v1", "ingresses.networking.k8s.io"),
        ("kubernetes:storage.k8s.io/v1:StorageClass", "storage.k8s.io/v1", "storageclasses.storage.k8s.io"),
        (
            "kubernetes:gateway.networking.k8s.io/v1:Gateway",
            "gateway.networking.k8s.io/v1",
            "gateways.gateway.networking.k8s.io",
        ),
        ("kubernetes:karpenter.sh/v1:NodePool", "karpenter.sh/v1", "nodepools.karpenter.sh"),
    ],
)
def test_a_token_names_a_kind(token: str, api_version: str, resource: str) -> None:
    kind = kinds.parse(token)

    assert (kind.api_version, kind.resource) == (api_version, resource)


def test_the_built_in_groups_are_those_of_the_sdk() -> None:
    objects = [kinds.parse(token).group for token in tokens("kubernetes") if not token.startswith(NO_OBJECTS)]

    assert set(objects) == kinds.BUILT_IN_GROUPS


def test_every_cluster_scoped_kind_is_one_of_the_sdk() -> None:
    known = {kinds.parse(token).kind for token in tokens("kubernetes") if token.count(":") == 2}

    assert kinds.CLUSTER_SCOPED - known == set()


@pytest.mark.parametrize(
    ("kind", "scoped"),
    [
        (Kind("", "v1", "Namespace"), True),
        (Kind("", "v1", "Pod"), False),
        (Kind("rbac.authorization.k8s.io", "v1", "ClusterRole"), True),
        (Kind("rbac.authorization.k8s.io", "v1", "Role"), False),
        (Kind("example.com", "v1", "Namespace"), False),
        (Kind("snapshot.storage.k8s.io", "v1", "StorageClass"), False),
    ],
)
def test_the_scope_of_built_in_kinds(kind: Kind, scoped: bool) -> None:
    assert kind.cluster_scoped is scoped


def test_a_patch_is_of_a_built_in_kind() -> None:
    assert kinds.is_patch("kubernetes:core/v1:ConfigMapPatch")
    assert not kinds.is_patch("kubernetes:core/v1:ConfigMap")
    assert not kinds.is_patch("kubernetes:example.com/v1:DogPatch")


def test_yaml_is_decoded_as_the_provider_does(cluster: Cluster) -> None:
    answer = cluster.cloud.invoke(cluster.scope, "kubernetes:yaml:decode", {"text": "kind: A\n---\n---\nkind: B\n"})

    assert answer == {"result": [{"kind": "A"}, {"kind": "B"}]}
    with pytest.raises(CloudError, match="text is no YAML"):
        cluster.cloud.invoke(cluster.scope, "kubernetes:yaml:decode", {"text": "a: [}"})
