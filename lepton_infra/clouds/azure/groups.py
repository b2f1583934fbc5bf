"""Resource groups. Deleting one deletes its contents, so each holds resources of one lifetime."""

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
    """A layer's resource group, settings and lifetime, which every builder of this cloud takes.

    ``outlives_region``: the group, and with it every stateful resource in it, stays when the region is torn down.
    """

    parent: Component[Any]
    settings: Settings
    group: pulumi.Output[str]
    group_id: pulumi.Output[str]
    outlives_region: bool

    @property
    def context(self) -> Context:
        """The region's context, read from the layer."""
        return self.parent.context

    def kept(self, **options: Any) -> pulumi.ResourceOptions:
        """Options of a stateful resource: protected until teardown, retained on delete if it outlives the region."""
        return self.parent.child(protect=self.context.protect, retain_on_delete=self.outlives_region, **options)

    def part_of_kept(self, **options: Any) -> pulumi.ResourceOptions:
        """Options of a resource that a stateful one needs and that can be made again: retained, not protected."""
        return self.parent.child(retain_on_delete=self.outlives_region, **options)

    def identity(self, name: str) -> managedidentity.UserAssignedIdentity:
        """A user-assigned managed identity: Azure keeps its credential."""
        return managedidentity.UserAssignedIdentity(
            name,
            resource_name_=name,
            resource_group_name=self.group,
            location=self.settings.location,
            tags=dict(self.context.tags),
            opts=self.part_of_kept(),
        )

    def lock(self, name: str, scope: pulumi.Input[str]) -> None:
        """A ``CanNotDelete`` management lock on ``scope`` and everything in it, until teardown removes it.

        Not for resources with parts that come and go in daily work: a lock holds for them too, role assignments
        included.
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
    """Create a resource group called ``name`` and return it as a ``Place``."""
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
