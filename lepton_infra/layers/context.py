"""Context: tags, protection, key rotation, log retention and pins that every layer of a region obeys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lepton_infra.layers import naming
from lepton_infra.lock import Pins


@dataclass(frozen=True, kw_only=True)
class Context:
    """Values of the whole region, carried by each component and read as ``parent.context``.

    ``region`` is the stack's name. ``tags`` go on every taggable resource. ``protect`` is off only in teardown.
    ``key_rotation_days`` is the rotation period of customer-managed keys, ``log_days`` the retention of logs, within
    what the law of the place allows. ``pins`` is the lock file.
    """

    region: str
    tags: Mapping[str, str]
    protect: bool
    key_rotation_days: int
    log_days: int
    pins: Pins

    @property
    def labels(self) -> Mapping[str, str]:
        """The tags as labels of Kubernetes objects."""
        return naming.labels(self.tags)
