"""Every field of every record: a type is created, refused, changed, replaced and deleted as its record says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from lepton_infra.simulator import schema
from lepton_infra.simulator.aws import references
from lepton_infra.simulator.aws.catalogue import TYPES as AWS
from lepton_infra.simulator.azure_native import references as azure_references
from lepton_infra.simulator.azure_native.catalogue import TYPES as AZURE
from lepton_infra.simulator.azure_native.key_vault import KEY_URI
from lepton_infra.simulator.azure_native.resources import GROUP_NAME, RESOURCE_GROUP
from lepton_infra.simulator.behaviour import CloudError, Stored
from lepton_infra.simulator.cloud import SimulatedCloud
from lepton_infra.simulator.core.catalogue import Catalogue
from lepton_infra.simulator.core.paths import texts_at
from lepton_infra.simulator.core.resource_type import Reference, ResourceType
from lepton_infra.simulator.gcp.catalogue import TYPES as GCP
from lepton_infra.simulator.gcp.resource_type import GcpType
from lepton_infra.simulator.merging import overlay
from lepton_infra.simulator.shapes import Field, Items, Record, fields
from lepton_infra.simulator.store import Store
from tests.kit.aws_account import Account
from tests.kit.azure_subscription import Subscription
from tests.kit.gcp_project import enabled
from tests.simulator.aws.examples import EXAMPLES as AWS_EXAMPLES
from tests.simulator.aws.examples import REFUSALS as AWS_REFUSALS
from tests.simulator.azure_native.examples import EXAMPLES as AZURE_EXAMPLES
from tests.simulator.azure_native.examples import REFUSALS as AZURE_REFUSALS
from tests.simulator.gcp.examples import EXAMPLES as GCP_EXAMPLES
from tests.simulator.gcp.examples import REFUSALS as GCP_REFUSALS

Type = ResourceType[Any, Any]


def listed_references(type: Type, inputs: Mapping[str, Any]) -> Iterable[Reference]:
    """The references of a type that its inputs hold."""
    return [reference for path, reference in type.references.items() if list(texts_at(inputs, path))]


def azure_references_in(type: Type, inputs: Mapping[str, Any]) -> Iterable[Reference]:
    """The references of Azure that are told by their form and not by their path."""
    keys = [KEY_URI for _ in azure_references.key_uris(inputs)]
    return [GROUP_NAME, *keys] if "resourceGroupName" in inputs and type.token != RESOURCE_GROUP.token else keys


@dataclass(frozen=True, kw_only=True)
class Cloud:
    """The records of one cloud, an account to test in, and inputs of a sound resource of each type.

    ``refusal``: the code with which a second resource is refused, None where it is not. ``references``: what inputs
    refer to. ``named``: whether inputs name a resource at a path.
    """

    types: Catalogue[Any]
    account: Callable[[Store], Any]
    examples: Mapping[str, Callable[[Any], dict[str, Any]]]
    refusal: Callable[[Any], str | None]
    references: Callable[[Any, Mapping[str, Any]], Iterable[Reference]] = listed_references


def gcp_refusal(type: GcpType) -> str | None:
    """The code of a name that is taken, unless a second resource is refused for something else before."""
    taken = None if type.overwrites or type.unique is None else type.unique.code
    return GCP_REFUSALS.get(type.token, taken)


CLOUDS = [
    Cloud(
        types=AWS,
        account=Account,
        examples=AWS_EXAMPLES,
        refusal=lambda type: type.unique.code if type.unique else AWS_REFUSALS.get(type.token),
        references=lambda type, inputs: [reference for _, _, reference in references.found_in(type, inputs)],
    ),
    Cloud(
        types=GCP,
        account=enabled,
        examples=GCP_EXAMPLES,
        refusal=gcp_refusal,
    ),
    Cloud(
        types=AZURE,
        account=Subscription,
        examples=AZURE_EXAMPLES,
        refusal=lambda type: None if type.overwrites else AZURE_REFUSALS.get(type.token, "AlreadyExists"),
        references=azure_references_in,
    ),
]
TYPES = [pytest.param(cloud, type, id=type.token) for cloud in CLOUDS for type in cloud.types]


class Case:
    """An account in which everything is made that the example of a type needs."""

    def __init__(self, cloud: Cloud, type: Type, store: Store) -> None:
        self.token, self.store = type.token, store
        self.account = cloud.account(store)
        self.inputs = cloud.examples[type.token](self.account)
        self.cloud: SimulatedCloud = self.account.cloud

    def make(self, name: str = "first") -> Any:
        return self.account.make(self.token, name, **self.inputs)

    def live(self, *types: str) -> list[Stored]:
        return list(self.account.scope.everywhere(*types))

    def refusals(self, name: str = "first") -> list[str]:
        """The words of every refusal, at preview or else at creation."""
        failures = self.account.check(self.token, self.inputs, name)
        if failures:
            return [failure.reason for failure in failures]
        with pytest.raises(CloudError) as refused:
            self.make(name)
        return [str(refused.value)]


@pytest.fixture
def store() -> Iterator[Store]:
    store = Store()
    yield store
    store.close()


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
