"""Cloud Storage buckets."""
