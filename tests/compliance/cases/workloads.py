"""Changes that break pods, images, models and the stack's own state, and which rules say so."""

from __future__ import annotations

from dataclasses import replace

from lepton_infra.compliance.facts import Credential
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.law.obligations import Interval
from lepton_infra.compliance.rules.rule import Subject
from tests.kit.compliant_pods import MODEL
from tests.kit.compliant_region import FACTS, GOOD, GRAPH
from tests.kit.obligations import DIGEST, OBLIGATIONS, OPEN, TODAY, resource, says, transfer
from tests.kit.region_changes import also, asked, flip, flip_container

REGISTRY = 3
"""Where it is among the good region's stores."""


def pods(*, accelerated: bool, tolerations: tuple[str, ...]) -> Subject:
    more = replace(MODEL, resource=resource("more"), accelerated=accelerated, tolerations=says(tolerations, "more"))
    return also("pods", more)


def turns(
    *, tenants: tuple[str, str | None], nodes: tuple[tuple[str, str], ...] | None = (("pool", "gpu"),)
) -> Subject:
    """GPUs that are taken in turns by pods of these tenants, the second on ``nodes``."""
    first, second = tenants
    more = replace(
        MODEL,
        resource=resource("more", "kubernetes:apps/v1:Deployment"),
        nodes=nodes,
        tenant=second,
    )
    sliced = flip("gpu_sharing", "time_sliced", True, subject=also("pods", more))
    return flip("pods", "tenant", first, subject=sliced)


def kept_in(backend: str) -> Subject:
    return replace(GOOD, graph=replace(GRAPH, backend=backend))


def sealed_by(secrets_provider: str | None) -> Subject:
    return replace(GOOD, graph=replace(GRAPH, secrets_provider=secrets_provider))


