# ruff: noqa: SLF001
from __future__ import annotations

import ast
import struct
import sys
import tracemalloc
from multiprocessing import shared_memory as standard
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

from shm_reference import (
    ShareableList,
    SharedMemory,
    _packing,
    _runs,
    _values,
    _views,
)
from shm_reference._items import Items
from shm_reference._values import WORD

VALUES = [5, 2.5, True, None, "text", b"bytes", "x" * 2000, ""]
OTHERS: list[Any] = [-7, -0.25, False, None, "other", b"others", "", "last"]

needs_counts = pytest.mark.skipif(not _views.IS_KNOWN, reason="no reference counts")


@pytest.fixture
def items(name: str) -> Iterator[ShareableList]:
    """A list of VALUES whose items were read and assigned before."""
    items = ShareableList(VALUES, name=name)
    for position, value in enumerate(items):
        items[position] = value
    yield items
    items.shm.close()
    items.shm.unlink()


@pytest.fixture
def other(items: ShareableList) -> Iterator[ShareableList]:
    """Another handle on the same list."""
    other = ShareableList(name=items.shm.name)
    list(other)
    yield other
    other.shm.close()


def types_at(items: ShareableList, position: int) -> tuple[int, int]:
    """Return the places of an item's format and of its code."""
    codes = items.shm.size - len(items)
    return codes - 8 * (len(items) - position), codes + position


def shown(items: ShareableList) -> list[Any]:
    text = repr(items)
    values: list[Any] = ast.literal_eval(text[text.index("[") : text.rindex("]") + 1])
    return values


READERS: dict[str, Callable[[ShareableList], list[Any]]] = {
    "by position": lambda items: [items[it] for it in range(len(items))],
    "from the back": lambda items: [items[it - len(items)] for it in range(len(items))],
    "by iteration": list,
    "by repr": shown,
}


@pytest.mark.parametrize("is_from_the_back", [True, False])
def test_every_reader_sees_what_another_handle_assigns(
    items: ShareableList, other: ShareableList, is_from_the_back: bool
) -> None:
    """Each value in turn in each item, whatever was there before."""
    for shift in range(len(OTHERS)):
        values = OTHERS[shift:] + OTHERS[:shift]
        for position, value in enumerate(values):
            other[position - len(items) * is_from_the_back] = value

        for read in READERS.values():
            assert repr(read(items)) == repr(read(other)) == repr(values)


@pytest.mark.parametrize("old", [5, 2.5, True, None, "text", b"bytes"])
def test_each_type_can_follow_each_other(name: str, old: object) -> None:
    """What is assigned has its own type, not that of what was there."""
    items = ShareableList([old], name=name)
    for value in (6, 3.5, False, None, "other", b"other"):
        items[0] = old
        assert repr(items[0]) == repr(old)
        items[0] = value
        assert repr(items[0]) == repr(value)
    items.shm.close()


@pytest.mark.parametrize("between", [VALUES, [5, 2.5, True]])
@pytest.mark.parametrize("value", [*OTHERS, 1, 0.0, "absent", b"other"])
def test_count_and_index_are_those_of_a_list(
    name: str, value: object, between: list[Any]
) -> None:
    """A number is equal to one of another type, a str to no bytes.

    The run is one of usual items, or there is a long string among them.
    """
    known = [*OTHERS, *between, *OTHERS]
    items = ShareableList(known, name=name)

    assert items.count(value) == known.count(value)
    if value in known:
        assert items.index(value) == known.index(value)
    else:
        with pytest.raises(ValueError, match="not in this container"):
            items.index(value)
    items.shm.close()


def test_what_no_item_can_be_is_not_found(name: str) -> None:
    """A run without items of the type is not looked at, but it is counted."""
    items = ShareableList(["text"] * 300 + [7], name=name)

    assert (items.count(8), items.index(7)) == (0, 300)
    items.shm.close()


def test_a_run_of_usual_items_is_shown(name: str) -> None:
    """Each type comes back from a run that is taken apart in one step."""
    items = ShareableList(OTHERS, name=name)

    assert repr(shown(items)) == repr(OTHERS)
    items.shm.close()


def test_positions_outside_are_refused(items: ShareableList) -> None:
    """Just beyond either end, to read and to assign."""
    for position in (len(items), -len(items) - 1):
        with pytest.raises(IndexError, match="index out of range"):
            items[position]
        with pytest.raises(IndexError, match="assignment index out of range"):
            items[position] = 1
    assert list(items) == VALUES


def test_runs_are_joined(name: str) -> None:
    """Lists of more than one run are counted, searched and shown whole."""
    values = [it % 1100 for it in range(2300)]
    items = ShareableList(values, name=name)

    assert items.count(1099) == values.count(1099)
    assert items.index(1099) == values.index(1099)
    assert shown(items) == values
    items.shm.close()


