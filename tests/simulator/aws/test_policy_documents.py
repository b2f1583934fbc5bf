"""The grammar of policy documents."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lepton_infra.simulator.aws.policy_documents import (
    identity_policy,
    repository_policy,
    resource_policy,
    trust_policy,
)

Policy = Callable[[Any], Iterator[str]]

IDENTITY = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::models/*"}
TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}
RESOURCE = {**IDENTITY, "Principal": "*"}


def document(*statements: Any, **changes: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **changes})


@pytest.mark.parametrize(
    ("policy", "text"),
    [
        (identity_policy, document(IDENTITY)),
        (identity_policy, document(Statement=IDENTITY)),
        (identity_policy, document({**IDENTITY, "Sid": "Read1", "Resource": ["*"], "Action": ["s3:Get*", "*"]})),
        (identity_policy, document({"Effect": "Deny", "NotAction": "iam:*", "NotResource": "*"})),
        (identity_policy, document({**IDENTITY, "Condition": {"StringEquals": {"aws:PrincipalAccount": "1"}}})),
        (
            identity_policy,
            document({**IDENTITY, "Condition": {"ForAnyValue:StringLikeIfExists": {"s3:prefix": ["a"]}}}),
        ),
        (trust_policy, document(TRUST)),
        (trust_policy, document({**TRUST, "Principal": {"AWS": ["111122223333", "arn:aws:iam::111122223333:root"]}})),
        (resource_policy, document({**RESOURCE, "Sid": "Deny plain HTTP"}, Id="policy")),
        (resource_policy, document({**RESOURCE, "Principal": {"Service": "logs.us-east-1.amazonaws.com"}})),
        (repository_policy, document({**TRUST, "Action": "ecr:*", "Principal": "*"})),
    ],
)
def test_policies_that_aws_takes(policy: Policy, text: str) -> None:
    assert list(policy(text)) == []


@pytest.mark.parametrize(
    ("policy", "text", "words"),
    [
        (identity_policy, "{", "not JSON"),
        (identity_policy, None, "not JSON"),
        (identity_policy, "[]", "must be an object with Version and Statement"),
        (identity_policy, document(IDENTITY, Version="2012"), 'Version is "2012"; allowed: 2012-10-17'),
        (identity_policy, document(), "Statement is missing or empty"),
        (identity_policy, document("x"), "Statement[0]: must be an object"),
        (identity_policy, document(IDENTITY, Statements=[]), "unknown element Statements"),
        (identity_policy, document({**IDENTITY, "Effect": "allow"}), 'Effect is "allow"; allowed: Allow or Deny'),
        (identity_policy, document({**IDENTITY, "Actions": "*"}), "unknown element Actions"),
        (identity_policy, document({**IDENTITY, "Action": "s3"}), 'Action "s3" must be service:Action'),
        (identity_policy, document({**IDENTITY, "Action": []}), "Action is empty"),
        (identity_policy, document({**IDENTITY, "NotAction": "*"}), "needs either Action or NotAction"),
        (identity_policy, document({"Effect": "Allow", "Action": "*"}), "needs either Resource or NotResource"),
        (identity_policy, document({**IDENTITY, "Resource": "models"}), 'Resource "models" must be an ARN or *'),
        (identity_policy, document({**IDENTITY, "Resource": None}), "Resource is empty"),
        (identity_policy, document(RESOURCE), "Principal is not allowed"),
        (identity_policy, document({**IDENTITY, "Sid": "a b"}), 'Sid "a b"'),
        (identity_policy, document({**IDENTITY, "Condition": {"StringEqual": {"a:b": "c"}}}), "operator StringEqual"),
        (identity_policy, document({**IDENTITY, "Condition": {"Bool": {}}}), "Condition Bool must be an object"),
        (identity_policy, document({**IDENTITY, "Condition": {"Bool": {"x": "true"}}}), "must be a condition key"),
        (identity_policy, document({**IDENTITY, "Condition": []}), "Condition must be an object"),
        (trust_policy, document({**TRUST, "Resource": "*"}), "Resource is not allowed"),
        (trust_policy, document({"Effect": "Allow", "Action": "sts:AssumeRole"}), "needs either Principal"),
        (trust_policy, document({**TRUST, "Principal": "ec2.amazonaws.com"}), 'Principal must be "*"'),
        (trust_policy, document({**TRUST, "Principal": {"Services": "x"}}), "unknown kind Services"),
        (trust_policy, document({**TRUST, "Principal": {"Service": "ec2"}}), 'Service "ec2" must be a service'),
        (trust_policy, document({**TRUST, "Principal": {"AWS": "me"}}), 'AWS "me" must be an account id'),
        (trust_policy, document({**TRUST, "Principal": {"AWS": []}}), "AWS is empty"),
        (resource_policy, document(IDENTITY), "needs either Principal"),
        (repository_policy, document(RESOURCE), "Resource is not allowed"),
    ],
)
def test_policies_that_aws_refuses(policy: Policy, text: Any, words: str) -> None:
    reasons = list(policy(text))

    assert any(words in reason for reason in reasons), reasons
    assert all(reason.startswith("MalformedPolicyDocument: ") for reason in reasons)
