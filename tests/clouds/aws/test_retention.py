from __future__ import annotations

import re

import botocore.session
import pytest

from lepton_infra.clouds.aws.retention import RETENTION_DAYS, retention


def test_offers_are_those_of_the_api_model() -> None:
    logs = botocore.session.get_session().get_service_model("logs")
    shape = logs.operation_model("PutRetentionPolicy").input_shape.members["retentionInDays"]
    sentence = shape.documentation.split("Possible values are:")[1].split(".")[0]
    assert tuple(map(int, re.findall(r"\d+", sentence))) == RETENTION_DAYS


@pytest.mark.parametrize(("asked", "given"), [(1, 1), (180, 180), (181, 365), (366, 400), (3653, 3653)])
def test_retention_is_rounded_up(asked: int, given: int) -> None:
    assert retention(asked) == given


def test_more_than_is_on_offer_is_refused() -> None:
    with pytest.raises(ValueError, match="3654 days is not on offer; allowed: at most 3653"):
        retention(3654)
