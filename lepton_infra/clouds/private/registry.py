"""The image registry of a private site, which is there already."""

from __future__ import annotations

import pulumi

from lepton_infra.clouds.private.settings import Settings
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.network import NetworkOutputs
from lepton_infra.layers.registry import RegistryArgs, RegistryOutputs, reference_suffix


class Registry(Component[RegistryOutputs]):
    """Names of the pinned images below the site's prefix, with the digests that are pinned. Creates no resource.

    Nodes pull with credentials of their own, which the site has given to them.
    """

    def __init__(
        self,
        name: str,
        args: RegistryArgs[NetworkOutputs],
        context: Context,
        settings: Settings,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("lepton:private:Registry", name, context, opts)
        images = {
            image: pulumi.Output.from_input(f"{settings.registry}/{image}{reference_suffix(pin)}")
            for image, pin in self.context.pins.images.items()
        }
        self.publish(RegistryOutputs(images=images))
