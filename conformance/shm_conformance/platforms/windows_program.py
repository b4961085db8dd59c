"""What looks at Windows: a program that runs there, and answers questions on pipes.

A JSON object a line: {"ask": NAME, ...} is answered by {"answer": VALUE}, or where
that cannot be told by {"error": WHY}. Sent to
a Windows Python, so the standard library of 3.8 must do. What it opens in order
to look it has closed before it answers, as a block goes with its last handle.
"""

from __future__ import annotations

import binascii
import ctypes
import json
import sys

# `typing` is not needed for anything else.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO, Any

READ = 0x0004
DUPLICATE, LOOK_INTO = 0x0040, 0x0410
WAIT = 0x100000
SAME_ACCESS = 0x0002
QUERY_DIRECTORY = 0x0001
OBJECT_NAME, OBJECT_TYPE = 1, 2
# Handles are multiples of the one, with fewer than the other missing in between.
STEP, GAP = 4, 256
COMMITTED, MAPPED = 0x1000, 0x40000
PLACE = "\\Sessions\\%d\\BaseNamedObjects"


class Unicode(ctypes.Structure):
    """A UNICODE_STRING: its length is in bytes."""

    _fields_ = [
        ("length", ctypes.c_ushort),
        ("room", ctypes.c_ushort),
        ("text", ctypes.c_void_p),
    ]

    def __str__(self) -> str:
        if not self.text:
            return ""
        raw = ctypes.string_at(self.text, self.length)
        return raw.decode("utf-16-le", "surrogatepass")


class Attributes(ctypes.Structure):
    """OBJECT_ATTRIBUTES: which object is wanted."""

    _fields_ = [
        ("length", ctypes.c_ulong),
        ("root", ctypes.c_void_p),
        ("name", ctypes.c_void_p),
        ("flags", ctypes.c_ulong),
        ("security", ctypes.c_void_p),
        ("quality", ctypes.c_void_p),
    ]


class Region(ctypes.Structure):
    """MEMORY_BASIC_INFORMATION: a part of an address space."""

    _fields_ = [
        ("base", ctypes.c_void_p),
        ("allocation", ctypes.c_void_p),
        ("first_protection", ctypes.c_ulong),
        ("size", ctypes.c_size_t),
        ("state", ctypes.c_ulong),
        ("protection", ctypes.c_ulong),
        ("kind", ctypes.c_ulong),
    ]


