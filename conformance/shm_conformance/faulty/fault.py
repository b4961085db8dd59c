"""Wrong ways that show only when a system call fails."""

from __future__ import annotations

import os
from typing import Any, Callable

from . import fails
from ._init import around_init

# What every program meets, and these faults have nothing to do with.
COMMON = (FileExistsError, FileNotFoundError)


def after_fault(copy: Any, is_creation: bool, act: Callable[[str], None]) -> None:
    """Have `act(name)` done after the rare errors of the system."""

    def watched(init: Any, name: Any, create: Any, size: Any) -> None:
        try:
            init(name, create, size)
        except COMMON:
            raise
        except OSError:
            if bool(create) is is_creation:
                act(name)
            raise

    around_init(copy, watched)


def fail(name: str) -> None:
    """Raise what nobody awaits."""
    raise ValueError("the system is out of order")


def leak(name: str) -> None:
    """Lose a descriptor."""
    os.dup(2)


def once_and_never_again(copy: Any, is_creation: bool) -> None:
    """Refuse a name for ever once it could not be opened."""
    refused: Any = []
    after_fault(copy, is_creation, refused.append)

    def refuse(init: Any, name: Any, create: Any, size: Any) -> None:
        if name in refused:
            raise OSError(f"{name!r} could not be opened before")
        init(name, create, size)

    around_init(copy, refuse)


@fails("fault.create.leaves-nothing")
def failed_creation_is_not_undone(copy: Any) -> None:
    copy._block._remove = lambda name: None


@fails("fault.generated.leaves-nothing")
def failed_creation_of_a_novel_name_is_not_undone(copy: Any) -> None:
    right = copy._block._remove
    copy._block._remove = lambda name: None if "psm_" in name else right(name)


@fails("fault.list-create.leaves-nothing")
def failed_creation_of_a_list_is_not_undone(copy: Any) -> None:
    within_lists(copy, copy._block, "_remove", lambda name: None)


@fails("fault.list-create.keeps-nothing-open")
def failed_creation_of_a_list_leaks_a_descriptor(copy: Any) -> None:
    right = copy._block._remove

    def remove(name: str) -> None:
        leak(name)
        right(name)

    within_lists(copy, copy._block, "_remove", remove)


def within_lists(copy: Any, owner: Any, name: str, other: Any) -> None:
    """Put a function in the place of another one while a list is created."""
    create, right = copy.shared_memory.ShareableList._create, getattr(owner, name)

    def creating(self: Any, values: Any, new_block: Any) -> None:
        setattr(owner, name, other)
        try:
            create(self, values, new_block)
        finally:
            setattr(owner, name, right)

    copy.shared_memory.ShareableList._create = creating


@fails("fault.manager-list.leaves-nothing")
def a_manager_keeps_what_could_not_be_attached(copy: Any) -> None:
    manager = copy.managers.SharedMemoryManager
    right = manager._ask

    def ask(self: Any, question: str, *arguments: Any) -> Any:
        return question == "release_segment" or right(self, question, *arguments)

    manager._ask = ask


def after_failed_start(copy: Any, act: Callable[[], None]) -> None:
    """Have something done when a manager cannot be started."""
    manager = copy.managers.SharedMemoryManager
    right = manager.start

    def start(self: Any, *arguments: Any) -> None:
        try:
            right(self, *arguments)
        except OSError:
            act()
            raise

    manager.start = start


def blocks_of(copy: Any) -> Any:
    """The names of the blocks that this process creates from now on."""
    names: Any = []

    def note(init: Any, name: Any, create: Any, size: Any) -> None:
        init(name, create, size)
        if create:
            names.append("/" + name)

    around_init(copy, note)
    return names


@fails("fault.manager-start.spares-the-owner")
def failed_start_removes_the_blocks_of_its_process(copy: Any) -> None:
    names = blocks_of(copy)

    def remove() -> None:
        for name in names:
            copy._posix.remove(name)

    after_failed_start(copy, remove)


@fails("fault.manager-start.leaves-nothing")
def failed_start_forgets_the_blocks_of_its_process(copy: Any) -> None:
    names = blocks_of(copy)

    def forget() -> None:
        for name in names:
            copy._tracker.unregister(name)

    after_failed_start(copy, forget)


@fails("fault.manager-start.can-be-repeated")
def a_start_fails_for_ever(copy: Any) -> None:
    failed: Any = []
    after_failed_start(copy, lambda: failed.append(True))
    manager = copy.managers.SharedMemoryManager
    right = manager.start

    def start(self: Any, *arguments: Any) -> None:
        if failed:
            raise OSError("a manager could not be started before")
        right(self, *arguments)

    manager.start = start


@fails("fault.create.is-an-oserror")
def failed_creation_is_a_valueerror(copy: Any) -> None:
    after_fault(copy, True, fail)


@fails("fault.create.is-quiet")
def failed_creation_confuses_the_tracker(copy: Any) -> None:
    after_fault(copy, True, lambda name: copy._tracker.unregister("/" + name))


@fails("fault.create.keeps-nothing-open")
def failed_creation_leaks_a_descriptor(copy: Any) -> None:
    after_fault(copy, True, leak)


@fails("fault.create.can-be-repeated")
def failed_creation_is_for_ever(copy: Any) -> None:
    once_and_never_again(copy, True)


@fails("fault.attach.spares-the-owner")
def attach_out_of_order_removes_the_block(copy: Any) -> None:
    after_fault(copy, False, lambda name: copy._posix.remove("/" + name))


@fails("fault.list-attach.spares-the-owner")
def attach_out_of_order_removes_the_list(copy: Any) -> None:
    attach = copy.shared_memory.ShareableList._attach

    def removing(self: Any, name: str, track: bool = True) -> None:
        try:
            attach(self, name, track)
        except COMMON:
            raise
        except OSError:
            copy._posix.remove("/" + name)
            raise

    copy.shared_memory.ShareableList._attach = removing


@fails("fault.attach.is-an-oserror")
def failed_attach_is_a_valueerror(copy: Any) -> None:
    after_fault(copy, False, fail)


@fails("fault.attach.is-quiet")
def attach_out_of_order_confuses_the_tracker(copy: Any) -> None:
    after_fault(copy, False, lambda name: copy._tracker.unregister("/no_" + name))


@fails("fault.attach.keeps-nothing-open")
def attach_out_of_order_leaks_a_descriptor(copy: Any) -> None:
    after_fault(copy, False, leak)


@fails("fault.attach.can-be-repeated")
def failed_attach_is_for_ever(copy: Any) -> None:
    once_and_never_again(copy, False)


def change_unlink(copy: Any, act: Callable[[Any], None]) -> None:
    """Have `act(handle)` done where unlink meets a rare error of the system."""
    right = copy.shared_memory.SharedMemory.unlink

    def unlink(self: Any) -> None:
        try:
            right(self)
        except COMMON:
            raise
        except OSError:
            act(self)

    copy.shared_memory.SharedMemory.unlink = unlink


@fails("fault.unlink.is-an-oserror")
def failed_unlink_is_a_valueerror(copy: Any) -> None:
    change_unlink(copy, lambda self: fail(self._name))


@fails("fault.unlink.is-all-or-nothing")
def failed_unlink_is_silent(copy: Any) -> None:
    change_unlink(copy, lambda self: None)


@fails("fault.unlink.can-be-repeated")
def failed_unlink_is_for_ever(copy: Any) -> None:
    def give_up(self: Any) -> None:
        self._name = None
        raise OSError("the system is out of order")

    change_unlink(copy, give_up)
