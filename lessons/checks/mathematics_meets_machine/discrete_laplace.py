"""Check of Exercise 18.3: discrete Laplace noise, exactly near 0 and by its draws far from it."""

import sys
from collections import Counter
from collections.abc import Callable, Hashable
from fractions import Fraction
from functools import lru_cache
from math import exp
from typing import Any

import numpy as np

from lessons.checks.engine import cases, kinds
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.chance import FALSE_ALARM, count_is_off, frequency_bound
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.frequencies import frequencies_fault
from lessons.checks.engine.independence import independence_fault
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.mathematics_meets_machine.tosses import (
    TOSS_MISTAKES,
    Asked,
    explore,
    tosses_fault,
)
from lessons.dp.exact import discrete
from lessons.dp.exact.all_outcomes import Law
from lessons.validation import Vector

RUNS, ENOUGH = 600, Fraction(1, 100)  # stop when no more than that is undecided
REACH = range(-4, 5)
LARGE, SMALL = ((8, 5), (13, 9), (17, 11)), ((1, 2), (5, 9), (6, 11))  # ε, as fractions
LITTLE = Fraction(1, 40)  # an ε with large noise
HUGE = range(9, 40)  # halves: ε with hardly any noise, and not none
DRAWS = 2500
MANY = 5000  # times True in a row
HALF = Fraction(1, 2)


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Every Pr[Z = k] as an interval, through the tosses; then draws that reach far out."""
    laws: dict[Fraction, Law] = {}
    for options in (LARGE, SMALL):
        epsilon = Fraction(*options[cases.one_of(rng, range(3))])
        outcome = _explored(attempt, epsilon, runs=RUNS)
        if isinstance(outcome, Found):
            return outcome
        law, asked = outcome
        if found := tosses_fault(asked) or _asked_fault(asked):
            return found
        laws[epsilon] = law if law.undecided <= Fraction(1, 20) else _sampled(attempt, epsilon, rng)
    if not all(_is_right(law, epsilon) for epsilon, law in laws.items()):
        if code := _named(laws):
            return Found(code)
        epsilon = next(one for one, law in laws.items() if not _is_right(law, one))
        least = float(laws[epsilon].at_least(0))
        words = f"At ε = {epsilon}, 0 has probability {least:.3f} or a little more."
        return Found("wrong_probabilities", words)
    return _hardly_any(attempt, rng) or _limited(attempt, rng) or _far_out(attempt, rng)


def _hardly_any(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Where nearly every draw is 0, the others must be possible all the same."""
    for size in (9, cases.one_of(rng, HUGE)):
        epsilon = Fraction(size, 2)
        outcome = _explored(attempt, epsilon, runs=60)
        if isinstance(outcome, Found):
            return outcome
        law, _ = outcome
        if law.undecided <= Fraction(1, 20) and not _is_right(law, epsilon):
            return Found("wrong_probabilities", f"(At ε = {epsilon}.)")
    return None


def _explored(answer: Any, epsilon: Fraction, *, runs: int) -> tuple[Law, Asked] | Found:
    def sampler(coin: Any, exp_coin: Any) -> int:
        known = {"epsilon": epsilon, "coin": coin, "exp_coin": exp_coin}
        return int(answer.value(kinds.integer, **known))

    return explore(sampler, runs=runs, n_coins=2, precision=ENOUGH)


def _asked_fault(asked: Asked) -> Found | None:
    if asked.outside:
        return Found("above_one")
    return Found("float_exponential") if asked.binary else None


def _pmf(k: int, epsilon: float) -> float:
    return (1 - exp(-epsilon)) / (1 + exp(-epsilon)) * exp(-epsilon * abs(k))


def _is_right(law: Law, epsilon: Fraction) -> bool:
    exact = {k: _pmf(k, float(epsilon)) for k in REACH}
    return all(law.allows(k, p - 1e-9, p + 1e-9) for k, p in exact.items())


@lru_cache(maxsize=200)
def _law_of(code: str, place: int, epsilon: Fraction) -> Law | None:
    made = MISTAKES[code].made_by[place]
    outcome = _explored(Attempt(made, like=made), epsilon, runs=300)
    return None if isinstance(outcome, Found) else outcome[0]


