"""Audit trail, alerts, backups, break-glass access and threat detection of a region on Azure."""

from __future__ import annotations

import pulumi

from lepton_infra.clouds.azure.cluster.cluster import AzureClusterOutputs
from lepton_infra.clouds.azure.groups import place
from lepton_infra.clouds.azure.network.network import AzureNetworkOutputs
from lepton_infra.clouds.azure.oversight.alerts import alerts
from lepton_infra.clouds.azure.oversight.audit import audit_trail
from lepton_infra.clouds.azure.oversight.backups import backups
from lepton_infra.clouds.azure.oversight.break_glass import break_glass
from lepton_infra.clouds.azure.oversight.detection import detection
from lepton_infra.clouds.azure.oversight.inference_log import inference_log
from lepton_infra.clouds.azure.settings import Settings
from lepton_infra.clouds.azure.storage.storage import AzureStorageOutputs
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.oversight import OversightArgs, OversightOutputs


class Oversight(Component[OversightOutputs]):
    """Activity log archive, alerts, emergency role, backup, inference log workspace and Defender plans.

    Nothing of the region depends on it. What belongs to the whole subscription (the Defender plans, the terms of the
    emergency role) is the same for every region in it, whichever makes it first.
    """

    def __init__(
        self,
        name: str,
        args: OversightArgs[AzureNetworkOutputs, AzureStorageOutputs, AzureClusterOutputs],
        context: Context,
        settings: Settings,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("lepton:azure:Oversight", name, context, opts)
        here = place(self, name, settings=settings, outlives_region=False)
        audit_trail(here, name, args.network.logs)
        break_glass(here, name, args.break_glass_minutes)
        backups(self, name, args, settings)
        inference_log(self, name, settings)
        detection(here, name)
        self.publish(OversightOutputs(alerts=alerts(here, name, args.contacts)))
