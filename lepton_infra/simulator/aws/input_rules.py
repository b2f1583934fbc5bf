"""Input rules that types of several services share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lepton_infra.simulator.aws.places import Place
from lepton_infra.simulator.behaviour import Failure, Properties

Findings = Iterator[Failure]
InputRule = Callable[[Properties, Place], Findings]


def exactly_one(*properties: str) -> InputRule:
    """Exactly one of some properties is given."""

    def findings(inputs: Properties, place: Place) -> Findings:
        given = [name for name in properties if inputs.get(name) is not None]
        if len(given) != 1:
            reason = f"exactly one of {', '.join(properties)} must be given, not {' and '.join(given) or 'none'}"
            yield Failure(path=(given or properties)[0], reason=reason)

    return findings


def not_both(one: str, other: str) -> InputRule:
    """Rule that at most one of two properties is given."""

    def findings(inputs: Properties, place: Place) -> Findings:
        if inputs.get(one) and inputs.get(other):
            yield Failure(path=other, reason=f"InvalidParameterValueException: not together with {one}")

    return findings
