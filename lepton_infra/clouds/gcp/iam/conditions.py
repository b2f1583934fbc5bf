"""IAM conditions and log filters, as pure functions of names.

Conditions are in Common Expression Language ("Attribute reference for IAM Conditions", IAM documentation).
"""

from __future__ import annotations

from lepton_infra.layers.oversight import EventSource


def reads_prefix(bucket: str, prefix: str) -> str:
    """IAM condition for reading and listing the objects of ``bucket`` under ``prefix``.

    A listing is a request on the bucket, whose name does not contain the requested prefix: that is an attribute of the
    request.
    """
    objects = f"projects/_/buckets/{bucket}/objects/{prefix}"
    listed = 'api.getAttribute("storage.googleapis.com/objectListPrefix", "")'
    return f'resource.name.startsWith("{objects}") || {listed}.startsWith("{prefix}")'


def is_cluster(name: str, region: str) -> str:
    """IAM condition for one cluster, by the end of its name: the start may have the project's id or its number."""
    return f'resource.name.endsWith("/locations/{region}/clusters/{name}")'


def network_logs(subnetwork: str) -> str:
    """Log filter for VPC flow logs and firewall logs of a subnetwork."""
    flows = 'log_id("compute.googleapis.com/vpc_flows") OR log_id("compute.googleapis.com/firewall")'
    return f'({flows}) AND resource.labels.subnetwork_name="{subnetwork}"'


def cluster_logs(name: str, region: str) -> str:
    """Log filter for all logs of a cluster and its workloads."""
    return f'resource.labels.cluster_name="{name}" AND resource.labels.location="{region}"'


ADMIN_ACTIVITY = 'log_id("cloudaudit.googleapis.com/activity")'
"""Log filter for admin activity: every call that changes a resource of the project, with caller and time."""

EMERGENCY_USE = (
    f'{ADMIN_ACTIVITY} AND protoPayload.serviceName="privilegedaccessmanager.googleapis.com"'
    ' AND protoPayload.methodName:("CreateGrant" OR "ApproveGrant")'
)
"""Log filter for requests and approvals of emergency rights ("Audit logging for Privileged Access Manager", IAM)."""

AUDIT_CHANGED = (
    f"{ADMIN_ACTIVITY} AND ("
    '(protoPayload.methodName="SetIamPolicy" AND protoPayload.serviceData.policyDelta.auditConfigDeltas:*)'
    ' OR (protoPayload.serviceName="logging.googleapis.com"'
    ' AND protoPayload.methodName:("UpdateBucket" OR "DeleteBucket" OR "UpdateSink" OR "DeleteSink"'
    ' OR "CreateExclusion" OR "UpdateExclusion"))'
    ' OR (protoPayload.serviceName="cloudkms.googleapis.com"'
    ' AND protoPayload.methodName:("UpdateCryptoKey" OR "DestroyCryptoKeyVersion" OR "SetIamPolicy")))'
)
"""Log filter for changes of audit configs, log buckets, sinks, exclusions, and keys and their IAM policies (CIS Google
Cloud 2.5)."""

AI_EVENTS = 'log_id("lepton-ai-events")'
"""Log filter for the inference log (which model answered when) that a program of the region's own writes."""


def inference_log(cluster: str, source: EventSource | None) -> str:
    """Log filter for the inference log: :data:`AI_EVENTS`, and the output of ``source``'s containers in ``cluster``.

    GKE collects that output ("Default log entries from GKE": the log ``stdout`` of the resource ``k8s_container``).
    """
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
    """Log filter for data access logs (reads and writes of objects) of ``buckets``."""
    names = " OR ".join(f'"{bucket}"' for bucket in buckets)
    return (
        'log_id("cloudaudit.googleapis.com/data_access") AND resource.type="gcs_bucket"'
        f" AND resource.labels.bucket_name=({names})"
    )
