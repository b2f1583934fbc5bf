"""A managed node group and its launch template, for system nodes and node pools alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi_aws import ec2, eks

from lepton_infra.layers.component import Component


@dataclass(frozen=True, kw_only=True)
class NodeGroupSpec:
    """One group of nodes.

    ``group`` is its physical name. ``machines`` are tried in order (on-demand) or chosen from (spot); ``in_template``
    puts the one machine type into the launch template, where a capacity block needs it. ``disk`` is the device of
    ``disk_gib``. ``reservation`` is the id of the reservation or block that the nodes must come from.
    ``update_strategy`` DEFAULT starts a new node before an old one goes; MINIMAL lets the old one go first, where there
    is no machine to spare.
    """

    group: str
    image_type: str
    image_release: str
    version: str
    capacity_type: str
    machines: Sequence[str]
    min_nodes: int
    max_nodes: int
    subnet_ids: Sequence[pulumi.Input[str]]
    disk: str
    disk_gib: int
    labels: Mapping[str, str]
    taints: Sequence[eks.NodeGroupTaintArgs] = field(default=())
    reservation: str | None = None
    update_strategy: str = "DEFAULT"
    in_template: bool = False


def node_group(
    parent: Component[Any],
    name: str,
    spec: NodeGroupSpec,
    *,
    cluster_name: pulumi.Input[str],
    node_role: pulumi.Input[str],
    disks_key: pulumi.Input[str],
    needs: Sequence[pulumi.Resource],
) -> eks.NodeGroup:
    """A group that repairs its nodes and replaces them one at a time; drains on spot interruption are EKS's own.

    The autoscaler owns the count once the group stands, so EKS refuses a ``min_nodes`` above the count of the
    moment until the group has been scaled there. Names are fixed, so a lost response cannot make a second group.
    """
    template = _launch_template(parent, name, spec, disks_key)
    return eks.NodeGroup(
        name,
        cluster_name=cluster_name,
        node_group_name=spec.group,
        node_role_arn=node_role,
        subnet_ids=list(spec.subnet_ids),
        ami_type=spec.image_type,
        release_version=spec.image_release,
        version=spec.version,
        capacity_type=spec.capacity_type,
        instance_types=None if spec.in_template else list(spec.machines),
        launch_template=eks.NodeGroupLaunchTemplateArgs(
            id=template.id, version=template.latest_version.apply(_version_text)
        ),
        scaling_config=eks.NodeGroupScalingConfigArgs(
            min_size=spec.min_nodes, max_size=spec.max_nodes, desired_size=spec.min_nodes
        ),
        update_config=eks.NodeGroupUpdateConfigArgs(max_unavailable=1, update_strategy=spec.update_strategy),
        node_repair_config=eks.NodeGroupNodeRepairConfigArgs(enabled=True),
        labels=dict(spec.labels),
        taints=list(spec.taints),
        tags=dict(parent.context.tags),
        opts=parent.child(depends_on=list(needs), ignore_changes=["scalingConfig.desiredSize"]),
    )


def _version_text(version: int) -> str:
    """A launch template's version as EKS takes it."""
    return str(version)


def _launch_template(
    parent: Component[Any], name: str, spec: NodeGroupSpec, disks_key: pulumi.Input[str]
) -> ec2.LaunchTemplate:
    """Encrypted disk, session-bound metadata that pods cannot reach, no key pair, tags on what is launched."""
    return ec2.LaunchTemplate(
        f"{name}-template",
        name=f"{name}-{spec.group.rpartition('-')[2]}",
        instance_type=spec.machines[0] if spec.in_template else None,
        update_default_version=True,
        block_device_mappings=[
            ec2.LaunchTemplateBlockDeviceMappingArgs(
                device_name=spec.disk,
                ebs=ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
                    volume_type="gp3",
                    volume_size=spec.disk_gib,
                    encrypted="true",
                    kms_key_id=disks_key,
                    delete_on_termination="true",
                ),
            )
        ],
        metadata_options=ec2.LaunchTemplateMetadataOptionsArgs(
            http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
        ),
        monitoring=ec2.LaunchTemplateMonitoringArgs(enabled=True),
        capacity_reservation_specification=_reservation(spec.reservation),
        instance_market_options=(
            ec2.LaunchTemplateInstanceMarketOptionsArgs(market_type="capacity-block") if spec.in_template else None
        ),
        tag_specifications=[
            ec2.LaunchTemplateTagSpecificationArgs(resource_type=launched, tags={**parent.context.tags, "Name": name})
            for launched in ("instance", "volume", "network-interface")
        ],
        tags={**parent.context.tags, "Name": name},
        opts=parent.child(),
    )


def _reservation(id: str | None) -> ec2.LaunchTemplateCapacityReservationSpecificationArgs | None:
    """Nodes from the reservation ``id`` and from nowhere else: what is not reserved is another entry of the order."""
    if id is None:
        return None
    return ec2.LaunchTemplateCapacityReservationSpecificationArgs(
        capacity_reservation_preference="capacity-reservations-only",
        capacity_reservation_target=ec2.LaunchTemplateCapacityReservationSpecificationCapacityReservationTargetArgs(
            capacity_reservation_id=id
        ),
    )
