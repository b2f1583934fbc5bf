"""Resource groups: what is in one goes with it, so each holds what lives equally long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_azure_native import authorization, managedidentity, resources

from lepton_infra.clouds.azure.settings import Settings
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context


@dataclass(frozen=True, kw_only=True)
class Place:
    """Resource group and settings of a layer, which every builder here takes besides its own arguments.

    ``outlives_region`` says that the group, and so everything in it that must, stays when the region is torn down.
    """

    parent: Component[Any]
    settings: Settings
    group: pulumi.Output[str]
    group_id: pulumi.Output[str]
    outlives_region: bool

    @property
    def context(self) -> Context:
        """The region's context, as the layer carries it."""
        return self.parent.context

    def kept(self, **options: Any) -> pulumi.ResourceOptions:
        """Options of a stateful resource: protected until teardown, and left standing where it outlives the region."""
        return self.parent.child(protect=self.context.protect, retain_on_delete=self.outlives_region, **options)

    def part_of_kept(self, **options: Any) -> pulumi.ResourceOptions:
        """Options of what a stateful resource is worth nothing without, but can be made again."""
        return self.parent.child(retain_on_delete=self.outlives_region, **options)

    def identity(self, name: str) -> managedidentity.UserAssignedIdentity:
        """An identity that Azure keeps the credential of."""
        return managedidentity.UserAssignedIdentity(
            name,
            resource_name_=name,
            resource_group_name=self.group,
            location=self.settings.location,
            tags=dict(self.context.tags),
            opts=self.part_of_kept(),
        )

    def lock(self, name: str, scope: pulumi.Input[str]) -> None:
        """Forbid anybody to delete ``scope`` or what is in it, until teardown takes the lock off.

        Not for what has parts that come and go in daily work: a lock holds for them too, role assignments among them.
        """
        if not self.context.protect:
            return
        authorization.ManagementLockByScope(
            f"{name}-lock",
            lock_name=f"{name}-lock",
            scope=scope,
            level="CanNotDelete",
            notes="Holds data, or the key to data; set teardown in the stack file to take the lock off",
            opts=self.parent.child(),
        )


def place(
    parent: Component[Any],
    name: str,
    *,
    settings: Settings,
    outlives_region: bool,
) -> Place:
    """Make a resource group called ``name``."""
    group = resources.ResourceGroup(
        name,
        resource_group_name=name,
        location=settings.location,
        tags=dict(parent.context.tags),
        opts=parent.child(protect=parent.context.protect, retain_on_delete=outlives_region),
    )
    return Place(
        parent=parent,
        settings=settings,
        group=group.name,
        group_id=group.id,
        outlives_region=outlives_region,
    )
