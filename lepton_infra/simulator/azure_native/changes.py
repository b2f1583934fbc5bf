"""Properties whose change makes a new resource, and those that Azure refuses to change.

What replaces: every part of a resource's id and its location, and the provider's own table of more. All else the
provider sends as a change, and Azure's services refuse some of that; only another name or ``replace_on_changes`` helps
then, so the simulated cloud refuses it as they do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.azure_native.catalogue import TYPES
from lepton_infra.simulator.azure_native.identifiers import Below, ResourcePath
from lepton_infra.simulator.behaviour import Call, CloudError
from lepton_infra.simulator.core.paths import at


def _of_id(path: ResourcePath | None) -> frozenset[str]:
    if path is None:
        return frozenset()
    return frozenset([*path.names, *([path.scope] if path.below is Below.SCOPE else [])])


IMMUTABLE: Final[Mapping[str, frozenset[str]]] = {
    **TYPES.immutable("location", "resourceGroupName"),
    **{type.token: type.immutable | _of_id(type.path) for type in TYPES},
}


def require_changeable(call: Call) -> None:
    """Refuse a change that Azure refuses.

    Raises:
        CloudError: with Azure's own code and the remedy.
    """
    fixed = TYPES[call.type].fixed
    if call.old is None or fixed is None:
        return
    before, after = call.old.inputs, call.inputs
    changed = sorted([*_changed(fixed.paths, before, after), *_switched_on(fixed.later, before, after)])
    if changed:
        raise CloudError(
            fixed.code,
            f"Changing {', '.join(changed)} of {call.old.id} is not allowed. Make a new resource under another name, "
            "or add replace_on_changes and delete_before_replace to this one",
        )


def _switched_on(paths: frozenset[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for path in paths:
        if at(after, path) and not at(before, path):
            yield f"{path} from False to True"


def _changed(paths: frozenset[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for path in paths:
        old, new = at(before, path), at(after, path)
        if old != new and old is not None:
            yield f"{path} from {old!r} to {new!r}"
