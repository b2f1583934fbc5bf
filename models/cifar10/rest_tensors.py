"""JSON values as tensors and back, by the rules of ``rest.py``: which value a type takes, how a list gets its shape."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

_INTEGERS = {
    **dict.fromkeys((tf.int8, tf.uint8, tf.int16, tf.int32), np.iinfo(np.int32)),
    tf.int64: np.iinfo(np.int64),
    tf.uint32: np.iinfo(np.uint32),
    tf.uint64: np.iinfo(np.uint64),
}
"""Of the small ones the server takes any that fits 32 bits, and what does not fit the type wraps."""
_DECIMALS = (tf.float32, tf.float64)
_KINDS = {dict: "Object", list: "Array", str: "String", int: "Number", float: "Number", type(None): "Null"}

LEVELS = 63
"""Lists in one another; with the one of ``instances`` NumPy's most dimensions, 64. The server takes any that the
signature takes."""
TOO_BIG = "JSON Parse error: Number too big to be stored in double."

_SHOWN = 256
_SPACES = re.compile(r"[ \t\n\v\f\r]")
_BASE64 = re.compile(r"(?P<digits>[A-Za-z0-9+/]*)(?P<padding>[=.]*)")


class Invalid(Exception):
    """A request that is answered with status 400; the message is the server's."""


def tensor(item: Any, dtype: tf.DType) -> NDArray[Any]:
    """A value or nested list as a dense tensor. The first value at each level says what shape the others must have.

    Raises:
        Invalid: if the list is ragged or deeper than ``LEVELS``, or a value is of another type.
    """
    shape: list[int] = []
    first = item
    while isinstance(first, list):
        shape.append(len(first))
        first = first[0] if first else None
    if len(shape) > LEVELS:
        raise Invalid(f"Encountered list at unexpected level: {LEVELS} expected < {LEVELS}")
    scalars: list[Any] = []
    _fill(item, 0, shape, dtype, scalars)
    wide = _INTEGERS[dtype].dtype if dtype in _INTEGERS else np.float64 if dtype in _DECIMALS else dtype.as_numpy_dtype
    with np.errstate(over="ignore"):  # What is too large becomes infinite, as it does in the server.
        return np.array(scalars, dtype=wide).astype(dtype.as_numpy_dtype).reshape(shape)


def value(name: str, array: Any) -> Any:
    """JSON value of an output. Strings are binary if the output's name ends in ``_bytes``.

    A ``float32`` gets as many digits as tell it from its neighbours, no more.
    """
    if isinstance(array, np.ndarray) and array.ndim:
        return [value(name, each) for each in array]
    if isinstance(array, bytes):
        if name.endswith("_bytes"):
            return {"b64": base64.b64encode(array).decode("ascii")}
        return array.decode("utf-8", errors="replace")
    return float(str(array)) if isinstance(array, np.float32) else array.item()


def is_base64(item: Any) -> bool:
    """True if it is ``{"b64": "…"}``, a binary string."""
    return isinstance(item, dict) and len(item) == 1 and isinstance(item.get("b64"), str)


def shown(item: Any) -> str:
    """A JSON value in a message, of which the server, too, shows only about so much."""
    # Piece by piece, for each level gives at least one: a deep or long value is looked into no further than is shown.
    pieces = []
    length = 0
    for piece in json.JSONEncoder().iterencode(item):
        pieces.append(piece)
        length += len(piece)
        if length >= _SHOWN:
            break
    return "".join(pieces)[:_SHOWN]


def shape_shown(array: NDArray[Any]) -> str:
    """A shape in a message."""
    return f"[{','.join(map(str, array.shape))}]"


def _fill(item: Any, level: int, shape: list[int], dtype: tf.DType, scalars: list[Any]) -> None:
    if not isinstance(item, list):
        if level != len(shape):
            raise Invalid(
                f"JSON Value: {shown(item)} found at incorrect level: {level + 1} in the JSON DOM. Expected at level: "
                f"{len(shape)}"
            )
        scalars.append(_scalar(item, dtype))
        return
    if level >= len(shape):
        raise Invalid(f"Encountered list at unexpected level: {level} expected < {len(shape)}")
    if len(item) != shape[level]:
        raise Invalid(
            f"Encountered list at unexpected size: {len(item)} at level: {level} expected size: {shape[level]}"
        )
    for each in item:
        _fill(each, level + 1, shape, dtype, scalars)


def _scalar(item: Any, dtype: tf.DType) -> Any:
    if dtype == tf.string and isinstance(item, dict):
        return _binary(item)
    if dtype == tf.string and isinstance(item, str):
        return item.encode()
    if dtype == tf.bool and isinstance(item, bool):
        return item
    if dtype in _INTEGERS and type(item) is int and _INTEGERS[dtype].min <= item <= _INTEGERS[dtype].max:
        return item
    if dtype in _DECIMALS and type(item) in (int, float):
        return _decimal(item)
    kind = str(item) if isinstance(item, bool) else _KINDS[type(item)]
    raise Invalid(f"JSON Value: {shown(item)} Type: {kind} is not of expected type: {_name(dtype)}")


def _binary(item: dict[str, Any]) -> bytes:
    if not is_base64(item):
        raise Invalid(f"JSON Value: {shown(item)} not formatted correctly for base64 data")
    # As Abseil's Base64Unescape, which the server uses: spaces anywhere, a dot pads too, all of the padding or none.
    found = _BASE64.fullmatch(_SPACES.sub("", item["b64"]))
    missing = -len(found["digits"]) % 4 if found else 0
    if found is None or missing == 3 or len(found["padding"]) not in (0, missing):
        raise Invalid("Unable to base64 decode")
    return base64.b64decode(found["digits"] + "=" * missing)


def _decimal(item: float) -> float:
    try:
        return float(item)
    except OverflowError:
        raise Invalid(TOO_BIG) from None


def _name(dtype: tf.DType) -> str:
    """As the server calls it."""
    name: str = dtype.name
    return {"float32": "float", "float64": "double"}.get(name, name)
