"""The pod that serves one version, as pure builders: an init container fetches and verifies, then the server starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.core import v1 as core

from lepton_infra.config.models import VersionConfig
from lepton_infra.layers.node_pool import GPU_TAINT_KEY
from lepton_infra.platform import pod_parts
from lepton_infra.platform.pod_security import restricted_container, restricted_pod
from lepton_infra.platform.serving import config_files, sizing
from lepton_infra.platform.serving.runtime import ModelServerArgs

REST_PORT = 8501
GRPC_PORT = 8500

_MODELS = "/models"
_SETTINGS = "/etc/lepton"
_BATCHING = f"{_MODELS}/{config_files.BATCHING}"
"""The model's own or the default, as the init container has put it there. Names of models have no dot."""


@dataclass(frozen=True, kw_only=True)
class ServerPod:
    """One version's pod.

    ``selector`` are labels that this version's pods alone have, ``settings_name`` is the config map of the server's
    settings, ``cache`` the URL of the model's cache, None where it has none.
    """

    server: ModelServerArgs
    version: VersionConfig
    service_account: pulumi.Input[str]
    settings_name: pulumi.Input[str]
    selector: Mapping[str, str]
    cache: str | None


def pod_spec(pod: ServerPod) -> core.PodSpecArgs:
    """The whole pod. It holds no credential of the cluster and none of the cloud but what its identity brings."""
    return core.PodSpecArgs(
        service_account_name=pod.service_account,
        automount_service_account_token=False,
        enable_service_links=False,
        security_context=restricted_pod(),
        priority_class_name=pod.server.runtime.priority_class,
        termination_grace_period_seconds=sizing.grace_seconds(pod.server.runtime.request_seconds),
        node_selector=pod.server.pool.labels,
        tolerations=[
            core.TolerationArgs(key=key, operator="Exists", effect="NoSchedule")
            for key in [*([GPU_TAINT_KEY] if pod.server.model.accelerators else []), *pod.server.pool.taints]
        ],
        topology_spread_constraints=pod_parts.spread(pod.selector),
        init_containers=[_fetch(pod)],
        containers=[_server(pod)],
        volumes=[
            pod_parts.disk("models", sizing.disk_gib(pod.version), pod.server.runtime.cluster.storage_class),
            pod_parts.scratch(),
            core.VolumeArgs(
                name="settings", config_map=core.ConfigMapVolumeSourceArgs(name=pod.settings_name, default_mode=0o444)
            ),
            *pod_parts.token_volumes(pod.server.identity),
        ],
    )


def _fetch(pod: ServerPod) -> core.ContainerArgs:
    model, version = pod.server.model, pod.version
    cached = (
        {"MODEL_CACHE": pod.cache, "CACHE_DEADLINE_SECONDS": str(sizing.cache_seconds(version))} if pod.cache else {}
    )
    variables: dict[str, pulumi.Input[str]] = {
        "MODEL_SOURCE": pulumi.Output.concat(
            "store:", pod.server.runtime.storage.models.path, f"/{model.name}/{version.version}"
        ),
        "MODEL_TARGET": f"{_MODELS}/{model.name}/{version.version}",
        # An empty digest makes the script refuse: a model that nobody has pinned is never served.
        "MODEL_DIGEST": version.digest or "",
        "FETCH_DEADLINE_SECONDS": str(sizing.fetch_seconds(version)),
        "BATCHING_DEFAULT": f"{_SETTINGS}/{config_files.BATCHING}",
        "BATCHING_TARGET": _BATCHING,
        **cached,
        **pod_parts.store_access(pod.server.runtime.storage.rclone, pod.server.identity),
    }
    return core.ContainerArgs(
        name="fetch-model",
        image=pod.server.runtime.fetch_image,
        command=["sh", f"{_SETTINGS}/{config_files.FETCH_SCRIPT}"],
        env=pod_parts.environment(variables),
        resources=pod_parts.resources(cpus=1, memory_gib=1, accelerators=0, disk_gib=_node_disk_gib(pod)),
        security_context=restricted_container(),
        # The script's one line becomes the pod's status, so that a refusal is seen without a log system.
        termination_message_policy="FallbackToLogsOnError",
        volume_mounts=[*_mounts(read_only=False), *pod_parts.token_mounts(pod.server.identity)],
    )


