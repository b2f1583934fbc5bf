"""Machine types, from a cloud's ``machines.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

import yaml

from lepton_infra.simulator.behaviour import CloudError

FILE = "machines.yaml"


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A machine type: vCPUs, memory, the GPUs that it has by itself. ``pods`` is how many its network cards can address
    where that is a bound, else 0. ``source`` is where that was read."""

    cpus: int
    memory_gib: float
    gpus: int
    source: str
    pods: int = 0


@cache
def machines(package: str) -> Mapping[str, Machine]:
    """The machine types of a cloud, by the package of its simulator."""
    text = (resources.files(package) / FILE).read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    sources = content["sources"]
    return MappingProxyType(
        {name: Machine(**{**facts, "source": sources[facts["source"]]}) for name, facts in content["machines"].items()}
    )


def machine(package: str, name: str) -> Machine:
    """One machine type.

    Raises:
        CloudError: if the file does not have it.
    """
    known = machines(package)
    if name not in known:
        raise CloudError(
            "UnknownMachine",
            f"the embedded cloud does not know how large a {name} is; add it to {package.replace('.', '/')}/{FILE} "
            "with its vCPUs, memory, GPUs and where that was read",
        )
    return known[name]
