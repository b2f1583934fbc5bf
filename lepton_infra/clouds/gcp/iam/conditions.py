"""IAM conditions and log filters, as pure functions of names.

Conditions are in Common Expression Language ("Attribute reference for IAM Conditions", IAM documentation).
"""

from __future__ import annotations

from lepton_infra.layers.oversight import EventSource


def reads_prefix(bucket: str, prefix: str) -> str:
    """True for objects of ``bucket`` under ``prefix``, and for listing them.

    A listing is a request on the bucket, whose name says nothing of the prefix that is asked for: that is an attribute
    of the request.
    """
    objects = f"projects/_/buckets/{bucket}/objects/{prefix}"
    listed = 'api.getAttribute("storage.googleapis.com/objectListPrefix", "")'
    return f'resource.name.startsWith("{objects}") || {listed}.startsWith("{prefix}")'


def is_cluster(name: str, region: str) -> str:
    """True for one cluster. By the end of its name, which may begin with the project's id or with its number."""
    return f'resource.name.endsWith("/locations/{region}/clusters/{name}")'


def network_logs(subnetwork: str) -> str:
    """The flows and firewall decisions of a subnetwork."""
    flows = 'log_id("compute.googleapis.com/vpc_flows") OR log_id("compute.googleapis.com/firewall")'
    return f'({flows}) AND resource.labels.subnetwork_name="{subnetwork}"'


def cluster_logs(name: str, region: str) -> str:
    """Everything that a cluster and what runs in it write."""
    return f'resource.labels.cluster_name="{name}" AND resource.labels.location="{region}"'


ADMIN_ACTIVITY = 'log_id("cloudaudit.googleapis.com/activity")'
"""Every call of the project that changes something: who, what and when."""

EMERGENCY_USE = (
    f'{ADMIN_ACTIVITY} AND protoPayload.serviceName="privilegedaccessmanager.googleapis.com"'
    ' AND protoPayload.methodName:("CreateGrant" OR "ApproveGrant")'
)
"""Somebody asks for emergency rights, or gives them ("Audit logging for Privileged Access Manager", IAM)."""

AUDIT_CHANGED = (
    f"{ADMIN_ACTIVITY} AND ("
    '(protoPayload.methodName="SetIamPolicy" AND protoPayload.serviceData.policyDelta.auditConfigDeltas:*)'
    ' OR (protoPayload.serviceName="logging.googleapis.com"'
    ' AND protoPayload.methodName:("UpdateBucket" OR "DeleteBucket" OR "UpdateSink" OR "DeleteSink"'
    ' OR "CreateExclusion" OR "UpdateExclusion"))'
    ' OR (protoPayload.serviceName="cloudkms.googleapis.com"'
    ' AND protoPayload.methodName:("UpdateCryptoKey" OR "DestroyCryptoKeyVersion" OR "SetIamPolicy")))'
)
"""Somebody changes what is written down, where it is kept, or a key or who may use it (CIS Google Cloud 2.5)."""

AI_EVENTS = 'log_id("lepton-ai-events")'
"""Which model answered when, as a program of the region's own writes it."""


def ai_events(cluster: str, source: EventSource | None) -> str:
    """Filter of the inference log: :data:`AI_EVENTS`, and what the containers of ``source`` in ``cluster`` write, which
    GKE collects ("Default log entries from GKE": the log ``stdout`` of the resource ``k8s_container``)."""
    if source is None:
        return AI_EVENTS
    written = (
        'log_id("stdout") AND resource.type="k8s_container"'
        f' AND resource.labels.cluster_name="{cluster}"'
        f' AND resource.labels.namespace_name="{source.namespace}"'
        f' AND resource.labels.container_name="{source.container}"'
    )
    return f"{AI_EVENTS} OR ({written})"


def access_logs(*buckets: str) -> str:
    """Filter of the data access logs of some buckets."""
    names = " OR ".join(f'"{bucket}"' for bucket in buckets)
    return (
        'log_id("cloudaudit.googleapis.com/data_access") AND resource.type="gcs_bucket"'
        f" AND resource.labels.bucket_name=({names})"
    )
