"""The short lives whose last step is disturbed at each of its calls: data."""

from __future__ import annotations

from shm_conformance.life import Step
from shm_conformance.suite.points import Scene

CREATE = Step("create", "p0", "a")
ATTACH = Step("attach", "p1", "a")
# A parent with a block, and a child that shares its tracker.
FAMILY = (CREATE, Step("write", "p0", "h0", "7"), Step("start", "p0", "p1", "spawn"))
SCENES = {
    "create": Scene((), CREATE),
    "first-create": Scene((), CREATE, is_first=True),
    "attach": Scene(FAMILY, ATTACH),
    "unpickle": Scene(FAMILY, Step("pickle", "p0", "h0", "p1"), "p1"),
    "close": Scene((*FAMILY, ATTACH), Step("close", "p1", "h1")),
    "unlink": Scene((CREATE,), Step("unlink", "p0", "h0")),
}
