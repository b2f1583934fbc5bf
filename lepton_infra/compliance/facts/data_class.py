"""Kinds of data, as far as the law tells them apart."""

from __future__ import annotations

from enum import StrEnum

TAG = "lepton:data-class"
"""Tag by which a store says what it holds. A store that says nothing is taken to hold personal data."""


class DataClass(StrEnum):
    """Class of the data in a store or a transfer."""

    PERSONAL = "personal"
    """Data of persons: what users store, and anything that is not known to be something else."""
    PROMPT = "prompt"
    """What users ask of a model and what it answers: personal data, and not stored by default."""
    MODEL_ARTIFACT = "model_artifact"
    """Exported models, images and charts: no personal data."""
    AUDIT_LOG = "audit_log"
    """Who did what: API calls, accesses, network flows."""
    AI_EVENT = "ai_event"
    """Which model answered when, without content: the traceability that the EU AI Act asks for."""
    METRICS = "metrics"
    """Numbers without a person in them."""
    BACKUP = "backup"
    """Copies of the other classes, kept for restoring."""
