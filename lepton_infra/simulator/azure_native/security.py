"""Microsoft Defender for Cloud: its plans."""

from __future__ import annotations

from typing import Final

from lepton_infra.simulator.azure_native.identifiers import extending
from lepton_infra.simulator.azure_native.resource_type import AzureType
from lepton_infra.simulator.azure_native.syntax import matching
from lepton_infra.simulator.determinism import CREATED
from lepton_infra.simulator.formats import one_of

DEFENDER_PLAN: Final = AzureType(
    token="azure-native:security:Pricing",
    path=extending("Microsoft.Security/pricings/{pricingName}", scope="scopeId"),
    formats={
        "scopeId": matching(r"/?subscriptions/[0-9a-fA-F-]{36}(/.+)?", "subscriptions/<id>, or the id of a resource"),
        "pricingName": one_of(
            "AI",
            "Api",
            "AppServices",
            "Arm",
            "CloudPosture",
            "Containers",
            "CosmosDbs",
            "Discovery",
            "FoundationalCspm",
            "KeyVaults",
            "OpenSourceRelationalDatabases",
            "SqlServerVirtualMachines",
            "SqlServers",
            "StorageAccounts",
            "VirtualMachines",
        ),
        "subPlan": one_of(
            "DefenderForStorage",
            "DefenderForStorageV2",
            "P1",
            "P2",
            "PerKeyVault",
            "PerStorageAccount",
            "PerTransaction",
        ),
    },
    overwrites=True,
    defaults={
        "deprecated": False,
        "enforce": "False",
        "freeTrialRemainingTime": "PT0S",
        "inherited": "False",
        "inheritedFrom": "",
        "replacedBy": [],
    },
    outputs=lambda live: {"enablementTime": CREATED, "resourcesCoverageStatus": "FullyCovered"},
)


TYPES: Final = (DEFENDER_PLAN,)
