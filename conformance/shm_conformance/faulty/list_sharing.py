"""Wrong ways of a ShareableList between handles and processes."""

from __future__ import annotations

import importlib
import os
import struct
from functools import partial
from multiprocessing.context import get_spawning_popen
from typing import Any, Callable

from . import fails
from .list_items import assigning, reading


def attaching(copy: Any, change: Callable[[Any, Any, str], None]) -> None:
    """Let `change(attach, self, name)` attach; new lists are as they were."""
    init = copy.shared_memory.ShareableList.__init__

    def attach(self: Any, name: str) -> None:
        init(self, name=name)

    def new(self: Any, sequence: Any = None, *, name: Any = None) -> None:
        self.is_attached = sequence is None and name is not None
        if self.is_attached:
            change(attach, self, name)
        else:
            init(self, sequence, name=name)

    copy.shared_memory.ShareableList.__init__ = new


def plainly(attach: Any, self: Any, name: str) -> None:
    attach(self, name)


def slots(self: Any) -> list[int]:
    """The places of the slots of a list in its block, and of their end."""
    offsets = struct.unpack_from(f"{len(self) + 1}q", self.shm.buf, 8)
    return [8 * (len(self) + 2) + offset for offset in offsets]


@fails("list.attach.sees-the-values")
def attached_list_has_no_length(copy: Any) -> None:
    attaching(copy, plainly)
    length = copy.shared_memory.ShareableList.__len__
    copy.shared_memory.ShareableList.__len__ = lambda self: (
        0 if self.is_attached else length(self)
    )


@fails("list.attach.sees-later-writes", "list.handles.share-the-values")
def attached_values_are_kept(copy: Any) -> None:
    def attach_once(attach: Any, self: Any, name: str) -> None:
        attach(self, name)
        self.kept = None
        self.kept = list(self)

    def read_item(read: Any, self: Any, position: Any) -> Any:
        value, kept = read(self, position), getattr(self, "kept", None)
        return value if kept is None else kept[position]

    attaching(copy, attach_once)
    reading(copy, read_item)


@fails("list.attach.sees-changed-types")
def attached_types_are_kept(copy: Any) -> None:
    def attach_once(attach: Any, self: Any, name: str) -> None:
        attach(self, name)
        self.types = None
        self.types = [type(value) for value in self]

    def read_item(read: Any, self: Any, position: Any) -> Any:
        value, types = read(self, position), getattr(self, "types", None)
        return value if not types or type(value) is types[position] else None

    attaching(copy, attach_once)
    reading(copy, read_item)


@fails("list.attach.writes-reach-the-creator")
def attached_list_is_read_only(copy: Any) -> None:
    def assign_item(assign: Any, self: Any, position: Any, value: Any) -> None:
        if self.is_attached:
            raise TypeError("read-only")
        assign(self, position, value)

    attaching(copy, plainly)
    assigning(copy, assign_item)


@fails("list.attach.same-format")
def attached_format_names_its_byte_order(copy: Any) -> None:
    attaching(copy, plainly)
    getter = copy.shared_memory.ShareableList.format.fget
    copy.shared_memory.ShareableList.format = property(
        lambda self: "@" * self.is_attached + getter(self)
    )


@fails("list.attach.changes-nothing")
def attach_writes_into_the_room_of_none(copy: Any) -> None:
    def attach_and_write(attach: Any, self: Any, name: str) -> None:
        attach(self, name)
        for start, value in zip(slots(self), self):
            if value is None:
                self.shm.buf[start] = 1

    attaching(copy, attach_and_write)


@fails("list.attach.missing-is-an-error")
def attach_makes_a_missing_list(copy: Any) -> None:
    init = copy.shared_memory.ShareableList.__init__

    def attach_or_make(attach: Any, self: Any, name: str) -> None:
        try:
            attach(self, name)
        except FileNotFoundError:
            init(self, [], name=name)

    attaching(copy, attach_or_make)


