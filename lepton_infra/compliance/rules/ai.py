"""AI: routes to a model's inference API, prompts in logs, and the inference log."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.rules.predicates import at_a_cloud, must_not
from lepton_infra.compliance.rules.retention import kept_long_enough
from lepton_infra.compliance.rules.rule import Finding, Severity, Subject, expect, missing, rule

_NAME = r"[^/:*]+"
_CALLS = (
    rf"/v1/models/{_NAME}(/(versions|labels)/{_NAME})?(:(predict|classify|regress)|/metadata)?",
    r"/tensorflow\.serving\.PredictionService/(Predict|Classify|Regress|MultiInference|GetModelMetadata)",
    r"/v1/(models|completions|chat/completions|embeddings)",
    r"/v2(/health/(live|ready))?",
    rf"/v2/models/{_NAME}(/versions/{_NAME})?(/(ready|infer))?",
    r"/inference\.GRPCInferenceService/(ServerLive|ServerReady|ModelReady|ServerMetadata|ModelMetadata|ModelInfer)",
)
INFERENCE = re.compile("|".join(_CALLS))
"""Inference calls, each as a whole path: of TensorFlow Serving (https://www.tensorflow.org/tfx/serving/api_rest,
prediction_service.proto), of OpenAI's interface as other servers have it, and of the Open Inference Protocol
(https://github.com/kserve/open-inference-protocol).

What else a server answers, often under the same prefix, is for those who run it: ``/v1/load_lora_adapter`` of one loads
adapters, ``/v2/repository/`` of another loads and unloads models. So a prefix or a pattern is never among them."""


@rule(
    "AI-01",
    "From outside a model can be asked, and nothing else of its server is reachable",
    Severity.MANDATORY,
    law=("gdpr 32", "eu_ai_act 15"),
    references=("CCC.GenAI.CN06",),
    reads=("pods", "routes"),
)
def _only_inference(subject: Subject) -> Iterator[Finding]:
    for route in subject.facts.routes:
        yield from expect(
            route.paths,
            lambda paths: bool(paths) and all(map(_asks_a_model, paths)),
            "lets through more than what asks a model",
            allowed="whole paths of calls that ask a model, such as /v1/models/<model>:predict",
            remedy="Name each call by its whole path",
        )

    for pods in subject.facts.pods:
        for container in pods.containers:
            if container.developer_mode is not None:
                yield from must_not(
                    container.developer_mode,
                    f"opens the administration of {container.name} to whoever reaches it",
                    "Take the variable out",
                )


def _asks_a_model(path: str) -> bool:
    return ".." not in path and INFERENCE.fullmatch(path) is not None


@rule(
    "AI-02",
    "What users ask and get is not written to logs unless the settings say so",
    Severity.BLOCK,
    law=("gdpr 5(1)(b)", "gdpr 5(1)(c)"),
    references=(),
    reads=("pods", "access_logs"),
)
def _no_content_in_logs(subject: Subject) -> Iterator[Finding]:
    """Prompts are data of persons. The settings may declare that they are kept, and then for how long."""
    if subject.obligations.retention[DataClass.PROMPT].most:
        return
    for pods in subject.facts.pods:
        yield from must_not(
            pods.logs_content,
            "writes what users ask and get into logs",
            "Turn that off, or declare in the settings how long prompts are kept",
        )
    for log in subject.facts.access_logs:
        yield from must_not(
            log.content,
            "writes what users ask into its access log",
            "Write no body, query or header of theirs, or declare in the settings how long prompts are kept",
        )


@rule(
    "AI-03",
    "Which model answered when is written down and kept as long as the law asks",
    Severity.MANDATORY,
    law=("eu_ai_act 12", "eu_ai_act 19", "eu_ai_act 26"),
    references=(),
    reads=("stores", "clusters", "pods"),
)
def _traceable(subject: Subject) -> Iterator[Finding]:
    events = [store for store in subject.facts.stores if store.data_class is DataClass.AI_EVENT]
    for store in events:
        yield from kept_long_enough(subject, store)
    asked = subject.obligations.retention[DataClass.AI_EVENT].least is not None
    serves = any(pods.verified_model is not None for pods in subject.facts.pods)
    if asked and serves and at_a_cloud(subject) and not events:
        yield missing(
            "store of which model answered when",
            f"Declare a log of the class {DataClass.AI_EVENT}, without content",
        )
