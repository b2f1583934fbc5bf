"""A project to test in: the simulated cloud over a store in memory, and things in it that are right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lepton_infra.simulator.behaviour import Failure
from lepton_infra.simulator.cloud import SimulatedCloud
from lepton_infra.simulator.faults import Faults
from lepton_infra.simulator.gcp.agents import key_user
from lepton_infra.simulator.gcp.catalogue import TYPES
from lepton_infra.simulator.gcp.services import needed
from lepton_infra.simulator.resource import Resource
from lepton_infra.simulator.store import Store
from tests.kit import gcp_tokens as tokens

PROJECT = "lepton-test"
REGION = "asia-south1"
NUMBER = "111122223333"
USE = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
ENTITLEMENT: dict[str, Any] = {
    "entitlementId": "emergency",
    "parent": f"projects/{PROJECT}",
    "location": "global",
    "maxRequestDuration": "3600s",
    "eligibleUsers": [{"principals": ["group:operators@example.com"]}],
    "privilegedAccess": {
        "gcpIamAccess": {
            "resource": f"//cloudresourcemanager.googleapis.com/projects/{PROJECT}",
            "resourceType": "cloudresourcemanager.googleapis.com/Project",
            "roleBindings": [{"role": "roles/container.admin"}],
        }
    },
    "requesterJustificationConfig": {"unstructured": {}},
}
"""An entitlement that is right in every property."""


class Project:
    """One project and region of a cloud. ``make`` creates what must be right, ``check`` only judges."""

    def __init__(
        self,
        store: Store,
        project: str = PROJECT,
        region: str = REGION,
        faults: Faults | None = None,
        **config: Any,
    ) -> None:
        self.cloud = SimulatedCloud("gcp", store, faults=faults)
        self.project, self.region = project, region
        self.scope = self.cloud.configure({"project": project, "region": region, **config})

    def check(self, type: str, inputs: Mapping[str, Any], name: str = "it") -> list[Failure]:
        return self.cloud.check(self.scope, self._urn(type, name), type, {}, inputs).failures

    def make(self, type: str, name: str = "it", /, **inputs: Any) -> Resource:
        checked = self.cloud.check(self.scope, self._urn(type, name), type, {}, inputs)
        assert checked.failures == []
        return self.cloud.create(self.scope, self._urn(type, name), type, checked.inputs)

    def update(self, type: str, made: Resource, name: str = "it", /, **inputs: Any) -> Resource:
        return self.cloud.update(self.scope, self._urn(type, name), type, made.id, {**made.inputs, **inputs})

    def delete(self, type: str, made: Resource, name: str = "it") -> None:
        self.cloud.delete(self.scope, self._urn(type, name), type, made.id)

    def _urn(self, type: str, name: str) -> str:
        return f"urn:pulumi:{self.region}::lepton::{type}::{name}"

    def enable_all(self) -> None:
        """Turn on every API that is off in a new project."""
        for service in sorted({service for type in TYPES if (service := needed(type))}):
            self.make(tokens.SERVICE, service, service=service)

    def network(self, name: str = "main") -> Resource:
        return self.make(tokens.NETWORK, name, name=name, autoCreateSubnetworks=False)

    def subnetwork(self, network: Resource, index: int = 0) -> Resource:
        """The subnetwork number ``index`` of a network, with ranges for pods and services."""
        return self.make(
            tokens.SUBNETWORK,
            f"sub-{index}",
            name=f"sub-{index}",
            network=network.id,
            ipCidrRange=f"10.{index}.0.0/20",
            secondaryIpRanges=[
                {"rangeName": "pods", "ipCidrRange": f"10.{index}.64.0/18"},
                {"rangeName": "services", "ipCidrRange": f"10.{index}.32.0/20"},
            ],
        )

    def key(self, *services: str, name: str = "key", location: str | None = None) -> Resource:
        """A key that the agents of these services may use."""
        ring = self.make(tokens.KEY_RING, f"{name}-ring", name=f"{name}-ring", location=location or self.region)
        key = self.make(tokens.KEY, name, name=name, keyRing=ring.id)
        for service in services:
            self.grant(key, service)
        return key

    def grant(self, key: Resource, service: str) -> Resource:
        member = key_user(service, NUMBER)
        return self.make(tokens.KEY_MEMBER, f"{service}-{key.id}", cryptoKeyId=key.id, role=USE, member=member)

    def cluster_inputs(self) -> dict[str, Any]:
        """Inputs of a private cluster; makes its network and subnetwork."""
        network = self.network()
        return {
            "name": "main",
            "location": self.region,
            "network": network.id,
            "subnetwork": self.subnetwork(network).id,
            "ipAllocationPolicy": {
                "clusterSecondaryRangeName": "pods",
                "servicesSecondaryRangeName": "services",
            },
            "initialNodeCount": 1,
            "removeDefaultNodePool": True,
            "minMasterVersion": "1.33",
            "deletionProtection": False,
        }

    def cluster(self, **changes: Any) -> Resource:
        return self.make(tokens.CLUSTER, "main", **{**self.cluster_inputs(), **changes})


def enabled(store: Store, project: str = PROJECT, region: str = REGION) -> Project:
    """A project with every API turned on."""
    made = Project(store, project, region)
    made.enable_all()
    return made
