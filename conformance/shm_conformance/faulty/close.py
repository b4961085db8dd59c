"""Wrong ways: close."""
