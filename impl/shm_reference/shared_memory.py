"""Blocks of memory that processes share by name.

The public module, a drop-in for `multiprocessing.shared_memory`; what it
promises is that module's documentation, and README.md says where the two part.
"""

from __future__ import annotations

import operator
import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, Callable, Iterable, Sequence

from . import _block, _layout, _names, _packing, _tracker, _unshared, _views
from ._system import calls
from ._writing import IS_COMPILED

if TYPE_CHECKING or IS_COMPILED:
    from ._items import Items
elif _unshared.IS_NEEDED:
    from ._unshared import UnsharedItems as Items
else:
    from ._quick import QuickItems as Items

if TYPE_CHECKING:
    import mmap

__all__ = ["ShareableList", "SharedMemory"]

_USE_POSIX = os.name == "posix"
_SHM_NAME_PREFIX = _names.PREFIX
_make_filename = _names.generate


class SharedMemory:
    """A handle on a block of shared memory: a new one, or one that exists.

    *size* is in bytes, and for a new block only. A *name* of None, for a new
    block only, asks for a novel one. With *track*, the block is removed when
    this process and all its multiprocessing relatives have ended.

    Raises FileExistsError or FileNotFoundError where the name is taken or
    nobody's, ValueError for a size below 1, for a block that has no size yet,
    and for a name that cannot be tracked. Whatever is raised, nothing is left.
    """

    # Subclasses and programs override these two.
    _flags = os.O_RDWR
    _mode = 0o600

    # What a handle is before it is open, and what close() leaves.
    _name: str | None = None
    _alias: str | None = None
    _fd = -1
    _mmap: mmap.mmap | None = None
    _buf: memoryview | None = None
    _size = 0
    _track = True
    _is_novel = False
    _is_reserved = False
    _lent: tuple[memoryview, ...] = ()

    def __init__(
        self,
        name: str | None = None,
        create: bool = False,
        size: int = 0,
        *,
        track: bool = True,
    ) -> None:
        if not size >= 0:
            raise ValueError("'size' must be a positive integer")
        if create:
            self._flags = os.O_CREAT | os.O_EXCL | os.O_RDWR
            if operator.index(size) == 0:
                raise ValueError("'size' must be a positive number different from zero")
        self._track = track
        self._open(name, size)

    def _open(self, name: str | None, size: int) -> None:
        if name is not None:
            self._acquire(_names.to_system(name), size)
            self._alias = name
        elif self._flags & os.O_EXCL:
            self._open_novel(size)
        else:
            raise ValueError("'name' can only be None if create=True")

    def _open_novel(self, size: int) -> None:
        # A program may have put its own function here, with names it knows.
        self._is_novel = _make_filename is _names.generate
        while True:
            try:
                return self._acquire(_make_filename(), size)
            except FileExistsError:
                pass

    def _acquire(self, name: str, size: int) -> None:
        flags, mode, track = self._flags, self._mode, self._track
        if flags & os.O_CREAT:
            is_novel, is_reserved = self._is_novel, self._is_reserved
            block = _block.create(
                _block.Request(name, flags, mode, size, track, is_novel, is_reserved)
            )
        else:
            block = _block.attach(name, flags, mode, track)
        self._fd, self._mmap = block
        self._buf = memoryview(self._mmap)
        self._size = len(self._buf)
        self._name = name

    def __del__(self) -> None:
        # Also at the end of the interpreter, and for a handle that never opened.
        try:
            if not _views.IS_KNOWN:
                # Nobody asked for an end, and someone may still be looking.
                self._mmap = None
            self.close()
        except Exception:  # noqa: BLE001
            self._abandon()

    def _abandon(self) -> None:
        # The memory stays for those who still look at it; the descriptor need
        # not. No global names but builtins: modules may be gone by now.
        try:  # noqa: SIM105
            self._close_descriptor()
        except Exception:  # noqa: BLE001, S110
            pass

    def __reduce__(self) -> tuple[Any, ...]:
        # Tracked handles look just like the standard library's.
        attach = self.__class__ if self._track else partial(self.__class__, track=False)
        return attach, (self.name, False, self.size)

    def __repr__(self) -> str:
        return f"{self.__class__.__name__}({self.name!r}, size={self.size})"

    @property
    def buf(self) -> memoryview | None:
        """The memory as a writable memoryview of bytes; None once closed."""
        return self._buf

    @property
    def name(self) -> str | None:
        """The unique name by which other processes attach."""
        if self._alias is None and self._name is not None:
            return self._name[len(calls.SLASH) :]
        return self._alias

    @property
    def size(self) -> int:
        """The size of the block in bytes."""
        return self._size

    def close(self) -> None:
        """End this handle's access; the block stays. More than once is fine.

        Raises BufferError while views of `buf` are alive, and then the handle
        is as usable as before. (On PyPy nobody can tell; the views break.)
        """
        if self._buf is not None:
            self._release(self._buf)
            self._buf = None
            if self._lent:
                self._take_back()
        mapping, self._mmap = self._mmap, None
        # Where references are counted, ours was the last one, unless somebody
        # took the address without a view (numpy does): unmapping would crash.
        if mapping is not None and not _views.IS_KNOWN:
            mapping.close()
        self._close_descriptor()

    def _release(self, memory: memoryview) -> None:
        if _views.is_watched(memory):
            raise BufferError(f"cannot close {self!r}: views of its buf are alive")
        try:
            memory.release()
        except BufferError as error:
            raise BufferError(f"cannot close {self!r}: {error}") from None

    def _lend(self, format: Any, start: int, end: int) -> memoryview:
        """Lend a view of a part of the block, until it is closed.

        It is no view of `buf`: those are the program's, and stand in the way of close().
        """
        mapping = self._mmap
        if mapping is None:
            raise _closed(self)
        lent = memoryview(mapping)[start:end].cast(format)
        self._lent = (*self._lent, lent)
        if self._mmap is None:
            # Another thread has closed it just now.
            self._take_back()
            raise _closed(self)
        return lent

    def _take_back(self) -> None:
        for it in self._lent:
            it.release()
        self._lent = ()

    def _close_descriptor(self) -> None:
        descriptor = self._fd
        if descriptor >= 0:
            self._fd = -1
            calls.close(descriptor)

    def unlink(self) -> None:
        """Free the name; the memory goes when the last process lets go of it.

        On Windows nothing happens: there both go with the last handle.
        Due once per block, by any handle, before or after close().
        Raises FileNotFoundError if the block has no name any more.
        """
        if self._name:
            calls.remove(self._name)
            if self._track:
                _tracker.unregister(self._name)


