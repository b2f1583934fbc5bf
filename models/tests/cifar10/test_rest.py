"""Requests and answers by TensorFlow Serving's REST rules. Messages are those of its source (json_tensor.cc)."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from models.cifar10 import rest
from models.cifar10.classify import body


@pytest.fixture(scope="module")
def signatures(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One with several inputs and outputs, one with one of each, and one for each kind of number."""
    folder = tmp_path_factory.mktemp("saved")

    def several(tag: tf.Tensor, signal: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"sum": tf.reduce_sum(signal, axis=-1), "same_bytes": tag, "same": tag}

    def single(x: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"y": tf.ensure_shape(x, [None]) / 4}

    def text(x_bytes: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"length": tf.strings.length(x_bytes)}

    def same(x: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"y": x}

    def traced(function: Any, *specs: tf.TensorSpec) -> Any:
        return tf.function(function, input_signature=specs, autograph=False).get_concrete_function()

    vector = tf.TensorSpec([None, None], tf.int32, name="signal")
    tf.saved_model.save(
        tf.Module(),
        str(folder),
        signatures={
            "several": traced(several, tf.TensorSpec([None], tf.string, name="tag"), vector),
            "serving_default": traced(single, tf.TensorSpec([None], tf.float32, name="x")),
            "text": traced(text, tf.TensorSpec([None], tf.string, name="x_bytes")),
            **{
                kind.name: traced(same, tf.TensorSpec(None, kind, name="x"))
                for kind in (tf.uint8, tf.int64, tf.uint32, tf.uint64, tf.float64, tf.bool)
            },
        },
    )
    return tf.saved_model.load(str(folder)).signatures


def asked(signatures: Any, **body: Any) -> tuple[int, dict[str, Any]]:
    return rest.answer(json.dumps(body).encode(), signatures)


SEVERAL = [{"tag": "a", "signal": [1, 2]}, {"tag": {"b64": "Yg=="}, "signal": [3, 4]}]


def test_rows_of_several_tensors(signatures: Any) -> None:
    assert asked(signatures, signature_name="several", instances=SEVERAL) == (
        200,
        {
            "predictions": [
                {"same": "a", "same_bytes": {"b64": "YQ=="}, "sum": 3},
                {"same": "b", "same_bytes": {"b64": "Yg=="}, "sum": 7},
            ]
        },
    )


def test_columns_of_several_tensors(signatures: Any) -> None:
    inputs = {"tag": ["a", "b"], "signal": [[1, 2], [3, 4]]}
    assert asked(signatures, signature_name="several", inputs=inputs) == (
        200,
        {"outputs": {"same": ["a", "b"], "same_bytes": [{"b64": "YQ=="}, {"b64": "Yg=="}], "sum": [3, 7]}},
    )


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({"instances": [1.0, 2, 0.4]}, {"predictions": [0.25, 0.5, 0.1]}),
        ({"instances": [{"x": 1.0}, {"x": 2}]}, {"predictions": [0.25, 0.5]}),
        ({"inputs": [1.0, 2]}, {"outputs": [0.25, 0.5]}),
        ({"inputs": {"x": [1.0, 2]}}, {"outputs": [0.25, 0.5]}),
        ({"signature_name": "", "instances": [4]}, {"predictions": [1.0]}),
        ({"signature_name": "text", "instances": [{"b64": "/w=="}, "é"]}, {"predictions": [1, 2]}),
        ({"signature_name": "text", "instances": [{"x_bytes": {"b64": ""}}]}, {"predictions": [0]}),
        ({"signature_name": "text", "inputs": [{"b64": "YWI="}]}, {"outputs": [2]}),
        ({"signature_name": "bool", "instances": [True, False]}, {"predictions": [True, False]}),
        ({"signature_name": "uint8", "instances": [[1], [300]]}, {"predictions": [[1], [44]]}),
        ({"signature_name": "int64", "instances": [2**63 - 1]}, {"predictions": [2**63 - 1]}),
        ({"signature_name": "uint64", "inputs": 2**64 - 1}, {"outputs": 2**64 - 1}),
        ({"signature_name": "text", "inputs": [{"b64": "YWJj\nZGVm\r\n"}]}, {"outputs": [6]}),
        (
            {"signature_name": "text", "inputs": [{"b64": each} for each in ("YQ", "YQ= =", "YQ..")]},
            {"outputs": [1] * 3},
        ),
        ({"signature_name": "text", "inputs": [{"b64": "YWI"}, {"b64": " Y W I ="}]}, {"outputs": [2, 2]}),
    ],
)
def test_one_tensor_goes_without_its_name(signatures: Any, body: dict[str, Any], answer: dict[str, Any]) -> None:
    assert asked(signatures, **body) == (200, answer)


