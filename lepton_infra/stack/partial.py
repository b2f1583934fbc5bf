"""A partial config built from the valid sections of an invalid file, so that cross-field rules still run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from lepton_infra import clouds
from lepton_infra.config import rules
from lepton_infra.config.region import RegionConfig
from lepton_infra.config.rules.values import PartialSection
from lepton_infra.errors import NOTHING, Problem

Path = tuple[str | int, ...]

LISTS = ("node_pools", "models")
"""The sections whose entries are sound or not each on its own."""


@dataclass(frozen=True, kw_only=True)
class PartialRegion:
    """The valid ``sections`` of a region, and of its lists the valid entries.

    ``places`` are the kept entries' indices in the file, ``lost`` the names of the node pools that were left out.
    """

    sections: PartialSection
    places: Mapping[str, list[int]]
    lost: Set[str]

    def problems(self) -> list[Problem]:
        """Problems that the rules find, at their place in the file. Lost pools are passed over in ``cloud:``."""
        region = self.sections.completed
        if isinstance(region, RegionConfig) and region.cloud.name in clouds.names():
            found = clouds.problems(region, self.sections)
        else:
            found = rules.problems(self.sections)
        return [self._in_file(problem) for problem in found if not (self.lost and problem.path[0] == "cloud")]

    def _in_file(self, problem: Problem) -> Problem:
        section, *rest = problem.path
        if section not in self.places or not rest or not isinstance(rest[0], int):
            return problem
        index = self.places[str(section)][rest[0]]
        return problem.model_copy(update={"path": (section, index, *rest[1:])})


def partial_region(model: type[RegionConfig[Any]], raw: Mapping[str, Any], wrong: Iterable[Path]) -> PartialRegion:
    """Parse what of ``raw`` is not at, above or below one of the paths that are ``wrong``."""
    bad = set(wrong)
    places = {
        key: [index for index in range(len(raw[key])) if not _below(bad, key, index)]
        for key in LISTS
        if isinstance(raw.get(key), list | tuple) and (key,) not in bad
    }
    lost = _names_lost(raw, places)
    if "models" in places:
        served = [raw["models"][index].get("node_pool") for index in places["models"]]
        places["models"] = [index for index, pool in zip(places["models"], served, strict=True) if pool not in lost]
    kept = {**raw, **{key: [raw[key][index] for index in indices] for key, indices in places.items()}}
    sections = _valid(model, kept, {path for path in bad if path[0] not in places})
    return PartialRegion(sections=sections, places=places, lost=lost)


def _names_lost(raw: Mapping[str, Any], places: Mapping[str, list[int]]) -> set[str]:
    """Names of pools that were left out: a model must not be told that there is no such pool."""
    if "node_pools" not in places:
        return set()
    names = [pool.get("name") if isinstance(pool, Mapping) else None for pool in raw["node_pools"]]
    sound = {names[index] for index in places["node_pools"]}
    return {name for name in names if isinstance(name, str)} - sound


def _valid(model: type[BaseModel], raw: Mapping[str, Any], bad: set[Path]) -> PartialSection:
    values: dict[str, object] = {}
    for key, field in model.model_fields.items():
        inside = _below(bad, key)
        if key not in raw:
            if not field.is_required():
                values[key] = field.get_default(call_default_factory=True, validated_data={})
        elif not inside:
            values[key] = _parsed(field, raw[key])
        elif () not in inside and isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            values[key] = _valid(field.annotation, raw[key], inside)
    return PartialSection(values, _completed(model, values))


def _completed(model: type[BaseModel], values: Mapping[str, object]) -> object:
    whole: dict[str, Any] = {
        key: value.completed if isinstance(value, PartialSection) else value for key, value in values.items()
    }
    lacking = [key for key, field in model.model_fields.items() if field.is_required() and key not in values]
    return NOTHING if lacking or NOTHING in whole.values() else model.model_construct(**whole)


def _below(paths: set[Path], *keys: str | int) -> set[Path]:
    return {path[len(keys) :] for path in paths if path[: len(keys)] == keys}


def _parsed(field: FieldInfo, raw: object) -> Any:
    adapter: TypeAdapter[Any] = TypeAdapter(Annotated[field.annotation, field])  # type: ignore[arg-type]
    return adapter.validate_python(raw)
