"""The catalogue of shared-memory lifecycle bugs."""
