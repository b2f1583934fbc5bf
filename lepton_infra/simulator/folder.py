"""``.lepton/sim``: what a simulated run keeps, apart from the project and from the user's own Pulumi home."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lepton_infra.errors import LeptonError
from lepton_infra.lock import SIMULATED
from lepton_infra.project import Project

_SECRETS_KEYS = ("secretsprovider", "encryptedkey", "encryptionsalt")
_PLACEHOLDER = "simulated"


@dataclass(frozen=True, kw_only=True)
class Folder:
    """The folder of one project."""

    path: Path

    @classmethod
    def of(cls, project: Project, path: Path | None = None) -> Folder:
        """The folder of ``project``, or ``path`` in its place, made if need be; only its owner can look inside."""
        folder = cls(path=path or project.root / ".lepton" / "sim")
        for part in (folder.path, folder.state, folder.home, folder.stacks):
            part.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not folder.passphrase.exists():
            _write(folder.passphrase, secrets.token_urlsafe(32))
        # `stack init` records its salt beside the project file; here it finds one that is not the user's.
        _write(folder.stacks / "Pulumi.yaml", yaml.safe_dump({"name": project.name, "runtime": "python"}))
        return folder

    @property
    def store(self) -> Path:
        """SQLite file of the embedded clouds' resources."""
        return self.path / "clouds.sqlite"

    @property
    def clusters(self) -> Path:
        """Folder of the embedded clouds' clusters, where they are real control planes."""
        return self.path / "clusters"

    @property
    def state(self) -> Path:
        """Pulumi's backend."""
        return self.path / "state"

    @property
    def home(self) -> Path:
        """Pulumi's home."""
        return self.path / "home"

    @property
    def stacks(self) -> Path:
        """Working copies of the stack files, which the engine may write to."""
        return self.path / "stacks"

    @property
    def plugins(self) -> Path:
        """Plugins that the engine lacks."""
        return self.path / "plugins"

    @property
    def passphrase(self) -> Path:
        """The file with the passphrase of the simulated stacks' secrets."""
        return self.path / "passphrase"

    def checkpoint(self, project: Project, stack: str) -> Path:
        """The state file of a stack, whether it exists or not."""
        return self.state / ".pulumi" / "stacks" / project.name / f"{stack}.json"

    def locks(self, project: Project, stack: str) -> list[Path]:
        """The engine's locks on a stack."""
        return sorted((self.state / ".pulumi" / "locks").glob(f"**/{project.name}/{stack}/*.json"))

    def working_copy(self, stack: str) -> Path:
        """Path of the working copy of a stack file."""
        return self.stacks / f"Pulumi.{stack}.yaml"

    def copy_stack_file(self, source: Path, stack: str) -> Path:
        """Write the working copy: the user's file without its secrets provider, with this folder's salt.

        Values encrypted for the real stack cannot be read here and become a placeholder.

        Raises:
            LeptonError: if ``source`` is not a stack file.
        """
        copy = self.working_copy(stack)
        content = _read(source)
        ours = _read(copy) if copy.exists() else {}
        kept = {key: _readable(value) for key, value in content.items() if key not in _SECRETS_KEYS}
        salt = {key: ours[key] for key in ("encryptionsalt",) if key in ours}
        _write(copy, yaml.safe_dump({**kept, **salt}, sort_keys=False, allow_unicode=True))
        return copy

    def environment(self) -> dict[str, str]:
        """The caller's environment with the engine turned to this folder, and away from any network."""
        return {
            **os.environ,
            SIMULATED: "1",
            "PULUMI_HOME": str(self.home),
            # The backend replaces a state at once, but not the file of metadata beside it: an engine killed while it
            # wrote that would leave a stack that cannot be read. Nothing needs the metadata.
            "PULUMI_BACKEND_URL": f"{self.state.as_uri()}?metadata=skip",
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(self.passphrase),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
        }


def _write(path: Path, text: str) -> None:
    """Replace a file at once, so that a killed run leaves the old or the new one."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.touch(mode=0o600)
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def _read(path: Path) -> Mapping[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LeptonError(f"{path} cannot be read as a stack file: {error}") from error
    if not isinstance(content or {}, dict):
        raise LeptonError(f"{path} is not a stack file; it needs a mapping with the key `config`.")
    return content or {}


def _readable(value: Any) -> Any:
    if isinstance(value, dict):
        return _PLACEHOLDER if value.keys() == {"secure"} else {key: _readable(item) for key, item in value.items()}
    return [_readable(item) for item in value] if isinstance(value, list) else value
