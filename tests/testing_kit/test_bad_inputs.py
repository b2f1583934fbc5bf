"""The bad inputs that Pulumi's own mocks let through: here each fails the test that declares it."""

from collections.abc import Callable, Mapping
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from lepton_infra.testing import Rejected, declared
from tests.testing_kit.programs import STRICT, cluster, provider

Arguments = Mapping[str, Any]


def _network(**changes: Any) -> Callable[[Arguments], dict[str, Any]]:
    return lambda arguments: {**arguments["vpc_config"], **changes}


def _misspelt(arguments: Arguments) -> dict[str, Any]:
    network = dict(arguments["vpc_config"])
    return {**network, "subnet_idz": network.pop("subnet_ids")}


def _twice() -> None:
    opts = pulumi.ResourceOptions(provider=provider())
    for _ in range(2):
        aws.ec2.Vpc("network", cidr_block="10.0.0.0/16", opts=opts)


def test_the_good_program_passes() -> None:
    graph = declared(cluster(), config=STRICT)

    assert graph["cluster"]["version"] == "1.33"


@pytest.mark.parametrize(
    ("program", "words"),
    [
        pytest.param(cluster(vpc_config=_misspelt), ["vpcConfig", "subnet_idz", "subnetIds"], id="misspelt nested key"),
        pytest.param(
            cluster(vpc_config=_network(endpoint_public_access="maybe")),
            ["vpcConfig.endpointPublicAccess", "maybe"],
            id="text where a bool is due",
        ),
        pytest.param(cluster(name=5), ["name", "5"], id="number where a text is due"),
        pytest.param(
            cluster(vpc_config=_network(subnet_ids="subnet-1")), ["vpcConfig.subnetIds"], id="text where a list is due"
        ),
        pytest.param(cluster(version="banana"), ["version", "banana"], id="no version of Kubernetes"),
        pytest.param(cluster(vpc_config=_network(subnet_ids=[])), ["two different AZs"], id="no subnet"),
        pytest.param(_twice, ["Duplicate resource URN", "network"], id="two of one URN"),
        pytest.param(
            cluster(vpc_config=_network(subnet_ids=["subnet-0123456789abcdef0"])),
            ["subnet-0123456789abcdef0"],
            id="reference to nothing",
        ),
    ],
)
def test_what_the_mocks_let_through_is_refused(program: Callable[[], None], words: list[str]) -> None:
    with pytest.raises(Rejected) as rejected:
        declared(program, config=STRICT)

    for word in words:
        assert word in str(rejected.value)


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"role_arn": ...}, TypeError), ({"role": "x"}, TypeError), ({"name": ["a"]}, AssertionError)],
)
def test_what_the_sdk_refuses_itself_stays_refused(changes: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        declared(cluster(**changes), config=STRICT)


def test_all_failures_of_all_resources_are_told_at_once() -> None:
    def program() -> None:
        opts = pulumi.ResourceOptions(provider=provider())
        wrong: dict[str, Any] = {"tags": {"a": 1}, "enable_dns_support": "no"}
        aws.ec2.Vpc("network", cidr_block="10.0.0.0/16", opts=opts, **wrong)
        aws.ec2.Vpc("leaked", cidr_block="10.1.0.0/16")

    with pytest.raises(Rejected) as rejected:
        declared(program, config=STRICT)

    problems = rejected.value.problems
    assert len(problems) == 3
    assert any(
        problem.startswith("aws:ec2/vpc:Vpc leaked: Default provider for 'aws' disabled") for problem in problems
    )
    assert sum(problem.startswith("aws:ec2/vpc:Vpc network: ") for problem in problems) == 2


def test_a_default_provider_is_taken_from_the_config_where_it_is_allowed() -> None:
    graph = declared(
        lambda: aws.ec2.Vpc("network", cidr_block="10.0.0.0/16"),
        config={"aws:region": "us-east-1", "aws:allowedAccountIds": ["111122223333"]},
    )

    assert graph["network"].provider is None
    assert graph["network"].outputs["arn"].startswith("arn:aws:ec2:us-east-1:111122223333:")


def test_an_unknown_package_is_refused() -> None:
    with pytest.raises(Rejected, match="no embedded cloud for package 'random'; there are aws"):
        declared(lambda: pulumi.CustomResource("random:index:Pet", "pet"))


def test_an_unknown_type_is_refused() -> None:
    def program() -> None:
        pulumi.CustomResource("aws:s3/bukket:Bukket", "b", opts=pulumi.ResourceOptions(provider=provider()))

    with pytest.raises(Rejected, match="aws:s3/bukket:Bukket"):
        declared(program)
