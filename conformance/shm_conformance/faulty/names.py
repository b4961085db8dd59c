"""Wrong ways with names."""

from __future__ import annotations

from typing import Any, Callable

from . import fails
from ._init import after_failure, after_init, around_init, before_init


def rename(copy: Any, new: Callable[[Any], Any]) -> None:
    """Have every name replaced before it is used."""
    before_init(copy, lambda name, create, size: (new(name), create, size))


def rename_text(copy: Any, new: Callable[[str], Any]) -> None:
    """Have every name that is text replaced before it is used."""
    rename(copy, lambda name: new(name) if isinstance(name, str) else name)


def tell(copy: Any, new: Callable[[Any], Any]) -> None:
    """Have the attribute `name` tell something else."""
    kind = copy.shared_memory.SharedMemory
    name = kind.name.fget
    kind.name = property(lambda self: new(name(self)))


@fails("shm.name.is-the-given-one", "shm.name.attaches")
def name_gets_a_prefix(copy: Any) -> None:
    tell(copy, lambda name: "shm_" + name)


@fails("shm.name.is-the-given-one")
def name_has_a_slash(copy: Any) -> None:
    tell(copy, lambda name: "/" + name)


@fails("shm.name.is-the-same-everywhere")
def name_of_the_attached_has_a_slash(copy: Any) -> None:
    def slash(handle: Any, name: Any, create: Any) -> None:
        if not create:
            handle._alias = "/" + name

    after_init(copy, slash)


@fails("shm.name.attaches")
def attach_shortens_the_name(copy: Any) -> None:
    def shorten(name: Any, create: Any, size: Any) -> Any:
        return name if create or not name else name[:-1], create, size

    before_init(copy, shorten)


@fails("shm.name.is-a-string")
def name_is_a_kind_of_string(copy: Any) -> None:
    class Name(str):
        pass

    tell(copy, Name)


@fails("shm.name.is-read-only")
def name_can_be_set(copy: Any) -> None:
    kind = copy.shared_memory.SharedMemory
    name = kind.name.fget
    kind.name = property(name, lambda self, value: setattr(self, "_alias", value))


@fails("shm.name.tells-blocks-apart")
def case_is_ignored(copy: Any) -> None:
    rename_text(copy, str.lower)


@fails("shm.name.must-be-a-string")
def name_is_converted(copy: Any) -> None:
    rename(copy, lambda name: name if name is None else str(name))


@fails("shm.name.with-nul-is-not-created")
def create_cuts_the_name_at_nul(copy: Any) -> None:
    def cut(name: Any, create: Any, size: Any) -> Any:
        is_text = create and isinstance(name, str)
        return name.partition("\0")[0] if is_text else name, create, size

    before_init(copy, cut)


@fails("shm.name.with-nul-is-not-attached")
def attach_cuts_the_name_at_nul(copy: Any) -> None:
    def cut(name: Any, create: Any, size: Any) -> Any:
        is_text = not create and isinstance(name, str)
        return name.partition("\0")[0] if is_text else name, create, size

    before_init(copy, cut)


@fails("shm.name.too-long-is-refused")
def long_name_is_cut(copy: Any) -> None:
    rename_text(copy, lambda name: name[:200])


@fails("shm.name.inner-slash-is-refused")
def slash_inside_is_replaced(copy: Any) -> None:
    rename_text(copy, lambda name: name[:1] + name[1:].replace("/", "_"))


@fails("shm.name.empty-is-refused")
def empty_name_asks_for_a_novel_one(copy: Any) -> None:
    rename(copy, lambda name: name or None)


@fails("shm.name.refused-leaves-nothing")
def refused_name_is_used_in_part(copy: Any) -> None:
    def use(error: Exception, name: Any, create: Any) -> None:
        if create and isinstance(name, str) and "/" in name.lstrip("/"):
            copy.shared_memory.SharedMemory(name.partition("/")[0], True, 1).close()

    after_failure(copy, use)


@fails("shm.name.unusual-leaves-nothing")
def colon_is_not_tracked(copy: Any) -> None:
    kind = copy.shared_memory.SharedMemory
    init = kind.__init__

    def untracked(self: Any, name: Any = None, *args: Any, **options: Any) -> None:
        is_odd = isinstance(name, str) and ":" in name
        init(self, name, *args, **{"track": not is_odd, **options})

    kind.__init__ = untracked


@fails("shm.name.unusual-is-quiet")
def space_confuses_the_tracker(copy: Any) -> None:
    from multiprocessing import resource_tracker

    def confuse(init: Any, name: Any, create: Any, size: Any) -> None:
        init(name, create, size)
        if create and isinstance(name, str) and " " in name:
            resource_tracker.unregister("/unknown", "shared_memory")

    around_init(copy, confuse)


@fails("shm.name.leading-slash-is-quiet")
def slash_is_tracked_as_given(copy: Any) -> None:
    from multiprocessing import resource_tracker

    def track(handle: Any, name: Any, create: Any) -> None:
        if isinstance(name, str) and name.startswith("/"):
            resource_tracker.register("/" + name, "shared_memory")

    after_init(copy, track)
