"""How interpreters that a machine lacks are obtained; `ci/interpreters` is the front.

Which ones there are is a table, in `table`; each way of obtaining one is a
module of its own. Standard library only, Python 3.10+, and nothing outside the
cache is written: no package is installed, and no right of root is needed.
"""
