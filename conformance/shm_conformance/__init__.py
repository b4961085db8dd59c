"""Judges implementations of `multiprocessing.shared_memory`."""
