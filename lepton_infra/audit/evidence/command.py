"""``lepton evidence``: write the files of evidence for an auditor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from lepton_infra import audit, clouds, lock, project
from lepton_infra.audit import report
from lepton_infra.audit.evidence.record import Evidence, Source, digest, record
from lepton_infra.audit.evidence.writing import documents, write
from lepton_infra.audit.obligations import of_stack
from lepton_infra.audit.sources import graph_of
from lepton_infra.compliance.graph.graph import Graph
from lepton_infra.compliance.law import law
from lepton_infra.compliance.law.conflicting_checks import derived_waivers
from lepton_infra.compliance.law.obligations import Obligations
from lepton_infra.compliance.rules import RULES, evaluate
from lepton_infra.console import Say
from lepton_infra.project import Project
from lepton_infra.stack import file


def evidence(stack: str, *, state: str | None, folder: Path | None, now: datetime, say: Say) -> int:
    """Write the evidence of a stack, and say where. Returns 1 if a control failed that is more than advice.

    Without ``folder`` it goes to ``.lepton/evidence/<stack>``. ``now`` has a time zone.

    Raises:
        LeptonError: if there is nothing to look at, or the folder cannot be written to.
    """
    here = project.find(Path.cwd())
    obligations = of_stack(here, stack, now.date(), embedded=state is None)
    found = gather(here, obligations, graph_of(here, stack, state, None), now)
    for path in write(folder or here.root / ".lepton" / "evidence" / stack, documents(found)):
        say(str(path))
    results = [control.result for control in found.controls]
    say(f"{stack}: {report.summary(results)}")
    return 1 if any(map(audit.refuses, results)) else 0


def gather(here: Project, obligations: Obligations, graph: Graph, now: datetime) -> Evidence:
    """The evidence of a stack of a project, from its graph.

    Raises:
        LeptonError: if the stack has no file, or a wrong one.
    """
    config = file.read(here.stack_file(graph.stack))
    subject = audit.subject(graph, obligations, clouds.geography())
    source = Source(
        stack=graph.stack,
        written_at=now.astimezone(UTC).replace(microsecond=0),
        config=digest(config.model_dump(mode="json")),
        resources=digest(list(graph.resources)),
        versions=_versions(here, graph),
        law_verified_on=min(entry.verified_on for _, entry in law.load().entries()),
    )
    return record(source, subject, evaluate.audit(subject, RULES), derived_waivers(obligations))


def _versions(here: Project, graph: Graph) -> Mapping[str, str]:
    """Versions of the library, the lock file's content, the engine and the providers, as far as the graph has them."""
    own = {"lepton-infra": version("lepton-infra"), "lock": digest((here.root / lock.LOCK_FILE).read_text("utf-8"))}
    engine = {"engine": graph.engine} if graph.engine else {}
    told = ((each.package, each.get("version")) for each in graph if each.is_provider)
    return own | engine | {f"provider-{package}": found for package, found in told if isinstance(found, str)}
