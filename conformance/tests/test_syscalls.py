"""What strace writes down, read back; and the strips that are drawn of it."""

from __future__ import annotations

from shm_conformance import strips, syscalls, tracer
from shm_conformance.syscalls import Call

LOG = """\
read(0<pipe:[11]>, "{\\"id\\": 4, \\"op\\": \\"new\\"", 8192) = 22
openat(AT_FDCWD</tmp>, "/dev/shm/exq", O_RDWR|O_CREAT|O_EXCL, 0600) = 3</dev/shm/exq>
openat(AT_FDCWD</tmp>, "/usr/lib/python3/pickle.py", O_RDONLY) = 4</usr/lib/python3/pickle.py>
--- SIGUSR1 {si_signo=SIGUSR1} ---
ftruncate(3</dev/shm/exq>, 16)          = 0
close(4</usr/lib/python3/pickle.py>)    = 0
mmap(NULL, 16, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7fbbd931e000
mmap(NULL, 16, PROT_READ, MAP_SHARED, 3</dev/shm/exq>, 0) = 0x7fbbd931f000
vfork()                                 = 77
write(6<pipe:[12]>, "REGISTER:/exq:shared_memory\\n", 28) = 28
write(1<pipe:[13]>, "{\\"id\\": 4, \\"value\\": null}\\n", 26) = 26
close(3</dev/shm/exq>)                  = 0
+++ exited with 0 +++
"""


def test_calls_are_counted_by_name() -> None:
    """As strace counts them when it is to disturb one; signals and answers are no calls."""
    found = [str(call) for call in syscalls.calls(LOG)]

    assert found == [
        "read 1",
        "openat 1",
        "openat 2",
        "ftruncate 1",
        "close 1",
        "mmap 1",
        "mmap 2",
        "vfork 1",
        "write 1",
        "close 2",
    ]


def test_calls_are_counted_for_a_place() -> None:
    """As strace does with -P; what an allocator does in between is of no consequence."""
    found = [str(it) for it in syscalls.calls(LOG, ["/dev/shm/exq"]) if it.place]

    assert found == ["openat 1", "ftruncate 1", "mmap 1", "close 1"]


def test_each_thread_is_counted_for_itself() -> None:
    log = '12 unlink("/dev/shm/a") = 0\n13 unlink("/dev/shm/b") = 0\n'

    assert [str(call) for call in syscalls.calls(log)] == ["unlink 1", "unlink 1"]


def test_what_touches_a_block_or_a_tracker_is_told_apart() -> None:
    """Not the files of the interpreter, its own memory, or the harness's channel."""
    found = [str(call) for call in syscalls.calls(LOG) if syscalls.touches(call)]

    assert found == [
        "openat 1",
        "ftruncate 1",
        "mmap 2",
        "vfork 1",
        "write 1",
        "close 2",
    ]


def test_only_a_mapping_of_a_place_has_a_steady_number() -> None:
    assert not syscalls.is_steady(Call("mmap", 2, "mmap()"))
    assert syscalls.is_steady(Call("mmap", 1, "mmap()", "/dev/shm/exq"))


def test_each_error_is_one_that_strace_knows() -> None:
    errnos = {name for names in syscalls.ERRNOS.values() for name in names}

    assert all(name.isupper() and name.startswith("E") for name in errnos)
    assert syscalls.faults(Call("getpid", 1, "getpid()")) == ()


def test_an_injection_names_the_call_by_its_number() -> None:
    call = Call("ftruncate", 2, "")

    assert tracer.killing(call) == "inject=ftruncate:signal=KILL:when=2"
    assert tracer.failing(call, "EIO") == "inject=ftruncate:error=EIO:when=2"
    assert tracer.stopping(call) == "inject=ftruncate:signal=STOP:when=2"


def test_a_strip_shows_the_gravest_finding_of_each_point() -> None:
    points = [{"point": "", "findings": it} for it in ([], ["noise", "destroyed"])]

    assert strips.strip(points) == ".D"


def test_a_cell_says_call_sign_and_what_was_seen() -> None:
    found = strips.cell("mmap 1 ENOMEM", "mmap", {"destroyed": "it is gone"})

    assert found == {
        "point": "mmap 1 ENOMEM",
        "call": "mmap",
        "cell": "D",
        "findings": ["destroyed"],
        "detail": "it is gone",
    }


def test_strips_are_named_for_what_was_disturbed() -> None:
    """A scene has one, whatever is judged of it; each race has its own."""
    points = [{"point": "openat 1", "findings": []}]
    ids = ("crash.create.is-quiet", "crash.create.leaves-nothing", "race.unlink.one")
    results = [{"requirement": it, "points": points} for it in ids]
    results.append({"requirement": "shm.unlink.before-close", "points": []})

    found = strips.strips({"results": results})

    assert found == {"crash create": ".", "race unlink one": "."}
