"""Wrong ways: pickling."""
