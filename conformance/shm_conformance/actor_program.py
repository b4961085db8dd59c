"""The actor: a process that runs the target and obeys operations.

Sent to the target's interpreter at start, so the standard library of Python
3.8 must do, no threads, nothing imported that an operation can import itself.
The protocol is described in `messages` and `protocol.schema.json`.

The harness keeps the only end of every channel: when it is gone, so are we.
"""

from __future__ import annotations

import binascii
import importlib
import json
import os
import sys

# `typing` would cost each start some milliseconds.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType
    from typing import IO, Any

    Json = dict[str, Any]
    # What started us has put these where we run.
    INPUT: IO[bytes] = sys.stdin.buffer
    PROGRAM: bytes = b""

REPR_LIMIT = 2000
# Beyond it, some interpreters refuse to write a number in decimal.
INTEGER_BITS = 4096
# Longer than a guardian needs to find us; without one we end by ourselves.
ORPHAN_SECONDS = 30
BOOT = "import marshal;exec(marshal.loads(PROGRAM))"
BOOT_SUBPROCESS = (
    "import json,marshal,sys;i=sys.stdin.buffer;CHILD=json.loads(i.readline());"
    "PROGRAM=i.read();exec(marshal.loads(PROGRAM))"
)


class Unsupported(Exception):
    """The operation is not known here, or the target has no such part."""


class End(Exception):
    """Leave the loop; how is in the arguments."""

    args: tuple[str, int]


# --- values -----------------------------------------------------------------


def encode(value: Any) -> Any:
    kind = type(value)
    if value is None or kind in (bool, str):
        return value
    if kind is int and value.bit_length() <= INTEGER_BITS:
        return value
    if kind is float:
        return {"float": value.hex()}
    if kind is bytes:
        return {"bytes": binascii.b2a_base64(value, newline=False).decode("ascii")}
    if kind in (list, tuple):
        return {kind.__name__: [encode(item) for item in value]}
    if kind is dict and all(type(key) is str for key in value):
        return {"dict": {key: encode(item) for key, item in value.items()}}
    name = f"{kind.__module__}.{kind.__qualname__}"
    return {"object": {"type": name, "repr": safely(repr, value)}}


def safely(function: Callable[[Any], str], value: Any) -> str:
    try:
        return str(function(value))[:REPR_LIMIT]
    except BaseException as error:  # noqa: BLE001 - it is the target's code
        return f"<{function.__name__} raised {type(error).__name__}>"


def failure(error: BaseException) -> Json:
    errno = getattr(error, "errno", None)
    return {
        "type": type(error).__name__,
        "bases": [kind.__name__ for kind in type(error).__mro__],
        "message": safely(str, error),
        "errno": errno if type(errno) is int else None,
        "filename": safely(str, getattr(error, "filename", None) or "") or None,
    }


class Channel:
    """Lines over descriptors of our own, out of the target's way."""

    def __init__(self, source: IO[bytes], sink: int) -> None:
        self.source, self.sink = source, sink

    def receive(self) -> Json:
        line = self.source.readline()
        if not line:
            orphaned()
        return json.loads(line)  # type: ignore[no-any-return]

    def is_asked(self) -> bool:
        """Whether a request waits; the harness sends one at a time."""
        return is_readable(self.source)

    def send(self, message: Json) -> None:
        line = json.dumps(message).encode("ascii") + b"\n"
        try:
            while line:
                line = line[self.write(line) :]
        except (BrokenPipeError, ConnectionError):
            orphaned()

    def write(self, data: bytes) -> int:
        return os.write(self.sink, data)

    def descriptors(self) -> list[int]:
        return sorted({self.source.fileno(), self.sink})


