"""Amazon EC2's launch templates, which count their versions."""

from __future__ import annotations

from typing import Any, Final

from lepton_infra.simulator.aws.ec2_network import ec2_reference
from lepton_infra.simulator.aws.identifiers import Name, ec2_identifiers
from lepton_infra.simulator.aws.resource_type import AwsType, LiveResource, OfRequest, Request, Unique
from lepton_infra.simulator.aws.syntax import encoded
from lepton_infra.simulator.core.resource_type import paths

LAUNCH_TEMPLATE_ID: Final = ec2_reference(
    "lt", "InvalidLaunchTemplateId", "specified launch template, with template ID"
)
_UNCOUNTED: Final = frozenset({"tags", "defaultVersion", "updateDefaultVersion"})
"""Properties of a launch template whose change makes no new version."""


def _versions(live: LiveResource) -> dict[str, Any]:
    """A template counts its versions: every change but that of tags and of the default version makes one."""
    call = live.call
    if call.old is None:
        return {"latestVersion": 1, "defaultVersion": 1}
    changed = {name for name in {*call.old.inputs, *call.inputs} if call.old.inputs.get(name) != call.inputs.get(name)}
    latest = int(call.old.state["latestVersion"]) + (1 if changed - _UNCOUNTED else 0)
    default = latest if call.inputs.get("updateDefaultVersion") else call.old.state["defaultVersion"]
    return {"latestVersion": latest, "defaultVersion": call.inputs.get("defaultVersion") or default}


LAUNCH_TEMPLATE: Final = AwsType(
    token="aws:ec2/launchTemplate:LaunchTemplate",
    identifiers=ec2_identifiers("lt", "launch-template", Name(longest=128)),
    referred_to=LAUNCH_TEMPLATE_ID,
    api=Request(
        shape="ec2.CreateLaunchTemplate.LaunchTemplateData",
        names={
            "name": OfRequest("ec2.CreateLaunchTemplate.LaunchTemplateName"),
            "description": OfRequest("ec2.CreateLaunchTemplate.VersionDescription"),
            "tags": OfRequest("ec2.CreateLaunchTemplate.TagSpecifications.Tags"),
            "vpcSecurityGroupIds": "SecurityGroupIds",
            "securityGroupNames": "SecurityGroups",
            "networkInterfaces.securityGroups": "Groups",
        },
        uncovered={"defaultVersion": "a number that the template itself counts"},
    ),
    formats={"userData": encoded},
    unique=Unique(
        code="InvalidLaunchTemplateName.AlreadyExistsException", message="Launch template name already in use: {name}"
    ),
    outputs=_versions,
    immutable=paths("name namePrefix"),
)

TYPES: Final = (LAUNCH_TEMPLATE,)
