"""Private parts of the Pulumi SDKs that nothing public replaces, one function each, with the version they were read in.

An update of an SDK is held against this file alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

import pulumi
from pulumi.runtime import rpc
from pulumi.runtime.settings import set_root_resource

if TYPE_CHECKING:
    import grpc

READ_IN = {"pulumi": "3.272.0", "pulumi-policy": "1.21.0"}
"""Versions of the SDKs in which the functions below were read."""

T = TypeVar("T")


def output_after(resource: pulumi.Resource, value: T) -> pulumi.Output[T]:
    """An output that is known at once and depends on a resource, by ``Output``'s own constructor.

    Not made of the resource's id: a replaced resource would change whatever takes the output as well.
    """

    async def known() -> T:
        return value

    async def is_known() -> bool:
        return True

    return pulumi.Output({resource}, known(), is_known())


def forget_root_resource() -> None:
    """Remove the stack resource of an earlier program of this process, so that the next one makes its own."""
    set_root_resource(None)  # type: ignore[arg-type]


def resource_modules() -> Iterable[ModuleType]:
    """Modules of all imported SDKs that have registered resource types (``rpc._RESOURCE_MODULES``)."""
    registered: Mapping[str, Iterable[Any]] = rpc._RESOURCE_MODULES
    return [module for modules in registered.values() for module in modules]


def unwrapped_policy_value(wrapper: Any) -> Any:
    """The value behind a proxy of pulumi-policy, which ends the policy where an unknown value is looked at."""
    return wrapper["__target"]


def language_server(program: Callable[[], None]) -> tuple[grpc.Server, int]:
    """A language host for one program in this process, and its port (``pulumi.automation._server.LanguageServer``).

    The SDK's host reports an error of the program and then has the engine report it again; this one only bails out.
    """
    import grpc
    from pulumi.automation._server import LanguageServer
    from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
    from pulumi.runtime.proto import language_pb2, language_pb2_grpc

    class Host(LanguageServer):
        def Run(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802 named as in language.proto
            result: Any = super().Run(request, context)  # type: ignore[no-untyped-call]
            return language_pb2.RunResponse(bail=True) if result.error else result

    server = grpc.server(ThreadPoolExecutor(max_workers=4), options=_GRPC_CHANNEL_OPTIONS)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(Host(program), server)
    return server, server.add_insecure_port("127.0.0.1:0")
