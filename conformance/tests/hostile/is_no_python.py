"""Does not compile."""

exec("this is no Python")  # noqa: S102
