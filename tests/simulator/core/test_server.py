import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from lepton_infra.simulator import faults
from lepton_infra.simulator.behaviour import UNKNOWN, Call, Made
from lepton_infra.simulator.cloud import SimulatedCloud
from lepton_infra.simulator.packages import PACKAGES, generic
from lepton_infra.simulator.properties import from_wire, to_wire
from lepton_infra.simulator.scope import PENDING
from lepton_infra.simulator.server import Attached, PortInUse, attached

TYPE = "gcp:storage/bucket:Bucket"
URN = f"urn:pulumi:test::lepton::{TYPE}::models"
PROVIDER_URN = "urn:pulumi:test::lepton::pulumi:providers:gcp::p"


@pytest.fixture(autouse=True)
def no_cloud_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is on the wire is the same for every cloud, so no cloud's own rules get in the way here."""
    monkeypatch.setattr("lepton_infra.simulator.cloud.behaviour_of", generic)


@pytest.fixture
def servers() -> Iterator[Attached]:
    with attached(None) as running:
        yield running


class Client:
    """One provider resource of the engine: a connection of its own."""

    def __init__(self, servers: Attached, package: str = "gcp", **config: Any) -> None:
        # The engine is a client that shares no connection pool; neither must these.
        options = [("grpc.use_local_subchannel_pool", 1)]
        self.channel = grpc.insecure_channel(f"127.0.0.1:{servers.ports[package]}", options)
        self.stub = provider_pb2_grpc.ResourceProviderStub(self.channel)
        if config:
            self.stub.Configure(provider_pb2.ConfigureRequest(args=to_wire(config)))

    def create(self, **inputs: Any) -> Any:
        return self.stub.Create(provider_pb2.CreateRequest(urn=URN, type=TYPE, properties=to_wire(inputs)), timeout=20)

    def read(self, id: str) -> Any:
        return self.stub.Read(provider_pb2.ReadRequest(urn=URN, type=TYPE, id=id))


def test_the_engines_variable_names_every_package_with_its_port(servers: Attached) -> None:
    assert servers.debug_providers == ",".join(f"{package}:{servers.ports[package]}" for package in PACKAGES)
    assert servers.environment["PULUMI_DEBUG_PROVIDERS"] == servers.debug_providers


def test_two_providers_on_one_port_keep_their_own_place(servers: Attached) -> None:
    here, there = Client(servers, project="a", region="eu"), Client(servers, project="b", region="us")

    made = [client.create(name="models", location="x") for client in (here, there)]

    assert [from_wire(response.properties)["project"] for response in made] == ["a", "b"]
    assert [stored.scope for stored in servers.store.all()] == ["gcp:a:eu", "gcp:b:us"]


def test_a_new_connection_without_configuration_belongs_to_the_only_provider(servers: Attached) -> None:
    Client(servers, project="a").create(name="models", location="x")

    assert Client(servers).read(f"{TYPE}/models").id


def test_a_call_that_could_be_for_either_provider_is_refused(servers: Attached) -> None:
    for project in "ab":
        Client(servers, project=project)

    with pytest.raises(grpc.RpcError, match="does not know which provider this call is for"):
        Client(servers).read("models")


def test_what_is_gone_reads_as_nothing(servers: Attached) -> None:
    assert Client(servers, project="a").read("none") == provider_pb2.ReadResponse()


def test_unknown_provider_configuration_is_held_open(servers: Attached) -> None:
    client = Client(servers)
    news = to_wire({"project": UNKNOWN, "region": "eu"})

    checked = client.stub.CheckConfig(provider_pb2.CheckRequest(urn=PROVIDER_URN, news=news))
    client.stub.Configure(provider_pb2.ConfigureRequest(args=checked.inputs))
    previewed = client.stub.Create(
        provider_pb2.CreateRequest(urn=URN, type=TYPE, properties=to_wire({"location": "x"}), preview=True)
    )

    assert from_wire(checked.inputs) == {"project": PENDING, "region": "eu"}
    assert from_wire(previewed.properties)["url"] is UNKNOWN


