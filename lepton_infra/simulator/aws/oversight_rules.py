"""What trails, locks and backups demand of what is around them."""

from __future__ import annotations
