"""Raw values of a stack file to a ``RegionConfig``, telling everything that is wrong at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from lepton_infra import clouds, validation
from lepton_infra.config import RegionConfig
from lepton_infra.field_problems import field_problem
from lepton_infra.settings import NOTHING, CloudSettings, ConfigError, Problem

LISTS = ("node_pools", "models")
"""The sections whose entries are sound or not each on its own."""


class UnknownCloud(CloudSettings):
    """Stands for the section ``cloud:`` of a cloud that there is not, so that the rest of the file is checked."""

    model_config = ConfigDict(extra="allow")

    name: Any = None


def parse(raw: object) -> RegionConfig[Any]:
    """Check a region's config.

    Raises:
        ConfigError: with every problem that can be known: of single values, between values whose sections are sound,
            and the cloud's own.
    """
    if not isinstance(raw, Mapping):
        raise ConfigError([Problem(path=(), given=raw, message="must be a mapping of keys to values")])
    settings, found = _settings(raw)
    model = RegionConfig[settings]  # type: ignore[valid-type]
    try:
        region: RegionConfig[Any] = model.model_validate(raw)
    except ValidationError as error:
        found = _all_problems(model, raw, error, found)
    if found:
        raise ConfigError(found)
    return region


def _settings(raw: Mapping[str, Any]) -> tuple[type[CloudSettings], list[Problem]]:
    cloud = raw.get("cloud", NOTHING)
    if not isinstance(cloud, Mapping):
        message = "is missing" if cloud is NOTHING else "must be a mapping of keys to values"
        return UnknownCloud, [Problem(path=("cloud",), given=cloud, message=message, allowed="a mapping with a name")]
    name = cloud.get("name", NOTHING)
    if name in clouds.names():
        return clouds.settings(name), []
    message = "is missing" if name is NOTHING else "is not a cloud that there is"
    allowed = ", ".join(clouds.names())
    return UnknownCloud, [Problem(path=("cloud", "name"), given=name, message=message, allowed=allowed)]


def _all_problems(
    model: type[RegionConfig[Any]], raw: Mapping[str, Any], error: ValidationError, found: list[Problem]
) -> list[Problem]:
    details = error.errors(include_url=False)
    between = [detail["ctx"]["error"] for detail in details if detail["loc"] == () and "error" in detail.get("ctx", {})]
    if between:
        return found + [problem for cause in between for problem in cause.problems]
    schema = model.model_json_schema()
    told = {problem.path for problem in found}
    fields = found + [field_problem(detail, schema) for detail in details if detail["loc"] not in told]
    return fields + _problems_of_sound_sections(model, raw, fields)


def _problems_of_sound_sections(
    model: type[RegionConfig[Any]], raw: Mapping[str, Any], fields: Sequence[Problem]
) -> list[Problem]:
    """Run the rules over what is sound, and lead their paths back to the places in the file.

    What the section ``cloud:`` says of pools by name is left for when all pools can be read.
    """
    unsound: dict[str | int, set[str | int]] = defaultdict(set)
    for problem in fields:
        unsound[problem.path[0]].add(problem.path[1] if len(problem.path) > 1 else "")
    places: dict[str | int, list[int]] = {}
    values: dict[str, Any] = {}
    for key, field in model.model_fields.items():
        if key not in raw:
            if not field.is_required():
                values[key] = field.get_default(call_default_factory=True, validated_data={})
        elif key not in unsound:
            values[key] = _sound(field, raw[key])
        elif key in LISTS and all(isinstance(index, int) for index in unsound[key]):
            places[key] = [index for index in range(len(raw[key])) if index not in unsound[key]]
            values[key] = _sound(field, [raw[key][index] for index in places[key]])
    _drop_models_of_unsound_pools(raw, values, places)
    region = model.model_construct(**values)
    found = validation.problems(region, values.keys())
    return [_placed(problem, places) for problem in found if not (places and problem.path[0] == "cloud")]


def _sound(field: FieldInfo, raw: object) -> Any:
    validated: TypeAdapter[Any] = TypeAdapter(Annotated[field.annotation, field])  # type: ignore[arg-type]
    return validated.validate_python(raw)


def _drop_models_of_unsound_pools(
    raw: Mapping[str, Any], values: dict[str, Any], places: dict[str | int, list[int]]
) -> None:
    """A model whose pool could not be read must not be told that there is no such pool."""
    if "models" not in values or "node_pools" not in places:
        return
    sound = {pool.name for pool in values["node_pools"]}
    lost = {
        pool["name"] for pool in raw["node_pools"] if isinstance(pool, Mapping) and isinstance(pool.get("name"), str)
    }
    indices = places.get("models", list(range(len(values["models"]))))
    kept = [
        (index, served)
        for index, served in zip(indices, values["models"], strict=True)
        if served.node_pool not in lost - sound
    ]
    places["models"] = [index for index, _ in kept]
    values["models"] = tuple(served for _, served in kept)


def _placed(problem: Problem, places: Mapping[str | int, list[int]]) -> Problem:
    section, *rest = problem.path
    if section not in places or not rest or not isinstance(rest[0], int):
        return problem
    return problem.model_copy(update={"path": (section, places[section][rest[0]], *rest[1:])})
