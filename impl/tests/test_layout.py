from __future__ import annotations

import struct
from typing import Any

import pytest

from shm_reference import _layout, _packing, _runs, _values, _writing

VALUES = [1, "ab", None, True, 2.5, b"xyz123456"]
OTHERS = [-(2**63), 2**63 - 1, 0.0, False, None, "", b"", "encod\xe9s", b"12345678"]


def written(values: list[Any]) -> tuple[_layout.Layout, memoryview]:
    packed = _packing.pack(values)
    memory = memoryview(bytearray(packed.layout.size))
    _packing.fill(memory, packed)
    return packed.layout, memory


def test_the_worked_example() -> None:
    """The bytes of one list, as CPython 3.9 and later write them."""
    layout, memory = written(VALUES)

    assert layout.size == 174
    assert struct.unpack_from("8q", memory) == (6, 0, 8, 16, 24, 32, 40, 56)
    assert (layout.formats, layout.codes) == (120, 168)
    assert bytes(memory[168:]) == bytes([0, 1, 3, 0, 0, 2])
    assert layout.format(memory, 5) == "16s"


def test_an_empty_list_is_sixteen_bytes() -> None:
    """Even an empty list has a length and an end."""
    _, memory = written([])

    assert bytes(memory) == bytes(16)
    assert _layout.Layout.find(memory).length == 0


def all_of(layout: _layout.Layout, memory: memoryview) -> list[Any]:
    return [it for run in _runs.read(layout, memory) for it in run]


@pytest.mark.parametrize("value", VALUES + OTHERS)
def test_values_come_back(value: object) -> None:
    """What is stored is read, in value and type."""
    layout, memory = written([value])
    read = layout.get(memory, 0)

    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("content", "slot"),
    [
        ("", 8),
        ("1234567", 8),
        ("12345678", 8),
        ("123456789", 16),
        ("\u20ac" * 3, 16),
        ("x" * 264, 264),
        ("x" * 265, 272),
    ],
)
def test_slots_are_sized_in_bytes(content: str, slot: int) -> None:
    """A slot has room for the encoded text, rounded up to whole words."""
    assert written([content])[0].room == slot


@pytest.mark.parametrize("length", [9_999_991, 9_999_992, 9_999_993, 9_999_999])
def test_the_longest_strings_fit(length: int) -> None:
    """Each length below 10M bytes has a slot, and a format of eight characters."""
    content = b"x" * length
    layout, memory = written([content, 5])

    assert layout.get(memory, 0) == content
    assert layout.get(memory, 1) == 5
    assert len(layout.format(memory, 0)) <= 8


def test_the_longest_value_can_be_assigned() -> None:
    """To where there is room for it."""
    layout, memory = written([b"x" * 9_999_999])
    layout.set(memory, 0, _values.encode(b"y" * 9_999_999))

    assert layout.get(memory, 0) == b"y" * 9_999_999


@pytest.mark.parametrize("value", ["x" * 10_000_000, b"x" * 10_000_000])
def test_ten_million_bytes_are_refused(value: object) -> None:
    """The limit holds for text and bytes alike."""
    for refuse in (_values.encode, lambda it: _packing.pack([it])):
        with pytest.raises(ValueError, match="exceeds available storage"):
            refuse(value)


class Text(str):
    __slots__ = ()


class Number(int):
    __slots__ = ()


@pytest.mark.parametrize("value", [Text("x"), Number(1), [], 1j, bytearray(1), object])
@pytest.mark.parametrize("error", [KeyError, TypeError])
def test_other_types_are_refused(value: object, error: type[Exception]) -> None:
    """A type that cannot come back is refused, subclasses included."""
    for refuse in (_values.encode, lambda it: _packing.pack([it])):
        with pytest.raises(error, match="cannot be stored"):
            refuse(value)


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (2**63, struct.error),
        (-(2**63) - 1, struct.error),
        ("\ud800", UnicodeEncodeError),
    ],
)
def test_values_beyond_their_type_are_refused(
    value: object, error: type[Exception]
) -> None:
    """An int beyond 64 bits and a lone surrogate cannot be stored."""
    for refuse in (_values.encode, lambda it: _packing.pack([it])):
        with pytest.raises(error):
            refuse(value)


@pytest.mark.parametrize("old", VALUES)
@pytest.mark.parametrize("new", [7, -1.5, True, None, "new", b"new", "", b"12345678"])
def test_replacing(old: object, new: object) -> None:
    """Any value may follow any other in a slot, and the neighbours stay."""
    layout, memory = written(["left", old, "right"])
    layout.set(memory, 1, _values.encode(new))

    assert [layout.get(memory, it) for it in range(3)] == ["left", new, "right"]


def test_refusing_changes_nothing() -> None:
    """A string that does not fit leaves every byte as it was."""
    layout, memory = written([5, "old", 6])
    before = bytes(memory)
    with pytest.raises(ValueError, match="exceeds available storage"):
        layout.set(memory, 1, _values.encode("123456789"))

    assert bytes(memory) == before


