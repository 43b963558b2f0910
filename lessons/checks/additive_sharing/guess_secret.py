"""Check of Exercise 31.1: right wherever one secret alone is possible, for any modulus."""

from collections.abc import Callable

import numpy as np

from lessons.checks.additive_sharing.rings import PUBLISHED_MODULUS
from lessons.checks.additive_sharing.secrecy import LARGE
from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case

SMALL = (2, 3, 7, 12, 64, 101, 255, 256, 257, 1000, 65_536, 100_003)


def reference(last_share: int, *, modulus: int) -> int:
    """The best guess: beyond one full turn only Q − 1 is possible."""
    return modulus - 1 if last_share > modulus else 0


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Ask for every share of small rings and for shares near each edge of others.

    A share of exactly Q is possible for both secrets: there any guess is as good.
    """
    for modulus in (12, 101):
        for share in (modulus - 1, modulus + 1):
            if len(set(attempt.integers(30, share, modulus=modulus))) > 1:
                return Found("guesses_at_random", f"It happens for {share} and modulus {modulus}.")
            ask(attempt, {"last_share": share, "modulus": modulus})
    small = [case for modulus in SMALL for case in _shares(modulus, rng)]
    large = [case for modulus in _large(rng) for case in _shares(modulus, rng)]
    found = _compare(attempt, small, rng)
    if found is None:
        for modulus in SMALL:
            ask(attempt, {"last_share": modulus, "modulus": modulus})
        either = {"last_share": PUBLISHED_MODULUS, "modulus": PUBLISHED_MODULUS}
        found = _compare(attempt, large, rng) or attempt.ending(lambda: ask(attempt, either))
        return found and Found("fails_at_large_modulus", found.details)
    published = [case for case in large if case["modulus"] == PUBLISHED_MODULUS]
    if _compare(attempt, published, rng) is None and all(
        _compare(attempt, _shares(modulus, rng), rng) for modulus in SMALL[3::2]
    ):
        return Found("modulus_hard_coded", found.details)
    return found


def _large(rng: np.random.Generator) -> list[int]:
    other = 3**60 + cases.one_of(rng, range(999))
    return [LARGE - 1, 2**53 + 1, 2**61 - 1, 2**64, PUBLISHED_MODULUS, other]


def _shares(modulus: int, rng: np.random.Generator) -> list[Case]:
    """Every share but Q itself (x = 0 gives 1 … Q, x = Q − 1 gives Q … 2Q − 1), or some."""
    every = range(1, 2 * modulus)
    edges = {1, 2, modulus // 2, modulus - 2, modulus - 1, modulus + 1, modulus + 2}
    edges |= {3 * modulus // 2 + 1, 2 * modulus - 2, 2 * modulus - 1}
    edges |= {modulus - 1 - modulus // 10**6, modulus + 1 + modulus // 10**6}
    edges |= {1 + int(share * (2 * modulus - 2)) for share in rng.random(8)}
    chosen = set(every if modulus < 20 else edges) - {modulus}
    return [{"last_share": one, "modulus": modulus} for one in sorted(chosen) if one in every]


def ask(attempt: Attempt, case: Case) -> int:
    """Ask for one of the two secrets."""
    guess, modulus = attempt.integer(**case), case["modulus"]
    if guess not in (0, modulus - 1):
        raise Ended(Found("not_a_guess", f"Got {guess} with modulus {modulus}."))
    return guess


def _compare(attempt: Attempt, asked: list[Case], rng: np.random.Generator) -> Found | None:
    return by_numbers(
        attempt, asked, right=reference, mistakes=MISTAKES, rng=rng, ask=ask, words=_impossible
    )


def _impossible(case: Case, guess: int, right: int) -> str:
    return f", but for the secret {guess} the last share is never {case['last_share']}."


def _from(threshold: Callable[[int], float]) -> Callable[..., int]:
    """Make a wrong function that says Q − 1 from ``threshold(Q)`` on."""
    return lambda last_share, *, modulus: modulus - 1 if last_share >= threshold(modulus) else 0


def _saying(accuses: Callable[[int, int], bool]) -> Callable[..., int]:
    """Make a wrong function that says Q − 1 where ``accuses(share, Q)``."""
    return lambda last_share, *, modulus: modulus - 1 if accuses(last_share, modulus) else 0


MISTAKES = {
    "not_a_guess": Mistake(
        "The guess must be one of the two secrets: 0 or modulus − 1.",
        "A share, a distance or the modulus itself is no guess; return the secret that you "
        "believe in.",
        made_by=(
            lambda last_share, *, modulus: last_share - modulus,
            lambda last_share, *, modulus: last_share % modulus,
            lambda last_share, *, modulus: int(last_share > modulus),
        ),
    ),
    "guesses_at_random": Mistake(
        "The same share gets different guesses.",
        "The check asks for the shares Q − 1 and Q + 1. Only one secret can give each of them, so there is "
        "no need for a coin.",
        made_by=(
            lambda last_share, *, modulus: int(np.random.default_rng().integers(2)) * (modulus - 1),
        ),
    ),
    "always_the_same": Mistake(
        "The guess does not depend on the share.",
        "TPR and FPR are then equal (both 0 or both 1): no information is used.",
        made_by=(_saying(lambda share, q: False), _saying(lambda share, q: True)),
    ),
    "inverted": Mistake(
        "Your guess is nearly always the wrong one of the two.",
        "The comparison points the wrong way. An attack that is always wrong is a perfect "
        "attack in disguise.",
        made_by=(_saying(lambda share, q: share < q), _saying(lambda share, q: share <= q)),
    ),
    "reduced_first": Mistake(
        "Your guess does not change when a whole turn Q is added to the share.",
        "last_share % modulus throws the leak away before looking at it: that is the repair, "
        "not the attack.",
        made_by=(
            _saying(lambda share, q: share % q > q // 2),
            _saying(lambda share, q: share % q >= q // 2),
            _saying(lambda share, q: share % q == q - 1),
        ),
    ),
    "threshold_too_low": Mistake(
        "You always recognise x = Q − 1, but you also say it too often when x = 0.",
        "A threshold below Q, such as Q/2, cuts through the range that x = 0 fills.",
        made_by=(
            _from(lambda q: q // 2 + 1),
            _from(lambda q: q // 2),
            _from(lambda q: q / 2),
        ),
    ),
    "threshold_too_high": Mistake(
        "You never accuse x = 0 wrongly, but you miss x = Q − 1 more often than necessary.",
        "A threshold above Q, such as 3Q/2, cuts through the range that x = Q − 1 fills.",
        made_by=(
            _from(lambda q: 3 * q // 2 + 1),
            _from(lambda q: 3 * q // 2),
            _from(lambda q: 1.5 * q),
            _saying(lambda share, q: share == 2 * q - 1),
        ),
    ),
    "off_by_a_little": Mistake(
        "Nearly: near the border between the two ranges your guess is wrong.",
        "Q − 1 or Q + 1 instead of Q: write down where each of the two ranges starts and ends.",
        made_by=(
            _from(lambda q: q - 1),
            _from(lambda q: q + 2),
            _from(lambda q: q - 2),
            _from(lambda q: q + 3),
        ),
    ),
    "modulus_hard_coded": Mistake(
        "The attack works for the published modulus, but not for others.",
        "The parameter modulus must be used: the check tries other moduli, from 2 on.",
        made_by=(
            _saying(lambda share, q: share > PUBLISHED_MODULUS),
            _saying(lambda share, q: len(str(share)) > 23 or share >= PUBLISHED_MODULUS),
        ),
    ),
    "fails_at_large_modulus": Mistake(
        "Right for small moduli, but not for a large one such as the published one.",
        "Its numbers have 75 bits: int64 cannot hold them, and floats keep only 53. Compare "
        "Python integers.",
        made_by=(
            lambda last_share, *, modulus: int(np.where(last_share > modulus, modulus - 1, 0)),
            lambda last_share, *, modulus: int(np.int64(last_share) > modulus) * (modulus - 1),
            _saying(lambda share, q: float(share) > float(q)),
            _saying(lambda share, q: share / q > 1),
        ),
    ),
    "weak_rule": Mistake(
        "Your rule does not ask which of the two secrets can give such a share.",
        "Digits, parity or a window of values: use the two full ranges instead.",
        made_by=(
            _saying(lambda share, q: share % 2 == 1),
            _saying(lambda share, q: share % 2 == 0),
            _saying(lambda share, q: len(str(share)) > len(str(q))),
        ),
    ),
}

guess_secret = Exercise(
    number="31.1",
    name="guess_secret",
    reference=reference,
    examine=examine,
    takeaway="One share alone gives the secret away; adding up all shares never shows that.",
    hints=(
        "Write down the smallest and the largest value that the last share can take, for each "
        "of the two secrets.",
        "The random part runs over one full turn of the ring. Where does that turn start and end "
        "when x = 0, and where when x = Q − 1?",
        "The two ranges share one value only. Compare the share with it.",
    ),
    mistakes=MISTAKES,
)
