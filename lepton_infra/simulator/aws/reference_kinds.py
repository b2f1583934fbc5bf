"""The kinds of things that inputs refer to: how AWS says that one is missing, and how a reference is recognised.

Error codes and messages are AWS's own ("Error codes for the Amazon EC2 API" and each service's API reference).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lepton_infra.simulator.aws import tokens
from lepton_infra.simulator.aws.resource_type import Reach


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What is referred to.

    ``generated``: AWS makes its names up, so one that is known is of a thing that is there; other names may be known
    before the thing is made. ``implied``: outputs of other types, ``type#path``, that name things nobody declared.
    """

    types: tuple[str, ...]
    code: str
    message: str
    reach: Reach = Reach.REGION
    generated: bool = False
    implied: tuple[str, ...] = ()

    def missing(self, given: str) -> str:
        """AWS's message that ``given`` does not exist."""
        return self.message.format(given=given)


def _ec2(code: str, what: str, *types: str, implied: tuple[str, ...] = ()) -> Kind:
    message = f"The {what} '{{given}}' does not exist"
    return Kind(types=types, code=f"{code}.NotFound", message=message, generated=True, implied=implied)


_CLUSTER: Final = Kind(
    types=(tokens.CLUSTER,), code="ResourceNotFoundException", message="No cluster found for name: {given}."
)
_ROLE: Final = Kind(
    types=(tokens.ROLE, tokens.SERVICE_LINKED_ROLE),
    code="NoSuchEntity",
    message="The role with name {given} cannot be found.",
    reach=Reach.ACCOUNT,
)
_POLICY: Final = Kind(
    types=(tokens.POLICY,),
    code="NoSuchEntity",
    message="Policy {given} does not exist or is not attachable.",
    reach=Reach.ACCOUNT,
)
_INSTANCE_PROFILE: Final = Kind(
    types=(tokens.INSTANCE_PROFILE,),
    code="NoSuchEntity",
    message="Instance Profile {given} cannot be found.",
    reach=Reach.ACCOUNT,
)
_BUCKET: Final = Kind(
    types=tokens.BUCKETS,
    code="NoSuchBucket",
    message="The specified bucket does not exist: {given}",
    reach=Reach.WORLD,
)
_REPOSITORY: Final = Kind(
    types=(tokens.REPOSITORY,),
    code="RepositoryNotFoundException",
    message="The repository with name '{given}' does not exist in the registry",
)
_LOG_GROUP: Final = Kind(
    types=(tokens.LOG_GROUP,),
    code="ResourceNotFoundException",
    message="The specified log group does not exist: {given}",
)
_QUEUE: Final = Kind(
    types=(tokens.QUEUE,),
    code="AWS.SimpleQueueService.NonExistentQueue",
    message="The specified queue does not exist: {given}",
)

_TOPIC: Final = Kind(types=(tokens.TOPIC,), code="NotFound", message="Topic does not exist: {given}")
_VAULT: Final = Kind(
    types=(tokens.BACKUP_VAULT, tokens.AIR_GAPPED_VAULT),
    code="InvalidParameterValueException",
    message="Backup vault does not exist: {given}",
)

EC2_IDS: Final[Mapping[str, Kind]] = {
    "vpc": _ec2("InvalidVpcID", "vpc ID", tokens.VPC),
    "subnet": _ec2("InvalidSubnetID", "subnet ID", tokens.SUBNET),
    "sg": _ec2(
        "InvalidGroup",
        "security group",
        tokens.SECURITY_GROUP,
        tokens.DEFAULT_SECURITY_GROUP,
        implied=(f"{tokens.VPC}#defaultSecurityGroupId", f"{tokens.CLUSTER}#vpcConfig.clusterSecurityGroupId"),
    ),
    "eipalloc": _ec2("InvalidAllocationID", "allocation ID", tokens.EIP),
    "igw": _ec2("InvalidInternetGatewayID", "internetGateway ID", tokens.INTERNET_GATEWAY),
    "nat": Kind(
        types=(tokens.NAT_GATEWAY,),
        code="NatGatewayNotFound",
        message="NAT gateway {given} was not found",
        generated=True,
    ),
    "rtb": _ec2(
        "InvalidRouteTableID",
        "routeTable ID",
        tokens.ROUTE_TABLE,
        implied=(f"{tokens.VPC}#mainRouteTableId",),
    ),
    "vpce": _ec2("InvalidVpcEndpointId", "Vpc Endpoint Id", tokens.VPC_ENDPOINT),
    "lt": _ec2("InvalidLaunchTemplateId", "specified launch template, with template ID", tokens.LAUNCH_TEMPLATE),
}
"""By the prefix of an id. Ids of things that no type of ours makes (images, reservations) have no entry."""

ARNS: Final[tuple[tuple[re.Pattern[str], Kind], ...]] = (
    (re.compile(r"iam:.*:role/.*"), _ROLE),
    (re.compile(r"iam:.*:policy/.*"), _POLICY),
    (re.compile(r"iam:.*:instance-profile/.*"), _INSTANCE_PROFILE),
    (re.compile(r"logs:.*:log-group:.*"), _LOG_GROUP),
    (re.compile(r"eks:.*:cluster/.*"), _CLUSTER),
    (re.compile(r"ecr:.*:repository/.*"), _REPOSITORY),
    (re.compile(r"sqs:.*"), _QUEUE),
    (re.compile(r"sns:[^:]*:[^:]*:[^:]*"), _TOPIC),
    (re.compile(r"backup:.*:backup-vault:.*"), _VAULT),
    (re.compile(r"s3:::[^/]*"), _BUCKET),
)
"""By what follows ``arn:<partition>:``."""

NAMES: Final[Mapping[str, Mapping[str, Kind]]] = {}
"""Properties that hold a bare name or id, which no form tells apart from other text."""