class Anything:
    """Equal to whatever it is compared with, as mock.ANY is."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


def test_foreign_values_decide_for_themselves(items: ShareableList) -> None:
    """A value of another type is asked whether it is equal."""
    assert items.count(Anything()) == len(VALUES)
    assert items.index(Anything()) == 0


def test_code_3_is_none_whatever_the_format(items: ShareableList) -> None:
    """Who makes an item None by its code alone is understood."""
    assert items.shm.buf is not None
    for position in range(len(items)):
        items.shm.buf[types_at(items, position)[1]] = 3

    for read in READERS.values():
        assert read(items) == [None] * len(items)
    assert items.count(None) == len(items)


@pytest.mark.parametrize(
    "format", [b"q", b"d", b"8s", b"xxxxxxx?", b"\xff\xfe", b"99s"]
)
@pytest.mark.parametrize("code", [0, 1, 2, 9])
def test_what_does_not_agree_is_an_error(
    items: ShareableList, format: bytes, code: int
) -> None:
    """A format and a code that do not agree are a ValueError by every way."""
    fits = {b"q": [0], b"d": [0], b"xxxxxxx?": [0], b"8s": [1, 2], b"99s": [1, 2]}
    format_at, code_at = types_at(items, 0)
    assert items.shm.buf is not None
    items.shm.buf[format_at : format_at + 8] = format.ljust(8, b"\0")
    items.shm.buf[code_at] = code

    if code not in fits.get(format, []):
        for read in READERS.values():
            with pytest.raises(ValueError, match=r"code \d and format"):
                read(items)


@pytest.mark.parametrize("format", [b"q", b"d", b"xxxxxxx?", b"xxxxxx?x", b"8s"])
def test_a_code_of_none_is_none(items: ShareableList, format: bytes) -> None:
    """As in the middle of a change of type: whatever the slot holds, nothing is there."""
    format_at, code_at = types_at(items, 0)
    assert items.shm.buf is not None
    items.shm.buf[format_at : format_at + 8] = format.ljust(8, b"\0")
    items.shm.buf[code_at] = _values.NONE

    for read in READERS.values():
        assert read(items) == [None, *VALUES[1:]]


def test_iteration_is_of_the_moment(items: ShareableList, other: ShareableList) -> None:
    """What is assigned while a list is iterated is what comes."""
    values = iter(items)
    next(values)
    other[1] = "changed"
    assert next(values) == "changed"
    other[2] = 8
    assert next(values) == 8


def test_iteration_ends_where_the_block_is_closed(items: ShareableList) -> None:
    """The next value of a closed list is an error that says so."""
    values = iter(items)
    next(values)
    items.shm.close()
    with pytest.raises(ValueError, match="closed"):
        next(values)


@pytest.mark.parametrize(
    "use",
    [
        lambda items: items[0],
        lambda items: items.__setitem__(0, 1),
        lambda items: items.__setitem__(4, "x"),
        len,
        list,
        repr,
        lambda items: items.count(5),
        lambda items: items.format,
    ],
)
def test_used_lists_can_be_closed(
    items: ShareableList, use: Callable[[ShareableList], object]
) -> None:
    """Nothing of ours stands in the way of close(), and nothing works after it."""
    use(items)
    items.shm.close()

    assert str(items.shm.name) not in Path("/proc/self/maps").read_text()
    with pytest.raises(ValueError, match="closed"):
        use(items)


@needs_counts
def test_refused_close_leaves_the_list_usable(items: ShareableList) -> None:
    """BufferError by a view of the program changes nothing for the list."""
    assert items.shm.buf is not None
    view = items.shm.buf[:1]
    with pytest.raises(BufferError):
        items.shm.close()
    items[0] = 6

    assert list(items)[:2] == [6, 2.5]
    view.release()


def test_a_list_follows_its_block(items: ShareableList, name: str) -> None:
    """A handle that is assigned is the one that is used, whoever made it."""
    old = items.shm
    for handle in (SharedMemory(name), standard.SharedMemory(name)):
        items.shm = handle  # type: ignore[assignment]
        items[0] = items[0] + 1
        assert list(items) == [items[0], *VALUES[1:]]
        items.shm = old
        handle.close()

    assert items[0] == 7


def plain(items: ShareableList) -> Any:
    """The same list by `Items` alone, as PyPy has it."""
    handle = Items()
    handle._shm, handle._layout = items.shm, items._layout
    return handle


def test_plain_items_follow_their_block(items: ShareableList, name: str) -> None:
    """A handle that is assigned is the one that is used."""
    handle, other = plain(items), SharedMemory(name)
    assert handle.shm is items.shm
    handle.shm = other

    assert handle[0] == items[0]
    other.close()
    with pytest.raises(ValueError, match="closed"):
        handle[0]


@pytest.mark.parametrize("values", [[], [1, 2]])
def test_the_length_of_what_is_closed_is_an_error(name: str, values: list[int]) -> None:
    """By either way to have a list, and of an empty one too."""
    items = ShareableList(values, name=name)
    assert (len(items), len(plain(items))) == (len(values), len(values))
    items.shm.close()

    for closed in (items, plain(items)):
        with pytest.raises(ValueError, match="closed"):
            len(closed)


def test_the_length_of_what_was_empty_is_asked_anew(name: str) -> None:
    """By who attached before the items were there."""
    block = SharedMemory(name, create=True, size=100)
    early, quick = plain(ShareableList(name=name)), ShareableList(name=name)
    assert (len(early), len(quick)) == (0, 0)
    assert block.buf is not None
    block.buf[:40] = struct.pack("5q", 1, 0, 8, 7, _values.INT)

    assert (len(early), len(quick)) == (1, 1)


class Retyped:
    """The codes of items, one of which changes as soon as it was looked at."""

    def __init__(self, *codes: int) -> None:
        self._codes = iter(codes)

    def __getitem__(self, _: int) -> int:
        return next(self._codes)


@pytest.mark.parametrize("position", [(0,), (), (0, 0)])
def test_tuples_are_no_positions(items: ShareableList, position: object) -> None:
    """Though a view of memory takes some; of None least of all."""
    items[0] = None
    assert items[0] is None
    for _ in range(2):
        with pytest.raises(TypeError):
            items[position]  # type: ignore[index]
        with pytest.raises(TypeError):
            items[position] = 5  # type: ignore[index]


def test_text_that_was_cut_hides_no_other_item(name: str) -> None:
    """It is the standard library's error where it is read, and not before."""
    items = ShareableList(["first", "x", "last"], name=name)
    start = WORD * (len(items) + 2)
    assert items.shm.buf is not None
    items.shm.buf[start + WORD] = 0xC3

    for _ in range(2):
        assert (items.index("first"), items[2]) == (0, "last")
        for read in (list, repr, lambda it: it[1], lambda it: it.count("last")):
            with pytest.raises(UnicodeDecodeError):
                read(items)
        with pytest.raises(UnicodeDecodeError):
            items.index("last")
    items.shm.close()
    items.shm.unlink()


