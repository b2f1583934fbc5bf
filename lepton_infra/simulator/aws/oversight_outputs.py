"""Computed outputs of trails, topics, rules, plans and detectors."""

from __future__ import annotations

from typing import Any

from lepton_infra.simulator.aws.resource_type import LiveResource

_CONFIRMED_BY_HAND = ("email", "email-json", "http", "https")


def trail(live: LiveResource) -> dict[str, Any]:
    """The region that the trail is kept in."""
    return {"homeRegion": live.place.region, "snsTopicArn": ""}


def topic(live: LiveResource) -> dict[str, Any]:
    """Whose topic it is."""
    return {"owner": live.place.account}


def subscription(live: LiveResource) -> dict[str, Any]:
    """Whoever reads mail or answers at an address confirms by hand."""
    pending = live.call.inputs.get("protocol") in _CONFIRMED_BY_HAND
    return {"ownerId": live.place.account, "pendingConfirmation": pending, "confirmationWasAuthenticated": not pending}


def rule(live: LiveResource) -> dict[str, Any]:
    """Whether it is on, in the provider's older word."""
    return {"isEnabled": live.call.inputs.get("state", "ENABLED") != "DISABLED"}


def target(live: LiveResource) -> dict[str, Any]:
    """The id that the provider makes up."""
    return {"targetId": live.id.removeprefix(f"{live.call.inputs['rule']}-")}


def detector(live: LiveResource) -> dict[str, Any]:
    """Whose detector it is."""
    return {"accountId": live.place.account}
