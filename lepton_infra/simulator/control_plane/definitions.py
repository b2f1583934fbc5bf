"""Custom resource definitions, as their projects publish them in their Go modules."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from lepton_infra.console import Say
from lepton_infra.engine import go_build
from lepton_infra.engine.go_build import Unavailable
from lepton_infra.simulator.control_plane.api import Api

MANAGER = "lepton-definitions"
_KIND = "CustomResourceDefinition"
_SECONDS = 60.0
_ASK_EVERY_SECONDS = 0.1


@dataclass(frozen=True, kw_only=True)
class DefinitionSet:
    """The definitions of one project: ``folder`` of a Go module, whose content ``checksum`` (as in ``go.sum``) pins."""

    module: str
    version: str
    checksum: str
    folder: str


SETS = MappingProxyType(
    {
        "gateway-api": DefinitionSet(
            module="sigs.k8s.io/gateway-api",
            version="v1.6.0",
            checksum="h1:735YBRj5NXFrOGX0GoSjwzUIzbz8kiEOfADsqHFmHgE=",
            folder="config/crd/standard",
        ),
        "envoy-gateway": DefinitionSet(
            module="github.com/envoyproxy/gateway",
            version="v1.9.1",
            checksum="h1:vAVp6/AlBXJ1aOhp1mxL7fNEzVEfjADUguUhm2wzxQY=",
            folder="charts/gateway-helm/charts/crds/crds/generated",
        ),
        "keda": DefinitionSet(
            module="github.com/kedacore/keda/v2",
            version="v2.21.0",
            checksum="h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps=",
            folder="config/crd/bases",
        ),
        "prometheus-operator": DefinitionSet(
            module="github.com/prometheus-operator/prometheus-operator",
            version="v0.85.0",
            checksum="h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=",
            folder="example/prometheus-operator-crd",
        ),
        "cert-manager": DefinitionSet(
            module="github.com/cert-manager/cert-manager",
            version="v1.21.2",
            checksum="h1:UWgoYM+KLNtRlqmoWOKjKBOBUPVHeepQ6/ac3ERJW68=",
            folder="deploy/crds",
        ),
        "velero": DefinitionSet(
            module="github.com/vmware-tanzu/velero",
            version="v1.18.3",
            checksum="h1:9uwN5yxTWQl9PsF5ljX4xiG+7VIq3I9mxOQ0DyyZ31A=",
            folder="config/crd/v1/bases",
        ),
    }
)
"""By name. The add-on of KEDA for HTTP is not among them: its module is not to be had from the public module proxy."""


def folder(name: str) -> Path:
    """Cache folder of a set's definitions, for all checkouts."""
    return go_build.cache_folder("definitions") / f"{name}-{SETS[name].version}"


def fetch(pin: Path, say: Say) -> None:
    """Get every set that is not there yet from its module. ``pin`` is a Go module, only for its Go version.

    Raises:
        Unavailable: if there is no Go, or a module cannot be had or is not the one that was pinned.
    """
    for name, wanted in SETS.items():
        target = folder(name)
        if target.exists():
            continue
        say(f"fetching the definitions of {name} {wanted.version}")
        source = _module(go_build.find_go(pin), pin, wanted) / wanted.folder
        with go_build.replacing(target) as fresh:
            for file in sorted(source.glob("*.yaml")):
                # Only the content: a module cache is read-only, and so would be the copies.
                shutil.copyfile(file, fresh / file.name)


def _module(go: str, pin: Path, wanted: DefinitionSet) -> Path:
    query = [go, "mod", "download", "-json", f"{wanted.module}@{wanted.version}"]
    answer = subprocess.run(query, cwd=pin, capture_output=True, text=True, check=False)
    try:
        told = json.loads(answer.stdout)
    except ValueError:
        told = {"Error": answer.stderr.strip()[-300:]}
    if error := told.get("Error"):
        raise Unavailable(f"`go mod download` fails: {error}")
    if told["Sum"] != wanted.checksum:
        raise Unavailable(f"{wanted.module} {wanted.version} has checksum {told['Sum']}, not {wanted.checksum}")
    return Path(told["Dir"])


def install(api: Api, set_name: str) -> None:
    """Make the API server know the kinds of a set; returns when it serves them.

    Raises:
        KeyError: if there is no set of that name.
        Unavailable: if its files have not been fetched.
        ApiRefused: if the API server refuses one.
        TimeoutError: if one is not served within a minute.
    """
    source = folder(set_name)
    if not source.exists():
        raise Unavailable(f"{source} is not there; `lepton control-plane` gets it")
    objects = [item for file in sorted(source.glob("*.yaml")) for item in _objects(file)]
    for item in objects:
        api.apply(item, MANAGER, force=True)
    deadline = time.monotonic() + _SECONDS
    waiting = [item["metadata"]["name"] for item in objects if item["kind"] == _KIND]
    while waiting := [name for name in waiting if not _established(api.get(_KIND, name))]:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{', '.join(waiting)} not served within {_SECONDS:.0f} s")
        time.sleep(_ASK_EVERY_SECONDS)
    api.refresh()


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML as Go reads it: a lone ``=`` is a text, not the old tag for a default value."""


_Loader.add_constructor("tag:yaml.org,2002:value", lambda loader, node: loader.construct_scalar(node))


def _objects(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as stream:
        for item in yaml.load_all(stream, Loader=_Loader):
            if item:
                # What a generator leaves behind; a server sets it by itself.
                item.pop("status", None)
                yield item


def _established(definition: dict[str, Any]) -> bool:
    # None between the definition's being there and the controller's first look at it.
    conditions = definition.get("status", {}).get("conditions") or []
    return any(condition["type"] == "Established" and condition["status"] == "True" for condition in conditions)
