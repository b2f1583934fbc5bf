"""Grants of IAM roles, as every service has them for what it holds, and the identity pool of a project's pods."""

from __future__ import annotations

from typing import Final

from lepton_infra.simulator.behaviour import Call
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.gcp import syntax
from lepton_infra.simulator.gcp.identifiers import Identifiers, Words
from lepton_infra.simulator.gcp.resource_type import GcpType, Reference, Request

WORKLOAD_POOL: Final = Reference(
    code="INVALID_ARGUMENT",
    message="Identity Pool does not exist ({given}). Please check that you specified a valid resource name: "
    "the first cluster of a project that has a workload pool makes it",
)


def member(
    token: str, *, on: str, reference: Reference | None = None, resource: str = "{}", immutable: str = ""
) -> GcpType:
    """The record of a grant of one role to one member, on what the input ``on`` names.

    ``resource`` is the grant's own name of it: ``{}``, unless the input is an id.
    """
    return _grant(token, "{resource}/{role}/{grantee}", "member", on, reference, resource, f"{immutable} member")


def binding(
    token: str, *, on: str, reference: Reference | None = None, resource: str = "{}", immutable: str = ""
) -> GcpType:
    """The record of a grant of one role to all its members, on what the input ``on`` names."""
    return _grant(token, "{resource}/{role}{condition}", "members", on, reference, resource, immutable)


def _grant(
    token: str, id: str, grantees: str, on: str, reference: Reference | None, resource: str, immutable: str
) -> GcpType:
    def words(call: Call, common: Words) -> Words:
        named = common[on]
        whole = named if named.startswith("projects/") and resource != "{}" else resource.format(named, **common)
        condition = call.inputs.get("condition")
        title = f"/{condition['title']}" if isinstance(condition, dict) else ""
        return {"resource": whole, "grantee": common.get("member", "") + title, "condition": title}

    return GcpType(
        token=token,
        identifiers=Identifiers(id=id, name=None, words=words),
        api=Request(schema="cloudkms.v1#Binding", names={"member": "members"}, uncovered={on: "a reference"}),
        formats={"role": syntax.role, grantees: syntax.member},
        references={} if reference is None else {on: reference},
        overwrites=True,
        immutable=paths(f"role condition {on} {immutable}"),
        grant_on=on,
    )
