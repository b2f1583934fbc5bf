"""The section ``monitoring:`` of a stack file: what is measured, how long it is kept, who is told."""

from __future__ import annotations

from typing import Annotated

from lepton_infra.config_fields import Host, whole
from lepton_infra.settings import Strict


class MailConfig(Strict):
    """The mail relay by which alerts leave the region. Without a password: the relay knows the region's addresses."""

    relay: Host
    port: Annotated[int, whole(1, 65535)] = 587
    sender: str


class MonitoringConfig(Strict):
    """Metrics, dashboards and alerts of the region. The contacts of ``compliance`` are who is told."""

    retention_days: Annotated[int, whole(1, 400)] = 30
    """Days that metrics are kept."""
    disk_gib: Annotated[int, whole(10, 16384)] = 100
    """Disk of the metrics' store, in GiB."""
    mail: MailConfig | None = None
    """Left out: alerts are seen on the dashboards only."""