def test_numbers_that_are_none_are_numbers(signatures: Any) -> None:
    status, answer = rest.answer(b'{"instances": [NaN, Infinity, -Infinity, 1e39]}', signatures)
    assert status == 200
    assert str(answer["predictions"]) == "[nan, inf, -inf, inf]"


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (b' {"instances": [4]} \xff what follows is not read', {"predictions": [1.0]}),
        (b'\xef\xbb\xbf{"instances": [4]}', {"predictions": [1.0]}),
        (b'{"instances": [4], "instances": [8]}', {"predictions": [1.0]}),
        (b'{"inputs": {"x": [4], "x": [8]}}', {"outputs": [1.0]}),
        (b'{"signature_name": "text", "inputs": ["\xc3\xa9"], "signature_name": 1}', {"outputs": [2]}),
        (rb'{"signature_name": "text", "inputs": ["\ud83d\ude00"]}', {"outputs": [4]}),
    ],
)
def test_the_body_is_read_as_the_servers_parser_reads_it(signatures: Any, body: bytes, answer: dict[str, Any]) -> None:
    assert rest.answer(body, signatures) == (200, answer)


@pytest.mark.parametrize("key", ["inputs", "instances"])
@pytest.mark.parametrize("depth", [65, 66, 300, 900, 985, 990, 995, 2000])
def test_a_list_deeper_than_a_tensor_can_be_is_answered_with_an_error(signatures: Any, key: str, depth: int) -> None:
    answers = [
        rest.answer(body.encode(), signatures)
        for body in (
            f'{{"signature_name": "float64", "{key}": {"[" * depth}1{"]" * depth}}}',
            f'{{"signature_name": "float64", "{key}": [1, {"[" * depth}1{"]" * depth}]}}',
            f'{{"inputs": 1, "instances": {"[" * depth}1{"]" * depth}}}',
            f'{{"{key}": {{"x": {"[" * depth}1{"]" * depth}, "y": 1}}}}',
        )
    ]
    assert [status for status, _ in answers] == [400] * 4
    assert all(len(answer["error"]) > 20 for _, answer in answers)