BROKEN: dict[str, tuple[Subject, set[str]]] = {
    "a namespace that refuses little": (flip("namespaces", "pod_security", "baseline"), {"POD-01"}),
    "a namespace that refuses nothing": (flip("namespaces", "pod_security", None, 1), {"POD-01", "POD-02"}),
    "two privileged namespaces": (flip("namespaces", "pod_security", "privileged"), {"POD-01", "POD-02"}),
    "a model among the drivers": (flip("pods", "namespace", "drivers"), {"POD-01"}),
    "a container that may be root": (flip_container("root_possible", True), {"POD-02"}),
    "a container that gains privileges": (flip_container("privilege_escalation", True), {"POD-02"}),
    "a privileged container": (flip_container("privileged", True), {"POD-02"}),
    "a container with capabilities": (flip_container("capabilities_kept", True), {"POD-02"}),
    "a container without seccomp": (flip_container("unconfined", True), {"POD-02"}),
    "a pod on its host": (flip("pods", "host_access", True), {"POD-02"}),
    "a container that changes itself": (flip_container("writable_root", True), {"POD-03"}),
    "a pod with a token": (flip("pods", "token_mounted", True), {"POD-04"}),
    "a pod of the default account": (flip("pods", "default_account", True), {"POD-04"}),
    "a pod in the default namespace": (
        flip("namespaces", "name", "default", subject=flip("pods", "namespace", "default")),
        {"POD-04"},
    ),
    "a container without bounds": (flip_container("bounded", False), {"POD-05"}),
    "a container without probes": (flip_container("probed", False), {"POD-05"}),
    "pods of two tenants that take turns on a GPU": (turns(tenants=("models", "others")), {"POD-06"}),
    "pods that take turns with somebody unknown": (turns(tenants=("models", None)), {"POD-06"}),
    "pods that take turns nobody knows where": (turns(tenants=("models", "models"), nodes=None), {"POD-06"}),
    "pods that take turns with who may be anywhere": (turns(tenants=("models", "others"), nodes=()), {"POD-06"}),
    "GPUs for everybody": (flip("pods", "tolerations", ()), {"POD-06"}),
    "a pod that lands on GPUs": (pods(accelerated=False, tolerations=("gpu", "spot")), {"POD-06"}),
    "a pod that lands anywhere": (pods(accelerated=False, tolerations=("*",)), {"POD-06"}),
    "an image by tag": (flip_container("image", "registry.west.example/serving:2"), {"SUP-01"}),
    "an image by a short digest": (flip_container("image", "registry.west.example/serving@sha256:00"), {"SUP-01"}),
    "an image of everybody's": (flip_container("image", "docker.io/serving@sha256:" + 64 * "0"), {"SUP-02"}),
    "an image of no registry": (flip_container("image", "tensorflow/serving@sha256:" + 64 * "0"), {"SUP-02"}),
    "an image by its name alone": (flip_container("image", "serving"), {"SUP-01", "SUP-02"}),
    "tags that move": (flip("stores", "immutable_tags", False, REGISTRY), {"SUP-02"}),
    "images that nobody scans": (flip("stores", "scanned", False, REGISTRY), {"SUP-02"}),
    "a chart with an image by tag": (
        flip("charts", "images", (DIGEST, "registry.west.example/driver:1")),
        {"SUP-01"},
    ),
    "a chart with an image of everybody's": (
        flip("charts", "images", ("nvcr.io/driver@sha256:" + 64 * "0",)),
        {"SUP-02"},
    ),
    "a chart of the newest version": (flip("charts", "pinned", False), {"SUP-01"}),
    "a chart in somebody else's namespace": (flip("charts", "namespace", "elsewhere"), {"NET-01", "POD-01"}),
    "a server whose administration is open": (flip_container("developer_mode", True), {"AI-01"}),
    "images that nobody signed": (flip("clusters", "verifies_images", False), {"SUP-03"}),
    "a model that nobody checked": (flip("pods", "verified_model", False), {"SUP-04"}),
    "a model with programs": (flip_container("arguments", ("--trust-remote-code",)), {"SUP-04"}),
    "a model with programs, said aloud": (flip_container("arguments", ("--trust_remote_code=True",)), {"SUP-04"}),
    "a route to everything": (flip("routes", "paths", ("/",)), {"AI-01"}),
    "a route to the server's controls": (flip("routes", "paths", ("/v1/models", "/pause")), {"AI-01"}),
    "a route to controls among the calls": (flip("routes", "paths", ("/v1/load_lora_adapter",)), {"AI-01"}),
    "a route to the loading of models": (flip("routes", "paths", ("/v2/repository/models/x/load",)), {"AI-01"}),
    "a route to all below a prefix": (flip("routes", "paths", ("/v1/",)), {"AI-01"}),
    "a route to a model and all below it": (flip("routes", "paths", ("/v1/models/cifar10/",)), {"AI-01"}),
    "a route to a pattern": (flip("routes", "paths", ("~/v1/models/.*",)), {"AI-01"}),
    "a route to all calls of a service": (
        flip("routes", "paths", ("/tensorflow.serving.PredictionService/",)),
        {"AI-01"},
    ),
    "a route to another service": (
        flip("routes", "paths", ("/tensorflow.serving.ModelService/HandleReloadConfigRequest",)),
        {"AI-01"},
    ),
    "a route that climbs out": (flip("routes", "paths", ("/v1/../pause",)), {"AI-01"}),
    "a route to what begins alike": (flip("routes", "paths", ("/v1beta",)), {"AI-01"}),
    "a route without a path": (flip("routes", "paths", ()), {"AI-01"}),
    "prompts in logs": (flip("pods", "logs_content", True), {"AI-02"}),
    "prompts in the log of accesses": (flip("access_logs", "content", True), {"AI-02"}),
    "secrets under a password": (sealed_by("passphrase"), {"SEC-02"}),
    "secrets under no provider": (sealed_by(""), {"SEC-02"}),
    "secrets under a key outside": (sealed_by("kms://alias/state?region=east-1"), {"SEC-02"}),
    "secrets under a key by its name": (sealed_by("kms:///arn:cloud:kms:east-1:1:key/1"), {"SEC-02"}),
    "secrets under a key on a path": (sealed_by("cloudkms://projects/p/locations/east-1/keyRings/r"), {"SEC-02"}),
    "secrets under a key somewhere": (sealed_by("vault://state.example.org/keys/state"), {"SEC-02"}),
    "state outside": (kept_in("s3://state?region=east-1"), {"SEC-03"}),
    "state somewhere": (kept_in("https://state.example.org"), {"SEC-03"}),
    "state in a country of concern": (
        asked(kept_in("s3://state?region=north-1"), perimeters=dict.fromkeys(DataClass, OPEN)),
        {"SEC-03"},
    ),
    "state where a record is over": (
        asked(
            kept_in("https://state.example.org"),
            transfers=(transfer("state.example.org", expires=TODAY.replace(year=TODAY.year - 1)),),
        ),
        {"SEC-03"},
    ),
    "a secret in the program": (
        also("credentials", Credential(resource=resource("s", "kubernetes:core/v1:Secret"), what="a literal secret")),
        {"SEC-04"},
    ),
    "a secret in the environment": (flip_container("secrets_in_environment", True), {"SEC-04"}),
}

SOUND: dict[str, Subject] = {
    "one tenant's pods that take turns on a GPU": turns(tenants=("models", "models")),
    "tenants that take turns on nodes of their own": turns(tenants=("models", "others"), nodes=(("pool", "theirs"),)),
    "a chart of the cluster's own equipment": flip("charts", "namespace", "kube-system"),
    "a pod that lands on nodes without GPUs": pods(accelerated=False, tolerations=("spot",)),
    "prompts are kept as declared": asked(
        flip("pods", "logs_content", True),
        retention={**OBLIGATIONS.retention, DataClass.PROMPT: Interval(least=None, most=7)},
    ),
    "an init container is not probed": flip_container("probed", True),
    "an image of a registry with a port": flip_container("image", "localhost:5000/serving@sha256:" + 64 * "0"),
    "a route to a model's service": flip(
        "routes", "paths", ("/tensorflow.serving.PredictionService/Predict", "/v1/models/cifar10/metadata")
    ),
    "a route to a server of another kind": flip("routes", "paths", ("/v1/chat/completions", "/v2/models/x/infer")),
    "state on this machine": kept_in("file://~"),
    "state where a record says": asked(
        kept_in("https://state.example.org"), transfers=(transfer("state.example.org", expires=TODAY),)
    ),
    "state anywhere under a law that allows it": asked(
        kept_in("https://state.example.org"),
        perimeters=dict.fromkeys(DataClass, OPEN),
        denied_countries=frozenset(),
    ),
    "nobody looked at the secrets": sealed_by(None),
    "no driver": replace(GOOD, facts=replace(FACTS, pods=(MODEL,))),
}
