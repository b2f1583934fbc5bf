"""An exported model, verified and read back from its folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tensorflow as tf

from lepton_infra.delivery import manifest
from lepton_infra.errors import LeptonError


class ModelInvalid(LeptonError):
    """A folder holds no model that can be used, or not the one that was asked for."""


def verified(folder: Path, expected: str | None) -> str:
    """The digest (``sha256:<hex>``) of the folder's manifest, once every file has been held against it.

    Without ``expected`` the folder is held against its own manifest alone, which finds damage but no other export.

    Raises:
        ModelInvalid: if a file of the folder is not what its manifest says, or that is not ``expected``.
    """
    try:
        digest = expected or manifest.digest_of(folder)
        manifest.verify(folder, digest)
    except (OSError, manifest.ManifestError) as error:
        raise ModelInvalid(f"{folder} is not used: {error}") from None
    return digest


def signatures(folder: Path) -> Mapping[str, Any]:
    """The signatures of the SavedModel in ``folder``, each to be called with its inputs by name.

    Raises:
        ModelInvalid: if TensorFlow cannot read it.
    """
    try:
        found: Mapping[str, Any] = tf.saved_model.load(str(folder)).signatures
    except Exception as error:
        # TensorFlow raises whatever a damaged file leads it to, an IndexError for one of weights that is cut short.
        raise ModelInvalid(f"{folder} holds no SavedModel that can be read ({error}); export it again") from None
    return found