class PipeChannel(Channel):
    """The same where nobody tells whether a pipe has something: on Windows.

    A thread reads ahead, from when that is first asked to the request.
    """

    reader: Any = None
    line = b""

    def receive(self) -> Json:
        if self.reader is None:
            return super().receive()
        self.reader.join()
        self.reader = None
        if not self.line:
            orphaned()
        return json.loads(self.line)  # type: ignore[no-any-return]

    def is_asked(self) -> bool:
        if self.reader is None:
            import threading

            self.reader = threading.Thread(target=self.read_ahead, daemon=True)
            self.reader.start()
        return not self.reader.is_alive()

    def read_ahead(self) -> None:
        self.line = self.source.readline()


class SocketChannel(Channel):
    """The same over a socket that is no descriptor, as those of Windows are."""

    def __init__(self, end: Any) -> None:
        super().__init__(end.makefile("rb"), -1)
        self.end = end

    def is_asked(self) -> bool:
        return is_readable(self.end)

    def write(self, data: bytes) -> int:
        sent: int = self.end.send(data)
        return sent


def is_readable(source: Any) -> bool:
    import select

    return bool(select.select([source], [], [], 0)[0])


def orphaned() -> None:
    """The harness is gone. Hold still: the guardian sees by our mappings what we made."""
    import time

    time.sleep(ORPHAN_SECONDS)
    os._exit(0)


