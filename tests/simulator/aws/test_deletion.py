"""Deletions that AWS refuses, and what goes together."""

import pytest

from lepton_infra.simulator.aws import (
    ec2_network,
    eks,
    eks_access,
    eks_addons,
    iam,
    logs,
)
from lepton_infra.simulator.behaviour import CloudError
from tests.kit.aws_account import ACCOUNT, Account, trust

MANAGED = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"


def test_an_internet_gateway_stays_while_public_addresses_are_mapped(account: Account) -> None:
    vpc = account.vpc()
    gateway = account.make(ec2_network.INTERNET_GATEWAY.token, vpcId=vpc.id)
    address = account.make(ec2_network.EIP.token)
    nat = account.make(ec2_network.NAT_GATEWAY.token, subnetId=account.subnet(vpc).id, allocationId=address.id)

    with pytest.raises(CloudError) as refused:
        account.delete(ec2_network.INTERNET_GATEWAY.token, gateway)
    account.delete(ec2_network.NAT_GATEWAY.token, nat)
    account.delete(ec2_network.INTERNET_GATEWAY.token, gateway)

    assert refused.value.code == "DependencyViolation"
    assert nat.id in str(refused.value)
    assert account.scope.find(ec2_network.INTERNET_GATEWAY.token, gateway.id) is None


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
