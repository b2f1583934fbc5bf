"""The fields that only AWS's records have: identifiers, API requests, uniqueness."""

import pytest

from lepton_infra.simulator import schema
from lepton_infra.simulator.aws.catalogue import TYPES
from lepton_infra.simulator.aws.resource_type import AwsType
from lepton_infra.simulator.aws.values import shape_of
from tests.kit.aws_account import Account
from tests.simulator.aws.examples import EXAMPLES

EACH = pytest.mark.parametrize("type", [pytest.param(type, id=type.token) for type in TYPES])
UNIQUE = pytest.mark.parametrize("type", [pytest.param(type, id=type.token) for type in TYPES if type.unique])


@EACH
def test_names_and_arns_are_properties_of_the_type(type: AwsType) -> None:
    identifiers, outputs = type.identifiers, schema.outputs_of(type.token)

    assert outputs is not None
    assert identifiers.arn is None or identifiers.arn_property in outputs
    assert identifiers.name is None or {identifiers.name.property, identifiers.name.prefix} - {None} <= outputs.keys()


@EACH
def test_every_name_leads_to_a_shape(type: AwsType) -> None:
    inputs = schema.inputs_of(type.token)

    assert inputs is not None
    assert shape_of(type.token, "") is not None
    for path in type.api.names if type.api else ():
        if path.partition(".")[0] in inputs:
            assert shape_of(type.token, path) is not None, path


@UNIQUE
def test_one_that_is_gone_clashes_with_nothing(account: Account, type: AwsType) -> None:
    given = EXAMPLES[type.token](account)
    account.delete(type.token, account.make(type.token, "first", **given), "first")

    account.make(type.token, "second", **given)
