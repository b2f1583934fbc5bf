"""The little HTTP that reading a registry takes. Honours the usual proxy variables; stores and sends no credential."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass

TIMEOUT_SECONDS = 20
MOST_BYTES = 64 * 1024 * 1024
"""The largest chart index that is read; those of whole companies are under 20 MB."""


class Unread(Exception):
    """A registry did not give what was asked of it; the message says what it gave instead."""


class Unreachable(Unread):
    """No answer came: no network, no such host, a time-out, or a broken connection."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """``headers`` by lower-case name."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def get(url: str, *, accept: str, token: str | None = None) -> Answer:
    """GET ``url`` and return the answer of any status. A ``token`` goes to that host only, not where it redirects to.

    Raises:
        Unreachable: if no whole answer came in time.
        Unread: if the answer is larger than ``MOST_BYTES`` or the URL is none.
    """
    try:
        request = urllib.request.Request(url, headers={"Accept": accept, "User-Agent": "lepton-infra"})
        if token is not None:
            request.add_unredirected_header("Authorization", f"Bearer {token}")
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            return _answer(response.status, response.headers.items(), response.read(MOST_BYTES + 1), url)
    except urllib.error.HTTPError as error:
        with error:
            return _answer(error.code, error.headers.items(), error.read(MOST_BYTES + 1), url)
    except urllib.error.URLError as error:
        raise Unreachable(f"{url} cannot be reached: {error.reason}") from error
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(f"{url} broke off: {error or type(error).__name__}") from error
    except ValueError as error:
        raise Unread(f"{url!r} is no URL: {error}") from error


def _answer(status: int, headers: list[tuple[str, str]], body: bytes, url: str) -> Answer:
    if len(body) > MOST_BYTES:
        raise Unread(f"{url} answered with more than {MOST_BYTES} bytes")
    named = {name.lower(): value for name, value in headers}
    # The standard library takes a body that ends early for a whole one when it is read up to a bound.
    if named.get("content-length", str(len(body))) != str(len(body)):
        raise Unreachable(f"{url} broke off after {len(body)} bytes")
    return Answer(status=status, headers=named, body=body)
