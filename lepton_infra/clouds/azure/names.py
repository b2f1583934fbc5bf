"""Physical names on Azure: globally unique ones, and ones with a short maximum length.

Names are made from what never changes (the logical name and the subscription), so that a lost response cannot make a
second object. Bounds are those of "Naming rules and restrictions for Azure resources" (Azure Resource Manager).
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Mapping

_DIGEST = 8
_STORAGE_ACCOUNT = 24
_VAULT = 24
_REGISTRY = 50


def storage_account(logical: str, subscription: str) -> str:
    """Name of a storage account: 3 to 24 lowercase letters and digits, globally unique.

    For example ``euweststoragemod1f2e3d4c``.
    """
    return _letters(logical)[: _STORAGE_ACCOUNT - _DIGEST] + _digest(f"{subscription}/{logical}")


def vault(logical: str, subscription: str, generation: int) -> str:
    """Name of a key vault: 3 to 24 letters, digits and single hyphens, globally unique.

    A deleted vault keeps its name for 90 days, so ``generation`` counts up where one is made again before that.
    """
    words = re.sub("-+", "-", logical)[: _VAULT - _DIGEST - 1].strip("-")
    return f"{words}-{_digest(f'{subscription}/{logical}/{generation}')}"


def registry(logical: str, subscription: str) -> str:
    """Name of a container registry: 5 to 50 letters and digits, globally unique."""
    return _letters(logical)[: _REGISTRY - _DIGEST] + _digest(f"{subscription}/{logical}")


def role_assignment(logical: str, subscription: str) -> str:
    """Name of a role assignment: a UUID, always the same for the same logical name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{subscription}/{logical}"))


def agent_pool(pool: str, index: int, immutable: Mapping[str, object]) -> str:
    """Name of the agent pool for the ``index``-th entry of a pool's capacity order: 12 lowercase letters and digits.

    Two letters of the pool, the index in the order, and a hash of the whole name and of the properties that AKS cannot
    change in place, so that such a change makes the new pool before the old one goes (R4), under a name that is free.
    """
    stable = json.dumps({"pool": pool, **immutable}, sort_keys=True)
    return f"{_letters(pool)[:2]}c{index}{_digest(stable)}"


def _letters(text: str) -> str:
    return re.sub("[^a-z0-9]", "", text.lower())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST]
