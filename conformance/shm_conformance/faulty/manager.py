"""Wrong ways: manager."""
