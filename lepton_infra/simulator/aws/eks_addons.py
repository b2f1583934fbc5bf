"""Amazon EKS: add-ons."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

import yaml

from lepton_infra.simulator.aws.eks import CLUSTER_NAME, IN_USE, require_trust
from lepton_infra.simulator.aws.identifiers import Identifiers, arn
from lepton_infra.simulator.aws.resource_type import AwsType, OfRequest, Request, Unique
from lepton_infra.simulator.behaviour import Call
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.core.uniqueness import same
from lepton_infra.simulator.determinism import CREATED

_ADDON_VERSION: Final = re.compile(r"v\d+\.\d+\.\d+-eksbuild\.\d+")
_MARKETPLACE_ADDON: Final = re.compile(r"[a-z0-9-]+_[a-z0-9_-]+")
ADDONS: Final = (
    "adot",
    "amazon-cloudwatch-observability",
    "aws-ebs-csi-driver",
    "aws-efs-csi-driver",
    "aws-fsx-csi-driver",
    "aws-guardduty-agent",
    "aws-mountpoint-s3-csi-driver",
    "aws-network-flow-monitoring-agent",
    "aws-privateca-connector-for-kubernetes",
    "cert-manager",
    "coredns",
    "eks-node-monitoring-agent",
    "eks-pod-identity-agent",
    "external-dns",
    "kube-proxy",
    "kube-state-metrics",
    "metrics-server",
    "prometheus-node-exporter",
    "snapshot-controller",
    "vpc-cni",
)
"""Add-ons of AWS and of the community that EKS offers ("Amazon EKS add-ons", EKS user guide)."""


def _addon_version(value: Any) -> Iterator[str]:
    """A version of an EKS add-on. AWS's own all end in ``-eksbuild.<n>``."""
    if not _ADDON_VERSION.fullmatch(value):
        yield f'"{value}" is not an add-on version; allowed: text such as v1.19.2-eksbuild.1'


def _addon_name(value: Any) -> Iterator[str]:
    """An add-on that EKS offers, or one of the marketplace (``vendor_product``)."""
    if value not in ADDONS and not _MARKETPLACE_ADDON.fullmatch(value):
        near = get_close_matches(value, ADDONS, n=1, cutoff=0)[0]
        yield f'"{value}" is not an add-on of EKS; did you mean {near}?'


def _settings_text(value: Any) -> Iterator[str]:
    """An object as JSON or YAML text, which is what add-ons take."""
    try:
        parsed = yaml.safe_load(value)
    except yaml.YAMLError:
        parsed = None
    if not isinstance(parsed, Mapping):
        yield "must be an object as JSON or YAML text"


def _pod_roles(call: Call) -> None:
    """The roles of an add-on's pods trust EKS Pod Identity."""
    for association in call.inputs.get("podIdentityAssociations") or ():
        require_trust(call.scope, association.get("roleArn"), "pods.eks.amazonaws.com")


ADDON: Final = AwsType(
    token="aws:eks/addon:Addon",
    identifiers=Identifiers(id="{clusterName}:{addonName}", arn=arn("eks", "addon/{clusterName}/{addonName}/{uuid}")),
    api=Request(
        shape="eks.CreateAddon",
        names={
            "resolveConflictsOnCreate": "resolveConflicts",
            "resolveConflictsOnUpdate": OfRequest("eks.UpdateAddon.resolveConflicts"),
        },
    ),
    formats={"addonName": _addon_name, "addonVersion": _addon_version, "configurationValues": _settings_text},
    references={"clusterName": CLUSTER_NAME},
    preconditions=(_pod_roles,),
    unique=Unique(code=IN_USE, message="Addon {addonName} already exists.", key=same("clusterName", "addonName")),
    outputs=lambda live: {"createdAt": CREATED, "modifiedAt": CREATED},
    immutable=paths("clusterName addonName namespaceConfig"),
)

TYPES: Final = (ADDON,)
