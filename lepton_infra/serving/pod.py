"""The pod that serves one model, as pure builders: an init container fetches and verifies, then the server starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs

from lepton_infra.identity import TOKEN_FOLDER, TOKEN_PATH, IdentityOutputs
from lepton_infra.model_config import ModelConfig, VersionConfig
from lepton_infra.node_pool import GPU_TAINT_KEY
from lepton_infra.serving import config_files
from lepton_infra.serving.security import restricted_container, restricted_pod

REST_PORT = 8501
GRPC_PORT = 8500

FETCH_SECONDS = 900
"""How long a fetch may take, retries included: at 100 MB/s ten times what fits the disk below."""
STARTUP_SECONDS = 1200
"""How long a server may take to load and warm up its model before it counts as broken."""
DRAIN_SECONDS = 15
"""How long a stopping pod still answers: load balancers learn that it goes within this."""

MODEL_DISK_GIB = 10
_SCRATCH_DISK_GIB = 2
"""Bounds of what a pod keeps on its node's disk. A version of a model must fit the first."""

_MODELS = "/models"
_SETTINGS = "/etc/lepton"
_SCRATCH = "/tmp"

_TOKEN_SECONDS = 3600
"""How long a pod's token is good for; the kubelet renews it before that. A fetch takes less."""


@dataclass(frozen=True, kw_only=True)
class ServerPod:
    """What a model's pod is made of, besides the model's own configuration."""

    model: ModelConfig
    version: VersionConfig
    server_image: pulumi.Input[str]
    fetch_image: pulumi.Input[str]
    bucket_path: pulumi.Input[str]
    rclone: Mapping[str, str]
    settings_name: pulumi.Input[str]
    service_account: pulumi.Input[str]
    priority_class: pulumi.Input[str]
    identity: IdentityOutputs
    node_labels: Mapping[str, str]
    node_taints: Sequence[str]
    storage_class: str | None
    selector: Mapping[str, str]


def pod_spec(pod: ServerPod) -> core.PodSpecArgs:
    """The whole pod. It holds no credential of the cluster and none of the cloud but what its identity brings."""
    return core.PodSpecArgs(
        service_account_name=pod.service_account,
        automount_service_account_token=False,
        enable_service_links=False,
        security_context=restricted_pod(),
        priority_class_name=pod.priority_class,
        termination_grace_period_seconds=2 * DRAIN_SECONDS,
        node_selector=pod.node_labels,
        tolerations=[
            core.TolerationArgs(key=key, operator="Exists", effect="NoSchedule")
            for key in [*([GPU_TAINT_KEY] if pod.model.accelerators else []), *pod.node_taints]
        ],
        topology_spread_constraints=[
            _spread("topology.kubernetes.io/zone", pod.selector),
            _spread("kubernetes.io/hostname", pod.selector),
        ],
        init_containers=[_fetch(pod)],
        containers=[_server(pod)],
        volumes=[
            _disk("models", MODEL_DISK_GIB, pod.storage_class),
            _disk("scratch", _SCRATCH_DISK_GIB, None),
            core.VolumeArgs(
                name="settings", config_map=core.ConfigMapVolumeSourceArgs(name=pod.settings_name, default_mode=0o444)
            ),
            *_token(pod.identity),
        ],
    )


def _fetch(pod: ServerPod) -> core.ContainerArgs:
    model, version = pod.model, pod.version
    environment: dict[str, pulumi.Input[str]] = {
        **{f"RCLONE_CONFIG_STORE_{option.upper()}": value for option, value in sorted(pod.rclone.items())},
        "MODEL_SOURCE": pulumi.Output.concat("store:", pod.bucket_path, f"/{model.name}/{version.version}"),
        "MODEL_TARGET": f"{_MODELS}/{model.name}/{version.version}",
        # An empty digest makes the script refuse: a model that nobody has pinned is never served.
        "MODEL_DIGEST": version.digest or "",
        "FETCH_DEADLINE_SECONDS": str(FETCH_SECONDS),
        "HOME": _SCRATCH,
        **pod.identity.environment,
    }
    token = [core.VolumeMountArgs(name="token", mount_path=TOKEN_FOLDER, read_only=True)]
    return core.ContainerArgs(
        name="fetch-model",
        image=pod.fetch_image,
        command=["sh", f"{_SETTINGS}/{config_files.FETCH_SCRIPT}"],
        env=[core.EnvVarArgs(name=name, value=value) for name, value in environment.items()],
        resources=_resources(cpus=1, memory_gib=1, accelerators=0, disk_gib=_node_disk_gib(pod)),
        security_context=restricted_container(),
        # The script's one line becomes the pod's status, so that a refusal is seen without a log system.
        termination_message_policy="FallbackToLogsOnError",
        volume_mounts=[
            core.VolumeMountArgs(name="models", mount_path=_MODELS),
            core.VolumeMountArgs(name="scratch", mount_path=_SCRATCH),
            core.VolumeMountArgs(name="settings", mount_path=_SETTINGS, read_only=True),
            *(token if pod.identity.token_audience else []),
        ],
    )


