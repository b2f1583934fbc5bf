"""Helm releases: one resource each, with a pinned chart version."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lepton_infra.simulator.behaviour import UNKNOWN, Call, CloudError, Failure, Made
from lepton_infra.simulator.kubernetes import contents, syntax
from lepton_infra.simulator.kubernetes.admission import require_namespace
from lepton_infra.simulator.kubernetes.reading import text

NAME_LIMIT = 53
"""Longest name of a release: helm leaves ten characters for what charts append (helm ``pkg/chartutil``)."""

_EXACT = re.compile(r"v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")


def release_failures(inputs: Mapping[str, Any]) -> list[Failure]:
    """Failures of a release. Stricter than helm in one thing: the version must be given, and be one version."""
    failures = []
    version, chart = inputs.get("version"), text(inputs.get("chart")) or ""
    local = chart.startswith((".", "/"))
    if version in (None, "") and not local:
        failures.append(
            syntax.required("version", "pin the chart to one version; without it every run takes the latest")
        )
    elif (known := text(version)) and not _EXACT.fullmatch(known):
        failures.append(
            syntax.invalid("version", known, "must be one exact semantic version, such as 1.2.3, not a range")
        )
    name = text(inputs.get("name"))
    if name is not None:
        failures += syntax.subdomain_failures(name, "name")
        if len(name) > NAME_LIMIT:
            failures.append(syntax.invalid("name", name, f"must be no more than {NAME_LIMIT} characters"))
    namespace = text(inputs.get("namespace"))
    return failures + (syntax.label_failures(namespace, "namespace") if namespace else [])


def install(call: Call) -> Made:
    """Install a release.

    Raises:
        CloudError: if its namespace does not exist and it may not create it, or its name is taken there.
    """
    namespace = str(call.inputs["namespace"])
    if call.inputs.get("createNamespace") is not True:
        require_namespace(call.scope, namespace)
    return record(call)


def record(call: Call) -> Made:
    """The release itself, as helm records it.

    Raises:
        CloudError: if its name is taken in its namespace.
    """
    namespace, name = str(call.inputs["namespace"]), str(call.inputs["name"])
    if any(stored.id == f"{namespace}/{name}" for stored in contents.releases(call.scope)):
        raise CloudError("AlreadyExists", "cannot re-use a name that is still in use")
    return Made(id=f"{namespace}/{name}", outputs={"status": _status(call.inputs, 1), "resourceNames": {}})


def upgrade(call: Call) -> Mapping[str, Any]:
    """The outputs of a release after an upgrade: the next revision."""
    before = call.old.state.get("status", {}).get("revision", 1) if call.old else 1
    return {"status": _status(call.inputs, int(before) + 1), "resourceNames": {}}


def _status(inputs: Mapping[str, Any], revision: int) -> dict[str, Any]:
    version = inputs.get("version")
    return {
        "name": inputs["name"],
        "namespace": inputs["namespace"],
        "revision": revision,
        "status": "deployed",
        "chart": str(inputs["chart"]).rpartition("/")[2],
        "version": None if version is UNKNOWN else version,
    }
