"""Changes that break retention, the audit trail, incidents and continuity, and which rules say so."""

from __future__ import annotations

from dataclasses import replace

from lepton_infra.compliance.facts import Alert, Encryption, Facts, Immutability, StoreKind
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.graph.graph import Graph
from lepton_infra.compliance.law.obligations import Interval
from lepton_infra.compliance.rules.rule import Subject
from tests.kit.compliant_region import BUCKET, FACTS, GOOD
from tests.kit.compliant_region import LOG as LOGS
from tests.kit.obligations import OBLIGATIONS, resource, says
from tests.kit.region_changes import also, asked, flip, with_facts, without

LOG, EVENTS = 1, 2
"""Where these are among the good region's stores."""

OF_CLUSTERS = ("pods", "namespaces", "routes", "gpu_sharing")
PRIVATE_SITE = replace(
    GOOD, facts=Facts(**{kind: getattr(FACTS, kind) for kind in OF_CLUSTERS}), graph=Graph(resources=())
)
"""Pods on machines of one's own: nothing is declared of a cloud."""


def kept(data_class: DataClass, least: int | None, most: int | None, subject: Subject = GOOD) -> Subject:
    return asked(subject, retention={**OBLIGATIONS.retention, data_class: Interval(least=least, most=most)})


BROKEN: dict[str, tuple[Subject, set[str]]] = {
    "kept too long": (flip("stores", "days", 31), {"RET-01"}),
    "kept for ever": (flip("stores", "days", None), {"RET-01"}),
    "a log kept too long": (flip("stores", "days", 401, LOG), {"RET-01"}),
    "backups kept too long": (flip("backups", "days", 31), {"RET-01", "RET-02"}),
    "backups kept for ever": (flip("backups", "days", None), {"RET-01", "RET-02"}),
    "old versions kept too long": (flip("stores", "hidden_days", 11), {"RET-02"}),
    "old versions kept too long of what is kept too long": (
        flip("stores", "hidden_days", 31, subject=flip("stores", "days", None)),
        {"RET-01", "RET-02"},
    ),
    "backups outlive what they are of": (flip("backups", "days", 11), {"RET-02"}),
    "a log that is gone too early": (flip("stores", "days", 180, LOG), {"RET-03"}),
    "data that the law wants kept": (kept(DataClass.PERSONAL, 21, 30), {"RET-03"}),
    "data of persons that nobody can erase": (
        flip("stores", "immutable", Immutability.IRREVERSIBLE),
        {"RET-04"},
    ),
    "a store that empties itself": (flip("stores", "erased_with_resource", True), {"RET-05"}),
    "no trail": (without("trails"), {"AUD-01"}),
    "a trail with gaps": (flip("trails", "complete", False), {"AUD-01"}),
    "a trail with content": (flip("trails", "with_content", True), {"AUD-03"}),
    "accesses that nobody writes down": (flip("stores", "access_logged", False), {"AUD-03"}),
    "a trail that can be changed": (flip("trails", "verified", False), {"AUD-04"}),
    "a log that can be deleted": (flip("stores", "immutable", Immutability.NONE, LOG), {"AUD-04"}),
    "a bucket of logs that can be deleted, though another log cannot": (
        also("stores", replace(LOGS, kind=StoreKind.BUCKET, immutable=says(Immutability.NONE, "log"))),
        {"AUD-04"},
    ),
    "a role that nobody has": (asked(contact_roles={"police": "gdpr 33"}), {"INC-01"}),
    "a site whose clocks nobody names": (asked(PRIVATE_SITE, frameworks=("gdpr", "cert_in")), {"AUD-05"}),
    "nobody to tell": (without("alert_routes"), {"INC-01"}),
    "a way to tell nobody": (flip("alert_routes", "receivers", (" ",)), {"INC-01"}),
    "messages under the provider's key": (flip("alert_routes", "encryption", Encryption.PROVIDER), {"INC-01"}),
    "an alert that nobody hears": (flip("alerts", "routed", False), {"INC-01"}),
    "nobody watches the trail": (
        with_facts(alerts=(Alert(resource=resource("door"), about="break-glass", routed=says(True)),)),
        {"INC-01"},
    ),
    "a clock and no contact": (asked(PRIVATE_SITE, contacts={}), {"INC-01"}),
    "nobody looks for attacks": (without("detections"), {"INC-02"}),
    "a detector that is off": (flip("detections", "on", False), {"INC-02"}),
    "a store that cannot be restored": (flip("stores", "recoverable", False), {"BCP-01"}),
    "no backups": (without("backups"), {"BCP-02", "BCP-05"}),
    "restoring is never tried": (flip("backups", "restore_tested", False), {"BCP-02"}),
    "a store that can be deleted": (flip("stores", "locked", False), {"BCP-03"}),
    "a cluster that can be deleted": (flip("clusters", "locked", False), {"BCP-03"}),
    "a cluster in one zone": (flip("clusters", "zones", 1), {"BCP-04"}),
    "nodes in one zone": (flip("nodes", "zones", 1), {"BCP-04"}),
    "a store in one zone": (flip("stores", "zone_redundant", False), {"BCP-04"}),
    "replicas in one zone": (flip("pods", "spread", False), {"BCP-04"}),
    "backups within reach": (flip("backups", "elsewhere", False), {"BCP-05"}),
    "which model answered is gone too early": (flip("stores", "days", 182, EVENTS), {"AI-03"}),
    "nobody writes down which model answered": (
        with_facts(stores=tuple(each for each in FACTS.stores if each.data_class is not DataClass.AI_EVENT)),
        {"AI-03"},
    ),
}

