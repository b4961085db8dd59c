"""Wrong ways: list_values."""
