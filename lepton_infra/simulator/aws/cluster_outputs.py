"""Computed outputs of EKS."""

from __future__ import annotations

import base64
import ipaddress
import textwrap
from typing import Any, Final

from lepton_infra.simulator.aws import tokens
from lepton_infra.simulator.aws.identifiers import hex17, uuid
from lepton_infra.simulator.aws.resource_type import LiveResource
from lepton_infra.simulator.determinism import CREATED

_SERVICE_CIDRS: Final = ("10.100.0.0/16", "172.20.0.0/16")
"""Addresses of Kubernetes services when nothing is said: the first range outside the VPC (EKS user guide)."""
_NODE_DISK_GIB: Final = 20
_NODE_TYPE: Final = "t3.medium"


def cluster(live: LiveResource) -> dict[str, Any]:
    """The API's address and certificate, the token issuer, and the security group that EKS makes."""
    issuer_id = live.seed("issuer")[:32].upper()
    region, domain = live.place.region, live.place.domain
    subnets = (live.call.inputs.get("vpcConfig") or {}).get("subnetIds") or ()
    subnet = next((found for id in subnets if (found := live.call.scope.find(tokens.SUBNET, id))), None)
    vpc = live.call.scope.find(tokens.VPC, subnet.inputs["vpcId"]) if subnet else None
    return {
        "endpoint": f"https://{issuer_id}.gr7.{region}.eks.{domain}",
        "certificateAuthority": {"data": _certificate(live)},
        "identities": [{"oidcs": [{"issuer": f"https://oidc.eks.{region}.{domain}/id/{issuer_id}"}]}],
        "createdAt": CREATED,
        "platformVersion": "eks.1",
        "clusterId": "",
        "vpcConfig": {
            "clusterSecurityGroupId": f"sg-{hex17(live.seed('group'))}",
            **({"vpcId": vpc.id} if vpc else {}),
        },
        "kubernetesNetworkConfig": {"serviceIpv4Cidr": _service_cidr(vpc.inputs.get("cidrBlock") if vpc else None)},
    }


def _certificate(live: LiveResource) -> str:
    """Base64 of a text in PEM's form. It is no certificate: nothing answers at the endpoint either."""
    body = base64.b64encode(bytes.fromhex("".join(live.seed(f"certificate{part}") for part in range(12)))).decode()
    lines = "\n".join(textwrap.wrap(body, 64))
    return base64.b64encode(f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n".encode()).decode()


def _service_cidr(vpc: str | None) -> str:
    if vpc is None:
        return _SERVICE_CIDRS[0]
    network = ipaddress.IPv4Network(vpc)
    free = (cidr for cidr in _SERVICE_CIDRS if not network.overlaps(ipaddress.IPv4Network(cidr)))
    return next(free, _SERVICE_CIDRS[0])


def node_group(live: LiveResource) -> dict[str, Any]:
    """The scaling group behind it, and what follows from the cluster and the launch template."""
    inputs = live.call.inputs
    name = live.id.partition(":")[2]
    outputs: dict[str, Any] = {
        "resources": [
            {
                "autoscalingGroups": [{"name": f"eks-{name}-{uuid(live.seed('group'))}"}],
                "remoteAccessSecurityGroupId": "",
            }
        ]
    }
    if inputs.get("launchTemplate"):
        outputs |= {"diskSize": 0, "instanceTypes": []}
    else:
        outputs |= {"diskSize": _NODE_DISK_GIB, "instanceTypes": [_NODE_TYPE]}
    owner = live.find(tokens.CLUSTER, "clusterName")
    if owner is not None and owner.state.get("version"):
        outputs["version"] = owner.state["version"]
    return outputs


def addon(live: LiveResource) -> dict[str, Any]:
    """When it was installed and last changed."""
    return {"createdAt": CREATED, "modifiedAt": CREATED}


def access_entry(live: LiveResource) -> dict[str, Any]:
    """The user name that Kubernetes sees: of a role it holds the session's name."""
    arn = str(live.call.inputs["principalArn"])
    kind, _, name = arn.rpartition(":")[2].partition("/")
    user = f"arn:{live.place.partition}:sts::{live.place.account}:assumed-role/{name}/{{{{SessionName}}}}"
    return {"createdAt": CREATED, "modifiedAt": CREATED, "userName": user if kind == "role" else arn}


def access_policy(live: LiveResource) -> dict[str, Any]:
    """When the policy was associated and last changed."""
    return {"associatedAt": CREATED, "modifiedAt": CREATED}


def pod_identity(live: LiveResource) -> dict[str, Any]:
    """The association's own id; only roles of another account have an external id."""
    return {"associationId": live.id, "externalId": ""}
