"""Inputs of which little is given or known: every value, at any depth, may be unknown, null or an empty object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

import pytest

from lepton_infra.simulator import schema
from lepton_infra.simulator.behaviour import UNKNOWN, CloudError
from lepton_infra.simulator.shapes import Either, Entries, Field, Items, Record, Shape, fields
from lepton_infra.simulator.store import Store
from tests.simulator.core.resource_cases import TYPES, Case, Cloud, Type

URN: Final = "urn:pulumi:s::p::t::sparse"

DEEPEST: Final = 4
"""Levels below a property; the deepest input that a rule reads is three below."""


def sparse(shape: Shape, levels: int = DEEPEST) -> Iterator[Any]:
    """Values of a shape in which all but the way to one member is left out."""
    yield UNKNOWN
    match shape:
        case Items(item) if levels:
            yield []
            yield from ([value] for value in sparse(item, levels - 1))
        case Entries(item) if levels:
            yield {}
            yield from ({"key": value} for value in sparse(item, levels - 1))
        case Record(cls) if levels:
            yield {}
            yield from sparse_objects(fields(cls), levels - 1)
        case Either(options):
            for option in options:
                yield from sparse(option, levels)


def sparse_objects(properties: Mapping[str, Field], levels: int = DEEPEST) -> Iterator[dict[str, Any]]:
    """Objects of one member each, which is sparse or null."""
    for name, field in properties.items():
        yield {name: None}
        yield from ({name: value} for value in sparse(field.shape, levels))


@pytest.mark.parametrize(("cloud", "type"), TYPES)
def test_sparse_inputs_are_judged_or_refused(cloud: Cloud, type: Type, store: Store) -> None:
    case = Case(cloud, type, store)
    scope = case.account.scope

    for given in sparse_objects(schema.inputs_of(type.token) or {}):
        checked = case.cloud.check(scope, URN, type.token, {}, {**case.inputs, **given})
        if not checked.failures:
            with suppress(CloudError):
                case.cloud.create(scope, URN, type.token, checked.inputs, preview=True)


@pytest.mark.parametrize(("cloud", "type"), TYPES)
def test_a_change_to_sparse_inputs_is_foreseen_or_refused(cloud: Cloud, type: Type, store: Store) -> None:
    case = Case(cloud, type, store)
    scope, made = case.account.scope, case.make()

    for given in sparse_objects(schema.inputs_of(type.token) or {}):
        checked = case.cloud.check(scope, URN, type.token, made.inputs, {**made.inputs, **given})
        diff = case.cloud.diff(scope, URN, type.token, made.inputs, checked.inputs)
        if not checked.failures and not any(change.replaces for change in diff.changes):
            with suppress(CloudError):
                case.cloud.update(scope, URN, type.token, made.id, checked.inputs, preview=True)


def with_one_replaced(value: Any, by: Any) -> Iterator[Any]:
    """A value once for each member and item at any depth, with that one replaced and all others as they are."""
    match value:
        case dict():
            for key, item in value.items():
                yield from ({**value, key: changed} for changed in (by, *with_one_replaced(item, by)))
        case list():
            for index, item in enumerate(value):
                above, below = value[:index], value[index + 1 :]
                yield from ([*above, changed, *below] for changed in (by, *with_one_replaced(item, by)))


@pytest.mark.parametrize(("cloud", "type"), TYPES)
def test_a_change_that_makes_one_value_unknown_is_foreseen_or_refused(cloud: Cloud, type: Type, store: Store) -> None:
    case = Case(cloud, type, store)
    scope, made = case.account.scope, case.make()

    for given in with_one_replaced(made.inputs, UNKNOWN):
        if not case.cloud.check(scope, URN, type.token, made.inputs, given).failures:
            with suppress(CloudError):
                case.cloud.update(scope, URN, type.token, made.id, given, preview=True)


@pytest.mark.parametrize(("cloud", "type"), TYPES)
def test_a_resource_with_one_value_null_is_made_or_refused(cloud: Cloud, type: Type, store: Store) -> None:
    case = Case(cloud, type, store)
    scope = case.account.scope

    for given in with_one_replaced(case.inputs, None):
        checked = case.cloud.check(scope, URN, type.token, {}, given)
        if not checked.failures:
            with suppress(CloudError):
                case.cloud.create(scope, URN, type.token, checked.inputs)
            for made in case.live(type.token):
                if made.urn == URN:
                    store.delete(made)
