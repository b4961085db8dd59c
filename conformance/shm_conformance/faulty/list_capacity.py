"""Wrong ways: list_capacity."""