def _server(pod: ServerPod) -> core.ContainerArgs:
    model = pod.model
    status = f"/v1/models/{model.name}"
    # The status page answers 200 in every state, failed ones too (tensorflow/serving get_model_status_impl.cc), and a
    # probe sees only the code. The metadata page takes a handle of the version, which exists only while it is
    # AVAILABLE (get_model_metadata_impl.cc), and answers 404 otherwise.
    available = f"{status}/versions/{pod.version.version}/metadata"
    return core.ContainerArgs(
        name="server",
        image=pod.server_image,
        # Not the image's entry point: that is a shell, which would keep the signal to stop from the server.
        command=["/usr/bin/tensorflow_model_server"],
        args=[
            f"--port={GRPC_PORT}",
            f"--rest_api_port={REST_PORT}",
            f"--model_name={model.name}",
            f"--model_base_path={_MODELS}/{model.name}",
            # One look at the disk: only what was verified at the start is ever served.
            "--file_system_poll_wait_seconds=0",
            "--max_num_load_retries=0",
            "--enable_batching=true",
            f"--batching_parameters_file={_SETTINGS}/{config_files.BATCHING}",
            f"--monitoring_config_file={_SETTINGS}/{config_files.MONITORING}",
        ],
        env=[core.EnvVarArgs(name="HOME", value=_SCRATCH)],
        ports=[
            core.ContainerPortArgs(name="rest", container_port=REST_PORT),
            core.ContainerPortArgs(name="grpc", container_port=GRPC_PORT),
        ],
        resources=_resources(
            cpus=model.cpus,
            memory_gib=model.memory_gib,
            accelerators=model.accelerators,
            disk_gib=_node_disk_gib(pod),
        ),
        security_context=restricted_container(),
        startup_probe=_probe(available, period=5, failures=STARTUP_SECONDS // 5),
        readiness_probe=_probe(available, period=5, failures=3),
        # Any answer proves that the server lives; whether it may get traffic is readiness's question.
        liveness_probe=_probe(status, period=10, failures=6),
        lifecycle=core.LifecycleArgs(
            pre_stop=core.LifecycleHandlerArgs(sleep=core.SleepActionArgs(seconds=DRAIN_SECONDS))
        ),
        termination_message_policy="FallbackToLogsOnError",
        volume_mounts=[
            core.VolumeMountArgs(name="models", mount_path=_MODELS, read_only=True),
            core.VolumeMountArgs(name="scratch", mount_path=_SCRATCH),
            core.VolumeMountArgs(name="settings", mount_path=_SETTINGS, read_only=True),
        ],
    )


def _disk(name: str, gib: int, storage_class: str | None) -> core.VolumeArgs:
    """A disk that lives and dies with the pod: the node's own, or a volume of ``storage_class``."""
    if storage_class is None:
        return core.VolumeArgs(name=name, empty_dir=core.EmptyDirVolumeSourceArgs(size_limit=f"{gib}Gi"))
    claim = core.PersistentVolumeClaimSpecArgs(
        access_modes=["ReadWriteOnce"],
        storage_class_name=storage_class,
        resources=core.VolumeResourceRequirementsArgs(requests={"storage": f"{gib}Gi"}),
    )
    template = core.PersistentVolumeClaimTemplateArgs(spec=claim)
    return core.VolumeArgs(name=name, ephemeral=core.EphemeralVolumeSourceArgs(volume_claim_template=template))


def _node_disk_gib(pod: ServerPod) -> int:
    """What a pod keeps on its node's own disk, in GiB."""
    return _SCRATCH_DISK_GIB + (MODEL_DISK_GIB if pod.storage_class is None else 0)


def _token(identity: IdentityOutputs) -> list[core.VolumeArgs]:
    """The pod's own token for those who check it, where the identity is made of one. It is no token for the API."""
    if identity.token_audience is None:
        return []
    source = core.VolumeProjectionArgs(
        service_account_token=core.ServiceAccountTokenProjectionArgs(
            audience=identity.token_audience,
            expiration_seconds=_TOKEN_SECONDS,
            path=TOKEN_PATH.removeprefix(f"{TOKEN_FOLDER}/"),
        )
    )
    return [core.VolumeArgs(name="token", projected=core.ProjectedVolumeSourceArgs(sources=[source]))]


def _probe(path: str, *, period: int, failures: int) -> core.ProbeArgs:
    return core.ProbeArgs(
        http_get=core.HTTPGetActionArgs(path=path, port="rest"),
        period_seconds=period,
        timeout_seconds=5,
        failure_threshold=failures,
    )


def _resources(*, cpus: int, memory_gib: int, accelerators: int, disk_gib: int) -> core.ResourceRequirementsArgs:
    """Limits that equal requests: the pod gets the Guaranteed class and is the last that a node evicts."""
    amounts = {
        "cpu": str(cpus),
        "memory": f"{memory_gib}Gi",
        "ephemeral-storage": f"{disk_gib}Gi",
    }
    if accelerators:
        amounts[GPU_TAINT_KEY] = str(accelerators)
    return core.ResourceRequirementsArgs(requests=amounts, limits=amounts)


def _spread(key: str, selector: Mapping[str, str]) -> core.TopologySpreadConstraintArgs:
    """Spread where there is a choice. GPUs are often to be had in one zone only, so it is a wish, not a condition."""
    return core.TopologySpreadConstraintArgs(
        max_skew=1,
        topology_key=key,
        when_unsatisfiable="ScheduleAnyway",
        label_selector=LabelSelectorArgs(match_labels=selector),
        match_label_keys=["pod-template-hash"],
    )
