"""Every field of every record: a type is created, refused, changed, replaced and deleted as its record says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from lepton_infra.simulator import schema
from lepton_infra.simulator.behaviour import CloudError, Stored
from lepton_infra.simulator.core.paths import texts_at
from lepton_infra.simulator.merging import overlay
from lepton_infra.simulator.shapes import Field, Items, Record, fields
from lepton_infra.simulator.store import Store
from tests.simulator.core.resource_cases import CLOUDS, TYPES, Case, Cloud, Type


def has(inputs: Mapping[str, Field], path: str) -> bool:
    """True if a type has an input at a path, at any depth."""
    first, *rest = path.split(".")
    if first not in inputs:
        return False
    shape = inputs[first].shape
    for name in rest:
        while isinstance(shape, Items):
            shape = shape.item
        if not isinstance(shape, Record) or name not in fields(shape.cls):
            return False
        shape = fields(shape.cls)[name].shape
    return True


@pytest.mark.parametrize(("cloud", "type"), TYPES)
def test_every_path_of_a_record_is_of_the_type(cloud: Cloud, type: Type) -> None:
    inputs, outputs = schema.inputs_of(type.token), schema.outputs_of(type.token)

    assert inputs is not None
    assert outputs is not None
    paths = [*type.immutable, *type.references, *(use.property for use in type.uses)]
    assert [path for path in paths if not has(inputs, path)] == []
    # Formats may be of one form of a union, which the schema does not enter.
    assert {path.partition(".")[0] for path in type.formats} <= inputs.keys()
    assert {path.partition(".")[0] for path in type.implies} <= outputs.keys()


@pytest.mark.parametrize(("cloud", "type"), TYPES)
def test_a_sound_resource_is_created_changed_and_deleted(cloud: Cloud, type: Type, store: Store) -> None:
    case = Case(cloud, type, store)
    made = case.make()

    assert [stored.id for stored in case.live(type.token) if stored.id == made.id] == [made.id]
    assert case.account.update(type.token, made, "first").id == made.id

    case.account.delete(type.token, made, "first")

    assert made.id not in [stored.id for stored in case.live(type.token)]


@pytest.mark.parametrize(("cloud", "type"), TYPES)
def test_a_second_one_is_refused_or_put_in_the_place_of_the_first(cloud: Cloud, type: Type, store: Store) -> None:
    case = Case(cloud, type, store)
    first, code = case.make(), cloud.refusal(type)

    if code is not None:
        assert case.refusals("second")[0].startswith(f"{code}: ")
    elif type.overwrites:
        assert case.make("second").id == first.id
    else:
        assert case.make("second").id != first.id


@pytest.mark.parametrize(("cloud", "type"), TYPES)
def test_a_resource_is_refused_without_what_it_refers_to(cloud: Cloud, type: Type) -> None:
    store = Store()
    found = cloud.references(type, Case(cloud, type, store).inputs)
    store.close()
    for reference in {id(reference): reference for reference in found}.values():
        store = Store()
        case = Case(cloud, type, store)
        for target in case.live(*cloud.types.named_by(reference), *cloud.types.implied_by(reference)):
            store.delete(target)

        assert any(reason.startswith(f"{reference.code}: ") for reason in case.refusals())
        store.close()


@pytest.mark.parametrize(("cloud", "type"), TYPES)
def test_a_change_of_what_is_immutable_replaces(cloud: Cloud, type: Type, store: Store) -> None:
    case = Case(cloud, type, store)
    urn = f"urn:pulumi:test::lepton::{type.token}::first"
    for path in type.immutable:
        *above, last = path.split(".")
        change: dict[str, Any] = {last: "another"}
        for name in reversed(above):
            change = {name: change}
        diff = case.cloud.diff(case.account.scope, urn, type.token, case.inputs, overlay(case.inputs, change))

        assert any(change.replaces for change in diff.changes), path


IN_USE = {
    "aws:backup/plan:Plan": "InvalidRequestException",
    "aws:backup/restoreTestingPlan:RestoreTestingPlan": "InvalidRequestException",
    "aws:cloudwatch/eventRule:EventRule": "ValidationException",
    "aws:ec2/eip:Eip": "InvalidIPAddress.InUse",
    "aws:ec2/routeTable:RouteTable": "DependencyViolation",
    "aws:ec2/securityGroup:SecurityGroup": "DependencyViolation",
    "aws:ec2/subnet:Subnet": "DependencyViolation",
    "aws:ec2/vpc:Vpc": "DependencyViolation",
    "aws:eks/cluster:Cluster": "ResourceInUseException",
    "aws:iam/policy:Policy": "DeleteConflict",
    "aws:iam/role:Role": "DeleteConflict",
    "azure-native:compute:DiskEncryptionSet": "OperationNotAllowed",
    "azure-native:network:NatGateway": "InUseNatGatewayCannotBeDeleted",
    "azure-native:network:NetworkSecurityGroup": "InUseNetworkSecurityGroupCannotBeDeleted",
    "azure-native:network:PublicIPAddress": "PublicIPAddressCannotBeDeleted",
    "azure-native:network:RouteTable": "InUseRouteTableCannotBeDeleted",
    "azure-native:network:Subnet": "InUseSubnetCannotBeDeleted",
    "azure-native:network:VirtualNetwork": "InUseSubnetCannotBeDeleted",
    "gcp:compute/address:Address": "resourceInUseByAnotherResource",
    "gcp:compute/network:Network": "resourceInUseByAnotherResource",
    "gcp:compute/resourcePolicy:ResourcePolicy": "resourceInUseByAnotherResource",
    "gcp:compute/subnetwork:Subnetwork": "resourceInUseByAnotherResource",
    "gcp:monitoring/notificationChannel:NotificationChannel": "resourceInUseByAnotherResource",
}
"""The clouds' codes for the deletion of a resource in use, by its type."""

