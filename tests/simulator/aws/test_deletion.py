"""Deletions that AWS refuses, and what goes together."""

from collections.abc import Callable

import pytest

from lepton_infra.simulator.aws import (
    ec2_endpoints,
    ec2_network,
    ec2_routes,
    ec2_security_groups,
    eks,
    eks_access,
    eks_addons,
    eks_node_groups,
    iam,
    logs,
)
from lepton_infra.simulator.behaviour import CloudError
from lepton_infra.simulator.resource import Resource
from tests.kit.aws_account import ACCOUNT, Account, trust

MANAGED = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
ALLOW = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
Used = tuple[str, Resource, str, Resource]


def _vpc_with_subnet(account: Account) -> Used:
    vpc = account.vpc()
    return ec2_network.VPC.token, vpc, ec2_network.SUBNET.token, account.subnet(vpc)


def _subnet_with_nat(account: Account) -> Used:
    vpc = account.vpc()
    subnet = account.subnet(vpc)
    nat = account.make(ec2_network.NAT_GATEWAY.token, subnetId=subnet.id, connectivityType="private")
    return ec2_network.SUBNET.token, subnet, ec2_network.NAT_GATEWAY.token, nat


def _subnet_with_cluster(account: Account) -> Used:
    cluster = account.cluster()
    subnet = account.cloud.read(
        account.scope, "u", ec2_network.SUBNET.token, cluster.inputs["vpcConfig"]["subnetIds"][0]
    )
    assert subnet is not None
    return ec2_network.SUBNET.token, subnet, eks.CLUSTER.token, cluster


def _group_with_endpoint(account: Account) -> Used:
    vpc = account.vpc()
    group = account.make(ec2_security_groups.SECURITY_GROUP.token, vpcId=vpc.id)
    endpoint = account.make(
        ec2_endpoints.VPC_ENDPOINT.token,
        vpcId=vpc.id,
        serviceName="com.amazonaws.us-east-1.ec2",
        vpcEndpointType="Interface",
        securityGroupIds=[group.id],
    )
    return ec2_security_groups.SECURITY_GROUP.token, group, ec2_endpoints.VPC_ENDPOINT.token, endpoint


def _table_with_association(account: Account) -> Used:
    vpc = account.vpc()
    table = account.make(ec2_routes.ROUTE_TABLE.token, vpcId=vpc.id)
    made = account.make(
        ec2_routes.ROUTE_TABLE_ASSOCIATION.token, routeTableId=table.id, subnetId=account.subnet(vpc).id
    )
    return ec2_routes.ROUTE_TABLE.token, table, ec2_routes.ROUTE_TABLE_ASSOCIATION.token, made


def _public_nat(account: Account) -> tuple[Resource, Resource, Resource]:
    vpc = account.vpc()
    gateway, address = (
        account.make(ec2_network.INTERNET_GATEWAY.token, vpcId=vpc.id),
        account.make(ec2_network.EIP.token),
    )
    nat = account.make(ec2_network.NAT_GATEWAY.token, subnetId=account.subnet(vpc).id, allocationId=address.id)
    return gateway, address, nat


def _address_with_nat(account: Account) -> Used:
    _, address, nat = _public_nat(account)
    return ec2_network.EIP.token, address, ec2_network.NAT_GATEWAY.token, nat


def _gateway_with_nat(account: Account) -> Used:
    gateway, _, nat = _public_nat(account)
    return ec2_network.INTERNET_GATEWAY.token, gateway, ec2_network.NAT_GATEWAY.token, nat


def _role_with_attachment(account: Account) -> Used:
    role = account.role("ec2.amazonaws.com")
    made = account.make(iam.ROLE_POLICY_ATTACHMENT.token, role="role", policyArn=MANAGED)
    return iam.ROLE.token, role, iam.ROLE_POLICY_ATTACHMENT.token, made


def _role_with_policy(account: Account) -> Used:
    role = account.role("ec2.amazonaws.com")
    return iam.ROLE.token, role, iam.ROLE_POLICY.token, account.make(iam.ROLE_POLICY.token, role="role", policy=ALLOW)


def _role_with_profile(account: Account) -> Used:
    role = account.role("ec2.amazonaws.com")
    return iam.ROLE.token, role, iam.INSTANCE_PROFILE.token, account.make(iam.INSTANCE_PROFILE.token, role="role")


def _policy_with_attachment(account: Account) -> Used:
    account.role("ec2.amazonaws.com")
    policy = account.make(iam.POLICY.token, policy=ALLOW)
    made = account.make(iam.ROLE_POLICY_ATTACHMENT.token, role="role", policyArn=policy.id)
    return iam.POLICY.token, policy, iam.ROLE_POLICY_ATTACHMENT.token, made


def _cluster_with_nodes(account: Account) -> Used:
    cluster = account.cluster()
    group = account.make(eks_node_groups.NODE_GROUP.token, **account.node_group_inputs(cluster))
    return eks.CLUSTER.token, cluster, eks_node_groups.NODE_GROUP.token, group


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
    role = account.make(
        iam.ROLE.token, name="role", assumeRolePolicy=trust("ec2.amazonaws.com"), forceDetachPolicies=True
    )
    account.make(iam.ROLE_POLICY_ATTACHMENT.token, role="role", policyArn=MANAGED)

    account.delete(iam.ROLE.token, role)


def test_a_protected_cluster_stays(account: Account) -> None:
    cluster = account.cluster(deletionProtection=True)

    with pytest.raises(CloudError, match="deletion protection enabled"):
        account.delete(eks.CLUSTER.token, cluster)
    account.delete(eks.CLUSTER.token, account.update(eks.CLUSTER.token, cluster, "main", deletionProtection=False))


def test_a_protected_log_group_stays(account: Account) -> None:
    group = account.make(logs.LOG_GROUP.token, deletionProtectionEnabled=True)

    with pytest.raises(CloudError, match="deletion protection enabled"):
        account.delete(logs.LOG_GROUP.token, group)
    account.delete(logs.LOG_GROUP.token, account.update(logs.LOG_GROUP.token, group, deletionProtectionEnabled=False))


def test_what_is_in_a_cluster_goes_with_it(account: Account) -> None:
    cluster = account.cluster()
    account.make(eks_addons.ADDON.token, clusterName="main", addonName="coredns")
    account.make(eks_access.ACCESS_ENTRY.token, clusterName="main", principalArn=f"arn:aws:iam::{ACCOUNT}:role/admins")

    account.delete(eks.CLUSTER.token, cluster)

    assert list(account.scope.all(eks_addons.ADDON.token, eks_access.ACCESS_ENTRY.token)) == []
