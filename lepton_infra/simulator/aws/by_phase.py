"""Records of the types that are still described by phase, in one table each, until each has its service file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any, Final

import yaml

from lepton_infra.simulator.aws import capacity, consistency, guards, objects, outputs, rules, tokens
from lepton_infra.simulator.aws.defaults import SERVICE_DEFAULTS
from lepton_infra.simulator.aws.formats import FORMATS
from lepton_infra.simulator.aws.forms import FORMS, default_group
from lepton_infra.simulator.aws.immutable import IMMUTABLE
from lepton_infra.simulator.aws.reference_kinds import ARNS, EC2_IDS, NAMES, Kind
from lepton_infra.simulator.aws.resource_type import AwsType, OfRequest, Reference, Request
from lepton_infra.simulator.aws.unique_tables import UNIQUE
from lepton_infra.simulator.core.resource_type import InUse, Use, nothing_computed

_FREE: Final = {
    tokens.ACCESS_ENTRY: "principalArn",
    tokens.ACCESS_POLICY_ASSOCIATION: "principalArn",
    tokens.POD_IDENTITY_ASSOCIATION: "targetRoleArn",
}
_PREFIXES: Final = {id(kind): prefix for prefix, kind in EC2_IDS.items()}
_PATTERNS: Final = {id(kind): form.pattern for form, kind in ARNS}
_KINDS: Final = [*EC2_IDS.values(), *(kind for _, kind in ARNS), *(k for each in NAMES.values() for k in each.values())]


Migrated = Mapping[str, AwsType]


def _reference(kind: Kind, migrated: Migrated) -> Reference:
    known = [found for type in kind.types if type in migrated and (found := migrated[type].referred_to)]
    for place in kind.implied if not kind.types else ():
        type, _, path = place.partition("#")
        known += [migrated[type].implies[path]] if type in migrated else []
    if known:
        return known[0]
    return Reference(
        code=kind.code,
        message=kind.message,
        reach=kind.reach,
        generated=kind.generated,
        arn=_PATTERNS.get(id(kind)),
        id_prefix=_PREFIXES.get(id(kind)),
    )


def _request(entry: Mapping[str, Any]) -> Request:
    names = {
        path: OfRequest(name[1:]) if name.startswith("/") else name.strip(".")
        for path, name in entry.get("names", {}).items()
    }
    return Request(shape=entry["shape"], names=names, uncovered=entry.get("uncovered", {}))


def _uses(token: str) -> Iterator[Use]:
    for target, uses in guards.USES.items():
        for use in uses:
            if token in use.types:
                refusal = InUse(code=use.code, message=use.message)
                yield Use(target=target, property=use.property, refusal=refusal, unless=use.unless)


def _implied(token: str, references: Mapping[int, Reference]) -> Iterator[tuple[str, Reference]]:
    for kind in _KINDS:
        for place in kind.implied:
            type, _, path = place.partition("#")
            if type == token:
                yield path, references[id(kind)]


def records(migrated: Migrated) -> Iterator[AwsType]:
    """A record for each type that one of the tables knows."""
    requests = yaml.safe_load(files(__package__).joinpath("values.yaml").read_text(encoding="utf-8"))["types"]
    references = {id(kind): _reference(kind, migrated) for kind in _KINDS}
    for token, identifiers in FORMS.items():
        if token in migrated:
            continue
        request = requests.get(token)
        protection = guards.PROTECTIONS.get(token)
        yield AwsType(
            token=token,
            identifiers=identifiers,
            adopts=default_group if token == tokens.DEFAULT_SECURITY_GROUP else None,
            api=_request(request) if request else None,
            formats=FORMATS.get(token, {}),
            input_rules=consistency.INPUT_RULES.get(token, ()),
            references={path: references[id(kind)] for path, kind in NAMES.get(token, {}).items()},
            free=frozenset([_FREE[token]]) if token in _FREE else frozenset(),
            preconditions=rules.PRECONDITIONS.get(token, ()),
            unique=UNIQUE.get(token),
            overwrites=token in rules.OVERWRITING,
            defaults=SERVICE_DEFAULTS.get(token, {}),
            outputs=outputs.OUTPUTS.get(token, nothing_computed),
            implies=dict(_implied(token, references)),
            referred_to=next((references[id(kind)] for kind in _KINDS if token in kind.types), None),
            immutable=IMMUTABLE.get(token, frozenset()),
            uses=tuple(_uses(token)),
            deletion_rules=(protection,) if protection else (),
            cascade=rules.cascade if token == tokens.CLUSTER else None,
            bucket=objects.bucket if token in tokens.BUCKETS else None,
            sku_zones=capacity.sku_zones if token == tokens.NODE_GROUP else None,
        )
