"""The names that monitoring is known by in the cluster."""

from __future__ import annotations

NAMESPACE = "lepton-monitoring"
"""Where everything of this layer is. Its label ``serving.security.MONITORING_LABEL`` opens the ports that are read."""
