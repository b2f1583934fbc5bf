"""SDK classes by type token, loaded on first use.

Importing an SDK registers its tokens without loading its modules; a module (``pulumi_aws.eks``) is imported when one of
its types is first met. ``azure-native`` types that name an API version are checked against the version in the SDK.
"""

from __future__ import annotations

import re
import typing
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from functools import cache
from importlib import import_module, metadata
from threading import RLock
from typing import Any

from lepton_infra.engine.pulumi_internals import resource_modules

_PROVIDER = "pulumi:providers:"
_API_VERSION = re.compile(r"/v[0-9]{8}(preview|privatepreview)?(?=:)")
_lock = RLock()


@contextmanager
def loading() -> Iterator[None]:
    """One import at a time, without the warnings of deprecated resources that merely share a module.

    The SDKs load their modules on first access, and two threads that access one at once see it half loaded.
    """
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


class SdkMissing(Exception):
    """The SDK of a package is not installed."""


class UnknownType(Exception):
    """No resource of the SDK has this type token."""


def module_name(package: str) -> str:
    """The SDK's import name, such as ``pulumi_azure_native``."""
    return f"pulumi_{package.replace('-', '_')}"


def version(package: str) -> str:
    """The installed version of a package's SDK, or ``0.0.0`` where there is none."""
    try:
        return metadata.version(f"pulumi-{package}")
    except metadata.PackageNotFoundError:
        return "0.0.0"


@cache
def tokens(package: str) -> Mapping[str, tuple[str, str]]:
    """Every resource type of a package's SDK: token to (module, class), the provider's own type included.

    Raises:
        SdkMissing: if the SDK cannot be imported.
    """
    name = module_name(package)
    with loading():
        try:
            import_module(name)
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
            raise SdkMissing(
                f"the embedded {package} cloud needs its SDK: install pulumi-{package} (or the extra of that cloud)"
            ) from None
    infos: list[dict[str, Any]] = [
        vars(module)["mod_info"]
        for module in resource_modules()
        if vars(module).get("mod_info", {}).get("pkg") == package
    ]
    found = {token: (info["fqn"], class_name) for info in infos for token, class_name in info["classes"].items()}
    return {_PROVIDER + package: (name, "Provider"), **found}


def resource_class(type: str) -> Any:
    """The SDK's class of a type token.

    Raises:
        UnknownType: if there is none; the message names the nearest tokens.
        SdkMissing: if the SDK is not installed.
    """
    package = type.removeprefix(_PROVIDER).split(":", 1)[0]
    known = tokens(package)
    place = known.get(type) or known.get(_API_VERSION.sub("", type))
    if place is None:
        near = get_close_matches(type, known, n=3, cutoff=0.6)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise UnknownType(f"{module_name(package)} {version(package)} has no resource type {type}{hint}")
    with loading():
        return getattr(import_module(place[0]), place[1])


def args_class(resource: Any) -> Any:
    """The class that carries a resource's inputs (``ClusterArgs``), as its constructor's overload names it.

    Raises:
        LookupError: if the constructor names none.
    """
    with loading():
        for overload in typing.get_overloads(resource.__init__):
            annotation = overload.__annotations__.get("args")
            if annotation is not None:
                options = [
                    option for option in typing.get_args(annotation) or (annotation,) if option is not type(None)
                ]
                return options[0]
        by_name = getattr(import_module(resource.__module__), f"{resource.__name__}Args", None)
    if by_name is None:
        raise LookupError(f"{resource.__module__}.{resource.__name__} does not name the class of its inputs")
    return by_name
