"""Wrong ways: list_sharing."""
