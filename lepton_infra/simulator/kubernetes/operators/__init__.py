"""Controllers that charts would bring, as far as something of a region waits for what they do.

Each stands for a whole program of others and does the one thing that is visible to the API: a status, or an object
that follows from another. Nothing is checked that the program itself would check.
"""

from __future__ import annotations

from lepton_infra.simulator.control_plane.api import Api


def step(api: Api) -> None:
    """Do once what is to be done now."""
