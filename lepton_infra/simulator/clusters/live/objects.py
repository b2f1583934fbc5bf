"""The life of an object on an API server."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

import urllib3

from lepton_infra.simulator.behaviour import Call, CloudError, Made, NotLive, Properties, Stored
from lepton_infra.simulator.clusters.live import readiness, releases
from lepton_infra.simulator.clusters.live.drift import drifted
from lepton_infra.simulator.clusters.live.ignoring import left_alone
from lepton_infra.simulator.clusters.live.wire import (
    Target,
    identity_of,
    is_forced,
    manager_of,
    object_of,
    outputs_of,
    target_of,
)
from lepton_infra.simulator.clusters.manager import Clusters
from lepton_infra.simulator.control_plane.api import Api, ApiRefused, Object
from lepton_infra.simulator.kubernetes import kinds
from lepton_infra.simulator.kubernetes.reading import mapping, text
from lepton_infra.simulator.merging import overlay
from lepton_infra.simulator.properties import has_unknown
from lepton_infra.simulator.scope import is_pending

TIMEOUT_SECONDS: Final = 600.0
"""How long the real provider waits where nobody says otherwise (pulumi-kubernetes, provider/pkg/await)."""

_LOOK_SECONDS: Final = 0.2
_PROPAGATION: Final = {"orphan": "Orphan", "background": "Background"}


class Objects:
    """Verbs on the objects and releases of ``clusters``."""

    def __init__(self, clusters: Clusters) -> None:
        self._clusters = clusters

    def create(self, call: Call) -> Made:
        """Apply an object, whether there is one already or not, as the real provider does.

        Raises:
            CloudError: as the API server refuses.
        """
        with self._asked(call) as api:
            if call.type == kinds.RELEASE:
                return releases.install(api, call)
            target = target_of(api, call)
            if kinds.is_patch(call.type):
                api.get(target.kind, target.name, target.namespace)
            live = self._apply(api, call, target)
            return Made(id=target.id, outputs=outputs_of(live), overwrites=True)

    def update(self, call: Call) -> Properties:
        """Apply a changed object.

        Raises:
            CloudError: as the API server refuses; ``Conflict`` if another manager has set one of its fields.
        """
        with self._asked(call) as api:
            if call.type == kinds.RELEASE:
                return releases.upgrade(api, call)
            return outputs_of(self._apply(api, call, target_of(api, call)))

    def foresee(self, call: Call) -> Properties | None:
        """Result of a server-side dry run; None without an API server or while an input is unknown.

        A namespace or a kind that is not there yet may come with the same program, so that is no error here.
        """
        if is_pending(call.scope.config) or has_unknown(call.inputs) or call.type == kinds.RELEASE:
            return None
        if not self._clusters.exists(call.scope.key):
            return None
        with self._asked(call) as api:
            try:
                live = self._apply(api, call, target_of(api, call), dry_run=True)
            except ApiRefused as refused:
                if refused.reason == "NotFound":
                    return None
                raise
        return {key: value for key, value in outputs_of(live).items() if key != "status"}

    def look(self, call: Call) -> Stored | None:
        """The object as it is now, with the inputs that have drifted; None if it is gone.

        Raises:
            NotLive: if it is there and not ready.
        """
        stored = call.old
        assert stored is not None
        if not self._clusters.exists(call.scope.key):
            return None
        if call.type == kinds.RELEASE:
            return stored
        with self._asked(call) as api:
            target = target_of(api, call)
            try:
                live = api.get(target.kind, target.name, target.namespace)
            except ApiRefused as refused:
                if refused.reason == "NotFound":
                    return None
                raise
            now = dict(drifted(stored.inputs, live, self._wanted(api, call, target)))
            state = overlay(now, outputs_of(live))
            why = [] if _skips_waiting(call) else readiness.reasons(api, live)
        if why:
            raise NotLive([f"Resource '{target.name}' was created but failed to initialize", *why], state)
        return replace(stored, inputs=now, state=state)

    def settle(self, call: Call, made: Stored) -> Properties:
        """Wait until an object is ready; returns it as it is then.

        Raises:
            NotLive: if it is not in time, or nobody waits any more.
        """
        running = self._clusters.running(call.scope.key)
        if call.type == kinds.RELEASE:
            running.reconcile()
            return made.state
        if _skips_waiting(call):
            return made.state
        deadline = time.monotonic() + self._timeout(call)
        with self._asked(call) as api:
            target = target_of(api, replace(call, old=made))
            while True:
                running.check()
                live = api.get(target.kind, target.name, target.namespace)
                why = readiness.reasons(api, live)
                state = overlay(made.inputs, outputs_of(live))
                if not why:
                    return state
                ended = call.scope.cancelled.is_set()
                if ended or time.monotonic() > deadline:
                    name = target.name
                    late = f"'{name}' timed out waiting to be Ready"
                    what = f'Resource operation was cancelled for "{name}"' if ended else late
                    raise NotLive([_told(made, live, what), *why], state)
                call.scope.cancelled.wait(_LOOK_SECONDS)

    def delete(self, call: Call) -> None:
        """Delete an object, and wait until it is gone.

        Raises:
            CloudError: as the API server refuses, or if it is still there after the timeout.
        """
        assert call.old is not None
        if not self._clusters.exists(call.scope.key):
            return
        with self._asked(call) as api:
            if call.type == kinds.RELEASE:
                releases.uninstall(api, call)
                return
            target = target_of(api, call)
            if kinds.is_patch(call.type):
                api.apply(identity_of(target), manager_of(call))
                return
            policy = text(mapping(call.inputs, "metadata", "annotations").get("pulumi.com/deletionPropagationPolicy"))
            propagation = _PROPAGATION.get((policy or "").lower(), "Foreground")
            self._gone(
                call, target, lambda: api.delete(target.kind, target.name, target.namespace, propagation=propagation)
            )
            deadline = time.monotonic() + self._timeout(call)
            uid = mapping(call.old.state, "metadata").get("uid")
            while (live := self._still_there(api, target, uid)) is not None:
                if call.scope.cancelled.wait(_LOOK_SECONDS) or time.monotonic() > deadline:
                    held = ", ".join(live["metadata"].get("finalizers", [])) or "nothing"
                    raise CloudError(
                        "Timeout", f"timed out waiting for {target.id} to be deleted; its finalizers are: {held}"
                    )

    def forgotten(self, call: Call) -> None:
        """Withdraw the GPUs that a deleted release announced."""
        if call.type == kinds.RELEASE and self._clusters.exists(call.scope.key):
            self._clusters.running(call.scope.key).reconcile()

    def _gone(self, call: Call, target: Target, act: Callable[[], object]) -> None:
        try:
            act()
        except ApiRefused as refused:
            if refused.reason != "NotFound":
                raise

    def _still_there(self, api: Api, target: Target, uid: Any) -> Object | None:
        try:
            live = api.get(target.kind, target.name, target.namespace)
        except ApiRefused as refused:
            if refused.reason == "NotFound":
                return None
            raise
        return live if uid in (None, live["metadata"]["uid"]) else None

    def _apply(self, api: Api, call: Call, target: Target, *, dry_run: bool = False) -> Object:
        wanted = object_of(call, target)
        if call.ignored and call.old is not None:
            live = api.get(target.kind, target.name, target.namespace)
            wanted = left_alone(wanted, live, call.ignored, manager_of(call))
        return api.apply(wanted, manager_of(call), force=is_forced(call), dry_run=dry_run)

    def _wanted(self, api: Api, call: Call, target: Target) -> Object:
        """What the API server would make of the stored inputs now; the inputs themselves where it would refuse them."""
        given = object_of(call, target)
        try:
            return api.apply(given, manager_of(call), force=True, dry_run=True)
        except ApiRefused:
            return given

    def _timeout(self, call: Call) -> float:
        annotated = text(mapping(call.inputs, "metadata", "annotations").get("pulumi.com/timeoutSeconds")) or ""
        seconds = call.timeout or (float(annotated) if annotated.isdecimal() else TIMEOUT_SECONDS)
        return seconds * self._clusters.wait_scale

    @contextmanager
    def _asked(self, call: Call) -> Iterator[Api]:
        """The API of a call's cluster; what it refuses becomes the cloud's refusal."""
        api = self._clusters.running(call.scope.key).api
        try:
            yield api
        except ApiRefused as refused:
            detected = "Server-Side Apply field conflict detected: " if refused.reason == "Conflict" else ""
            raise CloudError(refused.reason, f"{detected}{refused.message}") from refused
        except urllib3.exceptions.HTTPError as error:
            raise CloudError("Unreachable", f"the API server of {call.scope.key} does not answer: {error}") from error


def _skips_waiting(call: Call) -> bool:
    return (
        kinds.is_patch(call.type)
        or mapping(call.inputs, "metadata", "annotations").get("pulumi.com/skipAwait") == "true"
    )


def _told(made: Stored, live: Mapping[str, Any], why: str) -> str:
    return (
        f'{live["kind"]} resource "{made.id}" was successfully created, but the Kubernetes API server reported that it '
        f"failed to fully initialize or become live: {why}"
    )
