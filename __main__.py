"""Deploy the region that the selected stack describes."""

import gc

import pulumi

import lepton_infra

# The SDKs are thousands of generated classes, none of them garbage. Looking for some took a fifth of their import, and
# taking them apart at the end half a second and more, so what the program has made stays until the process ends.
gc.disable()

args = lepton_infra.load(pulumi.Config())
region = lepton_infra.Region(args.config.name, args)

pulumi.export("endpoints", region.outputs.endpoints)
pulumi.export("models", region.outputs.models_uri)
pulumi.export("cluster", region.outputs.cluster)
pulumi.export("gpus", region.outputs.gpus)

gc.freeze()
gc.enable()
