"""Wrong ways: list_basics."""
