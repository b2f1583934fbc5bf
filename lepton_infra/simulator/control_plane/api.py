"""Client of a Kubernetes API server."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import urllib3

from lepton_infra.simulator.control_plane import kinds
from lepton_infra.simulator.control_plane.kinds import Kind

Object = dict[str, Any]
"""A Kubernetes object as JSON."""

Objects = list[Object]

_CONNECTIONS = 16
_SECONDS = 60.0
_LATER = urllib3.Retry(
    total=10, connect=0, read=0, other=0, status_forcelist=[429], allowed_methods=None, raise_on_status=False
)
"""Only where the server says that it is not ready for a kind yet, and when to ask again; so do its own clients."""
_APPLY, _MERGE, _JSON = "application/apply-patch+yaml", "application/merge-patch+json", "application/json"


class ApiRefused(Exception):
    """The API server's own error. ``reason`` is a word such as ``NotFound``, ``message`` its sentence."""

    def __init__(self, code: int, reason: str, message: str) -> None:
        super().__init__(f"{message} ({code} {reason})")
        self.code = code
        self.reason = reason
        self.message = message


class Api:
    """An API server, for one user. May be used by several threads.

    A kind is given as ``Pod``, or as ``apps/v1/Deployment`` where several groups have one of that name. Namespaced
    objects that name no namespace are in ``default``. Every method raises ``ApiRefused``.
    """

    def __init__(self, *, endpoint: str, ca_file: Path, token: str) -> None:
        self._endpoint = endpoint
        self._pool = urllib3.PoolManager(
            ca_certs=str(ca_file),
            headers={"Authorization": f"Bearer {token}"},
            maxsize=_CONNECTIONS,
            block=True,
            retries=_LATER,
            timeout=urllib3.Timeout(_SECONDS),
        )
        self._kinds: tuple[Kind, ...] = ()

    def version(self) -> str:
        """The version of Kubernetes, such as ``v1.37.2``."""
        return str(self._ask("GET", "/version")["gitVersion"])

    def kind(self, wanted: str) -> Kind:
        """API path of a kind. Asks the server again if it is not known: definitions may have been added."""
        found = kinds.choose(self._kinds, wanted)
        if found is None:
            self.refresh()
            found = kinds.choose(self._kinds, wanted)
        if found is None:
            raise ApiRefused(404, "NotFound", f"the server has no kind {wanted}")
        return found

    def refresh(self) -> None:
        """Ask the server anew which kinds it has."""
        answers = [self._ask("GET", path, accept=kinds.ACCEPT) for path in ("/api", "/apis")]
        self._kinds = tuple(kind for answer in answers for kind in kinds.read(answer))

    def apply(
        self, object: Mapping[str, Any], field_manager: str, *, force: bool = False, dry_run: bool = False
    ) -> Object:
        """Server-side apply, with strict validation of fields. Returns the live object.

        ``force`` takes fields over from other managers instead of a conflict; ``dry_run`` only asks.
        """
        kind, metadata = self.kind(f"{object['apiVersion']}/{object['kind']}"), object["metadata"]
        query = {"fieldManager": field_manager, "fieldValidation": "Strict", "force": json.dumps(force)}
        if dry_run:
            query["dryRun"] = "All"
        path = kind.path(_namespace(metadata.get("namespace")), metadata["name"])
        return self._ask("PATCH", path, query, body=object, content=_APPLY)

    def create(self, object: Mapping[str, Any], field_manager: str) -> Object:
        """Make a new object, with strict validation of fields; its status is kept where its kind allows that."""
        kind = self.kind(f"{object['apiVersion']}/{object['kind']}")
        query = {"fieldManager": field_manager, "fieldValidation": "Strict"}
        path = kind.path(_namespace(object["metadata"].get("namespace")))
        return self._ask("POST", path, query, body=object, content=_JSON)

    def patch(
        self, kind: str, name: str, change: Mapping[str, Any], namespace: str | None = None, *, field_manager: str
    ) -> Object:
        """Merge ``change`` into an object; None removes a field."""
        path = self.kind(kind).path(_namespace(namespace), name)
        query = {"fieldManager": field_manager, "fieldValidation": "Strict"}
        return self._ask("PATCH", path, query, body=change, content=_MERGE)

    def patch_status(
        self, kind: str, name: str, status: Mapping[str, Any], namespace: str | None = None, *, field_manager: str
    ) -> Object:
        """Merge ``status`` into the status of an object."""
        path = self.kind(kind).path(_namespace(namespace), name, "status")
        query = {"fieldManager": field_manager, "fieldValidation": "Strict"}
        return self._ask("PATCH", path, query, body={"status": status}, content=_MERGE)

    def get(self, kind: str, name: str, namespace: str | None = None) -> Object:
        """An object."""
        return self._ask("GET", self.kind(kind).path(_namespace(namespace), name))

    def list(self, kind: str, namespace: str | None = None, label_selector: str = "") -> Objects:
        """All objects of a kind, in one namespace or in all. They come without ``apiVersion`` and ``kind``."""
        answer = self._ask("GET", self.kind(kind).path(namespace), {"labelSelector": label_selector})
        items: Objects = answer["items"]
        return items

    def delete(
        self,
        kind: str,
        name: str,
        namespace: str | None = None,
        *,
        propagation: str = "Background",
        grace_seconds: int | None = None,
    ) -> Object:
        """Delete an object. It may stay for a while with a time of deletion; what it owns goes by ``propagation``."""
        options: dict[str, Any] = {"propagationPolicy": propagation}
        if grace_seconds is not None:
            options["gracePeriodSeconds"] = grace_seconds
        path = self.kind(kind).path(_namespace(namespace), name)
        return self._ask("DELETE", path, body=options, content=_JSON)

    def evict(self, pod: str, namespace: str, *, dry_run: bool = False) -> None:
        """Ask for a pod to go, as a drain does. Refused with 429 as long as a disruption budget forbids it. ``dry_run``
        only asks."""
        eviction: Object = {
            "apiVersion": "policy/v1",
            "kind": "Eviction",
            "metadata": {"name": pod, "namespace": namespace},
        }
        if dry_run:
            eviction["deleteOptions"] = {"dryRun": ["All"]}
        self._ask("POST", self.kind("v1/Pod").path(namespace, pod, "eviction"), body=eviction)

    def watch(
        self, kind: str, namespace: str | None = None, label_selector: str = "", *, seconds: int
    ) -> Iterator[tuple[str, Object]]:
        """Events of a watch: objects as ``ADDED``, then each change (``MODIFIED``, ``DELETED``), for ``seconds``."""
        query = {"watch": "true", "labelSelector": label_selector, "timeoutSeconds": str(seconds)}
        response = self._pool.request(
            "GET",
            f"{self._endpoint}{self.kind(kind).path(namespace)}?{urlencode(query)}",
            timeout=urllib3.Timeout(connect=_SECONDS, read=seconds + _SECONDS),
            preload_content=False,
        )
        try:
            if response.status != 200:
                raise _refusal(response.status, response.read())
            rest = b""
            for part in response.stream():
                *lines, rest = (rest + part).split(b"\n")
                for line in lines:
                    event = json.loads(line)
                    if event["type"] == "ERROR":
                        raise _refusal(event["object"].get("code", 500), json.dumps(event["object"]).encode())
                    yield event["type"], event["object"]
        finally:
            response.close()

    def _ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        body: Mapping[str, Any] | None = None,
        content: str = _JSON,
        accept: str = _JSON,
    ) -> Object:
        headers = {**self._pool.headers, "Accept": accept, "Content-Type": content}
        url = f"{self._endpoint}{path}?{urlencode(query or {})}"
        answer = self._pool.request(method, url, body=None if body is None else json.dumps(body), headers=headers)
        if answer.status >= 300:
            raise _refusal(answer.status, answer.data)
        found: Object = json.loads(answer.data)
        return found


def _namespace(namespace: str | None) -> str:
    return namespace or "default"


def _refusal(code: int, answer: bytes) -> ApiRefused:
    try:
        status = json.loads(answer)
    except ValueError:
        status = {}
    message = status.get("message") or answer.decode(errors="replace").strip()
    return ApiRefused(code, status.get("reason") or "Unknown", message)
