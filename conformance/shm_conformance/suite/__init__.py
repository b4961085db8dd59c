"""The tests that we ship. A file is a chapter of the specification.

pytest --pyargs shm_conformance.suite --shm-target TARGET
"""

from __future__ import annotations

import pytest

from shm_conformance.requirements import by_id


def requirement(identifier: str) -> pytest.MarkDecorator:
    """Say which requirement a test is the test of; it must exist."""
    return pytest.mark.shm_requirement(by_id(identifier).id)
