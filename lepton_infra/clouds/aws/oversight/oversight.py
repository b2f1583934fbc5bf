"""Audit trail, alerts, threat detection, break-glass access and backups on AWS."""

from __future__ import annotations

import pulumi

from lepton_infra.clouds.aws.cluster.cluster import AwsClusterOutputs
from lepton_infra.clouds.aws.network.network import AwsNetworkOutputs
from lepton_infra.clouds.aws.oversight.alerts import alerts
from lepton_infra.clouds.aws.oversight.audit import audit_trail
from lepton_infra.clouds.aws.oversight.backups import backups
from lepton_infra.clouds.aws.oversight.break_glass import break_glass
from lepton_infra.clouds.aws.oversight.detection import detection
from lepton_infra.clouds.aws.oversight.inference_log import inference_log
from lepton_infra.clouds.aws.settings import Settings
from lepton_infra.clouds.aws.storage.storage import AwsStorageOutputs
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.oversight import OversightArgs, OversightOutputs


class Oversight(Component[OversightOutputs]):
    """A trail of every API call, alerts, an emergency role, backups with a sealed copy, a look-out for attacks, and a
    log for what models answer.

    All of it stands in the region, and nothing of the region waits for it but the collector of what models answer.
    GuardDuty and the access analyzer are there once for an account and region: where another stack of the same account
    has them, adopt them.
    """

    def __init__(
        self,
        name: str,
        args: OversightArgs[AwsNetworkOutputs, AwsStorageOutputs, AwsClusterOutputs],
        context: Context,
        settings: Settings,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("lepton:aws:Oversight", name, context, opts)
        audit_trail(self, name, args, settings)
        emergency = break_glass(self, name, args, settings)
        topic = alerts(self, name, args, settings, emergency_role=emergency)
        backups(self, name, args, settings)
        detection(self, name)
        self.publish(OversightOutputs(alerts=topic, events=inference_log(self, name, args, settings)))
