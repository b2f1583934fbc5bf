"""What a scenario did to a model's servers, in figures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.cluster.chaos.pod_history import Moment

FILE_VARIABLE = "LEPTON_CHAOS_OUTCOMES"
"""Environment variable with the path of a file to which each outcome is added as a line of JSON."""


@dataclass(frozen=True, kw_only=True)
class Served:
    """One version: ready endpoints at the start and at the end, those that its disruption budget asks for, and the
    fewest that answered while it got requests (None: it never did)."""

    start: int
    end: int
    budget: int
    fewest: int | None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A whole scenario.

    ``versions`` are by Service. ``least_share`` is the smallest part of requests, from 0 to 1, that reached a server
    that answers. ``pods_lost`` served at the start and no longer do; ``pods_started`` have come since. ``seconds`` is
    how long until all that must serve did again for good; of these, the times for which a silent node is waited and
    for which a pod starts are set by the tests.
    """

    scenario: str
    versions: Mapping[str, Served]
    least_share: float
    pods_lost: int
    pods_started: int
    seconds: float

    @property
    def fewest(self) -> int:
        """The fewest answering endpoints of any version that got requests."""
        return min(each.fewest for each in self.versions.values() if each.fewest is not None)

    @property
    def within_budget(self) -> bool:
        """Whether every version had what its disruption budget asks for, all the time that it got requests."""
        return all(each.fewest is None or each.fewest >= each.budget for each in self.versions.values())

    def add_to(self, file: Path) -> None:
        """Write it to the end of ``file`` as a line of JSON."""
        with file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(self)) + "\n")

    def __str__(self) -> str:
        return (
            f"lost {self.pods_lost}, started {self.pods_started}, whole again after {self.seconds:.1f} s, "
            f"least share of requests answered {self.least_share:.0%}; "
            + ", ".join(
                f"{service}: {each.start} to {each.end} ready, "
                f"{'no requests' if each.fewest is None else f'fewest {each.fewest}'}, budget {each.budget}"
                for service, each in sorted(self.versions.items())
            )
        )


def assess(
    scenario: str, moments: Sequence[Moment], budgets: Mapping[str, int], *, pods_lost: int, pods_started: int
) -> Outcome:
    """The figures of all ``moments`` of a scenario, the first of which is its start."""
    first, last = moments[0], moments[-1]
    return Outcome(
        scenario=scenario,
        versions={service: _served(service, moments, budget) for service, budget in budgets.items()},
        least_share=min(moment.share for moment in moments),
        pods_lost=pods_lost,
        pods_started=pods_started,
        seconds=_whole_again(moments, last) - first.at,
    )


def _served(service: str, moments: Sequence[Moment], budget: int) -> Served:
    asked = [moment.answering.get(service, 0) for moment in moments if moment.weights.get(service)]
    return Served(
        start=moments[0].answering.get(service, 0),
        end=moments[-1].answering.get(service, 0),
        budget=budget,
        fewest=min(asked, default=None),
    )


def _whole_again(moments: Sequence[Moment], last: Moment) -> float:
    """When it became as it stayed to the end: after the last moment at which anything was different."""
    settled = last.at
    for moment in reversed(moments):
        if (moment.answering, moment.ready, moment.weights) != (last.answering, last.ready, last.weights):
            break
        settled = moment.at
    return settled
