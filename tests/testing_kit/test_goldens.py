import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lepton_infra.testing import Declared, Graph, goldens

ROOT = Path(__file__).parents[2]


def _resource(name: str, *, protect: bool = False, retain: bool = False) -> Declared:
    return Declared(
        type="aws:ec2/vpc:Vpc",
        name=name,
        urn=f"urn:pulumi:eu::shop::aws:ec2/vpc:Vpc::{name}",
        custom=True,
        parent=None,
        id="vpc-1",
        provider="urn:pulumi:eu::shop::pulumi:providers:aws::cloud",
        inputs={},
        outputs={},
        protect=protect,
        retain_on_delete=retain,
    )


GRAPH = Graph(resources=(_resource("a", protect=True), _resource("b", retain=True)))


def test_a_golden_file_is_json_with_one_resource_a_line() -> None:
    text = goldens.render(GRAPH)

    assert json.loads(text) == [
        {
            "urn": "urn:pulumi:eu::shop::aws:ec2/vpc:Vpc::a",
            "type": "aws:ec2/vpc:Vpc",
            "protect": True,
            "retain": False,
            "provider": "cloud",
        },
        {
            "urn": "urn:pulumi:eu::shop::aws:ec2/vpc:Vpc::b",
            "type": "aws:ec2/vpc:Vpc",
            "protect": False,
            "retain": True,
            "provider": "cloud",
        },
    ]
    assert len(text.splitlines()) == 4


def test_what_was_written_does_not_differ(tmp_path: Path) -> None:
    path = tmp_path / "goldens" / "eu.json"
    goldens.write(path, GRAPH)

    assert goldens.difference(path, GRAPH) == ""


def test_a_difference_shows_only_the_lines_that_changed(tmp_path: Path) -> None:
    path = tmp_path / "eu.json"
    goldens.write(path, GRAPH)

    found = goldens.difference(path, Graph(resources=(GRAPH.resources[0], _resource("renamed"))))

    assert [line[0] for line in found.splitlines()[2:5]] == ["@", "-", "+"]
    assert "Vpc::b" in found
    assert "Vpc::renamed" in found
    assert "Vpc::a" not in found


def test_a_missing_golden_file_differs(tmp_path: Path) -> None:
    assert "Vpc::a" in goldens.difference(tmp_path / "none.json", GRAPH)


def test_all_stacks_of_the_project_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Pulumi.yaml", "Pulumi.us-east.yaml", "lepton.lock.yaml"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.chdir(tmp_path)

    assert goldens.main() == 0

    assert (tmp_path / "tests/goldens/us-east.json").read_text() == (ROOT / "tests/goldens/us-east.json").read_text()


def test_a_stack_that_cannot_be_built_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(ROOT / "Pulumi.yaml", tmp_path)
    (tmp_path / "Pulumi.bad.yaml").write_text("config: {}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    assert goldens.main() == 1

    assert "Pulumi.bad.yaml" in capsys.readouterr().err
    assert not (tmp_path / "tests").exists()


TEST = """
import pulumi_aws as aws

from lepton_infra.testing import declared

def test_it(golden):
    golden(declared(lambda: aws.Provider("cloud", region="us-east-1")), "eu")
"""


def test_the_fixture_compares_and_renews(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TEST, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]

    missing = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    renewed = subprocess.run([*command, "--update-goldens"], capture_output=True, cwd=tmp_path, check=False)
    same = subprocess.run(command, capture_output=True, cwd=tmp_path, check=False)

    assert missing.returncode == 1
    assert "pulumi:providers:aws::cloud" in missing.stdout
    assert "renew with: pytest --update-goldens" in missing.stdout
    assert renewed.returncode == same.returncode == 0
    assert (tmp_path / "goldens" / "eu.json").exists()


def test_a_pytest_run_that_does_not_use_the_kit_imports_no_pulumi(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("def test_it():\n    import sys\n    assert 'pulumi' not in sys.modules\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]

    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0
