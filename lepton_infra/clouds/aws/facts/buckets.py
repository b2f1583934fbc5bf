"""Buckets of S3: the bucket and the parts that AWS keeps as separate resources, paired by what they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lepton_infra.clouds.aws.facts.documents import Statement, matches, open_to_anyone, refusals, statements
from lepton_infra.clouds.aws.facts.keys import encryption
from lepton_infra.clouds.aws.facts.places import class_of
from lepton_infra.compliance.facts import Encryption, Immutability, Store, StoreKind
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen, Unknown
from lepton_infra.compliance.graph.paths import items
from lepton_infra.compliance.graph.three_valued import concluded, every, on, some, whole

BUCKETS = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")


def _versions(name: str) -> tuple[str, str]:
    """A part under its name and under the one with V2, which the SDK keeps for old programs."""
    low = name[0].lower() + name[1:]
    return f"aws:s3/{low}:{name}", f"aws:s3/{low}V2:{name}V2"


ENCRYPTION = _versions("BucketServerSideEncryptionConfiguration")
VERSIONING = _versions("BucketVersioning")
LIFECYCLE = _versions("BucketLifecycleConfiguration")
LOGGING = _versions("BucketLogging")
OBJECT_LOCK = _versions("BucketObjectLockConfiguration")
POLICY = ("aws:s3/bucketPolicy:BucketPolicy",)
ACCESS_BLOCK = ("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",)
ACCOUNT_BLOCK = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
TYPES = frozenset(
    {*BUCKETS, *ENCRYPTION, *VERSIONING, *LIFECYCLE, *LOGGING, *OBJECT_LOCK, *POLICY, *ACCESS_BLOCK, ACCOUNT_BLOCK}
)

FOR_EVER_DAYS = 36525
"""A century: versions that no rule ends, as a number of days."""
_FLAGS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
_TLS = "1.2"
"""The lowest version that S3's endpoints take from anybody ("Data protection in Amazon S3", user guide)."""


def read(graph: Graph) -> Iterator[Store]:
    """Every bucket."""
    for resource in graph.of(*BUCKETS):
        yield _bucket(graph, resource)


def part(graph: Graph, bucket: Resource, types: tuple[str, ...]) -> Resource | None:
    """The part of ``types`` that belongs to a bucket."""
    for each in graph.of(*types):
        if bucket in graph.refers(each, "bucket", *BUCKETS):
            return each
    return None


def _bucket(graph: Graph, bucket: Resource) -> Store:
    encrypted, key = _encryption(graph, bucket)
    versioned = _versioned(graph, bucket)
    found, holder = _statements(graph, bucket)
    days, hidden = _retention(graph, bucket, versioned)
    kept = concluded(on(bucket.get("forceDestroy")), lambda value: not value)
    return Store(
        resource=bucket,
        kind=StoreKind.BUCKET,
        data_class=class_of(graph, bucket),
        encryption=encrypted,
        key=key,
        public=_public(graph, bucket, found, holder),
        days=days,
        hidden_days=hidden,
        immutable=_immutable(graph, bucket),
        erased_with_resource=bucket.says(on(bucket.get("forceDestroy")), "forceDestroy"),
        locked=bucket.says(every(bucket.protect, kept), "forceDestroy" if bucket.protect else "protect"),
        recoverable=versioned,
        access_logged=_logged(graph, bucket),
        minimum_tls=holder.says(concluded(found, _minimum_tls), "policy"),
        zone_redundant=bucket.says(True),
    )


def _encryption(graph: Graph, bucket: Resource) -> tuple[Seen[Encryption], Seen[str] | None]:
    """S3's own key encrypts where nothing is said; KMS without a key takes the one that AWS holds."""
    holder = part(graph, bucket, ENCRYPTION)
    root = "rules[0].applyServerSideEncryptionByDefault"
    if holder is None:
        holder, root = bucket, "serverSideEncryptionConfiguration.rule.applyServerSideEncryptionByDefault"
    algorithm = holder.get(f"{root}.sseAlgorithm", "AES256")
    if algorithm == "AES256":
        return holder.says(Encryption.PROVIDER, f"{root}.sseAlgorithm"), None
    return encryption(graph, holder, f"{root}.kmsMasterKeyId")


def _versioned(graph: Graph, bucket: Resource) -> Seen[bool]:
    holder = part(graph, bucket, VERSIONING)
    if holder is None:
        return bucket.says(on(bucket.get("versioning.enabled")), "versioning.enabled")
    path = "versioningConfiguration.status"
    return holder.says(concluded(holder.get(path), lambda value: value == "Enabled"), path)


