"""What holds for all tests."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import settings

pytest.register_assert_rewrite("tests.kit")

settings.register_profile("untimed", deadline=None)
settings.register_profile("thorough", settings.get_profile("untimed"), max_examples=1600, print_blob=True)
settings.load_profile("untimed")  # a slow machine must not fail a test


@pytest.fixture(scope="session", autouse=True)
def event_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """The loop of the main thread: where there is none, the SDK makes one and never closes it."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield loop
    asyncio.set_event_loop(None)
    loop.close()
