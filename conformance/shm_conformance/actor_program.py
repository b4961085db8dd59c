"""The actor: a process that runs the target and obeys operations.

Sent to the target's interpreter at start, so the standard library of Python
3.8 must do, no threads, nothing imported that an operation can import itself.
The protocol is described in `messages` and `protocol.schema.json`.

The harness keeps the only end of every channel: when it is gone, so are we.
"""

import base64
import gc
import importlib
import json
import marshal
import os
import sys

REPR_LIMIT = 2000
BOOT = "import marshal;exec(marshal.loads(PROGRAM))"
BOOT_SUBPROCESS = (
    "import json,marshal,sys;i=sys.stdin.buffer;CHILD=json.loads(i.readline());"
    "PROGRAM=i.read();exec(marshal.loads(PROGRAM))"
)


class Unsupported(Exception):
    """The operation is not known here, or the target has no such part."""


class End(Exception):
    """Leave the loop; how is in the arguments."""


# --- values -----------------------------------------------------------------


def encode(value):
    kind = type(value)
    if value is None or kind in (bool, int, str):
        return value
    if kind is float:
        return {"float": value.hex()}
    if kind is bytes:
        return {"bytes": base64.b64encode(value).decode("ascii")}
    if kind in (list, tuple):
        return {kind.__name__: [encode(item) for item in value]}
    if kind is dict and all(type(key) is str for key in value):
        return {"dict": {key: encode(item) for key, item in value.items()}}
    name = "%s.%s" % (kind.__module__, kind.__qualname__)
    return {"object": {"type": name, "repr": safely(repr, value)}}


def safely(function, value):
    try:
        return str(function(value))[:REPR_LIMIT]
    except Exception as error:
        return "<%s raised %s>" % (function.__name__, type(error).__name__)


def failure(error):
    return {
        "type": type(error).__name__,
        "bases": [kind.__name__ for kind in type(error).__mro__],
        "message": safely(str, error),
        "errno": error.errno if isinstance(error, OSError) else None,
        "filename": safely(str, getattr(error, "filename", None) or "") or None,
    }


class Channel:
    """Lines over descriptors of our own, out of the target's way."""

    def __init__(self, source, sink):
        self.source, self.sink = source, sink

    def receive(self):
        line = self.source.readline()
        if not line:
            os._exit(0)
        return json.loads(line)

    def send(self, message):
        line = json.dumps(message).encode("ascii") + b"\n"
        try:
            while line:
                line = line[os.write(self.sink, line) :]
        except BrokenPipeError:
            os._exit(0)

    def descriptors(self):
        return sorted({self.source.fileno(), self.sink})


class Actor:
    """Holds the target's objects by name, and does one operation after another."""

    def __init__(self, channel, objects):
        self.channel, self.objects = channel, dict(objects)
        self.context = self.module = self.managers = None
        self.names = {}

    def serve(self):
        while True:
            request = self.channel.receive()
            message = {"id": request.pop("id")}
            try:
                message.update(self.answer(request.pop("op"), request))
            except End as end:
                self.channel.send(dict(message, value=None))
                return end.args
            self.channel.send(message)

    def answer(self, operation, arguments):
        function = OPERATIONS.get(operation)
        if function is None:
            return {"unsupported": "no operation %r" % (operation,)}
        try:
            return {"value": encode_held(function(self, **arguments))}
        except End:
            raise
        except Unsupported as error:
            return {"unsupported": str(error)}
        except BaseException as error:
            return {"error": failure(error)}
        finally:
            flush()

    def decode(self, data):
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

    def decode_call(self, args, kwargs):
        kwargs = {key: self.decode(value) for key, value in (kwargs or {}).items()}
        return [self.decode(value) for value in args or ()], kwargs

    def keep(self, value, into):
        """Hold a value under a name, or hand it back where none is given."""
        if into is None:
            return value
        self.objects[into] = value
        return Held(into)

    def target_class(self, name):
        module = self.managers if name == "SharedMemoryManager" else self.module
        if module is None:
            raise Unsupported("the target has no managers module")
        return getattr(module, name)


class Held(str):
    """The name of an object that stays here."""


def encode_held(value):
    return {"handle": str(value)} if type(value) is Held else encode(value)


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass  # the target may have closed or replaced it


SEQUENCES = {"list": list, "tuple": tuple}
SCALARS = {
    "float": float.fromhex,
    "bytes": base64.b64decode,
    "bytearray": lambda text: bytearray(base64.b64decode(text)),
    "range": lambda bounds: range(*bounds),
    "instance": lambda name: {"object": object, "complex": complex}[name](),
}


