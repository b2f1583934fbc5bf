"""Alertmanager's configuration: routes and receivers, from the region's contacts and its mail relay.

Keys are Alertmanager's own (https://prometheus.io/docs/alerting/latest/configuration/).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lepton_infra.config.monitoring import MailConfig

MAIL_SECRET = "alertmanager-mail"
"""Secret in the monitoring namespace whose key ``password`` the relay asks for. Whoever runs the region makes it; it is
mounted as a file and is never part of the program or its state."""

INCIDENT_ROLES = ("security", "cert_in_poc")
"""Contacts who are told of alerts. The data protection officer hears of incidents from them, not of every outage."""

_NOBODY = "nobody"
_AT_ONCE = "at-once"
_GROUPED = "grouped"


@dataclass(frozen=True, kw_only=True)
class Routes:
    """``contacts`` are addresses by role; ``mail`` None means that alerts do not leave the region."""

    region: str
    contacts: Mapping[str, str]
    mail: MailConfig | None


def told(contacts: Mapping[str, str]) -> Sequence[str]:
    """Addresses that alerts go to: those of the incident roles, or else of all contacts."""
    named = [contacts[role] for role in INCIDENT_ROLES if role in contacts]
    return list(dict.fromkeys(named or contacts.values()))


def alertmanager_config(routes: Routes) -> dict[str, Any]:
    """Critical alerts go out at once and again every hour, the others in groups and once a day."""
    addresses = told(routes.contacts) if routes.mail else []
    at_once, grouped = (_AT_ONCE, _GROUPED) if addresses else (_NOBODY, _NOBODY)
    return {
        "global": {"resolve_timeout": "5m", **(_relay(routes.mail) if routes.mail else {})},
        "route": {
            "receiver": grouped,
            "group_by": ["alertname", "model"],
            "group_wait": "5m",
            "group_interval": "30m",
            "repeat_interval": "24h",
            "routes": [
                {
                    "receiver": at_once,
                    "matchers": ['severity = "critical"'],
                    "group_wait": "0s",
                    "group_interval": "5m",
                    "repeat_interval": "1h",
                }
            ],
        },
        # Of a model that is down nobody need be told that it is slow, too.
        "inhibit_rules": [
            {
                "source_matchers": ['alertname = "ModelNotReady"'],
                "target_matchers": ['alertname =~ "Model.+"', 'severity = "warning"'],
                "equal": ["model"],
            }
        ],
        "receivers": [
            {"name": _NOBODY},
            *([_receiver(_AT_ONCE, routes.region, addresses)] if addresses else []),
            *([_receiver(_GROUPED, routes.region, addresses)] if addresses else []),
        ],
        "templates": [],
    }


def _relay(mail: MailConfig) -> dict[str, Any]:
    password = f"/etc/alertmanager/secrets/{MAIL_SECRET}/password"
    login = {"smtp_auth_username": mail.user, "smtp_auth_password_file": password} if mail.user else {}
    return {
        "smtp_smarthost": f"{mail.relay}:{mail.port}",
        "smtp_from": mail.sender,
        "smtp_require_tls": True,
        **login,
    }


def _receiver(name: str, region: str, addresses: Sequence[str]) -> dict[str, Any]:
    subject = (
        f"[{region}] "
        "{{ .Status | toUpper }}: {{ .CommonLabels.alertname }}{{ with .CommonLabels.model }} of {{ . }}{{ end }}"
    )
    return {
        "name": name,
        "email_configs": [
            {"to": address, "send_resolved": True, "headers": {"Subject": subject}} for address in addresses
        ],
    }
