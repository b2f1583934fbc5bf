"""Behaviour of a package with one special type: buckets with names that must differ."""

from lepton_infra.simulator.behaviour import Behaviour, Call, CloudError, Failure, Made, Properties

BUCKET = "aws:s3/bucket:Bucket"
URN = "urn:pulumi:test::lepton::lepton:aws:Storage$aws:s3/bucket:Bucket::models"


def urn(type: str, name: str) -> str:
    return f"urn:pulumi:test::lepton::{type}::{name}"


def _create(call: Call) -> Made:
    name = call.inputs.get("bucket", call.seed[:8])
    if call.scope.find(call.type, name):
        raise CloudError("BucketAlreadyExists", f"{name} exists")
    return Made(id=name, outputs={"arn": f"arn:aws:s3:::{name}"})


def _defaults(call: Call) -> Properties:
    return {"bucket": f"{call.urn.rpartition('::')[2]}-{call.seed[:7]}"} if call.type == BUCKET else {}


def _check(call: Call) -> list[Failure]:
    bucket = call.inputs.get("bucket")
    return [Failure(path="bucket", reason="too short")] if isinstance(bucket, str) and len(bucket) < 3 else []


def _delete(call: Call) -> None:
    if call.inputs.get("forceDestroy") is False:
        raise CloudError("BucketNotEmpty", "the bucket holds objects")


BEHAVIOUR = Behaviour(
    package="aws",
    scope_key=lambda config: f"aws:{config.get('region')}",
    create=_create,
    update=lambda call: {},
    delete=_delete,
    defaults=_defaults,
    check=_check,
    immutable={BUCKET: frozenset({"bucket"})},
    invoke={"aws:index/getRegion:getRegion": lambda scope, arguments: {"region": scope.config["region"]}},
    overrides=frozenset({"region"}),
    sku_zones=lambda call: [("p5.48xlarge", zone) for zone in ("us-east-1a", "us-east-1b")],
)
