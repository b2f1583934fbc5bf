"""Oversight, held elsewhere."""

from __future__ import annotations

from typing import Any

import pulumi

from lepton_infra.component import Component
from lepton_infra.oversight import OversightArgs, OversightOutputs


class Oversight(Component[OversightOutputs]):
    """Makes nothing."""

    def __init__(
        self, name: str, args: OversightArgs[Any, Any, Any], settings: Any, opts: pulumi.ResourceOptions
    ) -> None:
        super().__init__("lepton:aws:Oversight", name, opts)
        self.publish(OversightOutputs(alerts=""))
