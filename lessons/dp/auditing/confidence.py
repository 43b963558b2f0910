"""How far a counted frequency may lie from the probability behind it: Clopper–Pearson (lesson 17).

Of n independent trials k succeeded. The ends of the interval are the probabilities for which such a
count, or one further away, would just be as rare as ``failure``:

    Pr[Bin(n, lower) >= k] = failure,    Pr[Bin(n, upper) <= k] = failure      (17.iv)

No normal approximation: it holds for every n and every probability (Clopper and Pearson 1934).
"""

from scipy.special import betaincinv

from lessons.validation import between, integer


def clopper_pearson(successes: int, *, trials: int, failure: float) -> tuple[float, float]:
    """(lower, upper) bound of a success probability, equation 17.iv.

    ``successes``  k, from 0 to ``trials``
    ``trials``     n >= 1 independent trials with the same probability
    ``failure``    between 0 and 1: *each* bound is on the wrong side of the true probability with
                   chance at most ``failure``; both are right with chance at least 1 − 2 · failure
    Both are quantiles of a beta distribution. No success: lower = 0; no failure: upper = 1.
    ``ValueError`` for anything else.
    """
    n = integer("trials", trials, minimum=1)
    k = integer("successes", successes, minimum=0)
    if k > n:
        raise ValueError(f"successes must be at most trials = {n}, got successes={k}")
    beta = between("failure", failure, 0, 1)
    lower = 0.0 if k == 0 else float(betaincinv(k, n - k + 1, beta))
    upper = 1.0 if k == n else float(betaincinv(k + 1, n - k, 1 - beta))
    return lower, upper
