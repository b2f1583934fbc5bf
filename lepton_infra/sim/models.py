"""The models of a region that is up on the embedded clouds: published there, and fetched as its pods fetch them.

No pod runs there, so the init container's own script is run here, with the environment that the region's Deployment
gives it. Only what is the pod's place is exchanged: its disk is a temporary folder, its remote the bucket's folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from lepton_infra import model_manifest
from lepton_infra.publishing import Version, publish, told
from lepton_infra.publishing.bucket import ModelsBucket, models_bucket
from lepton_infra.publishing.embedded import FolderBucket, NotSimulated, opened
from lepton_infra.publishing.remote import remote
from lepton_infra.refusal import Refused
from lepton_infra.serving import config_files
from lepton_infra.sim.folder import Folder

_DEPLOYMENT = "kubernetes:apps/v1:Deployment"
_CONTAINER = "fetch-model"


def serve(
    folder: Folder, stack: str, deployment: Mapping[str, Any], versions: Sequence[Version], exports: Path
) -> tuple[list[str], str | None]:
    """Publish the versions that there are exports of, and fetch each: a line for each, and what went wrong.

    Raises:
        Refused: if the state has no models bucket.
    """
    bucket = models_bucket(deployment, stack)
    here = [version for version in versions if (exports / version.path).is_dir()]
    lines = [
        f"{version}: pinned as {version.digest}, not published, for there is no export in {exports / version.path}"
        for version in versions
        if version not in here
    ]
    if not here:
        return lines, None
    try:
        with opened(folder, bucket) as destination:
            for published in publish(here, exports, destination):
                how = _fetched(deployment, published.version, bucket, destination)
                lines.append(f"{told(published, bucket)}, verified as {published.version.digest} by {how}")
    except NotSimulated as refused:
        return [*lines, str(refused)], None
    except (Refused, OSError) as error:
        return lines, str(error)
    return lines, None


def _fetched(deployment: Mapping[str, Any], version: Version, bucket: ModelsBucket, store: FolderBucket) -> str:
    """Fetch a version and say by what it was verified: without rclone only by its manifest."""
    if shutil.which("rclone") is None:
        try:
            model_manifest.verify(store.root / version.path, version.digest)
        except model_manifest.ManifestError as error:
            raise Refused(f"{version}: {error}") from error
        return "its manifest (no rclone here, so its pods' own script was not run)"
    with TemporaryDirectory(prefix="lepton-") as home:
        environment = _of_pod(deployment, version, bucket) | _place(Path(home), version, bucket, store)
        with resources.as_file(resources.files("lepton_infra.serving") / config_files.FETCH_SCRIPT) as script:
            done = subprocess.run(["sh", str(script)], env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refused(f"{version}: its pods would not start ({done.returncode}): {done.stderr.strip()}")
    return "its pods' own script"


def _of_pod(deployment: Mapping[str, Any], version: Version, bucket: ModelsBucket) -> dict[str, str]:
    """What the init container of the version's Deployment finds in its environment."""
    source = f"store:{bucket.path}/{version.path}"
    for resource in deployment.get("resources") or []:
        if resource["type"] != _DEPLOYMENT or resource.get("delete"):
            continue
        for container in resource["inputs"]["spec"]["template"]["spec"].get("initContainers") or []:
            given = {entry["name"]: entry.get("value", "") for entry in container.get("env") or []}
            if container["name"] == _CONTAINER and given.get("MODEL_SOURCE") == source:
                return given
    raise Refused(f"{version}: no Deployment of the region fetches {source}; run pulumi up again.")


def _place(home: Path, version: Version, bucket: ModelsBucket, store: FolderBucket) -> dict[str, str]:
    """What is not as in the pod. The bucket keeps its name: the remote is the folder that has it."""
    default = home / config_files.BATCHING
    default.write_text(config_files.files(cpus=1)[config_files.BATCHING], encoding="utf-8")
    above = store.root.parents[len(PurePosixPath(bucket.path).parts) - 1]
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "MODEL_TARGET": str(home / "models" / version.path),
        "BATCHING_DEFAULT": str(default),
        "BATCHING_TARGET": str(home / "models" / config_files.BATCHING),
        "MODEL_CACHE": "",
        **remote({"type": "alias", "remote": str(above)}),
    }
