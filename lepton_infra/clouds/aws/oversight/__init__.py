"""Audit trail, alerts, backups and emergency access on AWS."""
