"""Resources and references outside the provider's project and region: known without the store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lepton_infra.simulator.behaviour import Call, Failure
from lepton_infra.simulator.core.paths import texts_at
from lepton_infra.simulator.gcp.catalogue import TYPES
from lepton_infra.simulator.gcp.identifiers import last
from lepton_infra.simulator.gcp.places import Place, place_of, region_of, zones

_PROJECT: Final = re.compile(r"(?:^|/)projects/(?P<project>[^/]+)/")
_PLACE: Final = re.compile(r"/(?:regions|zones|locations)/(?P<place>[^/]+)/")
_PLACES: Final = ("location", "region", "zone", "nodeLocations")
_EVERYWHERE: Final = "global"


def check(call: Call) -> list[Failure]:
    """Projects, locations and references of elsewhere; all is judged by the one provider that a region has."""
    place = place_of(call.scope)
    if not place.region:
        return []
    return [*_own_project(call, place), *_own_places(call, place), *_references(call, place)]


def _own_project(call: Call, place: Place) -> Iterator[Failure]:
    project = call.inputs.get("project")
    if isinstance(project, str) and last(project) != place.project:
        reason = f'"{project}" is not the project of the provider, {place.project}: the resource would leak out of it'
        yield Failure(path="project", reason=reason)


def _own_places(call: Call, place: Place) -> Iterator[Failure]:
    for property in _PLACES:
        for path, given in texts_at(call.inputs, property):
            region = region_of(last(given))
            if TYPES[call.type].only_global:
                if given != _EVERYWHERE:
                    yield Failure(path=path, reason=f'"{given}" is no location of this kind; allowed: {_EVERYWHERE}')
            elif region != place.region:
                reason = f'"{given}" is not in the region of the provider, {place.region}: the resource would leak'
                yield Failure(path=path, reason=reason)
            elif last(given).lower() not in (region, *zones(region)):
                reason = f'"{given}" is no zone of {region}; allowed: {", ".join(zones(region))}'
                yield Failure(path=path, reason=reason)


def _references(call: Call, place: Place) -> Iterator[Failure]:
    """References that say themselves that they lead elsewhere."""
    type = TYPES[call.type]
    for property in (*type.references, *type.links):
        for path, given in texts_at(call.inputs, property):
            project, where = _PROJECT.search(given), _PLACE.search(given)
            if project is not None and project["project"] != place.project:
                yield Failure(path=path, reason=f'"{given}" is in another project; the provider is in {place.project}')
            elif where is not None and region_of(where["place"]) != place.region:
                yield Failure(path=path, reason=f'"{given}" is elsewhere; the provider is in {place.region}')
