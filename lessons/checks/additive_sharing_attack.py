"""What can be wrong with an attack on one share: exercise 31.1."""

import numpy as np

from lessons.checks.attempt import Attempt, Found, _Stop
from lessons.checks.exercise import Mistake
from lessons.randomness import uniform_integer

PUBLISHED_MODULUS = 23740629843760239486723


def guess_secret(last_share: int, *, modulus: int) -> int:
    """The best guess: beyond one full turn only Q − 1 is possible."""
    return modulus - 1 if last_share > modulus else 0


def examine_guess(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The best possible attack has TPR - FPR = 1 - 1/Q; all randomness is gone through."""
    for modulus in (101, 7, 64):
        found = _examine_guess_at(attempt, modulus)
        if found is None:
            continue
        keep = ("guesses_at_random", "off_by_a_little")
        if found.code not in keep and not _wrong_at_published(attempt, rng):
            return Found("modulus_hard_coded")
        return found
    return _wrong_at_published(attempt, rng)


def _examine_guess_at(attempt: Attempt, modulus: int) -> Found | None:
    said = {}
    for last_share in range(1, 2 * modulus):  # x = 0 gives 1 … Q, x = Q − 1 gives Q … 2Q − 1
        said[last_share] = attempt.integer(last_share, modulus=modulus)
        if said[last_share] not in (0, modulus - 1):
            return Found("not_a_guess", f"Got {said[last_share]} with modulus {modulus}.")
    again = {attempt.integer(modulus + 1, modulus=modulus) for _ in range(40)}
    if len(again) > 1:
        return Found("guesses_at_random")
    large = [last_share for last_share, guess in said.items() if guess == modulus - 1]
    hits = sum(last_share >= modulus for last_share in large)
    false_alarms = sum(last_share <= modulus for last_share in large)
    if hits - false_alarms == modulus - 1:
        return None
    rates = (
        f"Over all randomness with modulus {modulus}: it says Q − 1 in {hits / modulus:.2f} of the "
        f"cases where that is the secret, and in {false_alarms / modulus:.2f} where 0 is."
    )
    if len(set(said.values())) == 1:
        return Found("always_the_same", rates)
    if false_alarms - hits >= modulus - 2:
        return Found("inverted", rates)
    if all(said[one] == said[one + modulus] for one in range(1, modulus)):
        return Found("reduced_first", rates)
    slips = [one for one in said if one != modulus and (one in large) != (one > modulus)]
    if modulus > 100 and all(abs(one - modulus) < 10 for one in slips):
        return Found("off_by_a_little", rates)
    if hits == modulus:
        return Found("threshold_too_low", rates)
    return Found("threshold_too_high" if false_alarms == 0 else "weak_rule", rates)


def _wrong_at_published(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    modulus = PUBLISHED_MODULUS
    masks = [uniform_integer(modulus=modulus, random_bytes=rng.bytes) for _ in range(12)]
    for r in (*masks, modulus // 10**6, modulus - modulus // 10**6):
        for secret in (0, modulus - 1):
            try:
                guess = attempt.integer(modulus - r + secret, modulus=modulus)
            except _Stop as stop:
                return Found("fails_at_large_modulus", stop.found.details)
            if guess != secret:
                return Found("fails_at_large_modulus")
    return None


GUESS_MISTAKES = {
    "not_a_guess": Mistake(
        "The guess must be one of the two secrets: 0 or modulus − 1.",
        "A share, a probability or True is no guess; return the secret that you believe in.",
    ),
    "guesses_at_random": Mistake(
        "The same share gets different guesses.",
        "A coin has TPR = FPR: it is exactly as good as not looking at the share.",
    ),
    "always_the_same": Mistake(
        "The guess does not depend on the share.",
        "TPR and FPR are then equal (both 0 or both 1): no information is used.",
    ),
    "inverted": Mistake(
        "Your guess is nearly always the wrong one of the two.",
        "The comparison points the wrong way. An attack that is always wrong is a perfect "
        "attack in disguise.",
    ),
    "reduced_first": Mistake(
        "Your guess does not change when a whole turn Q is added to the share.",
        "last_share % modulus throws the leak away before looking at it: that is the repair, "
        "not the attack.",
    ),
    "threshold_too_low": Mistake(
        "You recognise x = Q − 1 always, but you also say it too often when x = 0.",
        "A threshold below Q, such as Q/2, cuts through the range that x = 0 fills.",
    ),
    "threshold_too_high": Mistake(
        "You never accuse x = 0 wrongly, but you miss x = Q − 1 more often than necessary.",
        "A threshold above Q, such as 3Q/2, cuts through the range that x = Q − 1 fills.",
    ),
    "modulus_hard_coded": Mistake(
        "The attack works for the published modulus, but not for others.",
        "The parameter modulus must be used: the check tries 7, 64 and 101 as well.",
    ),
    "fails_at_large_modulus": Mistake(
        "Right for the moduli 7, 64 and 101, but not for the published one.",
        "Its numbers have 75 bits: int64 cannot hold them, and floats keep only 53. Compare "
        "Python integers.",
    ),
    "off_by_a_little": Mistake(
        "Nearly: near the border between the two ranges your guess is wrong for a few shares.",
        "Q − 1 or Q + 1 instead of Q: write down where each of the two ranges starts and ends.",
    ),
    "weak_rule": Mistake(
        "Your rule tells the two secrets apart less well than is possible.",
        "Digits, parity or a window of values: use the two full ranges instead.",
    ),
}
