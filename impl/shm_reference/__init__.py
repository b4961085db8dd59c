"""A reference implementation of `multiprocessing.shared_memory`."""
