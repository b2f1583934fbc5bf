"""What all tests of the models have in common."""

from __future__ import annotations

import os

# Before TensorFlow is loaded, by whichever test loads it first.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
