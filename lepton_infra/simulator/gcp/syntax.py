"""Formats of single values that Google's API descriptions leave out. Each yields what is wrong with a value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

from lepton_infra.simulator.formats import Format

_LABEL_CATEGORIES: Final = frozenset({"Ll", "Lo", "Nd", "Nl", "No"})
_MOST_LABELS: Final = 64
_LONGEST_LABEL: Final = 63
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9._-]*[a-z0-9]")
_BUCKET_PART: Final = 63
_ADDRESS: Final = re.compile(r"(\d+\.){3}\d+")
_MEMBER: Final = re.compile(
    r"allUsers|allAuthenticatedUsers|projectOwner:.+|projectEditor:.+|projectViewer:.+|principal(Set)?://.+"
    r"|domain:[a-z0-9.-]+|(deleted:)?(user|group|serviceAccount):[^\s:/@]+(@[^\s@]+|\.svc\.id\.goog\[[^\s/]+/[^\s/]+\])"
)
_ROLE: Final = re.compile(r"roles/[a-zA-Z0-9.]+|(projects|organizations)/[^/]+/roles/[a-zA-Z0-9_.]{3,64}")
_DURATION: Final = re.compile(r"(\d+)(?:\.\d{1,9})?s")


def matches(pattern: str, words: str) -> Format:
    """A text of a form; ``words`` says which."""
    compiled = re.compile(pattern)

    def reasons(value: Any) -> Iterator[str]:
        if not compiled.fullmatch(str(value)):
            yield f'"{value}" is not allowed; allowed: {words}'

    return reasons


def name(longest: int) -> Format:
    """A name as most of Google's services demand it (RFC 1035)."""
    words = f"1 to {longest} small letters, digits and hyphens, beginning with a letter and not ending with a hyphen"
    return matches(rf"[a-z](?:[-a-z0-9]{{0,{longest - 2}}}[a-z0-9])?", words)


def duration(low: int, high: int) -> Format:
    """A time in seconds with an ``s`` after it, within bounds."""

    def reasons(value: Any) -> Iterator[str]:
        found = _DURATION.fullmatch(str(value))
        if found is None:
            yield f'"{value}" is not a duration; allowed: seconds such as {low}s'
        elif not low <= int(found[1]) <= high:
            yield f'"{value}" is out of range; allowed: {low}s to {high}s'

    return reasons


def labels(value: Any) -> Iterator[str]:
    """Labels of any service ("Requirements for labels", Resource Manager documentation)."""
    if len(value) > _MOST_LABELS:
        yield f"has {len(value)} labels; allowed: at most {_MOST_LABELS}"
    for key, text in value.items():
        if not key or len(key) > _LONGEST_LABEL or not _is_label(key) or not _begins_a_label(key):
            yield (
                f'key "{key}": allowed: 1 to 63 small letters, digits, underscores and hyphens, beginning with a letter'
            )
        if isinstance(text, str) and (len(text) > _LONGEST_LABEL or not _is_label(text)):
            yield f'value of "{key}": allowed: up to 63 small letters, digits, underscores and hyphens, not "{text}"'


def _is_label(text: str) -> bool:
    return all(letter in "_-" or unicodedata.category(letter) in _LABEL_CATEGORIES for letter in text)


def _begins_a_label(text: str) -> bool:
    return unicodedata.category(text[0]) in ("Ll", "Lo")


def bucket_name(value: Any) -> Iterator[str]:
    """A bucket's name ("Bucket naming guidelines", Cloud Storage documentation)."""
    longest = 222 if "." in value else _BUCKET_PART
    if not _BUCKET.fullmatch(value) or not 3 <= len(value) <= longest:
        yield (
            f'Invalid bucket name: "{value}"; allowed: 3 to 63 small letters, digits, hyphens, underscores and dots, '
            "beginning and ending with a letter or digit (up to 222 with dots)"
        )
    elif _ADDRESS.fullmatch(value) or any(not 0 < len(part) <= _BUCKET_PART for part in value.split(".")):
        yield f'Invalid bucket name: "{value}" looks like an IP address or has a part of none or over 63 characters'
    elif value.startswith("goog") or re.search("g[o0][o0]g[l1]e", value):
        yield f'Invalid bucket name: "{value}" begins with goog or contains google'


def member(value: Any) -> Iterator[str]:
    """A principal of an IAM policy."""
    if not _MEMBER.fullmatch(value):
        yield (
            f'"{value}" is no principal; allowed: user:, group:, serviceAccount: and an e-mail, domain:, '
            "principal://, principalSet://, allUsers, allAuthenticatedUsers"
        )


def role(value: Any) -> Iterator[str]:
    """A predefined role, or one of a project or organisation."""
    if not _ROLE.fullmatch(value):
        yield f'"{value}" is no role; allowed: roles/<service>.<role> or projects/<project>/roles/<role>'


def soft_delete(value: Any) -> Iterator[str]:
    """The time for which soft-deleted objects stay: none, or 7 to 90 days (``buckets.insert``, Cloud Storage API)."""
    low, high = 7 * 86400, 90 * 86400
    if isinstance(value, int) and value != 0 and not low <= value <= high:
        yield f"{value} is out of range; allowed: 0, or {low} to {high} seconds"


def prefix_or_cidr(value: Any) -> Iterator[str]:
    """A range of addresses, or only its size (``/14``), from which GKE chooses one."""
    if not re.fullmatch(r"(\d+\.\d+\.\d+\.\d+)?/\d{1,2}", value):
        yield f'"{value}" is no range; allowed: an IPv4 CIDR block or a size such as /14'
