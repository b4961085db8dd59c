"""What can go wrong: one error, as every cause ends the same way."""

from __future__ import annotations


class NotObtained(Exception):
    """An interpreter could not be had; the message is one line that says why."""
