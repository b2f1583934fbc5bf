"""What is done to the good region, and which rules must then fail: these and no others."""

from __future__ import annotations

from lepton_infra.compliance.rules.rule import Subject
from tests.compliance.cases import keeping, protection, residency, workloads

BROKEN: dict[str, tuple[Subject, set[str]]] = {
    **residency.BROKEN,
    **protection.BROKEN,
    **keeping.BROKEN,
    **workloads.BROKEN,
}
SOUND: dict[str, Subject] = {**residency.SOUND, **protection.SOUND, **keeping.SOUND, **workloads.SOUND}