def test_a_list_as_deep_as_a_tensor_can_be_is_taken(signatures: Any) -> None:
    deep = f"{'[' * 63}1{']' * 63}"
    assert rest.answer(f'{{"signature_name": "float64", "inputs": {deep}}}'.encode(), signatures)[0] == 200
    assert rest.answer(f'{{"signature_name": "float64", "instances": [{deep[1:-1]}]}}'.encode(), signatures)[0] == 200
    refused = rest.answer(f'{{"signature_name": "float64", "inputs": [{deep}]}}'.encode(), signatures)
    assert refused == (400, {"error": "Encountered list at unexpected level: 63 expected < 63"})


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "JSON Parse error: The document is empty"),
        ('{"instances": [4]}'.encode("utf-16"), "JSON Parse error: "),
        ('{"instances": [4]}'.encode("utf-16-le"), "JSON Parse error: "),
        (b'{"signature_name": "text", "instances": ["\xff"]}', "JSON Parse error: a string is no UTF-8"),
        (rb'{"signature_name": "text", "instances": ["\ud800"]}', "the surrogate pair in it is invalid"),
        (rb'{"signature_name": "text", "instances": [{"b64": "\udc00"}]}', "the surrogate pair in it is invalid"),
        (rb'{"signature_name": "\ud800", "instances": [1]}', "the surrogate pair in it is invalid"),
        (rb'{"instances": [{"\ud800": 1}]}', "the surrogate pair in it is invalid"),
        (b'{"instances": [1e400]}', "JSON Parse error: Number too big to be stored in double."),
        (b'{"instances": [1]', "JSON Parse error: "),
        (b"{", "JSON Parse error: "),
        (b"\xff", "JSON Parse error: "),
        (b"[" * 100_000, "JSON Parse error: "),
        (b"[1]", "JSON Value: [1] Is not object"),
        (b"{}", "Missing 'inputs' or 'instances' key"),
        (b'{"signature_name": 1, "instances": [1]}', "'signature_name' key must be a string value."),
        (
            b'{"signature_name": "none", "instances": [1]}',
            'Serving signature name: "none" not found in signature def',
        ),
        (b'{"inputs": [1], "instances": [1]}', "expecting only one of 'inputs' or 'instances' keys to exist "),
        (b'{"instances": 1}', "Expecting 'instances' to be an list/array"),
        (b'{"instances": []}', "No values in 'instances' array"),
        (b'{"instances": [1, [2]]}', "of 'instances' list. Error: INVALID_ARGUMENT: Expecting shape [] but got: [1]"),
        (b'{"instances": [[1], [2, 3]]}', "Expecting tensor size: 1 but got: 2"),
        (b'{"instances": [[[1, 2], [3]]]}', "Encountered list at unexpected size: 1 at level: 1 expected size: 2"),
        (b'{"instances": [[1, [2]]]}', "Encountered list at unexpected level: 1 expected < 1"),
        (
            b'{"instances": [[[1], 2]]}',
            "JSON Value: 2 found at incorrect level: 2 in the JSON DOM. Expected at level: 2",
        ),
        (b'{"instances": ["a"]}', 'JSON Value: "a" Type: String is not of expected type: float'),
        (b'{"instances": [null]}', "JSON Value: null Type: Null is not of expected type: float"),
        (b'{"instances": [true]}', "JSON Value: true Type: True is not of expected type: float"),
        (b'{"instances": [{"b64": "AA=="}]}', "Type: Object is not of expected type: float"),
        (b'{"signature_name": "float64", "instances": ["a"]}', "Type: String is not of expected type: double"),
        (
            b'{"instances": [{"z": 1}]}',
            "key: z of 'instances' list. Error: INVALID_ARGUMENT: JSON object: does not have",
        ),
        (b'{"instances": [{}]}', "of 'instances' list. JSON object: {} keys must be equal to: x"),
        (b'{"instances": [{"x": 1}, 2]}', "Expecting object but got list at item 1 of input list"),
        (b'{"instances": [1, {"x": 2}]}', "Expecting value/list but got object at item 1 of input list"),
        (b'{"inputs": {}}', "Missing named input: x in 'inputs' object."),
        (
            b'{"signature_name": "several", "instances": [1]}',
            "instances is a plain list, but expecting list of objects",
        ),
        (b'{"signature_name": "several", "inputs": [1]}', "inputs is a plain value/list, but expecting an object"),
        (b'{"signature_name": "text", "instances": [{"b64": "?"}]}', "Unable to base64 decode"),
        *(
            (f'{{"signature_name": "text", "inputs": [{{"b64": "{text}"}}]}}'.encode(), "Unable to base64 decode")
            for text in ("Y", "YWJjZ", "YQ=", "YWI==", "YWJj=", "=", "YQ==YQ==", "Y-_=", "YQ\u00a0==")
        ),
        (b'{"signature_name": "text", "inputs": [{"b64": 1}]}', "not formatted correctly for base64 data"),
        (b'{"signature_name": "text", "instances": [1]}', "JSON Value: 1 Type: Number is not of expected type: string"),
        (
            b'{"signature_name": "uint8", "instances": [0.5]}',
            "JSON Value: 0.5 Type: Number is not of expected type: uint8",
        ),
        (
            b'{"signature_name": "uint32", "instances": [-1]}',
            "JSON Value: -1 Type: Number is not of expected type: uint32",
        ),
    ],
)
def test_what_is_no_request_is_answered_with_an_error(signatures: Any, body: bytes, words: str) -> None:
    status, answer = rest.answer(body, signatures)
    assert (status, list(answer)) == (400, ["error"])
    assert words in answer["error"]


def test_what_the_graph_refuses_is_an_error_too(signatures: Any) -> None:
    status, answer = asked(signatures, instances=[[1, 2], [3, 4]])
    assert status == 400
    assert answer["error"].startswith("Shape of tensor")
    assert "[2,2] is not compatible with expected shape [?]." in answer["error"]


def test_a_picture_is_asked_about_as_a_client_would(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG")
    assert body(tmp_path / "a.png") == {
        "signature_name": "serving_bytes",
        "instances": [{"image_bytes": {"b64": base64.b64encode(b"\x89PNG").decode()}}],
    }
