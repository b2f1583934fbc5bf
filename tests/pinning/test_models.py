from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lepton_infra import project
from lepton_infra.cli import app
from lepton_infra.delivery import manifest
from lepton_infra.delivery.pin import models
from lepton_infra.errors import LeptonError

OTHER = "sha256:" + "f" * 64

FLOW = """\
# Kept by people.
config:
  pulumi:disable-default-providers: ["*"]
  lepton:region:
    name: one   # the first
    models:
      - {name: other, versions: [{version: 1}]}
      - name: 'cifar10'
        versions: [{version: 1}, {"version": 2, weight: 0}]   # two
        node_pool: l4
"""

BLOCK = """\
config:
  lepton:region:
    models:
    -   versions:
        - version: 1   # stable
          weight: 100

        - weight: 0
          version: 2
        name: cifar10
"""


class Work:
    """A project with two stacks, exported versions, and the command run on them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.said: list[str] = []
        (root / "Pulumi.yaml").write_text("name: lepton\nruntime: python\n", encoding="utf-8")
        self.write("one", FLOW)
        self.write("two", BLOCK)

    def write(self, stack: str, text: str) -> None:
        (self.root / f"Pulumi.{stack}.yaml").write_bytes(text.encode())

    def text(self, stack: str) -> str:
        return (self.root / f"Pulumi.{stack}.yaml").read_bytes().decode()

    def export(self, name: str = "exported/cifar10/1", facts: object = None) -> tuple[Path, str]:
        folder = self.root / name
        folder.mkdir(parents=True)
        (folder / "saved_model.pb").write_bytes(name.encode())
        if facts is not None:
            (folder / "model.json").write_text(json.dumps(facts), encoding="utf-8")
        return folder, manifest.write(folder)

    def pin(self, folder: Path, *stacks: str, model: str | None = None, replace: bool = False) -> None:
        found = project.find(self.root)
        models.pin(found, folder, stacks, model=model, replace_other=replace, say=self.said.append)

    def refuse(self, folder: Path, *stacks: str, words: tuple[str, ...], model: str | None = None) -> None:
        """Refused in these words; no file is another, and nothing was said to be done."""
        before = {path: path.read_bytes() for path in self.root.rglob("*") if path.is_file()}
        with pytest.raises(LeptonError) as refused:
            self.pin(folder, *stacks, model=model)
        assert {path: path.read_bytes() for path in self.root.rglob("*") if path.is_file()} == before
        assert self.said == []
        for word in words:
            assert word in str(refused.value)


@pytest.fixture
def work(tmp_path: Path) -> Work:
    return Work(tmp_path)


def test_a_digest_is_written_in_braces_and_on_a_line_of_its_own(work: Work) -> None:
    folder, digest = work.export()
    work.pin(folder, "one", "two", "one")
    assert work.text("one") == FLOW.replace("[{version: 1}, ", f"[{{version: 1, digest: {digest}}}, ")
    assert work.text("two") == BLOCK.replace("# stable\n", f"# stable\n          digest: {digest}\n")
    assert work.said == [
        f"Pulumi.one.yaml: models[1].versions[0]: {digest} (new)",
        f"Pulumi.two.yaml: models[0].versions[0]: {digest} (new)",
        f"2 written. Publish {folder} as <models bucket>/cifar10/1/.",
    ]


def test_the_version_is_the_one_that_the_folder_is_named_by(work: Work) -> None:
    folder, digest = work.export("exported/cifar10/2")
    work.pin(folder, "one", "two")
    assert work.text("one") == FLOW.replace('{"version": 2,', f'{{"version": 2, digest: {digest},')
    assert work.text("two") == BLOCK.replace("version: 2\n", f"version: 2\n          digest: {digest}\n")


def test_a_second_time_nothing_is_written(work: Work) -> None:
    folder, digest = work.export()
    work.pin(folder, "one")
    before = (work.root / "Pulumi.one.yaml").stat()
    work.said.clear()
    work.pin(folder, "one")
    after = (work.root / "Pulumi.one.yaml").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert work.said == [f"Pulumi.one.yaml: models[1].versions[0]: {digest} (as pinned)"]


def test_another_digest_is_replaced_only_if_it_is_said(work: Work) -> None:
    folder, digest = work.export()
    work.write("two", BLOCK.replace("# stable", f'\n          digest: "{OTHER}"  # of old'))
    words = ("Pulumi.two.yaml", "models[0].versions[0].digest", OTHER, digest, "--replace")
    work.refuse(folder, "one", "two", words=words)
    work.pin(folder, "two", replace=True)
    assert f'digest: "{digest}"  # of old\n' in work.text("two")
    assert work.said[0] == f"Pulumi.two.yaml: models[0].versions[0]: {digest} (was {OTHER})"


@pytest.mark.parametrize("nothing", ["null", "~", "", "Null"])
def test_no_digest_may_be_written_in_any_way(work: Work, nothing: str) -> None:
    folder, digest = work.export()
    given = BLOCK.replace("# stable", f"\n          digest: {nothing}".rstrip() + "  # none yet")
    work.write("two", given)
    work.pin(folder, "two")
    changed = [line for line in work.text("two").splitlines() if line not in given.splitlines()]
    assert changed == [f"          digest: {digest}  # none yet"]


def test_a_file_without_an_end_of_line_and_with_those_of_windows(work: Work) -> None:
    folder, digest = work.export("exported/cifar10/2")
    work.write("one", FLOW.replace("\n", "\r\n"))
    work.write(
        "two", BLOCK.replace("        name: cifar10\n", "").replace("versions", "name: cifar10\n        versions")
    )
    work.write("two", work.text("two").rstrip("\n"))
    work.pin(folder, "one", "two")
    assert work.text("one").count("\r\n") == work.text("one").count("\n") == FLOW.count("\n")
    assert work.text("two").endswith(f"version: 2\n          digest: {digest}")


def test_facts_say_which_model_it_is_and_a_person_says_it_better(work: Work) -> None:
    folder, digest = work.export("anywhere/1", {"model": "cifar10", "version": 1})
    work.pin(folder, "one", model="other")
    assert work.text("one") == FLOW.replace(
        "other, versions: [{version: 1}", f"other, versions: [{{version: 1, digest: {digest}}}"
    )
    work.pin(folder, "one")
    assert work.text("one").count(digest) == 2


def test_what_is_refused(work: Work) -> None:
    folder, _ = work.export()
    work.refuse(folder, "one", "tow", words=("unknown stack 'tow'", "did you mean two?"))
    work.refuse(
        folder, "one", model="resnet", words=("Pulumi.one.yaml", "models", "'resnet'", "other, cifar10", "--model")
    )
    third, _ = work.export("exported/cifar10/3")
    work.refuse(
        third, "two", words=("Pulumi.two.yaml", "models[0].versions", "no version 3", "there are: 1, 2", "Add it")
    )
    named, _ = work.export("exported/cifar10/latest")
    work.refuse(named, "one", words=("'latest'", "by its number"))
    renamed, _ = work.export("exported/cifar10/2", {"model": "cifar10", "version": 1})
    work.refuse(renamed, "one", words=("is named 2", "version 1", "export it as version 2"))


def test_a_folder_that_is_not_what_its_manifest_says_is_refused(work: Work) -> None:
    folder, _ = work.export()
    (folder / "saved_model.pb").write_bytes(b"other")
    work.refuse(folder, "one", words=("saved_model.pb has changed", "not pinned"))
    (folder / "SHA256SUMS").unlink()
    work.refuse(folder, "one", words=("no SHA256SUMS",))
    work.refuse(work.root / "nowhere" / "1", "one", words=("no SHA256SUMS",))


@pytest.mark.parametrize("facts", [b"[" * 100_000, b"{", b"\xff", b"1" * 5000])
def test_facts_that_cannot_be_read_are_refused(work: Work, facts: bytes) -> None:
    folder, _ = work.export()
    (folder / "model.json").write_bytes(facts)
    manifest.write(folder)
    work.refuse(folder, "one", words=("not pinned", "model.json is not"))


def test_what_its_pods_would_not_start_with_is_refused(work: Work) -> None:
    folder, _ = work.export()
    (folder / "batching_params.pbtxt").write_bytes(b"max_batch_size { value: 8 }\nnum_batch_threads { value: 8 }")
    manifest.write(folder)
    work.refuse(folder, "one", words=("not pinned", "batching_params.pbtxt", "cut off"))


def test_a_manifest_that_is_no_text_is_refused(work: Work) -> None:
    folder, _ = work.export()
    (folder / "SHA256SUMS").write_bytes(b"caf\xe9\n")
    work.refuse(folder, "one", words=("not pinned", "SHA256SUMS:1"))


def test_a_link_stays_and_what_it_leads_to_is_pinned(work: Work) -> None:
    folder, digest = work.export()
    kept = work.root / "kept"
    kept.mkdir()
    (work.root / "Pulumi.one.yaml").rename(kept / "one.yaml")
    (work.root / "Pulumi.one.yaml").symlink_to("kept/one.yaml")
    (work.root / "Pulumi.three.yaml").symlink_to("Pulumi.one.yaml")
    work.pin(folder, "one", "three")
    assert (work.root / "Pulumi.one.yaml").readlink() == Path("kept/one.yaml")
    assert (work.root / "Pulumi.three.yaml").readlink() == Path("Pulumi.one.yaml")
    assert (kept / "one.yaml").read_text() == FLOW.replace("[{version: 1}, ", f"[{{version: 1, digest: {digest}}}, ")
    assert [path.name for path in kept.iterdir()] == ["one.yaml"]
    assert work.said[-1].startswith("1 written.")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"&d {OTHER}", "&d DIGEST"),
        (f"&d '{OTHER}'", "&d 'DIGEST'"),
        (f"&d # why\n            {OTHER}", "&d # why\n            DIGEST"),
        ("&d null", "&d DIGEST"),
        ("&d", "&d DIGEST"),
        (f'!!str "{OTHER}"', '!!str "DIGEST"'),
        (f"!!str &d {OTHER}", "!!str &d DIGEST"),
    ],
)
def test_an_anchor_and_a_tag_stay(work: Work, before: str, after: str) -> None:
    folder, digest = work.export()
    given = BLOCK.replace("# stable", "\n          digest: HERE  # of old")
    work.write("two", given.replace("HERE", before))
    work.pin(folder, "two", replace=True)
    assert work.text("two") == given.replace("HERE", after.replace("DIGEST", digest))


@pytest.mark.parametrize("before", ["!!null", "&d {a: b}", f"|-\n            {OTHER}", "[a]"])
def test_a_digest_that_is_no_plain_text_is_replaced_by_hand(work: Work, before: str) -> None:
    folder, digest = work.export()
    given = BLOCK.replace("# stable", f"\n          digest: {before}")
    work.write("two", given)
    with pytest.raises(LeptonError, match=f"edited safely; write the digest there by hand: digest: {digest}"):
        work.pin(folder, "two", replace=True)
    assert work.text("two") == given


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"config: {lepton:region: {models: [}", ("Pulumi.one.yaml:1",)),
        (b"config: \xff\n", ("UTF-8",)),
        (b"config:\n  lepton:region: 3\n", ("no 'cifar10'", "there are: none")),
        (b"", ("no 'cifar10'", "there are: none")),
    ],
)
def test_what_is_no_stack_file_is_refused(work: Work, text: bytes, words: tuple[str, ...]) -> None:
    folder, _ = work.export()
    (work.root / "Pulumi.one.yaml").write_bytes(text)
    work.refuse(folder, "two", "one", words=words)


def test_versions_that_share_one_text_are_not_edited(work: Work) -> None:
    folder, digest = work.export()
    shared = FLOW.replace("{version: 1}", "&first {version: 1}", 1).replace("[{version: 1}, ", "[*first, ")
    work.write("one", shared)
    work.refuse(folder, "two", "one", words=("Pulumi.one.yaml: models[1].versions[0]", "by hand", digest))


def test_a_disk_that_is_full_leaves_all_files_as_they_were(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, _ = work.export()
    synced: list[int] = []

    def full(descriptor: int) -> None:
        synced.append(descriptor)
        if len(synced) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    work.refuse(folder, "one", "two", words=("Pulumi.two.yaml", "No space left on device", "unchanged"))
    assert len(synced) == 2


def test_the_command(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, digest = work.export()
    monkeypatch.chdir(work.root)
    done = CliRunner().invoke(app, ["pin-model", str(folder.relative_to(work.root)), "one", "two"])
    assert done.exit_code == 0
    assert [work.text(stack).count(digest) for stack in ("one", "two")] == [1, 1]
    changed, other = work.export("again/cifar10/1")
    refused = CliRunner().invoke(app, ["pin-model", str(changed), "one"])
    assert isinstance(refused.exception, LeptonError)
    replaced = CliRunner().invoke(app, ["pin-model", str(changed), "one", "--replace"])
    assert replaced.exit_code == 0
    assert (work.text("one").count(digest), work.text("one").count(other)) == (0, 1)
