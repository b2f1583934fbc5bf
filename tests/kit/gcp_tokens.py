"""Type tokens of pulumi_gcp 10, by the name that the cloud's own words give them."""

from __future__ import annotations

from typing import Final

NETWORK: Final = "gcp:compute/network:Network"
SUBNETWORK: Final = "gcp:compute/subnetwork:Subnetwork"
ROUTER: Final = "gcp:compute/router:Router"
ROUTER_NAT: Final = "gcp:compute/routerNat:RouterNat"
FIREWALL: Final = "gcp:compute/firewall:Firewall"
ROUTE: Final = "gcp:compute/route:Route"
ADDRESS: Final = "gcp:compute/address:Address"
GLOBAL_ADDRESS: Final = "gcp:compute/globalAddress:GlobalAddress"
GLOBAL_FORWARDING_RULE: Final = "gcp:compute/globalForwardingRule:GlobalForwardingRule"
RESERVATION: Final = "gcp:compute/reservation:Reservation"
RESOURCE_POLICY: Final = "gcp:compute/resourcePolicy:ResourcePolicy"

KEY_RING: Final = "gcp:kms/keyRing:KeyRing"
KEY: Final = "gcp:kms/cryptoKey:CryptoKey"
KEY_MEMBER: Final = "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember"
KEY_BINDING: Final = "gcp:kms/cryptoKeyIAMBinding:CryptoKeyIAMBinding"
KEY_RING_MEMBER: Final = "gcp:kms/keyRingIAMMember:KeyRingIAMMember"
KEY_RING_BINDING: Final = "gcp:kms/keyRingIAMBinding:KeyRingIAMBinding"

BUCKET: Final = "gcp:storage/bucket:Bucket"
BUCKET_MEMBER: Final = "gcp:storage/bucketIAMMember:BucketIAMMember"
BUCKET_BINDING: Final = "gcp:storage/bucketIAMBinding:BucketIAMBinding"

CLUSTER: Final = "gcp:container/cluster:Cluster"
NODE_POOL: Final = "gcp:container/nodePool:NodePool"

REPOSITORY: Final = "gcp:artifactregistry/repository:Repository"
REPOSITORY_MEMBER: Final = "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember"
REPOSITORY_BINDING: Final = "gcp:artifactregistry/repositoryIamBinding:RepositoryIamBinding"

SERVICE_ACCOUNT: Final = "gcp:serviceaccount/account:Account"
SERVICE_ACCOUNT_MEMBER: Final = "gcp:serviceaccount/iAMMember:IAMMember"
SERVICE_ACCOUNT_BINDING: Final = "gcp:serviceaccount/iAMBinding:IAMBinding"

SERVICE: Final = "gcp:projects/service:Service"
SERVICE_IDENTITY: Final = "gcp:projects/serviceIdentity:ServiceIdentity"
PROJECT_MEMBER: Final = "gcp:projects/iAMMember:IAMMember"
PROJECT_BINDING: Final = "gcp:projects/iAMBinding:IAMBinding"
AUDIT_CONFIG: Final = "gcp:projects/iAMAuditConfig:IAMAuditConfig"
CUSTOM_ROLE: Final = "gcp:projects/iAMCustomRole:IAMCustomRole"

TRANSFER_JOB: Final = "gcp:storage/transferJob:TransferJob"

ENTITLEMENT: Final = "gcp:privilegedaccessmanager/entitlement:entitlement"
ALERT_POLICY: Final = "gcp:monitoring/alertPolicy:AlertPolicy"
NOTIFICATION_CHANNEL: Final = "gcp:monitoring/notificationChannel:NotificationChannel"

LOG_BUCKET: Final = "gcp:logging/projectBucketConfig:ProjectBucketConfig"
LOG_SINK: Final = "gcp:logging/projectSink:ProjectSink"
LOG_EXCLUSION: Final = "gcp:logging/projectExclusion:ProjectExclusion"
DNS_ZONE: Final = "gcp:dns/managedZone:ManagedZone"
DNS_RECORD: Final = "gcp:dns/recordSet:RecordSet"
TOPIC: Final = "gcp:pubsub/topic:Topic"
SUBSCRIPTION: Final = "gcp:pubsub/subscription:Subscription"
