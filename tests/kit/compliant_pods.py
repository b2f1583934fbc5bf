"""A model's pods and a driver's, as a region that keeps every control has them."""

from __future__ import annotations

from dataclasses import replace

from lepton_infra.compliance.facts import Chart, Container, Pods
from tests.kit.obligations import DIGEST, resource, says

CONTAINER = Container(
    name="server",
    image=says(DIGEST, "model"),
    root_possible=says(False, "model"),
    privilege_escalation=says(False, "model"),
    privileged=says(False, "model"),
    capabilities_kept=says(False, "model"),
    unconfined=says(False, "model"),
    writable_root=says(False, "model"),
    bounded=says(True, "model"),
    probed=says(True, "model"),
    secrets_in_environment=says(False, "model"),
    arguments=says(("--port=8501", "--trust-remote-code=false"), "model"),
    developer_mode=says(False, "model"),
)
MODEL = Pods(
    resource=resource("model", "kubernetes:apps/v1:Deployment"),
    namespace="models",
    containers=(CONTAINER,),
    host_access=says(False, "model"),
    token_mounted=says(False, "model"),
    default_account=says(False, "model"),
    tolerations=says(("gpu",), "model"),
    nodes=(("pool", "gpu"),),
    tenant="models",
    accelerated=True,
    spread=says(True, "model"),
    verified_model=says(True, "model"),
    logs_content=says(False, "model"),
)
DRIVER = replace(
    MODEL,
    resource=resource("driver", "kubernetes:apps/v1:DaemonSet"),
    namespace="drivers",
    containers=(
        replace(CONTAINER, name="driver", privileged=says(True, "driver"), root_possible=says(True, "driver")),
    ),
    host_access=says(True, "driver"),
    verified_model=None,
)

CHART = Chart(
    resource=resource("chart", "kubernetes:helm.sh/v3:Release"),
    namespace="drivers",
    pinned=says(True, "chart"),
    images=says((DIGEST,), "chart"),
)
