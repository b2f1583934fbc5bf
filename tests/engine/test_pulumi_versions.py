"""The private parts of the Pulumi SDKs were read in the versions that are installed."""

from __future__ import annotations

from importlib.metadata import version

import pytest

from lepton_infra.engine.pulumi_internals import READ_IN


@pytest.mark.parametrize("package", READ_IN)
def test_the_private_parts_were_read_in_the_installed_version(package: str) -> None:
    assert version(package) == READ_IN[package], "read lepton_infra/engine/pulumi_internals.py against the new version"
