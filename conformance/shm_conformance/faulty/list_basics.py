"""Wrong ways of a ShareableList as a whole: making, showing and finding."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from . import fails


@fails("list.create.holds-the-sequence")
def list_of_a_str_has_one_item(copy: Any) -> None:
    init = copy.shared_memory.ShareableList.__init__

    def new(self: Any, sequence: Any = None, *, name: Any = None) -> None:
        init(self, [sequence] if type(sequence) is str else sequence, name=name)

    copy.shared_memory.ShareableList.__init__ = new


@fails("list.create.empty-sequence")
def empty_list_is_refused(copy: Any) -> None:
    init = copy.shared_memory.ShareableList.__init__

    def new(self: Any, sequence: Any = None, *, name: Any = None) -> None:
        if sequence is not None and not sequence:
            raise ValueError("an empty list")
        init(self, sequence, name=name)

    copy.shared_memory.ShareableList.__init__ = new


@fails("list.create.bears-the-name")
def list_ignores_its_name(copy: Any) -> None:
    init = copy.shared_memory.ShareableList.__init__

    def new(self: Any, sequence: Any = None, *, name: Any = None) -> None:
        init(self, sequence, name=name if sequence is None else None)

    copy.shared_memory.ShareableList.__init__ = new


@fails("list.create.novel-name")
def lists_without_a_name_share_one(copy: Any) -> None:
    init = copy.shared_memory.ShareableList.__init__
    names: list[str] = []

    def new(self: Any, sequence: Any = None, *, name: Any = None) -> None:
        if name is None and names:
            init(self, name=names[0])
        else:
            init(self, sequence, name=name)
            names.append(self.shm.name)

    copy.shared_memory.ShareableList.__init__ = new


@fails("list.create.taken-name-is-refused")
def taken_list_name_is_a_valueerror(copy: Any) -> None:
    init = copy.shared_memory.ShareableList.__init__

    def new(self: Any, sequence: Any = None, *, name: Any = None) -> None:
        try:
            init(self, sequence, name=name)
        except FileExistsError:
            raise ValueError(name) from None

    copy.shared_memory.ShareableList.__init__ = new


@fails("list.create.taken-name-is-untouched")
def taken_list_name_is_unlinked(copy: Any) -> None:
    init = copy.shared_memory.ShareableList.__init__

    def new(self: Any, sequence: Any = None, *, name: Any = None) -> None:
        try:
            init(self, sequence, name=name)
        except FileExistsError:
            copy.shared_memory.SharedMemory(name).unlink()
            raise

    copy.shared_memory.ShareableList.__init__ = new


@fails("list.create.name-by-keyword-only")
def list_name_is_positional(copy: Any) -> None:
    init = copy.shared_memory.ShareableList.__init__

    def new(self: Any, sequence: Any = None, name: Any = None) -> None:
        init(self, sequence, name=name)

    copy.shared_memory.ShareableList.__init__ = new


@fails("list.create.copies-another-list")
def list_of_a_list_is_attached_to_it(copy: Any) -> None:
    init = copy.shared_memory.ShareableList.__init__

    def new(self: Any, sequence: Any = None, *, name: Any = None) -> None:
        if isinstance(sequence, copy.shared_memory.ShareableList):
            init(self, name=sequence.shm.name)
        else:
            init(self, sequence, name=name)

    copy.shared_memory.ShareableList.__init__ = new


@fails("list.len.counts-the-items")
def len_ends_at_a_thousand(copy: Any) -> None:
    length = copy.shared_memory.ShareableList.__len__
    copy.shared_memory.ShareableList.__len__ = lambda self: min(1000, length(self))


@fails("list.length.never-changes")
def clear_makes_all_none(copy: Any) -> None:
    def clear(self: Any) -> None:
        for position in range(len(self)):
            self[position] = None

    copy.shared_memory.ShareableList.clear = clear


@fails("list.count.counts-equal-values")
def count_misses_the_last(copy: Any) -> None:
    copy.shared_memory.ShareableList.count = lambda self, value: list(self)[:-1].count(
        value
    )


@fails("list.index.finds-the-first", "list.search.compares-by-equality")
def index_finds_the_last(copy: Any) -> None:
    def index(self: Any, value: object) -> int:
        return len(self) - 1 - list(self)[::-1].index(value)

    copy.shared_memory.ShareableList.index = index


@fails("list.index.finds-the-first")
def index_of_none_is_an_error(copy: Any) -> None:
    def index(self: Any, value: object) -> int:
        return [it for it in self if it is not None].index(value)

    copy.shared_memory.ShareableList.index = index


@fails("list.index.absent-is-an-error")
def index_of_the_absent_is_minus_one(copy: Any) -> None:
    index = copy.shared_memory.ShareableList.index

    def find(self: Any, value: object) -> Any:
        with suppress(ValueError):
            return index(self, value)
        return -1

    copy.shared_memory.ShareableList.index = find


@fails("list.search.compares-by-equality")
def count_compares_types(copy: Any) -> None:
    def count(self: Any, value: object) -> int:
        return sum(type(it) is type(value) and it == value for it in self)

    copy.shared_memory.ShareableList.count = count


@fails("list.search.asks-the-value")
def a_search_trusts_types(copy: Any) -> None:
    count = copy.shared_memory.ShareableList.count

    def of_known_types(self: Any, value: object) -> Any:
        known = (int, float, bool, str, bytes, type(None))
        return count(self, value) if type(value) in known else 0

    copy.shared_memory.ShareableList.count = of_known_types


@fails("list.subclass.reads-its-way")
def repr_reads_past_a_subclass(copy: Any) -> None:
    kind = copy.shared_memory.ShareableList

    def text(self: Any) -> str:
        values = [kind.__getitem__(self, at) for at in range(len(self))]
        return f"{type(self).__name__}({values!r}, name={self.shm.name!r})"

    kind.__repr__ = text


@fails("list.subclass.reads-its-way")
def count_reads_past_a_subclass(copy: Any) -> None:
    kind = copy.shared_memory.ShareableList
    kind.count = lambda self, value: sum(
        value == kind.__getitem__(self, at) for at in range(len(self))
    )


@fails("list.subclass.reads-its-way")
def index_reads_past_a_subclass(copy: Any) -> None:
    kind = copy.shared_memory.ShareableList
    kind.index = lambda self, value: [
        kind.__getitem__(self, at) for at in range(len(self))
    ].index(value)


@fails("list.shm.is-the-block")
def shm_is_of_another_class(copy: Any) -> None:
    class Memory(copy.shared_memory.SharedMemory):  # type: ignore[misc]
        pass

    init = copy.shared_memory.ShareableList.__init__

    def new(self: Any, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        self.shm.__class__ = Memory

    copy.shared_memory.ShareableList.__init__ = new


@fails("list.class.takes-a-parameter")
def a_parameter_gives_the_class(copy: Any) -> None:
    copy.shared_memory.ShareableList.__class_getitem__ = classmethod(
        lambda cls, item: cls
    )


@fails("list.repr.shows-values-and-name")
def repr_leaves_out_the_name(copy: Any) -> None:
    copy.shared_memory.ShareableList.__repr__ = lambda self: (
        f"ShareableList({list(self)!r})"
    )


@fails("list.format.is-read-only")
def format_can_be_assigned(copy: Any) -> None:
    getter = copy.shared_memory.ShareableList.format.fget
    copy.shared_memory.ShareableList.format = property(getter, lambda self, text: None)


@fails("list.format.is-a-struct-format")
def format_ends_in_a_comma(copy: Any) -> None:
    getter = copy.shared_memory.ShareableList.format.fget
    copy.shared_memory.ShareableList.format = property(lambda self: getter(self) + ",")


@fails("list.format.follows-the-values")
def format_is_kept(copy: Any) -> None:
    getter = copy.shared_memory.ShareableList.format.fget
    kept: dict[str, str] = {}
    copy.shared_memory.ShareableList.format = property(
        lambda self: kept.setdefault(self.shm.name, getter(self))
    )
