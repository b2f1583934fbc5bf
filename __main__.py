"""Deploy the region that the selected stack describes."""

import pulumi

from lepton_infra import Region, load

args = load(pulumi.Config())
region = Region(args.config.name, args)

pulumi.export("endpoints", region.outputs.endpoints)
pulumi.export("models", region.outputs.models_uri)
pulumi.export("cluster", region.outputs.cluster)
pulumi.export("gpus", region.outputs.gpus)