def test_same_types_leave_format_and_code_alone() -> None:
    """Replacing like by like writes the slot only: no reader sees it change."""
    layout, memory = written(["old", 5])
    frozen = bytes(memory[layout.formats :])
    layout.set(memory, 0, _values.encode("new"))
    layout.set(memory, 1, _values.encode(6))

    assert bytes(memory[layout.formats :]) == frozen


def test_a_change_of_type_goes_through_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that dies at any step leaves the old value, None, or the new one."""
    layout, memory = written(["old", 5])
    right, seen = _writing.write, []

    def write(*step: Any) -> None:
        right(*step)
        seen.append(layout.get(memory, 0))

    monkeypatch.setattr(_writing, "write", write)
    layout.set(memory, 0, _values.encode(-1))

    assert seen == [None, None, None, -1]


def test_retyping_by_others_is_seen() -> None:
    """Format and code are read anew at each access, through any layout object."""
    layout, memory = written([5, "text"])
    other = _layout.Layout.find(memory)
    other.set(memory, 0, _values.encode("five"))

    assert layout.get(memory, 0) == "five"


def test_a_type_that_changes_meanwhile_is_read_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A value is taken with the format and the code that it had, or not at all."""
    layout, memory = written(["text"])
    right = _values.decode

    def decode(memory: Any, at: int, format: int, code: int) -> object:
        value = right(memory, at, format, code)
        memory[layout.codes] = _values.BYTES
        return value

    monkeypatch.setattr(_values, "decode", decode)

    assert layout.get(memory, 0) == b"text"


@pytest.mark.parametrize("format", [b"1024s", b"9999s"])
def test_a_format_wider_than_the_block_ends_with_it(format: bytes) -> None:
    """No writer makes one; what is there is read."""
    layout, memory = written(["text"])
    memory[layout.formats : layout.codes] = format.ljust(8, b"\0")

    assert str(layout.get(memory, 0)).startswith("text")
    assert str(all_of(layout, memory)[0]).startswith("text")


@pytest.mark.parametrize(
    ("format", "code"),
    [
        (b"8s", 0),
        (b"q", 1),
        (b"q", 2),
        (b"zz", 1),
        (b"8x", 1),
        (b"q", 9),
        (b"\xff" * 8, 1),
    ],
)
def test_contradictions_are_an_error(format: bytes, code: int) -> None:
    """A format and a code that do not agree raise ValueError, and nothing odd."""
    layout, memory = written([5])
    memory[layout.formats : layout.codes] = format.ljust(8, b"\0")
    memory[layout.codes] = code
    with pytest.raises(ValueError, match=f"code {code} and format"):
        layout.get(memory, 0)
    with pytest.raises(ValueError, match=f"code {code} and format"):
        all_of(layout, memory)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        bytes(8),
        b"\xff" * 64,
        struct.pack("4q", 1, 0, 8, 9),
        struct.pack("3q", 2**62, 0, 8),
        struct.pack("9q", 1, 8, 16, 0, 0, 0, 0, 0, 0),
        struct.pack("9q", 2, 0, 8, 0, 0, 0, 0, 0, 0),
        struct.pack("9q", 1, 0, 12, 0, 0, 0, 0, 0, 0),
        # So many items that the end of the last one would be behind the block.
        struct.pack("3q", 2, 0, 8),
        struct.pack("3q", 3, 0, 8),
        # [1] as Python 3.8 wrote it: sizes in the place of offsets.
        struct.pack("3q8sb", 1, 8, 1, b"q", 0),
    ],
)
def test_other_contents_are_no_list(content: bytes) -> None:
    """A block that holds something else is refused before it is believed."""
    with pytest.raises(ValueError, match="holds no ShareableList"):
        _layout.Layout.find(memoryview(content))


@pytest.mark.parametrize("bounds", [(4, 12), (-4, 8), (0, 4), (8, 8), (8, 1608)])
def test_slots_that_cannot_be_are_an_error(bounds: tuple[int, int]) -> None:
    """Whoever else writes into the block: no byte beside a slot is taken for one."""
    # In a short list all slots are looked at together.
    layout, memory = written([1] * 200)
    struct.pack_into("2q", memory, 8, *bounds)
    with pytest.raises(ValueError, match="holds no ShareableList"):
        layout.get(memory, 0)


def test_larger_blocks_are_fine() -> None:
    """Systems that round blocks up to pages do not disturb the layout."""
    _, memory = written(VALUES)
    rounded = memoryview(bytes(memory).ljust(4096, b"\0"))
    layout = _layout.Layout.find(rounded)

    assert [layout.get(rounded, it) for it in range(layout.length)] == VALUES


@pytest.mark.parametrize("width", [8, 1024, 1025, 9_999_999])
def test_formats_of_strings_have_a_width(width: int) -> None:
    """However wide, and what others write into the block does not pile up here."""
    assert _values.WIDTHS[_values.word(f"{width}s")] == width

    for format in ("q", "8x", "s", "-8s", ""):
        with pytest.raises(KeyError):
            _values.WIDTHS[_values.word(format)]
    for it in range(1, 3 * _values.MOST_REMEMBERED):
        assert _values.WIDTHS[_values.STRINGS[it]] == it
    assert len(_values.STRINGS) <= _values.MOST_REMEMBERED
