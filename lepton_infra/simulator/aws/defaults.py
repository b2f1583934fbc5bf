"""What AWS fills in where a program says nothing, by resource type: the values that come back as outputs.

Sources: the default column of each API's request parameters, and the provider's own documentation where it differs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_BUCKET: Final[Mapping[str, Any]] = {
    "forceDestroy": False,
    "objectLockEnabled": False,
    "requestPayer": "BucketOwner",
    "accelerationStatus": "",
    "corsRules": [],
    "grants": [],
    "lifecycleRules": [],
    "policy": "",
    "serverSideEncryptionConfiguration": {
        "rule": {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}, "bucketKeyEnabled": False}
    },
    "versioning": {"enabled": False, "mfaDelete": False},
}

SERVICE_DEFAULTS: Final[Mapping[str, Mapping[str, Any]]] = {}
