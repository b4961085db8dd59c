"""The one place where a system is chosen: `calls` are its calls.

A system is a file like `_posix`, with the same functions and constants.
"""

from __future__ import annotations

import sys

if sys.platform == "win32":
    from . import _windows as calls
else:
    from . import _posix as calls

__all__ = ["calls"]
