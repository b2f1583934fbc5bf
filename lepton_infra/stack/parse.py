"""Raw values of a stack file parsed to a ``RegionConfig``, with all problems reported at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ConfigDict, ValidationError

from lepton_infra import clouds
from lepton_infra.config import rules
from lepton_infra.config.cloud import CloudSettings
from lepton_infra.config.region import RegionConfig
from lepton_infra.errors import NOTHING, ConfigError, Problem
from lepton_infra.stack.messages import field_problems
from lepton_infra.stack.partial import partial_region


class UnknownCloud(CloudSettings):
    """Placeholder for the section ``cloud:`` of an unknown cloud, so that the rest of the file is checked."""

    model_config = ConfigDict(extra="allow")

    name: Any = None


def parse(raw: object) -> RegionConfig[Any]:
    """Check a region's config.

    Raises:
        ConfigError: with every problem that can be known: of single values, between values whose sections are sound,
            and the cloud's own.
    """
    if not isinstance(raw, Mapping):
        raise ConfigError([Problem(path=(), given=raw, message="the region must be a mapping of keys to values")])
    settings, found = _settings(raw)
    model = RegionConfig[settings]  # type: ignore[valid-type]
    try:
        region: RegionConfig[Any] = model.model_validate(raw)
    except ValidationError as error:
        found = _all_problems(model, raw, error, found)
    else:
        found = [*found, *rules.problems(region)] if found else clouds.problems(region)
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
    message = "is missing" if name is NOTHING else "unknown cloud"
    allowed = ", ".join(clouds.names())
    return UnknownCloud, [Problem(path=("cloud", "name"), given=name, message=message, allowed=allowed)]


def _all_problems(
    model: type[RegionConfig[Any]], raw: Mapping[str, Any], error: ValidationError, found: list[Problem]
) -> list[Problem]:
    details = error.errors(include_url=False)
    schema = model.model_json_schema()
    told = {problem.path for problem in found}
    fields = found + field_problems([detail for detail in details if detail["loc"] not in told], schema)
    return fields + partial_region(model, raw, [problem.path for problem in fields]).problems()
