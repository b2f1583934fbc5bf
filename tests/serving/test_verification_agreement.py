"""Whoever verifies a model says the same of it: Python before it is published, the pods' script where it is served."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from lepton_infra.delivery import batching
from lepton_infra.delivery import manifest as model_manifest
from tests.serving.fetch_script import MARKS, Run, Store

pytestmark = MARKS

FILES = {"a": b"x", "sub/b": b"y"}
A, B = (hashlib.sha256(content).hexdigest() for content in FILES.values())
GOOD = f"{A}  a\n{B}  sub/b\n"


@pytest.mark.parametrize(
    ("manifest", "good"),
    [
        pytest.param(GOOD.encode(), True, id="good"),
        pytest.param(f"{B}  sub/b\n{A}  a\n".encode(), True, id="not sorted"),
        pytest.param(GOOD.replace("\n", "\r\n").encode(), False, id="CRLF"),
        pytest.param(f"{A}  a\r\n{B}  sub/b\n".encode(), False, id="one CRLF"),
        *(
            pytest.param(f"{A}  a{end}{B}  sub/b\n".encode(), False, id=f"U+{ord(end):04X}")
            for end in "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
        ),
        pytest.param(GOOD.encode() + B.encode() + b"  caf\xe9\n", False, id="not UTF-8"),
        pytest.param(GOOD.encode() + B.encode() + b"  \xed\xb2\x80\n", False, id="surrogate"),
        pytest.param(b"\xef\xbb\xbf" + GOOD.encode(), False, id="byte order mark"),
        pytest.param(GOOD.replace("sub/b", "sub/b\0").encode(), False, id="NUL"),
        pytest.param(GOOD.upper().replace("  A", "  a").replace("SUB/B", "sub/b").encode(), False, id="upper case"),
        pytest.param(GOOD.removesuffix("\n").encode(), False, id="cut off"),
        pytest.param(b"", False, id="empty"),
        pytest.param(b"\n", False, id="an empty line"),
        pytest.param(f"{GOOD}\n".encode(), False, id="an empty line more"),
        pytest.param(f"{GOOD}{A}  a\n".encode(), False, id="twice"),
        pytest.param(f"{A}  a\n".encode(), False, id="one not listed"),
        pytest.param(f"{GOOD}{A}  c\n".encode(), False, id="one that is not there"),
        pytest.param(f"{GOOD}{A}  SHA256SUMS\n".encode(), False, id="itself"),
        pytest.param(f"{B}  a\n{B}  sub/b\n".encode(), False, id="another sum"),
        pytest.param(GOOD.replace("  ", " *").encode(), False, id="binary"),
        pytest.param(GOOD.replace("  ", "\t").encode(), False, id="tab"),
        pytest.param(GOOD.replace("  a", "  ./a").encode(), False, id="dot"),
        pytest.param(GOOD.replace("sub/b", "sub//b").encode(), False, id="two slashes"),
        pytest.param(GOOD.replace("sub/b", "sub/../sub/b").encode(), False, id="up and down"),
        pytest.param(f"\\{GOOD}".encode(), False, id="escaped"),
        pytest.param(f"# made by hand\n{GOOD}".encode(), False, id="comment"),
    ],
)
def test_of_a_manifest(store: Store, tmp_path: Path, run: Run, manifest: bytes, good: bool) -> None:
    assert verdicts({**FILES, "SHA256SUMS": manifest}, store, tmp_path / "1", run) == (good, good)


@pytest.mark.parametrize("name", ["sub/SHA256SUMS", "_", "A-b.c_d", "batching.pbtxt", "9"])
def test_of_a_name(store: Store, tmp_path: Path, run: Run, name: str) -> None:
    lines = f"{GOOD}{A}  {name}\n"
    assert verdicts({**FILES, name: b"x", "SHA256SUMS": lines.encode()}, store, tmp_path / "1", run) == (True, True)


@pytest.mark.parametrize(
    ("content", "good"),
    [
        pytest.param(b"", True, id="empty"),
        pytest.param(b"# why\n#\nmax_batch_size { value: 1 }\n", True, id="comments"),
        pytest.param(b"# caf\xe9\n", True, id="a comment that is not UTF-8"),
        pytest.param(
            b"# max_batch_size\nmax_batch_size { value: 1 }\n# max_batch_size\n", True, id="named in comments"
        ),
        pytest.param(b"batch_timeout_micros { value: 0 }\nnum_batch_threads { value: 999 }\n", True, id="limits"),
        pytest.param(b"allowed_batch_sizes: 8\nallowed_batch_sizes: 16\n", True, id="sizes"),
        pytest.param(b"enable_large_batch_splitting { value: false }\n", True, id="a switch"),
        pytest.param(b"pad_variable_length_inputs: true\n", True, id="another switch"),
        pytest.param(b"pad_variable_length_inputs: 1\n", False, id="no switch"),
        pytest.param(b"max_batch_size { value: 0 }\n", False, id="none"),
        pytest.param(b"max_batch_size { value: 12345678 }\n", False, id="too many"),
        pytest.param(b"num_batch_threads { value: 1000 }\n", False, id="too many threads"),
        pytest.param(b"max_batch_size {value: 8}\n", False, id="spaced otherwise"),
        pytest.param(b" max_batch_size { value: 8 }\n", False, id="indented"),
        pytest.param(b"max_batch_size { value: 8 }", False, id="cut off"),
        pytest.param(b"# why", False, id="a comment cut off"),
        pytest.param(b"max_batch_size { value: 8 }\r\n", False, id="CRLF"),
        pytest.param(b"max_batch_size { value: 8 }\n\n", False, id="an empty line"),
        pytest.param(b"max_batch_size { value: 8 }\nmax_batch_size { value: 9 }\n", False, id="twice"),
        pytest.param(
            b"pad_variable_length_inputs: true\npad_variable_length_inputs: true\n", False, id="a switch twice"
        ),
        pytest.param(b"thread_pool_name { value: 'x' }\n", False, id="something else"),
        pytest.param(b"# \0\n", False, id="NUL"),
    ],
)
def test_of_batching_parameters(store: Store, tmp_path: Path, run: Run, content: bytes, good: bool) -> None:
    lines = f"{hashlib.sha256(content).hexdigest()}  {batching.NAME}\n{GOOD}"
    files = {**FILES, batching.NAME: content, "SHA256SUMS": lines.encode()}
    assert verdicts(files, store, tmp_path / "1", run) == (good, good)


def verdicts(files: dict[str, bytes], store: Store, folder: Path, run: Run) -> tuple[bool, bool]:
    """Whether the module and the script take these files as what their manifest's own digest pins."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    digest = model_manifest.digest_of(folder)
    try:
        model_manifest.verify(folder, digest)
        batching.check(folder)
        by_module = True
    except model_manifest.ManifestError:
        by_module = False
    store.publish(files)
    done = run(store.environment(digest))
    assert done.returncode in {0, 65}, done.stderr
    return by_module, done.returncode == 0
