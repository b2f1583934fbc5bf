from __future__ import annotations

import socket
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lepton_infra import lock
from lepton_infra.cli import app
from lepton_infra.delivery import pin as pinning
from lepton_infra.delivery.pin import http
from lepton_infra.errors import LeptonError
from tests.pinning.registry import TOKEN, Registry

CHART_DIGEST = "c" * 64
OTHER = "sha256:" + "f" * 64

LOCK = """\
# Kept by people.
images:
  # Needs a driver.
  server:
    source: {address}/team/server
    tag: 1.2-gpu   # the GPU one
    digest: {digest}
    read_from: https://example.com/tags
    read_on: "2020-01-01"
  fetch:
    source: {address}/fetch
    tag: "1.0"
    read_from: https://example.com/tags
    read_on: "2020-01-01"
charts:
  plugin:
    repository: http://{address}/charts/
    chart: gpu-plugin
    version: 0.20.0
    digest: null
    read_from: https://example.com/tags
    read_on: "2020-01-01"
node_images:
  nodes-1.35:
    release: 1.35.6-1
    read_with: cloud get nodes
    read_from: https://example.com/changes
    read_on: "2020-01-01"
  plain:
    release: "1"
    read_from: https://example.com/changes
    read_on: "2020-01-01"
"""


@pytest.fixture
def server(registry: Registry) -> str:
    """A registry that has everything; the digest of the server image."""
    registry.manifest("fetch", "1.0", content="fetch")
    registry.page(
        "/charts/index.yaml",
        f"entries:\n  gpu-plugin:\n  - version: 0.20.0\n    digest: {CHART_DIGEST}\n  - version: 0.19.0\n",
    )
    return registry.manifest("team/server", "1.2-gpu")


class Folder:
    """A project's folder with a lock file, and the command run on it."""

    def __init__(self, root: Path, address: str) -> None:
        self.root = root
        self.address = address
        self.lock = root / lock.LOCK_FILE
        self.said: list[str] = []
        (root / "Pulumi.yaml").write_text("name: lepton\nruntime: python\n", encoding="utf-8")
        self.write("null")

    def write(self, digest: str) -> None:
        self.lock.write_text(LOCK.format(address=self.address, digest=digest), encoding="utf-8")

    def pin(self, *accept: str) -> lock.Pins:
        pinning.pin(self.root, today="2026-05-04", accept_moved=accept, say=self.said.append)
        return lock.read(self.lock)

    def refuse(self, *words: str, accept: Sequence[str] = ()) -> str:
        """Pinning is refused in these words and the file is unchanged."""
        before = self.lock.read_bytes()
        with pytest.raises(LeptonError) as refused:
            self.pin(*accept)
        assert self.lock.read_bytes() == before
        assert sorted(path.name for path in self.root.iterdir()) == ["Pulumi.yaml", lock.LOCK_FILE]
        for word in words:
            assert word in str(refused.value)
        return str(refused.value)


@pytest.fixture
def folder(tmp_path: Path, registry: Registry) -> Folder:
    return Folder(tmp_path, registry.address)


def test_every_digest_is_read_and_noted(folder: Folder, server: str) -> None:
    locked = folder.pin()
    assert locked.unpinned() == []
    image = locked.images["server"]
    assert image.digest == server
    assert image.read_from == f"http://{folder.address}/v2/team/server/manifests/1.2-gpu"
    assert image.read_on == "2026-05-04"
    assert locked.charts["plugin"].digest == f"sha256:{CHART_DIGEST}"
    assert locked.charts["plugin"].read_from == f"http://{folder.address}/charts/index.yaml"


def test_only_values_change_in_the_text(folder: Folder, server: str) -> None:
    before = folder.lock.read_text().splitlines()
    folder.pin()
    after = folder.lock.read_text().splitlines()
    kept = [line for line in before if not line.strip().startswith(("digest:", "read_from:", "read_on:"))]
    assert [line for line in after if not line.strip().startswith(("digest:", "read_from:", "read_on:"))] == kept
    assert "    tag: 1.2-gpu   # the GPU one" in after
    assert f"    digest: {server}" in after


