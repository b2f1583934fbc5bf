"""Tags, labels and physical names, as pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping


def tags(*, stack: str, residency: str, extra: Mapping[str, str]) -> dict[str, str]:
    """The tags of every taggable resource of a region. The stack's own tags cannot override ours."""
    return {**extra, "lepton:stack": stack, "lepton:residency": residency, "lepton:managed-by": "pulumi"}


def labels(of: Mapping[str, str]) -> dict[str, str]:
    """Tags as Kubernetes labels: ``lepton:x`` becomes ``lepton.dev/x``, other characters become ``-``, 63 at most."""
    return {_label_key(key): _label_value(value) for key, value in of.items()}


def _label_key(key: str) -> str:
    prefix, _, rest = key.rpartition(":")
    name = re.sub(r"[^A-Za-z0-9_.-]", "-", rest)[:63]
    return f"{prefix}.dev/{name}" if prefix else name


def _label_value(value: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", "-", value)[:63].strip("-_.")
