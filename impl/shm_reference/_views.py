"""Who else looks at the memory behind a memoryview.

Unmapping under a live view crashes, so `close` must know before it begins.
mmap knows, but tells only after the handle's own view has been given up, and
with it every reference that the program holds to it. So we ask the collector.
"""

from __future__ import annotations

import gc
import sys

# Without reference counts (PyPy) nobody can tell, and nothing crashes either:
# there a view of an unmapped block raises.
IS_KNOWN = hasattr(sys, "getrefcount")


def is_watched(view: memoryview) -> bool:
    """Tell whether a live memoryview other than *view* shows the same memory."""
    is_shared = IS_KNOWN and sys.getrefcount(_exporter(view)) > _UNSHARED
    return is_shared and _has_live_sibling(view)


def _exporter(view: memoryview) -> object:
    """The object by which CPython lets several views share one export."""
    # It is all that a view refers to.
    referents = gc.get_referents(view)
    return referents[0] if referents else None


def _has_live_sibling(view: memoryview) -> bool:
    # Slow, as it walks the heap: only for a view which was ever sliced or cast.
    return any(
        isinstance(it, memoryview) and it is not view and _is_live(it)
        for it in gc.get_referrers(_exporter(view))
    )


def _is_live(view: memoryview) -> bool:
    try:
        view.nbytes  # noqa: B018
    except ValueError:
        return False
    return True


# A view is one holder itself.
_LONE = memoryview(bytearray(1))
_UNSHARED = sys.getrefcount(_exporter(_LONE)) if IS_KNOWN else 0
