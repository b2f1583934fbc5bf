"""The ``cloud:`` section of a stack file on Google Cloud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from lepton_infra.clouds.gcp.retention import MOST_LOG_DAYS
from lepton_infra.compliance.law import locations
from lepton_infra.config.cloud import CloudSettings, Home
from lepton_infra.fields import text

LOCATIONS = Path(__file__).with_name("locations.yaml")

Member = Annotated[
    str,
    text(
        r"^(user|group|serviceAccount):[A-Za-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]+$",
        "user:, group: or serviceAccount: and an e-mail address, such as group:platform-engineers@example.com",
    ),
]


class Settings(CloudSettings):
    """Settings of Google Cloud: the ``cloud:`` section of a stack file.

    Use a project for each region: within one, pods of the same namespace and service account are one identity, whatever
    their cluster.
    """

    name: Literal["gcp"]
    project: Annotated[
        str, text(r"^[a-z][a-z0-9-]{4,28}[a-z0-9]$", "a project id: 6 to 30 lowercase letters, digits and hyphens")
    ]
    """The id of the project that everything is made in."""
    project_number: Annotated[str, text(r"^[1-9][0-9]{5,18}$", "a project's number: digits, in quotes")]
    """The same project's number, from which the addresses of Google's own accounts in it follow."""
    region: Annotated[str, text(r"^[a-z]+-[a-z]+[0-9]{1,2}$", "a region of Google Cloud, like asia-south1")]
    """The region that everything is made in."""
    administrators: Annotated[tuple[Member, ...], Field(min_length=1)]
    """IAM members that administer the cluster. The one that deploys must be among them."""
    logging_agent: Annotated[
        str,
        text(
            r"^[a-z0-9-]+@gcp-sa-logging\.iam\.gserviceaccount\.com$",
            "an e-mail address at gcp-sa-logging.iam.gserviceaccount.com",
        ),
    ]
    """The account that encrypts the project's logs. It does not follow from the project's number; it is the
    kmsServiceAccountId of: gcloud logging settings describe --project=…"""
    maintenance_start: Annotated[
        str, text(r"^([01][0-9]|2[0-3]):[0-5][0-9]$", "a time of day in UTC, in quotes, such as 20:30")
    ]
    """Start of the maintenance window for Google's patches of the cluster, in UTC: four hours in which it is quiet."""
    key_ring_suffix: Annotated[int, Field(strict=True, ge=1)] = 1
    """Part of the name of the key ring for what goes with the region. Neither a ring nor the name of a destroyed key is
    ever free again, so a region that is built once more counts up."""
    machine_types: Mapping[str, str] = {}
    """Machine type of a pool, by its name, in place of the smallest with its GPUs or vCPUs."""
    flex_start: tuple[str, ...] = ()
    """Pools that ask the Dynamic Workload Scheduler for what they would buy on demand: cheaper, when there is some, and
    for seven days at most."""

    log_days_offered: ClassVar[Sequence[int]] = range(1, MOST_LOG_DAYS + 1)

    def home(self) -> Home:
        """The region that everything is made in."""
        countries = locations.read(LOCATIONS).countries.get(self.region)
        return Home(location=self.region, countries=countries, key=("cloud", "region"))
