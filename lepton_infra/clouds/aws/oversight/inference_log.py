"""The inference log in CloudWatch Logs, and its collector, for EKS collects nothing that containers write."""

from __future__ import annotations

from typing import Any

from pulumi_aws import eks

from lepton_infra.clouds.aws.cluster.cluster import AwsClusterOutputs
from lepton_infra.clouds.aws.iam import arns, policies
from lepton_infra.clouds.aws.iam.roles import granted_role
from lepton_infra.clouds.aws.identity import POD_IDENTITY_AGENT
from lepton_infra.clouds.aws.logs import log_group
from lepton_infra.clouds.aws.network.network import AwsNetworkOutputs
from lepton_infra.clouds.aws.settings import Settings
from lepton_infra.clouds.aws.storage.storage import AwsStorageOutputs
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.layers.cluster import ChartImage, ChartRelease
from lepton_infra.layers.component import Component
from lepton_infra.layers.oversight import EventCollector, EventSource, OversightArgs

COLLECTOR = "ai-events"
"""The release, its Service and its service account."""

OTLP_PORT = 4317
_HEALTH_PORT = 13133
_UID = 10001


def inference_log(
    parent: Component[Any],
    name: str,
    args: OversightArgs[AwsNetworkOutputs, AwsStorageOutputs, AwsClusterOutputs],
    settings: Settings,
) -> EventCollector | None:
    """The inference log: which model answered when, for whom by a pseudonym, and no content. With a
    source, also what writes it: a collector whose one right is to write this log."""
    group = f"/lepton/{name}/ai-events"
    log_group(
        parent,
        f"{name}-ai-events",
        group=group,
        key_arn=args.network.logs_key,
        data_class=DataClass.AI_EVENT,
    )
    if args.events is None:
        return None
    role = granted_role(
        parent,
        f"{name}-ai-events-writer",
        trust=policies.pod_trust(
            account=settings.account,
            cluster_arn=arns.cluster(settings.account, settings.region, args.cluster.name),
            namespace=args.events.namespace,
            service_account=COLLECTOR,
        ),
        statements=policies.writes_log_group(f"{arns.log_groups(settings.account, settings.region, group)}:*"),
    )
    association = eks.PodIdentityAssociation(
        f"{name}-ai-events-association",
        cluster_name=args.cluster.cluster_name,
        namespace=args.events.namespace,
        service_account=COLLECTOR,
        role_arn=role.arn,
        tags=dict(parent.context.tags),
        opts=parent.child(depends_on=list(role.grants)),
    )
    return EventCollector(
        chart=collector(args.events, group=group, region=settings.region),
        service=COLLECTOR,
        port=OTLP_PORT,
        labels={"app.kubernetes.io/instance": COLLECTOR},
        endpoints=[POD_IDENTITY_AGENT],
        ready=association.id,
    )


def collector(source: EventSource, *, group: str, region: str) -> ChartRelease:
    """OpenTelemetry's collector with one pipeline: OTLP in, ``group`` out. What it cannot send it keeps in memory and
    tries again; the proxies' standard output has the same lines."""
    unused = ("otlp-http", "jaeger-compact", "jaeger-thrift", "jaeger-grpc", "zipkin")
    return ChartRelease(
        name=COLLECTOR,
        namespace=source.namespace,
        pin="opentelemetry-collector",
        images=[ChartImage(key="opentelemetry-collector")],
        values={
            "mode": "deployment",
            "fullnameOverride": COLLECTOR,
            "replicaCount": 2,
            "podDisruptionBudget": {"enabled": True, "maxUnavailable": 1},
            "command": {"name": "otelcol-contrib"},
            "serviceAccount": {"create": True, "name": COLLECTOR, "automountServiceAccountToken": False},
            "ports": {port: {"enabled": False} for port in unused},
            "podSecurityContext": {
                "runAsNonRoot": True,
                "runAsUser": _UID,
                "runAsGroup": _UID,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "securityContext": {
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
                "readOnlyRootFilesystem": True,
                "runAsNonRoot": True,
            },
            "resources": {
                "requests": {"cpu": "100m", "memory": "256Mi"},
                "limits": {"cpu": "1", "memory": "512Mi"},
            },
            # As a whole: beside the chart's own there would be doors for every protocol that it knows.
            "alternateConfig": {
                "extensions": {"health_check": {"endpoint": f"${{env:MY_POD_IP}}:{_HEALTH_PORT}"}},
                "receivers": {"otlp": {"protocols": {"grpc": {"endpoint": f"${{env:MY_POD_IP}}:{OTLP_PORT}"}}}},
                "processors": {
                    "memory_limiter": {"check_interval": "1s", "limit_percentage": 80, "spike_limit_percentage": 25},
                    "batch": {},
                },
                "exporters": {
                    "awscloudwatchlogs": {"log_group_name": group, "log_stream_name": "gateway", "region": region}
                },
                "service": {
                    "extensions": ["health_check"],
                    "pipelines": {
                        "logs": {
                            "receivers": ["otlp"],
                            "processors": ["memory_limiter", "batch"],
                            "exporters": ["awscloudwatchlogs"],
                        }
                    },
                },
            },
        },
    )
