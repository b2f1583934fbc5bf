from __future__ import annotations

import json

from lepton_infra.clouds.gcp.cluster.access import kubeconfig


def test_a_kubeconfig_fetches_its_token_and_holds_no_credential() -> None:
    text = kubeconfig(name="c", endpoint="10.0.0.2", certificate_authority="Q0E=")
    config = json.loads(text)
    (user,) = config["users"]
    assert set(user["user"]) == {"exec"}
    assert user["user"]["exec"]["command"] == "gke-gcloud-auth-plugin"
    assert user["user"]["exec"]["provideClusterInfo"] is True
    (cluster,) = config["clusters"]
    assert cluster["cluster"] == {"server": "https://10.0.0.2", "certificate-authority-data": "Q0E="}
    for secret in ("token:", '"token"', "client-key-data", "password"):
        assert secret not in text
