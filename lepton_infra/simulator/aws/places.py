"""Accounts, regions and zones: where a provider's calls land."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, Final

from botocore.loaders import Loader

from lepton_infra.simulator.behaviour import Failure, Properties, Scope, Unknown

NO_ACCOUNT: Final = "000000000000"
"""The account of a provider that names none."""

RETRY_MODES: Final = ("standard", "adaptive")

# Zone letters by region, where they are not a, b and c (EC2 user guide, "Regions and Zones"). Which zone a letter means
# differs between accounts, and in old regions so does which letters there are; these are what a new account gets.
_LETTERS: Final[Mapping[str, str]] = {
    "us-east-1": "abcdef",
    "us-west-2": "abcd",
    "ap-northeast-1": "acd",
    "ap-northeast-2": "abcd",
    "ca-central-1": "abd",
}
# Compass words as zone ids abbreviate them: ap-southeast-2 is apse2.
_COMPASS: Final[Mapping[str, str]] = {"northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw"}


@cache
def partitions() -> Mapping[str, str]:
    """Every region by name, with its partition (``aws``, ``aws-cn`` …), from botocore's endpoint data."""
    data = Loader().load_data("endpoints")
    return {region: entry["partition"] for entry in data["partitions"] for region in entry["regions"]}


def zones(region: str) -> Sequence[str]:
    """The availability zones of a region: ``us-east-1a`` …"""
    return [region + letter for letter in _LETTERS.get(region, "abc")]


def zone_id(region: str, zone: str) -> str:
    """The zone's id, ``use1-az1``. Real accounts map letters to ids at random; here they keep their order."""
    area, compass, number = region.rsplit("-", 2)
    short = area.replace("-gov", "g") + _COMPASS.get(compass, compass[0]) + number
    return f"{short}-az{zones(region).index(zone) + 1}"


@dataclass(frozen=True, kw_only=True)
class Place:
    """An account and a region."""

    account: str
    region: str

    @property
    def partition(self) -> str:
        return partitions().get(self.region, "aws")

    @property
    def domain(self) -> str:
        """The domain of the host names of the region's services."""
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"


def place_of(scope: Scope) -> Place:
    """The place that a scope's key names; the region is empty while the provider's configuration is not known."""
    _, account, region = f"{scope.key}:".split(":")[:3]
    return Place(account=account, region=region)


def scope_key(config: Properties) -> str:
    """``aws:<account>:<region>`` of a provider: its ``region`` and the first of its ``allowedAccountIds``."""
    accounts = [account for account in _listed(config.get("allowedAccountIds")) if isinstance(account, str)]
    region = config.get("region")
    return f"aws:{accounts[0] if accounts else NO_ACCOUNT}:{region if isinstance(region, str) else ''}"


def configure(config: Properties) -> list[Failure]:
    """Failures of a provider's own inputs: region, account ids, retry mode."""
    failures = list(_own_region_failures(config.get("region")))
    for index, account in enumerate(_listed(config.get("allowedAccountIds"))):
        if isinstance(account, str) and not re.fullmatch(r"\d{12}", account):
            failures.append(
                Failure(path=f"allowedAccountIds[{index}]", reason=f'"{account}" is no account id; allowed: 12 digits')
            )
    mode = config.get("retryMode")
    if isinstance(mode, str) and mode not in RETRY_MODES:
        failures.append(Failure(path="retryMode", reason=f'"{mode}" is not allowed; allowed: {", ".join(RETRY_MODES)}'))
    return failures


def region_failures(inputs: Properties, place: Place) -> Iterator[Failure]:
    """A ``region`` of a resource's own, which any has since version 7: a leak past the one provider."""
    region = inputs.get("region")
    if isinstance(region, str) and region != place.region:
        reason = f'"{region}" is not the region of the provider, {place.region}: the resource would leak out of it'
        yield Failure(path="region", reason=reason)


def _own_region_failures(region: Any) -> list[Failure]:
    if isinstance(region, Unknown) or region in partitions():
        return []
    if not region:
        reason = "Missing region configuration: set the provider's region, such as us-east-1"
        return [Failure(path="region", reason=reason)]
    near = get_close_matches(str(region), partitions(), n=1, cutoff=0)
    return [Failure(path="region", reason=f'"{region}" is no AWS region; did you mean {near[0]}?')]


def _listed(value: Any) -> Sequence[Any]:
    """A list of a provider's configuration, which the engine may pass as JSON text."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return []
    return value if isinstance(value, list) else []
