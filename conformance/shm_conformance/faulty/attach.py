"""Wrong ways: attach."""
