"""What looks at Windows: a program that runs there, and answers questions on pipes.

A JSON object a line: {"ask": NAME, ...} is answered by {"answer": VALUE}. Sent to
a Windows Python, so the standard library of 3.8 must do. What it opens in order
to look it has closed before it answers, as a block goes with its last handle.
"""

from __future__ import annotations

import binascii
import ctypes
import json
import struct
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
SYSTEM_HANDLES = 64
OBJECT_NAME = 1
COMMITTED, MAPPED = 0x1000, 0x40000
# Object, pid, handle, access, trace, type, attributes, reserved: a row of handles.
HANDLE_ROW = struct.Struct("PPPIHHII")
PLACE = "\\Sessions\\%d\\BaseNamedObjects"
MORE = 4


def handle_rows(table: bytes) -> Iterator[tuple[int, int, int]]:
    """Read the system's table of handles: the pid, the handle and the type of each."""
    word = struct.calcsize("P")
    count = int.from_bytes(table[:word], sys.byteorder)
    rows = table[2 * word : 2 * word + count * HANDLE_ROW.size]
    for row in HANDLE_ROW.iter_unpack(rows):
        yield row[1], row[2], row[5]


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
        return sum(owner == pid for owner, _, _ in self._handles())

    def ask_handles_of(self, pid: int, name: str) -> int:
        """How many handles of a process lead to a segment."""
        ours = self._open(name)
        if not ours:
            return 0
        process = self.kernel.OpenProcess(DUPLICATE, False, pid)
        due, me = self._name(ours), self.kernel.GetCurrentProcessId()
        rows = list(self._handles())
        [kind] = {kind for owner, it, kind in rows if (owner, it) == (me, ours)}
        found = [it for owner, it, its in rows if owner == pid and its == kind]
        number = sum(self._name_of(process, handle) == due for handle in found)
        self._close(process)
        self._close(ours)
        return number

    def ask_mappings(self, pid: int, name: str) -> int:
        """How many views of a process have the size and the content of a segment.

        Windows does not tell which segment a view shows.
        """
        handle = self._open(name)
        address = self._map(handle) if handle else None
        if not address:
            return 0
        size = self._region(self.me, address).size
        due = ctypes.string_at(address, size)
        process = self.kernel.OpenProcess(LOOK_INTO, False, pid)
        views = [it for it in self._regions(process) if it.size == size]
        number = sum(self._read(process, it) == due for it in views)
        self._close(process)
        self._unmap(address)
        self._close(handle)
        return number

    def _handles(self) -> Iterator[tuple[int, int, int]]:
        size, used = 1 << 20, ctypes.c_ulong()
        while True:
            table = ctypes.create_string_buffer(size)
            status = self.nt.NtQuerySystemInformation(
                SYSTEM_HANDLES, table, size, ctypes.byref(used)
            )
            if status == 0:
                return handle_rows(table.raw)
            size *= MORE

    def _name_of(self, process: Any, handle: int) -> str:
        ours = ctypes.c_void_p()
        self.kernel.DuplicateHandle(
            ctypes.c_void_p(process),
            ctypes.c_void_p(handle),
            self.me,
            ctypes.byref(ours),
            0,
            False,
            SAME_ACCESS,
        )
        name = self._name(ours.value) if ours.value else ""
        self._close(ours.value)
        return name

    def _name(self, handle: int | None) -> str:
        room, used = ctypes.create_string_buffer(1 << 17), ctypes.c_ulong()
        self.nt.NtQueryObject(
            ctypes.c_void_p(handle), OBJECT_NAME, room, len(room), ctypes.byref(used)
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
        answer = getattr(system, "ask_" + question.pop("ask"))(**question)
        sink.write(json.dumps({"answer": answer}).encode("ascii") + b"\n")
        sink.flush()


if __name__ == "__main__":
    serve(Windows(), sys.stdin.buffer, sys.stdout.buffer)
