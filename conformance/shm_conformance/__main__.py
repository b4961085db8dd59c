"""`python -m shm_conformance` is `shm-conformance`."""

from shm_conformance.cli import main

main()
