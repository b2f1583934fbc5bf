"""Component: the base class of every layer, a Pulumi component that carries a Context and publishes a frozen record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import pulumi

from lepton_infra.layers.context import Context

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

OutT = TypeVar("OutT", bound="DataclassInstance")


class Component(pulumi.ComponentResource, Generic[OutT]):
    """A component resource whose surface is ``outputs``, and ``context`` for the builders of its children.

    ``kind`` is a literal type token, ``lepton:<cloud>:<Layer>``; it is part of every child's URN in the state and must
    never be computed from a class name. The caller's ``opts`` end here: children get :meth:`child`.
    """

    outputs: OutT

    def __init__(self, kind: str, name: str, context: Context, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(kind, name, {}, opts)
        self.context = context

    def child(self, **options: Any) -> pulumi.ResourceOptions:
        """Options for a child of this component; ``options`` are those of ``pulumi.ResourceOptions``."""
        return pulumi.ResourceOptions(parent=self, **options)

    def publish(self, outputs: OutT) -> None:
        """Set and register the outputs. Called once, as the last line of a constructor."""
        self.outputs = outputs
        self.register_outputs(plain(outputs))


def plain(value: Any) -> Any:
    """Records as mappings, all the way down, which is what the engine can write into the state."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return value
