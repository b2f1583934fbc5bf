"""A simulated Kubernetes cluster, as pulumi-kubernetes sees it: the API server's checks, admission and field ownership.

No scheduler runs: a workload is ready as soon as it is admitted and everything that its pods name exists.
"""

from __future__ import annotations

from typing import Any

import yaml

from lepton_infra.simulator.behaviour import Behaviour, CloudError, Properties, Scope
from lepton_infra.simulator.kubernetes import kubeconfig, objects
from lepton_infra.simulator.kubernetes.replacement import IMMUTABLE


def _decode(scope: Scope, arguments: Properties) -> Properties:
    try:
        documents: list[Any] = [document for document in yaml.safe_load_all(str(arguments.get("text", ""))) if document]
    except yaml.YAMLError as error:
        raise CloudError("BadRequest", f"text is no YAML: {error}") from None
    return {"result": documents}


BEHAVIOUR = Behaviour(
    package="kubernetes",
    scope_key=kubeconfig.scope_key,
    configure=kubeconfig.configure,
    defaults=objects.defaults,
    check=objects.check,
    create=objects.create,
    update=objects.update,
    delete=objects.delete,
    cascade=objects.cascade,
    immutable=IMMUTABLE,
    invoke={"kubernetes:yaml:decode": _decode},
)
