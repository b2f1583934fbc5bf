"""AWS Key Management Service: keys, key policies and aliases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.aws.identifiers import Identifiers, Name, arn
from lepton_infra.simulator.aws.places import Place
from lepton_infra.simulator.aws.policy_documents import resource_policy
from lepton_infra.simulator.aws.resource_type import AwsType, LiveResource, OfRequest, Reference, Request, Unique
from lepton_infra.simulator.behaviour import Failure, Properties
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.formats import between

KEY_ID: Final = Reference(
    code="NotFoundException", message="Key '{given}' does not exist", generated=True, arn=r"kms:.*:key/.*"
)
ALIAS_NAME: Final = Reference(code="NotFoundException", message="Alias {given} is not found.", arn=r"kms:.*:alias/.*")


def _rotation(inputs: Properties, place: Place) -> Iterator[Failure]:
    if inputs.get("rotationPeriodInDays") is not None and not inputs.get("enableKeyRotation"):
        yield Failure(path="rotationPeriodInDays", reason="needs enableKeyRotation")


def _alias_name(value: Any) -> Iterator[str]:
    """A key's alias; ``alias/aws/`` is AWS's own."""
    if not value.startswith("alias/"):
        yield f'"{value}" must begin with alias/'
    elif value.startswith("alias/aws/"):
        yield f'"{value}" is not allowed: alias/aws/ is kept for AWS managed keys'


def _target_arn(live: LiveResource) -> Mapping[str, Any]:
    """The target may be given as a key's id or its ARN; the other is computed."""
    target = str(live.call.inputs.get("targetKeyId", ""))
    place = live.place
    arn = f"arn:{place.partition}:kms:{place.region}:{place.account}:key/{target}"
    return {"targetKeyArn": target if target.startswith("arn:") else arn}


KEY: Final = AwsType(
    token="aws:kms/key:Key",
    identifiers=Identifiers(id="{uuid}", arn=arn("kms", "key/{id}")),
    referred_to=KEY_ID,
    api=Request(
        shape="kms.CreateKey",
        names={
            "rotationPeriodInDays": OfRequest("kms.EnableKeyRotation.RotationPeriodInDays"),
            "deletionWindowInDays": OfRequest("kms.ScheduleKeyDeletion.PendingWindowInDays"),
        },
    ),
    formats={"policy": resource_policy, "deletionWindowInDays": between(7, 30)},
    input_rules=(_rotation,),
    defaults={
        "keyUsage": "ENCRYPT_DECRYPT",
        "customerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "isEnabled": True,
        "enableKeyRotation": False,
        "multiRegion": False,
        "description": "",
        "rotationPeriodInDays": 365,
    },
    outputs=lambda live: {"keyId": live.id},
    immutable=paths("customerMasterKeySpec keyUsage multiRegion customKeyStoreId xksKeyId"),
)

KEY_POLICY: Final = AwsType(
    token="aws:kms/keyPolicy:KeyPolicy",
    identifiers=Identifiers(id="{keyId}"),
    api=Request(shape="kms.PutKeyPolicy"),
    formats={"policy": resource_policy},
    references={"keyId": KEY_ID},
    overwrites=True,
    immutable=paths("keyId"),
)

ALIAS: Final = AwsType(
    token="aws:kms/alias:Alias",
    identifiers=Identifiers(id="{name}", arn=arn("kms", "{id}"), name=Name(longest=256, head="alias/")),
    referred_to=ALIAS_NAME,
    api=Request(shape="kms.CreateAlias", names={"name": "AliasName"}),
    formats={"name": _alias_name},
    references={"targetKeyId": KEY_ID},
    unique=Unique(code="AlreadyExistsException", message="An alias with the name {name} already exists"),
    outputs=_target_arn,
    immutable=paths("name namePrefix"),
)

TYPES: Final = (KEY, KEY_POLICY, ALIAS)
