"""The models bucket of a region, read from the state of its stack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lepton_infra.errors import LeptonError

_LAYER = ":Storage"


@dataclass(frozen=True, kw_only=True)
class ModelsBucket:
    """The models bucket of a region, as its storage layer published it: see ``storage.BucketOutputs``.

    ``rclone`` are the options of the remote ``store`` that pods use, without any credential.
    """

    uri: str
    path: str
    rclone: Mapping[str, str]


def models_bucket(deployment: Mapping[str, Any], stack: str) -> ModelsBucket:
    """The bucket of a deployed stack, known as soon as the storage layer is created.

    Raises:
        LeptonError: if the state is another stack's, or has no storage layer yet.
    """
    for resource in deployment.get("resources") or []:
        if resource.get("delete") or resource.get("custom"):
            continue
        _require_of(resource["urn"], stack)
        outputs = resource.get("outputs") or {}
        if resource["type"].startswith("lepton:") and resource["type"].endswith(_LAYER) and "models" in outputs:
            models = outputs["models"]
            return ModelsBucket(uri=models["uri"], path=models["path"], rclone=outputs["rclone"])
    raise LeptonError(f"the state of {stack} has no models bucket; bring the stack up first: pulumi up -s {stack}")


def _require_of(urn: str, stack: str) -> None:
    found = urn.removeprefix("urn:pulumi:").partition("::")[0]
    if found != stack:
        raise LeptonError(f"the state is of the stack {found!r}, not of {stack!r}; export the right one.")