# --- operations: the target's API --------------------------------------------


def op_hello(actor, module, managers=None, path=()):
    sys.path[:0] = [entry for entry in path if entry not in sys.path]
    actor.module = importlib.import_module(module)
    actor.managers = find_managers(module, managers)
    actor.context = process_context(module)
    # The target's own name for itself may be shorter than what was asked for.
    actor.names = {"shared_memory": actor.module, "__name__": "__main__"}
    if actor.managers:
        actor.names["SharedMemoryManager"] = actor.managers.SharedMemoryManager
    return {
        "pid": os.getpid(),
        "operations": sorted(OPERATIONS),
        "managers": actor.managers and actor.managers.__name__,
        "start_methods": list(actor.context.get_all_start_methods()),
        "file": getattr(actor.module, "__file__", None),
    }


def find_managers(module, managers):
    if managers is not None:
        return importlib.import_module(managers)
    if hasattr(sys.modules[module], "SharedMemoryManager"):
        return sys.modules[module]
    sibling = module.rpartition(".")[0] + ".managers"
    try:
        found = importlib.import_module(sibling)
    except ImportError as error:
        if error.name and not sibling.startswith(error.name):
            raise
        return None
    return found if hasattr(found, "SharedMemoryManager") else None


def process_context(module):
    """A fork of multiprocessing starts processes itself; others use the stdlib's."""
    package = sys.modules.get(module.rpartition(".")[0])
    if not hasattr(package, "get_all_start_methods"):
        package = importlib.import_module("multiprocessing")
    return package


def op_new(actor, kind, into, args=(), kwargs=None):
    args, kwargs = actor.decode_call(args, kwargs)
    return actor.keep(actor.target_class(kind)(*args, **kwargs), into)


def op_call(actor, handle, method, args=(), kwargs=None, into=None):
    args, kwargs = actor.decode_call(args, kwargs)
    return actor.keep(getattr(actor.objects[handle], method)(*args, **kwargs), into)


def op_get(actor, handle, name, into=None):
    return actor.keep(getattr(actor.objects[handle], name), into)


def op_set(actor, handle, name, value):
    setattr(actor.objects[handle], name, actor.decode(value))


def op_drop(actor, handle):
    del actor.objects[handle]
    gc.collect()


def op_apply(actor, function, args, into=None):
    args, _ = actor.decode_call(args, None)
    return actor.keep(functions()[function](*args), into)


def functions():
    import builtins
    import operator

    table = {name: getattr(builtins, name) for name in BUILTINS}
    table.update({name: getattr(operator, name) for name in OPERATORS})
    table["type"] = lambda value: type(value).__name__
    table["reversed"] = lambda value: list(reversed(value))
    table["slice"] = lambda value, *bounds: value[slice(*bounds)]
    table["has"] = lambda value, name: hasattr(value, name)
    return table


BUILTINS = ("len", "repr", "str", "list", "tuple", "bytes", "bool", "hash", "sum")
BUILTINS += ("sorted", "iter", "next", "memoryview", "min", "max")
OPERATORS = ("getitem", "setitem", "delitem", "contains", "eq", "ne", "is_")


def op_read(actor, handle, start=0, stop=None):
    held = actor.objects[handle]
    return bytes(memoryview(getattr(held, "buf", held))[start:stop])


def op_write(actor, handle, start, data):
    held, data = actor.objects[handle], actor.decode(data)
    memoryview(getattr(held, "buf", held))[start : start + len(data)] = data


def op_view(actor, handle, kind, into, args=()):
    buffer = actor.objects[handle]
    buffer = getattr(buffer, "buf", buffer)
    args, _ = actor.decode_call(args, None)
    return actor.keep(VIEWS[kind](buffer, *args), into)


def view_ctypes(buffer, length):
    import ctypes

    return (ctypes.c_char * length).from_buffer(buffer)


def numpy():
    try:
        return importlib.import_module("numpy")
    except ImportError:
        raise Unsupported("NumPy is not installed in the target's interpreter")


VIEWS = {
    "memoryview": memoryview,
    "slice": lambda buffer, *bounds: buffer[slice(*bounds)],
    "cast": lambda buffer, code: buffer.cast(code),
    "array": lambda buffer, code: importlib.import_module("array").array(code, buffer),
    "ndarray": lambda buffer, shape, dtype: numpy().ndarray(shape, dtype, buffer),
    "frombuffer": lambda buffer, dtype: numpy().frombuffer(buffer, dtype),
    "ctypes": view_ctypes,
}