@fails("list.attach.no-list-is-an-error")
def no_list_is_an_empty_list(copy: Any) -> None:
    init = copy.shared_memory.ShareableList.__init__

    def attach_or_make(attach: Any, self: Any, name: str) -> None:
        try:
            attach(self, name)
        except ValueError:
            init(self, [])

    attaching(copy, attach_or_make)


@fails("list.attach.no-list-stays")
def attach_unlinks_what_is_no_list(copy: Any) -> None:
    def attach_or_unlink(attach: Any, self: Any, name: str) -> None:
        try:
            attach(self, name)
        except ValueError:
            copy.shared_memory.SharedMemory(name).unlink()
            raise

    attaching(copy, attach_or_unlink)


@fails("list.attach.larger-block")
def list_must_fill_its_block(copy: Any) -> None:
    def attach_if_full(attach: Any, self: Any, name: str) -> None:
        attach(self, name)
        if slots(self)[-1] + 9 * len(self) != self.shm.size:
            raise ValueError("a block of another size")

    attaching(copy, attach_if_full)


@fails("list.handles.share-the-values")
def second_handle_is_a_copy(copy: Any) -> None:
    init = copy.shared_memory.ShareableList.__init__
    made: dict[str, list[Any]] = {}

    def new(self: Any, sequence: Any = None, *, name: Any = None) -> None:
        if sequence is None and name in made:
            init(self, made[name])
        else:
            init(self, sequence, name=name)
            made[self.shm.name] = list(self)

    copy.shared_memory.ShareableList.__init__ = new


@fails("list.close.leaves-the-others")
def close_clears_the_list(copy: Any) -> None:
    init = copy.shared_memory.ShareableList.__init__

    def new(self: Any, *args: Any, **kwargs: Any) -> None:
        def close() -> None:
            shm.buf[:] = bytes(shm.size)
            type(shm).close(shm)

        init(self, *args, **kwargs)
        shm = self.shm
        shm.close = close

    copy.shared_memory.ShareableList.__init__ = new


@fails("list.close.access-is-an-error")
def closed_list_is_all_none(copy: Any) -> None:
    def read_item(read: Any, self: Any, position: Any) -> Any:
        return None if self.shm.buf is None else read(self, position)

    reading(copy, read_item)


@fails("list.drop.keeps-the-block")
def dropped_list_is_unlinked(copy: Any) -> None:
    copy.shared_memory.ShareableList.__del__ = lambda self: self.shm.unlink()


