"""The protocol as published: schema, program, page and a foreign actor agree."""

from __future__ import annotations

import ast
import json
import sys
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from shm_conformance import messages
from shm_conformance.actors import Actors
from shm_conformance.errors import Crashed, HarnessError
from shm_conformance.interpreter import actor_source
from shm_conformance.judging import Bench, judge
from shm_conformance.requirements import by_id
from shm_conformance.suite.test_unlink import test_unlink_frees_the_name as frees_name

from .conftest import HERE

FOREIGN = f"actor:{sys.executable} {HERE / 'foreign_actor.py'}"
VALUES = ["null", "true", "7", '"text"', '{"float": "0x1.8p+1"}', '{"bytes": "AAE="}']
VALUES += ['{"list": [1, {"tuple": []}]}', '{"dict": {"a": {"float": "nan"}}}']
VALUES += ['{"handle": "h"}', '{"object": {"type": "a.B", "repr": "<B>"}}']
NO_VALUES = ["1.5", "[]", "{}", '{"float": "1.5"}', '{"bytes": "a?"}', '{"set": []}']
NO_VALUES += ['{"list": {}}', '{"list": [], "tuple": []}', '{"object": {"type": "a"}}']


def functions() -> dict[str, ast.arguments]:
    """The operations of the actor's program and their arguments."""
    return {
        node.name[3:]: node.args
        for node in ast.parse(actor_source()).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("op_")
    }


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(messages.schema())


def test_the_schema_knows_the_operations_of_the_program() -> None:
    assert set(messages.operations()) == set(functions())


@pytest.mark.parametrize("name", sorted(functions()))
def test_the_schema_knows_the_arguments_of(name: str) -> None:
    """Every argument of an operation, and which of them must be there."""
    arguments = functions()[name]
    names = [argument.arg for argument in arguments.args[1:]]
    required = names[: len(names) - len(arguments.defaults)]
    schema = messages.schema()["$defs"][name]

    assert set(schema["properties"]) == {"id", "op", *names}
    assert set(schema.get("required", ())) == set(required)
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize(
    "line",
    [
        '{"id": 1, "op": "get", "handle": "a", "name": "b"}',
        '{"id": 1, "op": "get", "handle": "a"}',
        '{"id": 1, "op": "unknown-5f"}',
        '{"id": 1, "op": "unknown-5f", "more": 1}',
        '{"id": 0, "op": "managers"}',
        '{"id": 1, "op": "nothing of the kind"}',
        '{"id": 1}',
    ],
)
def test_the_short_way_through_the_schema_finds_the_same(line: str) -> None:
    """Looking at one operation is as good as looking at them all."""
    schema = {"$defs": messages.schema()["$defs"], "$ref": "#/$defs/request"}

    is_valid = Draft202012Validator(schema).is_valid(json.loads(line))

    assert is_valid is (messages.schema_fault("request", line.encode()) is None)


@pytest.mark.parametrize(
    ("text", "is_value"),
    [*((text, True) for text in VALUES), *((text, False) for text in NO_VALUES)],
)
def test_schema_and_decoder_agree(text: str, is_value: bool) -> None:
    """What the schema lets pass, the harness reads, and nothing else."""
    line = b'{"id": 1, "value": %s}' % text.encode()

    assert (messages.schema_fault("answer", line) is None) is is_value
    if is_value or text == '{"float": "1.5"}':  # which float.fromhex reads
        messages.read_answer(line, 1)
    else:
        with pytest.raises(Crashed):
            messages.read_answer(line, 1)


def test_the_example_of_the_page_keeps_to_the_schema() -> None:
    lines = (HERE.parent / "README.md").read_text("utf-8").splitlines()
    kinds = {"> ": "request", "< ": "answer"}
    exchange = [(kinds[line[:2]], line[2:]) for line in lines if line[:2] in kinds]

    faults = [messages.schema_fault(kind, text.encode()) for kind, text in exchange]

    assert len(exchange) == 14
    assert set(faults) == {None}


def test_our_own_requests_are_checked(bench: Bench) -> None:
    """A request that breaks the schema is our fault, not the target's."""
    actors = Actors(bench.stage("stdlib"))
    actor = actors.start()

    with pytest.raises(HarnessError, match="breaks the schema"):
        actor.do("get", "get without a name", handle="x")
    actors.end()


def test_an_unknown_operation_is_unsupported(bench: Bench) -> None:
    """The answer that every actor must give to what it cannot know."""
    actors = Actors(bench.stage("stdlib"))

    answer = actors.start().process.ask("unknown-0123")
    actors.end()

    assert answer.unsupported == "no operation 'unknown-0123'"


def test_a_foreign_actor_is_judged(bench: Bench) -> None:
    """A program that shares nothing with us but the protocol."""
    actors = Actors(bench.stage(FOREIGN))

    result = judge(
        by_id("shm.unlink.frees-the-name"), actors, lambda: frees_name(actors)
    )
    actors.end()

    assert (result.verdict, result.detail) == ("conforms", "")


def test_what_a_foreign_actor_does_not_offer_is_not_judged(bench: Bench) -> None:
    actors = Actors(bench.stage(FOREIGN))

    def make_a_list() -> Any:
        actors.start().shareable_list([1])

    result = judge(by_id("shm.unlink.frees-the-name"), actors, make_a_list)
    actors.end()

    assert result.verdict == "unsupported"
    assert result.detail == "no ShareableList with these arguments"