SOUND: dict[str, Subject] = {
    "a site of one's own": PRIVATE_SITE,
    "a site in India that names its clocks": asked(
        PRIVATE_SITE, frameworks=("gdpr", "cert_in"), time_servers=("time.example.org",)
    ),
    "a cloud in India keeps its own time": asked(frameworks=("gdpr", "cert_in")),
    "kept to the last day": flip("stores", "hidden_days", 10),
    "kept for ever, as far as the law goes": kept(DataClass.AUDIT_LOG, 365, None, flip("stores", "days", None, LOG)),
    "a role that somebody has": asked(contact_roles={"protection": "gdpr 33"}),
    "a log that can be deleted, where another cannot": also(
        "stores", replace(LOGS, immutable=says(Immutability.NONE, "log"))
    ),
    "a log that nobody can erase": flip("stores", "immutable", Immutability.IRREVERSIBLE, LOG),
    "a store that is listed as locked_stores": asked(
        flip("stores", "immutable", Immutability.IRREVERSIBLE), locked_stores=frozenset({"bucket"})
    ),
    "stores empty themselves to be torn down": flip(
        "stores", "erased_with_resource", True, subject=asked(teardown=True)
    ),
    "stores are unlocked to be torn down": flip("stores", "locked", False, subject=asked(teardown=True)),
    "one trail of two is complete": also(
        "trails", replace(FACTS.trails[0], resource=resource("objects"), complete=says(False, "objects"))
    ),
    "the trail writes down what the store does not": flip(
        "stores", "access_logged", False, subject=flip("trails", "data_access", True)
    ),
    "one plan of two is out of reach": also("backups", replace(FACTS.backups[0], elsewhere=says(False, "plan"))),
    "backups of what the law does not bound": flip(
        "backups", "covers", frozenset(), subject=flip("backups", "days", 30)
    ),
    "a store whose retention is nobody's question": flip(
        "stores", "days", None, subject=with_facts(stores=(replace(BUCKET, days=None), *FACTS.stores[1:]))
    ),
    "events are not asked for": with_facts(
        kept(DataClass.AI_EVENT, None, None),
        stores=tuple(each for each in FACTS.stores if each.data_class is not DataClass.AI_EVENT),
    ),
}
