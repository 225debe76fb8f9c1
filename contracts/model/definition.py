"""What is wrong in the data and the code that the suite is made of."""

from __future__ import annotations


class DefinitionError(ValueError):
    """A clause, an oracle, a planner or a fault that cannot be used (exit 3).

    The message names the file, the entry, and what is wrong with it.
    """


def in_a_line(error: BaseException) -> str:
    """Return the class of an error, and the first line of what it says."""
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
