"""The digest of an image's tag, by the OCI distribution API, as any anonymous client reads it.

Specification: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md; tokens as in
https://distribution.github.io/distribution/spec/auth/token/.
"""

from __future__ import annotations

import hashlib
import json
import re
from urllib.parse import urlencode, urlsplit

from lepton_infra.delivery.pin.http import Answer, Unread, get

_MANIFESTS = ", ".join(
    (
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)
"""An index first: its digest stands for the image on every processor."""

_DOCKER_HUB = "docker.io"
_DOCKER_HUB_API = "registry-1.docker.io"
_LOOPBACK = ("localhost", "127.0.0.1")
_PARAMETER = re.compile(r'(\w+)="([^"]*)"')


def manifest_url(source: str, tag: str) -> str:
    """URL of the manifest of ``source:tag`` at its registry.

    Raises:
        Unread: if ``source`` names no registry.
    """
    host, _, repository = source.partition("/")
    if not repository or not ("." in host or ":" in host):
        raise Unread(f"{source!r} does not start with a registry; write it as docker.io/<name>/<image>")
    if host == _DOCKER_HUB:
        host = _DOCKER_HUB_API
        repository = repository if "/" in repository else f"library/{repository}"
    scheme = "http" if host.partition(":")[0] in _LOOPBACK else "https"
    return f"{scheme}://{host}/v2/{repository}/manifests/{tag}"


def digest(url: str) -> str:
    """The digest of the manifest at ``url``: the SHA-256 of the very bytes that the registry serves.

    Raises:
        Unread: if the registry does not serve one, or names another digest than its bytes have.
    """
    answer = get(url, accept=_MANIFESTS)
    if answer.status == 401:
        answer = get(url, accept=_MANIFESTS, token=_token(url, answer))
    if answer.status == 404:
        raise Unread(f"{url} does not exist: the registry has no such image or tag")
    if answer.status != 200:
        raise Unread(f"{url} answered {answer.status} instead of a manifest")
    if not isinstance(_json(answer, url).get("schemaVersion"), int):
        raise Unread(f"{url} answered with something else than a manifest")
    computed = f"sha256:{hashlib.sha256(answer.body).hexdigest()}"
    stated = answer.headers.get("docker-content-digest", computed)
    if stated != computed:
        raise Unread(f"{url} calls itself {stated} but its bytes have the digest {computed}")
    return computed


def _token(url: str, refusal: Answer) -> str:
    """An anonymous token from the service that a 401 names."""
    challenge = refusal.headers.get("www-authenticate", "")
    scheme, _, rest = challenge.partition(" ")
    parameters = dict(_PARAMETER.findall(rest))
    realm = parameters.pop("realm", "")
    if scheme.lower() != "bearer" or not realm:
        raise Unread(f"{url} wants a login ({challenge or 'of no kind it names'}); only public images can be pinned")
    if urlsplit(realm).scheme != "https" and urlsplit(url).scheme == "https":
        raise Unread(f"{url} sends for its token to {realm}, which is not encrypted")
    query = urlencode({name: parameters[name] for name in ("service", "scope") if name in parameters})
    answer = get(f"{realm}?{query}", accept="application/json")
    if answer.status != 200:
        raise Unread(f"{realm} answered {answer.status} instead of a token; only public images can be pinned")
    granted = _json(answer, realm)
    token = granted.get("token") or granted.get("access_token")
    if not isinstance(token, str):
        raise Unread(f"{realm} gave no token")
    return token


def _json(answer: Answer, url: str) -> dict[str, object]:
    try:
        value = json.loads(answer.body)
    except ValueError as error:
        raise Unread(f"{url} answered with something else than JSON") from error
    return value if isinstance(value, dict) else {}
