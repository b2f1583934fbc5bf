"""Computed outputs of trails, topics, rules, plans and detectors."""

from __future__ import annotations

from typing import Any

from lepton_infra.simulator.aws.made import Thing

_CONFIRMED_BY_HAND = ("email", "email-json", "http", "https")


def trail(thing: Thing) -> dict[str, Any]:
    """The region that the trail is kept in."""
    return {"homeRegion": thing.place.region, "snsTopicArn": ""}


def topic(thing: Thing) -> dict[str, Any]:
    """Whose topic it is."""
    return {"owner": thing.place.account}


def subscription(thing: Thing) -> dict[str, Any]:
    """Whoever reads mail or answers at an address confirms by hand."""
    pending = thing.call.inputs.get("protocol") in _CONFIRMED_BY_HAND
    return {"ownerId": thing.place.account, "pendingConfirmation": pending, "confirmationWasAuthenticated": not pending}


def rule(thing: Thing) -> dict[str, Any]:
    """Whether it is on, in the provider's older word."""
    return {"isEnabled": thing.call.inputs.get("state", "ENABLED") != "DISABLED"}


def target(thing: Thing) -> dict[str, Any]:
    """The id that the provider makes up."""
    return {"targetId": thing.id.removeprefix(f"{thing.call.inputs['rule']}-")}


def plan(thing: Thing) -> dict[str, Any]:
    """The version of what the plan says: another text for other rules."""
    return {"version": thing.seed(f"version {thing.call.inputs.get('rules')}")[:48]}


def detector(thing: Thing) -> dict[str, Any]:
    """Whose detector it is."""
    return {"accountId": thing.place.account}
