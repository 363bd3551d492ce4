"""How long to pause after a try that failed: doubled each time, never below the first pause nor above the longest, and
scattered, so that a county's stations do not all come back in the same second after the centre was down."""

from __future__ import annotations

import random

#: 2**40 seconds are beyond any longest pause; more doublings would only overflow a float.
_DOUBLINGS = 40


def pause_seconds(failures: int, first: float, longest: float, chance: random.Random, asked: float = 0.0) -> float:
    """Seconds to pause after so many failures in a row (1 or more).

    Always within ``first`` … ``longest``; ``asked`` is what the centre wished for (Retry-After) and lengthens the pause
    within the same bound. A ``longest`` below ``first`` counts as ``first``.
    """
    longest = max(first, longest)
    middle = min(longest, first * 2 ** min(max(failures, 1) - 1, _DOUBLINGS))
    scattered = middle * chance.uniform(0.5, 1.5)
    return min(longest, max(first, scattered, asked))
