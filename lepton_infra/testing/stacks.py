"""The graph of a stack: what its file leads to."""

from __future__ import annotations

from lepton_infra import clouds, lock
from lepton_infra.project import Project
from lepton_infra.region import Region, RegionArgs
from lepton_infra.stack import file as stack_file
from lepton_infra.testing.graph import Graph
from lepton_infra.testing.program import declared


def stack_graph(project: Project, stack: str, *, preview: bool = False) -> Graph:
    """Graph that ``pulumi up`` of this stack would declare, on the embedded clouds.

    As under ``lepton sim``, a digest that has not been read yet is no error here.

    Raises:
        LeptonError: if there is no such stack, its file is wrong or the lock file is.
        Rejected: if an embedded cloud refuses what the file leads to.
    """
    file = stack_file.open_file(project.stack_file(stack))
    config = file.region
    args = RegionArgs(config=config, cloud=clouds.load(config.cloud.name), pins=lock.locked(project.root))
    return declared(
        lambda: Region(config.name, args),
        project=project.name,
        stack=stack,
        config=file.document.value["config"],
        preview=preview,
    )
