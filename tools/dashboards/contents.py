"""Charts of each dashboard, as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One chart: ``lines`` are expressions by legend, ``unit`` is Grafana's name for what they measure."""

    title: str
    unit: str
    lines: Mapping[str, str]
    says: str = ""
    """What a reader must know to read it."""


@dataclass(frozen=True, kw_only=True)
class Board:
    """One dashboard. With ``choose``, a variable of that name offers its label's values of a series."""

    name: str
    title: str
    says: str
    charts: Sequence[Chart]
    choose: tuple[str, str] | None = None


REGION = Board(
    name="region",
    title="Region",
    says="All models, nodes and alerts of the region.",
    charts=[
        Chart(title="Alerts", unit="short", lines={"{{severity}}": 'sum by (severity) (ALERTS{alertstate="firing"})'}),
        Chart(
            title="Replicas that are ready",
            unit="short",
            lines={
                "{{model}}": "sum by (model) (lepton:version_replicas_ready:count)",
                "{{model}} wanted": "sum by (model) (lepton:version_replicas_wanted:count)",
            },
        ),
        Chart(
            title="Requests",
            unit="reqps",
            lines={"{{model}}": "sum by (model) (lepton:version_served:rate5m)"},
            says="Answered without an error, as the servers count them; probes are left out.",
        ),
        Chart(title="Errors", unit="percentunit", lines={"{{model}}": "lepton:model_errors:ratio_rate5m"}),
        Chart(
            title="Errors spent in an hour, of what is allowed",
            unit="short",
            lines={"{{model}}": "lepton:model_errors:ratio_rate1h / on (model) lepton:objective_error_budget:ratio"},
            says="1 spends a month's budget in a month, 14.4 in two days.",
        ),
        Chart(title="Late answers", unit="percentunit", lines={"{{model}}": "lepton:model_slow:ratio_rate5m"}),
        Chart(title="GPU use", unit="percent", lines={"{{model}}": "lepton:model_gpu_use:percent"}),
        Chart(
            title="Nodes",
            unit="short",
            lines={
                "ready": 'sum(kube_node_status_condition{condition="Ready", status="true"})',
                "not ready": 'sum(kube_node_status_condition{condition="Ready", status=~"false|unknown"})',
            },
        ),
        Chart(title="Age of the last good backup", unit="s", lines={"{{store}}": "lepton:backup_age:seconds"}),
        Chart(
            title="Lag of copies",
            unit="s",
            lines={"{{store}} in {{to}}": "max by (store, to) (lepton_replication_lag_seconds)"},
        ),
    ],
)

MODEL = Board(
    name="model",
    title="Model",
    says="One model, its versions side by side.",
    choose=("model", "lepton:objective_error_budget:ratio"),
    charts=[
        Chart(
            title="Requests by version",
            unit="reqps",
            lines={"{{version}}": 'lepton:version_served:rate5m{model="$model"}'},
        ),
        Chart(
            title="Replicas by version",
            unit="short",
            lines={
                "{{version}} ready": 'lepton:version_replicas_ready:count{model="$model"}',
                "{{version}} wanted": 'lepton:version_replicas_wanted:count{model="$model"}',
            },
        ),
        Chart(
            title="Errors by version",
            unit="percentunit",
            lines={"{{version}}": 'lepton:version_errors:ratio_rate15m{model="$model"}'},
            says="Over a quarter of an hour, as the alert on canaries sees it.",
        ),
        Chart(
            title="99 percent of answers come within, by version",
            unit="s",
            lines={
                "{{version}}": 'lepton:version_latency_p99:seconds{model="$model"}',
                "objective": 'lepton:objective_latency:seconds{model="$model"}',
            },
        ),
        Chart(
            title="Errors by who saw them",
            unit="percentunit",
            lines={"{{by}}": 'lepton:model_errors_seen:ratio_rate5m{model="$model"}'},
            says="The gateway alone: no server was reached. The servers alone: errors within gRPC's answers.",
        ),
        Chart(
            title="Codes",
            unit="reqps",
            lines={
                "{{status}}": "sum by (status) (rate("
                ':tensorflow:serving:request_count{model="$model"}[$__rate_interval]))'
            },
            says="Of all requests; probes are among those that are OK or NOT_FOUND.",
        ),
        Chart(
            title="Errors spent, of what is allowed",
            unit="short",
            lines={
                f"over {window}": f'lepton:model_errors:ratio_rate{window}{{model="$model"}}'
                " / on (model) lepton:objective_error_budget:ratio"
                for window in ("1h", "6h", "3d")
            },
        ),
        Chart(
            title="Late answers, of what is allowed",
            unit="short",
            lines={
                f"over {window}": f'lepton:model_slow:ratio_rate{window}{{model="$model"}}'
                " / on (model) lepton:objective_slow_budget:ratio"
                for window in ("1h", "6h", "3d")
            },
        ),
        Chart(
            title="95 percent wait in the batching queue for",
            unit="µs",
            lines={
                "{{version}}": "histogram_quantile(0.95, sum by (version, le) (rate("
                ':tensorflow:serving:batching_session:queuing_latency_bucket{model="$model"}[$__rate_interval])))'
            },
        ),
        Chart(title="GPU use", unit="percent", lines={"use": 'lepton:model_gpu_use:percent{model="$model"}'}),
    ],
)

