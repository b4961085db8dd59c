"""Wrong ways: tracking."""
