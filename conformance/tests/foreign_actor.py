"""An actor of another kind: its own implementation, in its own words.

What `actor:COMMAND` needs, and not much more. A block here is a file of
/dev/shm; of the protocol it knows the five operations without which no block
has a life, and refuses the others.
"""

from __future__ import annotations

import base64
import json
import mmap
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

blocks: dict[str, tuple[Path, mmap.mmap]] = {}


def hello(**_: Any) -> dict[str, Any]:
    return {"dict": {"pid": os.getpid(), "operations": {"list": sorted(OPERATIONS)}}}


def new(kind: str, into: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    given = {**dict(zip(("name", "create", "size"), args, strict=False)), **kwargs}
    if kind != "SharedMemory" or not set(given) <= {"name", "create", "size"}:
        raise NotImplementedError(f"no {kind} with these arguments")
    path = Path("/dev/shm") / (given.get("name") or f"foreign_{os.urandom(6).hex()}")
    if given.get("create"):
        with path.open("xb") as file:
            file.truncate(given["size"])
    with path.open("r+b") as file:
        blocks[into] = (path, mmap.mmap(file.fileno(), 0))
    return {"handle": into}


def call(handle: str, method: str, **_: Any) -> None:
    path, mapping = blocks[handle]
    if method == "close":
        mapping.close()
    elif method == "unlink":
        path.unlink()
    else:
        raise NotImplementedError(f"no method {method}")


def get(handle: str, name: str, **_: Any) -> Any:
    path, mapping = blocks[handle]
    if name not in ("name", "size"):
        raise NotImplementedError(f"no attribute {name}")
    return path.name if name == "name" else len(mapping)


def read(handle: str, start: int = 0, stop: int | None = None) -> Any:
    return {"bytes": base64.b64encode(blocks[handle][1][start:stop]).decode()}


OPERATIONS: dict[str, Callable[..., Any]] = {
    "hello": hello,
    "new": new,
    "call": call,
    "get": get,
    "read": read,
}


def answer(request: dict[str, Any]) -> dict[str, Any]:
    operation = OPERATIONS.get(request.pop("op"))
    if operation is None:
        return {"unsupported": "this actor is a small one"}
    try:
        return {"value": operation(**request)}
    except NotImplementedError as error:
        return {"unsupported": str(error)}
    except OSError as error:
        bases = [kind.__name__ for kind in type(error).__mro__]
        return {
            "error": {"type": bases[0], "bases": bases, "message": str(error)},
        }


for line in sys.stdin:
    asked = json.loads(line)
    number = asked.pop("id")
    print(json.dumps({"id": number, **answer(asked)}), flush=True)  # noqa: T201
