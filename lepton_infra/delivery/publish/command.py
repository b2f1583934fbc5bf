"""``lepton publish``: bring the models that a stack pins into its region's bucket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lepton_infra import lock
from lepton_infra import project as projects
from lepton_infra.console import Say, name_of, read_json
from lepton_infra.delivery.publish import EXPORTS, Destination, Published, Version, pinned, told
from lepton_infra.delivery.publish import publish as bring
from lepton_infra.delivery.publish.bucket import ModelsBucket, models_bucket
from lepton_infra.delivery.publish.remote import RcloneBucket
from lepton_infra.engine import recovery
from lepton_infra.errors import LeptonError
from lepton_infra.project import Project
from lepton_infra.simulator.folder import Folder
from lepton_infra.stack import file


def publish(stack: str, *, exports: Path | None, state: str | None, say: Say) -> None:
    """Publish every version that has a digest, and say of each what became of it.

    Without ``state`` (output of ``pulumi stack export``; ``-`` for standard input) it is the stack on the embedded
    clouds, and its bucket there.

    Raises:
        LeptonError: if there is nothing to publish or nowhere to; nothing has been copied then. Or if a copy fails, or
            a file or folder cannot be read or written.
    """
    project = projects.find(Path.cwd())
    region = file.read(project.stack_file(stack))
    versions = pinned(region)
    if not versions:
        raise LeptonError(f"no version of a model in {stack} has a digest; export one and pin it: lepton pin-model")
    bucket = models_bucket(_deployment(project, stack, state), stack)
    with _destination(project, bucket, embedded=state is None) as destination:
        for published in _brought(versions, exports or project.root / EXPORTS, destination):
            say(f"{stack}: {told(published, bucket)} as {published.version.digest}")
    for key in region.unpinned():
        say(f"{stack}: {key} has no digest, so it is not published; export it and pin it: lepton pin-model")


def _brought(versions: Sequence[Version], exports: Path, destination: Destination) -> Iterator[Published]:
    try:
        yield from bring(versions, exports, destination)
    except OSError as error:
        raise LeptonError(
            f"a model cannot be published: {error}. What was not finished is not published, and no pod takes it; mend "
            "that and publish again."
        ) from error


def _deployment(project: Project, stack: str, state: str | None) -> Mapping[str, Any]:
    if state is not None:
        content = read_json(state)
        deployment = content.get("deployment") if isinstance(content, Mapping) else None
        if not isinstance(deployment, Mapping):
            raise LeptonError(f"{name_of(state)} is no exported state; pulumi stack export -s {stack} writes one.")
        return deployment
    deployment = recovery.read_checkpoint(Folder(path=project.root / ".lepton" / "sim").checkpoint(project, stack))
    if not deployment.get("resources"):
        raise LeptonError(
            f"{stack} is not up on the embedded clouds: lepton sim -- pulumi up -s {stack}. "
            "Or give the state of a real one: pulumi stack export | lepton publish --state - …"
        )
    return deployment


@contextmanager
def _destination(project: Project, bucket: ModelsBucket, *, embedded: bool) -> Iterator[Destination]:
    if not embedded:
        yield RcloneBucket(bucket, lock.locked(project.root).images["rclone"].tag)
        return
    # Only here, for the embedded clouds come as an extra.
    from lepton_infra.delivery.publish.embedded import opened

    with opened(Folder.of(project), bucket) as folder:
        yield folder
