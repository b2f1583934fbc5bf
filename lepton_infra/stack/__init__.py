"""Pulumi.<stack>.yaml read into a RegionConfig, checked, and described by a JSON schema."""