NOT_IN_EXAMPLES = {
    ("aws:eks/cluster:Cluster", "vpcConfig.securityGroupIds"),
    ("azure-native:containerservice:AgentPool", "podSubnetID"),
    ("azure-native:containerservice:ManagedCluster", "agentPoolProfiles.podSubnetID"),
    ("azure-native:containerservice:ManagedCluster", "apiServerAccessProfile.subnetId"),
}
"""Uses of types whose examples leave the property out."""


def test_codes_of_deletions_of_what_is_in_use() -> None:
    uses = [use for cloud in CLOUDS for type in cloud.types for use in type.uses]

    assert {(use.target, use.refusal.code) for use in uses} == set(IN_USE.items())


@pytest.mark.parametrize(("cloud", "type"), TYPES)
def test_a_resource_is_deleted_after_its_users(cloud: Cloud, type: Type, store: Store) -> None:
    case = Case(cloud, type, store)
    user = case.make()
    named = {use.property: [text for _, text in texts_at(user.inputs, use.property)] for use in type.uses}
    assert {path for path, texts in named.items() if not texts} == {
        path for token, path in NOT_IN_EXAMPLES if token == type.token
    }

    def refusal(target: Stored) -> CloudError | None:
        try:
            case.cloud.delete(case.account.scope, target.urn, target.type, target.id)
        except CloudError as refused:
            return refused
        return None

    held = {
        target.id: target for use in type.uses for target in case.live(use.target) if target.id in named[use.property]
    }
    assert bool(held) is bool(type.uses)
    before = {id: refusal(target) for id, target in held.items()}
    case.account.delete(type.token, user, "first")
    after = {id: refusal(target) for id, target in held.items()}

    for id, target in held.items():
        refused, still = before[id], after[id]
        assert refused is not None
        assert refused.code == IN_USE[target.type]
        # A refusal tells users of one type; where those of another come first, they hold the target afterwards too.
        assert user.id in str(refused) or still is not None
        assert still is None or str(still) != str(refused) or user.id not in str(refused)
