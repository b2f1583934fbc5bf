"""Parser of a model's own ``batching_params.pbtxt``, which configures request batching on the server.

BatchingParameters of TensorFlow Serving in text form, of which only lines pass that are a comment, a number or a
switch, each but ``allowed_batch_sizes`` once: so a model can set nothing else and break no parser. In the cluster
``serving/fetch_model.sh`` asks the same, and pods do not start; here it is asked before a model is pinned or published.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from lepton_infra.delivery.manifest import ManifestError

NAME = "batching_params.pbtxt"
_COUNT = rb"[1-9][0-9]{0,6}"
_SWITCH = rb"(true|false)"
_LINE = re.compile(
    # A tool that takes a file for binary says nothing of its lines, and so refuses it.
    rb"#[^\0]*"
    rb"|(max_batch_size|max_enqueued_batches|max_execution_batch_size) \{ value: " + _COUNT + rb" \}"
    rb"|batch_timeout_micros \{ value: (0|" + _COUNT + rb") \}"
    rb"|num_batch_threads \{ value: [1-9][0-9]{0,2} \}"
    rb"|enable_large_batch_splitting \{ value: " + _SWITCH + rb" \}"
    rb"|allowed_batch_sizes: " + _COUNT + rb"|pad_variable_length_inputs: " + _SWITCH
)
_REPEATED = b"allowed_batch_sizes"


def check(folder: Path) -> None:
    """See that pods would take the batching parameters of the model in ``folder``, if it has any.

    Raises:
        ManifestError: if they would not start with them.
        OSError: if they cannot be read.
    """
    path = folder / NAME
    if path.is_file():
        _check(path.read_bytes())


def _check(content: bytes) -> None:
    *lines, rest = content.split(b"\n")
    if rest:
        raise ManifestError(f"{NAME} does not end with a line end; it was cut off")
    for number, line in enumerate(lines, start=1):
        if _LINE.fullmatch(line) is None:
            raise ManifestError(
                f"{NAME}:{number}: {line.decode(errors='backslashreplace')!r} is no line that a model may set; allowed "
                "are comments, numbers such as 'max_batch_size { value: 64 }', and switches"
            )
    names = Counter(re.split(rb"[: ]", line)[0] for line in lines if not line.startswith(b"#"))
    for name, times in names.items():
        if times > 1 and name != _REPEATED:
            raise ManifestError(f"{NAME}: {name.decode()} is set twice; a model may set it once")
