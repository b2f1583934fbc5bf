"""The guide's code runs as it is printed."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_code_of_the_guide_passes(tmp_path: Path) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / "docs/testing.md").read_text(encoding="utf-8"), re.S | re.M)
    for index, block in enumerate(blocks):
        (tmp_path / f"test_block_{index}.py").write_text(block, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--update-goldens", str(tmp_path)]

    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert len(blocks) == 2
    assert "5 passed" in run.stdout, run.stdout
