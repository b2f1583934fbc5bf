"""The ways in and out of the GPU software's namespace, as pure builders."""

from __future__ import annotations

from collections.abc import Mapping

from pulumi_kubernetes.meta.v1 import LabelSelectorArgs
from pulumi_kubernetes.networking import v1 as networking

from lepton_infra.platform.network_policies import from_monitoring, to_api_server


def scraped(selector: Mapping[str, str], port: int) -> networking.NetworkPolicySpecArgs:
    """Pods of monitoring namespaces reach ``port`` of the selected pods."""
    return networking.NetworkPolicySpecArgs(
        pod_selector=LabelSelectorArgs(match_labels=dict(selector)),
        policy_types=["Ingress"],
        ingress=[from_monitoring(port)],
    )


def asks_the_api(selector: Mapping[str, str]) -> networking.NetworkPolicySpecArgs:
    """The selected pods reach the cluster's API."""
    return networking.NetworkPolicySpecArgs(
        pod_selector=LabelSelectorArgs(match_labels=dict(selector)), policy_types=["Egress"], egress=[to_api_server()]
    )
