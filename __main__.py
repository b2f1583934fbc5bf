"""Deploy the region that the selected stack describes."""

import pulumi

import lepton_infra

args = lepton_infra.load(pulumi.Config())
region = lepton_infra.Region(args.config.name, args)

pulumi.export("endpoints", region.outputs.endpoints)
pulumi.export("models", region.outputs.models_uri)
pulumi.export("cluster", region.outputs.cluster)
pulumi.export("gpus", region.outputs.gpus)
