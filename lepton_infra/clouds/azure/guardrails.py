"""Azure Policy assignments that limit a subscription to the allowed locations, for every identity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lepton_infra.clouds.azure import names
from lepton_infra.clouds.azure.settings import Settings
from lepton_infra.compliance.guardrails.args import Documents, GuardrailArgs

ALLOWED_LOCATIONS = "e56962a6-4747-49cd-b67b-bf8b01975c4c"
"""Built-in definition "Allowed locations". It leaves out resource groups and resources whose location is ``global``."""

ALLOWED_GROUP_LOCATIONS = "e765b5de-1225-4ba3-bd56-1ac6695af988"
"""Built-in definition "Allowed locations for resource groups"."""


def guardrails(settings: Settings, args: GuardrailArgs) -> Documents:
    """An ARM template, for ``az deployment sub create --location … --template-file …`` in the region's subscription."""
    kinds = {"locations": ALLOWED_LOCATIONS, "group-locations": ALLOWED_GROUP_LOCATIONS}
    template = {
        "$schema": "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": [_assignment(args, name, definition) for name, definition in kinds.items()],
    }
    return {"policy-assignments.json": template}


def _assignment(args: GuardrailArgs, name: str, definition: str) -> Mapping[str, Any]:
    return {
        "type": "Microsoft.Authorization/policyAssignments",
        "apiVersion": "2024-04-01",
        # A name has 64 characters at most at this scope; a stack's has 20.
        "name": f"{args.stack}-{name}",
        "properties": {
            "displayName": f"{args.stack}: resources stay within the perimeter ({name})",
            "policyDefinitionId": f"/providers/Microsoft.Authorization/policyDefinitions/{definition}",
            "enforcementMode": "Default",
            "parameters": {"listOfAllowedLocations": {"value": list(args.locations)}},
        },
    }


def image_prefix(settings: Settings, stack: str) -> str:
    """Host name of the region's container registry, with which the names of all its images begin."""
    return f"{names.registry(f'{stack}-registry', settings.subscription_id)}.azurecr.io"
