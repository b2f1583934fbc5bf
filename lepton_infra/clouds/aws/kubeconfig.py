"""How Kubernetes clients reach the cluster: a command that fetches a short-lived token, and no credential."""

from __future__ import annotations

import json
from typing import Any


def kubeconfig(*, name: str, region: str, endpoint: str, certificate_authority: str) -> str:
    """The kubeconfig of cluster ``name``; ``certificate_authority`` is base64, as EKS gives it. JSON is YAML too."""
    document: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "clusters": [
            {
                "name": name,
                "cluster": {"server": endpoint, "certificate-authority-data": certificate_authority},
            }
        ],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "users": [
            {
                "name": name,
                "user": {
                    "exec": {
                        "apiVersion": "client.authentication.k8s.io/v1beta1",
                        "command": "aws",
                        "args": ["eks", "get-token", "--region", region, "--cluster-name", name, "--output", "json"],
                        "interactiveMode": "Never",
                    }
                },
            }
        ],
    }
    return json.dumps(document)