@fails("list.unlink.frees-the-name")
def list_is_never_unlinked(copy: Any) -> None:
    init = copy.shared_memory.ShareableList.__init__

    def new(self: Any, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        self.shm.unlink = lambda: None

    copy.shared_memory.ShareableList.__init__ = new


@fails("list.pickle.is-the-same-list", "list.pickle.works-in-another-process")
def unpickled_list_is_a_copy(copy: Any) -> None:
    copy.shared_memory.ShareableList.__reduce__ = lambda self: (
        type(self),
        (list(self),),
    )


@fails("list.pickle.is-the-same-list")
def protocol_0_is_refused(copy: Any) -> None:
    def reduce(self: Any, protocol: int) -> Any:
        if protocol == 0:
            raise TypeError("an old protocol")
        return self.__reduce__()

    copy.shared_memory.ShareableList.__reduce_ex__ = reduce


def attach_in(pid: int, kind: Any, name: str) -> Any:
    if pid != os.getpid():
        raise ValueError("pickled in another process")
    return kind(name=name)


@fails("list.pickle.works-in-another-process")
def pickle_is_for_its_own_process(copy: Any) -> None:
    copy.shared_memory.ShareableList.__reduce__ = lambda self: (
        attach_in,
        (os.getpid(), type(self), self.shm.name),
    )


@fails("list.pickle.holds-no-values")
def pickle_carries_the_values(copy: Any) -> None:
    copy.shared_memory.ShareableList.__reduce__ = lambda self: (
        partial(self.__class__, name=self.shm.name),
        (),
        {"values": list(self)},
    )


def attach_or_make(kind: Any, name: str) -> Any:
    try:
        return kind(name=name)
    except FileNotFoundError:
        return kind([])


@fails("list.pickle.unlinked-is-an-error")
def unlinked_list_is_unpickled_empty(copy: Any) -> None:
    copy.shared_memory.ShareableList.__reduce__ = lambda self: (
        attach_or_make,
        (type(self), self.shm.name),
    )


def refusing_children(copy: Any, method: str) -> None:
    """Refuse to be handed to a child that is started in this way."""
    reduce = copy.shared_memory.ShareableList.__reduce__

    def reduce_unless(self: Any) -> Any:
        child = get_spawning_popen()
        if child is not None and child.method == method:
            raise TypeError("cannot be handed over")
        return reduce(self)

    copy.shared_memory.ShareableList.__reduce__ = reduce_unless


@fails("list.child.by-spawn")
def list_cannot_be_handed_to_spawn(copy: Any) -> None:
    refusing_children(copy, "spawn")


@fails("list.child.by-forkserver")
def list_cannot_be_handed_to_forkserver(copy: Any) -> None:
    refusing_children(copy, "forkserver")


@fails("list.child.by-fork")
def forked_list_cannot_be_read(copy: Any) -> None:
    init = copy.shared_memory.ShareableList.__init__

    def new(self: Any, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        self.pid = os.getpid()

    def read_item(read: Any, self: Any, position: Any) -> Any:
        if self.pid != os.getpid():
            raise ValueError("made in another process")
        return read(self, position)

    copy.shared_memory.ShareableList.__init__ = new
    reading(copy, read_item)


@fails(
    "list.layout.is-the-common-one",
    "list.layout.reads-the-common-one",
    "list.layout.keeps-the-common-one",
    "mix.list.comes-back",
)
def codes_of_str_and_bytes_are_swapped(copy: Any) -> None:
    text, data = copy._values.STR, copy._values.BYTES
    for name in ("_values", "_runs", "_quick"):
        part: Any = importlib.import_module(f"{copy.__name__}.{name}")
        part.STR, part.BYTES = data, text
    for known in (copy._values._CODES, copy._packing._SHORT):
        known[str], known[bytes] = known[bytes], known[str]


@fails("list.layout.is-the-common-one")
def none_has_no_format(copy: Any) -> None:
    init = copy.shared_memory.ShareableList.__init__

    def new(self: Any, sequence: Any = None, *, name: Any = None) -> None:
        init(self, sequence, name=name)
        formats = slots(self)[-1]
        for start, value in zip(range(formats, formats + 8 * len(self), 8), self):
            if sequence is not None and value is None:
                self.shm.buf[start : start + 8] = bytes(8)

    copy.shared_memory.ShareableList.__init__ = new


@fails("list.layout.reads-the-common-one")
def attached_text_that_fills_its_room_is_cut(copy: Any) -> None:
    def read_item(read: Any, self: Any, position: Any) -> Any:
        value = read(self, position)
        is_cut = self.is_attached and type(value) is str and len(value) == 8
        return value[:-1] if is_cut else value

    attaching(copy, plainly)
    reading(copy, read_item)


@fails("list.layout.keeps-the-common-one")
def assigned_true_stays_in_the_process(copy: Any) -> None:
    true = set()

    def read_item(read: Any, self: Any, position: Any) -> Any:
        value = read(self, position)
        return True if value is None and (self.shm.name, position) in true else value

    def assign_item(assign: Any, self: Any, position: Any, value: Any) -> None:
        true.discard((self.shm.name, position))
        if value is True:
            true.add((self.shm.name, position))
        assign(self, position, None if value is True else value)

    reading(copy, read_item)
    assigning(copy, assign_item)
