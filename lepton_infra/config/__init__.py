"""A region as typed records; no cloud is named here."""
