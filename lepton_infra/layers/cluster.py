"""Contract of the cluster layer: a Kubernetes control plane and the system nodes it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

import pulumi

from lepton_infra.layers.network import NetworkOutputs

NetworkT = TypeVar("NetworkT", bound=NetworkOutputs)


@dataclass(frozen=True, kw_only=True)
class ClusterArgs(Generic[NetworkT]):
    """Arguments of the Kubernetes cluster.

    ``version`` is the Kubernetes minor version, ``operator_networks`` the CIDRs that may reach the API from outside
    (none: the endpoint is private), ``system_min``/``system_max`` the total count of CPU nodes that carry the cluster's
    own pods, ``system_cpus`` the vCPUs of each, ``max_nodes`` the most nodes that there may be together with all pools.
    """

    network: NetworkT
    version: str
    operator_networks: Sequence[str]
    system_min: int
    system_max: int
    system_cpus: int
    max_nodes: int


class ImageForm(StrEnum):
    """Form in which a chart's values take an image reference."""

    REPOSITORY_TAG = "repository-tag"
    """``repository`` and ``tag``, which it joins with a colon."""
    REGISTRY_REPOSITORY_TAG = "registry-repository-tag"
    """The same with the registry's host apart, as ``registry``."""
    REPOSITORY = "repository"
    """The name alone, without tag or digest, for charts that give one tag to several images."""
    REFERENCE = "reference"
    """The whole reference as one string."""


@dataclass(frozen=True, kw_only=True)
class ChartImage:
    """An image that a chart runs: its key in the lock file, and where in the values it goes, keys joined by dots."""

    key: str
    path: str = "image"
    form: ImageForm = ImageForm.REPOSITORY_TAG


@dataclass(frozen=True, kw_only=True)
class ChartRelease:
    """A Helm chart that a cluster needs and that the platform installs.

    ``pin`` is the chart's key in the lock file. ``images`` are all that it runs: each is set to the region's own copy.
    Clouds whose control plane brings the part (a node autoscaler, say) ask for no chart.
    """

    name: str
    namespace: str
    pin: str
    images: Sequence[ChartImage]
    values: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ClusterSetting:
    """A ConfigMap that configures a part of the cluster which the cloud itself runs."""

    name: str
    namespace: str
    data: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class InternalLoadBalancer:
    """Marks of a Service of type LoadBalancer for an address of the private network and no other: ``annotations``,
    and the class of those that make it, where the cluster has several."""

    annotations: Mapping[str, str]
    class_name: str | None = None


@dataclass(frozen=True, kw_only=True)
class VolumeClass:
    """Storage class of disks that outlive their pods, under the region's own key: CSI driver and its parameters.

    They are no part of the cluster. ``needs`` is what has to stand until the last of them has been taken away.
    """

    driver: str
    parameters: Mapping[str, pulumi.Input[str]]
    needs: Sequence[pulumi.Resource] = ()


@dataclass(frozen=True, kw_only=True)
class ClusterOutputs:
    """Outputs of a cluster that neutral code reads; a cloud widens it for its own node pools and identities.

    ``kubeconfig`` names a command that fetches a short-lived token and holds no credential; or it is a reference, a
    path, to a kubeconfig of the operator's. ``context`` is the one to use of it, None for its current one. ``resource``
    is what in-cluster objects die with (Pulumi's ``deleted_with``), None where the cluster outlives the region.
    ``charts`` and ``in_cluster_settings`` are installed by the serving layer. Pods' disks are volumes of
    ``storage_class``, or None: of their node. ``load_balancer`` is None where the cluster has none to offer. Disks that
    outlive their pods are ``volumes``; None: they too are of ``storage_class``, or of the cluster's default one.
    """

    name: str
    endpoint: pulumi.Output[str]
    kubeconfig: pulumi.Output[str]
    version: str
    resource: pulumi.Resource | None
    charts: Sequence[ChartRelease]
    in_cluster_settings: Sequence[ClusterSetting] = ()
    context: str | None = None
    storage_class: str | None = None
    load_balancer: InternalLoadBalancer | None = None
    volumes: VolumeClass | None = None
