"""The oversight of a private site, which the site has."""

from __future__ import annotations

import pulumi

from lepton_infra.clouds.private.settings import Settings
from lepton_infra.layers.cluster import ClusterOutputs
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.network import NetworkOutputs
from lepton_infra.layers.oversight import OversightArgs, OversightOutputs
from lepton_infra.layers.storage import StorageOutputs


class Oversight(Component[OversightOutputs]):
    """Makes nothing: audit trail, alerts, emergency access and backups are held by the site's statement.

    Alerts go where the site says, which is no address that a program could use.
    """

    def __init__(
        self,
        name: str,
        args: OversightArgs[NetworkOutputs, StorageOutputs, ClusterOutputs],
        context: Context,
        settings: Settings,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("lepton:private:Oversight", name, context, opts)
        self.publish(OversightOutputs(alerts=settings.site.name))
