"""A key by its old name gets one message, which gives the new one."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from lepton_infra import clouds
from lepton_infra.errors import ConfigError
from lepton_infra.stack.messages import RENAMED
from lepton_infra.stack.parse import parse
from tests.kit.stacks import model, region

INTERVAL = {"min_days": 400, "max_days": 500}
SECTIONS: dict[str, Any] = {
    "models": [model("cifar10", "l4", scaling={"metric": "cpu", "buffer_requests": False})],
    "gateway": {"domain": "inference.example.com", "client_networks": []},
    "compliance": {
        "extra_frameworks": [],
        "locked_stores": [],
        "retention": {path[2]: dict(INTERVAL) for path in RENAMED if path[:2] == ("compliance", "retention")},
    },
}
OF_CLOUD = {"vault_name_suffix": 1, "key_ring_suffix": 1}


def section_of(path: tuple[str, ...], new: str) -> tuple[str, Any]:
    """The section that a key is in, with all its keys by their new names."""
    if path[0] != "cloud":
        return path[0], copy.deepcopy(SECTIONS[path[0]])
    for name in clouds.names():
        cloud: dict[str, Any] = copy.deepcopy(dict(clouds.load(name).example))
        if new in clouds.settings(name).model_fields:
            return "cloud", {new: OF_CLOUD.get(new), **cloud}
        if path[1] in cloud:
            return "cloud", cloud
    raise AssertionError(f"no cloud has {path}")


@pytest.mark.parametrize(("path", "new"), RENAMED.items(), ids=[".".join(path) for path in RENAMED])
def test_an_old_key_gets_one_message_with_the_new_name(path: tuple[str, ...], new: str) -> None:
    key, section = section_of(path, new)
    at = section
    for each in path[1:-1]:
        at = (at[0] if isinstance(at, list) else at)[each]
    at = at[0] if isinstance(at, list) else at
    at[path[-1]] = at.pop(new)

    with pytest.raises(ConfigError) as caught:
        parse(region(**{key: section}))

    told = [problem for problem in caught.value.problems if path[-1] in problem.path or new in problem.path]
    assert [problem.message for problem in told] == [f"has a new name; write {new}"]
