"""Adopt what already exists: the map ``adopt`` of a stack file, for one run.

After a lost response the cloud has an object that the state does not. Stateful names are deterministic, so the next
``up`` fails with "already exists" instead of making a second one; naming the object's id here imports it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pulumi

Transformation = Callable[[pulumi.ResourceTransformationArgs], pulumi.ResourceTransformationResult | None]


def adopting(adopt: Mapping[str, str]) -> Transformation:
    """A transformation that imports each resource whose logical name is a key of ``adopt``, by its cloud id."""

    def transformation(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if args.name not in adopt:
            return None
        imported = pulumi.ResourceOptions(import_=adopt[args.name])
        return pulumi.ResourceTransformationResult(args.props, pulumi.ResourceOptions.merge(args.opts, imported))

    return transformation
