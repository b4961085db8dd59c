"""The examples of the documentation, typed into actors as into shells.

What a shell would print has to be what the documentation shows. Lines that
import the standard library's modules are left out: an actor has the target's.
"""

from __future__ import annotations

import doctest

from shm_conformance import checks
from shm_conformance.actors import Actor, Actors
from shm_conformance.errors import TargetError, Unsupported
from shm_conformance.remotes import Block
from shm_conformance.suite import requirement
from shm_conformance.suite.test_pickling import methods_of

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def play(shell: Actor, text: str) -> None:
    """Type the lines of an example; each must print what is shown below it."""
    for line in doctest.DocTestParser().get_examples(text):
        source = line.source.strip()
        if line.exc_msg:
            with checks.raises(line.exc_msg.partition(":")[0]):
                shell.run(source)
        elif line.want:
            printed = shell.run(f"repr(\n{source}\n)")
            is_due = doctest.OutputChecker().check_output(
                line.want, f"{printed}\n", FLAGS
            )
            checks.that(is_due, f"{source} printed {printed}", line.want.strip())
        else:
            checks.same(source, shell.run(source), None)


def name_of(actors: Actors, shell: Actor, block: str) -> str:
    """The name of a block that an example has made; it exists by now."""
    name = str(shell.run(f"{block}.name"))
    checks.exists(actors, name, f"for {block}")
    return name


@requirement("example.shared-memory.works-as-documented")
def test_the_low_level_example(actors: Actors) -> None:
    """Two handles on one block, used as memoryviews."""
    shell = actors.start("shell")
    play(shell, ">>> shm_a = shared_memory.SharedMemory(create=True, size=10)")
    name = name_of(actors, shell, "shm_a")

    play(shell, LOW_LEVEL)

    checks.released(actors, name, "at the end of the example")


# A block may be larger than asked for; then so is its buffer.
LOW_LEVEL = """
>>> type(shm_a.buf)
<class 'memoryview'>
>>> buffer = shm_a.buf
>>> len(buffer) >= 10
True
>>> buffer[:4] = bytearray([22, 33, 44, 55])
>>> buffer[4] = 100
>>> shm_b = shared_memory.SharedMemory(shm_a.name)
>>> import array
>>> array.array('b', shm_b.buf[:5])
array('b', [22, 33, 44, 55, 100])
>>> shm_b.buf[:5] = b'howdy'
>>> bytes(shm_a.buf[:5])
b'howdy'
>>> shm_b.close()
>>> shm_a.close()
>>> shm_a.unlink()
"""


@requirement("example.numpy.works-as-documented")
def test_the_numpy_example(actors: Actors) -> None:
    """Two shells share an array."""
    first, second = actors.start_all("first shell", "second shell")
    for shell in (first, second):
        import_numpy(shell)
    play(first, NUMPY_CREATES)
    name = name_of(actors, first, "shm")

    second.run(f"existing_shm = shared_memory.SharedMemory(name={name!r})")
    play(second, NUMPY_ATTACHES)
    play(first, NUMPY_SEES)

    play(second, ">>> del c\n>>> existing_shm.close()")
    play(first, ">>> del b\n>>> shm.close()\n>>> shm.unlink()")
    checks.released(actors, name, "at the end of the example")


def import_numpy(shell: Actor) -> None:
    """Import NumPy; it is nobody's fault where there is none."""
    try:
        shell.run("import numpy as np")
    except TargetError as error:
        if "ImportError" in error.failure.bases:
            message = "NumPy is not installed in the target's interpreter"
            raise Unsupported(message) from None
        raise


NUMPY_CREATES = """
>>> a = np.array([1, 1, 2, 3, 5, 8])
>>> shm = shared_memory.SharedMemory(create=True, size=a.nbytes)
>>> b = np.ndarray(a.shape, dtype=a.dtype, buffer=shm.buf)
>>> b[:] = a[:]
>>> b
array([1, 1, 2, 3, 5, 8])
>>> type(b)
<class 'numpy.ndarray'>
>>> type(a)
<class 'numpy.ndarray'>
"""
NUMPY_ATTACHES = """
>>> c = np.ndarray((6,), dtype=np.int64, buffer=existing_shm.buf)
>>> c
array([1, 1, 2, 3, 5, 8])
>>> c[-1] = 888
>>> c
array([  1,   1,   2,   3,   5, 888])
"""
NUMPY_SEES = """
>>> b
array([  1,   1,   2,   3,   5, 888])
"""


@requirement("example.manager.works-as-documented")
def test_the_manager_example(actors: Actors) -> None:
    """shutdown() releases the three blocks that the manager made."""
    shell = actors.start("shell")
    play(shell, MANAGER)
    blocks = ("sl.shm", "raw_shm", "another_sl.shm")
    names = [name_of(actors, shell, block) for block in blocks]

    play(shell, ">>> smm.shutdown()")

    for name in names:
        checks.released(actors, name, "after shutdown()")


MANAGER = """
>>> smm = SharedMemoryManager()
>>> smm.start()
>>> sl = smm.ShareableList(range(4))
>>> sl
ShareableList([0, 1, 2, 3], name='...')
>>> raw_shm = smm.SharedMemory(size=128)
>>> another_sl = smm.ShareableList('alpha')
>>> another_sl
ShareableList(['a', 'l', 'p', 'h', 'a'], name='...')
"""


@requirement("example.manager-with.works-as-documented")
def test_the_with_example(actors: Actors) -> None:
    """Two Processes fill the halves of a list, and `with` releases it."""
    parent = actors.start("parent")
    methods = methods_of(parent)
    smm = parent.manager()
    smm.call("__enter__")
    lists = [smm.make("ShareableList", range(20)) for _ in methods]

    for method, sl in zip(methods, lists, strict=True):
        fill_by_two_processes(parent, method, sl)
        total = parent.apply("sum", sl)
        checks.same(f"the total of two processes by {method}", total, 380)

    smm.call("__exit__", None, None, None)
    for sl in lists:
        checks.released(actors, sl.name, "after the with statement")


