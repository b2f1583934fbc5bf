"""AWS Identity and Access Management: roles, policies and instance profiles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lepton_infra.simulator.aws.identifiers import Identifiers, Name, iam_arn, unique_id
from lepton_infra.simulator.aws.policy_documents import identity_policy, trust_policy
from lepton_infra.simulator.aws.resource_type import AwsType, LiveResource, OfRequest, Reach, Reference, Request, Unique
from lepton_infra.simulator.behaviour import Call
from lepton_infra.simulator.core.resource_type import InUse, Outputs, Use, paths
from lepton_infra.simulator.determinism import CREATED

ROLE_NAME: Final = Reference(
    code="NoSuchEntity",
    message="The role with name {given} cannot be found.",
    reach=Reach.ACCOUNT,
    arn=r"iam:.*:role/.*",
)
POLICY_ARN: Final = Reference(
    code="NoSuchEntity",
    message="Policy {given} does not exist or is not attachable.",
    reach=Reach.ACCOUNT,
    arn=r"iam:.*:policy/.*",
)
INSTANCE_PROFILE_NAME: Final = Reference(
    code="NoSuchEntity",
    message="Instance Profile {given} cannot be found.",
    reach=Reach.ACCOUNT,
    arn=r"iam:.*:instance-profile/.*",
)

# Names of the roles that AWS's services make for themselves ("Service-linked role permissions" of each user guide).
_SERVICE_ROLES: Final[Mapping[str, str]] = {
    "autoscaling.amazonaws.com": "AWSServiceRoleForAutoScaling",
    "eks.amazonaws.com": "AWSServiceRoleForAmazonEKS",
    "eks-nodegroup.amazonaws.com": "AWSServiceRoleForAmazonEKSNodegroup",
    "spot.amazonaws.com": "AWSServiceRoleForEC2Spot",
}


def _service_role_words(call: Call) -> Mapping[str, str]:
    service = str(call.inputs["awsServiceName"])
    name = _SERVICE_ROLES.get(service, "AWSServiceRoleFor" + service.partition(".")[0].title().replace("-", ""))
    suffix = call.inputs.get("customSuffix")
    return {"name": f"{name}_{suffix}" if suffix else name, "path": f"/aws-service-role/{service}/"}


def _unique(code_prefix: str, live: LiveResource) -> dict[str, Any]:
    return {"uniqueId": unique_id(code_prefix, live.seed("unique")), "createDate": CREATED}


def _service_linked_role(live: LiveResource) -> Outputs:
    path, _, name = live.id.partition(":role")[2].rpartition("/")
    return {**_unique("AROA", live), "name": name, "path": f"{path}/"}


def _taken(message: str) -> Unique:
    return Unique(code="EntityAlreadyExists", message=message, reach=Reach.ACCOUNT)


def _conflict(message: str) -> InUse:
    return InUse(code="DeleteConflict", message=message)


ROLE: Final = AwsType(
    token="aws:iam/role:Role",
    identifiers=Identifiers(id="{name}", arn=iam_arn("role{path}{id}"), name=Name(longest=64)),
    referred_to=ROLE_NAME,
    api=Request(
        shape="iam.CreateRole",
        names={
            "name": "RoleName",
            "assumeRolePolicy": "AssumeRolePolicyDocument",
            "inlinePolicies": OfRequest("iam.PutRolePolicy"),
            "inlinePolicies.name": "PolicyName",
            "inlinePolicies.policy": "PolicyDocument",
            "managedPolicyArns": OfRequest("iam.AttachRolePolicy.PolicyArn"),
        },
    ),
    formats={"assumeRolePolicy": trust_policy, "inlinePolicies.policy": identity_policy},
    unique=_taken("Role with name {name} already exists."),
    defaults={"path": "/", "maxSessionDuration": 3600, "managedPolicyArns": [], "inlinePolicies": []},
    outputs=lambda live: _unique("AROA", live),
    immutable=paths("name namePrefix path"),
)

ROLE_POLICY: Final = AwsType(
    token="aws:iam/rolePolicy:RolePolicy",
    identifiers=Identifiers(id="{role}:{name}", name=Name(longest=128)),
    api=Request(
        shape="iam.PutRolePolicy", names={"name": "PolicyName", "role": "RoleName", "policy": "PolicyDocument"}
    ),
    formats={"policy": identity_policy},
    references={"role": ROLE_NAME},
    overwrites=True,
    immutable=paths("name namePrefix role"),
    uses=(
        Use(
            target=ROLE.token,
            property="role",
            refusal=_conflict("Cannot delete entity {id}, must delete policies first: {users}"),
        ),
    ),
)

POLICY: Final = AwsType(
    token="aws:iam/policy:Policy",
    identifiers=Identifiers(id=iam_arn("policy{path}{name}"), arn="{id}", name=Name(longest=128)),
    referred_to=POLICY_ARN,
    api=Request(shape="iam.CreatePolicy", names={"name": "PolicyName", "policy": "PolicyDocument"}),
    formats={"policy": identity_policy},
    unique=_taken("A policy called {name} already exists. Duplicate names are not allowed."),
    defaults={"path": "/", "attachmentCount": 0},
    outputs=lambda live: {"policyId": unique_id("ANPA", live.seed("unique"))},
    immutable=paths("name namePrefix path description"),
)

ROLE_POLICY_ATTACHMENT: Final = AwsType(
    token="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    identifiers=Identifiers(id="{role}/{policyArn}"),
    api=Request(shape="iam.AttachRolePolicy", names={"role": "RoleName"}),
    references={"role": ROLE_NAME},
    overwrites=True,
    immutable=paths("role policyArn"),
    uses=(
        Use(
            target=ROLE.token,
            property="role",
            refusal=_conflict("Cannot delete entity {id}, must detach all policies first: {users}"),
            unless="forceDetachPolicies",
        ),
        Use(
            target=POLICY.token,
            property="policyArn",
            refusal=_conflict("Cannot delete a policy attached to entities: {users}"),
        ),
    ),
)

INSTANCE_PROFILE: Final = AwsType(
    token="aws:iam/instanceProfile:InstanceProfile",
    identifiers=Identifiers(id="{name}", arn=iam_arn("instance-profile{path}{id}"), name=Name(longest=128)),
    referred_to=INSTANCE_PROFILE_NAME,
    api=Request(
        shape="iam.CreateInstanceProfile",
        names={"name": "InstanceProfileName", "role": OfRequest("iam.AddRoleToInstanceProfile.RoleName")},
    ),
    references={"role": ROLE_NAME},
    unique=_taken("Instance Profile {name} already exists."),
    defaults={"path": "/"},
    outputs=lambda live: _unique("AIPA", live),
    immutable=paths("name namePrefix path"),
    uses=(
        Use(
            target=ROLE.token,
            property="role",
            refusal=_conflict("Cannot delete entity {id}, must remove roles from instance profile first: {users}"),
        ),
    ),
)

SERVICE_LINKED_ROLE: Final = AwsType(
    token="aws:iam/serviceLinkedRole:ServiceLinkedRole",
    identifiers=Identifiers(id=iam_arn("role{path}{name}"), arn="{id}", words=_service_role_words),
    referred_to=ROLE_NAME,
    api=Request(shape="iam.CreateServiceLinkedRole", names={"tags": OfRequest("iam.TagRole.Tags")}),
    unique=Unique(
        code="InvalidInput",
        message="Service role name for {awsServiceName} has been taken in this account, please try a different suffix.",
        key=lambda inputs: (inputs["awsServiceName"], inputs.get("customSuffix")),
        reach=Reach.ACCOUNT,
    ),
    outputs=_service_linked_role,
    immutable=paths("awsServiceName customSuffix"),
)

TYPES: Final = (ROLE, ROLE_POLICY, ROLE_POLICY_ATTACHMENT, POLICY, INSTANCE_PROFILE, SERVICE_LINKED_ROLE)
