"""The form of every identifier, as data: provider id, self link and where the physical name stands, by resource type.

Templates are filled with the resource's inputs by wire name, ``{project}``, ``{region}``, ``{location}``, ``{zone}``
(the resource's own or else the provider's), ``{name}`` (the last part of the physical name), ``{id}`` (in self links)
and what single types compose (``{keyRing}``, ``{resource}`` of a grant, the ``{number}`` that Google draws). Sources:
the import sections of the provider's documentation and the ``SetId`` calls of terraform-provider-google for ids, the
APIs' own ``selfLink`` for links.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lepton_infra.simulator.gcp import tokens

_COMPUTE: Final = "https://www.googleapis.com/compute/v1/"
# The provider calls GKE's v1beta1, and the link names the version that was called.
_CONTAINER: Final = "https://container.googleapis.com/v1beta1/"


@dataclass(frozen=True, kw_only=True)
class Form:
    """The identifiers of one type.

    ``name`` is the property that holds the physical name; ``autonamed`` if the provider makes one up where none is
    given. ``link`` is the self link.
    """

    id: str
    link: str | None = None
    name: str = "name"
    autonamed: bool = True


def _compute(path: str) -> Form:
    return Form(id=f"projects/{{project}}/{path}/{{name}}", link=f"{_COMPUTE}{{id}}")


def _unnamed(id: str, name: str = "name") -> Form:
    return Form(id=id, name=name, autonamed=False)


_MEMBER: Final = _unnamed("{resource}/{role}/{grantee}")
_BINDING: Final = _unnamed("{resource}/{role}{condition}")

FORMS: Final[Mapping[str, Form]] = {
    tokens.NETWORK: _compute("global/networks"),
    tokens.SUBNETWORK: _compute("regions/{region}/subnetworks"),
    tokens.ROUTER: _compute("regions/{region}/routers"),
    tokens.ROUTER_NAT: Form(id="{project}/{region}/{router}/{name}"),
    tokens.FIREWALL: _compute("global/firewalls"),
    tokens.ROUTE: _compute("global/routes"),
    tokens.ADDRESS: _compute("regions/{region}/addresses"),
    tokens.GLOBAL_ADDRESS: _compute("global/addresses"),
    tokens.GLOBAL_FORWARDING_RULE: _compute("global/forwardingRules"),
    tokens.RESERVATION: _compute("zones/{zone}/reservations"),
    tokens.RESOURCE_POLICY: _compute("regions/{region}/resourcePolicies"),
    tokens.KEY_RING: Form(id="projects/{project}/locations/{location}/keyRings/{name}"),
    tokens.KEY: Form(id="{keyRing}/cryptoKeys/{name}"),
    tokens.BUCKET: Form(id="{name}", link="https://www.googleapis.com/storage/v1/b/{id}"),
    tokens.CLUSTER: Form(
        id="projects/{project}/locations/{location}/clusters/{name}",
        link=f"{_CONTAINER}projects/{{project}}/{{kind}}/{{location}}/clusters/{{name}}",
    ),
    tokens.NODE_POOL: Form(id="{cluster}/nodePools/{name}"),
    tokens.REPOSITORY: _unnamed("projects/{project}/locations/{location}/repositories/{name}", name="repositoryId"),
    tokens.SERVICE_ACCOUNT: _unnamed("projects/{project}/serviceAccounts/{email}", name="accountId"),
    tokens.SERVICE: _unnamed("{project}/{service}", name="service"),
    tokens.SERVICE_IDENTITY: _unnamed("projects/{project}/services/{service}", name="service"),
    tokens.AUDIT_CONFIG: _unnamed("{project}/audit_config/{service}", name="service"),
    tokens.CUSTOM_ROLE: _unnamed("projects/{project}/roles/{name}", name="roleId"),
    tokens.TRANSFER_JOB: Form(id="{project}/{name}"),
    tokens.ENTITLEMENT: _unnamed("{parent}/locations/{location}/entitlements/{name}", name="entitlementId"),
    tokens.ALERT_POLICY: _unnamed("projects/{project}/alertPolicies/{number}", name="displayName"),
    tokens.NOTIFICATION_CHANNEL: _unnamed("projects/{project}/notificationChannels/{number}", name="displayName"),
    tokens.LOG_BUCKET: _unnamed("projects/{project}/locations/{location}/buckets/{name}", name="bucketId"),
    tokens.LOG_SINK: Form(id="projects/{project}/sinks/{name}"),
    tokens.LOG_EXCLUSION: Form(id="projects/{project}/exclusions/{name}"),
    tokens.DNS_ZONE: Form(id="projects/{project}/managedZones/{name}"),
    tokens.DNS_RECORD: _unnamed("projects/{project}/managedZones/{managedZone}/rrsets/{name}/{type}"),
    tokens.TOPIC: Form(id="projects/{project}/topics/{name}"),
    tokens.SUBSCRIPTION: Form(id="projects/{project}/subscriptions/{name}"),
    **dict.fromkeys(tokens.MEMBERS, _MEMBER),
    **dict.fromkeys(tokens.BINDINGS, _BINDING),
}


def is_regional(type: str) -> bool:
    """Whether things of a type are in a region, a zone or a part of one, and not in the whole project or world."""
    return any(word in FORMS[type].id for word in ("{region}", "{location}", "{zone}", "{keyRing}", "{cluster}"))


RESOURCES: Final[Mapping[str, tuple[str, str]]] = {
    tokens.KEY_MEMBER: ("cryptoKeyId", "{}"),
    tokens.KEY_BINDING: ("cryptoKeyId", "{}"),
    tokens.KEY_RING_MEMBER: ("keyRingId", "{}"),
    tokens.KEY_RING_BINDING: ("keyRingId", "{}"),
    tokens.BUCKET_MEMBER: ("bucket", "b/{}"),
    tokens.BUCKET_BINDING: ("bucket", "b/{}"),
    tokens.REPOSITORY_MEMBER: ("repository", "projects/{project}/locations/{location}/repositories/{}"),
    tokens.REPOSITORY_BINDING: ("repository", "projects/{project}/locations/{location}/repositories/{}"),
    tokens.SERVICE_ACCOUNT_MEMBER: ("serviceAccountId", "{}"),
    tokens.SERVICE_ACCOUNT_BINDING: ("serviceAccountId", "{}"),
    tokens.PROJECT_MEMBER: ("project", "{}"),
    tokens.PROJECT_BINDING: ("project", "{}"),
}
"""What a grant is on: the input that names it, and how the grant's id names it (``{}``, unless the input is an id)."""
