"""The ``cloud:`` section of a stack file on Azure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from lepton_infra.clouds.azure.retention import RETENTION_DAYS
from lepton_infra.compliance.law import locations
from lepton_infra.config.cloud import CloudSettings, Home
from lepton_infra.fields import Zones, text

LOCATIONS = Path(__file__).with_name("locations.yaml")

Uuid = Annotated[
    str,
    text(
        r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        "a UUID in lowercase, such as 11111111-2222-3333-4444-555555555555",
    ),
]


class Settings(CloudSettings):
    """Settings of Azure: the ``cloud:`` section of a stack file."""

    name: Literal["azure"]
    tenant_id: Uuid
    """The Microsoft Entra tenant that the subscription and every identity belong to."""
    subscription_id: Uuid
    """The subscription that everything is made in."""
    location: Annotated[str, text(r"^[a-z]+[a-z0-9]*$", "a location's short name, such as westeurope")]
    """The location that everything is made in."""
    administrators: Annotated[tuple[Uuid, ...], Field(min_length=1)]
    """Entra groups, by object id, that administer the cluster. Who deploys must be in one of them."""
    vm_sizes: Mapping[str, str] = {}
    """Machine size of a pool, by its name, in place of the smallest in the table: the one reserved, say."""
    size_zones: Mapping[str, Zones] = {}
    """Zones that offer a machine size, where those are not all of the network's; an empty list: none by name, so that
    Azure chooses. `az vm list-skus --zone --location <location>` tells."""
    break_glass_policy: Uuid | None = None
    """Name of the subscription's role management policy of the role Contributor: a UUID that Azure invented. Azure's
    REST API lists it ("Role Management Policy Assignments - List For Scope"). Without it nothing bounds an emergency
    session but Azure's own eight hours."""
    vault_name_suffix: Annotated[int, Field(strict=True, ge=1, le=99)] = 1
    """Count up to make the region again within 90 days of its teardown: deleted vaults keep their names that long."""

    log_days_offered: ClassVar[Sequence[int]] = RETENTION_DAYS

    def home(self) -> Home:
        """The location that everything is made in."""
        countries = locations.read(LOCATIONS).countries.get(self.location)
        return Home(location=self.location, countries=countries, key=("cloud", "location"))