_ON_GPU = "{{node}} {{gpu}}"
GPUS = Board(
    name="gpus",
    title="GPUs",
    says="Every GPU of the region, as NVIDIA's exporter tells of it.",
    charts=[
        Chart(title="Use", unit="percent", lines={_ON_GPU: "DCGM_FI_DEV_GPU_UTIL"}),
        Chart(
            title="Tensor cores at work",
            unit="percentunit",
            lines={_ON_GPU: "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE"},
        ),
        Chart(
            title="Memory in use",
            unit="percentunit",
            lines={_ON_GPU: "DCGM_FI_DEV_FB_USED / (DCGM_FI_DEV_FB_USED + DCGM_FI_DEV_FB_FREE)"},
            says="TensorFlow takes nearly all of it at the start, whatever the model needs.",
        ),
        Chart(title="Temperature", unit="celsius", lines={_ON_GPU: "DCGM_FI_DEV_GPU_TEMP"}),
        Chart(title="Power", unit="watt", lines={_ON_GPU: "DCGM_FI_DEV_POWER_USAGE"}),
        Chart(
            title="Last error (XID)",
            unit="short",
            lines={_ON_GPU: "DCGM_FI_DEV_XID_ERRORS"},
            says="It stands until the exporter restarts. 0: none.",
        ),
        Chart(
            title="GPUs that nodes offer, and that pods ask for",
            unit="short",
            lines={
                "offered": 'sum(kube_node_status_allocatable{resource="nvidia_com_gpu"})',
                "asked for": 'sum(kube_pod_container_resource_requests{resource="nvidia_com_gpu"})',
            },
        ),
        Chart(
            title="Pods without a node",
            unit="short",
            lines={"{{namespace}}": "sum by (namespace) (kube_pod_status_unschedulable)"},
        ),
    ],
)

GATEWAY = Board(
    name="gateway",
    title="Gateway",
    says="What comes in, and where it goes.",
    charts=[
        Chart(
            title="Answers by class",
            unit="reqps",
            lines={
                "{{envoy_response_code_class}}xx": "sum by (envoy_response_code_class) (rate("
                'envoy_http_downstream_rq_xx{envoy_http_conn_manager_prefix=~"https?-.*"}[$__rate_interval]))'
            },
        ),
        Chart(
            title="Requests to models",
            unit="reqps",
            lines={
                "{{model}} {{envoy_response_code_class}}xx": "sum by (model, envoy_response_code_class) (rate("
                'envoy_cluster_upstream_rq_xx{model!=""}[$__rate_interval]))'
            },
        ),
        Chart(
            title="99 percent of models' answers come within",
            unit="ms",
            lines={
                "{{model}}": "histogram_quantile(0.99, sum by (model, le) (rate("
                'envoy_cluster_upstream_rq_time_bucket{model!=""}[$__rate_interval])))'
            },
        ),
        Chart(
            title="Open connections",
            unit="short",
            lines={
                "{{pod}}": 'sum by (pod) (envoy_http_downstream_cx_active{envoy_http_conn_manager_prefix=~"https?-.*"})'
            },
        ),
        Chart(
            title="Days that certificates are good for",
            unit="d",
            lines={"{{name}}": "(certmanager_certificate_expiration_timestamp_seconds - time()) / 86400"},
        ),
    ],
)

BOARDS = (REGION, MODEL, GPUS, GATEWAY)