def _statements(graph: Graph, bucket: Resource) -> tuple[tuple[Statement, ...] | Unknown, Resource]:
    holder = part(graph, bucket, POLICY) or bucket
    return statements(holder.get("policy")), holder


def _public(graph: Graph, bucket: Resource, found: tuple[Statement, ...] | Unknown, holder: Resource) -> Seen[bool]:
    """Whether anything could make it public: not all four blocks are on, for it or for the whole account."""
    block = part(graph, bucket, ACCESS_BLOCK)
    blocks = [each for each in (block, *graph.of(ACCOUNT_BLOCK)) if each is not None]
    closed = some(*(every(*(on(each.get(flag)) for flag in _FLAGS)) for each in blocks))
    if closed is True and concluded(found, open_to_anyone) is True:
        return holder.says(True, "policy")
    at = block or bucket
    off = next((flag for flag in _FLAGS if on(at.get(flag)) is not True), "blockPublicAcls")
    return at.says(concluded(closed, lambda value: not value), off)


def _minimum_tls(found: tuple[Statement, ...]) -> str | None:
    """None unless plain HTTP is refused for everything; then what S3 takes, or the bound that the policy sets."""
    refused = [each for each in refusals(found) if matches("s3:GetObject", each.actions)]
    if not any("false" in each.says("Bool", "aws:SecureTransport") for each in refused):
        return None
    bounds = [bound for each in refused for bound in each.says("NumericLessThan", "s3:TlsVersion")]
    return max([_TLS, *bounds])


def _retention(graph: Graph, bucket: Resource, versioned: Seen[bool]) -> tuple[Seen[int | None], Seen[int]]:
    """Days until objects end by age, and until replaced ones do, by the rules of the whole bucket."""
    holder = part(graph, bucket, LIFECYCLE)
    path = "rules" if holder is not None else "lifecycleRules"
    holder = holder or bucket
    rules = holder.get(path, [])
    if isinstance(rules, Unknown):
        return holder.says(UNKNOWN, path), holder.says(UNKNOWN, path)
    whole_bucket = [rule for rule in items(rules) if isinstance(rule, Mapping) and _covers(rule)]
    ages = [whole(_in(rule, "expiration", "days")) for rule in whole_bucket]
    hidden = [
        whole(_in(rule, key, days))
        for rule in whole_bucket
        for key, days in (("noncurrentVersionExpiration", "noncurrentDays"), ("noncurrentVersionExpiration", "days"))
    ]
    replaced = versioned.value
    if replaced is True:
        replaced_days = _least(hidden)
        lives = FOR_EVER_DAYS if replaced_days is None else replaced_days
    else:
        lives = UNKNOWN if replaced is UNKNOWN else 0
    return holder.says(_least(ages), f"{path}[0].expiration.days"), holder.says(
        lives, f"{path}[0].noncurrentVersionExpiration.noncurrentDays"
    )


def _least(days: list[int | Unknown | None]) -> int | Unknown | None:
    known = [each for each in days if each is not None]
    if any(isinstance(each, Unknown) for each in known):
        return UNKNOWN
    return min((each for each in known if not isinstance(each, Unknown)), default=None)


def _in(rule: Mapping[str, Any], key: str, inner: str) -> Any:
    value = rule.get(key)
    return value.get(inner) if isinstance(value, Mapping) else value


def _covers(rule: Mapping[str, Any]) -> bool:
    """Whether a rule is on and of the whole bucket."""
    if rule.get("status", "Enabled") != "Enabled" or rule.get("enabled") is False or rule.get("prefix"):
        return False
    scope = rule.get("filter")
    return not isinstance(scope, Mapping) or not any(scope.values())


def _immutable(graph: Graph, bucket: Resource) -> Seen[Immutability]:
    holder = part(graph, bucket, OBJECT_LOCK)
    path = "rule.defaultRetention.mode"
    if holder is None:
        holder, path = bucket, "objectLockConfiguration.rule.defaultRetention.mode"
    kinds = {"COMPLIANCE": Immutability.IRREVERSIBLE, "GOVERNANCE": Immutability.REVERSIBLE}
    return holder.says(concluded(holder.get(path), lambda mode: kinds.get(str(mode), Immutability.NONE)), path)


def _logged(graph: Graph, bucket: Resource) -> Seen[bool]:
    """Whether accesses are written to another bucket, or a trail watches the objects of this one."""
    holder = part(graph, bucket, LOGGING)
    if holder is not None:
        return holder.says(True, "targetBucket")
    return bucket.says(bucket.get("logging.targetBucket") is not None, "logging")
