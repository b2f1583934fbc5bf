"""What a run of us-east leaves in its state, as far as publishing reads it."""

from __future__ import annotations

from typing import Any

from lepton_infra.publishing import Version

BUCKET = "us-east-storage-models-111122223333"
_REGION = "urn:pulumi:us-east::lepton::lepton:index:Region"


def state(stack: str = "us-east") -> dict[str, Any]:
    """The storage layer."""
    outputs = {"models": {"uri": f"s3://{BUCKET}", "path": BUCKET}, "rclone": {"type": "s3", "provider": "AWS"}}
    urn = f"{_REGION}$lepton:aws:Storage::us-east-storage".replace("us-east", stack, 1)
    return {"resources": [{"urn": urn, "type": "lepton:aws:Storage", "custom": False, "outputs": outputs}]}


def served(version: Version) -> dict[str, Any]:
    """The same with the Deployment of a version."""
    environment = {
        "MODEL_SOURCE": f"store:{BUCKET}/{version.path}",
        "MODEL_TARGET": f"/models/{version.path}",
        "MODEL_DIGEST": version.digest,
        "FETCH_DEADLINE_SECONDS": "60",
        "RCLONE_CONFIG_STORE_TYPE": "s3",
        "RCLONE_CONFIG_STORE_PROVIDER": "AWS",
    }
    env = [{"name": name, "value": value} for name, value in environment.items()]
    pod = {"initContainers": [{"name": "fetch-model", "env": env}], "containers": []}
    deployment = {
        "urn": f"{_REGION}$kubernetes:apps/v1:Deployment::us-east-serving-cifar10-v1-deployment",
        "type": "kubernetes:apps/v1:Deployment",
        "custom": True,
        "inputs": {"spec": {"template": {"spec": pod}}},
    }
    return {"resources": [*state()["resources"], deployment]}
