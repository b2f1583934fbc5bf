"""Amazon EKS: clusters. Error codes are those of the EKS API; it answers in free text."""

from __future__ import annotations

import base64
import ipaddress
import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.aws.ec2_network import SECURITY_GROUP_ID, SUBNET, SUBNET_IN_USE, VPC
from lepton_infra.simulator.aws.ec2_security_groups import SECURITY_GROUP, SECURITY_GROUP_IN_USE
from lepton_infra.simulator.aws.iam import ROLE
from lepton_infra.simulator.aws.identifiers import Identifiers, Name, arn, hex17
from lepton_infra.simulator.aws.input_rules import Findings
from lepton_infra.simulator.aws.places import Place
from lepton_infra.simulator.aws.resource_type import AwsType, LiveResource, Reference, Request, Unique
from lepton_infra.simulator.behaviour import Call, CloudError, Failure, Properties, Scope, Stored
from lepton_infra.simulator.core.resource_type import Use, paths
from lepton_infra.simulator.determinism import CREATED
from lepton_infra.simulator.formats import cidr, one_of

_SERVICE_CIDRS: Final = ("10.100.0.0/16", "172.20.0.0/16")
"""Addresses of Kubernetes services when nothing is said: the first range outside the VPC (EKS user guide)."""
_KUBERNETES_VERSION: Final = re.compile(r"1\.[1-9]\d")

CLUSTER_NAME: Final = Reference(
    code="ResourceNotFoundException", message="No cluster found for name: {given}.", arn=r"eks:.*:cluster/.*"
)
IN_USE: Final = "ResourceInUseException"


def kubernetes_version(value: Any) -> Iterator[str]:
    """A minor version of Kubernetes as EKS names it."""
    if not isinstance(value, str) or not _KUBERNETES_VERSION.fullmatch(value):
        yield f'"{value}" is not a Kubernetes version; allowed: text such as "1.33"'


def _api_endpoint(inputs: Properties, place: Place) -> Findings:
    network = inputs.get("vpcConfig")
    if not isinstance(network, Mapping):
        return
    if network.get("endpointPublicAccess", True) is False and not network.get("endpointPrivateAccess", False):
        reason = "InvalidParameterException: Private and public endpoint access cannot both be off"
        yield Failure(path="vpcConfig.endpointPrivateAccess", reason=reason)


def _surroundings(call: Call) -> None:
    """A cluster spans two zones of one VPC, its services have addresses of their own, and EKS may take its role."""
    subnets = list(_subnets(call.scope, (call.inputs.get("vpcConfig") or {}).get("subnetIds") or ()))
    vpcs = sorted({subnet.inputs["vpcId"] for subnet in subnets})
    if len(vpcs) > 1:
        raise CloudError("InvalidParameterException", f"Subnets specified must be in one VPC, not in {', '.join(vpcs)}")
    zones = sorted({subnet.state["availabilityZone"] for subnet in subnets})
    if len(zones) < 2:
        raise CloudError(
            "InvalidParameterException",
            f"Subnets specified must be in at least two different AZs, not only in {', '.join(zones)}",
        )
    _service_addresses(call, vpcs[0])
    require_trust(call.scope, call.inputs.get("roleArn"), "eks.amazonaws.com")


def _subnets(scope: Scope, ids: Iterable[str]) -> Iterator[Stored]:
    for id in ids:
        found = scope.find(SUBNET.token, id)
        if found is not None:
            yield found


def _service_addresses(call: Call, vpc_id: str) -> None:
    services = (call.inputs.get("kubernetesNetworkConfig") or {}).get("serviceIpv4Cidr")
    vpc = call.scope.find(VPC.token, vpc_id)
    if services is None or vpc is None:
        return
    if ipaddress.IPv4Network(services).overlaps(ipaddress.IPv4Network(vpc.inputs["cidrBlock"])):
        raise CloudError(
            "InvalidParameterException",
            f"serviceIpv4Cidr {services} overlaps the VPC's own addresses {vpc.inputs['cidrBlock']}",
        )


def require_trust(scope: Scope, arn: Any, service: str) -> None:
    """Refuse a role of ours that ``service`` may not take; the roles of others are not looked into."""
    role = next((role for role in scope.everywhere(ROLE.token) if role.state.get("arn") == arn), None)
    if role is None:
        return
    trusted = sorted(_trusted(role))
    if service not in trusted:
        raise CloudError(
            "InvalidParameterException",
            f"Role with arn {arn} could not be assumed because the trusted entity is not correct: "
            f"it must be {service}, but it is {', '.join(trusted) or 'no service'}",
        )


