from __future__ import annotations

import re

from lepton_infra.platform.gateway.access_log import FIELDS, telemetry

_FROM_CLIENTS = re.compile(r"%(REQ|REQ_WITHOUT_QUERY|PATH|QUERY_PARAM|DYNAMIC_METADATA|REQUEST_BODY)\b[^%]*%", re.ASCII)


def test_nothing_that_a_client_can_fill_is_written() -> None:
    """The one header of the request is made by the proxy, which drops what a client says of it."""
    assert [value for value in FIELDS.values() if _FROM_CLIENTS.search(value)] == ["%REQ(X-REQUEST-ID)%"]


def test_an_answer_is_traced_to_the_model_that_gave_it() -> None:
    assert {"time", "request_id", "route", "model_version", "model_digest", "status", "caller"} <= set(FIELDS)


def test_callers_are_told_apart_by_their_network_only() -> None:
    assert [value for value in FIELDS.values() if "ADDRESS" in value] == [
        "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(24)%"
    ]


def test_it_is_json_on_standard_output() -> None:
    (setting,) = telemetry(None)["accessLog"]["settings"]
    assert setting["format"] == {"type": "JSON", "json": FIELDS}
    assert setting["sinks"] == [{"type": "File", "file": {"path": "/dev/stdout"}}]
