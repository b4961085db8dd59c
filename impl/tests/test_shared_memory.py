# ruff: noqa: SLF001
from __future__ import annotations

import ctypes
import gc
import inspect
import os
import pickle
import struct
import subprocess
import sys
from multiprocessing import shared_memory as standard
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

from shm_reference import (
    ShareableList,
    SharedMemory,
    _packing,
    _posix,
    _views,
    shared_memory,
)

VALUES = ["howdy", b"HoWdY", -273.154, 100, None, True, 42, "\u20ac" * 5, b"x" * 17, ""]

needs_counts = pytest.mark.skipif(not _views.IS_KNOWN, reason="no reference counts")


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def is_mapped(name: str) -> bool:
    return name in Path("/proc/self/maps").read_text()


@pytest.fixture
def shm(name: str) -> Iterator[SharedMemory]:
    """A new block of ten bytes."""
    shm = SharedMemory(name, create=True, size=10)
    yield shm
    gc.collect()
    shm.close()
    try:
        shm.unlink()
    except FileNotFoundError:
        return


@pytest.fixture
def items(name: str) -> Iterator[ShareableList]:
    """A new list of VALUES."""
    items = ShareableList(VALUES, name=name)
    yield items
    items.shm.close()
    items.shm.unlink()


def test_signatures() -> None:
    """Arguments are those of the documentation."""
    create = inspect.signature(SharedMemory)
    new_list = inspect.signature(ShareableList)

    assert list(create.parameters) == ["name", "create", "size", "track"]
    assert [it.default for it in create.parameters.values()] == [None, False, 0, True]
    assert create.parameters["track"].kind is inspect.Parameter.KEYWORD_ONLY
    assert list(new_list.parameters) == ["sequence", "name"]
    assert new_list.parameters["name"].kind is inspect.Parameter.KEYWORD_ONLY


def test_import_is_light(run: Any) -> None:
    """The module brings neither the managers nor a source of random numbers."""
    script = """if True:
    import sys, multiprocessing.resource_tracker
    before = set(sys.modules)
    import shm_reference.shared_memory
    heavy = {"multiprocessing.managers", "random", "secrets", "ctypes", "socket"}
    print(heavy & (set(sys.modules) - before))
    """

    assert run(script).stdout == "set()\n"


def test_handles_share_memory(shm: SharedMemory, name: str) -> None:
    """What one handle writes, another reads; name and size agree."""
    other = SharedMemory(name, size=1000)
    assert shm.buf is not None
    assert other.buf is not None
    shm.buf[:5] = b"howdy"

    assert bytes(other.buf) == b"howdy" + bytes(5)
    assert (other.name, other.size) == (name, 10)
    assert repr(other) == f"SharedMemory({name!r}, size=10)"
    other.close()


def test_blocks_are_private_to_the_user(shm: SharedMemory) -> None:
    """The mode is 0600."""
    assert os.fstat(shm._fd).st_mode & 0o777 == 0o600


@pytest.mark.parametrize("attribute", ["buf", "name", "size"])
def test_attributes_are_read_only(shm: SharedMemory, attribute: str) -> None:
    """Assignment is an AttributeError."""
    with pytest.raises(AttributeError):
        setattr(shm, attribute, None)


def test_an_empty_block_is_refused_by_its_size() -> None:
    """The error speaks of the argument, and not of what the system made of it."""
    with pytest.raises(ValueError, match="different from zero"):
        SharedMemory(create=True, size=0)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"create": True, "size": -1}, ValueError),
        ({"create": True, "size": 0}, ValueError),
        ({"create": True}, ValueError),
        ({"create": True, "size": 1.5}, TypeError),
        ({"create": True, "size": float("nan")}, ValueError),
        ({"create": True, "size": "8"}, TypeError),
        ({"create": True, "size": 1, "name": 5}, TypeError),
        ({"create": True, "size": 1, "name": b"x"}, TypeError),
        ({"create": True, "size": 1, "name": "x\0y"}, ValueError),
        ({"create": True, "size": 1, "name": ""}, OSError),
        ({"create": True, "size": 1, "name": "a/b"}, OSError),
        ({"create": False}, ValueError),
        ({"name": "x", "size": -1}, ValueError),
    ],
)
def test_wrong_arguments(arguments: dict[str, Any], error: type[Exception]) -> None:
    """Whatever cannot be meant is refused, and keeps no descriptor."""
    before = descriptors()
    with pytest.raises(error):
        SharedMemory(**arguments)

    assert descriptors() == before


