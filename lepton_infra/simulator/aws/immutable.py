"""Properties that AWS cannot change on a living resource: a change makes a new one.

Source: "Forces new resource" in the pulumi_aws documentation of each type, and ``ForceNew`` in the provider's schemas
where the documentation is silent. Replacements that depend on the values themselves (a cluster that *loses* its
``encryptionConfig``) cannot be told by property and are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


def _paths(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BUCKET: Final = _paths("bucket bucketPrefix bucketNamespace objectLockEnabled")
_NAME: Final = "name namePrefix"

IMMUTABLE: Final[Mapping[str, frozenset[str]]] = {
    "*": _paths("region"),
}
