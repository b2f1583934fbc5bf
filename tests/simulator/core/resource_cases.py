"""Accounts in which every simulated type is tried, each with inputs of a valid resource."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

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
