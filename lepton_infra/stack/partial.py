"""Of a region's config that is wrong somewhere, the parts that are not: what rules can still be asked about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from lepton_infra.config import rules
from lepton_infra.config.region import RegionConfig
from lepton_infra.errors import Problem

Path = tuple[str | int, ...]

LISTS = ("node_pools", "models")
"""The sections whose entries are sound or not each on its own."""


@dataclass(frozen=True)
class SoundParts:
    """``region`` has only the attributes that are sound, and of the lists only the sound entries.

    ``places`` are those entries' indices in the file, ``lost`` the names of the node pools that were left out.
    """

    region: RegionConfig[Any]
    places: Mapping[str, list[int]]
    lost: Set[str]

    def problems(self) -> list[Problem]:
        """What the rules find, at its place in the file. What ``cloud:`` says of a lost pool is not known yet."""
        found = rules.problems(self.region)
        return [self._in_file(problem) for problem in found if not (self.lost and problem.path[0] == "cloud")]

    def _in_file(self, problem: Problem) -> Problem:
        section, *rest = problem.path
        if section not in self.places or not rest or not isinstance(rest[0], int):
            return problem
        index = self.places[str(section)][rest[0]]
        return problem.model_copy(update={"path": (section, index, *rest[1:])})


def sound_parts(model: type[RegionConfig[Any]], raw: Mapping[str, Any], wrong: Iterable[Path]) -> SoundParts:
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
    values = _values(model, kept, {path for path in bad if path[0] not in places})
    return SoundParts(model.model_construct(**values), places, lost)


def _names_lost(raw: Mapping[str, Any], places: Mapping[str, list[int]]) -> set[str]:
    """Names of pools that were left out: a model must not be told that there is no such pool."""
    if "node_pools" not in places:
        return set()
    names = [pool.get("name") if isinstance(pool, Mapping) else None for pool in raw["node_pools"]]
    sound = {names[index] for index in places["node_pools"]}
    return {name for name in names if isinstance(name, str)} - sound


def _values(model: type[BaseModel], raw: Mapping[str, Any], bad: set[Path]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, field in model.model_fields.items():
        inside = _below(bad, key)
        if key not in raw:
            if not field.is_required():
                values[key] = field.get_default(call_default_factory=True, validated_data={})
        elif not inside:
            values[key] = _parsed(field, raw[key])
        elif () not in inside and isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            values[key] = field.annotation.model_construct(**_values(field.annotation, raw[key], inside))
    return values


def _below(paths: set[Path], *keys: str | int) -> set[Path]:
    return {path[len(keys) :] for path in paths if path[: len(keys)] == keys}


def _parsed(field: FieldInfo, raw: object) -> Any:
    adapter: TypeAdapter[Any] = TypeAdapter(Annotated[field.annotation, field])  # type: ignore[arg-type]
    return adapter.validate_python(raw)