def fill_by_two_processes(parent: Actor, method: str, sl: Block) -> None:
    """Have each half filled by a child of its own, and wait for both."""
    starts = (0, 10)
    workers = [parent.start_child(method, f"{method} {it}", sl) for it in starts]
    for worker, start in zip(workers, starts, strict=True):
        do_work(worker, sl, start, start + 10)
        worker.end("return")
    for worker in workers:
        checks.same("a worker's exit code", parent.join(worker), 0)


def do_work(worker: Actor, sl: Block, start: int, stop: int) -> None:
    """Double each item of a part of the list."""
    passed = Block(worker, sl.handle)
    for position in range(start, stop):
        passed.apply("setitem", position, 2 * position)


@requirement("example.shareable-list.works-as-documented")
def test_the_list_example(actors: Actors) -> None:
    """Types, assignment, refusal, len, index and count of a list."""
    shell = actors.start("shell")
    play(shell, LIST_CREATES)
    name = name_of(actors, shell, "a.shm")

    play(shell, LIST)

    checks.released(actors, name, "at the end of the example")


LIST_CREATES = """
>>> a = shared_memory.ShareableList(['howdy', b'HoWdY', -273.154, 100, None, True, 42])
"""
LIST = """
>>> [ type(entry) for entry in a ]
[<class 'str'>, <class 'bytes'>, <class 'float'>, <class 'int'>,
 <class 'NoneType'>, <class 'bool'>, <class 'int'>]
>>> a[2]
-273.154
>>> a[2] = -78.5
>>> a[2]
-78.5
>>> a[2] = 'dry ice'
>>> a[2]
'dry ice'
>>> a[2] = 'larger than previously allocated storage space'
Traceback (most recent call last):
  ...
ValueError: exceeds available storage for existing str
>>> a[2]
'dry ice'
>>> len(a)
7
>>> a.index(42)
6
>>> a.count(b'howdy')
0
>>> a.count(b'HoWdY')
1
>>> a.shm.close()
>>> a.shm.unlink()
>>> del a
"""


@requirement("example.shareable-list-by-name.works-as-documented")
def test_the_example_of_a_list_by_name(actors: Actors) -> None:
    """A list and its copy by name, in another process, share their items."""
    first, second = actors.start_all("first process", "second process")
    play(first, ">>> b = shared_memory.ShareableList(range(5))")
    name = name_of(actors, first, "b.shm")

    second.run(f"c = shared_memory.ShareableList(name={name!r})")
    play(second, BY_NAME)

    play(first, ">>> b[-1]\n-999\n>>> b.shm.close()")
    play(second, ">>> c.shm.close()\n>>> c.shm.unlink()")
    checks.released(actors, name, "at the end of the example")


BY_NAME = """
>>> c
ShareableList([0, 1, 2, 3, 4], name='...')
>>> c[-1] = -999
"""


@requirement("example.pickled-list.works-as-documented")
def test_the_example_of_a_pickled_list(actors: Actors) -> None:
    """A list and its unpickled copy share their items."""
    shell = actors.start("shell")
    play(shell, ">>> sl = shared_memory.ShareableList(range(10))")
    name = name_of(actors, shell, "sl.shm")

    play(shell, PICKLED)

    checks.released(actors, name, "at the end of the example")


PICKLED = """
>>> import pickle
>>> list(sl)
[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
>>> deserialized_sl = pickle.loads(pickle.dumps(sl))
>>> list(deserialized_sl)
[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
>>> sl[0] = -1
>>> deserialized_sl[1] = -2
>>> list(sl)
[-1, -2, 2, 3, 4, 5, 6, 7, 8, 9]
>>> list(deserialized_sl)
[-1, -2, 2, 3, 4, 5, 6, 7, 8, 9]
>>> sl.shm.close()
>>> sl.shm.unlink()
"""


@requirement("example.trailing-nuls.works-as-documented")
def test_the_example_of_trailing_nuls(actors: Actors) -> None:
    """Trailing NULs survive with the work-around; without, as the target likes."""
    shell = actors.start("shell")
    play(shell, NUL_CREATES)
    names = [
        name_of(actors, shell, block) for block in ("nul_bug_demo.shm", "padded.shm")
    ]

    bare = shell.run("[nul_bug_demo[0], nul_bug_demo[1]]")
    play(shell, NUL_PADDED)

    due = {"stripped": NUL_STRIPPED, "kept": NUL_KEPT}
    checks.that(bare in due.values(), f"nul_bug_demo holds {bare}", str(due))
    actors.trait("trailing NULs", next(it for it in due if due[it] == bare))
    for name in names:
        checks.released(actors, name, "at the end of the example")


NUL_STRIPPED = ["?", b"\x03\x02\x01"]
NUL_KEPT = ["?\0", b"\x03\x02\x01\0\0\0"]
NUL_CREATES = r"""
>>> nul_bug_demo = shared_memory.ShareableList(['?\x00', b'\x03\x02\x01\x00\x00\x00'])
>>> padded = shared_memory.ShareableList(['?\x00\x07', b'\x03\x02\x01\x00\x00\x00\x07'])
"""
NUL_PADDED = r"""
>>> nul_bug_demo.shm.unlink()
>>> padded[0][:-1]
'?\x00'
>>> padded[1][:-1]
b'\x03\x02\x01\x00\x00\x00'
>>> padded.shm.unlink()
"""
