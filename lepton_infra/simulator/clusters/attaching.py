"""The behaviours of the embedded clouds where their clusters are real control planes."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec

from lepton_infra.simulator.behaviour import Behaviour, Call, Properties, Stored
from lepton_infra.simulator.clusters import live
from lepton_infra.simulator.clusters.manager import KUBERNETES, Clusters
from lepton_infra.simulator.packages import behaviour_of, folder_of


def behaviour(package: str, clusters: Clusters) -> Behaviour:
    """The behaviour of a package: of Kubernetes that of API servers; a cloud's tells clusters of what they follow."""
    if package == KUBERNETES:
        return live.behaviour(clusters)
    usual, name = behaviour_of(package), f"{folder_of(package)}.nodes"
    if find_spec(name) is None:
        return usual
    followed = import_module(name).TYPES

    def settle(call: Call, made: Stored) -> Properties:
        if call.type in followed:
            clusters.changed()
        return made.state

    def forgotten(call: Call) -> None:
        if call.type in followed:
            clusters.changed()

    return replace(usual, settle=settle, forgotten=forgotten)