def op_pack(actor, handle, format, offset, values):
    import struct

    values = [actor.decode(value) for value in values]
    struct.pack_into(format, actor.objects[handle].buf, offset, *values)


def op_unpack(actor, handle, format, offset):
    import struct

    return list(struct.unpack_from(format, actor.objects[handle].buf, offset))


def op_pickle(actor, handle, protocol=None):
    import pickle

    return pickle.dumps(actor.objects[handle], protocol)


def op_unpickle(actor, data, into):
    import pickle

    return actor.keep(pickle.loads(actor.decode(data)), into)


def op_run(actor, source):
    """Run a documented example; an expression gives its value, as a shell would."""
    try:
        code = compile(source, "<example>", "eval")
    except SyntaxError:
        exec(compile(source, "<example>", "exec"), actor.names)
        return None
    return eval(code, actor.names)


# --- operations: processes ---------------------------------------------------


def op_start(actor, method, child, handles=()):
    """Start a child that connects to the harness as an actor of its own."""
    held = {name: actor.objects[name] for name in handles}
    if method == "subprocess":
        if held:
            raise Unsupported("a subprocess takes no objects")
        process = start_subprocess(child)
    else:
        process = start_process(actor, method, child, held)
    actor.objects["process:" + child["name"]] = process
    return process.pid


def start_process(actor, method, child, held):
    if method not in actor.context.get_all_start_methods():
        raise Unsupported("no start method %r here" % (method,))
    if method == "fork":
        # Only a forked child has copies of our channel to close.
        child = dict(child, close=actor.channel.descriptors())
    state = {"CHILD": child, "PROGRAM": PROGRAM, "OBJECTS": held}
    context = actor.context.get_context(method)
    process = context.Process(target=exec, args=(BOOT, state))
    process.start()
    return process


def start_subprocess(child):
    import subprocess

    command = [sys.executable, "-c", BOOT_SUBPROCESS]
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    process.stdin.write(json.dumps(child).encode("ascii") + b"\n" + PROGRAM)
    process.stdin.close()
    return process


def op_join(actor, child, timeout):
    """Wait for a child's end; its exit code is negative for a signal."""
    process = actor.objects["process:" + child]
    if hasattr(process, "join"):
        process.join(timeout)
        return process.exitcode
    return process.wait(timeout)


def op_end(actor, how, status=0):
    """End this process; the answer goes out first."""
    raise End(how, status)


def op_limit(actor, resource, soft):
    """Lower a resource limit of this process (RLIMIT_AS, RLIMIT_NOFILE, ...)."""
    import resource as limits

    number = getattr(limits, resource)
    limits.setrlimit(number, (soft, limits.getrlimit(number)[1]))


def op_signal(actor, signal, action):
    """Ignore a signal, or give it back its default action."""
    import signal as signals

    actions = {"ignore": signals.SIG_IGN, "default": signals.SIG_DFL}
    signals.signal(getattr(signals, signal), actions[action])


OPERATIONS = {
    name[3:]: function
    for name, function in list(globals().items())
    if name[:3] == "op_"
}


# --- start and end -----------------------------------------------------------


def private_channel():
    """Move the protocol off descriptors 0 and 1, where the target could find it."""
    channel = Channel(INPUT, os.dup(1))
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return channel


def child_channel(child):
    """Connect to the harness: once to talk, once to be heard on stderr."""
    import socket

    for number in child.get("close", ()):
        os.close(number)
    ends = []
    for purpose in ("channel", "stderr"):
        end = socket.socket(socket.AF_UNIX)
        end.connect(child["address"])
        end.sendall(json.dumps(dict(child, purpose=purpose)).encode("ascii") + b"\n")
        ends.append(end.detach())
    flush()
    for number in (1, 2):
        os.dup2(ends[1], number)
    os.close(ends[1])
    return Channel(os.fdopen(ends[0], "rb", closefd=False), ends[0])


def leave(how, status):
    if how == "os._exit":
        os._exit(status)
    if how == "sys.exit":
        sys.exit(status)
    if how == "exception":
        raise RuntimeError("this exception was asked for")
    if how == "signal":
        os.kill(os.getpid(), status)


def main(child, objects):
    if "faulthandler" not in sys.modules:
        import faulthandler

        faulthandler.enable()
    actor = Actor(child_channel(child) if child else private_channel(), objects)
    end = actor.serve()
    # What the actor holds is given back by the interpreter's own shutdown.
    leave(*end)


main(globals().get("CHILD"), globals().get("OBJECTS", {}))
