from benchmarks.rules import RESOURCES, audited, repeated
from tests.kit.compliant_region import FACTS, GOOD


def test_a_region_is_repeated_up_to_its_size() -> None:
    subject = repeated(GOOD, RESOURCES)
    assert len({resource.urn for resource in subject.graph}) == RESOURCES
    assert len(subject.facts.stores) % len(FACTS.stores) == 0
    assert len(subject.facts.stores) > len(FACTS.stores)


def test_a_region_that_keeps_every_control_keeps_them_repeated() -> None:
    took = audited()
    assert (took.resources, took.findings) == (RESOURCES, 0)
