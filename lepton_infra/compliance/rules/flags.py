"""What a control asks to be so, or not to be so."""

from __future__ import annotations

from collections.abc import Iterator
from operator import not_

from lepton_infra.compliance.graph import Seen
from lepton_infra.compliance.rule import Finding, expect


def must(seen: Seen[bool], message: str, remedy: str) -> Iterator[Finding]:
    """A finding unless it is so."""
    return expect(seen, bool, message, allowed="true", remedy=remedy)


def must_not(seen: Seen[bool], message: str, remedy: str) -> Iterator[Finding]:
    """A finding unless it is not so."""
    return expect(seen, not_, message, allowed="false", remedy=remedy)
