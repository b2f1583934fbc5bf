"""Transformation that removes the SDK's aliases for API versions from each resource's registration.

The SDK gives a resource one alias for every API version that its type ever had, 60 for a subnet and 113 for a cluster,
and computes the URN of each. They find resources that a state has under a type with a version, declared through the
module of one API version; this project declares none (docs/decisions/0008-what-a-preview-costs.md). Other aliases
stay, such as those of a type that moved to another module.
"""

from __future__ import annotations

import re
from copy import copy

import pulumi

_OF_AN_API_VERSION = re.compile(r"azure-native(:\w+/v\d{8}\w*|_\w+_v\d{8}\w*:\w+):\w+")


def without_api_versions(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
    """A transformation that drops the aliases whose type names an API version (``azure-native:network/v20240101:X``).

    Right as long as no type in use has a version in its own token; those of ``pulumi_azure_native.network`` have none.
    """
    if not args.opts.aliases:
        return None
    opts = copy(args.opts)
    opts.aliases = [alias for alias in args.opts.aliases if not _of_an_api_version(alias)]
    return pulumi.ResourceTransformationResult(args.props, opts)


def _of_an_api_version(alias: pulumi.Input[str | pulumi.Alias]) -> bool:
    if not isinstance(alias, pulumi.Alias) or not isinstance(alias.type_, str):
        return False
    return _OF_AN_API_VERSION.fullmatch(alias.type_) is not None
