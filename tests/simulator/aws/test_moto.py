"""moto as an oracle: what it accepts is accepted here, and what both refuse is refused with the same code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError, ParamValidationError
from moto import mock_aws

from lepton_infra.simulator.behaviour import CloudError
from lepton_infra.simulator.resource import Resource
from lepton_infra.simulator.store import Store
from tests.kit.aws_account import ACCOUNT, Account
from tests.simulator.aws.moto_calls import CALLS, Clients
from tests.simulator.aws.moto_cases import CASES, Case, Step

ACCEPTED: Final = "accepted"
AT_PREVIEW: Final = "refused at preview"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Outcomes of one case that differ on purpose: here, in moto, and why."""

    here: str
    moto: str
    because: str


def _lenient(what: str, here: str = AT_PREVIEW) -> Difference:
    """moto accepts what AWS refuses."""
    return Difference(here=here, moto=ACCEPTED, because=f"moto does not look at {what}")


DIFFERENCES: Final[Mapping[str, Difference]] = {
    "vpc-of-host-bits": Difference(
        here=AT_PREVIEW,
        moto=ACCEPTED,
        because="EC2 makes 10.0.0.0/16 of it (CreateVpc), and a program would then see drift for ever; stricter here",
    ),
    "vpc-with-group": _lenient("security groups when a VPC is deleted", "DependencyViolation"),
    "vpc-with-gateway": _lenient("gateways when a VPC is deleted", "DependencyViolation"),
    "subnet-too-small": _lenient("the size of a subnet: /28 to /16 (CreateSubnet)"),
    "subnet-of-another-region": _lenient("the region of a zone"),
    "subnet-with-nat": _lenient("NAT gateways when a subnet is deleted", "DependencyViolation"),
    "gateway-beside-another": _lenient("the gateway that a VPC has", "Resource.AlreadyAssociated"),
    "nat-without-gateway": _lenient("the internet gateway that a public NAT gateway needs", "Gateway.NotAttached"),
    "address-of-nat": _lenient("NAT gateways when an address is released", "InvalidIPAddress.InUse"),
    "route-of-no-cidr": _lenient("a destination without a prefix"),
    "association-twice": Difference(
        here="Resource.AlreadyAssociated",
        moto=ACCEPTED,
        because="moto gives the association that is there; EC2 refuses (AssociateRouteTable)",
    ),
    "group-of-no-vpc": _lenient("the VPC of a security group"),
    "group-named-by-rule": _lenient("rules of other groups when a group is deleted", "DependencyViolation"),
    "bucket-of-capitals": _lenient("the letters of a bucket's name"),
    "bucket-of-an-address": _lenient("names that look like addresses"),
    "bucket-of-two-dots": _lenient("two dots in a row"),
    "bucket-twice": Difference(
        here="BucketAlreadyOwnedByYou",
        moto=ACCEPTED,
        because="us-east-1 alone answers 200 for one's own bucket (CreateBucket); two resources would be one",
    ),
    "bucket-policy-of-no-json": _lenient("the text of a bucket policy"),
    "bucket-policy-of-no-effect": _lenient("the text of a bucket policy"),
    "versioning-of-no-word": _lenient("the status of versioning"),
    "key-of-no-policy": _lenient("the text of a key's first policy"),
    "alias-of-aws": Difference(
        here=AT_PREVIEW, moto=ACCEPTED, because="alias/aws/ is kept for AWS managed keys (CreateAlias)"
    ),
    "key-policy-of-no-json": _lenient("the text of a key policy"),
    "role-of-no-trust": _lenient("the text of a trust policy"),
    "role-of-other-letters": _lenient("the letters of a role's name"),
    "role-of-65-letters": _lenient("the length of a role's name"),
    "role-policy-with-principal": _lenient("principals in an identity policy"),
    "policy-with-attachment": _lenient("roles when a policy is deleted", "DeleteConflict"),
    "linked-role-twice": Difference(
        here="InvalidInput",
        moto="EntityAlreadyExists",
        because="IAM answers InvalidInput, 'has been taken in this account, please try a different suffix'",
    ),
    "queue-twice": Difference(
        here="QueueAlreadyExists",
        moto=ACCEPTED,
        because="SQS gives the queue that is there if all attributes agree; two resources would then be one queue",
    ),
    "queue-kept-too-briefly": _lenient("the range of an attribute"),
    "queue-kept-too-long": _lenient("the range of an attribute"),
    "queue-delayed-too-long": _lenient("the range of an attribute"),
    "queue-hidden-too-long": _lenient("the range of an attribute"),
}


