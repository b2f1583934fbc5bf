"""Which series an expression reads, by a parser of PromQL that is not Prometheus' own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import promql_parser

_VARIABLES = {"$__rate_interval": "5m"}
"""What Grafana puts in before it asks."""
_PARTS = ("expr", "lhs", "rhs", "param", "vector_selector")


def metrics(expression: str) -> set[str]:
    """The names of all series in an expression, which must be one."""
    for variable, value in _VARIABLES.items():
        expression = expression.replace(variable, value)
    return set(_names(promql_parser.parse(expression)))


def _names(node: Any) -> Iterator[str]:
    if isinstance(node, promql_parser.VectorSelector):
        assert node.name, f"{node.prettify()} names no metric"
        yield node.name
    for part in [*(getattr(node, key, None) for key in _PARTS), *getattr(node, "args", [])]:
        if part is not None:
            yield from _names(part)
