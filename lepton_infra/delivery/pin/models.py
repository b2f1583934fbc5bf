"""``lepton pin-model``: from the folder of an exported version to its digest in stack files."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lepton_infra.console import read_json
from lepton_infra.delivery import batching, manifest
from lepton_infra.delivery.manifest import ManifestError
from lepton_infra.delivery.pin.stack_text import Place, edited, models
from lepton_infra.delivery.pin.writing import replace
from lepton_infra.errors import LeptonError
from lepton_infra.project import Project
from lepton_infra.stack import yaml_lines

FACTS = "model.json"
"""The file of a version that says, under ``model`` and ``version``, what it is a version of."""

_NUMBER = re.compile("[1-9][0-9]*")


@dataclass(frozen=True, kw_only=True)
class Version:
    """An exported version: whose, which one, and the digest that its folder was held against."""

    model: str
    number: int
    digest: str


def pin(
    project: Project,
    folder: Path,
    stacks: Sequence[str],
    *,
    model: str | None,
    replace_other: bool,
    say: Callable[[str], None],
) -> None:
    """Write the digest of the version in ``folder`` into the files of ``stacks``, into all of them or none.

    The model is ``model``, else what the version's own facts say, else the name of the folder around it. A digest that
    is there and is another is replaced only with ``replace_other``.

    Raises:
        LeptonError: if the folder is not what its manifest says, or a stack is unknown, does not have the version or
            has another digest for it. No file has changed then.
    """
    version = read(folder, model)
    texts: dict[Path, str] = {}
    lines: list[str] = []
    for path in dict.fromkeys(project.stack_file(stack) for stack in stacks):
        text = _text(path)
        place, before = _found(path, text, version)
        if before is not None and before != version.digest and not replace_other:
            raise LeptonError(
                f"{path.name}: {_key(place)}.digest is {before}, and {folder} is {version.digest}. If version "
                f"{version.number} of {version.model} was exported anew, and is not in use: add --replace. Else export "
                "it as another version."
            )
        if before == version.digest:
            lines.append(f"{path.name}: {_key(place)}: {version.digest} (as pinned)")
            continue
        try:
            texts[path.resolve()] = edited(text, place, version.digest)
        except LeptonError as refused:
            raise LeptonError(f"{path.name}: {_key(place)} {refused}: digest: {version.digest}") from None
        lines.append(f"{path.name}: {_key(place)}: {version.digest} ({'new' if before is None else f'was {before}'})")
    replace(texts)
    for line in lines:
        say(line)
    if texts:
        say(f"{len(texts)} written. Publish {folder} as <models bucket>/{version.model}/{version.number}/.")


def read(folder: Path, model: str | None) -> Version:
    """The version in ``folder``, every byte of it held against its manifest.

    Raises:
        LeptonError: if it is none, not what its manifest says, or nothing that pods would start with.
    """
    folder = folder.resolve()
    try:
        digest = manifest.digest_of(folder)
        manifest.verify(folder, digest)
        batching.check(folder)
        facts = read_json(str(folder / FACTS)) if (folder / FACTS).is_file() else {}
    except (OSError, ManifestError, LeptonError) as error:
        raise LeptonError(f"{folder} is not pinned: {error}") from None
    if _NUMBER.fullmatch(folder.name) is None:
        raise LeptonError(
            f"{folder} is named {folder.name!r}; the folder of a version is named by its number, such as 1, as servers "
            "want it"
        )
    known = facts if isinstance(facts, dict) else {}
    number = int(folder.name)
    if known.get("version", number) != number:
        raise LeptonError(
            f"{folder} is named {number}, but by its {FACTS} it is version {known['version']}; name it so, or export "
            f"it as version {number}"
        )
    return Version(model=model or str(known.get("model") or folder.parent.name), number=number, digest=digest)


def _text(path: Path) -> str:
    try:
        # As bytes, for line ends must stay as they are.
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise LeptonError(f"{path.name} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise LeptonError(f"{path.name} is not UTF-8 text; save it in that encoding") from None


def _found(path: Path, text: str, version: Version) -> tuple[Place, str | None]:
    """Where the version stands in a stack file, and the digest that it has there."""
    try:
        document = yaml_lines.parse(text)
    except yaml_lines.YamlError as error:
        raise LeptonError(f"{path.name}:{error.line}: {error}") from None
    entries = _mappings(models(document.value))
    named = [(index, entry) for index, entry in entries if entry.get("name") == version.model]
    if not named:
        names = ", ".join(str(entry.get("name")) for _, entry in entries) or "none"
        raise LeptonError(
            f"{path.name}: models has no {version.model!r}; there are: {names}. Describe it there first, or name "
            "another with --model."
        )
    index, entry = named[0]
    versions = _mappings(entry.get("versions"))
    for place, each in versions:
        if each.get("version") == version.number:
            digest = each.get("digest")
            return (index, place), None if digest is None else str(digest)
    numbers = ", ".join(str(each.get("version")) for _, each in versions) or "none"
    raise LeptonError(
        f"{path.name}: models[{index}].versions ({version.model}) has no version {version.number}; there are: "
        f"{numbers}. Add it there first: {{version: {version.number}, weight: 0}}"
    )


def _mappings(value: Any) -> list[tuple[int, dict[str, Any]]]:
    """The entries of a list that are mappings, with their places."""
    return [
        (place, each) for place, each in enumerate(value if isinstance(value, list) else []) if isinstance(each, dict)
    ]


def _key(place: Place) -> str:
    return f"models[{place[0]}].versions[{place[1]}]"
