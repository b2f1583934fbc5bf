"""The lock file: images, charts and node images with version, digest and the place where each was read.

Nothing here is ever made up. A digest that has not been read yet is null, and a real ``pulumi up`` refuses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import ValidationError

from lepton_infra.errors import LeptonError
from lepton_infra.fields import Strict, text

LOCK_FILE = "lepton.lock.yaml"

SIMULATED = "LEPTON_SIMULATED"
"""Set to 1 in the environment of a simulated run: what has no digest yet is then a warning instead of an error."""

Digest = Annotated[str, text(r"^sha256:[0-9a-f]{64}$", "sha256: and 64 hexadecimal digits")]


class ImagePin(Strict):
    """A container image: where upstream publishes it, its tag, and the digest that was read there."""

    source: str
    tag: str
    digest: Digest | None = None
    read_from: str
    read_on: str


class ChartPin(Strict):
    """A Helm chart: repository URL, name, version, and the digest from the repository's index."""

    repository: str
    chart: str
    version: str
    digest: Digest | None = None
    read_from: str
    read_on: str


class NodeImagePin(Strict):
    """A node image release of a cloud, by that cloud's own name for it.

    ``read_with`` is the command that asks the cloud for its present release; it takes an account there.
    """

    release: str
    read_with: str | None = None
    read_from: str
    read_on: str


class Pins(Strict):
    """The lock file as a record. Keys are ours (``tensorflow-serving``), values what they stand for."""

    images: Mapping[str, ImagePin]
    charts: Mapping[str, ChartPin]
    node_images: Mapping[str, NodeImagePin]

    def unpinned(self) -> list[str]:
        """The keys that have no digest yet, as ``images.<key>`` or ``charts.<key>``."""
        images = [f"images.{key}" for key, pin in self.images.items() if pin.digest is None]
        return images + [f"charts.{key}" for key, pin in self.charts.items() if pin.digest is None]


def read(path: Path) -> Pins:
    """Parse the lock file.

    Raises:
        OSError: if it cannot be read.
        pydantic.ValidationError: if it is not a lock file.
    """
    return Pins.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def locked(folder: Path) -> Pins:
    """The lock file of a project's folder.

    Raises:
        LeptonError: if it is missing or is no lock file.
    """
    path = folder / LOCK_FILE
    try:
        return read(path)
    except FileNotFoundError as error:
        raise LeptonError(f"{path} does not exist; it belongs in the repository, beside Pulumi.yaml.") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LeptonError(f"{path} cannot be read: {error}") from error
    except ValidationError as error:
        wrong = [f"{path}: {'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        raise LeptonError("\n".join(wrong)) from error
