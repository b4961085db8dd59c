"""What harness and actor say to each other. Pure: no process, no I/O.

A request is one JSON object on a line: an `id`, an operation `op`, and its
arguments. The answer bears the same `id` and one of `value`, `error` and
`unsupported`. `protocol.schema.json` describes both for other languages.

JSON has no bytes, no NaN and no tuple, so a value is written as

    null, true, 7, "text"              themselves
    {"float": "0x1.8p+1"}              a float, by float.hex()
    {"bytes": "AAE="}                  bytes, base64
    {"list": [...]}, {"tuple": [...]}  containers of values
    {"dict": {"key": ...}}             a mapping with text keys
    {"handle": "h1"}                   an object that the actor holds
    {"object": {"type", "repr"}}       anything else, described and not sent

and an argument may also be {"range": [start, stop, step]}, {"iterator": [...]},
{"bytearray": base64}, {"subclass": value} (an instance of a fresh subclass of
the value's type) and {"instance": "object"}: what a list has to accept or refuse.
"""

from __future__ import annotations

import base64
import json
import reprlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from shm_conformance.errors import Crashed

Json = Any
# A 10M-byte string, base64 or escaped character by character, fits well.
LINE_LIMIT = 128 * 1024 * 1024


@dataclass(frozen=True)
class Handle:
    """An object that an actor holds for us, by name."""

    name: str


@dataclass(frozen=True)
class Described:
    """A value that has no form on the wire: its type and repr, as text."""

    type: str
    repr: str


@dataclass(frozen=True)
class Special:
    """An argument that only the actor can make, such as a subclass instance."""

    kind: str
    content: Json


@dataclass(frozen=True)
class Failure:
    """An error outcome: type, ancestors, errno and message, as the target gave them."""

    type: str
    bases: tuple[str, ...]
    message: str
    errno: int | None = None
    filename: str | None = None

    def __str__(self) -> str:
        return f"{self.type}: {self.message}" if self.message else self.type


@dataclass(frozen=True)
class Answer:
    """What came of an operation: a value, a failure, or a refusal to know it."""

    value: Any = None
    failure: Failure | None = None
    unsupported: str | None = None


def subclass_of(value: object) -> Special:
    """Ask for an instance of a fresh subclass of the type of *value*."""
    return Special("subclass", encode(value))


def iterator_over(values: list[object]) -> Special:
    """Ask for a generator that yields *values* once."""
    return Special("iterator", [encode(value) for value in values])


def encode(value: object) -> Json:
    """Write a value as JSON; raises TypeError for what has no form on the wire."""
    if value is None or type(value) in (bool, int, str):
        return value
    encoder = _ENCODERS.get(type(value))
    if encoder is None:
        raise TypeError(f"{type(value).__name__} has no form on the wire")
    return encoder(value)


_ENCODERS: dict[type, Any] = {
    float: lambda value: {"float": value.hex()},
    bytes: lambda value: {"bytes": base64.b64encode(value).decode("ascii")},
    bytearray: lambda value: {"bytearray": base64.b64encode(value).decode("ascii")},
    list: lambda value: {"list": [encode(item) for item in value]},
    tuple: lambda value: {"tuple": [encode(item) for item in value]},
    dict: lambda value: {"dict": {key: encode(item) for key, item in value.items()}},
    range: lambda value: {"range": [value.start, value.stop, value.step]},
    Handle: lambda value: {"handle": value.name},
    Special: lambda value: {value.kind: value.content},
}


def decode(data: Json) -> Any:
    """Read a value that an actor wrote; raises Crashed for nonsense."""
    if not isinstance(data, dict):
        if data is None or isinstance(data, (bool, int, str)):
            return data
        raise Crashed(f"the actor sent {data!r:.80}, no value of the protocol")
    try:
        [(kind, content)] = data.items()
        return _DECODERS[kind](content)
    except _NONSENSE as error:
        raise Crashed(
            f"the actor sent {reprlib.repr(data):.80}, no value of the protocol"
        ) from error


# What comes of taking something apart that is not what it should be.
_NONSENSE = (KeyError, ValueError, TypeError, AttributeError, OverflowError)


def _due(kind: type, content: Json) -> Any:
    if type(content) is not kind:
        raise TypeError(f"{kind.__name__} was due")
    return content


_DECODERS: dict[str, Any] = {
    "float": float.fromhex,
    "bytes": lambda content: base64.b64decode(content, validate=True),
    "list": lambda content: [decode(item) for item in _due(list, content)],
    "tuple": lambda content: tuple(decode(item) for item in _due(list, content)),
    "dict": lambda content: {key: decode(item) for key, item in content.items()},
    "handle": lambda content: Handle(_due(str, content)),
    "object": lambda content: Described(
        _due(str, content["type"]), _due(str, content["repr"])
    ),
}


def request_line(number: int, operation: str, arguments: dict[str, Json]) -> bytes:
    """Write a request whose arguments are JSON already."""
    return json.dumps({"id": number, "op": operation, **arguments}).encode() + b"\n"


def read_answer(line: bytes, number: int) -> Answer:
    """Read the answer to request *number*; raises Crashed for nonsense."""
    try:
        data = json.loads(line)
        given = data.pop("id")
        if type(given) is not int or given != number:
            raise ValueError("another id was due")
        [(kind, content)] = data.items()
        answer: Answer = _ANSWERS[kind](content)
    except (*_NONSENSE, RecursionError) as error:
        raise Crashed(f"the actor answered nonsense: {line[:120]!r}") from error
    return answer


def _failure(content: Json) -> Answer:
    errno, filename = content.get("errno"), content.get("filename")
    return Answer(
        failure=Failure(
            _due(str, content["type"]),
            tuple(_due(str, name) for name in _due(list, content["bases"])),
            _due(str, content["message"]),
            None if errno is None else _due(int, errno),
            None if filename is None else _due(str, filename),
        )
    )


_ANSWERS: dict[str, Any] = {
    "value": lambda content: Answer(value=decode(content)),
    "error": _failure,
    "unsupported": lambda content: Answer(unsupported=_due(str, content)),
}


@cache
def schema() -> dict[str, Json]:
    """The published JSON Schema of the messages."""
    text = resources.files("shm_conformance").joinpath("protocol.schema.json")
    result: dict[str, Json] = json.loads(text.read_text("utf-8"))
    return result


def schema_fault(kind: str, line: bytes) -> str | None:
    """Say how a line breaks the schema of a *kind* of message, or None."""
    try:
        message = json.loads(line)
        for name in _definitions(kind, message):
            error = next(_validator(name).iter_errors(message), None)
            if error is not None:
                return f"{error.message:.200} at {error.json_path}"
    except (ValueError, RecursionError):
        return "it is no JSON"
    return None


def _definitions(kind: str, message: Json) -> tuple[str, ...]:
    """Spare each request the question whether it is one of the other operations."""
    operation = message.get("op") if isinstance(message, dict) else None
    is_known = kind == "request" and operation in operations()
    return ("envelope", str(operation)) if is_known else (kind,)


@cache
def operations() -> tuple[str, ...]:
    """The operations that the schema knows."""
    known, _unknown = schema()["$defs"]["envelope"]["properties"]["op"]["anyOf"]
    return tuple(known["enum"])


@cache
def _validator(name: str) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator({"$defs": schema()["$defs"], "$ref": f"#/$defs/{name}"})
