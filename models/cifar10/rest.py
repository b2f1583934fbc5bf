"""TensorFlow Serving's REST rules for ``:predict``, on a SavedModel in this process.

Follows https://github.com/tensorflow/serving/blob/2.19.1/tensorflow_serving/g3doc/api_rest.md and, where that leaves
something open, ``tensorflow_serving/util/json_tensor.cc`` beside it: rows (``instances``, answered by ``predictions``)
and columns (``inputs``, answered by ``outputs``), one tensor without its name or several with theirs, binary strings as
``{"b64": …}``, and an ``error`` in the server's words. It is for looking at an export without a server. It does not
batch, and the spaces and the order of keys in an answer are not the server's.

It differs from the server, whose parser is RapidJSON 1.1.0, in these: the words of most parse errors; ``Inf`` and
``-NaN`` are refused, and so are bytes that are no UTF-8 and the lower half of a surrogate pair alone, which RapidJSON
passes on; lists deeper than ``LEVELS`` are refused. Of a key given twice the first counts everywhere; the server looks
at both in a row of ``instances``, and with ``b64`` given twice an object is no binary string.
"""

from __future__ import annotations

import codecs
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from models.cifar10.rest_tensors import TOO_BIG, Invalid, is_base64, shape_shown, shown, tensor, value

_DEFAULT = "serving_default"
_OK, _BAD_REQUEST = 200, 400

Specs = Mapping[str, tf.TensorSpec]
Signatures = Mapping[str, Any]
"""By name, what ``tf.saved_model.load`` gives as ``signatures``."""


@dataclass(frozen=True, kw_only=True)
class _Request:
    signature: str
    rows: bool
    tensors: dict[str, NDArray[Any]]


def answer(body: bytes, signatures: Signatures) -> tuple[int, dict[str, Any]]:
    """Status and body of the answer to the body of a request."""
    try:
        request = _parsed(body, signatures)
        signature = signatures[request.signature]
        given = signature(**{name: tf.constant(array) for name, array in request.tensors.items()})
        return _OK, _rows(_arrays(given)) if request.rows else _columns(_arrays(given))
    except Invalid as invalid:
        return _BAD_REQUEST, {"error": str(invalid)}
    except tf.errors.InvalidArgumentError as error:
        # TensorFlow's Python says more than the server does, before what both say.
        return _BAD_REQUEST, {"error": error.message.rpartition("unavailable>\n")[2]}


def _parsed(body: bytes, signatures: Signatures) -> _Request:
    if not body:
        raise Invalid("JSON Parse error: The document is empty")
    document = _document(body)
    if not isinstance(document, dict):
        raise Invalid(f"JSON Value: {shown(document)} Is not object")
    name = document.get("signature_name", "")
    if not isinstance(name, str):
        raise Invalid(
            f"JSON Value: {shown(document)} not formatted correctly. 'signature_name' key must be a string value."
        )
    name = name or _DEFAULT
    if name not in signatures:
        raise Invalid(f'Serving signature name: "{name}" not found in signature def')
    specs: Specs = signatures[name].structured_input_signature[1]
    if "instances" in document and "inputs" in document:
        raise Invalid(
            f"JSON Value: {shown(document)} Not formatted correctly expecting only one of 'inputs' or 'instances' "
            "keys to exist "
        )
    if "instances" in document:
        return _Request(signature=name, rows=True, tensors=_from_instances(document["instances"], specs, document))
    if "inputs" in document:
        return _Request(signature=name, rows=False, tensors=_from_inputs(document["inputs"], specs))
    raise Invalid("Missing 'inputs' or 'instances' key")


def _document(body: bytes) -> Any:
    """The JSON at the beginning of ``body``. The server stops where it ends, too, whatever follows."""
    text = body.removeprefix(codecs.BOM_UTF8).decode(errors="surrogateescape").lstrip(" \t\n\r")
    try:
        document, _ = _JSON.raw_decode(text)
        # Finds bytes and escapes that are no text. It cannot be done before, for what follows may be anything.
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Invalid("JSON Parse error: a string is no UTF-8, or the surrogate pair in it is invalid.") from None
    except (ValueError, RecursionError) as error:
        raise Invalid(f"JSON Parse error: {error}") from None
    return document


