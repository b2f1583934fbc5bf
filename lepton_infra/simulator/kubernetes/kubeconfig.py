"""The cluster of a provider's configuration, read from its kubeconfig alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import yaml

from lepton_infra.simulator.behaviour import UNKNOWN, Failure, Properties
from lepton_infra.simulator.kubernetes.reading import mapping, sequence, text


def scope_key(config: Properties) -> str:
    """The store's name for the cluster: the address of its API server.

    Two providers with the same server share their objects, whatever their contexts are called. A kubeconfig that is not
    known yet stands for a cluster that has nothing in it, one that is absent or a path for the machine's own.
    """
    given = config.get("kubeconfig")
    if given is UNKNOWN:
        return "kubernetes:not-known-yet"
    parsed = _parsed(given)
    if parsed is None:
        return f"kubernetes:file:{given or '~/.kube/config'}"
    server = text(mapping(_named(parsed, "clusters", _cluster_name(parsed, config)), "cluster").get("server"))
    return f"kubernetes:{(server or 'no-server').rstrip('/')}"


def configure(config: Properties) -> list[Failure]:
    """Failures of a provider's configuration that keep it from finding its cluster."""
    given = config.get("kubeconfig")
    if given is None or given is UNKNOWN:
        return []
    parsed = _parsed(given)
    if parsed is None:
        if isinstance(given, str) and given.strip() and "\n" not in given and "{" not in given:
            return []
        return [Failure(path="kubeconfig", reason="is no kubeconfig: not a YAML or JSON mapping and not a path")]
    context = text(config.get("context")) or text(parsed.get("current-context"))
    if not text(config.get("cluster")):
        if not context:
            return [Failure(path="kubeconfig", reason="names no current-context and the provider no context")]
        if not _named(parsed, "contexts", context):
            known = ", ".join(_names(parsed, "contexts")) or "none"
            return [Failure(path="kubeconfig", reason=f"has no context {context!r}; it has: {known}")]
    cluster = _cluster_name(parsed, config)
    entry = _named(parsed, "clusters", cluster)
    if not entry:
        known = ", ".join(_names(parsed, "clusters")) or "none"
        return [Failure(path="kubeconfig", reason=f"has no cluster {cluster!r}; it has: {known}")]
    server = text(mapping(entry, "cluster").get("server"))
    if not server or "://" not in server:
        return [Failure(path="kubeconfig", reason=f"cluster {cluster!r}: server is {server!r}, not a URL")]
    return []


def default_namespace(config: Properties) -> str:
    """Namespace of an object that has none: the provider's own choice, its context's, or ``default``."""
    chosen = text(config.get("namespace"))
    parsed = _parsed(config.get("kubeconfig")) or {}
    context = mapping(_named(parsed, "contexts", _context_name(parsed, config)), "context")
    return chosen or text(context.get("namespace")) or "default"


def _parsed(given: Any) -> Mapping[str, Any] | None:
    return _loaded(given) if isinstance(given, str) else None


@lru_cache(maxsize=64)
def _loaded(given: str) -> Mapping[str, Any] | None:
    """A kubeconfig's text, parsed once: every call on a cluster asks for it."""
    try:
        parsed = yaml.safe_load(given)
    except yaml.YAMLError:
        return None
    return parsed if isinstance(parsed, Mapping) else None


def _context_name(parsed: Mapping[str, Any], config: Properties) -> str | None:
    return text(config.get("context")) or text(parsed.get("current-context"))


def _cluster_name(parsed: Mapping[str, Any], config: Properties) -> str | None:
    context = mapping(_named(parsed, "contexts", _context_name(parsed, config)), "context")
    return text(config.get("cluster")) or text(context.get("cluster"))


def _named(parsed: Mapping[str, Any], section: str, name: str | None) -> Mapping[str, Any]:
    entries = (mapping(entry) for entry in sequence(parsed.get(section)))
    return next((entry for entry in entries if name and entry.get("name") == name), {})


def _names(parsed: Mapping[str, Any], section: str) -> list[str]:
    return [str(mapping(entry).get("name")) for entry in sequence(parsed.get(section))]