class Windows:
    """The questions; each method `ask_...` is one."""

    def __init__(self) -> None:
        self.kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined]
        self.nt = ctypes.WinDLL("ntdll")  # type: ignore[attr-defined]
        for name in ("OpenFileMappingW", "MapViewOfFile", "OpenProcess"):
            getattr(self.kernel, name).restype = ctypes.c_void_p
        self.kernel.VirtualQueryEx.restype = ctypes.c_size_t
        self.me = ctypes.c_void_p(-1)

    # -- segments -------------------------------------------------------------

    def ask_segment(self, name: str) -> int | None:
        """The size of a segment in bytes, or None where there is none."""
        handle = self._open(name)
        if not handle:
            return None
        address = self._map(handle)
        size = self._region(self.me, address).size if address else 0
        self._unmap(address)
        self._close(handle)
        return size

    def ask_content(self, name: str, length: int) -> str:
        """The first bytes of a segment, in base 64."""
        handle = self._open(name)
        address = self._map(handle) if handle else None
        found = b""
        if address:
            size = self._region(self.me, address).size
            found = ctypes.string_at(address, min(size, length))
        self._unmap(address)
        self._close(handle)
        return binascii.b2a_base64(found, newline=False).decode("ascii")

    def ask_segments(self) -> list[str]:
        """The names of all segments of this session."""
        directory = self._directory()
        found = [name for name, kind in self._entries(directory) if kind == "Section"]
        self._close(directory)
        return found

    def _open(self, name: str) -> Any:
        if not name or "\0" in name:
            return None
        return self.kernel.OpenFileMappingW(READ, False, ctypes.c_wchar_p(name))

    def _map(self, handle: int) -> Any:
        return self.kernel.MapViewOfFile(ctypes.c_void_p(handle), READ, 0, 0, None)

    def _unmap(self, address: Any) -> None:
        if address:
            self.kernel.UnmapViewOfFile(ctypes.c_void_p(address))

    def _close(self, handle: Any) -> None:
        if handle:
            self.kernel.CloseHandle(ctypes.c_void_p(handle))

    def _directory(self) -> int | None:
        session = ctypes.c_ulong()
        me = self.kernel.GetCurrentProcessId()
        self.kernel.ProcessIdToSessionId(me, ctypes.byref(session))
        text = ctypes.create_unicode_buffer(PLACE % session.value)
        length = 2 * len(text.value)
        name = Unicode(length, length, ctypes.addressof(text))
        wanted = Attributes(ctypes.sizeof(Attributes), None, ctypes.addressof(name))
        handle = ctypes.c_void_p()
        self.nt.NtOpenDirectoryObject(
            ctypes.byref(handle), QUERY_DIRECTORY, ctypes.byref(wanted)
        )
        return handle.value

    def _entries(self, directory: Any) -> Iterator[tuple[str, str]]:
        """Names and kinds of the objects in a directory, one at a time."""
        context, used = ctypes.c_ulong(), ctypes.c_ulong()
        room = ctypes.create_string_buffer(1 << 16)
        while directory:
            status = self.nt.NtQueryDirectoryObject(
                ctypes.c_void_p(directory),
                room,
                len(room),
                True,
                context.value == 0,
                ctypes.byref(context),
                ctypes.byref(used),
            )
            if status != 0:
                return
            name, kind = (Unicode * 2).from_buffer(room)
            yield str(name), str(kind)

    # -- processes ------------------------------------------------------------

    def ask_await_end(self, pid: int, milliseconds: int) -> bool:
        """Wait for the end of a process, if it is still there; whether it came."""
        process = self.kernel.OpenProcess(WAIT, False, pid)
        if not process:
            return True
        found = self.kernel.WaitForSingleObject(ctypes.c_void_p(process), milliseconds)
        self._close(process)
        return bool(found == 0)

    def ask_handles(self, pid: int) -> int:
        """How many handles a process has."""
        return sum(1 for _ in self._handles(pid))

    def ask_handles_of(self, pid: int, name: str) -> int:
        """How many handles of a process lead to a segment."""
        segment = self._open(name)
        if not segment:
            return 0
        due = self._text(segment, OBJECT_NAME)
        number = sum(
            # Of other kinds than this, the name of one might never be told.
            self._text(it, OBJECT_TYPE) == "Section"
            and self._text(it, OBJECT_NAME) == due
            for it in self._handles(pid)
        )
        self._close(segment)
        return number

    def ask_mappings(self, pid: int, name: str) -> int | None:
        """How many views of a process have the size and the content of a segment.

        Windows does not tell which segment a view shows. None where it is gone.
        """
        handle = self._open(name)
        address = self._map(handle) if handle else None
        if not address:
            return None
        size = self._region(self.me, address).size
        due = ctypes.string_at(address, size)
        process = self.kernel.OpenProcess(LOOK_INTO, False, pid)
        views = [it for it in self._regions(process) if it.size == size]
        number = sum(self._read(process, it) == due for it in views)
        self._close(process)
        self._unmap(address)
        self._close(handle)
        return number

    def _handles(self, pid: int) -> Iterator[int]:
        """A copy of each handle of a process, closed when the next is asked for.

        Every number is tried that may be one: to ask for the table of all handles
        of the system ends Wine 8.
        """
        process = self.kernel.OpenProcess(DUPLICATE, False, pid)
        number, misses = STEP, 0
        while process and misses < GAP:
            ours = self._copy(process, number)
            number, misses = number + STEP, 0 if ours else misses + 1
            if ours:
                yield ours
                self._close(ours)
        self._close(process)

    def _copy(self, process: int, handle: int) -> int | None:
        ours = ctypes.c_void_p()
        is_copied = self.kernel.DuplicateHandle(
            ctypes.c_void_p(process),
            ctypes.c_void_p(handle),
            self.me,
            ctypes.byref(ours),
            0,
            False,
            SAME_ACCESS,
        )
        return ours.value if is_copied else None

    def _text(self, handle: int, kind: int) -> str:
        """The name of an object, or of its type."""
        room, used = ctypes.create_string_buffer(1 << 12), ctypes.c_ulong()
        self.nt.NtQueryObject(
            ctypes.c_void_p(handle), kind, room, len(room), ctypes.byref(used)
        )
        return str(Unicode.from_buffer(room))

    def _region(self, process: Any, address: int) -> Region:
        found = Region()
        size = ctypes.sizeof(found)
        place = ctypes.c_void_p(address)
        self.kernel.VirtualQueryEx(process, place, ctypes.byref(found), size)
        return found

    def _regions(self, process: int) -> Iterator[Region]:
        address = 0
        while True:
            found = self._region(ctypes.c_void_p(process), address)
            if not found.size:
                return
            if found.state == COMMITTED and found.kind == MAPPED:
                yield found
            address += found.size

    def _read(self, process: int, region: Region) -> bytes:
        room, used = ctypes.create_string_buffer(region.size), ctypes.c_size_t()
        self.kernel.ReadProcessMemory(
            ctypes.c_void_p(process),
            ctypes.c_void_p(region.base),
            room,
            ctypes.c_size_t(region.size),
            ctypes.byref(used),
        )
        return room.raw[: used.value]


def serve(system: Any, source: IO[bytes], sink: IO[bytes]) -> None:
    """Answer each line of *source* until there are no more."""
    for line in source:
        question = json.loads(line)
        try:
            message = {"answer": answer(system, **question)}
        except Exception as error:  # noqa: BLE001 - the next question may be answered
            message = {"error": repr(error)}
        sink.write(json.dumps(message).encode("ascii") + b"\n")
        sink.flush()


def answer(system: Any, ask: str, **arguments: Any) -> Any:
    return getattr(system, "ask_" + ask)(**arguments)


if __name__ == "__main__":
    serve(Windows(), sys.stdin.buffer, sys.stdout.buffer)
