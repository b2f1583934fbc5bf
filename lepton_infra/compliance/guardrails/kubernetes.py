"""ValidatingAdmissionPolicies of a cluster: images by digest, nodes of the home region. The API server runs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lepton_infra.compliance.guardrails.args import Documents, GuardrailArgs

VERSION = "admissionregistration.k8s.io/v1"
"""Stable since Kubernetes 1.30."""

_SPECS: Mapping[str, str] = {
    "pods": "object.spec",
    "workloads": "object.spec.template.spec",
    "cronjobs": "object.spec.jobTemplate.spec.template.spec",
}
"""Path of the pod spec, by kind of resource. Refused in the workload, a mistake is shown to its author."""

_RESOURCES: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "pods": ("", "v1", ("pods",)),
    "workloads": ("apps", "v1", ("deployments", "daemonsets", "statefulsets")),
    "cronjobs": ("batch", "v1", ("cronjobs",)),
}
"""API group, version and resources."""


def guardrails(args: GuardrailArgs) -> Documents:
    """A List of ValidatingAdmissionPolicies and their bindings, for ``kubectl apply -f``.

    In namespaces that enforce the restricted pod security level, images come from below ``args.image_prefix`` by
    digest, and no workload asks for nodes of another region. System namespaces, whose images the cloud owns, are left
    alone.
    """
    items = [item for kind in _SPECS for item in _policy(args, kind)]
    return {"admission-policies.json": {"apiVersion": "v1", "kind": "List", "items": items}}


def _policy(args: GuardrailArgs, kind: str) -> list[Mapping[str, Any]]:
    name = f"{args.stack}-{kind}"
    group, version, resources = _RESOURCES[kind]
    rule = {
        "apiGroups": [group],
        "apiVersions": [version],
        "resources": list(resources),
        "operations": ["CREATE", "UPDATE"],
    }
    policy = {
        "apiVersion": VERSION,
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": name},
        "spec": {
            # An expression that fails refuses: what cannot be told must not pass.
            "failurePolicy": "Fail",
            "matchConstraints": {"resourceRules": [rule]},
            "validations": validations(_SPECS[kind], args),
        },
    }
    binding = {
        "apiVersion": VERSION,
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": name},
        "spec": {
            "policyName": name,
            "validationActions": ["Deny", "Audit"],
            "matchResources": {
                "namespaceSelector": {"matchLabels": {"pod-security.kubernetes.io/enforce": "restricted"}}
            },
        },
    }
    return [policy, binding]


def validations(spec: str, args: GuardrailArgs) -> list[Mapping[str, str]]:
    """Expressions over a pod spec at ``spec``, in the Common Expression Language (CEL)."""
    containers = f"({spec}.containers + (has({spec}.initContainers) ? {spec}.initContainers : []))"
    region = "topology.kubernetes.io/region"
    return [
        {
            "expression": f"{containers}.all(c, c.image.matches('@sha256:[0-9a-f]{{64}}$'))",
            "message": "images are named by digest: @sha256: and 64 hexadecimal digits",
        },
        {
            "expression": f"!has({spec}.nodeSelector) || !('{region}' in {spec}.nodeSelector)"
            f" || {spec}.nodeSelector['{region}'] == '{args.home}'",
            "message": f"nodes of another region than {args.home} are not asked for",
        },
        {
            "expression": f"{containers}.all(c, c.image.startsWith('{args.image_prefix}/'))",
            "message": f"images come from {args.image_prefix}",
        },
    ]
