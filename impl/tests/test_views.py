from __future__ import annotations

import gc

import pytest

from shm_reference import _views

pytestmark = pytest.mark.skipif(not _views.IS_KNOWN, reason="no reference counts")


def test_a_lonely_view_is_unwatched() -> None:
    """Names for the view itself are no other views."""
    view = memoryview(bytearray(8))
    other_name = view

    assert not _views.is_watched(other_name)


def test_the_heap_is_not_searched_for_a_lonely_view(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """That takes long in a large program, and each close() would do it."""
    view = memoryview(bytearray(8))
    with monkeypatch.context() as patch:
        patch.setattr(gc, "get_referrers", None)

        assert not _views.is_watched(view)


@pytest.mark.parametrize(
    "look", [lambda it: it[:2], lambda it: it.cast("b"), memoryview]
)
def test_live_views_watch(look: object) -> None:
    """A slice, a cast and a copy count, until they are released or gone."""
    assert callable(look)
    view = memoryview(bytearray(8))
    other = look(view)

    assert _views.is_watched(view)
    other.release()
    assert not _views.is_watched(view)
    other = look(view)
    assert _views.is_watched(view)
    del other
    gc.collect()
    assert not _views.is_watched(view)
