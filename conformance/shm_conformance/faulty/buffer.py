"""Wrong ways: buffer."""
