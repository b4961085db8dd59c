"""Wrong ways: examples."""
