"""Azure: AKS on a private network, blob storage and a container registry under customer-managed keys.

``cloud.CLOUD`` is the cloud and imports its SDK; ``settings.Settings`` is its section of a stack file and does not, so
that checking a file is quick.
"""