def _object(members: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Of a key given twice the first counts, for that is the one that the server's ``FindMember`` finds."""
    found: dict[str, Any] = {}
    for key, item in members:
        found.setdefault(key, item)
    return found


def _fraction(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise Invalid(TOO_BIG)
    return number


_JSON = json.JSONDecoder(object_pairs_hook=_object, parse_float=_fraction)


def _from_instances(instances: Any, specs: Specs, document: Any) -> dict[str, NDArray[Any]]:
    if not isinstance(instances, list):
        raise Invalid(f"JSON Value: {shown(document)} Expecting 'instances' to be an list/array")
    if not instances:
        raise Invalid(f"JSON Value: {shown(document)} No values in 'instances' array")
    if not isinstance(instances[0], dict) and len(specs) > 1:
        raise Invalid(
            "instances is a plain list, but expecting list of objects as multiple input tensors required as per "
            "tensorinfo_map"
        )
    named = _is_named(instances[0])
    rows: dict[str, list[NDArray[Any]]] = {}
    for place, element in enumerate(instances):
        if _is_named(element) != named:
            kinds = "object but got list" if named else "value/list but got object"
            raise Invalid(f"Expecting {kinds} at item {place} of input list")
        for name, item in (element if named else {next(iter(specs)): element}).items():
            try:
                _add_row(rows, name, item, specs)
            except Invalid as invalid:
                key = f" key: {name}" if named else ""
                raise Invalid(
                    f"Failed to process element: {place}{key} of 'instances' list. Error: INVALID_ARGUMENT: {invalid}"
                ) from None
        if named and element.keys() != specs.keys():
            raise Invalid(
                f"Failed to process element: {place} of 'instances' list. JSON object: {shown(element)} keys must be "
                f"equal to: {','.join(sorted(specs))}"
            )
    return {name: np.stack(values) for name, values in rows.items()}


def _add_row(rows: dict[str, list[NDArray[Any]]], name: str, item: Any, specs: Specs) -> None:
    if name not in specs:
        raise Invalid(f"JSON object: does not have named input: {name}")
    row = tensor(item, specs[name].dtype)
    before = rows.setdefault(name, [])
    if before and before[0].size != row.size:
        raise Invalid(f"Expecting tensor size: {before[0].size} but got: {row.size}")
    if before and before[0].shape != row.shape:
        raise Invalid(f"Expecting shape {shape_shown(before[0])} but got: {shape_shown(row)}")
    before.append(row)


def _from_inputs(inputs: Any, specs: Specs) -> dict[str, NDArray[Any]]:
    if not _is_named(inputs):
        if len(specs) > 1:
            raise Invalid(
                "inputs is a plain value/list, but expecting an object as multiple input tensors required as per "
                "tensorinfo_map"
            )
        return {name: tensor(inputs, spec.dtype) for name, spec in specs.items()}
    for name in specs:
        if name not in inputs:
            raise Invalid(f"Missing named input: {name} in 'inputs' object.")
    return {name: tensor(inputs[name], spec.dtype) for name, spec in specs.items()}


def _is_named(item: Any) -> bool:
    return isinstance(item, dict) and not is_base64(item)


def _arrays(given: Mapping[str, tf.Tensor]) -> dict[str, NDArray[Any]]:
    return {name: given[name].numpy() for name in sorted(given)}


def _rows(arrays: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    for name, array in arrays.items():
        if array.ndim == 0:
            raise Invalid(f"Tensor name: {name} has no shape information ")
    columns = {name: [value(name, row) for row in array] for name, array in arrays.items()}
    if len(columns) == 1:
        return {"predictions": next(iter(columns.values()))}
    return {
        "predictions": [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)],
    }


def _columns(arrays: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    columns = {name: value(name, array) for name, array in arrays.items()}
    return {"outputs": next(iter(columns.values())) if len(columns) == 1 else columns}
