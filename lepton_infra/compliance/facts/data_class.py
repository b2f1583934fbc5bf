"""Data classes, as far as the law tells them apart."""

from __future__ import annotations

from enum import StrEnum

TAG = "lepton:data-class"
"""Tag with a store's data class. A store without it is taken to hold personal data."""


class DataClass(StrEnum):
    """Class of the data in a store or a transfer."""

    PERSONAL = "personal"
    """Data of persons: what users store, and anything that is not known to be something else."""
    PROMPT = "prompt"
    """Prompts and a model's answers: personal data, and not stored by default."""
    MODEL_ARTIFACT = "model_artifact"
    """Exported models, images and charts: no personal data."""
    AUDIT_LOG = "audit_log"
    """Audit logs: API calls, accesses, network flows."""
    AI_EVENT = "ai_event"
    """Inference logs without content: which model answered when, the traceability that the EU AI Act asks for."""
    METRICS = "metrics"
    """Numbers without a person in them."""
    BACKUP = "backup"
    """Copies of the other classes, kept for restoring."""
