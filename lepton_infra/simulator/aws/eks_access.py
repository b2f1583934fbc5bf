"""Amazon EKS: access entries, access policies and pod identities."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

from lepton_infra.simulator.aws.eks import CLUSTER, CLUSTER_NAME, IN_USE, require_trust
from lepton_infra.simulator.aws.identifiers import Identifiers, arn
from lepton_infra.simulator.aws.input_rules import Findings
from lepton_infra.simulator.aws.places import Place
from lepton_infra.simulator.aws.policy_documents import identity_policy
from lepton_infra.simulator.aws.resource_type import AwsType, LiveResource, Request, Unique
from lepton_infra.simulator.behaviour import Call, CloudError, Failure, Properties
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.core.uniqueness import same
from lepton_infra.simulator.determinism import CREATED
from lepton_infra.simulator.formats import one_of

_API_MODES = ("API", "API_AND_CONFIG_MAP")
_PRINCIPAL: Final = re.compile(r"arn:aws[a-z-]*:iam::(?P<account>\d{12}):(?:role|user)/.+")
_POLICY_ARN: Final = re.compile(r"arn:aws[a-z-]*:eks::aws:cluster-access-policy")
ACCESS_ENTRY_TYPES: Final = (
    "STANDARD",
    "FARGATE_LINUX",
    "EC2_LINUX",
    "EC2_WINDOWS",
    "EC2",
    "HYBRID_LINUX",
    "HYPERPOD_LINUX",
)
ACCESS_POLICIES: Final = (
    "AmazonEKSAdminPolicy",
    "AmazonEKSAdminViewPolicy",
    "AmazonEKSAutoNodePolicy",
    "AmazonEKSClusterAdminPolicy",
    "AmazonEKSEditPolicy",
    "AmazonEKSViewPolicy",
)
"""Access policies for people and nodes ("Review access policy permissions", EKS user guide). Those that EKS gives only
to its own control plane are left out."""


def _policy_arn(value: Any) -> Iterator[str]:
    """The ARN of an access policy of EKS; customers cannot make any."""
    prefix, _, name = value.rpartition("/")
    if not _POLICY_ARN.fullmatch(prefix) or name not in ACCESS_POLICIES:
        near = get_close_matches(name, ACCESS_POLICIES, n=1, cutoff=0)[0]
        yield f'"{value}" is not an access policy; did you mean arn:aws:eks::aws:cluster-access-policy/{near}?'


def _own_principal(inputs: Properties, place: Place) -> Findings:
    arn = inputs.get("principalArn")
    if not isinstance(arn, str):
        return
    found = _PRINCIPAL.fullmatch(arn)
    if found is None:
        yield Failure(path="principalArn", reason=f'"{arn}" is not the ARN of an IAM role or user')
    elif found["account"] != place.account:
        reason = f"InvalidParameterException: {arn} is of account {found['account']}; allowed: {place.account}"
        yield Failure(path="principalArn", reason=reason)


def _access_by_api(call: Call) -> None:
    """Access entries need a cluster that asks the API for them."""
    owner = call.scope.find(CLUSTER.token, call.inputs["clusterName"])
    mode = (owner.state.get("accessConfig") or {}).get("authenticationMode") if owner else None
    if owner is not None and mode not in _API_MODES:
        raise CloudError(
            "InvalidRequestException",
            f"The cluster's authentication mode must be set to one of [{', '.join(_API_MODES)}] to perform this "
            f"operation; that of {owner.id} is {mode}",
        )


def _has_entry(call: Call) -> None:
    """A policy is associated with an access entry that is there."""
    name, principal = call.inputs["clusterName"], call.inputs["principalArn"]
    if call.scope.find(ACCESS_ENTRY.token, f"{name}:{principal}") is None:
        raise CloudError(
            "ResourceNotFoundException",
            f"The specified principalArn has no access entry in cluster {name}: {principal}",
        )


def _trusts_pods(call: Call) -> None:
    """The role of a pod trusts EKS Pod Identity."""
    require_trust(call.scope, call.inputs.get("roleArn"), "pods.eks.amazonaws.com")


def _principal(call: Call) -> Mapping[str, str]:
    kind, _, name = str(call.inputs["principalArn"]).rpartition(":")[2].partition("/")
    return {"principalKind": kind, "principalName": name.rpartition("/")[2]}


def _user_name(live: LiveResource) -> dict[str, Any]:
    """The user name that Kubernetes sees: of a role it holds the session's name."""
    arn = str(live.call.inputs["principalArn"])
    kind, _, name = arn.rpartition(":")[2].partition("/")
    user = f"arn:{live.place.partition}:sts::{live.place.account}:assumed-role/{name}/{{{{SessionName}}}}"
    return {"createdAt": CREATED, "modifiedAt": CREATED, "userName": user if kind == "role" else arn}


ACCESS_ENTRY: Final = AwsType(
    token="aws:eks/accessEntry:AccessEntry",
    identifiers=Identifiers(
        id="{clusterName}:{principalArn}",
        arn=arn("eks", "access-entry/{clusterName}/{principalKind}/{account}/{principalName}/{uuid}"),
        arn_property="accessEntryArn",
        words=_principal,
    ),
    api=Request(shape="eks.CreateAccessEntry"),
    formats={"type": one_of(*ACCESS_ENTRY_TYPES)},
    input_rules=(_own_principal,),
    references={"clusterName": CLUSTER_NAME},
    free=paths("principalArn"),
    preconditions=(_access_by_api,),
    unique=Unique(
        code=IN_USE,
        message="The specified access entry resource is already in use on this cluster: {principalArn}",
        key=same("clusterName", "principalArn"),
    ),
    defaults={"type": "STANDARD", "kubernetesGroups": []},
    outputs=_user_name,
    immutable=paths("clusterName principalArn type"),
)

ACCESS_POLICY_ASSOCIATION: Final = AwsType(
    token="aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
    identifiers=Identifiers(id="{clusterName}#{principalArn}#{policyArn}"),
    api=Request(shape="eks.AssociateAccessPolicy"),
    formats={"policyArn": _policy_arn},
    input_rules=(_own_principal,),
    references={"clusterName": CLUSTER_NAME},
    free=paths("principalArn"),
    preconditions=(_access_by_api, _has_entry),
    overwrites=True,
    outputs=lambda live: {"associatedAt": CREATED, "modifiedAt": CREATED},
    immutable=paths("clusterName principalArn policyArn accessScope"),
)

POD_IDENTITY_ASSOCIATION: Final = AwsType(
    token="aws:eks/podIdentityAssociation:PodIdentityAssociation",
    identifiers=Identifiers(
        id="a-{word17}", arn=arn("eks", "podidentityassociation/{clusterName}/{id}"), arn_property="associationArn"
    ),
    api=Request(shape="eks.CreatePodIdentityAssociation"),
    formats={"policy": identity_policy},
    references={"clusterName": CLUSTER_NAME},
    free=paths("targetRoleArn"),
    preconditions=(_trusts_pods,),
    unique=Unique(
        code=IN_USE, message="Association already exists: {id}", key=same("clusterName", "namespace", "serviceAccount")
    ),
    # Only roles of another account have an external id.
    outputs=lambda live: {"associationId": live.id, "externalId": ""},
    immutable=paths("clusterName namespace serviceAccount"),
)

TYPES: Final = (ACCESS_ENTRY, ACCESS_POLICY_ASSOCIATION, POD_IDENTITY_ASSOCIATION)
