"""One run does not see another, and nothing that goes wrong in a run is lost."""

import asyncio
import threading

import pulumi
import pulumi_aws as aws
import pytest
from pulumi.runtime.settings import get_monitor, get_root_resource, get_stack

from lepton_infra.testing import Rejected, declared
from tests.testing_kit.programs import STRICT, provider


def _network(name: str = "network") -> aws.ec2.Vpc:
    return aws.ec2.Vpc(name, cidr_block="10.0.0.0/16", opts=pulumi.ResourceOptions(provider=provider()))


def test_apply_has_run_when_the_graph_is_returned() -> None:
    seen: list[str] = []

    graph = declared(lambda: _network().id.apply(seen.append), config=STRICT)

    assert seen == [graph["network"].id]


def test_a_failing_assertion_in_apply_fails_the_test() -> None:
    def expect_nothing(id: str) -> None:
        assert id == "", "seen"

    with pytest.raises(AssertionError, match="seen"):
        declared(lambda: _network().id.apply(expect_nothing), config=STRICT)


def test_a_nested_failing_apply_fails_the_test() -> None:
    nothing: dict[str, str] = {}

    def fail(_: str) -> pulumi.Output[str]:
        return pulumi.Output.from_input("x").apply(lambda _: nothing["missing"])

    with pytest.raises(KeyError, match="missing"):
        declared(lambda: _network().id.apply(fail), config=STRICT)


def test_an_exception_of_the_program_comes_out_as_it_is() -> None:
    def program() -> None:
        _network()
        raise pulumi.RunError("no such stack")

    with pytest.raises(pulumi.RunError, match="no such stack"):
        declared(program, config=STRICT)


def test_a_resource_behind_a_refused_one_is_not_blamed() -> None:
    def program() -> None:
        opts = pulumi.ResourceOptions(provider=provider())
        vpc = aws.ec2.Vpc("network", cidr_block=7, opts=opts)  # type: ignore[call-overload]
        aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.0.0.0/24", opts=opts)

    with pytest.raises(Rejected) as rejected:
        declared(program, config=STRICT)

    assert [problem.split(":")[3] for problem in rejected.value.problems] == [" cidrBlock"]


def test_an_async_program_runs_to_its_end() -> None:
    async def program() -> None:
        await asyncio.sleep(0)
        _network("late")

    assert declared(program, config=STRICT)["late"].custom


def test_the_callers_settings_are_untouched() -> None:
    before = get_monitor(), get_root_resource(), get_stack()

    declared(_network, stack="elsewhere", config=STRICT)

    assert (get_monitor(), get_root_resource(), get_stack()) == before


def test_config_does_not_leak_into_the_next_run() -> None:
    seen = []

    def program() -> None:
        seen.append(pulumi.Config("shop").get("name"))

    declared(program, config={"shop:name": "first"})
    declared(program)

    assert seen == ["first", None]


def test_a_failed_run_leaves_the_next_one_alone() -> None:
    with pytest.raises(ZeroDivisionError):
        declared(lambda: _network().id.apply(lambda _: 1 / 0), config=STRICT)

    assert len(declared(_network, config=STRICT)) == 2


def test_no_thread_is_left_behind() -> None:
    before = threading.active_count()

    declared(_network, config=STRICT)

    assert threading.active_count() == before


async def _inside_a_loop() -> int:
    return len(declared(_network, config=STRICT))


def test_it_runs_inside_a_running_loop() -> None:
    # A loop of its own making, for ``asyncio.run`` would leave the other tests of this thread without theirs.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        assert runner.run(_inside_a_loop()) == 2


def test_two_runs_declare_the_same() -> None:
    assert declared(_network, config=STRICT) == declared(_network, config=STRICT)
