"""Names that may be there once."""

from collections.abc import Callable
from typing import Any

import pytest

from lepton_infra.simulator.aws import tokens
from lepton_infra.simulator.aws.catalogue import TYPES
from lepton_infra.simulator.behaviour import CloudError
from tests.simulator.aws.account import ACCOUNT, Account, trust

ROLE = {"assumeRolePolicy": trust("ec2.amazonaws.com")}
PRINCIPAL = f"arn:aws:iam::{ACCOUNT}:role/admins"
Inputs = Callable[[Account], dict[str, Any]]


def _association(account: Account) -> dict[str, Any]:
    account.cluster()
    role = account.role("pods.eks.amazonaws.com", "pod").state["arn"]
    return {"clusterName": "main", "namespace": "n", "serviceAccount": "s", "roleArn": role}


def _nat(account: Account) -> dict[str, Any]:
    vpc = account.vpc()
    account.make(tokens.INTERNET_GATEWAY, vpcId=vpc.id)
    return {"subnetId": account.subnet(vpc).id, "allocationId": account.make(tokens.EIP).id}


def _route(account: Account) -> dict[str, Any]:
    vpc = account.vpc()
    gateway = account.make(tokens.INTERNET_GATEWAY, vpcId=vpc.id)
    table = account.make(tokens.ROUTE_TABLE, vpcId=vpc.id)
    return {"routeTableId": table.id, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": gateway.id}


def _table_association(account: Account) -> dict[str, Any]:
    vpc = account.vpc()
    return {"subnetId": account.subnet(vpc).id, "routeTableId": account.make(tokens.ROUTE_TABLE, vpcId=vpc.id).id}


def _endpoint(account: Account) -> dict[str, Any]:
    return {
        "vpcId": account.vpc().id,
        "serviceName": "com.amazonaws.us-east-1.ec2",
        "vpcEndpointType": "Interface",
        "privateDnsEnabled": True,
    }


def _flow_log(account: Account) -> dict[str, Any]:
    role, group = account.role("vpc-flow-logs.amazonaws.com"), account.make(tokens.LOG_GROUP)
    return {
        "vpcId": account.vpc().id,
        "trafficType": "ALL",
        "iamRoleArn": role.state["arn"],
        "logDestination": group.state["arn"],
    }


def _second_cluster(account: Account) -> dict[str, Any]:
    """Inputs of a cluster; the first of their name is made by the test like every other."""
    vpc = account.vpc()
    subnets = [account.subnet(vpc, index, zone).id for index, zone in enumerate("ab")]
    role = account.role("eks.amazonaws.com").state["arn"]
    return {"name": "main", "roleArn": role, "vpcConfig": {"subnetIds": subnets}}


def _restore_selection(account: Account) -> dict[str, Any]:
    return {
        "name": "data",
        "restoreTestingPlanName": account.make(tokens.RESTORE_PLAN, **account.restore_plan_inputs()).id,
        "iamRoleArn": account.role("backup.amazonaws.com").state["arn"],
        "protectedResourceType": "S3",
    }


def _in_cluster(**inputs: Any) -> Inputs:
    def make(account: Account) -> dict[str, Any]:
        account.cluster()
        return {"clusterName": "main", **inputs}

    return make


def _given(**inputs: Any) -> Inputs:
    return lambda account: inputs


TWICE: list[tuple[str, Inputs, str]] = [
    (tokens.BUCKET, _given(bucket="models"), "BucketAlreadyOwnedByYou"),
    (tokens.BUCKET_V2, _given(bucket="models"), "BucketAlreadyOwnedByYou"),
    (tokens.ROLE, _given(name="r", **ROLE), "EntityAlreadyExists"),
    (
        tokens.POLICY,
        _given(
            name="p",
            policy='{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}',
        ),
        "EntityAlreadyExists",
    ),
    (tokens.INSTANCE_PROFILE, _given(name="p"), "EntityAlreadyExists"),
    (tokens.SERVICE_LINKED_ROLE, _given(awsServiceName="autoscaling.amazonaws.com"), "InvalidInput"),
    (tokens.CLUSTER, _second_cluster, "ResourceInUseException"),
    (tokens.NODE_GROUP, lambda account: account.node_group_inputs(account.cluster()), "ResourceInUseException"),
    (tokens.ADDON, _in_cluster(addonName="coredns"), "ResourceInUseException"),
    (tokens.ACCESS_ENTRY, _in_cluster(principalArn=PRINCIPAL), "ResourceInUseException"),
    (tokens.POD_IDENTITY_ASSOCIATION, _association, "ResourceInUseException"),
    (
        tokens.ALIAS,
        lambda account: {"name": "alias/k", "targetKeyId": account.make(tokens.KEY).id},
        "AlreadyExistsException",
    ),
    (tokens.LOG_GROUP, _given(name="/a"), "ResourceAlreadyExistsException"),
    (tokens.REPOSITORY, _given(name="app"), "RepositoryAlreadyExistsException"),
    (tokens.QUEUE, _given(name="q"), "QueueAlreadyExists"),
    (tokens.LAUNCH_TEMPLATE, _given(name="template"), "InvalidLaunchTemplateName.AlreadyExistsException"),
    (tokens.SECURITY_GROUP, lambda account: {"name": "g", "vpcId": account.vpc().id}, "InvalidGroup.Duplicate"),
    (tokens.INTERNET_GATEWAY, lambda account: {"vpcId": account.vpc().id}, "Resource.AlreadyAssociated"),
    (tokens.NAT_GATEWAY, _nat, "Resource.AlreadyAssociated"),
    (tokens.ROUTE, _route, "RouteAlreadyExists"),
    (tokens.ROUTE_TABLE_ASSOCIATION, _table_association, "Resource.AlreadyAssociated"),
    (tokens.VPC_ENDPOINT, _endpoint, "InvalidParameter"),
    (tokens.FLOW_LOG, _flow_log, "FlowLogAlreadyExists"),
    (tokens.TRAIL, lambda account: account.trail_inputs(), "TrailAlreadyExistsException"),
    (tokens.BACKUP_VAULT, _given(name="vault"), "AlreadyExistsException"),
    (
        tokens.AIR_GAPPED_VAULT,
        _given(name="sealed", minRetentionDays=7, maxRetentionDays=30),
        "AlreadyExistsException",
    ),
    (tokens.BACKUP_PLAN, lambda account: account.plan_inputs(), "AlreadyExistsException"),
    (tokens.RESTORE_PLAN, lambda account: account.restore_plan_inputs(), "AlreadyExistsException"),
    (tokens.RESTORE_SELECTION, _restore_selection, "AlreadyExistsException"),
    (tokens.DETECTOR, _given(), "BadRequestException"),
    (tokens.ANALYZER, _given(analyzerName="analyzer"), "ConflictException"),
]


@pytest.mark.parametrize(("type", "inputs", "code"), [pytest.param(*row, id=row[0]) for row in TWICE])
def test_a_second_one_is_refused_with_the_code_of_aws(account: Account, type: str, inputs: Inputs, code: str) -> None:
    given = inputs(account)
    account.make(type, "first", **given)

    with pytest.raises(CloudError) as refused:
        account.make(type, "second", **given)

    assert refused.value.code == code


def test_every_rule_has_a_case() -> None:
    assert {type.token for type in TYPES if type.unique} == {type for type, _, _ in TWICE}


@pytest.mark.parametrize(("type", "inputs", "code"), [pytest.param(*row, id=row[0]) for row in TWICE])
def test_one_that_is_gone_clashes_with_nothing(account: Account, type: str, inputs: Inputs, code: str) -> None:
    given = inputs(account)
    account.delete(type, account.make(type, "first", **given), "first")

    account.make(type, "second", **given)


@pytest.mark.parametrize(("type", "inputs", "code"), [pytest.param(*row, id=row[0]) for row in TWICE])
def test_a_change_does_not_clash_with_itself(account: Account, type: str, inputs: Inputs, code: str) -> None:
    made = account.make(type, "first", **inputs(account))

    assert account.update(type, made, "first").id == made.id


def test_bucket_names_are_of_the_whole_world(account: Account, other: Callable[..., Account]) -> None:
    account.make(tokens.BUCKET, bucket="models")

    with pytest.raises(CloudError) as theirs:
        other("444455556666", "eu-west-1").make(tokens.BUCKET, bucket="models")
    with pytest.raises(CloudError) as ours:
        other(region="eu-west-1").make(tokens.BUCKET_V2, bucket="models")

    assert theirs.value.code == "BucketAlreadyExists"
    assert ours.value.code == "BucketAlreadyOwnedByYou"


def test_role_names_are_of_the_account(account: Account, other: Callable[..., Account]) -> None:
    account.make(tokens.ROLE, name="r", **ROLE)

    other("444455556666").make(tokens.ROLE, name="r", **ROLE)
    with pytest.raises(CloudError, match="EntityAlreadyExists"):
        other(region="eu-west-1").make(tokens.ROLE, name="r", **ROLE)


def test_other_names_are_of_the_region(account: Account, other: Callable[..., Account]) -> None:
    account.make(tokens.LOG_GROUP, name="/a")

    other(region="eu-west-1").make(tokens.LOG_GROUP, name="/a")


def test_what_is_put_may_be_put_again(account: Account) -> None:
    account.make(tokens.BUCKET, bucket="models")
    first = account.make(
        tokens.BUCKET_VERSIONING[0], "a", bucket="models", versioningConfiguration={"status": "Enabled"}
    )
    second = account.make(
        tokens.BUCKET_VERSIONING[0], "b", bucket="models", versioningConfiguration={"status": "Suspended"}
    )

    assert first.id == second.id
    assert len(list(account.scope.all(tokens.BUCKET_VERSIONING[0]))) == 1
