"""Wrong ways of SharedMemoryManager towards other processes, and at their ends."""

from __future__ import annotations

import atexit
import importlib
import signal
from multiprocessing import util
from typing import Any

from . import fails
from .manager import make_another, wrap


def _is_connected(manager: Any) -> bool:
    return not hasattr(manager, "_process")


# -- its blocks in other processes ---------------------------------------------------


@fails("manager.block.is-attachable-by-name")
def memory_is_private(copy: Any) -> None:
    def buf(self: Any) -> memoryview:
        return memoryview(vars(self).setdefault("private", bytearray(self.size)))

    make_another(copy, "SharedMemory", {"buf": property(buf)})


@fails("manager.worker.shares-the-list")
def list_is_passed_by_value(copy: Any) -> None:
    def reduce(self: Any) -> Any:
        return copy.shared_memory.ShareableList, (list(self),)

    make_another(copy, "ShareableList", {"__reduce__": reduce})


def attach_and_take(module: str, name: str) -> Any:
    """Attach to a block, and remove it at the end of this process."""
    block = importlib.import_module(module).SharedMemory(name, track=False)
    util.Finalize(None, block.unlink, exitpriority=0)
    return block


@fails("manager.worker-end.leaves-the-block")
def worker_takes_the_block(copy: Any) -> None:
    def reduce(self: Any) -> Any:
        return attach_and_take, (copy.shared_memory.__name__, self.name)

    make_another(copy, "SharedMemory", {"__reduce__": reduce})


# -- the end of its owner, and its own -----------------------------------------------


def _untracked(copy: Any) -> None:
    server, right = copy.managers.SharedMemoryServer, copy.shared_memory.SharedMemory

    def create(self: Any, c: Any, size: int) -> Any:
        block = right(create=True, size=size, track=False)
        self._segments.append(block.name)
        return block.name

    server.create_segment = create


@fails("manager.killed-process.is-cleaned-up-after")
def nobody_tracks_the_blocks(copy: Any) -> None:
    _untracked(copy)


@fails(
    "manager.owner-end.releases-every-block",
    "manager.killed-process.is-cleaned-up-after",
)
def owner_end_kills_the_manager(copy: Any) -> None:
    def start(self: Any, right: Any) -> None:
        right()
        atexit.register(lambda: (self._process.kill(), self._process.join()))

    _untracked(copy)
    wrap(copy, "start", start)


@fails("manager.sigint.is-survived")
def sigint_ends_the_manager(copy: Any) -> None:
    right = copy.managers.SharedMemoryServer.serve_forever

    def serve(self: Any) -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        right(self)

    copy.managers.SharedMemoryServer.serve_forever = serve


@fails("manager.clean-run.says-nothing")
def released_blocks_stay_tracked(copy: Any) -> None:
    right = copy.managers.SharedMemoryServer.release_segment

    def release(self: Any, c: Any, name: str) -> None:
        right(self, c, name)
        copy._tracker.register("/" + name)

    copy.managers.SharedMemoryServer.release_segment = release


# -- its other clients ---------------------------------------------------------------


@fails("manager.connect.serves-others", "manager.connected-end.leaves-its-blocks")
def connected_managers_make_their_own_blocks(copy: Any) -> None:
    def make(self: Any, right: Any, size: int) -> Any:
        if _is_connected(self):
            return copy.shared_memory.SharedMemory(create=True, size=size)
        return right()

    wrap(copy, "SharedMemory", make)


@fails("manager.get-server.serves-others")
def get_server_gives_a_plain_one(copy: Any) -> None:
    copy.managers.SharedMemoryManager.get_server = (
        copy.managers.SharedMemoryManager.__mro__[1].get_server
    )


@fails("manager.connected-end.leaves-its-blocks")
def connected_managers_track(copy: Any) -> None:
    def make(self: Any, right: Any, size: int) -> Any:
        block = right()
        if _is_connected(self):
            copy.shared_memory.SharedMemory(block.name).close()
        return block

    wrap(copy, "SharedMemory", make)


@fails("manager.wrong-authkey.is-refused")
def any_authkey_will_do(copy: Any) -> None:
    init = copy.managers.SharedMemoryManager.__init__

    def wrong(self: Any, address: Any = None, authkey: Any = None, **kw: Any) -> None:
        init(self, address, authkey and b"the same for all", **kw)

    copy.managers.SharedMemoryManager.__init__ = wrong
