from ipaddress import IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepton_infra.compliance.facts import Encryption
from lepton_infra.compliance.rules.predicates import as_new_as, at_least, closed, everybody

ADDRESSES = st.integers(0, 2**32 - 1)
VERSIONS = st.tuples(st.integers(0, 9), st.integers(0, 9))


@pytest.mark.parametrize(
    "peer", ["0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1", "64.0.0.0/2", "2000::/3", "*", "Internet", " any "]
)
def test_wide_peers_are_everybody(peer: str) -> None:
    assert everybody(peer)


@pytest.mark.parametrize(
    "peer",
    ["10.0.0.0/8", "192.168.0.0/16", "fd00::/8", "fc00::/7", "203.0.113.7", "a-group", "", "16.0.0.0/8", "AzureCloud"],
)
def test_narrow_peers_are_not_everybody(peer: str) -> None:
    assert not everybody(peer)


@given(ADDRESSES, st.integers(0, 32))
def test_a_wider_network_is_no_less_everybody(address: int, prefix: int) -> None:
    network = IPv4Network((address, prefix), strict=False)
    if everybody(str(network)) and prefix > 0:
        assert everybody(str(network.supernet()))


@given(st.frozensets(st.sampled_from(["10.0.0.0/8", "0.0.0.0/0", "keys", "internet"])))
def test_peers_are_closed_if_none_is_everybody(peers: frozenset[str]) -> None:
    assert closed(peers) == peers.isdisjoint({"0.0.0.0/0", "internet"})


@given(st.sampled_from(Encryption), st.sampled_from(Encryption))
def test_what_is_strong_enough_for_more_is_strong_enough_for_less(given_: Encryption, asked: Encryption) -> None:
    order = [Encryption.NONE, Encryption.PROVIDER, Encryption.CUSTOMER, Encryption.EXTERNAL]
    assert at_least(asked)(given_) == (order.index(given_) >= order.index(asked))


@given(VERSIONS, VERSIONS)
def test_versions_are_compared_as_numbers(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert as_new_as("{}.{}".format(*one))("{}.{}".format(*other)) == (other >= one)


def test_versions_of_two_digits_are_newer_than_those_of_one() -> None:
    assert as_new_as("1.9")("1.10")


@pytest.mark.parametrize("given_", [None, "", "TLSv1.2", "newest"])
def test_what_is_no_version_is_never_new_enough(given_: str | None) -> None:
    assert not as_new_as("1.2")(given_)
