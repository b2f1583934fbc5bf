"""``AwsType``: the record of one resource type of AWS."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from lepton_infra.simulator.aws.identifiers import Identifiers
from lepton_infra.simulator.aws.places import Place
from lepton_infra.simulator.behaviour import Call, Stored
from lepton_infra.simulator.core import resource_type, uniqueness


class LiveResource(resource_type.LiveResource[Place]):
    """A live resource of AWS: the call that made or changed it, its provider id, its account and region."""

    def find(self, type: str, property: str) -> Stored | None:
        """The live resource whose provider id this one's input ``property`` holds."""
        id = self.call.inputs.get(property)
        return self.call.scope.find(type, id) if isinstance(id, str) else None


class Reach(Enum):
    """Scope of a name: one account and region, one account (IAM), or the world (S3)."""

    REGION = auto()
    ACCOUNT = auto()
    WORLD = auto()


@dataclass(frozen=True, kw_only=True)
class Reference(resource_type.Reference):
    """A reference that AWS recognises: at the paths that a type's ``references`` list, as an ARN, as an id of EC2.

    ``arn`` matches what follows ``arn:<partition>:``, ``id_prefix`` is what EC2's ids begin with (``vpc``).
    ``generated``: AWS makes the names up, so that one which is known is of a resource that exists; other names may be
    known before the resource is made. Codes and messages are AWS's own ("Error codes for the Amazon EC2 API" and each
    service's API reference).
    """

    reach: Reach = Reach.REGION
    generated: bool = False
    arn: str | None = None
    id_prefix: str | None = None

    def matches_arn(self, rest: str) -> bool:
        """True if an ARN, without its first two parts, is one of these."""
        return self.arn is not None and re.fullmatch(self.arn, rest) is not None


@dataclass(frozen=True, kw_only=True)
class Unique(uniqueness.Unique):
    """The refusal of a second resource, among all types that share this record.

    ``abroad`` are code and message if the other one is in another account.
    """

    reach: Reach = Reach.REGION
    abroad: tuple[str, str] | None = None


@dataclass(frozen=True)
class OfRequest:
    """A property that goes to another request: ``service.Operation.Member…``, as botocore names them."""

    shape: str


@dataclass(frozen=True, kw_only=True)
class Request:
    """The request of AWS's API that carries a type's inputs: ``service.Operation[.Member]``, as botocore names them.

    Properties find their member by name (case and plural aside). ``names`` are the exceptions by path: the member
    inside that of the property which holds them (``""``: that one itself), or ``OfRequest``. ``uncovered`` are paths
    whose values nothing checks, with the reason. Booleans have no values to check.
    """

    shape: str
    names: Mapping[str, str | OfRequest] = field(default_factory=dict)
    uncovered: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AwsType(resource_type.ResourceType[LiveResource, Place]):
    """One type of AWS.

    identifiers: its provider id, ARN and physical name.
    adopts: the id of a resource that AWS has made already, which a creation takes over; None makes a new one.
    api: the request that its values are held against; None: nobody checks them.
    unique: the refusal of a second one.
    free: paths whose values are not looked up, though they look like references.
    """

    identifiers: Identifiers = field(default_factory=Identifiers)
    adopts: Callable[[Call], str | None] | None = None
    api: Request | None = None
    unique: Unique | None = None
    references: Mapping[str, Reference] = field(default_factory=dict)
    implies: Mapping[str, Reference] = field(default_factory=dict)
    referred_to: Reference | None = None
    free: frozenset[str] = frozenset()


def delete_first(what: str, code: str) -> resource_type.InUse:
    """The refusal to delete a resource whose parts are still there."""
    message = f"{what} {{id}} still has these, which must be deleted before: {{users}}"
    return resource_type.InUse(code=code, message=message)