class Here:
    """The simulated AWS."""

    def __init__(self, store: Store) -> None:
        self._account = Account(store)
        self._made: dict[str, tuple[Step, Resource]] = {}

    def take(self, step: Step) -> str:
        inputs = _resolved(step.inputs, {name: self._names(made) for name, (_, made) in self._made.items()})
        if self._account.check(step.type.token, inputs, step.name):
            return AT_PREVIEW
        try:
            self._made[step.name] = step, self._account.make(step.type.token, step.name, **inputs)
        except CloudError as refused:
            return refused.code
        return ACCEPTED

    def delete(self, name: str) -> str:
        step, made = self._made[name]
        try:
            self._account.delete(step.type.token, made, name)
        except CloudError as refused:
            return refused.code
        return ACCEPTED

    @staticmethod
    def _names(made: Resource) -> Mapping[str, str]:
        return {"id": made.id, "arn": str(made.state.get("arn"))}


class Moto:
    """moto in this process."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._made: dict[str, tuple[Step, Mapping[str, str]]] = {}

    def take(self, step: Step) -> str:
        inputs = _resolved(step.inputs, {name: made for name, (_, made) in self._made.items()})
        try:
            self._made[step.name] = step, CALLS[step.type.token].create(self._clients, inputs)
        except ClientError as refused:
            return _code(refused)
        except ParamValidationError:
            return AT_PREVIEW
        return ACCEPTED

    def delete(self, name: str) -> str:
        step, made = self._made[name]
        delete = CALLS[step.type.token].delete
        assert delete is not None, step.type.token
        try:
            delete(self._clients, step.inputs, made)
        except ClientError as refused:
            return _code(refused)
        return ACCEPTED


def _code(refused: ClientError) -> str:
    return str(refused.response["Error"]["Code"])


def _resolved(value: Any, made: Mapping[str, Mapping[str, str]]) -> Any:
    """Inputs with the ids and ARNs that ``@name`` and ``@name.arn`` mean."""
    if isinstance(value, dict):
        return {key: _resolved(each, made) for key, each in value.items()}
    if isinstance(value, list):
        return [_resolved(each, made) for each in value]
    if isinstance(value, str) and value.startswith("@"):
        name, _, attribute = value[1:].partition(".")
        return made[name][attribute or "id"]
    return value


@pytest.fixture
def here() -> Iterator[Here]:
    store = Store()
    yield Here(store)
    store.close()


@pytest.fixture(scope="module")
def clients() -> Clients:
    """Made once: a client takes longer than all that a case asks of it."""
    return Clients()


@pytest.fixture
def moto(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> Iterator[Moto]:
    monkeypatch.setenv("MOTO_ACCOUNT_ID", ACCOUNT)
    with mock_aws():
        yield Moto(clients)


def outcome(cloud: Here | Moto, case: Case) -> str:
    """What becomes of the judged step: ``accepted``, ``refused at preview``, or the code of the refusal."""
    for step in case.before:
        assert cloud.take(step) == ACCEPTED, step
    return cloud.delete(case.judged) if isinstance(case.judged, str) else cloud.take(case.judged)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in CASES])
def test_outcomes_agree(case: Case, here: Here, moto: Moto) -> None:
    """A refusal at preview comes before AWS would give a code, so there the refusal alone is compared."""
    ours, theirs = outcome(here, case), outcome(moto, case)

    listed = DIFFERENCES.get(case.id)
    if listed is not None:
        assert (ours, theirs) == (listed.here, listed.moto)
    elif ours == AT_PREVIEW:
        assert theirs != ACCEPTED
    else:
        assert ours == theirs


def test_differences_are_of_cases_and_differ() -> None:
    assert DIFFERENCES.keys() <= {case.id for case in CASES}
    assert [id for id, one in DIFFERENCES.items() if one.here == one.moto] == []


def test_cases_have_names_of_their_own_and_every_type_is_created() -> None:
    steps = [step for case in CASES for step in (*case.before, case.judged) if isinstance(step, Step)]

    assert len({case.id for case in CASES}) == len(CASES)
    assert {step.type.token for step in steps} == CALLS.keys()
