"""``python -m lepton_infra``: the ``lepton`` command of this interpreter's library."""

from __future__ import annotations

from lepton_infra.cli import main

main()
