"""The section ``monitoring:`` of a stack file: retention of metrics, and the mail relay of alerts."""

from __future__ import annotations

from typing import Annotated

from lepton_infra.compliance.law.section import Email
from lepton_infra.fields import Host, Strict, text, whole


class MailConfig(Strict):
    """The mail relay by which alerts leave the region, over TLS."""

    relay: Host
    """A host that the region's network reaches."""
    port: Annotated[int, whole(1, 65535)] = 587
    sender: Email
    """The address that alerts come from."""
    user: Annotated[str, text(r"^\S+$", "a user's name without spaces")] | None = None
    """Whom the relay knows the region as; the password is the key `password` of the secret `alertmanager-mail` in the
    namespace `lepton-monitoring`, which whoever runs the region makes. Left out: the relay knows the region's
    addresses."""


class MonitoringConfig(Strict):
    """Metrics, dashboards and alerts of the region. Alerts go to the contacts of ``compliance``."""

    retention_days: Annotated[int, whole(1, 400)] = 30
    """Days that metrics are kept, as long as the disk holds them."""
    disk_gib: Annotated[int, whole(10, 16384)] = 100
    """Disk of the metrics' store, in GiB."""
    mail: MailConfig | None = None
    """Left out: alerts are seen on the dashboards only."""
