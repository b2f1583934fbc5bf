from __future__ import annotations

import json

from lepton_infra.testing.graph import Graph


def test_a_models_pods_read_their_own_model_and_nothing_else(region: Graph) -> None:
    association = region["test-identity-cifar10-association"]
    assert association["namespace"] == "serving-cifar10"
    assert association["serviceAccount"] == "cifar10"
    assert association["roleArn"] == region["test-identity-cifar10-role"].outputs["arn"]
    rights = json.loads(region["test-identity-cifar10-role-rights"]["policy"])["Statement"]
    assert {(statement["Action"], statement["Resource"]) for statement in rights} == {
        ("s3:ListBucket", "arn:aws:s3:::test-storage-models-111122223333"),
        ("s3:GetObject", "arn:aws:s3:::test-storage-models-111122223333/cifar10/*"),
        ("kms:Decrypt", region["test-storage-models-key"].outputs["arn"]),
    }


def test_the_role_is_for_one_account_of_one_namespace_of_one_cluster(region: Graph) -> None:
    (trust,) = json.loads(region["test-identity-cifar10-role"]["assumeRolePolicy"])["Statement"]
    equals = trust["Condition"]["StringEquals"]
    assert equals["aws:RequestTag/eks-cluster-arn"] == "arn:aws:eks:us-east-1:111122223333:cluster/test-cluster"
    assert equals["aws:RequestTag/kubernetes-namespace"] == "serving-cifar10"
    assert equals["aws:RequestTag/kubernetes-service-account"] == "cifar10"


def test_pods_wait_for_their_rights(region: Graph) -> None:
    association = region["test-identity-cifar10-association"]
    assert region["test-identity-cifar10-role-rights"] in region.dependencies(association)
    assert association in region.dependencies(region["test-serving-cifar10-v1-deployment"])
