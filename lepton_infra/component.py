"""The one base class: a Pulumi component that publishes a frozen record."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import pulumi

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

OutT = TypeVar("OutT", bound="DataclassInstance")


class Component(pulumi.ComponentResource, Generic[OutT]):
    """A component resource whose whole surface is ``outputs``.

    ``kind`` is a literal type token, ``lepton:<cloud>:<Layer>``; it is part of every child's URN in the state and must
    never be computed from a class name. The caller's ``opts`` end here: children get :meth:`child`.
    """

    outputs: OutT

    def __init__(self, kind: str, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(kind, name, {}, opts)

    def child(self, **options: Any) -> pulumi.ResourceOptions:
        """Options for a child of this component; ``options`` are those of ``pulumi.ResourceOptions``."""
        return pulumi.ResourceOptions(parent=self, **options)

    def publish(self, outputs: OutT) -> None:
        """Set and register the outputs. Called once, as the last line of a constructor."""
        self.outputs = outputs
        self.register_outputs({field.name: getattr(outputs, field.name) for field in fields(outputs)})
