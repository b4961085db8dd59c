"""What goes over the wire comes back the same, and nonsense is only ever nonsense."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shm_conformance import messages
from shm_conformance.errors import Crashed
from shm_conformance.messages import Described, Failure, Handle

# Text of any kind, halves of surrogate pairs as well.
TEXT = st.text(st.characters(codec=None))
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), TEXT, st.binary()
)
VALUES = st.recursive(
    LEAVES | TEXT.map(Handle),
    lambda inner: st.one_of(
        st.lists(inner),
        st.lists(inner).map(tuple),
        st.dictionaries(TEXT, inner),
    ),
    max_leaves=10,
)
WORDS = TEXT | st.sampled_from(
    ["id", "value", "error", "unsupported", "float", "bytes", "list", "tuple", "dict"]
    + ["handle", "object", "type", "repr", "bases", "message", "errno", "filename"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner),
    max_leaves=8,
)


def answer_line(**content: Any) -> bytes:
    return json.dumps({"id": 1, **content}).encode()


@given(VALUES)
def test_a_value_comes_back_the_same(value: object) -> None:
    """Also NaN, minus zero, bytes and tuples, for which JSON has no form."""
    line = answer_line(value=messages.encode(value))

    assert repr(messages.read_answer(line, 1).value) == repr(value)


@given(VALUES)
@settings(max_examples=30)
def test_every_value_keeps_to_the_schema(value: object) -> None:
    line = answer_line(value=messages.encode(value))

    fault = messages.schema_fault("answer", line)

    assert fault is None or '{"handle": ""}' in line.decode()


@given(JSON | st.dictionaries(WORDS, JSON).map(lambda data: {"id": 1, **data}))
@settings(max_examples=300)
def test_nonsense_is_a_crash_and_nothing_else(data: object) -> None:
    """Whatever JSON an actor answers with, it is read or it has crashed."""
    with contextlib.suppress(Crashed):
        messages.read_answer(json.dumps(data).encode(), 1)


@given(st.binary())
def test_bytes_that_are_no_json_are_a_crash(line: bytes) -> None:
    with pytest.raises(Crashed):
        messages.read_answer(b"\xff" + line, 1)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"7",
        b"[]",
        b"{}",
        b'{"id": 1}',
        b'{"id": 2, "value": 1}',
        b'{"id": true, "value": 1}',
        b'{"id": 1, "value": 1, "error": null}',
        b'{"id": 1, "value": NaN}',
        b'{"id": 1, "value": {"float": "0x1p+99999"}}',
        b'{"id": 1, "value": {"handle": {}}}',
        b'{"id": 1, "value": %s}' % (b"9" * 10_000),
        b'{"id": 1, "value": %s1%s}' % (b'{"list": [' * 50_000, b"]}" * 50_000),
        b'{"id": 1, "error": {"type": "E", "bases": "E", "message": ""}}',
        b'{"id": 1, "error": {"type": "E", "bases": [], "message": "", "errno": "1"}}',
        b'{"id": 1, "unsupported": 1}',
        b"[" * 1_000_000,
    ],
)
def test_an_answer_off_the_protocol_is_a_crash(line: bytes) -> None:
    with pytest.raises(Crashed):
        messages.read_answer(line, 1)


def test_an_error_is_read_as_it_was_raised() -> None:
    error = {"type": "A", "bases": ["A", "B"], "message": "m", "errno": 2}

    answer = messages.read_answer(answer_line(error=error), 1)

    assert answer.failure == Failure("A", ("A", "B"), "m", 2)
    assert str(answer.failure) == "A: m"


def test_what_has_no_form_is_described() -> None:
    value = {"object": {"type": "a.B", "repr": "<B>"}}

    assert messages.decode(value) == Described("a.B", "<B>")


@pytest.mark.parametrize("value", [object(), {1, 2}, 1j, Described("a", "b")])
def test_what_has_no_form_is_not_sent(value: object) -> None:
    with pytest.raises(TypeError, match="has no form on the wire"):
        messages.encode(value)


def test_a_message_is_one_line() -> None:
    line = messages.request_line(3, "run", {"source": "a\nb\u2028c"})

    assert line.count(b"\n") == 1
    assert json.loads(line) == {"id": 3, "op": "run", "source": "a\nb\u2028c"}
