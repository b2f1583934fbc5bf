"""Stages by which kwok runs pods, changed while a cluster runs.

kwok plays stages: a selector of objects, a delay and the status they get. They are objects of the cluster themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lepton_infra.simulator.control_plane.api import Api, ApiRefused

MANAGER = "lepton-stages"
_KIND = "kwok.x-k8s.io/v1alpha1/Stage"
_POD_READY = "pod-ready"


def pods_start_after(api: Api, seconds: float) -> None:
    """Pods that are scheduled from now on need so long until they are ready; 0 is at once, as in the beginning."""
    delay = {"durationMilliseconds": round(seconds * 1000)} if seconds else None
    api.patch(_KIND, _POD_READY, {"spec": {"delay": delay}}, field_manager=MANAGER)


def init_container_fails(
    api: Api, name: str, *, variable: str | None = None, unless: Sequence[str] = (), message: str = ""
) -> None:
    """Pods with an init container ``name`` never start, for it fails over and over; those whose init container has an
    environment variable ``variable`` with a value in ``unless`` do.

    Pods that failed stay so. A new one starts if it is of the other kind, or after ``init_container_succeeds``.
    """
    container = f'.spec.initContainers.[] | select( .name == "{name}" )'
    selector: list[dict[str, Any]] = [
        {"key": ".metadata.deletionTimestamp", "operator": "DoesNotExist"},
        {"key": ".status.phase", "operator": "In", "values": ["Pending"]},
        {"key": ".status.initContainerStatuses.[].state.waiting.reason", "operator": "DoesNotExist"},
        {"key": f"{container} | .name", "operator": "In", "values": [name]},
    ]
    if variable is not None:
        value = f'{container} | .env.[] | select( .name == "{variable}" ) | .value'
        selector.append({"key": value, "operator": "NotIn", "values": list(unless)})
    stage = {
        "apiVersion": "kwok.x-k8s.io/v1alpha1",
        "kind": "Stage",
        "metadata": {"name": _failing(name)},
        "spec": {
            "resourceRef": {"apiGroup": "v1", "kind": "Pod"},
            "selector": {"matchExpressions": selector},
            # Of the stages that fit, those with a weight win; making a pod ready has none.
            "weight": 1,
            "next": {"statusTemplate": _FAILED.replace("@NAME@", name).replace("@MESSAGE@", message)},
        },
    }
    api.apply(stage, MANAGER, force=True)


def init_container_succeeds(api: Api, name: str) -> None:
    """Take ``init_container_fails`` back. Pods that failed stay so until they are replaced."""
    try:
        api.delete(_KIND, _failing(name))
    except ApiRefused as refused:
        if refused.reason != "NotFound":
            raise


def _failing(name: str) -> str:
    return f"init-{name}-fails"


_FAILED = """\
{{ $now := Now }}
phase: Pending
startTime: {{ $now | Quote }}
conditions:
- type: Initialized
  status: "False"
  reason: ContainersNotInitialized
  message: "containers with incomplete status: [@NAME@]"
  lastTransitionTime: {{ $now | Quote }}
- type: Ready
  status: "False"
  reason: ContainersNotReady
  lastTransitionTime: {{ $now | Quote }}
- type: ContainersReady
  status: "False"
  reason: ContainersNotReady
  lastTransitionTime: {{ $now | Quote }}
initContainerStatuses:
{{ range .spec.initContainers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  ready: false
  started: false
  {{ if eq .name "@NAME@" }}
  restartCount: 1
  state:
    waiting:
      reason: CrashLoopBackOff
      message: {{ "@MESSAGE@" | Quote }}
  lastState:
    terminated:
      exitCode: 1
      reason: Error
      message: {{ "@MESSAGE@" | Quote }}
      startedAt: {{ $now | Quote }}
      finishedAt: {{ $now | Quote }}
  {{ else }}
  restartCount: 0
  state:
    waiting:
      reason: PodInitializing
  {{ end }}
{{ end }}
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  ready: false
  started: false
  restartCount: 0
  state:
    waiting:
      reason: PodInitializing
{{ end }}
"""
