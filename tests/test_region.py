"""What a config becomes: the arguments of every layer, without an engine."""

from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.config.region import RegionConfig
from lepton_infra.layers.gpus import Accelerator, Sharing
from lepton_infra.layers.identity import IdentityArgs
from lepton_infra.layers.network import NetworkArgs
from lepton_infra.layers.node_pool import Capacity, CapacityKind
from lepton_infra.layers.storage import StorageArgs
from lepton_infra.platform.gateway.names import EVENTS
from lepton_infra.region import (
    cluster_args,
    context_of,
    gateway_clients,
    has_gateway,
    identity_args,
    network_args,
    oversight_args,
    pool_args,
    storage_args,
)
from lepton_infra.stack.parse import parse
from tests.kit import stacks
from tests.kit.contexts import NO_PINS

MADE: Any = object()
"""Stands for the outputs of a layer, which these functions only pass on."""
GATEWAY = {"domain": "inference.example.com", "client_networks": ["192.0.2.0/24"]}


def config(**changes: Any) -> RegionConfig[Any]:
    return parse(stacks.region(**changes))


def test_the_context_has_the_stacks_tags_beside_ours() -> None:
    context = context_of("us-east", config(retention={"log_days": 400}, encryption={"rotation_days": 100}), NO_PINS)

    assert context.region == "us-east"
    assert context.tags == {
        "owner": "ai-platform",
        "cost-center": "inference",
        "lepton:stack": "us-east",
        "lepton:residency": "us",
        "lepton:managed-by": "pulumi",
    }
    assert context.labels["lepton.dev/stack"] == "us-east"
    assert (context.log_days, context.key_rotation_days, context.pins) == (400, 100, NO_PINS)


@pytest.mark.parametrize("teardown", [False, True])
def test_only_a_teardown_takes_protection_off(*, teardown: bool) -> None:
    assert context_of("us-east", config(teardown=teardown), NO_PINS).protect is not teardown


def test_the_network_has_the_files_addresses_and_zones() -> None:
    assert network_args(config()) == NetworkArgs(cidr="10.16.0.0/16", zones=("us-east-1a", "us-east-1b"))


def test_storage_keeps_replaced_objects_as_long_as_the_file_says() -> None:
    args = storage_args(config(storage={"noncurrent_version_days": 17}), MADE)

    assert args == StorageArgs(network=MADE, noncurrent_version_days=17)


def test_the_cluster_has_room_for_all_pools_and_its_own_nodes() -> None:
    pools = [stacks.pool("l4", nodes={"min": 0, "max": 4}), stacks.cpu_pool("cpu", nodes={"min": 1, "max": 7})]
    args = cluster_args(config(node_pools=pools), MADE)

    assert args.network is MADE
    assert args.version == "1.35"
    assert (args.system_min, args.system_max, args.max_nodes) == (2, 3, 3 + 4 + 7)


def test_backups_are_kept_as_long_as_replaced_objects() -> None:
    args = oversight_args(config(storage={"noncurrent_version_days": 17}), MADE, MADE, MADE)

    assert args.backup_days == 17
    assert args.contacts == {}


@pytest.mark.parametrize(
    ("changes", "there"),
    [({"gateway": GATEWAY}, True), ({}, False), ({"gateway": GATEWAY, "models": []}, False)],
    ids=["gateway", "none", "without models"],
)
def test_events_come_from_a_gateway_that_has_models(changes: dict[str, Any], there: bool) -> None:
    described = config(**changes)

    assert has_gateway(described) is there
    assert oversight_args(described, MADE, MADE, MADE).events == (EVENTS if there else None)


def test_a_pool_is_in_the_networks_zones_unless_it_names_some() -> None:
    described = config(
        node_pools=[stacks.pool("l4", sharing={"time_slices": 4}), stacks.cpu_pool("cpu", zones=["us-east-1b"])]
    )
    gpus, cpus = (pool_args(described, pool, MADE) for pool in described.node_pools)

    assert (gpus.pool, gpus.accelerator, gpus.accelerators_per_node) == ("l4", Accelerator.L4, 1)
    assert gpus.sharing == Sharing(time_slices=4)
    assert list(gpus.capacity) == [Capacity(kind=CapacityKind.ON_DEMAND)]
    assert (gpus.min_nodes, gpus.max_nodes) == (0, 4)
    assert list(gpus.zones) == ["us-east-1a", "us-east-1b"]
    assert (cpus.accelerator, cpus.sharing, cpus.cpus) == (None, None, 8)
    assert list(cpus.zones) == ["us-east-1b"]


def test_an_identity_reads_its_models_own_prefix() -> None:
    (model,) = config().models

    assert identity_args(model, MADE, MADE) == IdentityArgs(
        cluster=MADE, storage=MADE, namespace="serving-cifar10", service_account="cifar10", prefix="cifar10/"
    )


def test_the_gateways_clients_are_the_network_and_those_of_the_file() -> None:
    assert gateway_clients(config()) == ["10.16.0.0/16"]
    assert gateway_clients(config(gateway=GATEWAY)) == ["10.16.0.0/16", "192.0.2.0/24"]