def _trusted(role: Stored) -> Iterator[str]:
    """The services that a role's trust policy lets in."""
    for statement in _many(json.loads(role.inputs["assumeRolePolicy"])["Statement"]):
        if statement["Effect"] == "Allow" and isinstance(statement.get("Principal"), dict):
            yield from _many(statement["Principal"].get("Service", []))


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _next_version(call: Call) -> None:
    """A cluster goes up by one minor version at a time and never back."""
    if call.old is None:
        return
    before, after = call.old.state.get("version"), call.inputs.get("version")
    if before is None or after is None or before == after:
        return
    if minor(after) != minor(before) + 1:
        raise CloudError(
            "InvalidParameterException",
            f"Unsupported Kubernetes minor version update from {before} to {after}; allowed: 1.{minor(before) + 1}",
        )


def minor(version: str) -> int:
    """The minor version of Kubernetes: 33 of 1.33."""
    return int(version.partition(".")[2])


def _control_plane(live: LiveResource) -> dict[str, Any]:
    """The API's address and certificate, the token issuer, and the security group that EKS makes."""
    issuer_id = live.seed("issuer")[:32].upper()
    region, domain = live.place.region, live.place.domain
    subnets = (live.call.inputs.get("vpcConfig") or {}).get("subnetIds") or ()
    subnet = next((found for id in subnets if (found := live.call.scope.find(SUBNET.token, id))), None)
    vpc = live.call.scope.find(VPC.token, subnet.inputs["vpcId"]) if subnet else None
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


def _unprotected(call: Call) -> None:
    cluster = call.old
    assert cluster is not None
    if cluster.state.get("deletionProtection"):
        raise CloudError(
            "InvalidRequestException",
            f"Cluster {cluster.id} has deletion protection enabled; set deletionProtection to false first",
        )


_PARTS: Final = tuple(
    f"aws:eks/{part[0].lower()}{part[1:]}:{part}"
    for part in ("Addon", "AccessEntry", "AccessPolicyAssociation", "PodIdentityAssociation")
)


def _parts(call: Call) -> list[Stored]:
    """The parts of a cluster that EKS deletes with it."""
    assert call.old is not None
    return [part for part in call.scope.all(*_PARTS) if part.inputs.get("clusterName") == call.old.id]


CLUSTER: Final = AwsType(
    token="aws:eks/cluster:Cluster",
    identifiers=Identifiers(id="{name}", arn=arn("eks", "cluster/{id}"), name=Name(longest=100, prefix=None)),
    referred_to=CLUSTER_NAME,
    api=Request(
        shape="eks.CreateCluster",
        names={"vpcConfig": "resourcesVpcConfig", "enabledClusterLogTypes": "logging.clusterLogging.types"},
        uncovered={
            "defaultAddonsToRemoves": "read by nobody since EKS installs no add-ons by itself",
            "kubernetesNetworkConfig.serviceIpv6Cidr": "EKS chooses it",
        },
    ),
    formats={
        "version": kubernetes_version,
        "vpcConfig.publicAccessCidrs": cidr(),
        "kubernetesNetworkConfig.serviceIpv4Cidr": cidr(24, 12, private=True),
        "encryptionConfig.resources": one_of("secrets"),
    },
    input_rules=(_api_endpoint,),
    preconditions=(_surroundings, _next_version),
    unique=Unique(code=IN_USE, message="Cluster already exists with name: {name}"),
    defaults={
        "status": "ACTIVE",
        "bootstrapSelfManagedAddons": True,
        "deletionProtection": False,
        "accessConfig": {"authenticationMode": "CONFIG_MAP", "bootstrapClusterCreatorAdminPermissions": True},
        "kubernetesNetworkConfig": {"ipFamily": "ipv4"},
        "upgradePolicy": {"supportType": "EXTENDED"},
        "vpcConfig": {"endpointPrivateAccess": False, "endpointPublicAccess": True, "publicAccessCidrs": ["0.0.0.0/0"]},
    },
    outputs=_control_plane,
    implies={"vpcConfig.clusterSecurityGroupId": SECURITY_GROUP_ID},
    immutable=paths(
        "name roleArn bootstrapSelfManagedAddons accessConfig.bootstrapClusterCreatorAdminPermissions"
        " kubernetesNetworkConfig.ipFamily kubernetesNetworkConfig.serviceIpv4Cidr"
        " outpostConfig.controlPlaneInstanceType outpostConfig.controlPlanePlacement outpostConfig.outpostArns"
    ),
    uses=(
        Use(target=SUBNET.token, property="vpcConfig.subnetIds", refusal=SUBNET_IN_USE),
        Use(target=SECURITY_GROUP.token, property="vpcConfig.securityGroupIds", refusal=SECURITY_GROUP_IN_USE),
    ),
    deletion_rules=(_unprotected,),
    cascade=_parts,
)

TYPES: Final = (CLUSTER,)
