"""The models of a region that is up on the embedded clouds: published there, and fetched as its pods fetch them.

No pod runs there, so the init container's own script is run here: out of the region's ConfigMap, with the environment
of its Deployment. Only what is the pod's place is exchanged: its disk is a temporary folder, its remote the bucket's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from lepton_infra.delivery import manifest
from lepton_infra.delivery.publish import Version, missing, publish, told
from lepton_infra.delivery.publish.bucket import ModelsBucket, models_bucket
from lepton_infra.delivery.publish.embedded import FolderBucket, NotSimulated, opened
from lepton_infra.delivery.publish.remote import remote
from lepton_infra.errors import LeptonError
from lepton_infra.simulator.folder import Folder

_REMOTE = "RCLONE_CONFIG_STORE_"


def serve(
    folder: Folder, stack: str, deployment: Mapping[str, Any], versions: Sequence[Version], exports: Path
) -> tuple[list[str], str | None]:
    """Publish the versions that have an export, and fetch these and all that were published before.

    Returns a line for each version, and what went wrong.

    Raises:
        LeptonError: if the state has no models bucket.
    """
    bucket = models_bucket(deployment, stack)
    lines: list[str] = []
    if not versions:
        return lines, None
    try:
        with opened(folder, bucket) as destination:
            absent = missing(versions, exports, destination)
            lines += [
                f"{each}: pinned as {each.digest}, not published, for there is no export in {exports / each.path}"
                for each in absent
            ]
            for published in publish([each for each in versions if each not in absent], exports, destination):
                how = _fetched(deployment, published.version, bucket, destination)
                lines.append(f"{told(published, bucket)}, verified as {published.version.digest} by {how}")
    except NotSimulated as refused:
        return [*lines, str(refused)], None
    except (LeptonError, OSError) as error:
        return lines, str(error)
    return lines, None


def _fetched(deployment: Mapping[str, Any], version: Version, bucket: ModelsBucket, store: FolderBucket) -> str:
    """Fetch a version and say by what it was verified: without rclone only by its manifest."""
    if shutil.which("rclone") is None:
        try:
            manifest.verify(store.root / version.path, version.digest)
        except manifest.ManifestError as error:
            raise LeptonError(f"{version}: {error}") from error
        return "its manifest (no rclone here, so its pods' own script was not run)"
    pod, container = _of_pod(deployment, version, bucket)
    with TemporaryDirectory(prefix="lepton-") as home:
        settings = _settings(deployment, pod, Path(home))
        given = {entry["name"]: entry.get("value", "") for entry in container["env"]}
        environment = {
            **{name: value for name, value in given.items() if not name.startswith(_REMOTE)},
            **_place(Path(home), settings / Path(given["BATCHING_DEFAULT"]).name, version, bucket, store),
        }
        script = settings / Path(container["command"][-1]).name
        # What it prints may quote a file of the model, whatever that holds.
        done = subprocess.run(
            ["sh", str(script)],
            env=environment,
            capture_output=True,
            text=True,
            errors="backslashreplace",
            check=False,
        )
    if done.returncode != 0:
        raise LeptonError(f"{version}: its pods would not start ({done.returncode}): {done.stderr.strip()}")
    return "its pods' own script"


def _of_pod(deployment: Mapping[str, Any], version: Version, bucket: ModelsBucket) -> tuple[Any, Any]:
    """The pod of the Deployment that serves the version, and its container that fetches."""
    source = {"name": "MODEL_SOURCE", "value": f"store:{bucket.path}/{version.path}"}
    for declared in _inputs(deployment, "kubernetes:apps/v1:Deployment"):
        pod = declared["spec"]["template"]["spec"]
        for container in pod.get("initContainers") or []:
            if source in (container.get("env") or []):
                return pod, container
    raise LeptonError(f"{version}: no Deployment of the region fetches {source['value']}; run pulumi up again.")


def _settings(deployment: Mapping[str, Any], pod: Any, home: Path) -> Path:
    """A folder with the files that the pod is configured by, the script among them."""
    folder = home / "settings"
    folder.mkdir()
    mounted = {volume["configMap"]["name"] for volume in pod["volumes"] if "configMap" in volume}
    for declared in _inputs(deployment, "kubernetes:core/v1:ConfigMap"):
        if declared["metadata"]["name"] in mounted:
            for name, content in declared["data"].items():
                (folder / name).write_text(content, encoding="utf-8")
    return folder


def _inputs(deployment: Mapping[str, Any], kind: str) -> Iterator[Any]:
    return (
        resource["inputs"]
        for resource in deployment.get("resources") or []
        if resource["type"] == kind and not resource.get("delete")
    )


def _place(home: Path, batching: Path, version: Version, bucket: ModelsBucket, store: FolderBucket) -> dict[str, str]:
    """What is not as in the pod. The bucket keeps its name: the remote is the folder that has it."""
    above = store.root.parents[len(PurePosixPath(bucket.path).parts) - 1]
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "MODEL_TARGET": str(home / "models" / version.path),
        "BATCHING_DEFAULT": str(batching),
        "BATCHING_TARGET": str(home / "models" / "batching"),
        "MODEL_CACHE": "",
        **remote({"type": "alias", "remote": str(above)}),
    }
