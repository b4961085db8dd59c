"""Wrong ways: create."""