class Actor:
    """Holds the target's objects by name, and does one operation after another."""

    def __init__(self, channel: Channel, objects: dict[str, Any]) -> None:
        self.channel, self.objects = channel, dict(objects)
        self.module: Any = None
        self.managers_name: str | None = None
        self.names: dict[str, Any] = {}
        self.work: Work | None = None
        self.lines: Lines | None = None

    def serve(self) -> tuple[str, int]:
        while True:
            while self.work and not self.channel.is_asked():
                self.work.do()
            request = self.channel.receive()
            message = {"id": request.pop("id")}
            try:
                message.update(self.answer(request.pop("op"), request))
            except End as end:
                self.channel.send(dict(message, value=None))
                return end.args
            self.channel.send(message)

    def answer(self, operation: str, arguments: Json) -> Json:
        function = OPERATIONS.get(operation)
        if function is None:
            return {"unsupported": f"no operation {operation!r}"}
        try:
            return {"value": encode_held(function(self, **arguments))}
        except End:
            raise
        except Unsupported as error:
            return {"unsupported": str(error)}
        except BaseException as error:  # noqa: BLE001 - whatever the target raises
            return {"error": failure(error)}
        finally:
            flush()

    def decode(self, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        [(kind, content)] = data.items()
        if kind == "handle":
            return self.objects[content]
        if kind in ("list", "tuple", "iterator"):
            items = [self.decode(item) for item in content]
            return iter(items) if kind == "iterator" else SEQUENCES[kind](items)
        if kind == "subclass":
            value = self.decode(content)
            return type("Sub", (type(value),), {})(value)
        if kind == "dict":
            return {key: self.decode(item) for key, item in content.items()}
        return SCALARS[kind](content)

    def decode_call(
        self, args: Iterable[Any], kwargs: Json | None = None
    ) -> tuple[list[Any], Json]:
        named = {key: self.decode(value) for key, value in (kwargs or {}).items()}
        return [self.decode(value) for value in args], named

    def keep(self, value: Any, into: str | None) -> Any:
        """Hold a value under a name, or hand it back where none is given."""
        if into is None:
            return value
        self.objects[into] = value
        return Held(into)

    def target_class(self, name: str) -> Any:
        if name == "SharedMemoryManager":
            return self.managers().SharedMemoryManager
        return getattr(self.module, name)

    def managers(self) -> ModuleType:
        """Import the managers module; few tests need it, and it is a big one."""
        found = find_managers(self.module.__name__, self.managers_name)
        if found is None:
            raise Unsupported("the target has no managers module")
        return found

    def context(self) -> Any:
        """A fork of multiprocessing starts processes itself; others use the stdlib's."""
        package = sys.modules.get(self.module.__name__.rpartition(".")[0])
        if not hasattr(package, "get_all_start_methods"):
            package = importlib.import_module("multiprocessing")
        return package


class Work:
    """Calls that are done in turn between requests, and how often what came of them."""

    def __init__(self, actor: Actor, calls: list[Json]) -> None:
        self.actor, self.rounds = actor, 0
        self.calls = [(OPERATIONS[it["op"]], it["arguments"]) for it in calls]
        self.seen: list[dict[Any, list[Any]]] = [{} for _ in calls]

    def do(self) -> None:
        """Do each call once."""
        self.rounds += 1
        for (function, arguments), seen in zip(self.calls, self.seen):
            try:
                kind, value = "value", function(self.actor, **arguments)
            except Exception as error:  # noqa: BLE001 - whatever the target raises
                kind, value = "error", type(error).__name__
            value = str(value) if type(value) is Held else value
            known = seen.setdefault((kind, type(value), repr(value)), [kind, value, 0])
            known[2] += 1

    def tally(self) -> Json:
        """What came of each call so far: kind, value or type of error, how often."""
        return {"rounds": self.rounds, "calls": [[*it.values()] for it in self.seen]}


class Held(str):
    """The name of an object that stays here."""


def encode_held(value: Any) -> Any:
    return {"handle": str(value)} if type(value) is Held else encode(value)


def flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        # The target may have closed or replaced it.
        try:  # noqa: SIM105 - contextlib would have to be imported
            stream.flush()
        except BaseException:  # noqa: BLE001, S110
            pass


SEQUENCES = {"list": list, "tuple": tuple}
SCALARS: dict[str, Callable[[Any], Any]] = {
    "float": float.fromhex,
    "bytes": binascii.a2b_base64,
    "bytearray": lambda text: bytearray(binascii.a2b_base64(text)),
    "range": lambda bounds: range(*bounds),
    "instance": lambda name: {"object": object, "complex": complex}[name](),
}


# --- operations: the target's API --------------------------------------------


def op_hello(
    actor: Actor,
    module: str,
    managers: str | None = None,
    path: Iterable[str] = (),
) -> Json:
    sys.path[:0] = [entry for entry in path if entry not in sys.path]
    actor.module = importlib.import_module(module)
    actor.managers_name = managers
    # The target's own name for itself may be shorter than what was asked for.
    actor.names = {"shared_memory": actor.module, "__name__": "__main__"}
    return {
        "pid": os.getpid(),
        "operations": sorted(OPERATIONS),
        "start_methods": list(actor.context().get_all_start_methods()),
        "file": getattr(actor.module, "__file__", None),
    }


def op_managers(actor: Actor) -> str:
    """Name the target's managers module."""
    return actor.managers().__name__


def find_managers(module: str, managers: str | None) -> ModuleType | None:
    if managers is not None:
        return importlib.import_module(managers)
    if hasattr(sys.modules[module], "SharedMemoryManager"):
        return sys.modules[module]
    package = module.rpartition(".")[0]
    if not package:
        return None
    sibling = package + ".managers"
    try:
        found = importlib.import_module(sibling)
    except ImportError as error:
        if error.name and not sibling.startswith(error.name):
            raise
        return None
    return found if hasattr(found, "SharedMemoryManager") else None


def op_new(
    actor: Actor,
    kind: str,
    into: str,
    args: Iterable[Any] = (),
    kwargs: Json | None = None,
) -> Any:
    args, kwargs = actor.decode_call(args, kwargs)
    return actor.keep(actor.target_class(kind)(*args, **kwargs), into)


def op_call(
    actor: Actor,
    handle: str,
    method: str,
    args: Iterable[Any] = (),
    kwargs: Json | None = None,
    into: str | None = None,
) -> Any:
    args, kwargs = actor.decode_call(args, kwargs)
    return actor.keep(getattr(actor.objects[handle], method)(*args, **kwargs), into)


def op_get(actor: Actor, handle: str, name: str, into: str | None = None) -> Any:
    return actor.keep(getattr(actor.objects[handle], name), into)


def op_set(actor: Actor, handle: str, name: str, value: Any) -> None:
    setattr(actor.objects[handle], name, actor.decode(value))


def op_drop(actor: Actor, handle: str) -> None:
    import gc

    del actor.objects[handle]
    # PyPy frees what a finalizer let go of in the next collection.
    gc.collect()
    gc.collect()


def op_reset(actor: Actor) -> None:
    """Forget every held object, as if this process were new to its next test."""
    import gc

    actor.work = None
    actor.objects.clear()
    gc.collect()


def op_apply(
    actor: Actor, function: str, args: Iterable[Any], into: str | None = None
) -> Any:
    args, _ = actor.decode_call(args)
    return actor.keep(functions()[function](*args), into)


FUNCTIONS: dict[str, Callable[..., Any]] = {}


def functions() -> dict[str, Callable[..., Any]]:
    """What can be applied; made when it is first needed, and kept."""
    if FUNCTIONS:
        return FUNCTIONS
    import builtins
    import operator

    table = FUNCTIONS
    table.update({name: getattr(builtins, name) for name in BUILTINS})
    table.update({name: getattr(operator, name) for name in OPERATORS})
    table["type"] = lambda value: type(value).__name__
    table["reversed"] = lambda value: list(reversed(value))
    table["slice"] = lambda value, *bounds: value[slice(*bounds)]
    table["has"] = lambda value, name: hasattr(value, name)
    return table


BUILTINS: tuple[str, ...] = (
    "len",
    "repr",
    "str",
    "list",
    "tuple",
    "bytes",
    "bool",
    "hash",
    "sum",
)
BUILTINS += ("sorted", "iter", "next", "memoryview", "min", "max")
OPERATORS = ("getitem", "setitem", "delitem", "contains", "eq", "ne", "is_")


def op_repeat(actor: Actor, calls: list[Json]) -> None:
    """From now on, do these calls in turn whenever nothing is asked."""
    actor.work = Work(actor, calls)


def op_tally(actor: Actor, rounds: int = 0, stop: bool = False) -> Json:
    """Tell what came of the repeated calls, once they were done so many times."""
    work = actor.work
    if work is None:
        raise Unsupported("nothing is repeated")
    while work.rounds < rounds:
        work.do()
    if stop:
        actor.work = None
    return work.tally()


def op_read(
    actor: Actor, handle: str, start: int = 0, stop: int | None = None
) -> bytes:
    held = actor.objects[handle]
    return bytes(memoryview(getattr(held, "buf", held))[start:stop])


def op_write(actor: Actor, handle: str, start: int, data: Any) -> None:
    held, data = actor.objects[handle], actor.decode(data)
    memoryview(getattr(held, "buf", held))[start : start + len(data)] = data


def op_view(
    actor: Actor, handle: str, kind: str, into: str, args: Iterable[Any] = ()
) -> Any:
    buffer = actor.objects[handle]
    buffer = getattr(buffer, "buf", buffer)
    args, _ = actor.decode_call(args)
    return actor.keep(VIEWS[kind](buffer, *args), into)


def view_ctypes(buffer: Any, length: int) -> Any:
    ctypes = optional("ctypes", "ctypes")
    return (ctypes.c_char * length).from_buffer(buffer)


def numpy() -> Any:
    return optional("numpy", "NumPy")


def optional(module: str, title: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        message = f"{title} is not installed in the target's interpreter"
        raise Unsupported(message) from None


VIEWS: dict[str, Callable[..., Any]] = {
    "memoryview": memoryview,
    "slice": lambda buffer, *bounds: buffer[slice(*bounds)],
    "cast": lambda buffer, code: buffer.cast(code),
    "array": lambda buffer, code: importlib.import_module("array").array(code, buffer),
    "ndarray": lambda buffer, shape, dtype: numpy().ndarray(shape, dtype, buffer),
    "frombuffer": lambda buffer, dtype: numpy().frombuffer(buffer, dtype),
    "ctypes": view_ctypes,
}


def op_pack(
    actor: Actor, handle: str, format: str, offset: int, values: Iterable[Any]
) -> None:
    import struct

    values = [actor.decode(value) for value in values]
    struct.pack_into(format, actor.objects[handle].buf, offset, *values)


def op_unpack(actor: Actor, handle: str, format: str, offset: int) -> list[Any]:
    import struct

    return list(struct.unpack_from(format, actor.objects[handle].buf, offset))


def op_pickle(actor: Actor, handle: str, protocol: int | None = None) -> bytes:
    import pickle

    return pickle.dumps(actor.objects[handle], protocol)


def op_unpickle(actor: Actor, data: Any, into: str) -> Any:
    import pickle

    return actor.keep(pickle.loads(actor.decode(data)), into)


def op_run(actor: Actor, source: str) -> Any:
    """Run a documented example; an expression gives its value, as a shell would."""
    if "SharedMemoryManager" in source:
        actor.names["SharedMemoryManager"] = actor.target_class("SharedMemoryManager")
    try:
        code = compile(source, "<example>", "eval")
    except SyntaxError:
        exec(compile(source, "<example>", "exec"), actor.names)  # noqa: S102
        return None
    return eval(code, actor.names)


# --- operations: processes ---------------------------------------------------


def op_start(
    actor: Actor, method: str, child: Json, handles: Iterable[str] = ()
) -> int:
    """Start a child that connects to the harness as an actor of its own."""
    held = {name: actor.objects[name] for name in handles}
    if method == "subprocess":
        if held:
            raise Unsupported("a subprocess takes no objects")
        process = start_subprocess(child)
    else:
        process = start_process(actor, method, child, held)
    actor.objects["process:" + child["name"]] = process
    pid: int = process.pid
    return pid


def start_process(actor: Actor, method: str, child: Json, held: Json) -> Any:
    if method not in actor.context().get_all_start_methods():
        raise Unsupported(f"no start method {method!r} here")
    if method == "fork":
        # Only a forked child has copies of our channel to close.
        child = dict(child, close=actor.channel.descriptors())
    state = {"CHILD": child, "PROGRAM": PROGRAM, "OBJECTS": held}
    context = actor.context().get_context(method)
    process = context.Process(target=exec, args=(BOOT, state))
    process.start()
    return process


def start_subprocess(child: Json) -> Any:
    import subprocess

    command = [sys.executable, "-c", BOOT_SUBPROCESS]
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(json.dumps(child).encode("ascii") + b"\n" + PROGRAM)
    process.stdin.close()
    return process


def op_join(actor: Actor, child: str, timeout: float) -> Any:
    """Wait for a child's end; its exit code is negative for a signal."""
    process = actor.objects["process:" + child]
    if hasattr(process, "join"):
        process.join(timeout)
        return process.exitcode
    return process.wait(timeout)


def op_end(actor: Actor, how: str, status: int = 0) -> None:
    """End this process; the answer goes out first."""
    raise End(how, status)


def op_limit(actor: Actor, resource: str, soft: int) -> None:
    """Lower a resource limit of this process (RLIMIT_AS, RLIMIT_NOFILE, ...)."""
    try:
        import resource as limits
    except ImportError:
        raise Unsupported("this system has no limits of resources") from None

    number = getattr(limits, resource)
    limits.setrlimit(number, (soft, limits.getrlimit(number)[1]))


def op_watch(actor: Actor, kill: int = 0, stop: int = 0, every: bool = False) -> None:
    """Note each line of the target's modules from now on; die or stop at one by number."""
    package = actor.module.__name__.partition(".")[0]
    actor.lines = Lines(package, {kill: "SIGKILL", stop: "SIGSTOP"}, every)
    sys.settrace(actor.lines.enter)


def op_watched(actor: Actor) -> list[str]:
    """Watch no longer; tell the lines, each where it came first."""
    if actor.lines is None:
        raise Unsupported("nothing is watched")
    sys.settrace(actor.lines.before)
    return actor.lines.seen


class Lines:
    """The lines of a package that are run, each once or every time."""

    def __init__(self, package: str, signals: dict[int, str], every: bool) -> None:
        self.package, self.signals, self.every = package, signals, every
        self.seen: list[str] = []
        self.before = sys.gettrace()

    def enter(self, frame: Any, event: str, argument: object) -> Any:
        """Look into a function if it is the package's."""
        # At the end of the interpreter there may be no name any more.
        name = frame.f_globals.get("__name__") or ""
        is_ours = name == self.package or name.startswith(self.package + ".")
        return self.step if is_ours else None

    def step(self, frame: Any, event: str, argument: object) -> Any:
        """Note a line before it is run, and send us the signal that is due there."""
        if event == "line":
            file = os.path.basename(frame.f_code.co_filename)  # noqa: PTH119 - costs an import
            place = f"{file}:{frame.f_lineno}"
            if self.every or place not in self.seen:
                self.seen.append(place)
                if len(self.seen) in self.signals:
                    import signal

                    number = getattr(signal, self.signals[len(self.seen)])
                    os.kill(os.getpid(), number)
        return self.step


def op_signal(actor: Actor, signal: str, action: str) -> None:
    """Ignore a signal, or give it back its default action."""
    import signal as signals

    actions = {"ignore": signals.SIG_IGN, "default": signals.SIG_DFL}
    signals.signal(getattr(signals, signal), actions[action])


OPERATIONS: dict[str, Callable[..., Any]] = {
    name[3:]: function
    for name, function in list(globals().items())
    if name[:3] == "op_"
}


# --- start and end -----------------------------------------------------------


def private_channel() -> Channel:
    """Move the protocol off descriptors 0 and 1, where the target could find it."""
    channel = (PipeChannel if os.name == "nt" else Channel)(INPUT, os.dup(1))
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return channel


def child_channel(child: Json) -> Channel:
    """Connect to the harness: once to talk, once to be heard on stderr."""
    for number in child.get("close", ()):
        os.close(number)
    channel, errors = [connection(child, it) for it in ("channel", "stderr")]
    flush()
    if os.name == "nt":
        sys.stdout = sys.stderr = errors.makefile("w", encoding="utf-8")
        return SocketChannel(channel)
    for number in (1, 2):
        os.dup2(errors.fileno(), number)
    errors.close()
    number = channel.detach()
    return Channel(os.fdopen(number, "rb", closefd=False), number)


def connection(child: Json, purpose: str) -> Any:
    import socket

    address = child["address"]
    is_file = type(address) is str
    end = socket.socket(socket.AF_UNIX if is_file else socket.AF_INET)
    end.connect(address if is_file else tuple(address))
    end.sendall(json.dumps(dict(child, purpose=purpose)).encode("ascii") + b"\n")
    return end


def leave(how: str, status: int) -> None:
    if how == "os._exit":
        os._exit(status)
    if how == "sys.exit":
        sys.exit(status)
    if how == "exception":
        raise RuntimeError("this exception was asked for")
    if how == "signal":
        os.kill(os.getpid(), status)


def main(child: Json | None, objects: Json) -> None:
    if "faulthandler" not in sys.modules and sys.stderr is not None:
        import faulthandler

        if sys.version_info >= (3, 14):
            # It would go on with the interpreter's own stack, and hide the program's.
            faulthandler.enable(c_stack=False)
        else:
            faulthandler.enable()
    import signal

    # A shell ignores SIGINT and SIGQUIT for what it starts in the background, and
    # nohup SIGHUP; we must not.
    # PyPy calls that the default.
    unset = (signal.SIG_IGN, signal.SIG_DFL)
    if signal.getsignal(signal.SIGINT) in unset:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in ("SIGHUP", "SIGQUIT"):
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) in unset:
            signal.signal(number, signal.SIG_DFL)
    actor = Actor(child_channel(child) if child else private_channel(), objects)
    end = actor.serve()
    # What the actor holds is given back by the interpreter's own shutdown.
    leave(*end)


main(globals().get("CHILD"), globals().get("OBJECTS", {}))
