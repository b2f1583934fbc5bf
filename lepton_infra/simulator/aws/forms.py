"""The form of every identifier, as data: provider id, ARN and where the physical name stands, by resource type.

Templates are filled with the resource's inputs by wire name, ``{partition}``, ``{region}``, ``{account}``,
``{domain}``, ``{id}`` (in ARNs), words drawn from the seed (``{hex17}``: 17 hexadecimal digits, the first 0, as EC2
makes them; ``{hex32}``; ``{uuid}``; ``{word17}``) and what single types compose (``{crc}`` of a route's destination).
Sources: the Service Authorization Reference for ARNs, the provider's import sections for ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lepton_infra.simulator.aws import tokens
from lepton_infra.simulator.aws.identifiers import Identifiers
from lepton_infra.simulator.behaviour import Call


def default_group(call: Call) -> str | None:
    """The group that came with the VPC: this type adopts it and makes none."""
    vpc = call.scope.find(tokens.VPC, str(call.inputs.get("vpcId")))
    return None if vpc is None else str(vpc.state["defaultSecurityGroupId"])


FORMS: Final[Mapping[str, Identifiers]] = {}
