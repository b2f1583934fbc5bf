"""``lepton guardrails``: organization policies and admission policies, written from a stack file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from lepton_infra import clouds, project
from lepton_infra.audit.evidence.writing import write
from lepton_infra.compliance.guardrails import kubernetes
from lepton_infra.compliance.guardrails.args import GuardrailArgs, permitted
from lepton_infra.config.region import RegionConfig
from lepton_infra.console import Say
from lepton_infra.stack import file, law_check


def guardrails(stack: str, *, folder: Path | None, today: date, say: Say) -> None:
    """Write the guardrails of a stack's account and cluster as JSON, and say where. Nothing is applied.

    Without ``folder`` they go to ``.lepton/guardrails/<stack>``.

    Raises:
        LeptonError: if the stack has no file or a wrong one, or the folder cannot be written to.
    """
    here = project.find(Path.cwd())
    config = file.read(here.stack_file(stack))
    for path in write(folder or here.root / ".lepton" / "guardrails" / stack, files(config, today)):
        say(str(path))


def files(config: RegionConfig[Any], today: date) -> Mapping[str, str]:
    """A region's guardrails as JSON text, by file name."""
    obligations = law_check.obligations(config, today)
    cloud = config.cloud
    args = GuardrailArgs(
        stack=config.name,
        locations=permitted(cloud.name, obligations, clouds.geography()),
        home=obligations.home or config.name,
        image_prefix=clouds.image_prefix(cloud, config.name),
    )
    documents = {**clouds.guardrails(cloud.name)(cloud, args), **kubernetes.guardrails(args)}
    return {name: json.dumps(content, indent=2) + "\n" for name, content in documents.items()}
