"""Google Cloud: GKE on a private network, Cloud Storage and Artifact Registry under customer-managed keys.

``cloud.CLOUD`` is the cloud and imports its SDK; ``settings.Settings`` is its section of a stack file and does not, so
that checking a file is quick.
"""
