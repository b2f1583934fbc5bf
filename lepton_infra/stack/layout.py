"""Keys of a stack file around the region: the engine's own, and those of other namespaces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from lepton_infra.errors import NOTHING, Problem
from lepton_infra.stack.yaml_lines import Document

TOP_LEVEL = ("config", "environment", "secretsprovider", "encryptionsalt", "encryptedkey")
"""The keys that the engine knows in a stack file (``workspace.ProjectStack``)."""

NAMESPACE = "lepton"
REGION = f"{NAMESPACE}:region"
"""The config key whose value is the region."""

PROVIDERS = "pulumi:disable-default-providers"
"""Default providers take account and region from the machine's environment: off, for all clouds."""


def has_region(document: Document) -> bool:
    """True if the file has the key ``lepton:region``."""
    config = document.value.get("config") if isinstance(document.value, Mapping) else None
    return isinstance(config, Mapping) and REGION in config


def problems(document: Document) -> Iterator[Problem]:
    """Invalid keys and values around the region."""
    if not isinstance(document.value, Mapping):
        message = "is empty" if document.value is None else "must be a mapping of keys to values"
        yield Problem(path=(), message=f"the file {message}", allowed=", ".join(TOP_LEVEL))
        return
    for key in document.value:
        if key not in TOP_LEVEL:
            yield _unknown((key,), key, TOP_LEVEL, "is not a key of a stack file")
    config = document.value.get("config", NOTHING)
    if not isinstance(config, Mapping):
        message = "is missing" if config is NOTHING else "must be a mapping of keys to values"
        yield Problem(path=("config",), given=config, message=message, allowed=f"{PROVIDERS}, {REGION}")
        return
    yield from _keys(config)
    yield from default_providers(config.get(PROVIDERS))


def _keys(config: Mapping[str, object]) -> Iterator[Problem]:
    for key in config:
        if ":" not in key:
            message = "has no namespace"
            yield _unknown(("config", key), key, (REGION, PROVIDERS), message)
        elif key.partition(":")[0] == NAMESPACE and key != REGION:
            yield _unknown(("config", key), key, (REGION,), "unknown key")
    if REGION not in config:
        yield Problem(path=("config", REGION), message="is missing", allowed="the region that the stack is")


def default_providers(given: object) -> Iterator[Problem]:
    """The value of ``PROVIDERS``, None where it is missing, turns all of them off."""
    if given != ["*"]:
        message = "is missing" if given is None else "leaves default providers on, which may land in another region"
        shown = NOTHING if given is None else given
        yield Problem(path=("config", PROVIDERS), given=shown, message=message, allowed='["*"]')


def _unknown(path: tuple[str | int, ...], key: str, known: tuple[str, ...], message: str) -> Problem:
    near = get_close_matches(key, known, n=1)
    hint = f"; did you mean {near[0]}?" if near else "; remove it"
    return Problem(path=path, message=message + hint, allowed=", ".join(known))
