"""A private site: a Kubernetes cluster and an S3-compatible object store that exist already, described by facts.

The region makes nothing there but what runs in the cluster. Everything else is stated in the stack file, checked
against what serving needs, and refused where neither the region nor a statement of the site's keeps what the file asks.
"""
