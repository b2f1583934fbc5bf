"""Log Analytics workspace of the inference log: which model answered when."""

from __future__ import annotations

from typing import Any

from lepton_infra.clouds.azure.groups import place
from lepton_infra.clouds.azure.logs import workspace
from lepton_infra.clouds.azure.settings import Settings
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.layers.component import Component


def inference_log(parent: Component[Any], name: str, settings: Settings) -> None:
    """A workspace for the gateway's inference events: request, model's digest, time, caller's pseudonym.

    Never the content of a request or an answer. It has a group of its own and outlives the region, as the law has
    events kept after a model is gone.
    """
    kept = place(parent, f"{name}-ai", settings=settings, outlives_region=True)
    workspace(kept, f"{name}-ai-events", DataClass.AI_EVENT)
