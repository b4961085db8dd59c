"""Wrong ways: list_items."""
