"""The simulated types of AWS: every service file's ``TYPES``."""

from __future__ import annotations

from typing import Final

from lepton_infra.simulator.aws import (
    access_analyzer,
    autoscaling,
    backup,
    cloudtrail,
    ec2_endpoints,
    ec2_flow_logs,
    ec2_launch_templates,
    ec2_network,
    ec2_routes,
    ec2_security_groups,
    ecr,
    eks,
    eks_access,
    eks_addons,
    eks_node_groups,
    events,
    guardduty,
    iam,
    kms,
    logs,
    s3,
    sns,
    sqs,
)
from lepton_infra.simulator.aws.resource_type import AwsType
from lepton_infra.simulator.core.catalogue import Catalogue

# Resources that use others are looked at in this order when one is deleted: it decides which refusal comes first.
_SERVICES: Final = (
    kms,
    s3,
    iam,
    ec2_network,
    eks_node_groups,
    eks,
    ec2_endpoints,
    ec2_security_groups,
    ec2_routes,
    ec2_flow_logs,
    ec2_launch_templates,
    eks_addons,
    eks_access,
    ecr,
    logs,
    sqs,
    autoscaling,
    cloudtrail,
    sns,
    events,
    backup,
    guardduty,
    access_analyzer,
)

TYPES: Final = Catalogue(
    (type for service in _SERVICES for type in service.TYPES), blank=lambda token: AwsType(token=token)
)
