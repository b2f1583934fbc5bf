"""``python -m lepton_infra.monitoring.drawing``: write the dashboards."""

from __future__ import annotations

from lepton_infra.monitoring.drawing import write

write()