def test_line_ends_stay_as_they_are(folder: Folder, server: str) -> None:
    folder.lock.write_bytes(folder.lock.read_bytes().replace(b"\n", b"\r\n"))
    assert folder.pin().images["server"].digest == server
    after = folder.lock.read_bytes()
    assert after.count(b"\n") == after.count(b"\r\n") > 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("&d null", "&d DIGEST"),
        (f"&d '{OTHER}'", "&d 'DIGEST'"),
        ("&d", "&d DIGEST"),
        (f'!!str "{OTHER}"', '!!str "DIGEST"'),
        (f"&d # why\n      {OTHER}", "&d # why\n      DIGEST"),
    ],
)
def test_an_anchor_a_tag_and_quotes_stay(folder: Folder, server: str, before: str, after: str) -> None:
    folder.write(before)
    folder.pin("images.server")
    assert f"    digest: {after.replace('DIGEST', server)}\n" in folder.lock.read_text()
    assert folder.lock.read_text().count('read_on: "2026-05-04"\n') == 3


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("[a]", "images.server.digest: Input should be a valid string"),
        (f"|-\n      {OTHER}", "cannot be edited safely"),
        ("!!null", "cannot be edited safely"),
    ],
)
@pytest.mark.usefixtures("server")
def test_a_digest_that_is_no_plain_text_is_refused(folder: Folder, before: str, words: str) -> None:
    folder.write(before)
    with pytest.raises(LeptonError, match=words):
        folder.pin("images.server")
    assert folder.lock.read_text() == LOCK.format(address=folder.address, digest=before)


def test_a_second_run_changes_nothing(folder: Folder, server: str) -> None:
    folder.pin()
    before = folder.lock.read_bytes()
    pinning.pin(folder.root, today="2027-01-01", accept_moved=(), say=folder.said.append)
    assert folder.lock.read_bytes() == before
    assert folder.said[-1] == "lepton.lock.yaml is up to date."


def test_a_lock_file_that_is_a_link_stays_one(folder: Folder, server: str) -> None:
    kept = folder.root / "kept.yaml"
    folder.lock.rename(kept)
    folder.lock.symlink_to("kept.yaml")
    assert folder.pin().images["server"].digest == server
    assert folder.lock.readlink() == Path("kept.yaml")
    assert lock.read(kept).images["server"].digest == server


def test_a_node_image_is_not_read_and_said_so(folder: Folder, server: str) -> None:
    folder.pin()
    told = [line for line in folder.said if line.startswith("node_images.")]
    assert told == ["node_images.nodes-1.35: 1.35.6-1 is not read here, it takes a cloud account: cloud get nodes"]


def test_a_registry_that_wants_a_token_is_asked_for_one(folder: Folder, registry: Registry, server: str) -> None:
    registry.want_token()
    assert folder.pin().images["server"].digest == server
    sent = [authorization for path, authorization in registry.requests if path.startswith("/v2/team")]
    assert sent == [None, f"Bearer {TOKEN}"]


def test_a_token_is_not_sent_to_where_a_registry_redirects(folder: Folder, registry: Registry, server: str) -> None:
    registry.want_token()
    registry.answers["/elsewhere"] = registry.answers["/v2/team/server/manifests/1.2-gpu"]
    registry.answers["/v2/team/server/manifests/1.2-gpu"] = (307, {"Location": "/elsewhere"}, b"")
    assert folder.pin().images["server"].digest == server
    assert ("/elsewhere", None) in registry.requests


