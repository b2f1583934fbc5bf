"""The digest of a chart's version, from the index of its repository.

Format: https://helm.sh/docs/topics/chart_repository/#the-index-file.
"""

from __future__ import annotations

import re

import yaml

from lepton_infra.delivery.pin.http import Unread, get

_SHA256 = re.compile(r"(?:sha256:)?([0-9a-f]{64})")


def index_url(repository: str) -> str:
    """URL of a Helm repository's index."""
    return f"{repository.rstrip('/')}/index.yaml"


def digest(url: str, chart: str, version: str) -> str:
    """SHA-256 of the chart's archive, by the index at ``url``. The archive itself is not fetched.

    Raises:
        Unread: if there is no index, or it does not have this version or its digest.
    """
    answer = get(url, accept="application/yaml, text/yaml, */*;q=0.5")
    if answer.status != 200:
        raise Unread(f"{url} answered {answer.status} instead of a chart index")
    try:
        index = yaml.load(answer.body, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        versions = {str(entry["version"]): entry.get("digest") for entry in index["entries"][chart]}
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
        raise Unread(f"{url} is no chart index that has {chart}") from error
    if version not in versions:
        raise Unread(f"{url} has no version {version} of {chart}")
    found = _SHA256.fullmatch(str(versions[version]))
    if found is None:
        raise Unread(f"{url} gives no SHA-256 for version {version} of {chart}")
    return f"sha256:{found[1]}"
