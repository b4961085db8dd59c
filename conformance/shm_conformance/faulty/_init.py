"""How a faulty target changes the constructor of SharedMemory."""

from __future__ import annotations

from typing import Any, Callable


def around_init(copy: Any, change: Callable[..., None]) -> None:
    """Call `change(init, name, create, size)`, which may call init, changed or not."""
    kind = copy.shared_memory.SharedMemory
    original = kind.__init__

    def changed(
        self: Any, name: Any = None, create: Any = False, size: Any = 0, **options: Any
    ) -> None:
        def init(name: Any, create: Any, size: Any) -> None:
            original(self, name, create, size, **options)

        change(init, name, create, size)

    kind.__init__ = changed


def before_init(copy: Any, prepare: Callable[[Any, Any, Any], Any]) -> None:
    """Let `prepare(name, create, size)` return what is opened instead."""
    around_init(
        copy, lambda init, name, create, size: init(*prepare(name, create, size))
    )


def after_init(copy: Any, act: Callable[[Any, Any, Any], None]) -> None:
    """Have `act(handle, name, create)` done to each handle that was opened."""
    kind = copy.shared_memory.SharedMemory
    original = kind.__init__

    def changed(
        self: Any, name: Any = None, create: Any = False, size: Any = 0, **options: Any
    ) -> None:
        original(self, name, create, size, **options)
        act(self, name, create)

    kind.__init__ = changed


def after_failure(copy: Any, act: Callable[[Exception, Any, Any], None]) -> None:
    """Have `act(error, name, create)` done before an error leaves the constructor."""

    def failed(init: Any, name: Any, create: Any, size: Any) -> None:
        try:
            init(name, create, size)
        except Exception as error:
            act(error, name, create)
            raise

    around_init(copy, failed)