def test_generated_names_are_tried_again(
    shm: SharedMemory, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A generated name that is taken is followed by another."""
    names = iter(["/" + name, "/" + name + "2"])
    monkeypatch.setattr(shared_memory, "_make_filename", lambda: next(names))
    other = SharedMemory(create=True, size=1)
    other.close()
    other.unlink()

    assert other.name == name + "2"


def test_a_programs_own_names_are_not_taken_for_novel(
    shm: SharedMemory,
    name: str,
    messages: list[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The tracker is told of none that is somebody else's: we might die then."""
    names = iter(["/" + name, "/" + name + "2"])
    monkeypatch.setattr(shared_memory, "_make_filename", lambda: next(names))
    other = SharedMemory(create=True, size=1)
    other.close()
    _posix.remove("/" + name + "2")

    assert ("register", "/" + name) not in messages


def test_an_attach_never_makes_a_block(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not for a moment either: others would see it."""
    asked: list[int] = []
    right = _posix.open_block

    def open_block(name: str, flags: int, mode: int, size: int) -> int:
        asked.append(flags)
        return right(name, flags, mode, size)

    monkeypatch.setattr(_posix, "open_block", open_block)
    with pytest.raises(FileNotFoundError):
        SharedMemory(name)

    assert asked == [os.O_RDWR]


def test_a_handle_that_never_opened_is_empty() -> None:
    """As a subclass may have it whose own __init__ fails."""
    handle = SharedMemory.__new__(SharedMemory)
    handle.close()

    assert (handle.size, handle.name, handle.buf) == (0, None, None)


def test_a_subclass_closes_what_never_opened(name: str) -> None:
    """It may have more to give back than the block."""
    closed: list[None] = []

    class Handle(SharedMemory):
        def close(self) -> None:
            closed.append(None)
            super().close()

    with pytest.raises(FileNotFoundError):
        Handle(name)
    gc.collect()

    assert closed


def test_a_descriptor_that_is_closed_already_is_no_error(shm: SharedMemory) -> None:
    """Programs that sweep all descriptors close that of a handle, too."""
    os.close(shm._fd)
    shm.close()

    assert shm.buf is None


def test_a_block_costs_one_descriptor_where_that_can_be(name: str) -> None:
    """The mapping has none of its own from CPython 3.13 on."""
    before = descriptors()
    shm = SharedMemory(name, create=True, size=10, track=False)
    more = descriptors() - before
    shm.close()
    is_cpython = sys.implementation.name == "cpython"

    assert more == (1 if is_cpython and sys.version_info >= (3, 13) else 2)


def test_one_block_however_many_slashes(run: Any, name: str) -> None:
    """The tracker and the system agree on a name with extra slashes."""
    script = """if True:
    import sys
    from shm_reference import SharedMemory
    a = SharedMemory(sys.argv[1], create=True, size=1)
    b = SharedMemory("//" + sys.argv[1])
    print(b.name, a._name == b._name)
    for it in a, b:
        it.close()
    a.unlink()
    """
    result = run(script, name)

    assert (result.stdout, result.stderr) == (f"//{name} True\n", "")


def test_subclasses_choose_their_flags(shm: SharedMemory, name: str) -> None:
    """The class attribute `_flags` is what the block is opened with."""

    class CreateOrAttach(SharedMemory):
        _flags = os.O_CREAT | os.O_RDWR

    other = CreateOrAttach(name)
    other.close()

    assert other.size == shm.size


def test_a_descriptor_may_be_the_first_of_all(run: Any, name: str) -> None:
    """0 is one as any other, where standard input is closed."""
    script = """if True:
        import os, sys
        os.close(0)
        from shm_reference.shared_memory import SharedMemory
        shm = SharedMemory(sys.argv[1], create=True, size=1, track=False)
        assert shm._fd == 0
        shm.close()
        shm.unlink()
        assert os.open(os.devnull, os.O_RDONLY) == 0
    """
    assert run(script, name).stderr == ""


def test_memory_is_found_when_it_is_written_to(shm: SharedMemory, name: str) -> None:
    """A block costs nothing before; who wants it at once says so."""
    file = Path("/dev/shm", name)
    before = file.stat().st_blocks
    shm.buf[0] = 1  # type: ignore[index]

    assert before == 0 < file.stat().st_blocks


@pytest.mark.parametrize("export", [ctypes.c_char.from_buffer, pickle.PickleBuffer])
def test_an_export_of_any_kind_is_named(
    shm: SharedMemory, name: str, export: Callable[[Any], object]
) -> None:
    """Also what is no memoryview says which block it keeps open."""
    kept = export(shm.buf)
    with pytest.raises(BufferError, match=f"cannot close SharedMemory.*{name}"):
        shm.close()

    del kept
    gc.collect()


def test_what_programs_are_known_to_reach_for(items: ShareableList) -> None:
    """Private names that other people's code uses."""
    shm: Any = items.shm

    assert (os.name == "posix") == shared_memory._USE_POSIX
    assert (SharedMemory._fd, SharedMemory._name, SharedMemory._buf) == (-1, None, None)
    assert shm._fd > 0
    shm.close()
    assert (shm._fd, shm._buf, shm._mmap) == (-1, None, None)


def test_close_ends_access(shm: SharedMemory, name: str) -> None:
    """After close there is no buffer, mapping or descriptor, and no harm in more."""
    before = descriptors()
    view = shm.buf
    assert view is not None
    shm.close()
    shm.close()

    assert shm.buf is None
    assert descriptors() < before
    assert not is_mapped(name)
    with pytest.raises(ValueError, match="released"):
        view[0]
    SharedMemory(name).close()


@needs_counts
def test_close_under_a_view_changes_nothing(shm: SharedMemory) -> None:
    """BufferError leaves handle, buffer and view as they were."""
    buffer = shm.buf
    assert buffer is not None
    view = buffer[:3]
    with pytest.raises(BufferError, match="views of its buf"):
        shm.close()
    view[0] = 5

    assert shm.buf is buffer
    assert buffer[0] == 5
    view.release()
    shm.close()


@needs_counts
def test_lost_handles_keep_no_descriptor(name: str) -> None:
    """A handle dropped under a view closes its descriptor; the view stays good."""
    before = descriptors()
    shm = SharedMemory(name, create=True, size=10, track=False)
    assert shm.buf is not None
    view = shm.buf[:3]
    del shm
    gc.collect()

    assert bytes(view) == bytes(3)
    view.release()
    del view
    gc.collect()
    assert descriptors() == before
    assert not is_mapped(name)


def test_last_handles_are_quiet(run: Any) -> None:
    """A handle that outlives the module's globals says nothing."""
    script = """if True:
    from shm_reference import SharedMemory, shared_memory
    shm = SharedMemory(create=True, size=10, track=False)
    shm.unlink()
    for name in list(vars(shared_memory)):
        vars(shared_memory)[name] = None
    del shm
    """

    assert run(script).stderr == ""


def test_numpy_arrays_survive_close(shm: SharedMemory, name: str) -> None:
    """An array made without a view keeps the memory; it does not crash."""
    numpy = pytest.importorskip("numpy")
    array = numpy.ndarray((10,), "u1", buffer=shm.buf)
    shm.close()

    assert array.sum() == 0
    del array
    gc.collect()
    assert not is_mapped(name)


def test_second_unlink_finds_nothing(shm: SharedMemory) -> None:
    """A name is freed once."""
    shm.unlink()
    with pytest.raises(FileNotFoundError):
        shm.unlink()


def test_unlinked_memory_stays_for_its_users(shm: SharedMemory, name: str) -> None:
    """After unlink the handle works on, and the name can be used anew."""
    shm.unlink()
    other = SharedMemory(name, create=True, size=3)
    assert shm.buf is not None
    shm.buf[0] = 1

    assert other.buf is not None
    assert other.buf[0] == 0
    other.close()


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("track", [True, False])
def test_pickles_are_handles(shm: SharedMemory, protocol: int, track: bool) -> None:
    """A pickle attaches to the same block, tracked if its origin was."""
    origin = SharedMemory(shm.name, track=track)
    copy = pickle.loads(pickle.dumps(origin, protocol))

    assert (copy.name, copy.size, copy._track) == (shm.name, 10, track)
    origin.close()
    copy.close()


def test_untracked_users_leave_the_block_alone(
    run: Any, shm: SharedMemory, name: str
) -> None:
    """An unrelated process with track=False neither removes nor says anything."""
    script = """if True:
    import sys
    from shm_reference import ShareableList, SharedMemory
    SharedMemory(sys.argv[1], track=False).close()
    """

    assert run(script, name).stderr == ""
    SharedMemory(name).close()


# ShareableList


def test_lists_keep_what_they_were_given(items: ShareableList, name: str) -> None:
    """Length, values, text and membership are those of the sequence."""
    assert len(items) == len(VALUES)
    assert list(items) == VALUES
    assert repr(items) == f"ShareableList({VALUES!r}, name={name!r})"
    assert items[-1] == VALUES[-1]
    assert items.count(42) == 1
    assert items.index(42) == 6
    assert 42 in items
    with pytest.raises(ValueError, match="not in this container"):
        items.index("absent")


def test_any_iterable_is_a_sequence() -> None:
    """A generator is used up once; nothing at all makes an empty list."""
    for sequence, values in (((it for it in range(4)), [0, 1, 2, 3]), (None, [])):
        items = ShareableList(sequence)
        assert list(items) == values
        items.shm.close()
        items.shm.unlink()


@pytest.mark.parametrize("position", [len(VALUES), -len(VALUES) - 1, 10**30])
def test_positions_out_of_range(items: ShareableList, position: int) -> None:
    """Reading or writing beyond either end is an IndexError."""
    with pytest.raises(IndexError):
        items[position]
    with pytest.raises(IndexError):
        items[position] = 1


@pytest.mark.parametrize("position", [slice(2), 1.5, "1", None])
def test_positions_are_integers(items: ShareableList, position: Any) -> None:
    """Anything but an integer is a TypeError."""
    with pytest.raises(TypeError):
        items[position]


def test_format_is_read_only_and_shm_is_not(items: ShareableList) -> None:
    """`format` cannot be assigned; `shm` is an attribute like any other."""
    with pytest.raises(AttributeError):
        items.format = "q"  # type: ignore[misc]
    items.shm = items.shm


@pytest.mark.parametrize("value", ["\ud800", 2**63, [], "x" * 1000])
def test_refused_values_change_nothing(items: ShareableList, value: Any) -> None:
    """Every byte of the block is as before."""
    assert items.shm.buf is not None
    before = bytes(items.shm.buf)
    with pytest.raises((ValueError, KeyError, struct.error)):
        items[0] = value

    assert bytes(items.shm.buf) == before


@pytest.mark.parametrize("value", ["\ud800", 2**63, [], b"x" * 10_000_000])
def test_refused_lists_leave_no_block(name: str, value: Any) -> None:
    """A list that cannot be written is never created."""
    with pytest.raises((ValueError, KeyError, struct.error)):
        ShareableList([1, value], name=name)

    assert not Path("/dev/shm", name).exists()


def test_lists_that_fail_to_be_written_are_removed(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the new block cannot be filled, it goes."""

    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(_packing, "fill", fail)
    with pytest.raises(MemoryError):
        ShareableList([1], name=name)

    assert not Path("/dev/shm", name).exists()


def test_other_blocks_are_no_lists(
    shm: SharedMemory, name: str, messages: list[tuple[str, str]]
) -> None:
    """Attaching to something else is a ValueError, and tells the tracker nothing."""
    before = descriptors()
    with pytest.raises(ValueError, match="no ShareableList"):
        ShareableList(name=name)

    assert descriptors() == before
    assert messages == []


def test_closed_lists_raise(name: str) -> None:
    """Use after close is an error."""
    items = ShareableList([1], name=name)
    items.shm.close()
    for use in (lambda: items[0], lambda: len(items), lambda: items.format):
        with pytest.raises(ValueError, match="closed"):
            use()
    items.shm.unlink()


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("track", [True, False])
def test_pickled_lists(items: ShareableList, protocol: int, track: bool) -> None:
    """A pickle attaches to the same list, tracked if its origin was."""
    origin = ShareableList(name=items.shm.name)
    origin.shm.close()
    origin.shm = SharedMemory(items.shm.name, track=track)
    copy = pickle.loads(pickle.dumps(origin, protocol))
    copy[0] = "both"

    assert items[0] == "both"
    assert copy.shm._track is track
    copy.shm.close()
    origin.shm.close()


def test_item_types_can_be_named() -> None:
    """`ShareableList[int]` is an annotation, as it is from Python 3.9 on."""
    if sys.version_info >= (3, 9):
        assert ShareableList[int].__args__ == (int,)  # type: ignore[misc]


# Lists are shared with the standard library, in both directions.


@pytest.mark.skipif(sys.version_info < (3, 9), reason="another layout")
@pytest.mark.parametrize("writer", [ShareableList, standard.ShareableList])
@pytest.mark.parametrize("reader", [ShareableList, standard.ShareableList])
def test_lists_cross_implementations(name: str, writer: Any, reader: Any) -> None:
    """One implementation's list is the other's, to read and to write."""
    values = [it for it in VALUES if it != "\u20ac" * 5]
    ours = writer(values, name=name)
    theirs = reader(name=name)
    assert list(theirs) == values
    assert theirs.format == ours.format

    changed = [5, None, "text", b"bytes", 1.5, False, "x", "y" * 17, "z"]
    for position, value in enumerate(changed):
        theirs[position] = value
    assert list(ours) == changed
    for it in (ours, theirs):
        it.shm.close()
    ours.shm.unlink()


def test_our_longest_item_reads_there(name: str) -> None:
    """An item of 9,999,999 bytes can be read by the standard library."""
    if sys.version_info < (3, 9):
        pytest.skip("another layout")
    ours = ShareableList([b"x" * 9_999_999, 7], name=name)
    theirs: Any = standard.ShareableList(name=name)

    assert list(theirs) == list(ours)
    theirs.shm.close()
    ours.shm.close()
    ours.shm.unlink()


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_children_of_any_kind(tmp_path: Path, method: str) -> None:
    """A child gets a handle, a list and a name, and nothing is left or said."""
    script = tmp_path / "parent.py"
    script.write_text(CHILDREN)
    result = subprocess.run(
        [sys.executable, str(script), method],
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )

    assert (result.stdout, result.stderr) == ("['child', 2.5, 7]\n", "")


CHILDREN = """
import multiprocessing, sys
from multiprocessing import shared_memory as standard
from shm_reference import ShareableList, SharedMemory

def work(shm, items, name):
    shm.buf[0] = 7
    items[0] = "child"
    # The standard library's handle goes through the same tracker.
    other = standard.SharedMemory(name)
    other.close()
    shm.close()
    items.shm.close()

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    shm = SharedMemory(create=True, size=1)
    items = ShareableList(["parent", 2.5, 0])
    child = context.Process(target=work, args=(shm, items, shm.name))
    child.start()
    child.join()
    items[2] = shm.buf[0]
    print(list(items))
    for it in (shm, items.shm):
        it.close()
        it.unlink()
"""


def test_nothing_is_lent_of_what_is_closed(name: str) -> None:
    """Another thread may close the handle while a view is made for a list."""

    class ClosedMeanwhile(SharedMemory):
        views: tuple[memoryview, ...] = ()

        @property
        def _lent(self) -> tuple[memoryview, ...]:
            return self.views

        @_lent.setter
        def _lent(self, views: tuple[memoryview, ...]) -> None:
            type(self).views = views
            self._mmap = None

    shm = ClosedMeanwhile(name, create=True, size=16)
    with pytest.raises(ValueError, match="closed block"):
        shm._lend("q", 0, 8)
    assert not shm.views
    with pytest.raises(ValueError, match="closed block"):
        shm._lend("q", 0, 8)
    shm.close()
