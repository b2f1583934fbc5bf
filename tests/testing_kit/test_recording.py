import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes
import pytest

from lepton_infra.simulator.behaviour import UNKNOWN
from lepton_infra.testing import Graph, Rejected, declared
from tests.testing_kit.programs import STRICT, provider

PREFIX = "urn:pulumi:eu::shop::"
STORE = f"{PREFIX}shop:index:Store"
BUCKET = "aws:s3/bucket:Bucket"


class Store(pulumi.ComponentResource):
    def __init__(self, name: str, opts: pulumi.ResourceOptions) -> None:
        super().__init__("shop:index:Store", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        key = aws.kms.Key(f"{name}-key", opts=child)
        log = aws.s3.Bucket(f"{name}-log", bucket="shop-log", opts=child)
        bucket = aws.s3.Bucket(
            f"{name}-models",
            bucket="shop-models",
            tags={"key": key.arn},
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=True,
                retain_on_delete=True,
                depends_on=[log],
                aliases=[pulumi.Alias(name="store-weights")],
                ignore_changes=["tags"],
                additional_secret_outputs=["arn"],
                deleted_with=key,
                delete_before_replace=True,
                replace_on_changes=["bucket"],
                custom_timeouts=pulumi.CustomTimeouts(create="30m"),
            ),
        )
        aws.secretsmanager.SecretVersion(
            f"{name}-password",
            secret_id=aws.secretsmanager.Secret(f"{name}-secret", opts=child).id,
            secret_string=pulumi.Output.secret("hunter2!"),
            opts=child,
        )
        pulumi.export("bucket", bucket.id)
        self.register_outputs({"bucket": bucket.id})


@pytest.fixture(scope="module")
def graph() -> Graph:
    return declared(
        lambda: Store("store", pulumi.ResourceOptions(providers=[provider()])),
        project="shop",
        stack="eu",
        config=STRICT,
    )


def test_everything_is_recorded_once_in_the_order_of_the_urns(graph: Graph) -> None:
    urns = [resource.urn for resource in graph]

    assert len(graph) == 7
    assert urns == sorted(set(urns))


def test_urns_are_those_of_the_engine(graph: Graph) -> None:
    assert graph["store"].urn == f"{STORE}::store"
    assert graph["store-models"].urn == f"{STORE}${BUCKET}::store-models"


def test_options_are_recorded(graph: Graph) -> None:
    models, key, log = graph["store-models"], graph["store-key"], graph["store-log"]

    assert models.parent == f"{STORE}::store"
    assert models.protect
    assert models.retain_on_delete
    assert models.delete_before_replace
    assert "name=store-weights" in models.aliases
    assert models.ignore_changes == ("tags",)
    assert models.replace_on_changes == ("bucket",)
    assert models.additional_secret_outputs == ("arn",)
    assert models.deleted_with == key.urn
    assert models.custom_timeouts == {"create": "30m"}
    assert models.dependencies >= {log.urn}
    assert models.property_dependencies == {"tags": {key.urn}}
    assert "name=store-weights" not in log.aliases
    assert [log.protect, log.retain_on_delete, log.delete_before_replace] == [False, False, False]


def test_providers_are_recorded_by_urn_and_name(graph: Graph) -> None:
    cloud = graph["cloud"]

    assert cloud.is_provider
    assert cloud.package == "aws"
    assert graph["store"].provider is None
    assert graph["store"].providers == {"aws": cloud.urn}
    assert {resource.provider for resource in graph.descendants(graph["store"])} == {cloud.urn}
    assert graph["store-log"].provider_name == "cloud"


def test_secret_inputs_are_plain_and_named(graph: Graph) -> None:
    password = graph["store-password"]

    assert password["secretString"] == "hunter2!"
    assert password.secrets == ("secretString",)


def test_what_a_resource_waits_for_is_followed_to_the_end(graph: Graph) -> None:
    needed = graph.dependencies(graph["store-models"])

    assert {resource.name for resource in needed} == {"store-key", "store-log"}
    assert graph.dependencies(graph["store-key"]) == ()


