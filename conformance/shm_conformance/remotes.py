"""The target's objects as a test sees them: held by an actor, asked by name."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shm_conformance.errors import TargetError, Unsupported, Violation
from shm_conformance.messages import Handle, Special, encode

if TYPE_CHECKING:
    from shm_conformance.actors import Actor


class Remote:
    """An object of the target's, held by an actor."""

    def __init__(self, actor: Actor, handle: str) -> None:
        self.actor, self.handle = actor, handle

    def call(self, method: str, *args: object, **kwargs: object) -> Any:
        """Call a method; raises TargetError with what the target raised."""
        return self.actor.do(
            "call",
            f"{self.handle}.{method}({call_text(args, kwargs)})",
            handle=self.handle,
            method=method,
            args=encoded(args),
            kwargs={key: encode(plain(value)) for key, value in kwargs.items()},
        )

    def make(self, method: str, *args: object, **kwargs: object) -> Block:
        """Call a method that returns a block, and hold what it returns."""
        into = self.actor.fresh_handle(method)
        self.actor.do(
            "call",
            f"{self.handle}.{method}({call_text(args, kwargs)})",
            handle=self.handle,
            method=method,
            args=encoded(args),
            kwargs={key: encode(plain(value)) for key, value in kwargs.items()},
            into=into,
        )
        return Block(self.actor, into)

    def get(self, name: str) -> Any:
        """Read an attribute."""
        label = f"{self.handle}.{name}"
        return self.actor.do("get", label, handle=self.handle, name=name)

    def part(self, name: str) -> Remote:
        """Hold the object that an attribute is."""
        into = f"{self.handle}.{name}"
        self.actor.do("get", into, handle=self.handle, name=name, into=into)
        return Remote(self.actor, into)

    def set(self, name: str, value: object) -> None:
        """Assign to an attribute."""
        label = f"{self.handle}.{name} = {value!r}"
        content = encode(plain(value))
        self.actor.do("set", label, handle=self.handle, name=name, value=content)

    def apply(self, function: str, *args: object) -> Any:
        """Call a builtin function or operator on the object: len, getitem, ..."""
        return self.actor.apply(function, self, *args)

    def view(self, kind: str, *args: object) -> Remote:
        """Hold a view of the buffer: memoryview, slice, cast, array, ndarray, ctypes."""
        into = self.actor.fresh_handle(kind)
        label = f"{into} = {kind} of {self.handle} {call_text(args, {})}".rstrip()
        words = encoded(args)
        self.actor.do(
            "view", label, handle=self.handle, kind=kind, into=into, args=words
        )
        return Remote(self.actor, into)

    def read(self, start: int = 0, stop: int | None = None) -> bytes:
        """Read bytes [start, stop) of the buffer."""
        label = f"read {self.handle}[{start}:{'' if stop is None else stop}]"
        value = self.actor.do("read", label, handle=self.handle, start=start, stop=stop)
        if not isinstance(value, bytes):
            raise Violation(f"{label} gave {value!r}", "bytes")
        return value

    def is_dead(self) -> bool:
        """Whether a view gives no byte: it raises, or has become empty."""
        try:
            return self.read(0, 1) == b""
        except TargetError:
            return True

    def write(self, start: int, data: bytes) -> None:
        """Write bytes into the buffer at an offset."""
        label = f"write {self.handle}[{start}:{start + len(data)}] = {short_text(data)}"
        content = encode(data)
        self.actor.do("write", label, handle=self.handle, start=start, data=content)

    def pack(self, form: str, offset: int, *values: object) -> None:
        """Call struct.pack_into on the buffer."""
        self.actor.do(
            "pack",
            f"struct.pack_into({form!r}, {self.handle}.buf, {offset}, {values})",
            handle=self.handle,
            format=form,
            offset=offset,
            values=encoded(values),
        )

    def unpack(self, form: str, offset: int) -> Any:
        """Call struct.unpack_from on the buffer; returns a list."""
        label = f"struct.unpack_from({form!r}, {self.handle}.buf, {offset})"
        return self.actor.do(
            "unpack", label, handle=self.handle, format=form, offset=offset
        )

    def pickle(self, protocol: int | None = None) -> bytes:
        """Pickle the object; the bytes are for another actor, never for us."""
        label = f"pickle.dumps({self.handle})"
        value = self.actor.do("pickle", label, handle=self.handle, protocol=protocol)
        if not isinstance(value, bytes):
            raise Violation(f"{label} gave {value!r}", "bytes")
        return value

    def drop(self) -> None:
        """Forget the object and collect garbage."""
        self.actor.do("drop", f"del {self.handle}", handle=self.handle)


class Block(Remote):
    """A SharedMemory or a ShareableList; its name enters the ledger at once."""

    def __init__(self, actor: Actor, handle: str) -> None:
        super().__init__(actor, handle)
        self._name: str | None = None
        # Whether the name can be had is for the test of `name` to judge.
        with contextlib.suppress(TargetError, Unsupported):
            self._name = self._ask_name()
            actor.process.stage.look(self._name)

    def _ask_name(self) -> str:
        holder = self.handle
        if self.is_list:
            holder = f"{self.handle}.shm"
            self._silent("get", handle=self.handle, name="shm", into=holder)
        value = self._silent("get", handle=holder, name="name")
        return value if isinstance(value, str) else ""

    def _silent(self, operation: str, **arguments: Any) -> Any:
        return self.actor.value_of(
            self.actor.process.ask(operation, **arguments), "name"
        )

    @property
    def name(self) -> str:
        """The name of the block, as the target gives it."""
        if self._name is None:
            self._name = str(self.get("name"))
        return self._name

    @property
    def is_list(self) -> bool:
        """Whether it is a ShareableList."""
        return self.handle.startswith("ShareableList")

    @property
    def shm(self) -> Remote:
        """The SharedMemory behind a ShareableList."""
        return self.part("shm")

    def close(self) -> None:
        """End this handle's access to the block."""
        self.call("close")

    def unlink(self) -> None:
        """Delete the block from the system."""
        self.call("unlink")


def encoded(args: Sequence[object]) -> list[Any]:
    """Write arguments for the wire; held objects go by their handles."""
    return [encode(plain(value)) for value in args]


def plain(value: object) -> object:
    """The handle of a held object; anything else is itself."""
    return Handle(value.handle) if isinstance(value, Remote) else value


def call_text(args: Sequence[object], kwargs: dict[str, object]) -> str:
    """Arguments as a person would write them, cut where they are long."""
    words = [short_text(value) for value in args]
    words += [f"{key}={short_text(value)}" for key, value in kwargs.items()]
    return ", ".join(words)


def short_text(value: object) -> str:
    """A value in a few words, for the trace."""
    if isinstance(value, Remote):
        return value.handle
    if isinstance(value, Special):
        return f"<{value.kind} {value.content!r:.40}>"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:40]}... ({len(text)} characters)"