class TestMoved:
    def test_a_digest_that_changed_under_its_tag_is_refused(self, folder: Folder, server: str) -> None:
        folder.write(OTHER)
        folder.refuse("images.server", OTHER, server, "--accept-moved images.server")

    def test_it_is_taken_when_a_person_says_so(self, folder: Folder, server: str) -> None:
        folder.write(OTHER)
        assert folder.pin("images.server").images["server"].digest == server
        assert f"images.server: {server} (was {OTHER})" in folder.said

    def test_accepting_another_one_does_not_help(self, folder: Folder, server: str) -> None:
        folder.write(OTHER)
        folder.refuse("images.server", accept=["images.fetch"])

    def test_an_unknown_key_is_named_with_those_there_are(self, folder: Folder, server: str) -> None:
        folder.refuse("images.sever", "images.server, images.fetch, charts.plugin", accept=["images.sever"])


MANIFEST = "/v2/team/server/manifests/1.2-gpu"
INDEX = "/charts/index.yaml"


@pytest.mark.parametrize(
    ("path", "status", "body", "words"),
    [
        (MANIFEST, 404, "{}", "no such image or tag"),
        (MANIFEST, 403, "{}", "answered 403"),
        (MANIFEST, 429, "{}", "answered 429"),
        (MANIFEST, 500, "", "answered 500"),
        (MANIFEST, 200, "<html>", "else than JSON"),
        (MANIFEST, 200, "[]", "else than a manifest"),
        (MANIFEST, 200, '{"errors": []}', "else than a manifest"),
        (INDEX, 404, "", "answered 404"),
        (INDEX, 200, "{", "no chart index"),
        (INDEX, 200, "entries: 1", "no chart index"),
        (INDEX, 200, "entries: {other: []}", "no chart index that has gpu-plugin"),
        (INDEX, 200, "entries: {gpu-plugin: [{version: 0.1.0}]}", "no version 0.20.0"),
        (INDEX, 200, "entries: {gpu-plugin: [{version: 0.20.0}]}", "no SHA-256"),
        (INDEX, 200, "entries: {gpu-plugin: [{version: 0.20.0, digest: abc}]}", "no SHA-256"),
    ],
)
def test_a_bad_answer_is_told_and_nothing_written(
    folder: Folder, registry: Registry, server: str, path: str, status: int, body: str, words: str
) -> None:
    registry.page(path, body, status)
    folder.refuse(path, words, "unchanged")


def test_all_bad_answers_are_told_at_once(folder: Folder, registry: Registry, server: str) -> None:
    registry.page(MANIFEST, "", 500)
    registry.page(INDEX, "", 500)
    folder.refuse(MANIFEST, INDEX)


def test_a_registry_whose_bytes_are_not_what_it_calls_them(folder: Folder, registry: Registry, server: str) -> None:
    registry.manifest("team/server", "1.2-gpu", **{"Docker-Content-Digest": OTHER})
    folder.refuse(f"calls itself {OTHER}", server)


@pytest.mark.parametrize(
    ("login", "words"),
    [
        ('Basic realm="x"', "wants a login"),
        ("", "wants a login"),
        ('Bearer service="x"', "wants a login"),
        ('Bearer realm="http://{address}/denied"', "answered 404 instead of a token"),
        ('Bearer realm="http://{address}/empty"', "gave no token"),
        ('Bearer realm="nonsense"', "is no URL"),
    ],
)
def test_a_login_that_cannot_be_had(folder: Folder, registry: Registry, server: str, login: str, words: str) -> None:
    registry.page("/empty?", "{}")
    registry.page("/empty", "{}")
    registry.login = login.format(address=registry.address) or " "
    folder.refuse(words)


def test_a_token_is_never_asked_for_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    challenge = {"www-authenticate": 'Bearer realm="http://tokens.example.com/"'}
    answer = http.Answer(status=401, headers=challenge, body=b"")
    monkeypatch.setattr("lepton_infra.delivery.pin.oci.get", lambda *_, **__: answer)
    with pytest.raises(http.Unread, match="not encrypted"):
        pinning.oci.digest("https://registry.example.com/v2/x/manifests/1")


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("docker.io/tensorflow/serving", "https://registry-1.docker.io/v2/tensorflow/serving/manifests/1"),
        ("docker.io/busybox", "https://registry-1.docker.io/v2/library/busybox/manifests/1"),
        ("nvcr.io/nvidia/x", "https://nvcr.io/v2/nvidia/x/manifests/1"),
        ("localhost:5000/x", "http://localhost:5000/v2/x/manifests/1"),
    ],
)
def test_where_a_manifest_is(source: str, url: str) -> None:
    assert pinning.oci.manifest_url(source, "1") == url


