"""``python -m tools.dashboards``: write the dashboards."""

from __future__ import annotations

from tools.dashboards import write

write()
