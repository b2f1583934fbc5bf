"""Who is told of what, and that Alertmanager's own tool takes the configuration."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from lepton_infra.config.monitoring import MailConfig
from lepton_infra.platform.monitoring.routes import Routes, alertmanager_config
from tests.kit.monitoring import CONTACTS, MAIL

AMTOOL = shutil.which("amtool")
needs_amtool = pytest.mark.skipif(AMTOOL is None, reason="amtool is not installed (Debian: prometheus-alertmanager)")
LOGIN = MailConfig(relay="mail.example.com", port=465, sender="alerts@example.com", user="region")

EVERY = {
    "mail": Routes(region="us-east", contacts=CONTACTS, mail=MAIL),
    "mail with a login": Routes(region="us-east", contacts=CONTACTS, mail=LOGIN),
    "nobody to tell": Routes(region="us-east", contacts={}, mail=MAIL),
    "no way to tell": Routes(region="us-east", contacts=CONTACTS, mail=None),
}


def config(mail: MailConfig | None = MAIL, contacts: Mapping[str, str] = CONTACTS) -> dict[str, Any]:
    return alertmanager_config(Routes(region="us-east", contacts=contacts, mail=mail))


def addresses(of: Mapping[str, Any], receiver: str) -> list[str]:
    (found,) = [entry for entry in of["receivers"] if entry["name"] == receiver]
    return [mail["to"] for mail in found.get("email_configs", [])]


@needs_amtool
@pytest.mark.parametrize("routes", EVERY.values(), ids=EVERY.keys())
def test_alertmanagers_own_tool_takes_it(routes: Routes, tmp_path: Path) -> None:
    file = tmp_path / "alertmanager.yaml"
    file.write_text(yaml.safe_dump(alertmanager_config(routes)), encoding="utf-8")

    done = subprocess.run([str(AMTOOL), "check-config", str(file)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


@needs_amtool
@pytest.mark.parametrize(("severity", "receiver"), [("critical", "at-once"), ("warning", "grouped"), ("", "grouped")])
def test_alertmanagers_own_tool_finds_the_way(severity: str, receiver: str, tmp_path: Path) -> None:
    file = tmp_path / "alertmanager.yaml"
    file.write_text(yaml.safe_dump(config()), encoding="utf-8")
    labels = [f"severity={severity}"] if severity else ["alertname=x"]

    command = [str(AMTOOL), "config", "routes", "test", f"--config.file={file}", f"--verify.receivers={receiver}"]
    done = subprocess.run([*command, *labels], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_critical_alerts_do_not_wait_and_others_come_together() -> None:
    route = config()["route"]
    (critical,) = route["routes"]
    assert critical["matchers"] == ['severity = "critical"']
    assert critical["group_wait"] == "0s"
    assert (route["group_wait"], route["repeat_interval"]) == ("5m", "24h")


@pytest.mark.parametrize(
    ("contacts", "told"),
    [
        ({"security": "s@example.com"}, ["s@example.com"]),
        ({"dpo": "d@example.com", "security": "s@example.com"}, ["s@example.com"]),
        ({"security": "s@example.com", "cert_in_poc": "c@example.com"}, ["s@example.com", "c@example.com"]),
        ({"security": "s@example.com", "cert_in_poc": "s@example.com"}, ["s@example.com"]),
        ({"dpo": "d@example.com"}, ["d@example.com"]),
    ],
)
def test_incident_contacts_are_told_or_whoever_there_is(contacts: Mapping[str, str], told: list[str]) -> None:
    of = config(contacts=contacts)
    assert addresses(of, "at-once") == told
    assert addresses(of, "grouped") == told


@pytest.mark.parametrize(("mail", "contacts"), [(None, CONTACTS), (MAIL, {})])
def test_without_a_relay_or_a_contact_nothing_leaves(mail: MailConfig | None, contacts: Mapping[str, str]) -> None:
    of = config(mail, contacts)
    assert [receiver["name"] for receiver in of["receivers"]] == ["nobody"]
    assert addresses(of, "nobody") == []


def test_the_relay_is_spoken_to_over_tls_and_without_a_password() -> None:
    sent = config()["global"]
    assert sent["smtp_smarthost"] == "mail.example.com:587"
    assert sent["smtp_from"] == "alerts@example.com"
    assert sent["smtp_require_tls"] is True
    assert not [key for key in sent if "auth" in key]


def test_a_password_is_a_file_and_never_a_value() -> None:
    sent = config(LOGIN)["global"]
    assert sent["smtp_auth_username"] == "region"
    assert sent["smtp_auth_password_file"] == "/etc/alertmanager/secrets/alertmanager-mail/password"
    assert "smtp_auth_password" not in sent
