from __future__ import annotations

import json

from lepton_infra.clouds.aws.cluster.access import kubeconfig


def test_a_kubeconfig_fetches_its_token_and_holds_no_credential() -> None:
    text = kubeconfig(name="c", region="us-east-1", endpoint="https://c.example", certificate_authority="Q0E=")
    config = json.loads(text)
    (user,) = config["users"]
    assert set(user["user"]) == {"exec"}
    assert user["user"]["exec"]["command"] == "aws"
    assert user["user"]["exec"]["args"][:6] == ["eks", "get-token", "--region", "us-east-1", "--cluster-name", "c"]
    (cluster,) = config["clusters"]
    assert cluster["cluster"] == {"server": "https://c.example", "certificate-authority-data": "Q0E="}
    for secret in ("token:", '"token"', "client-key-data", "password"):
        assert secret not in text
