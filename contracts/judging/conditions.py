"""When a divergence shows: the shortest condition on a request that tells the failing ones from the others. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import combinations

from contracts.model.report import Facts

FEWEST = 3
"""So many different cases have to show a divergence, and so many must not, before a condition is stated."""

LONGEST = 3
"""So many facts a condition may join: a longer one does not help a reader, and may be found by chance."""


def condition(failed: Sequence[Facts], passed: Collection[Facts]) -> str | None:
    """Return the condition that holds for all cases that failed and for none that passed, or None.

    The one of the fewest facts is taken, then the first in the order of the facts. `failed` and `passed` have the facts
    of one case each.
    """
    if len(failed) < FEWEST or len(passed) < FEWEST:
        return None
    first, *rest = failed
    shared = [fact for fact in first if all(fact in facts for facts in rest)]
    others = [frozenset(facts) for facts in passed]
    for length in range(1, LONGEST + 1):
        for chosen in combinations(shared, length):
            if not any(other.issuperset(chosen) for other in others):
                return " and ".join(chosen)
    return None