def test_a_provider_that_moves_tells_the_engine_to_replace_it(servers: Attached) -> None:
    old, new = to_wire({"project": "a", "region": "eu"}), to_wire({"project": "a", "region": "us"})

    diff = Client(servers).stub.DiffConfig(provider_pb2.DiffRequest(urn=PROVIDER_URN, old_inputs=old, news=new))

    assert list(diff.replaces) == ["region"]
    assert diff.detailedDiff["region"].kind == provider_pb2.PropertyDiff.UPDATE_REPLACE


def test_failures_of_a_check_come_with_their_paths(servers: Attached) -> None:
    news = to_wire({"location": 1, "versioning": {"enable": True}})

    checked = Client(servers, project="a").stub.Check(provider_pb2.CheckRequest(urn=URN, type=TYPE, news=news))

    assert {failure.property for failure in checked.failures} == {"location", "versioning.enable", "versioning.enabled"}


def test_a_type_that_does_not_exist_is_one_clear_error(servers: Attached) -> None:
    with pytest.raises(
        grpc.RpcError, match=r"gcp:storage/bucket:Buckt models: .*did you mean gcp:storage/bucket:Bucket"
    ):
        Client(servers, project="a").stub.Check(provider_pb2.CheckRequest(urn=URN, type="gcp:storage/bucket:Buckt"))


def test_a_component_of_the_real_provider_is_refused_with_a_reason(servers: Attached) -> None:
    client = Client(servers, "kubernetes", namespace="n")

    with pytest.raises(grpc.RpcError, match="is a component that the real provider expands"):
        client.stub.Construct(provider_pb2.ConstructRequest(type="kubernetes:helm.sh/v4:Chart"))


def test_a_bug_in_a_behaviour_is_an_error_and_no_hang(servers: Attached, monkeypatch: pytest.MonkeyPatch) -> None:
    def buggy(call: Call) -> Made:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("lepton_infra.simulator.packages._create", buggy)
    with (
        attached(None) as running,
        pytest.raises(grpc.RpcError, match=r"has a bug: ZeroDivisionError: oops \(test_server"),
    ):
        Client(running, project="a").create(location="x")


def test_a_refusal_names_the_type_the_resource_and_the_code(servers: Attached) -> None:
    refusing = faults.parse(["kind: quota"])

    with attached(None, faults=refusing) as running, pytest.raises(grpc.RpcError) as refused:
        Client(running, project="a").create(location="x")

    assert refused.value.details() == f"{TYPE} models: QuotaExceeded: the quota for {TYPE} is used up"


def test_a_crash_drops_the_connection_and_the_next_run_works(tmp_path: Path) -> None:
    store, crashing = tmp_path / "store.db", faults.parse(["kind: crash, moment: after"])

    with attached(store, faults=crashing) as running, pytest.raises(grpc.RpcError) as crashed:
        Client(running, project="a").create(name="models", location="x")
    with attached(store, faults=crashing) as running:
        found = Client(running, project="a").read(f"{TYPE}/models")

    assert crashed.value.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)
    assert found.id == f"{TYPE}/models"


def test_cancelling_ends_the_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lepton_infra.simulator.cloud.creation_seconds", lambda type, scale: 60.0)
    with attached(None, latency_scale=1.0) as running:
        client = Client(running, project="a")
        pending = client.stub.Create.future(
            provider_pb2.CreateRequest(urn=URN, type=TYPE, properties=to_wire({"location": "x"}))
        )
        while not running.store.all():
            pass
        client.stub.Cancel(Empty())

        assert pending.result(timeout=20).id


def test_a_port_that_is_taken_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(PortInUse, match=f"port {port} of 127.0.0.1 is in use"), attached(None, ports={"gcp": port}):
            pass


def test_a_package_of_a_cloud_is_the_same_behind_the_wire(servers: Attached) -> None:
    client = Client(servers, project="a")

    response = client.create(location="x", name="models")
    direct = SimulatedCloud("gcp", servers.store)
    found = direct.read(direct.configure({"project": "a"}), URN, TYPE, response.id)

    assert found is not None
    assert from_wire(response.properties) == found.state
