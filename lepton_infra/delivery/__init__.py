"""Digests of images and models into the lock and stack files, exported models into buckets."""
