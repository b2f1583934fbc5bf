"""What a run of us-east leaves in its state, as far as publishing reads it."""

from __future__ import annotations

from typing import Any

from lepton_infra.delivery.publish import Version
from lepton_infra.platform.serving import config_files

BUCKET = "us-east-storage-models-111122223333"
_REGION = "urn:pulumi:us-east::lepton::lepton:index:Region"


def state(stack: str = "us-east") -> dict[str, Any]:
    """The storage layer."""
    outputs = {"models": {"uri": f"s3://{BUCKET}", "path": BUCKET}, "rclone": {"type": "s3", "provider": "AWS"}}
    urn = f"{_REGION}$lepton:aws:Storage::us-east-storage".replace("us-east", stack, 1)
    return {"resources": [{"urn": urn, "type": "lepton:aws:Storage", "custom": False, "outputs": outputs}]}


def served(version: Version) -> dict[str, Any]:
    """The same with the Deployment of a version and the ConfigMap of its pods."""
    environment = {
        "MODEL_SOURCE": f"store:{BUCKET}/{version.path}",
        "MODEL_TARGET": f"/models/{version.path}",
        "MODEL_DIGEST": version.digest,
        "FETCH_DEADLINE_SECONDS": "60",
        "BATCHING_DEFAULT": f"/etc/lepton/{config_files.BATCHING}",
        "BATCHING_TARGET": f"/models/{config_files.BATCHING}",
        "RCLONE_CONFIG_STORE_TYPE": "s3",
        "RCLONE_CONFIG_STORE_PROVIDER": "AWS",
    }
    fetch = {
        "name": "fetch-model",
        "command": ["sh", f"/etc/lepton/{config_files.FETCH_SCRIPT}"],
        "env": [{"name": name, "value": value} for name, value in environment.items()],
    }
    volumes = [{"name": "models", "emptyDir": {}}, {"name": "settings", "configMap": {"name": "cifar10-v1-settings"}}]
    pod = {"initContainers": [fetch], "containers": [], "volumes": volumes}
    return {
        "resources": [
            *state()["resources"],
            _in_cluster("apps/v1:Deployment", {"spec": {"template": {"spec": pod}}}),
            _in_cluster("core/v1:ConfigMap", {"metadata": {"name": "another"}, "data": {"x": "y"}}),
            _in_cluster(
                "core/v1:ConfigMap",
                {"metadata": {"name": "cifar10-v1-settings"}, "data": config_files.files(cpus=2)},
            ),
        ]
    }


def _in_cluster(kind: str, inputs: dict[str, Any]) -> dict[str, Any]:
    urn = f"{_REGION}$kubernetes:{kind}::us-east-serving-cifar10-v1"
    return {"urn": urn, "type": f"kubernetes:{kind}", "custom": True, "inputs": inputs}
