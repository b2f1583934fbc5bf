"""Azure authorization: role assignments, definitions and policies, eligibilities and management locks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.azure_native.identifiers import Autoname, Below, ResourcePath, extending, top
from lepton_infra.simulator.azure_native.places import Place
from lepton_infra.simulator.azure_native.resource_type import AzureType, Fixed, LiveResource, Unique, folded
from lepton_infra.simulator.azure_native.syntax import duration, matching, uuid
from lepton_infra.simulator.behaviour import Failure, Properties
from lepton_infra.simulator.core.paths import at
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.determinism import CREATED
from lepton_infra.simulator.formats import one_of

_LOCK: Final = "Microsoft.Authorization/locks/{lockName}"


def _expiration(inputs: Properties, place: Place) -> Iterator[Failure]:
    """How long it holds is told in the way that its type says."""
    expiration = at(inputs, "scheduleInfo.expiration")
    if not isinstance(expiration, Mapping):
        return
    wanted = {"AfterDuration": "duration", "AfterDateTime": "endDateTime"}.get(str(expiration.get("type")))
    for name in ("duration", "endDateTime"):
        if (expiration.get(name) is not None) != (name == wanted):
            verb = "needs" if name == wanted else "takes no"
            reason = f"InvalidScheduleInfo: type {expiration.get('type')} {verb} {name}"
            yield Failure(path=f"scheduleInfo.expiration.{name}", reason=reason)


def _eligibility(live: LiveResource) -> dict[str, Any]:
    return {
        "createdOn": CREATED,
        "principalType": "Group",
        "requestType": "AdminAssign",
        "status": "Provisioned",
        "approvalId": "",
        "requestorId": live.uuid("requestor"),
    }


ROLE_ASSIGNMENT: Final = AzureType(
    token="azure-native:authorization:RoleAssignment",
    path=extending("Microsoft.Authorization/roleAssignments/{roleAssignmentName}", autoname=Autoname.UUID),
    uncovered={"condition": "a language of its own"},
    formats={
        "roleAssignmentName": uuid,
        "principalId": uuid,
        "conditionVersion": one_of("2.0"),
    },
    unique=(
        Unique(
            code="RoleAssignmentExists",
            message="The role assignment already exists: {id}",
            key=folded("scope", "principalId", "roleDefinitionId"),
        ),
        Unique(
            code="RoleAssignmentUpdateNotPermitted",
            message="Tenant ID, application ID, principal ID, and scope are not allowed to be updated: this is the "
            "name of {id}",
            key=folded("roleAssignmentName"),
        ),
    ),
    outputs=lambda live: {"createdOn": CREATED, "updatedOn": CREATED},
    immutable=paths("principalId"),
    fixed=Fixed(code="RoleAssignmentUpdateNotPermitted", paths=paths("roleDefinitionId principalType")),
)


ROLE_DEFINITION: Final = AzureType(
    token="azure-native:authorization:RoleDefinition",
    path=extending("Microsoft.Authorization/roleDefinitions/{roleDefinitionId}", autoname=Autoname.UUID),
)


LOCK: Final = AzureType(
    token="azure-native:authorization:ManagementLockByScope",
    path=extending(_LOCK, autoname=Autoname.RANDOM),
)


GROUP_LOCK: Final = AzureType(
    token="azure-native:authorization:ManagementLockAtResourceGroupLevel",
    path=top(_LOCK),
)


SUBSCRIPTION_LOCK: Final = AzureType(
    token="azure-native:authorization:ManagementLockAtSubscriptionLevel",
    path=ResourcePath(path=f"providers/{_LOCK}", below=Below.SUBSCRIPTION, autoname=Autoname.RANDOM),
)


ELIGIBILITY: Final = AzureType(
    token="azure-native:authorization:PimRoleEligibilitySchedule",
    path=ResourcePath(
        path="Microsoft.Authorization/roleEligibilitySchedules/{name}",
        below=Below.SCOPE,
        made_of=("scope", "principalId", "roleDefinitionId"),
    ),
    uncovered={"justification": "free text"},
    formats={
        "principalId": uuid,
        "scheduleInfo.expiration.duration": duration,
    },
    input_rules=(_expiration,),
    outputs=_eligibility,
    immutable=paths("condition conditionVersion justification scheduleInfo ticketInfo"),
)


ROLE_POLICY: Final = AzureType(
    token="azure-native:authorization:RoleManagementPolicy",
    path=extending("Microsoft.Authorization/roleManagementPolicies/{roleManagementPolicyName}", autoname=Autoname.UUID),
    uncovered={"rules.ruleType": "says which of the SDK's kinds of rule it is"},
    formats={
        "roleManagementPolicyName": uuid,
        "rules.id": matching(
            r"(Expiration|Enablement|Approval|AuthenticationContext|Notification_(Admin|Requestor|Approver))"
            r"_(Admin|EndUser)_(Eligibility|Assignment)",
            "the name of one of a policy's rules, such as Expiration_EndUser_Assignment",
        ),
        "rules.maximumDuration": matching(r"P\d+D|PT(\d+H)?(\d+M)?", "a duration such as PT1H or P365D"),
        "rules.target.caller": one_of("None", "Admin", "EndUser"),
        "rules.target.level": one_of("Assignment", "Eligibility"),
        "rules.target.operations": one_of(
            "All", "Activate", "Deactivate", "Assign", "Update", "Remove", "Extend", "Renew"
        ),
    },
    overwrites=True,
)


LOCKS: Final = (LOCK.token, GROUP_LOCK.token, SUBSCRIPTION_LOCK.token)


TYPES: Final = (
    ROLE_ASSIGNMENT,
    ROLE_DEFINITION,
    LOCK,
    GROUP_LOCK,
    SUBSCRIPTION_LOCK,
    ELIGIBILITY,
    ROLE_POLICY,
)
