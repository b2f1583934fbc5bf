"""The page on GPUs says of every cloud and image what its table says."""

from __future__ import annotations

from dataclasses import astuple
from importlib import import_module

import pytest

from lepton_infra import clouds
from tests.kit.regions import ROOT

PAGE = (ROOT / "docs" / "gpus.md").read_text(encoding="utf-8").splitlines()
TABLES = [name for name in clouds.names() if name != "private"]
"""A private site has no images of its own: its file says who owns what."""


@pytest.mark.parametrize("cloud", TABLES)
def test_the_page_has_the_owners_of_every_image(cloud: str) -> None:
    table = import_module(f"lepton_infra.clouds.{cloud}.nodes.gpu_software").GPU_SOFTWARE
    expected = [f"| {' | '.join([cloud, image, *astuple(owners)])} |" for image, owners in table.items()]
    rows = [line for line in PAGE if line.startswith(f"| {cloud} | ") and line.count("|") == 8]
    assert rows == expected
