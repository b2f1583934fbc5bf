from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.pinning.registry import Registry, serving


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving() as registry:
        yield registry
