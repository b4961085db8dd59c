"""How a ShareableList lies in its block, common to CPython 3.9 and later and PyPy.

With N items, in the byte order of the machine and every number eight bytes long:

    N, the offsets of N slots relative to the first one, the length of all slots
    the slots, each a multiple of eight bytes
    N struct formats of eight bytes each, as text padded with NULs
    N codes of one byte each: 0 number, 1 str, 2 bytes, 3 None

How much room a str gets is not part of it: CPython counts characters and always
adds a byte, others fit the encoded bytes. CPython 3.8 had an older layout, with
the N lengths of the slots where the N + 1 offsets are now.

Written for the suite alone, so that no target is measured by its own code. Pure.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

WORD = 8
ORDERS = {"little": "<", "big": ">"}

Value = int | float | bool | str | bytes | None

_READERS: tuple[Callable[[Any], Value], ...] = (
    lambda raw: raw,
    lambda raw: raw.rstrip(b"\0").decode("utf-8"),
    lambda raw: raw.rstrip(b"\0"),
    lambda raw: None,
)
_SCALARS = {int: ("q", 0), float: ("d", 0), bool: ("xxxxxxx?", 0)}


def decode(block: bytes, byteorder: str) -> list[Value]:
    """Read the items of a block; ValueError where it is not in this layout."""
    mark = ORDERS[byteorder]
    try:
        (count,) = struct.unpack_from(f"{mark}q", block)
        offsets = struct.unpack_from(f"{mark}{count + 1}q", block, WORD)
        slots = WORD * (count + 2)
        formats = slots + offsets[-1]
        codes = block[formats + WORD * count :][:count]
        return [
            _READERS[code](_raw(block, mark, formats + WORD * at, slots + start))
            for at, (code, start) in enumerate(zip(codes, offsets[:-1], strict=True))
        ]
    except (struct.error, IndexError, ValueError) as error:
        raise ValueError(f"not in the common layout: {error}") from error


def _raw(block: bytes, mark: str, format_at: int, start: int) -> Any:
    text = _text(block[format_at : format_at + WORD])
    return struct.unpack_from(mark + text, block, start)[0]


def _text(raw: bytes) -> str:
    return raw.rstrip(b"\0").decode("ascii")


def generation(block: bytes, byteorder: str) -> str:
    """Say which of the known layouts a block is in; ValueError where in none."""
    with contextlib.suppress(ValueError):
        decode(block, byteorder)
        return "3.9"
    mark = ORDERS[byteorder]
    try:
        (count,) = struct.unpack_from(f"{mark}q", block)
        rooms = struct.unpack_from(f"{mark}{count}q", block, WORD)
        formats = WORD * (count + 1) + sum(rooms)
        texts = [block[formats + WORD * at :][:WORD] for at in range(count)]
        sizes = [struct.calcsize(mark + _text(raw)) for raw in texts]
    except (struct.error, ValueError) as error:
        raise ValueError(f"in no known layout: {error}") from error
    if sizes != list(rooms):
        raise ValueError("in no known layout: formats and lengths of slots differ")
    return "3.8"


def by_bytes(value: str | bytes) -> int:
    """Just the room that the encoded value needs."""
    size = len(value.encode() if isinstance(value, str) else value)
    return max(WORD, -(-size // WORD) * WORD)


def by_characters(value: str | bytes) -> int:
    """CPython's room: by characters, and always one more; never less than needed."""
    return max(by_bytes(value), (len(value) // WORD + 1) * WORD)


SlotRule = Callable[[str | bytes], int]
SLOT_RULES: dict[str, SlotRule] = {"bytes": by_bytes, "characters": by_characters}


def encode(values: Sequence[Value], byteorder: str, rule: SlotRule = by_bytes) -> bytes:
    """Write items as a block; *rule* says how much room a str or bytes gets."""
    mark = ORDERS[byteorder]
    items = [_item(value, mark, rule) for value in values]
    offsets = [0, *accumulate(len(slot) for _, slot, _ in items)]
    return b"".join(
        (
            struct.pack(f"{mark}{len(items) + 2}q", len(items), *offsets),
            *(slot for _, slot, _ in items),
            *(text.encode().ljust(WORD, b"\0") for text, _, _ in items),
            bytes(code for _, _, code in items),
        )
    )


def _item(value: Value, mark: str, rule: SlotRule) -> tuple[str, bytes, int]:
    """The format, the slot and the code of a value."""
    if value is None:
        return "xxxxxx?x", bytes(WORD), 3
    if isinstance(value, (str, bytes)):
        content = value.encode() if isinstance(value, str) else value
        room = rule(value)
        return f"{room}s", content.ljust(room, b"\0"), 1 if type(value) is str else 2
    text, code = _SCALARS[type(value)]
    return text, struct.pack(mark + text, value), code
