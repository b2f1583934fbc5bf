"""The ``cloud:`` section of a stack file on a private site: facts about what is there already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from lepton_infra.config.cloud import CloudSettings, Home
from lepton_infra.fields import Cidr, Strict, Strings, Zones, frozen, text
from lepton_infra.layers.network import MAX_ZONES
from lepton_infra.layers.node_pool import Accelerator

HttpsUrl = Annotated[
    str,
    text(
        r"^https://[A-Za-z0-9.-]+(:(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3}))?$",
        "an address with https:// and without a path or a credential",
    ),
]
Bucket = Annotated[str, text(r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", "a bucket's name, 3 to 63 characters")]
Words = Annotated[str, text(r"\S", "words")]
Count = Annotated[int, Field(strict=True, ge=0, le=10_000)]


class Site(Strict):
    """The site of the machines."""

    name: Annotated[str, text(r"^[a-z0-9][a-z0-9-]{0,62}$", "lowercase letters, digits and hyphens")]
    """What the site calls the cluster."""
    country: Annotated[str, text(r"^[A-Z]{2}$", "a country's ISO 3166-1 code in two capitals, such as DE")]
    """Country in which every machine and every disk of the site stands. It must be within the region's residency."""
    zones: Annotated[Zones, Field(min_length=1, max_length=MAX_ZONES)]
    """Failure domains, by the values of the nodes' label topology.kubernetes.io/zone."""


class Kubeconfig(Strict):
    """Reference to the operator's kubeconfig: a path, or a secret of the stack. Its content never appears here."""

    path: Annotated[str, text(r"^~?/[^\n{]*$", "a path that begins with / or ~/")] | None = None
    secret: Annotated[str, text(r"^[a-z][a-z0-9-]*:[A-Za-z0-9_-]+$", "a config key with its namespace")] | None = None
    """Key of a secret in this stack file, set with: pulumi config set --secret <namespace>:<key>."""
    context: str | None = None
    """Context to use; left out: the current one."""


class SystemMachines(Strict):
    """The nodes that carry the cluster's own pods."""

    nodes: Count
    cpus: Annotated[int, Field(strict=True, ge=1)]
    """vCPUs of the smallest of them."""


class LoadBalancer(Strict):
    """The site's own load balancer, and how a Service asks it for an address of the private network."""

    annotations: Annotated[Strings, Field(default_factory=lambda: frozen({}))]
    """What a Service says, such as metallb.io/address-pool: inference."""
    class_name: Annotated[str, text(r"^[a-z0-9]([a-z0-9./-]*[a-z0-9])?$", "a load balancer's class")] | None = None
    """Left out: the cluster's own default."""


class Kubernetes(Strict):
    """The existing Kubernetes cluster."""

    endpoint: HttpsUrl
    """Address of the cluster's API."""
    kubeconfig: Kubeconfig
    features: tuple[Literal["dns", "metrics", "network-policy", "token-issuer"], ...]
    """What the cluster has of what serving needs."""
    system_nodes: SystemMachines
    storage_class: Annotated[str, text(r"^[a-z0-9][a-z0-9.-]*$", "the name of a storage class")] | None = None
    """Class of the volumes that pods keep models on; left out: they keep them on their node's own disk."""
    load_balancer: LoadBalancer | None = None
    """Left out: there is none, and the region can have no gateway."""


GpuVersion = Annotated[str, text(r"^[0-9]+(\.[0-9]+){1,3}$", 'a version in quotes, such as "580.95.05"')]


class GpuOwners(Strict):
    """Owner of each part of the GPU software: the node's image, the site's own operator, or the region."""

    driver: Literal["image", "site"]
    toolkit: Literal["image", "site"]
    device_plugin: Literal["image", "site", "region"]
    exporter: Literal["site", "region"] = "site"
    """Who measures the GPUs: the site's own DCGM exporter, or one that the region installs."""
    driver_version: GpuVersion | None = None
    """Version of the NVIDIA driver on these nodes; left out: the site answers for it."""
    toolkit_version: GpuVersion | None = None
    """Version of the NVIDIA container toolkit on these nodes; left out: the site answers for it."""


class Machines(Strict):
    """Nodes of one kind that stand there and are free for the region."""

    labels: Annotated[Strings, Field(min_length=1)]
    """Labels that these nodes have and no others."""
    accelerator: Accelerator | None = None
    accelerators_per_node: Count = 0
    cpus: Annotated[int, Field(strict=True, ge=1)]
    disk_gib: Annotated[int, Field(strict=True, ge=1)]
    """Disk of each node that pods may use, in GiB."""
    nodes: Annotated[Mapping[str, Count], Field(min_length=1)]
    """How many there are, by zone."""
    taints: tuple[
        Annotated[str, text(r"^[^=:]+(=[^=:]*)?:(NoSchedule|NoExecute|PreferNoSchedule)$", "key=value:Effect")], ...
    ] = ()
    """Taints that these nodes have. GPU nodes must have that of GPUs; pods tolerate others that are NoSchedule."""
    gpu_software: GpuOwners | None = None
    mig: str | None = None
    """MIG profile of the instances that the site has cut every GPU of these nodes into."""
    time_slices: Annotated[int, Field(strict=True, ge=2)] | None = None
    """How many replicas take turns on each GPU, where the site's own device plugin says so."""


class Store(Strict):
    """The object store: one that speaks S3 and exchanges the cluster's own tokens for credentials."""

    endpoint: HttpsUrl
    region: Annotated[str, text(r"^[A-Za-z0-9-]+$", "the region's name that requests are signed with")]
    models_bucket: Bucket
    data_bucket: Bucket
    token_endpoint: HttpsUrl
    """Where AssumeRoleWithWebIdentity is answered."""
    role: Annotated[str, text(r"^arn:[^\s{}]+(\{(namespace|service_account)\}[^\s{}]*)*$", "a role's ARN")]
    """Role that a model's pods assume; {namespace} and {service_account} stand for the model's own."""
    audience: Words
    """Audience of the tokens that the store takes."""
    addresses: tuple[Cidr, ...] = ()
    """Networks in which both endpoints are, at least one: pods are let out to these and to nothing else."""


class Statement(Strict):
    """Attestation of a control that the region cannot make: the person who answers for it, and their statement."""

    attested_by: Words
    statement: Words


class Held(Strict):
    """Attestations of the site for controls that a region makes by itself on other clouds."""

    access: Statement | None = None
    """Each model's role reads its own model alone, and the cluster's API is closed to the world."""
    encryption: Statement | None = None
    """Volumes, objects and Kubernetes secrets are under the customer's keys, rotated as ``encryption`` says."""
    retention: Statement | None = None
    """Object versions and logs (API, access to objects, network) are kept as ``storage`` and ``retention`` say."""
    oversight: Statement | None = None
    """Changes are written down, somebody is told of emergency access and of changes to that record, emergency access
    ends by itself, and the data bucket is backed up where its users cannot reach."""


class Settings(CloudSettings):
    """Settings of a private site: the ``cloud:`` section of a stack file."""

    name: Literal["private"]
    site: Site
    kubernetes: Kubernetes
    machines: Annotated[tuple[Machines, ...], Field(min_length=1)]
    store: Store
    registry: Annotated[
        str,
        text(r"^[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[a-z0-9._-]+)*$", "a registry and a path in it, without https://"),
    ]
    """Prefix of the region's images; each is below it by its key in the lock file."""
    attestations: Held

    def home(self) -> Home:
        """The site."""
        country = frozenset({self.site.country})
        return Home(location=self.site.name, countries=country, key=("cloud", "site", "country"))
