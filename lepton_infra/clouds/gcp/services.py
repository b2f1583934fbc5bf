"""Google Cloud APIs that a region enables; they are off in a new project."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import pulumi
from pulumi_gcp import projects

from lepton_infra.clouds.gcp.settings import Settings
from lepton_infra.layers.component import Component


class Api(StrEnum):
    """Google Cloud APIs that a region calls, by the first part of the host name."""

    ARTIFACT_REGISTRY = "artifactregistry"
    COMPUTE = "compute"
    DNS = "dns"
    IAM = "iam"
    IMAGE_SCANNING = "containerscanning"
    IMAGE_STREAMING = "containerfilesystem"
    KEYS = "cloudkms"
    KUBERNETES = "container"
    LOGGING = "logging"
    MONITORING = "monitoring"
    PRIVILEGED_ACCESS = "privilegedaccessmanager"
    STORAGE = "storage"
    TRANSFERS = "storagetransfer"


def enabled(parent: Component[Any], name: str, settings: Settings) -> Mapping[Api, pulumi.Resource]:
    """Enable the APIs, and leave them enabled when the region is torn down: others in the project may use them."""
    return {
        api: projects.Service(
            f"{name}-api-{api}",
            project=settings.project,
            service=f"{api}.googleapis.com",
            disable_on_destroy=False,
            disable_dependent_services=False,
            opts=parent.child(retain_on_delete=True),
        )
        for api in Api
    }
