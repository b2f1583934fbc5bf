"""Which machines a pool asks for, and where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lepton_infra.simulator.azure_native import tokens
from lepton_infra.simulator.azure_native.places import home_of
from lepton_infra.simulator.behaviour import Call


def sku_zones(call: Call) -> list[tuple[str, str]]:
    """Every machine size of a pool, or of a cluster's own pools, in every zone asked for; of a reservation too.

    A pool without zones asks for them where Azure likes, which is written as the location. One that asks for no node
    asks for no machine: its autoscaler does, later.
    """
    inputs = call.inputs
    location = str(inputs.get("location") or home_of(call.scope).location)
    if call.type == tokens.AGENT_POOL:
        return _wanted(inputs, location)
    if call.type == tokens.CLUSTER:
        return [pair for pool in inputs.get("agentPoolProfiles") or () for pair in _wanted(pool, location)]
    if call.type == tokens.RESERVATION:
        return [(str(inputs["sku"].get("name")), zone) for zone in inputs.get("zones") or [location]]
    return []


def _wanted(pool: Mapping[str, Any], location: str) -> list[tuple[str, str]]:
    count = pool.get("count")
    nodes = count if count is not None else pool.get("minCount", 0)
    size = pool.get("vmSize")
    if not nodes or size is None:
        return []
    return [(str(size), str(zone)) for zone in pool.get("availabilityZones") or [location]]
