"""Names, labels and annotations, in the API server's own rules and words."""

from __future__ import annotations

import re
from typing import Any

from lepton_infra.simulator.behaviour import Failure
from lepton_infra.simulator.kubernetes.reading import mapping, text

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_LABEL_1035 = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_QUALIFIED = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_PORT_NAME = re.compile(r"(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*")

ANNOTATIONS_LIMIT = 256 * 1024
"""Total bytes of an object's annotations (k8s.io/apimachinery ``TotalAnnotationSizeLimitB``)."""

SUBDOMAIN_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
    "and must start and end with an alphanumeric character"
)
LABEL_RULE = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
    "and must start and end with an alphanumeric character"
)
LABEL_1035_RULE = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    "and end with an alphanumeric character"
)
QUALIFIED_RULE = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character"
)
PORT_NAME_RULE = "must contain only lower case alphanumeric characters and '-', with at least one letter"

_LABEL_NAMED = frozenset({"Namespace"})
_LABEL_1035_NAMED = frozenset({"Service"})
_PATH_NAMED = frozenset({"ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"})


def invalid(path: str, value: object, rule: str) -> Failure:
    """A failure in the API server's form."""
    shown = f'"{value}"' if isinstance(value, str) else value
    return Failure(path=path, reason=f"Invalid value: {shown}: {rule}")


def required(path: str, rule: str = "") -> Failure:
    """A missing value, in the API server's form."""
    return Failure(path=path, reason=f"Required value{': ' if rule else ''}{rule}")


def name_failures(kind: str, name: str, path: str) -> list[Failure]:
    """Failures of an object's name, by the rule of its kind."""
    if kind in _PATH_NAMED:
        wrong = name in {".", ".."} or "/" in name or "%" in name
        return [invalid(path, name, "may not be '.' or '..' and may not contain '/' or '%'")] if wrong else []
    if kind in _LABEL_1035_NAMED:
        return label_1035_failures(name, path)
    if kind in _LABEL_NAMED:
        return label_failures(name, path)
    return subdomain_failures(name, path)


def subdomain_failures(name: str, path: str) -> list[Failure]:
    """DNS-1123 subdomain, the rule of most names."""
    return _bounded(name, path, 253) + ([] if _SUBDOMAIN.fullmatch(name) else [invalid(path, name, SUBDOMAIN_RULE)])


def label_failures(name: str, path: str) -> list[Failure]:
    """DNS-1123 label: namespaces, containers, volumes."""
    return _bounded(name, path, 63) + ([] if _LABEL.fullmatch(name) else [invalid(path, name, LABEL_RULE)])


def label_1035_failures(name: str, path: str) -> list[Failure]:
    """DNS-1035 label: services, whose names become host names."""
    return _bounded(name, path, 63) + ([] if _LABEL_1035.fullmatch(name) else [invalid(path, name, LABEL_1035_RULE)])


def port_name_failures(name: str, path: str) -> list[Failure]:
    """The IANA service name that a container port carries."""
    return _bounded(name, path, 15) + ([] if _PORT_NAME.fullmatch(name) else [invalid(path, name, PORT_NAME_RULE)])


def key_failures(key: str, path: str) -> list[Failure]:
    """A qualified name, ``[prefix/]name``: the key of a label, an annotation, a resource or a taint."""
    prefix, slash, name = key.rpartition("/")
    failures = []
    if slash and not (_SUBDOMAIN.fullmatch(prefix) and len(prefix) <= 253):
        failures.append(invalid(path, key, f"prefix part {SUBDOMAIN_RULE}"))
    if len(name) > 63:
        failures.append(invalid(path, key, "name part must be no more than 63 characters"))
    if not _QUALIFIED.fullmatch(name):
        failures.append(invalid(path, key, QUALIFIED_RULE))
    return failures


def labels_failures(labels: Any, path: str) -> list[Failure]:
    """Failures of a map of labels or a selector on labels."""
    failures = []
    for key, value in mapping(labels).items():
        failures += key_failures(key, path)
        known = text(value)
        if known is None or known == "":
            continue
        failures += _bounded(known, path, 63)
        if not _QUALIFIED.fullmatch(known):
            failures.append(invalid(path, known, f"a valid label must be an empty string or {QUALIFIED_RULE[10:]}"))
    return failures


def metadata_failures(kind: str, metadata: Any) -> list[Failure]:
    """Failures of an object's name, labels and annotations."""
    given = mapping(metadata)
    failures = []
    name = text(given.get("name"))
    if name is not None:
        failures += name_failures(kind, name, "metadata.name")
    namespace = text(given.get("namespace"))
    if namespace is not None:
        failures += label_failures(namespace, "metadata.namespace")
    failures += labels_failures(given.get("labels"), "metadata.labels")
    annotations = mapping(given.get("annotations"))
    for key in annotations:
        failures += key_failures(key.lower(), "metadata.annotations")
    size = sum(len(key.encode()) + len((text(value) or "").encode()) for key, value in annotations.items())
    if size > ANNOTATIONS_LIMIT:
        failures.append(
            Failure(path="metadata.annotations", reason=f"Too long: must have at most {ANNOTATIONS_LIMIT} bytes")
        )
    return failures


def _bounded(name: str, path: str, most: int) -> list[Failure]:
    return [invalid(path, name, f"must be no more than {most} characters")] if len(name) > most else []
