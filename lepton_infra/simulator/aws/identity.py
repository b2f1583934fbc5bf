"""Identifiers and ARNs in AWS's own form, and the physical names that the provider makes up."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from lepton_infra.simulator.aws import tokens
from lepton_infra.simulator.aws.forms import FORMS, Form
from lepton_infra.simulator.aws.places import Place, place_of
from lepton_infra.simulator.behaviour import Call, Properties, Stored

_AUTONAME_DIGITS: Final = 7
_UNIQUE_DIGITS: Final = 26
"""Digits that the provider puts after a ``namePrefix``: a time stamp and a counter."""
_WORD: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
_UPPER: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

# Names of the roles that AWS's services make for themselves ("Service-linked role permissions" of each user guide).
_SERVICE_ROLES: Final[Mapping[str, str]] = {
    "autoscaling.amazonaws.com": "AWSServiceRoleForAutoScaling",
    "eks.amazonaws.com": "AWSServiceRoleForAmazonEKS",
    "eks-nodegroup.amazonaws.com": "AWSServiceRoleForAmazonEKSNodegroup",
    "spot.amazonaws.com": "AWSServiceRoleForEC2Spot",
}


def digest(*parts: str) -> str:
    """64 hexadecimal digits, the same for the same parts."""
    return hashlib.sha256("/".join(parts).encode()).hexdigest()


def hex17(seed: str) -> str:
    """What follows the dash in an EC2 id."""
    return f"0{digest(seed)[:16]}"


def unique_id(prefix: str, seed: str) -> str:
    """An IAM unique id: four letters that tell the kind (``AROA`` is a role) and 17 more."""
    return prefix + "".join(_UPPER[byte % len(_UPPER)] for byte in bytes.fromhex(digest(seed))[:17])


def uuid(seed: str) -> str:
    """A random-looking UUID in lower case."""
    return str(UUID(digest(seed)[:32], version=4))


def word17(seed: str) -> str:
    """17 small letters and digits, as EKS names associations."""
    return "".join(_WORD[byte % len(_WORD)] for byte in bytes.fromhex(digest(seed))[:17])


def names(call: Call) -> Properties:
    """The physical name that the provider fills in where the program gives none: ``<logical name>-<7 digits>``."""
    form = FORMS.get(call.type)
    if form is None or form.name is None:
        return {}
    name = form.name
    if call.inputs.get(name.property) is not None or (name.prefix and call.inputs.get(name.prefix) is not None):
        return {}
    logical = call.urn.rpartition("::")[2]
    stem = name.head + logical[: name.longest - len(name.head) - _AUTONAME_DIGITS - 1] + "-"
    return {name.property: (stem.lower() if name.lower else stem) + digest(call.seed, "autoname")[:_AUTONAME_DIGITS]}


def physical_name(call: Call) -> str | None:
    """The name that a resource has or gets: the given one, or what the service's provider makes of the prefix."""
    form = FORMS.get(call.type)
    if form is None or form.name is None:
        return None
    given = call.inputs.get(form.name.property)
    if given is not None:
        return str(given)
    if call.old is not None:
        return stored_name(call.old)
    prefix = call.inputs.get(form.name.prefix or "")
    digits = str(int(digest(call.seed, "prefix"), 16))[:_UNIQUE_DIGITS]
    return None if prefix is None else f"{prefix}{digits}"


def stored_name(stored: Stored) -> str | None:
    """The physical name of a live resource."""
    form = FORMS.get(stored.type)
    return None if form is None or form.name is None else _text(stored.state.get(form.name.property))


def resource_id(call: Call) -> str:
    """The provider id of a new resource. Types without a form of their own get hexadecimal digits."""
    if call.type == tokens.DEFAULT_SECURITY_GROUP:
        return _default_group(call)
    form = FORMS.get(call.type)
    return digest(call.seed)[:20] if form is None else form.id.format_map(_words(call, call.seed))


def _default_group(call: Call) -> str:
    """The group that came with the VPC: this type adopts it and makes none."""
    vpc = call.scope.find(tokens.VPC, str(call.inputs.get("vpcId")))
    return f"sg-{hex17(call.seed)}" if vpc is None else str(vpc.state["defaultSecurityGroupId"])


def arn_outputs(call: Call, id: str) -> dict[str, Any]:
    """The ARN under the property that holds it; nothing for types that have none."""
    form = FORMS.get(call.type, Form(id=""))
    if form.arn is None:
        return {}
    return {form.arn_property: form.arn.format_map({**_words(call, digest(id, call.scope.key)), "id": id})}


def arn_of(stored: Stored) -> str | None:
    """The ARN of a live resource, if its type has one."""
    form = FORMS.get(stored.type)
    return None if form is None or form.arn is None else _text(stored.state.get(form.arn_property))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _words(call: Call, seed: str) -> dict[str, str]:
    """Everything a template of ``FORMS`` may name."""
    place = place_of(call.scope)
    given = {name: str(value) for name, value in call.inputs.items() if isinstance(value, str | int)}
    form = FORMS.get(call.type, Form(id=""))
    name = physical_name(call)
    return {
        "path": "/",
        **given,
        **({form.name.property: name} if form.name and name else {}),
        **_special(call, place),
        "partition": place.partition,
        "region": place.region,
        "account": place.account,
        "domain": place.domain,
        "hex17": hex17(seed),
        "uuid": uuid(seed),
        "word17": word17(seed),
        "hex32": digest(seed, "id")[:32],
    }


def _special(call: Call, place: Place) -> dict[str, str]:
    """Words of single types that are read out of a nested or composed input."""
    match call.type:
        case tokens.ROUTE:
            destinations = [value for name, value in call.inputs.items() if name.startswith("destination") and value]
            return {"crc": str(zlib.crc32(str(destinations[0]).encode()))}
        case tokens.ACCESS_ENTRY:
            kind, _, name = str(call.inputs["principalArn"]).rpartition(":")[2].partition("/")
            return {"principalKind": kind, "principalName": name.rpartition("/")[2]}
        case tokens.AUTOSCALING_TAG:
            return {"tagKey": str(call.inputs["tag"]["key"])}
        case tokens.EVENT_TARGET:
            # The provider makes an id up where the program gives none.
            return {"targetId": str(call.inputs.get("targetId") or f"terraform-{digest(call.seed)[:26]}")}
        case tokens.SERVICE_LINKED_ROLE:
            service = str(call.inputs["awsServiceName"])
            name = _SERVICE_ROLES.get(service, "AWSServiceRoleFor" + service.partition(".")[0].title().replace("-", ""))
            suffix = call.inputs.get("customSuffix")
            path = f"/aws-service-role/{service}/"
            return {"name": f"{name}_{suffix}" if suffix else name, "path": path}
        case _:
            return {}
