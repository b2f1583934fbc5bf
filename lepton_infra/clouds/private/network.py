"""The network of a private site, which is there already."""

from __future__ import annotations

import pulumi

from lepton_infra.clouds.private.settings import Settings
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.layers.network import NetworkArgs, NetworkOutputs


class Network(Component[NetworkOutputs]):
    """Makes nothing: the addresses are those that the site has given to the cluster.

    Flow logs and the way into the network are the site's own; the file's retention is held by its statement.
    """

    def __init__(
        self, name: str, args: NetworkArgs, context: Context, settings: Settings, opts: pulumi.ResourceOptions
    ) -> None:
        super().__init__("lepton:private:Network", name, context, opts)
        self.publish(NetworkOutputs(cidr=args.cidr))