def _server(pod: ServerPod) -> core.ContainerArgs:
    model = pod.server.model
    status = f"/v1/models/{model.name}"
    # The status page answers 200 in every state, failed ones too (tensorflow/serving get_model_status_impl.cc), and a
    # probe sees only the code. The metadata page takes a handle of the version, which exists only while it is
    # AVAILABLE (get_model_metadata_impl.cc), and answers 404 otherwise.
    available = f"{status}/versions/{pod.version.version}/metadata"
    startup = sizing.startup_seconds(model, pod.version) // sizing.PROBE_SECONDS
    return core.ContainerArgs(
        name="server",
        image=pod.server.runtime.server_image(model),
        # Not the image's entry point: that is a shell, which would keep the signal to stop from the server.
        command=["/usr/bin/tensorflow_model_server"],
        args=_arguments(pod),
        env=[core.EnvVarArgs(name="HOME", value=pod_parts.SCRATCH)],
        ports=[
            core.ContainerPortArgs(name="rest", container_port=REST_PORT),
            core.ContainerPortArgs(name="grpc", container_port=GRPC_PORT),
        ],
        resources=pod_parts.resources(
            cpus=model.cpus,
            memory_gib=model.memory_gib,
            accelerators=model.accelerators,
            disk_gib=_node_disk_gib(pod),
        ),
        security_context=restricted_container(),
        startup_probe=pod_parts.http_probe(available, "rest", period=sizing.PROBE_SECONDS, failures=startup),
        readiness_probe=pod_parts.http_probe(available, "rest", period=sizing.PROBE_SECONDS, failures=3),
        # Any answer proves that the server lives; whether it may get traffic is readiness's question.
        liveness_probe=pod_parts.http_probe(status, "rest", period=10, failures=6),
        # The server has no way of its own to stop: it is killed with what it is answering. It goes on answering here.
        lifecycle=core.LifecycleArgs(
            pre_stop=core.LifecycleHandlerArgs(
                sleep=core.SleepActionArgs(seconds=sizing.drain_seconds(pod.server.runtime.request_seconds))
            )
        ),
        termination_message_policy="FallbackToLogsOnError",
        volume_mounts=_mounts(read_only=True),
    )


def _arguments(pod: ServerPod) -> list[str]:
    """Flags of TensorFlow Serving 2.19.1 (tensorflow_serving/model_servers/main.cc).

    Threads for requests are by default four for each CPU of the node; here they are four for each CPU of the pod, and
    enough to fill two batches, as the guide for batching has it. The profiler, which is on by default, would answer
    anyone who may ask for a prediction.
    """
    model = pod.server.model
    threads = max(4 * model.cpus, 2 * config_files.BATCH_SIZE)
    return [
        f"--port={GRPC_PORT}",
        f"--grpc_max_threads={threads}",
        f"--rest_api_port={REST_PORT}",
        f"--rest_api_num_threads={threads}",
        f"--rest_api_timeout_in_ms={pod.server.runtime.request_seconds * 1000}",
        f"--model_name={model.name}",
        f"--model_base_path={_MODELS}/{model.name}",
        # One look at the disk: only what was verified at the start is ever served.
        "--file_system_poll_wait_seconds=0",
        "--max_num_load_retries=0",
        # Requests in the model's assets.extra/tf_serving_warmup_requests are answered before it is ready.
        "--enable_model_warmup=true",
        "--enable_batching=true",
        f"--batching_parameters_file={_BATCHING}",
        f"--monitoring_config_file={_SETTINGS}/{config_files.MONITORING}",
        "--enable_profiler=false",
    ]


def _mounts(*, read_only: bool) -> list[core.VolumeMountArgs]:
    """The model, to be written or ``read_only``; a place to write; the settings."""
    return [
        core.VolumeMountArgs(name="models", mount_path=_MODELS, read_only=read_only or None),
        core.VolumeMountArgs(name="scratch", mount_path=pod_parts.SCRATCH),
        core.VolumeMountArgs(name="settings", mount_path=_SETTINGS, read_only=True),
    ]


def _node_disk_gib(pod: ServerPod) -> int:
    return pod_parts.node_disk_gib(sizing.disk_gib(pod.version), pod.server.runtime.cluster.storage_class)
