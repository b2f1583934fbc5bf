"""Azure Resource Manager: resource groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lepton_infra.simulator.azure_native.identifiers import Autoname, Below, ResourcePath
from lepton_infra.simulator.azure_native.places import Place, subscription_id
from lepton_infra.simulator.azure_native.resource_ids import find
from lepton_infra.simulator.azure_native.resource_type import AzureType
from lepton_infra.simulator.azure_native.syntax import matching
from lepton_infra.simulator.behaviour import Failure, Properties, Scope, Stored
from lepton_infra.simulator.core.resource_type import Reference

GROUP_NAME: Final = Reference(code="ResourceGroupNotFound", message="Resource group '{given}' could not be found.")


def group_of(scope: Scope, name: str) -> Stored | None:
    """The live resource group with a name, in any case."""
    return find(scope, f"{subscription_id(scope)}/resourceGroups/{name}", RESOURCE_GROUP.token)


def _location(inputs: Properties, place: Place) -> Iterator[Failure]:
    if inputs.get("location") is None:
        reason = "LocationRequired: the location property is required: set it here or on the provider"
        yield Failure(path="location", reason=reason)


_GROUP_NAME: Final = matching(
    r"[\w.()-]{0,89}[\w()-]", "1 to 90 letters, digits, _ - . and brackets, not ending with ."
)


RESOURCE_GROUP: Final = AzureType(
    token="azure-native:resources:ResourceGroup",
    path=ResourcePath(path="resourceGroups/{resourceGroupName}", below=Below.SUBSCRIPTION, autoname=Autoname.RANDOM),
    formats={"resourceGroupName": _GROUP_NAME},
    input_rules=(_location,),
    outputs=lambda live: {"properties": {"provisioningState": "Succeeded"}},
    referred_to=GROUP_NAME,
)


TYPES: Final = (RESOURCE_GROUP,)
