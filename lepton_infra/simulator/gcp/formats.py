"""What Google's API descriptions cannot say of a value, by resource type and property path.

Sources, unless a function names its own: the fields' descriptions in the discovery documents, and the limits in the
documentation of Compute Engine, GKE, Cloud KMS, Cloud Storage, Artifact Registry, IAM and Cloud Logging.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.formats import Format, between, cidr, one_of
from lepton_infra.simulator.gcp import syntax, tokens
from lepton_infra.simulator.gcp.syntax import duration, matches
from lepton_infra.simulator.kubernetes.syntax import key_failures, labels_failures

DELETION_POLICIES: Final = ("DELETE", "PREVENT", "ABANDON")
STORAGE_CLASSES: Final = ("STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE", "MULTI_REGIONAL", "REGIONAL")
IMAGE_TYPES: Final = (
    "COS_CONTAINERD",
    "UBUNTU_CONTAINERD",
    "WINDOWS_LTSC_CONTAINERD",
    "WINDOWS_SAC_CONTAINERD",
    "COS_ARM_CONTAINERD",
    "UBUNTU_ARM_CONTAINERD",
)
DNS_RECORD_TYPES: Final = (
    *("A", "AAAA", "ALIAS", "CAA", "CNAME", "DNSKEY", "DS", "HTTPS", "IPSECKEY", "MX", "NAPTR", "NS", "PTR", "SOA"),
    *("SPF", "SRV", "SSHFP", "SVCB", "TLSA", "TXT"),
)
"""Types of records ("Supported DNS record types", Cloud DNS documentation)."""
_DAY: Final = 86400
_HALF_HOUR: Final = 1800


def _named(longest: int) -> Format:
    words = f"1 to {longest} small letters, digits and hyphens, beginning with a letter and not ending with a hyphen"
    return matches(rf"[a-z](?:[-a-z0-9]{{0,{longest - 2}}}[a-z0-9])?", words)


def _node_labels(value: Any) -> Iterator[str]:
    yield from (f"{failure.path}: {failure.reason}" for failure in labels_failures(value, "labels"))


def _taint_key(value: Any) -> Iterator[str]:
    yield from (failure.reason for failure in key_failures(value, "key"))


def _named_for_people(value: Any) -> Iterator[str]:
    if not 1 <= len(value) <= 512:
        yield f"has {len(value)} characters; allowed: 1 to 512"


def _channel_labels(value: Any) -> Iterator[str]:
    """Not labels of a resource but the fields by which a receiver is reached, such as ``email_address``."""
    yield from (
        f'key "{key}": allowed: small letters and underscores' for key in value if not re.fullmatch("[a-z_]+", key)
    )


def _no_basic_role(value: Any) -> Iterator[str]:
    """An entitlement gives no legacy basic role ("Create entitlements", IAM documentation)."""
    if value in ("roles/owner", "roles/editor", "roles/viewer"):
        yield f'"{value}" is a legacy basic role, which no entitlement gives; allowed: other roles'
    else:
        yield from syntax.role(value)


_EMAIL: Final = matches(r"[^@\s]+@[^@\s]+\.[^@\s]+", "an e-mail address")
_KMS_NAME: Final = matches(r"[a-zA-Z0-9_-]{1,63}", "1 to 63 letters, digits, hyphens and underscores")
_PORTS: Final = matches(r"\d{1,5}(-\d{1,5})?", "a port or a range such as 8000-9000")
_PROTOCOL: Final = matches(
    r"tcp|udp|icmp|esp|ah|sctp|ipip|all|\d{1,3}", "tcp, udp, icmp, esp, ah, sctp, ipip, all or a number"
)
_GKE_VERSION: Final = matches(
    r"1\.\d{1,2}(\.\d+(-gke\.\d+)?)?|latest|-", "a version such as 1.33 or 1.33.5-gke.1080000, or latest"
)
_MACHINE: Final = matches(r"[a-z][a-z0-9]+-[a-z0-9-]+", "a machine type such as g2-standard-8")
_NODE_CONFIG: Final[Mapping[str, Format]] = {
    f"nodeConfig.{path}": format
    for path, format in {
        "machineType": _MACHINE,
        "imageType": one_of(*IMAGE_TYPES),
        "diskType": one_of("pd-standard", "pd-balanced", "pd-ssd", "hyperdisk-balanced", "hyperdisk-throughput"),
        "diskSizeGb": between(10, 65536),
        "labels": _node_labels,
        "resourceLabels": syntax.labels,
        "taints.key": _taint_key,
        "oauthScopes": matches(r"https://www\.googleapis\.com/auth/[a-z.\-_]+|[a-z-]+", "a scope's URL"),
        "guestAccelerators.count": between(1, 16),
        "kubeletConfig.insecureKubeletReadonlyPortEnabled": one_of("TRUE", "FALSE"),
        "loggingVariant": one_of("DEFAULT", "MAX_THROUGHPUT"),
    }.items()
}

FORMATS: Final[Mapping[str, Mapping[str, Format]]] = {
    tokens.NETWORK: {"mtu": between(1300, 8896)},
    tokens.SUBNETWORK: {
        "ipCidrRange": cidr(29, 4),
        "secondaryIpRanges.ipCidrRange": cidr(29, 4),
        "secondaryIpRanges.rangeName": _named(63),
        "logConfig.flowSampling": between(0, 1),
    },
    tokens.ROUTER_NAT: {
        "minPortsPerVm": between(2, 65536),
        "maxPortsPerVm": between(64, 65536),
        "name": _named(63),
    },
    tokens.FIREWALL: {
        "sourceRanges": cidr(),
        "destinationRanges": cidr(),
        "priority": between(0, 65535),
        "allows.ports": _PORTS,
        "allows.protocol": _PROTOCOL,
        "denies.ports": _PORTS,
        "denies.protocol": _PROTOCOL,
    },
    tokens.ROUTE: {"destRange": cidr(), "priority": between(0, 65535)},
    tokens.RESERVATION: {"specificReservation.count": between(1, 1000000)},
    tokens.KEY_RING: {"name": _KMS_NAME},
    tokens.KEY: {
        "name": _KMS_NAME,
        "rotationPeriod": duration(_DAY, 876000 * 3600),
        "destroyScheduledDuration": duration(_DAY, 120 * _DAY),
    },
    tokens.BUCKET: {
        "name": syntax.bucket_name,
        "storageClass": one_of(*STORAGE_CLASSES),
        "publicAccessPrevention": one_of("inherited", "enforced"),
        "rpo": one_of("DEFAULT", "ASYNC_TURBO"),
        "softDeletePolicy.retentionDurationSeconds": syntax.soft_delete,
        "retentionPolicy.retentionPeriod": matches(r"[1-9]\d{0,9}", "1 to 3155760000 seconds, as text"),
        "lifecycleRules.action.type": one_of("Delete", "SetStorageClass", "AbortIncompleteMultipartUpload"),
        "lifecycleRules.action.storageClass": one_of(*STORAGE_CLASSES),
        "lifecycleRules.condition.withState": one_of("LIVE", "ARCHIVED", "ANY"),
        "lifecycleRules.condition.age": between(0, 2**31 - 1),
        "lifecycleRules.condition.daysSinceNoncurrentTime": between(0, 2**31 - 1),
        "encryption.customerManagedEncryptionEnforcementConfig.restrictionMode": one_of(
            "NotRestricted", "FullyRestricted"
        ),
        "encryption.customerSuppliedEncryptionEnforcementConfig.restrictionMode": one_of(
            "NotRestricted", "FullyRestricted"
        ),
        "encryption.googleManagedEncryptionEnforcementConfig.restrictionMode": one_of(
            "NotRestricted", "FullyRestricted"
        ),
    },
    tokens.CLUSTER: {
        **_NODE_CONFIG,
        "name": _named(40),
        "minMasterVersion": _GKE_VERSION,
        "nodeVersion": _GKE_VERSION,
        "networkingMode": one_of("VPC_NATIVE", "ROUTES"),
        "defaultMaxPodsPerNode": between(8, 256),
        "ipAllocationPolicy.clusterIpv4CidrBlock": syntax.prefix_or_cidr,
        "ipAllocationPolicy.servicesIpv4CidrBlock": syntax.prefix_or_cidr,
        "privateClusterConfig.masterIpv4CidrBlock": cidr(28, 28, private=True),
        "masterAuthorizedNetworksConfig.cidrBlocks.cidrBlock": cidr(),
        "maintenancePolicy.dailyMaintenanceWindow.startTime": matches(
            r"([01]\d|2[0-3]):[0-5]\d", "a time of day such as 03:00"
        ),
        "workloadIdentityConfig.workloadPool": matches(r"[^\s/]+\.svc\.id\.goog", "<project>.svc.id.goog"),
    },
    tokens.NODE_POOL: {
        **_NODE_CONFIG,
        "name": _named(40),
        "version": _GKE_VERSION,
        "maxPodsPerNode": between(8, 256),
        "nodeCount": between(0, 2000),
        "initialNodeCount": between(0, 2000),
        "autoscaling.minNodeCount": between(0, 15000),
        "autoscaling.maxNodeCount": between(0, 15000),
        "autoscaling.totalMinNodeCount": between(0, 15000),
        "autoscaling.totalMaxNodeCount": between(0, 15000),
    },
    tokens.REPOSITORY: {"repositoryId": _named(63)},
    tokens.SERVICE_ACCOUNT: {
        "accountId": matches(r"[a-z](?:[-a-z0-9]{4,28}[a-z0-9])", "6 to 30 small letters, digits and hyphens")
    },
    tokens.SERVICE: {"service": matches(r"[a-z0-9.-]+\.[a-z]+", "a host name such as compute.googleapis.com")},
    tokens.CUSTOM_ROLE: {
        "roleId": matches(r"[a-zA-Z0-9_.]{3,64}", "3 to 64 letters, digits, underscores and dots"),
        "permissions": matches(r"[a-z0-9-]+(\.[a-zA-Z0-9-]+){2,}", "service.resource.verb"),
    },
    tokens.AUDIT_CONFIG: {"service": matches(r"allServices|[a-z0-9.-]+\.[a-z]+", "allServices or a host name")},
    tokens.TRANSFER_JOB: {
        "name": matches(
            r"transferJobs/(?!OPI)[A-Za-z0-9\-._~]*[A-Za-z0-9]",
            "transferJobs/ and a name that ends with a letter or digit",
        ),
        "schedule.repeatInterval": duration(3600, 10**9),
        "transferSpec.gcsDataSource.bucketName": syntax.bucket_name,
        "transferSpec.gcsDataSink.bucketName": syntax.bucket_name,
    },
    tokens.ENTITLEMENT: {
        "entitlementId": matches(
            r"[a-z][a-z0-9-]{3,62}", "4 to 63 small letters, digits and hyphens, beginning with a letter"
        ),
        "parent": matches(
            r"projects/[^/]+|(organizations|folders)/\d+", "projects/<id>, folders/<number> or organizations/<number>"
        ),
        "maxRequestDuration": duration(_HALF_HOUR, 7 * _DAY),
        "eligibleUsers.principals": syntax.member,
        "approvalWorkflow.manualApprovals.steps.approvers.principals": syntax.member,
        "approvalWorkflow.manualApprovals.steps.approvalsNeeded": between(1, 5),
        "approvalWorkflow.manualApprovals.steps.approverEmailRecipients": _EMAIL,
        "additionalNotificationTargets.adminEmailRecipients": _EMAIL,
        "additionalNotificationTargets.requesterEmailRecipients": _EMAIL,
        "privilegedAccess.gcpIamAccess.roleBindings.role": _no_basic_role,
        "privilegedAccess.gcpIamAccess.resource": matches(
            r"//cloudresourcemanager\.googleapis\.com/(projects|folders|organizations)/[^/]+",
            "//cloudresourcemanager.googleapis.com/projects/<id>",
        ),
        "privilegedAccess.gcpIamAccess.resourceType": matches(
            r"cloudresourcemanager\.googleapis\.com/(Project|Folder|Organization)",
            "cloudresourcemanager.googleapis.com/Project",
        ),
    },
    tokens.ALERT_POLICY: {
        "displayName": _named_for_people,
        "conditions.displayName": _named_for_people,
        "userLabels": syntax.labels,
    },
    tokens.NOTIFICATION_CHANNEL: {
        "labels": _channel_labels,
        "displayName": _named_for_people,
        "type": one_of(
            "email", "sms", "slack", "pagerduty", "pubsub", "webhook_basicauth", "webhook_tokenauth", "google_chat"
        ),
        "userLabels": syntax.labels,
    },
    tokens.LOG_BUCKET: {
        "bucketId": matches(r"[a-zA-Z0-9_-][a-zA-Z0-9_.-]{0,99}", "1 to 100 letters, digits and _.-"),
        "retentionDays": between(1, 3650),
    },
    tokens.LOG_SINK: {"name": matches(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,99}", "1 to 100 letters, digits and _.-")},
    tokens.LOG_EXCLUSION: {"name": matches(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,99}", "1 to 100 letters, digits and _.-")},
    tokens.DNS_ZONE: {"name": _named(63), "dnsName": matches(r"([a-z0-9_-]+\.)+", "a name that ends in a dot")},
    tokens.DNS_RECORD: {
        "name": matches(r"(\*\.)?([A-Za-z0-9_-]+\.)+", "a name that ends in a dot"),
        "type": one_of(*DNS_RECORD_TYPES),
        "ttl": between(0, 2**31 - 1),
    },
    tokens.TOPIC: {"name": matches(r"[a-zA-Z][\w.~+%-]{2,254}", "3 to 255 characters, beginning with a letter")},
    tokens.SUBSCRIPTION: {
        "name": matches(r"[a-zA-Z][\w.~+%-]{2,254}", "3 to 255 characters, beginning with a letter"),
        "ackDeadlineSeconds": between(10, 600),
    },
    **{key: {"role": syntax.role, "member": syntax.member} for key in tokens.MEMBERS},
    **{key: {"role": syntax.role, "members": syntax.member} for key in tokens.BINDINGS},
}
_EVERYWHERE: Final[Mapping[str, Format]] = {
    "labels": syntax.labels,
    "resourceLabels": syntax.labels,
    "deletionPolicy": one_of(*DELETION_POLICIES),
}


def format_of(type: str, path: str) -> Format | None:
    """The format of a property (``sourceRanges``: of each item), if it has one."""
    return FORMATS.get(type, {}).get(path) or _EVERYWHERE.get(path)
