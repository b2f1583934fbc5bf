"""Deploy the region that the selected stack describes."""

import gc

import pulumi

from lepton_infra import Region, load

# The SDKs are thousands of generated classes, none of them garbage: looking for some took a fifth of their import.
gc.set_threshold(100_000)

args = load(pulumi.Config())
region = Region(args.config.name, args)

pulumi.export("endpoints", region.outputs.endpoints)
pulumi.export("models", region.outputs.models_uri)
pulumi.export("cluster", region.outputs.cluster)
pulumi.export("gpus", region.outputs.gpus)
