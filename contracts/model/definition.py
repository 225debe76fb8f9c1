"""What is wrong in the data and the code that the suite is made of."""

from __future__ import annotations


class DefinitionError(ValueError):
    """A clause, an oracle, a planner or a fault that cannot be used (exit 3).

    The message names the file, the entry, and what is wrong with it.
    """
