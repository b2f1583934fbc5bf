"""Policy pack of the rules: the engine asks it before it makes anything, and it stops violations.

The engine gives a policy of a stack only what the clouds answered. What the program asked for, which the rules read, it
tells a policy of single resources, so one of those remembers it. Two things it tells nobody: whether a resource is
retained on deletion, and where the state is; what rests on these is for ``lepton audit``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pulumi
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyPack,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from lepton_infra import lock, project
from lepton_infra.audit import articles, outcomes
from lepton_infra.audit.obligations import of_stack, on_embedded_clouds
from lepton_infra.compliance.graph import from_state
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource
from lepton_infra.compliance.graph.unknown import has_unknown
from lepton_infra.compliance.law.obligations import Obligations
from lepton_infra.compliance.rules import RULES
from lepton_infra.compliance.rules.evaluate import Result
from lepton_infra.compliance.rules.rule import Finding, Rule, Severity
from lepton_infra.engine.pulumi_internals import unwrapped_policy_value
from lepton_infra.errors import ConfigError, LeptonError
from lepton_infra.stack import law_check
from lepton_infra.stack.layout import NAMESPACE
from lepton_infra.stack.parse import parse

NAME = "lepton"

KNOWN_LATE = {"SUP-01": "an image's name begins with the address of a registry, which its cloud gives"}
"""Blocking rules over values that no preview knows before the first ``up``."""

LEVELS = {
    Severity.BLOCK: EnforcementLevel.MANDATORY,
    Severity.MANDATORY: EnforcementLevel.MANDATORY,
    Severity.ADVISORY: EnforcementLevel.ADVISORY,
}


def serve(rules: Sequence[Rule] = RULES, obliged: Callable[[str], Obligations] | None = None) -> None:
    """Run as a policy pack until the engine ends it. ``obliged`` is :func:`selected` unless a pack has its own."""
    PolicyPack(NAME, policies(rules, obliged or selected))


def policies(rules: Sequence[Rule], obliged: Callable[[str], Obligations]) -> list[Policy]:
    """One policy for each rule, under its id, and three of the pack's own. ``obliged`` gives a stack's obligations.

    A pack that cannot tell what law applies stops everything, instead of finding nothing. What a preview cannot know
    is advice there, or nothing could ever be made: it is held against the rule as soon as it is known. Where a rule
    blocks, it must be known.
    """
    pack = _Pack(rules, obliged)
    remember = ResourceValidationPolicy(
        name=f"{NAME}-declared",
        description="Remembers what the program asks for, for the policies of the stack. Finds nothing by itself.",
        validate=pack.remember,
        enforcement_level=EnforcementLevel.ADVISORY,
    )
    known = StackValidationPolicy(
        name=f"{NAME}-law",
        description="It is known what law applies.",
        validate=pack.tell_what_is_wrong,
        enforcement_level=EnforcementLevel.MANDATORY,
    )
    later = StackValidationPolicy(
        name=f"{NAME}-later",
        description="Not known before it is made; held against its rule then.",
        validate=pack.tell_what_comes_later,
        enforcement_level=EnforcementLevel.ADVISORY,
    )
    return [remember, known, *(_policy(pack, rule) for rule in rules), later]


def selected(stack: str) -> Obligations:
    """Obligations of the engine's current stack: by its config, or by its file where the engine gives none.

    Raises:
        LeptonError: if it has neither, or it is wrong.
    """
    embedded = os.environ.get(lock.SIMULATED) == "1"
    config = pulumi.Config(NAMESPACE).get_object("region")
    if config is None:
        return of_stack(project.find(Path.cwd()), stack, date.today(), embedded=embedded)
    try:
        region = parse(config)
    except ConfigError as error:
        raise LeptonError(str(error)) from error
    found = law_check.obligations(region, date.today())
    return on_embedded_clouds(found, region, lock.locked(project.find(Path.cwd()).root)) if embedded else found


class _Pack:
    """Shared state of the policies of one pack: all of them look at the same graph, which is audited once."""

    def __init__(self, rules: Sequence[Rule], obliged: Callable[[str], Obligations]) -> None:
        self._rules = rules
        self._obliged = obliged
        self._asked: dict[str, Mapping[str, Any]] = {}
        self._graph: Graph | None = None
        self._results: Mapping[str, Result] = {}
        self._frameworks: tuple[str, ...] = ()
        self._wrong = ""

    def remember(self, args: ResourceValidationArgs, report: ReportViolation) -> None:
        self._asked[args.urn] = unwrapped(args.props)

    def tell_what_is_wrong(self, args: StackValidationArgs, report: ReportViolation) -> None:
        self._audit(args.resources)
        if self._wrong:
            report(self._wrong, None)

    def told(self, rule: Rule, finding: Finding) -> str:
        """A finding with the articles that it violates."""
        return f"{finding} ({articles(rule, self._frameworks)})"

    def tell_what_comes_later(self, args: StackValidationArgs, report: ReportViolation) -> None:
        self._audit(args.resources)
        for result in self._results.values():
            for finding in result.findings:
                if comes_later(result.rule, finding):
                    report(f"{result.rule.id}: {self.told(result.rule, finding)}", _urn(finding))

    def result(self, rule: Rule, resources: Iterable[PolicyResource]) -> Result | None:
        """Outcome of a rule; None if the law that applies is not known."""
        self._audit(resources)
        return self._results.get(rule.id)

    def _audit(self, resources: Iterable[PolicyResource]) -> None:
        found = graph(resources, self._asked)
        if found == self._graph:
            return
        self._graph, self._results, self._wrong = found, {}, ""
        try:
            obligations = self._obliged(found.stack)
        except LeptonError as refused:
            self._wrong = str(refused)
        else:
            results = outcomes(found, obligations, self._rules)
            self._results = {result.rule.id: result for result in results}
            self._frameworks = obligations.frameworks


def _policy(pack: _Pack, rule: Rule) -> StackValidationPolicy:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        result = pack.result(rule, args.resources)
        for finding in result.findings if result else ():
            if not comes_later(rule, finding):
                report(pack.told(rule, finding), _urn(finding))

    return StackValidationPolicy(
        name=rule.id,
        description=f"{rule.title}.",
        validate=validate,
        enforcement_level=LEVELS[rule.severity],
        tags=[*rule.references] or None,
    )


def comes_later(rule: Rule, finding: Finding) -> bool:
    """True if a finding is only about a value unknown in a preview, of a rule that can wait for it."""
    if not finding.unknown or finding.resource is None or not has_unknown(finding.resource.inputs):
        return False
    return rule.severity is not Severity.BLOCK or rule.id in KNOWN_LATE


def _urn(finding: Finding) -> str | None:
    return finding.resource.urn if finding.resource else None


def graph(resources: Iterable[PolicyResource], asked: Mapping[str, Mapping[str, Any]]) -> Graph:
    """Resource graph of the engine's policy resources. ``asked`` are the program's own inputs by URN, where known."""
    kept = [each for each in resources if each.resource_type != from_state.STACK]
    stack = kept[0].urn.split("::")[0].rpartition(":")[2] if kept else ""
    return Graph(resources=tuple(resource(each, asked.get(each.urn)) for each in kept), stack=stack)


def resource(told: PolicyResource, asked: Mapping[str, Any] | None) -> Resource:
    """A :class:`Resource` of a policy resource. Without the program's inputs, the cloud's answer takes their place."""
    answered = unwrapped(told.props)
    by_property = {
        name: frozenset(each.urn for each in made_of) for name, made_of in told.property_dependencies.items()
    }
    id = answered.get("id")
    return Resource(
        urn=told.urn,
        type=told.resource_type,
        name=told.name,
        inputs=answered if asked is None else asked,
        outputs=answered,
        id=None if id is UNKNOWN else id,
        custom=told.provider is not None or told.resource_type.startswith("pulumi:providers:"),
        parent=told.parent.urn if told.parent and told.parent.resource_type != from_state.STACK else None,
        provider=from_state.provider(f"{told.provider.urn}::") if told.provider else None,
        protect=told.opts.protect,
        depends_on=frozenset(each.urn for each in told.dependencies).union(*by_property.values()),
        property_urns={name: urns for name, urns in by_property.items() if urns},
    )


def unwrapped(properties: Any) -> dict[str, Any]:
    """Properties as plain values. The SDK wraps them so that a look at an unknown one ends the policy with advice.

    Whole numbers become ``int`` again: the wire knows only floats.
    """
    found: dict[str, Any] = from_state.plain(_unwrapped(properties))
    return found


def _unwrapped(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _unwrapped(item) for key, item in unwrapped_policy_value(value).items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_unwrapped(item) for item in unwrapped_policy_value(value)]
    return int(value) if isinstance(value, float) and value.is_integer() else value
