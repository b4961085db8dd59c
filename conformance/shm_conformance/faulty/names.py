"""Wrong ways: names."""