def test_children_and_descendants(graph: Graph) -> None:
    children = graph.children(graph["store"])

    assert len(children) == 5
    assert children == graph.descendants(graph["store"])
    assert graph.children(graph["store-log"]) == ()


def test_resources_are_found_by_type_pattern(graph: Graph) -> None:
    assert {resource.name for resource in graph.of(BUCKET)} == {"store-log", "store-models"}
    assert len(graph.of("aws:secretsmanager/*")) == 2
    assert graph.of("gcp:*") == ()


def test_exports_are_what_the_stack_would_show(graph: Graph) -> None:
    assert graph.exports == {"bucket": graph["store-models"].id}


def test_a_missing_name_says_what_is_near(graph: Graph) -> None:
    with pytest.raises(LookupError, match="nothing is named 'store-model'; near: store-models"):
        graph["store-model"]


def test_a_missing_input_says_what_is_set(graph: Graph) -> None:
    assert graph["store-models"]["tags.key"] == graph["store-key"].outputs["arn"]
    with pytest.raises(KeyError, match=r"store-models sets no acl; it sets bucket, tags\.key"):
        graph["store-models"]["acl"]


def test_set_paths_are_listed_for_coverage(graph: Graph) -> None:
    paths = graph.input_paths()

    assert (BUCKET, "tags.key") in paths
    assert ("aws:secretsmanager/secretVersion:SecretVersion", "secretString") in paths
    assert paths == sorted(set(paths))


def test_an_import_takes_the_id_that_is_given() -> None:
    def program() -> None:
        opts = pulumi.ResourceOptions(provider=provider(), import_="vpc-0123456789abcdef0")
        vpc = aws.ec2.Vpc("network", cidr_block="10.0.0.0/16", opts=opts)
        aws.ec2.Subnet(
            "subnet",
            vpc_id=vpc.id,
            cidr_block="10.0.0.0/24",
            availability_zone="us-east-1a",
            opts=pulumi.ResourceOptions(parent=vpc),
        )

    graph = declared(program, config=STRICT)

    assert graph["network"].import_id == graph["network"].id == "vpc-0123456789abcdef0"
    assert graph["subnet"]["vpcId"] == "vpc-0123456789abcdef0"


def test_in_a_preview_what_the_cloud_computes_is_unknown() -> None:
    seen: list[str] = []

    def program() -> None:
        vpc = aws.ec2.Vpc("network", cidr_block="10.0.0.0/16", opts=pulumi.ResourceOptions(provider=provider()))
        vpc.arn.apply(seen.append)
        pulumi.export("vpc", vpc.id)

    graph = declared(program, config=STRICT, preview=True)

    assert seen == []
    assert graph.exports == {"vpc": UNKNOWN}
    assert graph["network"].outputs["cidrBlock"] == "10.0.0.0/16"


def test_invokes_are_recorded_and_refused_where_no_cloud_answers() -> None:
    graph = declared(lambda: pulumi.export("documents", _invoked("kubernetes:yaml:decode")), config=STRICT)

    assert [(call.token, call.provider) for call in graph.invocations] == [
        ("kubernetes:yaml:decode", graph["cluster"].urn)
    ]
    assert graph.exports == {"documents": {"result": [{"kind": "Namespace"}]}}
    with pytest.raises(Rejected, match="does not answer kubernetes:yaml:decoed; did you mean kubernetes:yaml:decode"):
        declared(lambda: pulumi.export("documents", _invoked("kubernetes:yaml:decoed")), config=STRICT)


def _invoked(token: str) -> pulumi.Output[object]:
    cluster = kubernetes.Provider("cluster", kubeconfig=KUBECONFIG)
    options = pulumi.InvokeOptions(provider=cluster)
    return pulumi.Output.from_input(pulumi.runtime.invoke_async(token, {"text": "kind: Namespace"}, options))


KUBECONFIG = """
current-context: c
contexts: [{name: c, context: {cluster: c}}]
clusters: [{name: c, cluster: {server: "https://c.example.com"}}]
"""
