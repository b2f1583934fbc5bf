"""Kubernetes objects and charts that every region's cluster runs, written once for all clouds."""
