"""Deletions that AWS refuses, and what goes together."""

from collections.abc import Callable

import pytest

from lepton_infra.simulator.aws import tokens
from lepton_infra.simulator.behaviour import CloudError
from lepton_infra.simulator.resource import Resource
from tests.simulator.aws.account import ACCOUNT, Account, trust

MANAGED = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
ALLOW = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
Used = tuple[str, Resource, str, Resource]


def _vpc_with_subnet(account: Account) -> Used:
    vpc = account.vpc()
    return tokens.VPC, vpc, tokens.SUBNET, account.subnet(vpc)


def _subnet_with_nat(account: Account) -> Used:
    vpc = account.vpc()
    subnet = account.subnet(vpc)
    nat = account.make(tokens.NAT_GATEWAY, subnetId=subnet.id, connectivityType="private")
    return tokens.SUBNET, subnet, tokens.NAT_GATEWAY, nat


def _subnet_with_cluster(account: Account) -> Used:
    cluster = account.cluster()
    subnet = account.cloud.read(account.scope, "u", tokens.SUBNET, cluster.inputs["vpcConfig"]["subnetIds"][0])
    assert subnet is not None
    return tokens.SUBNET, subnet, tokens.CLUSTER, cluster


def _group_with_endpoint(account: Account) -> Used:
    vpc = account.vpc()
    group = account.make(tokens.SECURITY_GROUP, vpcId=vpc.id)
    endpoint = account.make(
        tokens.VPC_ENDPOINT,
        vpcId=vpc.id,
        serviceName="com.amazonaws.us-east-1.ec2",
        vpcEndpointType="Interface",
        securityGroupIds=[group.id],
    )
    return tokens.SECURITY_GROUP, group, tokens.VPC_ENDPOINT, endpoint


def _table_with_association(account: Account) -> Used:
    vpc = account.vpc()
    table = account.make(tokens.ROUTE_TABLE, vpcId=vpc.id)
    made = account.make(tokens.ROUTE_TABLE_ASSOCIATION, routeTableId=table.id, subnetId=account.subnet(vpc).id)
    return tokens.ROUTE_TABLE, table, tokens.ROUTE_TABLE_ASSOCIATION, made


def _public_nat(account: Account) -> tuple[Resource, Resource, Resource]:
    vpc = account.vpc()
    gateway, address = account.make(tokens.INTERNET_GATEWAY, vpcId=vpc.id), account.make(tokens.EIP)
    nat = account.make(tokens.NAT_GATEWAY, subnetId=account.subnet(vpc).id, allocationId=address.id)
    return gateway, address, nat


def _address_with_nat(account: Account) -> Used:
    _, address, nat = _public_nat(account)
    return tokens.EIP, address, tokens.NAT_GATEWAY, nat


def _gateway_with_nat(account: Account) -> Used:
    gateway, _, nat = _public_nat(account)
    return tokens.INTERNET_GATEWAY, gateway, tokens.NAT_GATEWAY, nat


def _role_with_attachment(account: Account) -> Used:
    role = account.role("ec2.amazonaws.com")
    made = account.make(tokens.ROLE_POLICY_ATTACHMENT, role="role", policyArn=MANAGED)
    return tokens.ROLE, role, tokens.ROLE_POLICY_ATTACHMENT, made


def _role_with_policy(account: Account) -> Used:
    role = account.role("ec2.amazonaws.com")
    return tokens.ROLE, role, tokens.ROLE_POLICY, account.make(tokens.ROLE_POLICY, role="role", policy=ALLOW)


def _role_with_profile(account: Account) -> Used:
    role = account.role("ec2.amazonaws.com")
    return tokens.ROLE, role, tokens.INSTANCE_PROFILE, account.make(tokens.INSTANCE_PROFILE, role="role")


def _policy_with_attachment(account: Account) -> Used:
    account.role("ec2.amazonaws.com")
    policy = account.make(tokens.POLICY, policy=ALLOW)
    made = account.make(tokens.ROLE_POLICY_ATTACHMENT, role="role", policyArn=policy.id)
    return tokens.POLICY, policy, tokens.ROLE_POLICY_ATTACHMENT, made


def _cluster_with_nodes(account: Account) -> Used:
    cluster = account.cluster()
    group = account.make(tokens.NODE_GROUP, **account.node_group_inputs(cluster))
    return tokens.CLUSTER, cluster, tokens.NODE_GROUP, group


IN_USE: list[tuple[Callable[[Account], Used], str]] = [
    (_vpc_with_subnet, "DependencyViolation"),
    (_subnet_with_nat, "DependencyViolation"),
    (_subnet_with_cluster, "DependencyViolation"),
    (_group_with_endpoint, "DependencyViolation"),
    (_table_with_association, "DependencyViolation"),
    (_gateway_with_nat, "DependencyViolation"),
    (_address_with_nat, "InvalidIPAddress.InUse"),
    (_role_with_attachment, "DeleteConflict"),
    (_role_with_policy, "DeleteConflict"),
    (_role_with_profile, "DeleteConflict"),
    (_policy_with_attachment, "DeleteConflict"),
    (_cluster_with_nodes, "ResourceInUseException"),
]


@pytest.mark.parametrize(("make", "code"), [pytest.param(*row, id=row[0].__name__) for row in IN_USE])
def test_what_is_used_stays_until_its_users_are_gone(
    account: Account, make: Callable[[Account], Used], code: str
) -> None:
    type, used, user_type, user = make(account)

    with pytest.raises(CloudError) as refused:
        account.delete(type, used)
    account.delete(user_type, user)
    account.delete(type, used)

    assert refused.value.code == code
    assert user.id in str(refused.value)
    assert account.scope.find(type, used.id) is None


def test_a_role_may_shed_its_policies_by_itself(account: Account) -> None:
    role = account.make(tokens.ROLE, name="role", assumeRolePolicy=trust("ec2.amazonaws.com"), forceDetachPolicies=True)
    account.make(tokens.ROLE_POLICY_ATTACHMENT, role="role", policyArn=MANAGED)

    account.delete(tokens.ROLE, role)


def test_a_protected_cluster_stays(account: Account) -> None:
    cluster = account.cluster(deletionProtection=True)

    with pytest.raises(CloudError, match="deletion protection enabled"):
        account.delete(tokens.CLUSTER, cluster)
    account.delete(tokens.CLUSTER, account.update(tokens.CLUSTER, cluster, "main", deletionProtection=False))


def test_a_protected_log_group_stays(account: Account) -> None:
    group = account.make(tokens.LOG_GROUP, deletionProtectionEnabled=True)

    with pytest.raises(CloudError, match="deletion protection enabled"):
        account.delete(tokens.LOG_GROUP, group)
    account.delete(tokens.LOG_GROUP, account.update(tokens.LOG_GROUP, group, deletionProtectionEnabled=False))


def test_what_is_in_a_cluster_goes_with_it(account: Account) -> None:
    cluster = account.cluster()
    account.make(tokens.ADDON, clusterName="main", addonName="coredns")
    account.make(tokens.ACCESS_ENTRY, clusterName="main", principalArn=f"arn:aws:iam::{ACCOUNT}:role/admins")

    account.delete(tokens.CLUSTER, cluster)

    assert list(account.scope.all(tokens.ADDON, tokens.ACCESS_ENTRY)) == []
