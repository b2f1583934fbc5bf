"""What all tests of the models have in common."""

from __future__ import annotations

import os

# Before TensorFlow is loaded, by whichever test loads it first.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from hypothesis import settings

# No test measures time.
settings.register_profile("models", deadline=None, max_examples=30)
settings.load_profile("models")
