from __future__ import annotations

import subprocess
import sys

from lepton_infra import clouds


def test_the_example_is_valid() -> None:
    cloud = clouds.load("gcp")
    assert cloud.settings.model_validate(cloud.example).name == "gcp"


def test_a_file_is_checked_without_the_sdk() -> None:
    program = "import sys; from lepton_infra import clouds; clouds.settings('gcp'); print('pulumi_gcp' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"