class ShareableList(Items):
    """A list of fixed length in a block of shared memory.

    It holds int (64 bits), float, bool, None, and str and bytes of less than
    10M bytes; a str or bytes keeps the room that it got when the list was made.
    Without a *sequence*, but with the *name* of a list, attaches to that list.

    Raises what `SharedMemory` raises; UnsupportedTypeError (a KeyError and a
    TypeError), struct.error, UnicodeEncodeError or ValueError for values that
    cannot be stored; ValueError if the block to attach to holds no list.
    """

    def __init__(
        self, sequence: Iterable[Any] | None = None, *, name: str | None = None
    ) -> None:
        if name is None or sequence is not None:
            self._create(sequence, partial(SharedMemory, name, True))
        else:
            self._attach(name)

    def _create(
        self, values: Iterable[Any] | None, new_block: Callable[[int], SharedMemory]
    ) -> None:
        values = [] if values is None else list(values)
        packed = _packing.pack(values)
        more = self._behind_list(values, packed.layout)
        shm = new_block(packed.layout.size + len(more))
        try:
            _packing.fill(_memory(shm), packed, more)
        except BaseException:
            shm.close()
            shm.unlink()
            raise
        self.shm, self._layout = shm, packed.layout

    def _behind_list(self, values: Sequence[Any], layout: _layout.Layout) -> bytes:
        """Return what follows a new list in its block; a subclass may have something."""
        return b""

    def _attach(self, name: str, track: bool = True) -> None:
        # Tracked only when it is known to be a list: an entry in the tracker
        # cannot be taken back without taking back that of others.
        shm = SharedMemory(name, track=False)
        try:
            layout = _layout.Layout.find(_memory(shm))
            if track:
                _tracker.register(str(shm._name))  # noqa: SLF001
                shm._track = True  # noqa: SLF001
        except BaseException:
            shm.close()
            raise
        self.shm, self._layout = shm, layout

    @classmethod
    def _untracked(cls, name: str) -> ShareableList:
        self = cls.__new__(cls)
        self._attach(name, track=False)
        return self

    @classmethod
    def _in_block(
        cls, values: Iterable[Any], new_block: Callable[[int], SharedMemory]
    ) -> ShareableList:
        self = cls.__new__(cls)
        self._create(values, new_block)
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        if self.shm._track:  # noqa: SLF001
            return partial(self.__class__, name=self.shm.name), ()
        return self._untracked, (self.shm.name,)

    def __repr__(self) -> str:
        return f"{self.__class__.__name__}({self._values()!r}, name={self.shm.name!r})"

    if sys.version_info >= (3, 9):
        from types import GenericAlias

        __class_getitem__: Any = classmethod(GenericAlias)
        del GenericAlias


def _memory(shm: SharedMemory) -> memoryview:
    memory = shm.buf
    if memory is None:
        raise _closed(shm)
    return memory


def _closed(shm: SharedMemory) -> ValueError:
    return ValueError(f"operation on a closed block: {shm.name!r}")
