"""The ``cloud:`` section of a stack file on AWS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from lepton_infra.clouds.aws.retention import RETENTION_DAYS
from lepton_infra.compliance.law import locations
from lepton_infra.config.cloud import CloudSettings, Home
from lepton_infra.fields import text

LOCATIONS = Path(__file__).with_name("locations.yaml")

RoleArn = Annotated[
    str,
    text(
        r"^arn:aws:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]+$",
        "the ARN of an IAM role, such as arn:aws:iam::111122223333:role/platform-engineers",
    ),
]


class Settings(CloudSettings):
    """Settings of AWS: the ``cloud:`` section of a stack file."""

    name: Literal["aws"]
    account: Annotated[str, text(r"^[0-9]{12}$", "an AWS account id: 12 digits, in quotes")]
    """The account that everything is made in; the provider refuses any other."""
    region: Annotated[
        str,
        text(
            r"^(?:af|ap|ca|eu|il|me|mx|sa|us)-[a-z]+-[0-9]$", "a region of AWS's commercial partition, like us-east-1"
        ),
    ]
    """The region that everything is made in."""
    administrators: Annotated[tuple[RoleArn, ...], Field(min_length=1)]
    """IAM roles that administer the cluster. The role that deploys must be among them: it gets no rights by itself."""
    image_family: Literal["al2023"] = "al2023"
    """The kind of node image."""
    instance_types: Mapping[str, tuple[str, ...]] = {}
    """Machine types of a pool, by its name, in place of the table's: alternatives for spot, or the one reserved."""

    log_days_offered: ClassVar[Sequence[int]] = RETENTION_DAYS

    def home(self) -> Home:
        """The region that everything is made in."""
        countries = locations.read(LOCATIONS).countries.get(self.region)
        return Home(location=self.region, countries=countries, key=("cloud", "region"))
