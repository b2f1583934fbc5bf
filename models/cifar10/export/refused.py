"""``ExportInvalid``, the error of an export."""

from __future__ import annotations

from lepton_infra.errors import LeptonError


class ExportInvalid(LeptonError):
    """A version cannot be written, or one that is there cannot be used. The message says what to do."""
