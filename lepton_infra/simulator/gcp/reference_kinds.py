"""The properties that refer to something else, and how Google says that it is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lepton_infra.simulator.gcp import tokens


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What is referred to: code and message of Google when there is none."""

    types: tuple[str, ...]
    code: str = "NOT_FOUND"
    message: str = "{given} was not found"

    def missing(self, given: str) -> str:
        """Google's message that ``given`` does not exist."""
        return self.message.format(given=given)


def _compute(type: str) -> Kind:
    return Kind(types=(type,), code="notFound", message="The resource '{given}' was not found")


_NETWORK: Final = _compute(tokens.NETWORK)
_SUBNETWORK: Final = _compute(tokens.SUBNETWORK)
_ROUTER: Final = _compute(tokens.ROUTER)
_ADDRESS: Final = _compute(tokens.ADDRESS)
_RESOURCE_POLICY: Final = _compute(tokens.RESOURCE_POLICY)
_KEY_RING: Final = Kind(types=(tokens.KEY_RING,), message="KeyRing {given} not found.")
_KEY: Final = Kind(types=(tokens.KEY,), message="CryptoKey {given} not found.")
_BUCKET: Final = Kind(types=(tokens.BUCKET,), code="notFound", message="The specified bucket does not exist: {given}")
_CLUSTER: Final = Kind(types=(tokens.CLUSTER,), message="Not found: {given}.")
_REPOSITORY: Final = Kind(types=(tokens.REPOSITORY,), message='Requested entity was not found: repository "{given}"')
_ACCOUNT: Final = Kind(types=(tokens.SERVICE_ACCOUNT,), message="Unknown service account: {given}")
_TOPIC: Final = Kind(types=(tokens.TOPIC,), message="Resource not found (resource={given}).")
_CHANNEL: Final = Kind(types=(tokens.NOTIFICATION_CHANNEL,), message="Could not find notification channel {given}.")
_ZONE: Final = Kind(types=(tokens.DNS_ZONE,), code="notFound", message="The 'managedZone' {given} does not exist")

_NODES: Final[Mapping[str, Kind]] = {"nodeConfig.bootDiskKmsKey": _KEY, "nodeConfig.serviceAccount": _ACCOUNT}

REFERENCES: Final[Mapping[str, Mapping[str, Kind]]] = {
    tokens.SUBNETWORK: {"network": _NETWORK},
    tokens.ROUTER: {"network": _NETWORK},
    tokens.ROUTER_NAT: {"router": _ROUTER, "subnetworks.name": _SUBNETWORK, "natIps": _ADDRESS},
    tokens.FIREWALL: {"network": _NETWORK},
    tokens.ROUTE: {"network": _NETWORK},
    tokens.ADDRESS: {"network": _NETWORK, "subnetwork": _SUBNETWORK},
    tokens.GLOBAL_ADDRESS: {"network": _NETWORK},
    tokens.GLOBAL_FORWARDING_RULE: {"network": _NETWORK, "subnetwork": _SUBNETWORK},
    tokens.KEY: {"keyRing": _KEY_RING},
    tokens.BUCKET: {"encryption.defaultKmsKeyName": _KEY, "logging.logBucket": _BUCKET},
    tokens.CLUSTER: {
        **_NODES,
        "network": _NETWORK,
        "subnetwork": _SUBNETWORK,
        "privateClusterConfig.privateEndpointSubnetwork": _SUBNETWORK,
        "databaseEncryption.keyName": _KEY,
    },
    tokens.NODE_POOL: {**_NODES, "cluster": _CLUSTER, "placementPolicy.policyName": _RESOURCE_POLICY},
    tokens.REPOSITORY: {"kmsKeyName": _KEY},
    tokens.TRANSFER_JOB: {
        "transferSpec.gcsDataSource.bucketName": _BUCKET,
        "transferSpec.gcsDataSink.bucketName": _BUCKET,
    },
    tokens.ALERT_POLICY: {"notificationChannels": _CHANNEL},
    tokens.LOG_BUCKET: {"cmekSettings.kmsKeyName": _KEY},
    tokens.TOPIC: {"kmsKeyName": _KEY},
    tokens.SUBSCRIPTION: {"topic": _TOPIC},
    tokens.DNS_ZONE: {"privateVisibilityConfig.networks.networkUrl": _NETWORK},
    tokens.DNS_RECORD: {"managedZone": _ZONE},
    tokens.KEY_MEMBER: {"cryptoKeyId": _KEY},
    tokens.KEY_BINDING: {"cryptoKeyId": _KEY},
    tokens.KEY_RING_MEMBER: {"keyRingId": _KEY_RING},
    tokens.KEY_RING_BINDING: {"keyRingId": _KEY_RING},
    tokens.BUCKET_MEMBER: {"bucket": _BUCKET},
    tokens.BUCKET_BINDING: {"bucket": _BUCKET},
    tokens.REPOSITORY_MEMBER: {"repository": _REPOSITORY},
    tokens.REPOSITORY_BINDING: {"repository": _REPOSITORY},
    tokens.SERVICE_ACCOUNT_MEMBER: {"serviceAccountId": _ACCOUNT},
    tokens.SERVICE_ACCOUNT_BINDING: {"serviceAccountId": _ACCOUNT},
}
"""By type and property path (of lists: of each item). Reservations are left out: people bring them."""