@pytest.mark.parametrize("source", ["tensorflow/serving", "busybox", ""])
def test_a_source_without_its_registry_is_refused(source: str) -> None:
    with pytest.raises(http.Unread, match=r"docker\.io"):
        pinning.oci.manifest_url(source, "1")


def test_without_a_network_there_is_one_message(folder: Folder) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        folder.address = f"127.0.0.1:{free.getsockname()[1]}"
    folder.write("null")
    message = folder.refuse("no registry can be reached", "unchanged", "HTTPS_PROXY")
    assert message.count("\n") == 0


def test_a_registry_that_never_answers_times_out(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "TIMEOUT_SECONDS", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        folder.address = f"127.0.0.1:{silent.getsockname()[1]}"
        folder.write("null")
        folder.refuse("no registry can be reached")


def test_an_answer_that_breaks_off(folder: Folder, registry: Registry, server: str) -> None:
    registry.answers[MANIFEST] = (200, {"Content-Length": "1000"}, b"{")
    folder.refuse("broke off")


def test_an_answer_without_end(
    folder: Folder, registry: Registry, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "MOST_BYTES", 300)
    registry.page(INDEX, "#" * 301)
    folder.refuse("more than 300 bytes")


@pytest.mark.parametrize(
    "text",
    [
        "images: {server: {source: {address}/team/server, tag: 1.2-gpu, read_from: x, read_on: y}}\n",
        "images:\n  server: &server\n    source: {address}/team/server\n    tag: 1.2-gpu\n    read_from: x\n"
        "    read_on: y\n  again: *server\n",
    ],
)
def test_a_layout_that_cannot_be_edited_is_refused(folder: Folder, server: str, text: str) -> None:
    folder.lock.write_text(text.replace("{address}", folder.address) + "charts: {}\nnode_images: {}\n")
    folder.refuse("as a block")


def test_a_folder_that_cannot_be_written(folder: Folder, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> Path:
        self.unlink()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    folder.refuse("No space left on device", "unchanged")


class TestVerify:
    def test_what_is_pinned_passes(self, folder: Folder, server: str) -> None:
        folder.pin()
        pinning.verify(folder.root, say=folder.said.append)
        assert folder.said[-1] == "lepton.lock.yaml: all 3 digests are what the registries serve."

    @pytest.mark.parametrize(("digest", "words"), [("null", "has no digest yet"), (OTHER, "has moved")])
    def test_what_is_not_fails_and_stays(self, folder: Folder, server: str, digest: str, words: str) -> None:
        folder.pin()
        folder.write(digest)
        before = folder.lock.read_bytes()
        with pytest.raises(LeptonError, match=words):
            pinning.verify(folder.root, say=folder.said.append)
        assert folder.lock.read_bytes() == before


class TestCommand:
    @pytest.fixture(autouse=True)
    def inside(self, folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(folder.root)

    def test_pin_then_check(self, folder: Folder, server: str) -> None:
        assert CliRunner().invoke(app, ["pin"]).exit_code == 0
        assert lock.read(folder.lock).images["server"].digest == server
        assert CliRunner().invoke(app, ["pin", "--check"]).exit_code == 0

    def test_a_moved_digest_is_accepted_by_name(self, folder: Folder, server: str) -> None:
        folder.write(OTHER)
        assert isinstance(CliRunner().invoke(app, ["pin"]).exception, LeptonError)
        assert CliRunner().invoke(app, ["pin", "--accept-moved", "images.server"]).exit_code == 0

    def test_check_and_accept_exclude_each_other(self) -> None:
        result = CliRunner().invoke(app, ["pin", "--check", "--accept-moved", "images.server"])
        assert isinstance(result.exception, LeptonError)
