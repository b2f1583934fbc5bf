"""Arguments of guardrails: a region's name, permitted locations and image registry.

A rule sees what this program declares; a guardrail holds for everybody in the account, whatever they use. Each cloud
writes its own in ``clouds/<cloud>/guardrails``, Kubernetes' are in ``compliance/guardrails/kubernetes``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.law.geography import Geography
from lepton_infra.compliance.law.obligations import Obligations

Documents = Mapping[str, Mapping[str, Any]]
"""Content by file name."""


@dataclass(frozen=True, kw_only=True)
class GuardrailArgs:
    """Limits that organization policies and admission policies enforce.

    ``locations`` are the cloud's codes of single places in which personal data may be, the region's own among them;
    ``stack`` names the policies. Images come from below ``image_prefix``.
    """

    stack: str
    locations: tuple[str, ...]
    home: str
    image_prefix: str


def permitted(cloud: str, obligations: Obligations, geography: Geography) -> tuple[str, ...]:
    """The locations of a cloud that lie whole within the perimeter of personal data, sorted.

    Where the law leaves that open, the region's own alone: a guardrail that lets everything through is none.
    """
    allowed = obligations.keeps(DataClass.PERSONAL).countries
    known = geography.countries.get(cloud, {})
    home = {obligations.home} if obligations.home else set[str]()
    if allowed is None:
        return tuple(sorted(home))
    return tuple(sorted(home | {place for place, countries in known.items() if countries and countries <= allowed}))
