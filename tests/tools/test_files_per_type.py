from __future__ import annotations

import pytest

from tools import files_per_type


@pytest.mark.parametrize("cloud", ["aws", "azure_native", "gcp"])
def test_a_cloud_has_a_line_with_median_and_maximum(cloud: str) -> None:
    types, median, maximum = files_per_type.line(cloud).split(": ")[1].split(", ")[:3]

    assert int(types.split()[0]) > 30
    assert float(median.split()[1]) <= int(maximum.split()[1])


def test_a_record_is_found_in_its_file_and_through_its_module() -> None:
    files = files_per_type.files_by_type("aws")["aws:kms/key:Key"]

    assert "kms.py" in files
    assert "tokens.py" not in files


def test_folders_without_types_are_left_out() -> None:
    assert {"aws", "azure_native", "gcp"} <= set(files_per_type.clouds())
    assert "control_plane" not in files_per_type.clouds()