@needs_counts
@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ("text", (_values.BYTES, _values.STR)),
        (b"text", (_values.STR, _values.BYTES)),
    ],
)
def test_a_string_that_changes_its_type_meanwhile_is_read_again(
    items: ShareableList,
    monkeypatch: pytest.MonkeyPatch,
    value: str | bytes,
    codes: tuple[int, int],
) -> None:
    """It is taken with the code that it had before and after, or not at all."""
    items[4] = value
    assert items[4] == value
    monkeypatch.setattr(items, "_codes", Retyped(*codes))

    assert items[4] == value


@needs_counts
def test_an_iterated_string_that_changes_its_type_meanwhile_is_read_again(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By iteration, too."""
    items = ShareableList(["text"], name=name)
    assert list(items) == ["text"]
    codes = Retyped(_values.BYTES, _values.STR)
    monkeypatch.setattr(items, "_codes", codes)

    assert next(iter(items)) == "text"
    items.shm.close()


def test_a_run_that_changes_its_types_meanwhile_is_read_again(
    items: ShareableList, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Item by item, each of one moment."""
    right = _runs._types
    asked: list[None] = []

    def types(*words: Any) -> tuple[bytes, bytes]:
        asked.append(None)
        formats, codes = right(*words)
        return formats, codes if len(asked) > 1 else bytes(3 for _ in codes)

    monkeypatch.setattr(_runs, "_types", types)

    assert shown(items) == VALUES


@pytest.mark.parametrize("value", [6, 6.5])
def test_what_a_killed_writer_left_can_be_assigned(
    items: ShareableList, value: float
) -> None:
    """An item with the format of a number and the code of None becomes a number."""
    position = 0 if type(value) is int else 1
    assert items.shm.buf is not None
    items.shm.buf[types_at(items, position)[1]] = _values.NONE
    items[position] = value

    assert items[position] == value


class Doubled(ShareableList):
    """Items are read as twice what is stored."""

    def __getitem__(self, position: int) -> Any:
        return 2 * super().__getitem__(position)


class Backwards(ShareableList):
    """Items come from the last to the first."""

    def __iter__(self) -> Iterator[Any]:
        return (self[it] for it in reversed(range(len(self))))


class DoubledItems(Items):
    """Items that are read as twice what is stored, by `Items` alone."""

    def __getitem__(self, position: int) -> Any:
        return 2 * super().__getitem__(position)


class BackwardsItems(Items):
    """Items that come from the last to the first, by `Items` alone."""

    def __iter__(self) -> Iterator[Any]:
        return (self[it] for it in reversed(range(len(self))))


def test_who_attached_early_finds_the_items_later(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list in the making is empty; whatever was asked of it then, it is not for ever."""
    early: list[Any] = []
    fill = _packing.fill

    def attach_and_fill(*words: Any) -> None:
        early.extend(ShareableList(name=name) for _ in range(4))
        assert [list(it) for it in early] == [[]] * 4
        assert [len(it) for it in early] == [0] * 4
        fill(*words)

    monkeypatch.setattr(_packing, "fill", attach_and_fill)
    items = ShareableList(VALUES, name=name)

    for ask, due in (
        (list, VALUES),
        (lambda it: it[-1], VALUES[-1]),
        (lambda it: it.index("text"), 4),
        (lambda it: it.format, items.format),
    ):
        it = early.pop()
        assert ask(it) == due
        it[0] = 7
        assert items[0] == 7
        items[0] = VALUES[0]
        it.shm.close()
    items.shm.close()
    items.shm.unlink()


def test_subclasses_read_in_their_own_way(name: str) -> None:
    """An overridden way to read an item is the way of all that reads items."""
    items = Doubled([1, 2, 3], name=name)

    assert list(items) == [2, 4, 6]
    assert (items.count(4), items.index(6)) == (1, 2)
    assert repr(items) == f"Doubled([2, 4, 6], name={name!r})"
    items.shm.close()


def test_subclasses_iterate_in_their_own_way(name: str) -> None:
    """An overridden way to iterate is the way of all that needs each item."""
    items = Backwards([1, 2, 3], name=name)

    assert (items.index(3), items.index(1)) == (0, 2)
    assert repr(items) == f"Backwards([3, 2, 1], name={name!r})"
    items.shm.close()


@pytest.mark.parametrize(
    ("kind", "values"), [(DoubledItems, [2, 4, 6]), (BackwardsItems, [3, 2, 1])]
)
def test_subclasses_of_plain_items_do_so_too(
    name: str, kind: type[Items], values: list[int]
) -> None:
    """Where code is compiled, lists have no quick ways, but these."""
    items = ShareableList([1, 2, 3], name=name)
    handle = kind()
    handle._shm, handle._layout = items.shm, items._layout

    assert [handle.index(it) for it in values] == [0, 1, 2]
    assert [handle.count(it) for it in values] == [1, 1, 1]
    assert handle._values() == values
    items.shm.close()


@pytest.mark.parametrize("position", [0, -3])
def test_formats_wider_than_the_slot_are_not_filled(name: str, position: int) -> None:
    """A str is not padded beyond its slot, whatever the format says."""
    items = ShareableList(["a", "neighbour", "last"], name=name)
    list(items)
    format_at = types_at(items, 0)[0]
    assert items.shm.buf is not None
    items.shm.buf[format_at : format_at + 8] = b"24s".ljust(8, b"\0")
    items[position] = "b"

    assert list(items) == ["b", "neighbour", "last"]
    items[position] = "as wide as its format"[:8]
    assert list(items) == ["as wide ", "neighbour", "last"]
    items.shm.close()


@pytest.mark.parametrize(
    "offsets", [(0, 800, 16), (0, -8, 16), (0, 3, 16), (0, 16, 16)]
)
def test_slots_that_cannot_be_are_an_error(
    name: str, offsets: tuple[int, int, int]
) -> None:
    """A block that is found to hold no list only when it is used."""
    items = ShareableList([1, 2], name=name)
    assert items.shm.buf is not None
    items.shm.buf[8:32] = struct.pack("3q", *offsets)
    for use in (lambda: items[1], lambda: list(items), lambda: items.count(2)):
        with pytest.raises(ValueError, match="holds no ShareableList"):
            use()
    items.shm.close()


@needs_counts
def test_a_handle_is_no_larger_than_the_standard_one(name: str) -> None:
    """The memory that a used handle holds is that of the standard library's."""
    if sys.version_info < (3, 9):
        pytest.skip("another layout")
    ShareableList(range(10_000), name=name).shm.close()

    def held(kind: Any) -> int:
        tracemalloc.start()
        handle = kind(name=name)
        for position in range(10_000):
            handle[position] = handle[position]
        size = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        handle.shm.close()
        return size

    held(ShareableList)
    assert held(ShareableList) <= held(standard.ShareableList)


def test_the_length_has_a_private_name(items: ShareableList) -> None:
    """By which other people's code is known to reach for it."""
    private: Any = items

    assert private._list_len == len(VALUES)
