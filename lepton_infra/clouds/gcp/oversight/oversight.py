"""Audit trail, alerts, break-glass access, backups and inference log of a region on Google Cloud."""

from __future__ import annotations

import pulumi

from lepton_infra.clouds.gcp import logs
from lepton_infra.clouds.gcp.cluster.cluster import GcpClusterOutputs
from lepton_infra.clouds.gcp.iam import conditions
from lepton_infra.clouds.gcp.network.network import GcpNetworkOutputs
from lepton_infra.clouds.gcp.oversight.alerts import alerts
from lepton_infra.clouds.gcp.oversight.audit import audit_trail
from lepton_infra.clouds.gcp.oversight.backups import backups, buckets
from lepton_infra.clouds.gcp.oversight.break_glass import break_glass
from lepton_infra.clouds.gcp.settings import Settings
from lepton_infra.clouds.gcp.storage.storage import GcpStorageOutputs
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.oversight import OversightArgs, OversightOutputs


class Oversight(Component[OversightOutputs]):
    """Admin activity logs, alert policies, an emergency entitlement, backups of the data bucket, and the inference log.

    Nothing of the region depends on it, and it does not depend on the cluster. The cluster itself detects threats to
    workloads (its security posture).
    """

    def __init__(
        self,
        name: str,
        args: OversightArgs[GcpNetworkOutputs, GcpStorageOutputs, GcpClusterOutputs],
        context: Context,
        settings: Settings,
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__("lepton:gcp:Oversight", name, context, opts)
        trail = audit_trail(self, name, args, settings, backup_buckets=buckets(f"{name}-backup", settings))
        alerts(self, f"{name}-alert", args, settings)
        break_glass(self, f"{name}-break-glass", args, settings)
        backups(self, f"{name}-backup", args, settings, trail=trail)
        written = conditions.inference_log(args.cluster.name, args.events)
        # Inference events: which model answered when, for which caller (a pseudonym), and no content.
        events = logs.kept_log(
            self,
            f"{name}-ai-events",
            store=args.network.log_store,
            settings=settings,
            log_filter=written,
            data_class=DataClass.AI_EVENT,
        )
        logs.kept_out(self, f"{name}-ai-events", settings=settings, log_filter=written, sink=events)
        self.publish(OversightOutputs(alerts=f"projects/{settings.project}/notificationChannels"))
