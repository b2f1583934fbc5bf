"""Azure Storage's object replication: copies of block blobs from one account to another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lepton_infra.simulator.azure_native.resource_ids import ID, find, within
from lepton_infra.simulator.azure_native.resource_type import AzureType, Fixed, LiveResource, Request
from lepton_infra.simulator.azure_native.storage import ACCOUNT, BLOB_CONTAINER, BLOB_SERVICE, CONTAINER_NAME
from lepton_infra.simulator.azure_native.syntax import matching, uuid
from lepton_infra.simulator.behaviour import Call, CloudError, Stored
from lepton_infra.simulator.core.paths import at
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.determinism import CREATED

_DEFAULT: Final = "default"


def _replicable(call: Call) -> None:
    """Both accounts keep versions, the source lists changes, the receiver knows the policy first, containers are there.

    Raises:
        CloudError: with Azure's own code.
    """
    source, destination = (_account(call, name) for name in ("sourceAccount", "destinationAccount"))
    own = f"/{call.inputs['accountName']}".lower()
    for account in (source, destination):
        if not _setting(call, account, "isVersioningEnabled"):
            raise CloudError(
                "VersioningNotEnabledForObjectReplication", f"Blob versioning must be enabled on {account.id}"
            )
    if not _setting(call, source, "changeFeed.enabled"):
        raise CloudError("ChangeFeedNotEnabledForObjectReplication", f"Change feed must be enabled on {source.id}")
    _containers(call, source, destination)
    if call.inputs["objectReplicationPolicyId"] == _DEFAULT:
        if not destination.id.lower().endswith(own):
            raise CloudError("InvalidObjectReplicationPolicy", "The policy called default is the receiving account's")
    elif source.id.lower().endswith(own):
        _known_to(call, destination)


def _account(call: Call, name: str) -> Stored:
    """An account by its id: a bare name would let it be of another tenant."""
    id = str(call.inputs[name])
    found = find(call.scope, id) if ID.fullmatch(id) else None
    if found is None:
        raise CloudError(
            "InvalidObjectReplicationPolicy",
            f"{name}: {id} is no account here. Give its full resource id, as accounts do that take part in no "
            "replication between tenants",
        )
    return found


def _parts(call: Call, account: Stored, type: str) -> Iterator[Stored]:
    return (each for each in call.scope.all(type) if within(each.id, account.id))


def _setting(call: Call, account: Stored, path: str) -> bool:
    return any(at(each.inputs, path) is True for each in _parts(call, account, BLOB_SERVICE.token))


def _containers(call: Call, source: Stored, destination: Stored) -> None:
    for index, rule in enumerate(call.inputs.get("rules") or ()):
        for name, account in (("sourceContainer", source), ("destinationContainer", destination)):
            there = [at(each.inputs, "containerName") for each in _parts(call, account, BLOB_CONTAINER.token)]
            if rule.get(name) not in there:
                raise CloudError("ContainerNotFound", f"rules[{index}].{name}: {rule.get(name)} is not in {account.id}")


def _known_to(call: Call, destination: Stored) -> None:
    """The source's policy is one that the receiving account has, with the same rules."""
    wanted = call.inputs["objectReplicationPolicyId"]
    given = {rule.get("ruleId") for rule in call.inputs.get("rules") or ()}
    for each in _parts(call, destination, OBJECT_REPLICATION.token):
        rules: Any = each.state.get("rules") or ()
        if each.state.get("policyId") == wanted and given == {rule.get("ruleId") for rule in rules}:
            return
    raise CloudError(
        "InvalidObjectReplicationPolicy",
        f"{destination.id} knows no policy {wanted} with these rules. Make it there first, as {_DEFAULT}, and give the "
        "ids that Azure answers",
    )


def _outputs(live: LiveResource) -> dict[str, Any]:
    """Azure names the policy, and its rules, where it is made first: in the receiving account."""
    given = live.call.inputs
    id = given["objectReplicationPolicyId"]
    policy = live.uuid("policy") if id == "default" else id
    rules = [
        {"ruleId": rule.get("ruleId") or live.uuid(f"rule {index}")} | dict(rule)
        for index, rule in enumerate(given.get("rules") or ())
    ]
    return {"policyId": policy, "name": policy, "enabledTime": CREATED, "rules": rules}


OBJECT_REPLICATION: Final = AzureType(
    token="azure-native:storage:ObjectReplicationPolicy",
    path=ACCOUNT.part("objectReplicationPolicies/{objectReplicationPolicyId}"),
    api=Request(model="storage.ObjectReplicationPolicy", operation="object_replication_policies.create_or_update"),
    formats={
        "objectReplicationPolicyId": matching(
            r"default|[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", "default, or the id that Azure gave to the policy"
        ),
        "rules.ruleId": uuid,
        "rules.sourceContainer": CONTAINER_NAME,
        "rules.destinationContainer": CONTAINER_NAME,
    },
    preconditions=(_replicable,),
    outputs=_outputs,
    fixed=Fixed(code="InvalidObjectReplicationPolicy", paths=paths("sourceAccount destinationAccount")),
)


TYPES: Final = (OBJECT_REPLICATION,)
