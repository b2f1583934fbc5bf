"""How a command says no."""

from __future__ import annotations


class Refused(Exception):
    """A command cannot do what was asked. The message names what is wrong and the remedy; no traceback is shown."""
