from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lepton_infra import lock, project
from lepton_infra.cli import app
from lepton_infra.errors import LeptonError
from lepton_infra.project import Project
from lepton_infra.stack import check
from lepton_infra.stack import file as stack_file

ROOT = Path(__file__).parents[2]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A copy of this project's stack and lock files."""
    for path in (*ROOT.glob("Pulumi*.yaml"), ROOT / "lepton.lock.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.chdir(tmp_path)
    return project.find(tmp_path)


def line_of(path: Path, text: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("stack", project.find(ROOT).stacks())
def test_every_stack_of_this_project_is_sound(stack: str) -> None:
    assert stack_file.read(ROOT / f"Pulumi.{stack}.yaml").name == stack


def test_sound_files_get_a_line_each(here: Project) -> None:
    result = CliRunner().invoke(app, ["check"])

    assert result.exit_code == 0
    for stack in here.stacks():
        assert f"Pulumi.{stack}.yaml: ok: " in result.output
    assert (
        "Pulumi.us-east.yaml: ok: aws, residency us (ccpa), zones us-east-1a us-east-1b us-east-1d, "
        "network 10.16.0.0/16, GPUs at most: 8 l4; alerts reach no contact, for monitoring.mail names no relay\n"
    ) in result.output


def test_only_the_stacks_named_are_checked(here: Project) -> None:
    replace(here.root / "Pulumi.eu-west.yaml", "cidr:", "cird:")

    assert CliRunner().invoke(app, ["check", "us-east", "ap-south"]).exit_code == 0
    assert CliRunner().invoke(app, ["check"]).exit_code == 1


def test_a_bad_file_does_not_hide_the_others(here: Project) -> None:
    replace(here.root / "Pulumi.eu-west.yaml", "residency: eu", "residency: uk")

    result = CliRunner().invoke(app, ["check"])

    assert result.exit_code == 1
    assert "Pulumi.us-east.yaml: ok: " in result.output
    assert "Pulumi.eu-west.yaml: ok: " not in result.output
    line = line_of(here.root / "Pulumi.eu-west.yaml", "residency:")
    assert f"Pulumi.eu-west.yaml:{line}: residency: is not an allowed value (given uk; " in result.output


def test_contacts_whom_no_mail_reaches_are_told_of(here: Project) -> None:
    file = here.root / "Pulumi.us-east.yaml"
    told = "alerts reach no contact, for monitoring.mail names no relay"
    assert [told in line for line in check.check(here, ["us-east"]).sound] == [True]

    replace(
        file, "    tags:", "    monitoring:\n      mail: {relay: mail.example.com, sender: a@example.com}\n    tags:"
    )
    assert [told in line for line in check.check(here, ["us-east"]).sound] == [False]


def test_the_repository_gets_a_line_for_each_stack_and_one_for_what_is_not_pinned(here: Project) -> None:
    result = CliRunner().invoke(app, ["check"])

    *stacks, unpinned = result.output.splitlines()
    assert [line.partition(": ")[0] for line in stacks] == [f"Pulumi.{stack}.yaml" for stack in here.stacks()]
    numbers = Counter(key.partition(".")[0] for key in lock.locked(here.root).unpinned())
    assert unpinned == (
        f"warning: lepton.lock.yaml: {numbers['images']} images and {numbers['charts']} charts not pinned: "
        "lepton pin (--list shows them)"
    )


def test_what_is_not_pinned_is_listed(here: Project) -> None:
    result = CliRunner().invoke(app, ["pin", "--list"])

    assert result.output.split() == lock.locked(here.root).unpinned()


def test_regions_have_disjoint_networks(here: Project) -> None:
    replace(here.root / "Pulumi.us-east.yaml", "10.16.0.0/16", "10.17.128.0/20")

    report = check.check(here, [])

    assert report.problems == [
        f"Pulumi.us-east.yaml:{line_of(here.root / 'Pulumi.us-east.yaml', 'cidr:')}: network.cidr: overlaps "
        "10.17.0.0/16, the network of Pulumi.eu-west.yaml; every region has its own addresses (given 10.17.128.0/20)"
    ]
    assert not any(line.startswith("Pulumi.us-east.yaml") for line in report.sound)


def test_what_has_no_digest_yet_is_a_warning(here: Project) -> None:
    stack = here.root / "Pulumi.us-east.yaml"
    text = stack.read_text(encoding="utf-8")
    without = re.sub(r"(version: 1), digest: sha256:[0-9a-f]{64}", r"\1", text)
    assert without != text
    stack.write_text(without, encoding="utf-8")

    report = check.check(here, ["us-east"])

    line = line_of(stack, "versions:")
    told = f"Pulumi.us-east.yaml:{line}: models[0].versions[0]: has no digest yet; exporting the model gives it"
    assert told in report.warnings
    assert not report.problems


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, "lepton.lock.yaml does not exist"),
        ("images: [", "lepton.lock.yaml cannot be read"),
        ("images: {}\ncharts: {}\n", "lepton.lock.yaml: node_images: Field required"),
    ],
)
def test_a_bad_lock_file_is_a_problem(here: Project, content: str | None, expected: str) -> None:
    lock = here.root / "lepton.lock.yaml"
    lock.unlink() if content is None else lock.write_text(content, encoding="utf-8")

    (problem,) = check.check(here, ["us-east"]).problems

    assert expected in problem


def test_an_unknown_stack_is_refused_with_the_nearest_one(here: Project) -> None:
    with pytest.raises(
        LeptonError, match=r"unknown stack 'us-eats'; did you mean us-east\? there are: ap-south, eu-west"
    ):
        check.check(here, ["us-eats"])


def test_the_command_ends_in_words(here: Project) -> None:
    lepton = Path(sys.executable).with_name("lepton")

    unknown = subprocess.run([lepton, "check", "us-wast"], capture_output=True, text=True, check=False)

    assert unknown.returncode == 1
    assert unknown.stderr.startswith("error: unknown stack 'us-wast'; did you mean us-east? there are: ap-south, ")
    assert "Traceback" not in unknown.stderr


def test_a_check_loads_no_sdk_of_a_cloud(here: Project) -> None:
    program = "import sys; from lepton_infra.cli import app; app(['check'], standalone_mode=False); print(*sys.modules)"

    checked = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert "ok: aws" in checked.stdout
    assert not any(name.startswith("pulumi_") for name in checked.stdout.split())


def test_a_project_without_stacks_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: lepton\nruntime: python\n", encoding="utf-8")

    with pytest.raises(LeptonError, match="there is no stack file in "):
        check.check(project.find(tmp_path), [])
