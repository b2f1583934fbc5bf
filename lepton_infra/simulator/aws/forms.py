"""The form of every identifier, as data: provider id, ARN and where the physical name stands, by resource type.

Templates are filled with the resource's inputs by wire name, ``{partition}``, ``{region}``, ``{account}``,
``{domain}``, ``{id}`` (in ARNs), words drawn from the seed (``{hex17}``: 17 hexadecimal digits, the first 0, as EC2
makes them; ``{hex32}``; ``{uuid}``; ``{word17}``) and what single types compose (``{crc}`` of a route's destination).
Sources: the Service Authorization Reference for ARNs, the provider's import sections for ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lepton_infra.simulator.aws import tokens


@dataclass(frozen=True, kw_only=True)
class Name:
    """Where a type keeps its physical name.

    ``property`` holds it, ``prefix`` is the property that asks for a name beginning with it, ``longest`` the most
    characters the service takes. ``head`` stands before an autoname, ``lower``: capitals are not allowed.
    """

    property: str = "name"
    prefix: str | None = "namePrefix"
    longest: int = 255
    head: str = ""
    lower: bool = False


@dataclass(frozen=True, kw_only=True)
class Form:
    """The identifiers of one type. ``arn_property`` is the output that holds the ARN."""

    id: str
    arn: str | None = None
    arn_property: str = "arn"
    name: Name | None = None


def _arn(service: str, rest: str) -> str:
    return f"arn:{{partition}}:{service}:{{region}}:{{account}}:{rest}"


def _iam(rest: str) -> str:
    return f"arn:{{partition}}:iam::{{account}}:{rest}"


def _ec2(short: str, kind: str | None = None, name: Name | None = None) -> Form:
    return Form(id=f"{short}-{{hex17}}", arn=_arn("ec2", f"{kind}/{{id}}") if kind else None, name=name)


_BUCKET: Final = Form(
    id="{bucket}",
    arn="arn:{partition}:s3:::{id}",
    name=Name(property="bucket", prefix="bucketPrefix", longest=63, lower=True),
)

_VAULT: Final = Form(id="{name}", arn=_arn("backup", "backup-vault:{id}"), name=Name(prefix=None, longest=50))

FORMS: Final[Mapping[str, Form]] = {
    tokens.VPC: _ec2("vpc", "vpc"),
    tokens.SUBNET: _ec2("subnet", "subnet"),
    tokens.INTERNET_GATEWAY: _ec2("igw", "internet-gateway"),
    tokens.EIP: _ec2("eipalloc", "elastic-ip"),
    tokens.NAT_GATEWAY: _ec2("nat"),
    tokens.ROUTE_TABLE: _ec2("rtb", "route-table"),
    tokens.ROUTE: Form(id="r-{routeTableId}{crc}"),
    tokens.ROUTE_TABLE_ASSOCIATION: _ec2("rtbassoc"),
    tokens.VPC_ENDPOINT: _ec2("vpce", "vpc-endpoint"),
    tokens.FLOW_LOG: _ec2("fl", "vpc-flow-log"),
    tokens.DEFAULT_SECURITY_GROUP: _ec2("sg", "security-group"),
    tokens.SECURITY_GROUP: _ec2("sg", "security-group", Name()),
    tokens.LAUNCH_TEMPLATE: _ec2("lt", "launch-template", Name(longest=128)),
    tokens.INGRESS_RULE: _ec2("sgr", "security-group-rule"),
    tokens.EGRESS_RULE: _ec2("sgr", "security-group-rule"),
    tokens.BUCKET: _BUCKET,
    tokens.BUCKET_V2: _BUCKET,
    **{part: Form(id="{bucket}") for part in tokens.BUCKET_PARTS},
    tokens.KEY: Form(id="{uuid}", arn=_arn("kms", "key/{id}")),
    tokens.KEY_POLICY: Form(id="{keyId}"),
    tokens.ALIAS: Form(id="{name}", arn=_arn("kms", "{id}"), name=Name(longest=256, head="alias/")),
    tokens.ROLE: Form(id="{name}", arn=_iam("role{path}{id}"), name=Name(longest=64)),
    tokens.ROLE_POLICY: Form(id="{role}:{name}", name=Name(longest=128)),
    tokens.ROLE_POLICY_ATTACHMENT: Form(id="{role}/{policyArn}"),
    tokens.POLICY: Form(id=_iam("policy{path}{name}"), arn="{id}", name=Name(longest=128)),
    tokens.INSTANCE_PROFILE: Form(id="{name}", arn=_iam("instance-profile{path}{id}"), name=Name(longest=128)),
    tokens.SERVICE_LINKED_ROLE: Form(id=_iam("role{path}{name}"), arn="{id}"),
    tokens.CLUSTER: Form(id="{name}", arn=_arn("eks", "cluster/{id}"), name=Name(longest=100, prefix=None)),
    tokens.NODE_GROUP: Form(
        id="{clusterName}:{nodeGroupName}",
        arn=_arn("eks", "nodegroup/{clusterName}/{nodeGroupName}/{uuid}"),
        name=Name(property="nodeGroupName", prefix="nodeGroupNamePrefix", longest=63),
    ),
    tokens.ADDON: Form(id="{clusterName}:{addonName}", arn=_arn("eks", "addon/{clusterName}/{addonName}/{uuid}")),
    tokens.ACCESS_ENTRY: Form(
        id="{clusterName}:{principalArn}",
        arn=_arn("eks", "access-entry/{clusterName}/{principalKind}/{account}/{principalName}/{uuid}"),
        arn_property="accessEntryArn",
    ),
    tokens.ACCESS_POLICY_ASSOCIATION: Form(id="{clusterName}#{principalArn}#{policyArn}"),
    tokens.POD_IDENTITY_ASSOCIATION: Form(
        id="a-{word17}", arn=_arn("eks", "podidentityassociation/{clusterName}/{id}"), arn_property="associationArn"
    ),
    tokens.REPOSITORY: Form(
        id="{name}", arn=_arn("ecr", "repository/{id}"), name=Name(prefix=None, longest=256, lower=True)
    ),
    tokens.REPOSITORY_POLICY: Form(id="{repository}"),
    tokens.ECR_LIFECYCLE_POLICY: Form(id="{repository}"),
    tokens.REGISTRY_POLICY: Form(id="{account}"),
    tokens.REGISTRY_SCANNING: Form(id="{account}"),
    tokens.LOG_GROUP: Form(id="{name}", arn=_arn("logs", "log-group:{id}"), name=Name(longest=512)),
    tokens.QUEUE: Form(
        id="https://sqs.{region}.{domain}/{account}/{name}", arn=_arn("sqs", "{name}"), name=Name(longest=80)
    ),
    tokens.QUEUE_POLICY: Form(id="{queueUrl}"),
    tokens.AUTOSCALING_TAG: Form(id="{autoscalingGroupName},{tagKey}"),
    tokens.TRAIL: Form(id=_arn("cloudtrail", "trail/{name}"), arn="{id}", name=Name(prefix=None, longest=128)),
    tokens.TOPIC: Form(id=_arn("sns", "{name}"), arn="{id}", name=Name(longest=256)),
    tokens.TOPIC_POLICY: Form(id="{arn}"),
    tokens.TOPIC_SUBSCRIPTION: Form(id="{topic}:{uuid}", arn="{id}"),
    tokens.EVENT_RULE: Form(id="{name}", arn=_arn("events", "rule/{id}"), name=Name(longest=64)),
    tokens.EVENT_TARGET: Form(id="{rule}-{targetId}"),
    tokens.BACKUP_VAULT: _VAULT,
    tokens.AIR_GAPPED_VAULT: _VAULT,
    tokens.BACKUP_PLAN: Form(id="{uuid}", arn=_arn("backup", "backup-plan:{id}"), name=Name(prefix=None, longest=50)),
    tokens.BACKUP_SELECTION: Form(id="{uuid}", name=Name(prefix=None, longest=50)),
    tokens.RESTORE_PLAN: Form(
        id="{name}", arn=_arn("backup", "restore-testing-plan:{id}-{uuid}"), name=Name(prefix=None, longest=50)
    ),
    tokens.RESTORE_SELECTION: Form(id="{name}:{restoreTestingPlanName}", name=Name(prefix=None, longest=50)),
    tokens.DETECTOR: Form(id="{hex32}", arn=_arn("guardduty", "detector/{id}")),
    tokens.DETECTOR_FEATURE: Form(id="{detectorId}/{name}"),
    tokens.ANALYZER: Form(
        id="{analyzerName}",
        arn=_arn("access-analyzer", "analyzer/{id}"),
        name=Name(property="analyzerName", prefix=None, longest=255),
    ),
}
