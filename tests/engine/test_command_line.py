from __future__ import annotations

import pytest

from lepton_infra.sandbox.command_line import CONFIG_FILE, FOLDER, STACK, CommandLine


def _line(text: str) -> CommandLine:
    return CommandLine(words=tuple(text.split()))


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("up -s us-east", "up"),
        ("update", "up"),
        ("-C infra --color never pre", "preview"),
        ("-v 9 dn -y", "destroy"),
        ("stack ls", "stack ls"),
        ("stack", "stack"),
        ("config --path set a b", "config set"),
        ("state delete x", "state"),
        ("--help", ""),
        ("up -- down", "up"),
    ],
)
def test_command(typed: str, command: str) -> None:
    assert _line(typed).command() == command


@pytest.mark.parametrize(
    "typed", ["up -s dev", "up -sdev", "up -s=dev", "up --stack dev", "--stack=dev up", "-s dev up"]
)
def test_value_in_all_its_forms(typed: str) -> None:
    assert _line(typed).value(STACK) == "dev"


@pytest.mark.parametrize("typed", ["up", "up -s", "up -- -s dev", "up --skip-preview"])
def test_no_value(typed: str) -> None:
    assert _line(typed).value(STACK) is None


def test_values_are_of_the_flag_asked_for() -> None:
    line = _line("-C infra up -s dev --config-file a.yaml")
    assert line.value(FOLDER) == "infra"
    assert line.value(CONFIG_FILE) == "a.yaml"


@pytest.mark.parametrize(
    ("typed", "complete"),
    [
        ("up -s dev", "up --flag -s dev"),
        ("-C up up", "-C up up --flag"),
        ("stack rm dev", "stack rm --flag dev"),
        ("up -- more", "up --flag -- more"),
    ],
)
def test_adding(typed: str, complete: str) -> None:
    assert _line(typed).adding("--flag") == _line(complete)


@pytest.mark.parametrize("typed", ["up --config-file a.yaml -y", "up --config-file=a.yaml -y", "up -y --config-file"])
def test_without(typed: str) -> None:
    assert _line(typed).without("--config-file") == _line("up -y")