def _named(laws: dict[Fraction, Law]) -> str:
    """Give the mistake whose function can have the same probabilities at both ε, the nearest one."""
    fitting = []
    for code, mistake in MISTAKES.items():
        for place in range(len(mistake.made_by)):
            pairs = [(law, _law_of(code, place, epsilon)) for epsilon, law in laws.items()]
            gaps = [_gap(law, theirs) for law, theirs in pairs if theirs is not None]
            if len(gaps) == len(laws) and max(gaps) < 0.05:
                fitting.append((max(gaps), code))
    return min(fitting)[1] if fitting else ""


def _gap(law: Law, theirs: Law) -> float:
    """How far the probabilities are from each other, infinite where they cannot be the same."""
    worst = 0.0
    for k in REACH:
        one, other = float(law.at_least(k)), float(theirs.at_least(k))
        if one > other + theirs.undecided + 1e-9 or other > one + law.undecided + 1e-9:
            return float("inf")
        worst = max(worst, abs(one - other))
    return worst


def _limited(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """As long as ``exp_coin`` says True, a size must go on; a recursion is let off before it is too deep."""
    asked, recursed = 0, False

    def exp_coin(gamma: Fraction) -> bool:
        nonlocal asked, recursed
        asked, recursed = asked + 1, recursed or _deep()
        return asked <= MANY and not recursed

    coin = _coins(rng)[0]
    attempt.value(kinds.integer, epsilon=LITTLE, coin=coin, exp_coin=exp_coin)
    if 0 < asked < MANY and not recursed:
        return Found("cut_off", f"It stops after {asked} times True.")
    return None


def _deep() -> bool:
    try:
        sys._getframe(300)
    except ValueError:
        return False
    return True


def _coins(rng: np.random.Generator) -> tuple[Any, Any]:
    return lambda p: bool(rng.random() < float(p)), lambda gamma: bool(rng.random() < exp(-gamma))


def _far_out(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Draws at other ε: every number near 0, and how many lie beyond 4, 8, 16 … on each side."""
    small, large = (Fraction(cases.one_of(rng, range(low, low + 5)), 100) for low in (24, 320))
    for epsilon, times in ((small, DRAWS), (LITTLE, 900), (large, 500)):
        coin, exp_coin = _coins(rng)
        known = {"epsilon": epsilon, "coin": coin, "exp_coin": exp_coin}
        try:
            draws = np.array(attempt.integers(times, **known), dtype=float)
        except Ended as end:
            return end.found
        if found := _fault(draws, float(epsilon)):
            code = "wrong_probabilities" if epsilon == large else found.code  # all are near 0 there
            return Found(code, f"{found.details} (At ε = {epsilon}.)".strip())
    return None


def _sampled(attempt: Attempt, epsilon: Fraction, rng: np.random.Generator) -> Law:
    """Frequencies instead of probabilities, with Hoeffding's bound as the undecided part."""
    coin, exp_coin = _coins(rng)
    drawn = Counter(attempt.integers(DRAWS, epsilon=epsilon, coin=coin, exp_coin=exp_coin))
    bound = Fraction(frequency_bound(DRAWS, false_alarm=FALSE_ALARM / len(REACH)))
    known: dict[Hashable, Fraction] = {k: Fraction(drawn[k], DRAWS) - bound for k in REACH}
    return Law(known, 2 * bound)


def _fault(draws: Vector, epsilon: float) -> Found | None:
    n, a = len(draws), exp(-epsilon)
    for far in (4, 8, 12, 16, 20, 30, 50, 100):
        for side in (-1, 1):
            beyond = int((side * draws > far).sum())
            if count_is_off(beyond, n, a ** (far + 1) / (1 + a), false_alarm=1e-8):
                where = f"{side * far}"
                return Found("far_from_zero", f"{beyond} of {n} draws lie beyond {where}.")
    near = range(-12, 13)
    counts = [int((draws == k).sum()) for k in near]
    law = [_pmf(k, epsilon) for k in near]
    if frequencies_fault([*counts, n - sum(counts)], [*law, 1 - sum(law)]):
        return Found("far_from_zero", "Some numbers come too often, others too rarely.")
    if epsilon > 1:
        return None  # few different numbers come: the next test wants many
    u = np.where(draws < 0, a**-draws / (1 + a), 1 - a ** (draws + 1) / (1 + a))
    return independence_fault(u)


def _size(epsilon: Any, exp_coin: Any) -> int:
    size = 0
    while size < 400 and exp_coin(epsilon):
        size += 1
    return size


def _signed(
    gamma: Callable[[Fraction], Any] = lambda epsilon: epsilon,
    *,
    start: int = 0,
    again: bool = True,
) -> Callable[..., int]:
    """Make a wrong function: a size from ``start`` on, a sign, and (or not) one zero thrown away."""

    def wrong(*, epsilon: Fraction, coin: Any, exp_coin: Any) -> int:
        while True:
            size, negative = start + _size(gamma(epsilon), exp_coin), coin(HALF)
            if size or not negative or not again:
                return -size if negative else size

    return wrong


def _made_of_size(result: Callable[[int, Any], int]) -> Callable[..., int]:
    """Make a wrong function of one size: ``result(size, coin)``."""
    return lambda *, epsilon, coin, exp_coin: result(_size(epsilon, exp_coin), coin)


def _walk(size: int, coin: Any) -> int:
    return sum(1 if coin(HALF) else -1 for _ in range(size))


def _until_heads(*, epsilon: Fraction, coin: Any, exp_coin: Any) -> int:
    return _signed()(epsilon=epsilon, coin=coin, exp_coin=lambda gamma: not exp_coin(gamma))


MISTAKES = {
    **TOSS_MISTAKES,
    "above_one": Mistake(
        "You ask the coin for a probability outside 0 to 1.",
        "ε is not a probability. e^(−ε) is one, and exp_coin tosses it.",
    ),
    "double_zero": Mistake(
        "Your 0 comes too often.",
        "+0 and −0 are two ways to the same number. Then 0 is 2e^ε times as likely as 1: "
        "you spend ε + ln 2, not ε.",
        made_by=(_signed(again=False),),
    ),
    "no_zero": Mistake(
        "Your noise is never 0.",
        "Throw away one of the two zeros, not both, and let a size start at 0. Otherwise count and "
        "count + 1 each have an output that is impossible for that count alone.",
        made_by=(_signed(start=1),),
    ),
    "one_sided": Mistake(
        "All your noise lies on one side of 0.",
        "A release on the other side then rules this count out: ε is infinite.",
        made_by=(_made_of_size(lambda size, coin: size), _made_of_size(lambda size, coin: -size)),
    ),
    "off_centre": Mistake(
        "0 and −1 are equally likely for you: the noise sits around −1/2.",
        "−1 − size avoids the second zero, but it shifts the left half by one. The noise is private "
        "and biased.",
        made_by=(_made_of_size(lambda size, coin: ~size if coin(HALF) else size),),
    ),
    "sign_each_step": Mistake(
        "You draw a sign for every step instead of one for the whole noise.",
        "Steps back and forth cancel. What is left has the shape of (18.iii), but for a larger ε: it "
        "protects less.",
        made_by=(_made_of_size(_walk),),
    ),
    "wrong_epsilon": Mistake(
        "Your noise has the right shape, but it belongs to another ε.",
        "Each further step must cost a factor e^(−ε): not e^(−1/ε), e^(−1), e^(−2ε) or e^(−ε/2), and "
        "not 1 − e^(−ε), the probability of a tails.",
        made_by=(
            _signed(lambda epsilon: 1 / epsilon),
            _signed(lambda epsilon: Fraction(1)),
            _signed(lambda epsilon: 2 * epsilon),
            _signed(lambda epsilon: epsilon / 2),
            _until_heads,
        ),
    ),
    "cut_off": Mistake(
        "Your noise stops at some size.",
        "A loop has a limit, or you take a remainder. The output just beyond is possible for one count "
        "and not for the other.",
    ),
    "far_from_zero": Mistake(
        "Far from 0, or at a small ε, your probabilities are not those of (18.iii).",
        "At every ε, each loop must go on until the coin ends it, and each step must cost "
        "the same factor.",
    ),
    "wrong_probabilities": Mistake(
        "The probabilities are not those of (18.iii).",
        "Compare Pr[Z = 0], Pr[Z = 1] and Pr[Z = −1] with (18.iii) by hand.",
        made_by=(_made_of_size(lambda size, coin: 0),),
    ),
}

discrete_laplace = Exercise(
    number="18.3",
    name="discrete_laplace",
    reference=discrete.discrete_laplace,
    examine=examine,
    takeaway="Every integer is possible for every count, one step costs e^ε exactly, and 0 comes once.",
    hints=(
        "First a size 0, 1, 2, …: each further step has probability e^(−ε), and exp_coin tosses that.",
        "Then a sign, with coin(Fraction(1, 2)). How many ways lead to 0, and how many to 1?",
        "When size and sign make a second zero, start again, size included.",
    ),
    mistakes=MISTAKES,
)
