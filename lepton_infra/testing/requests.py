"""Records of registrations, read from their protobuf requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lepton_infra.simulator.behaviour import Secret
from lepton_infra.simulator.properties import from_wire, reveal
from lepton_infra.simulator.schema import member
from lepton_infra.testing.graph import Declared


def inputs_of(request: Any) -> dict[str, Any]:
    """The inputs of a ``RegisterResourceRequest``, secrets wrapped."""
    return from_wire(request.object)


def record(request: Any, urn: str, id: str | None, outputs: Mapping[str, Any]) -> Declared:
    """A ``RegisterResourceRequest`` and its answer as a record."""
    inputs = inputs_of(request)
    return Declared(
        type=request.type,
        name=request.name,
        urn=urn,
        custom=request.custom,
        parent=request.parent or None,
        id=id,
        provider=provider_urn(request.provider),
        inputs=reveal(inputs),
        outputs=reveal(outputs),
        secrets=tuple(secret_paths(inputs)),
        protect=request.protect,
        retain_on_delete=request.retainOnDelete,
        delete_before_replace=request.deleteBeforeReplace,
        import_id=request.importId or None,
        aliases=tuple(dict.fromkeys([*map(_alias, request.aliases), *request.aliasURNs])),
        providers={package: provider_urn(reference) or "" for package, reference in request.providers.items()},
        dependencies=frozenset(request.dependencies),
        property_dependencies={
            name: frozenset(needed.urns) for name, needed in request.propertyDependencies.items() if needed.urns
        },
        deleted_with=request.deletedWith or None,
        ignore_changes=tuple(request.ignoreChanges),
        replace_on_changes=tuple(request.replaceOnChanges),
        additional_secret_outputs=tuple(request.additionalSecretOutputs),
        custom_timeouts={
            name: value for name in ("create", "update", "delete") if (value := getattr(request.customTimeouts, name))
        },
    )


def provider_urn(reference: str) -> str | None:
    """The URN in a provider reference, which is ``<urn>::<id>``."""
    return reference.rpartition("::")[0] or None


def secret_paths(value: Any, path: str = "") -> Iterator[str]:
    """The paths at which a value is secret."""
    if isinstance(value, Secret):
        yield path
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from secret_paths(item, member(path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from secret_paths(item, f"{path}[{index}]")


def _alias(alias: Any) -> str:
    """An alias as its URN, or as the parts that it changes: ``name=old, parentUrn=…``."""
    if alias.WhichOneof("alias") == "urn":
        return str(alias.urn)
    return ", ".join(f"{part.name}={value}" for part, value in alias.spec.ListFields() if value)
