"""Facts about model servers among the pods: verification of the model's SHA-256, and prompts in logs."""

from __future__ import annotations

import re
from typing import Any

from lepton_infra.compliance.facts.kubernetes.containers import devices, variables
from lepton_infra.compliance.facts.kubernetes.objects import enabled, kind
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource, Seen
from lepton_infra.compliance.graph.paths import items, member, texts
from lepton_infra.compliance.graph.unknown import has_unknown

_SERVERS = ("tensorflow_model_server", "vllm", "tritonserver", "text-generation-launcher", "sglang", "torchserve")
"""Model servers, by a word of the command, an argument or the image's name."""

_DIGEST = re.compile(r"\b(sha256:)?[0-9a-f]{64}\b")
_DIGEST_NAME = re.compile(r"(DIGEST|SHA256)$")

_LOG_CONTENT = re.compile(r"--(enable-)?log-(requests|outputs)|--enable[-_]request[-_]logging|--log-request-body")
_LOG_NOTHING = re.compile(r"--no-enable-log-requests|--disable-log-requests")
_MAY_LOG = ("vllm",)
"""Servers that logged prompts by default in some of their versions: those must say that they do not (docs.vllm.ai)."""


def verified(resource: Resource, spec: str) -> Seen[bool] | None:
    """SHA-256 of the model among the inputs of an init container; None if no model is served.

    It is given by a variable whose name ends in ``DIGEST`` or ``SHA256``, or by an argument. What the container does
    with it is not to be seen here.
    """
    if not serves(resource, spec):
        return None
    path = f"{spec}.initContainers"
    found: list[Any] = []
    for each in items(resource.get(path)):
        if each is UNKNOWN:
            found.append(UNKNOWN)
        found += [value for name, value in variables(member(each, "env")) if _DIGEST_NAME.search(str(name))]
        found += [*items(member(each, "command")), *items(member(each, "args"))]
    if any(isinstance(value, str) and _DIGEST.search(value) for value in found):
        return resource.says(True, path)
    return resource.says(UNKNOWN if has_unknown(found) else False, path)


def serves(resource: Resource, spec: str) -> bool:
    """True if a model is served: a known server runs, or a container that does not run to its end has devices."""
    goes_on = kind(resource) not in ("Job", "CronJob")
    containers = items(resource.get(f"{spec}.containers"))
    return any((goes_on and devices(member(each, "resources"))) or _names(each, _SERVERS) for each in containers)


def logs_content(resource: Resource, spec: str) -> Seen[bool]:
    """Logging of prompts or answers, by the arguments of the containers."""
    path = f"{spec}.containers"
    answers = [_logs(each) for each in items(resource.get(path))]
    return resource.says(True if True in answers else UNKNOWN if UNKNOWN in answers else False, path)


def _logs(container: Any) -> Any:
    words = [*items(member(container, "command")), *items(member(container, "args"))]
    if has_unknown(words) or container is UNKNOWN:
        return UNKNOWN
    for flag, _, value in (str(word).partition("=") for word in words):
        if _LOG_NOTHING.fullmatch(flag):
            return False
        if _LOG_CONTENT.fullmatch(flag) and (not value or enabled(value)):
            return True
    return UNKNOWN if _names(container, _MAY_LOG) else False


def _names(container: Any, programs: tuple[str, ...]) -> bool:
    said = [member(container, key) for key in ("image", "command", "args")]
    return any(program in text for text in texts(said) for program in programs)
