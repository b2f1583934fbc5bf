"""Changes that break residency, and which rules say so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from lepton_infra.compliance.facts import EVERYWHERE, Encryption, Facts, Role
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.graph.graph import Graph, Resource
from lepton_infra.compliance.law.obligations import Basis
from lepton_infra.compliance.rules.rule import Subject
from tests.kit.compliant_region import GOOD, GRAPH, place
from tests.kit.obligations import OPEN, TODAY, resource, transfer
from tests.kit.region_changes import also, asked, flip, moved, with_facts, without

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
UNDER_OUR_KEY = transfer("east-1", Basis.CIPHERTEXT)


def declared(*more: Resource) -> Subject:
    return replace(GOOD, graph=replace(GRAPH, resources=(*GRAPH.resources, *more)))


def named(text: str) -> Subject:
    return declared(resource("thing", inputs={"name": text}))


def permissive(subject: Subject = GOOD) -> Subject:
    """The good subject under a law that lets everything leave, except to where nothing may go."""
    return asked(subject, perimeters=dict.fromkeys(DataClass, OPEN))


def as_written(text: str) -> Subject:
    """The good subject with a copy to a destination that only its property names."""
    bucket = resource("bucket", inputs={"destination": text})
    copy = replace(place(Role.COPY), location=bucket.says(None, "destination"))
    return also("places", copy)


BROKEN: dict[str, tuple[Subject, set[str]]] = {
    "a bucket stands outside": (moved(Role.HOME, "east-1"), {"RES-01", "RES-02", "RES-07"}),
    "a bucket stands inside, but not at home": (moved(Role.HOME, "west-2"), {"RES-02"}),
    "a bucket stands at no known location": (moved(Role.HOME, "lost-1"), {"RES-01", "RES-02", "RES-07", "RES-12"}),
    "a bucket stands everywhere": (moved(Role.HOME, EVERYWHERE), {"RES-01", "RES-07", "RES-12"}),
    "a bucket stands partly outside": (moved(Role.HOME, "atlantic"), {"RES-01", "RES-02", "RES-07"}),
    "a provider makes things outside": (moved(Role.PROVIDER, "east-1"), {"RES-01", "RES-02", "RES-07"}),
    "a provider has no location": (moved(Role.PROVIDER, None), {"RES-01", "RES-02", "RES-07", "RES-12"}),
    "a kind is not read": (also("unread", resource("thing")), {"RES-01"}),
    "a default provider": (declared(resource("thing", provider=None)), {"RES-02"}),
    "a default provider by name": (
        declared(resource("thing", provider="urn:pulumi:west::lepton::pulumi:providers:cloud::default_7_51_1::id")),
        {"RES-02"},
    ),
    "a copy outside": (moved(Role.COPY, "east-1"), {"RES-03", "RES-07"}),
    "a copy to a country of concern": (moved(Role.COPY, "north-1"), {"RES-03", "RES-07", "RES-12"}),
    "a copy to somewhere": (moved(Role.COPY, None), {"RES-03", "RES-07", "RES-12"}),
    "a copy whose record is of another class": (
        moved(Role.COPY, "east-1", [transfer("east-1", Basis.SCC, DataClass.METRICS)]),
        {"RES-03", "RES-07"},
    ),
    "a copy whose record is of another cloud": (
        moved(Role.COPY, "east-1", [transfer("east-1", cloud="elsewhere")]),
        {"RES-03", "RES-07"},
    ),
    "a copy whose record is over": (
        moved(Role.COPY, "east-1", [transfer("east-1", expires=YESTERDAY)]),
        {"RES-03", "RES-07"},
    ),
    "a copy whose record has no document": (
        moved(Role.COPY, "east-1", [transfer("east-1", document=" ")]),
        {"RES-03", "RES-07"},
    ),
    "a copy on the framework alone": (
        moved(Role.COPY, "east-1", [transfer("east-1", Basis.DPF)]),
        {"RES-03", "RES-07"},
    ),
    "a copy on the framework with itself to fall back on": (
        moved(Role.COPY, "east-1", [transfer("east-1", Basis.DPF, fallback=Basis.DPF)]),
        {"RES-03", "RES-07"},
    ),
    "a copy on the framework to another country": (
        moved(Role.COPY, "isles", [transfer("isles", Basis.DPF, fallback=Basis.SCC)]),
        {"RES-03", "RES-07"},
    ),
    "a copy that the law is said to permit": (
        moved(Role.COPY, "east-1", [transfer("east-1", Basis.PERMITTED)]),
        {"RES-03", "RES-07"},
    ),
    "a copy of ciphertext under a key that is copied too": (
        flip("keys", "multi_region", True, subject=moved(Role.COPY, "east-1", [UNDER_OUR_KEY])),
        {"RES-03b", "RES-09"},
    ),
    "a copy of ciphertext under a key of everybody's": (
        flip("keys", "everyone", True, subject=moved(Role.COPY, "east-1", [UNDER_OUR_KEY])),
        {"RES-03b", "ENC-04"},
    ),
    "a copy of ciphertext under the provider's key": (
        flip("keys", "encryption", Encryption.PROVIDER, subject=moved(Role.COPY, "east-1", [UNDER_OUR_KEY])),
        {"RES-03b", "ENC-09"},
    ),
    "a copy of ciphertext under a key that goes along": (
        with_facts(
            moved(Role.COPY, "east-1", [UNDER_OUR_KEY]),
            places=(*moved(Role.COPY, "east-1").facts.places, place(Role.KEY, "isles")),
        ),
        {"RES-03b", "RES-07", "RES-09"},
    ),
    "a copy of ciphertext under no key": (
        with_facts(moved(Role.COPY, "east-1", [UNDER_OUR_KEY]), keys=()),
        {"RES-03b", "ENC-01"},
    ),
    "traffic is terminated under ciphertext": (moved(Role.EDGE, "east-1", [UNDER_OUR_KEY]), {"RES-03b"}),
    "a copy to somewhere that a record names, and that may be in a country of concern": (
        asked(as_written("urn:other:bucket"), transfers=(transfer("urn:other:bucket"),)),
        {"RES-12"},
    ),
    "backups outside": (moved(Role.BACKUP, "east-1"), {"RES-04", "RES-07"}),
    "a second home outside": (also("places", place(Role.REPLICA, "east-1")), {"RES-05", "RES-07"}),
    "redundant copies outside": (moved(Role.GEO, "atlantic"), {"RES-06", "RES-07"}),
    "a connection is not recorded": (moved(Role.PEER, "west-2"), {"RES-07"}),
    "a connection's record is over": (
        moved(Role.PEER, "west-2", [transfer("west-2", Basis.PERMITTED, expires=YESTERDAY)]),
        {"RES-07"},
    ),
    "a managed model outside": (moved(Role.AI, "east-1"), {"RES-07", "RES-08"}),
    "a managed model everywhere": (moved(Role.AI, EVERYWHERE), {"RES-07", "RES-08", "RES-12"}),
    "a managed model outside, though recorded": (moved(Role.AI, "east-1", [transfer("east-1")]), {"RES-08"}),
    "a key outside": (moved(Role.KEY, "east-1"), {"RES-07", "RES-09"}),
    "a key of several locations": (flip("keys", "multi_region", True), {"RES-09"}),
    "traffic is terminated everywhere": (moved(Role.EDGE, EVERYWHERE), {"RES-07", "RES-10", "RES-12"}),
    "logs are collected outside": (moved(Role.LOG, "east-1"), {"RES-07", "RES-11"}),
    "logs are collected everywhere": (moved(Role.LOG, EVERYWHERE), {"RES-07", "RES-11", "RES-12"}),
    "a permitted place in a country of concern": (permissive(moved(Role.COPY, "north-1")), {"RES-12"}),
    "a permitted place that is not known": (permissive(moved(Role.COPY, "lost-1")), {"RES-12"}),
    "a recorded transfer to a country of concern": (asked(transfers=(transfer("north-1"),)), {"RES-12"}),
    "operated from a country of concern": (asked(operator_countries=frozenset({"RU"})), {"ACC-10", "RES-12"}),
    "no organization policy": (without("organization_policies"), {"RES-13"}),
    "an organization policy that lets out": (
        flip("organization_policies", "locations", frozenset({"west-1", "east-1"})),
        {"RES-13"},
    ),
    "an organization policy that allows no location": (
        flip("organization_policies", "locations", frozenset()),
        {"RES-13"},
    ),
    "an organization policy of names that are not known": (
        flip("organization_policies", "locations", frozenset({"in:the-union"})),
        {"RES-13"},
    ),
    "an address in a name": (named("home-of-ada@example.org"), {"RES-14"}),
    "a number in a name": (named("call +49 (151) 2345-6789"), {"RES-14"}),
    "an address in a logical name": (declared(resource("ada@example.org")), {"RES-14"}),
    "an address in a tag": (declared(resource("thing", inputs={"tags": {"owner": "ada@example.org"}})), {"RES-14"}),
    "an address in an annotation": (
        declared(resource("thing", inputs={"metadata": {"annotations": {"owner": "ada@example.org"}}})),
        {"RES-14"},
    ),
}

SOUND: dict[str, Subject] = {
    "a copy outside that is recorded": moved(Role.COPY, "east-1", [transfer("east-1", expires=TODAY)]),
    "a copy on the framework with clauses to fall back on": moved(
        Role.COPY, "east-1", [transfer("east-1", Basis.DPF, fallback=Basis.SCC)]
    ),
    "a copy to where a decision finds it adequate": moved(Role.COPY, "isles", [transfer("isles", Basis.ADEQUACY)]),
    "a copy of ciphertext under a key that stays": moved(Role.COPY, "east-1", [UNDER_OUR_KEY]),
    "one of two records holds": moved(
        Role.COPY, "east-1", [transfer("east-1", expires=YESTERDAY), transfer("east-1", expires=TOMORROW)]
    ),
    "backups outside that are recorded": moved(
        Role.BACKUP, "east-1", [transfer("east-1", Basis.BCR, DataClass.BACKUP)]
    ),
    "redundant copies outside that are recorded": moved(Role.GEO, "atlantic", [transfer("atlantic")]),
    "traffic is terminated everywhere, as recorded": moved(Role.EDGE, EVERYWHERE, [transfer(EVERYWHERE)]),
    "a provider elsewhere for a recorded copy": asked(
        also("places", place(Role.PROVIDER, "east-1", DataClass.MODEL_ARTIFACT)),
        transfers=(transfer("east-1", Basis.PERMITTED, DataClass.MODEL_ARTIFACT),),
    ),
    "a copy to somewhere that a record names": asked(
        as_written("urn:other:bucket"), transfers=(transfer("urn:other:bucket"),), denied_countries=frozenset()
    ),
    "a connection within the perimeter that is recorded": moved(
        Role.PEER, "west-2", [transfer("west-2", Basis.PERMITTED)]
    ),
    "everything is everywhere under a law that allows it": asked(
        permissive(moved(Role.EDGE, EVERYWHERE)), denied_countries=frozenset()
    ),
    "models are outside, for they tell of nobody": also("places", place(Role.COPY, "east-1", DataClass.MODEL_ARTIFACT)),
    "an engine's own resource has no provider": declared(
        resource("stack", "pulumi:pulumi:StackReference", provider=None)
    ),
    "a number that is an account": named("111122223333"),
    "an image is pinned, which looks like an address": named("server@sha256:" + 64 * "0"),
    "an id that begins with a plus": named("+12"),
    "a version that was built at a time": named("1.2.3+20260301120000"),
    "nothing at all": replace(GOOD, facts=Facts(), graph=Graph(resources=())),
}
