"""Inputs whose live value differs from the declared one (drift)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def drifted(inputs: Any, live: Any, wanted: Any) -> Any:
    """The inputs as they are now.

    ``wanted`` is what the API server would make of the inputs, so that what it only writes differently (``1024Mi`` as
    ``1Gi``) is no difference. Fields that the program does not give are not looked at; one that is gone is left out.
    """
    if live == wanted:
        return inputs
    if not isinstance(inputs, Mapping) or not isinstance(live, Mapping) or not isinstance(wanted, Mapping):
        return _in_step(inputs, live, wanted)
    return {
        key: drifted(value, live.get(key), wanted.get(key))
        for key, value in inputs.items()
        if key in live or key not in wanted
    }


def _in_step(inputs: Any, live: Any, wanted: Any) -> Any:
    """Lists item by item where all three have as many; else the live value as a whole."""
    lists = [value for value in (inputs, live, wanted) if isinstance(value, list)]
    if len(lists) == 3 and len({len(value) for value in lists}) == 1:
        return [drifted(*items) for items in zip(inputs, live, wanted, strict=True)]
    return live
