"""Check of lesson 14 that looks at a budget: what is answered, what is refused, and with what noise."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.laplace_mechanism_law import (
    draws_elsewhere,
    is_laplace,
    is_one_sided,
    law_or_scale,
)
from lessons.validation import Vector

# all prices are sums of powers of 2, so that "exactly used up" is exact: (prices, budget)
LISTS = (
    ((0.5, 0.25, 0.5, 0.125, 0.25, 0.125, 0.0625), 1.0),
    ((3.0, 0.5, 2.0, 0.25, 0.0625), 2.5),
    ((0.75, 0.75, 0.125, 0.25), 1.0),
    ((0.5, 0.5 + 2**-15, 0.5), 1.0),  # too much by 3e-5: more than any rounding
)
Answered = tuple[bool, ...]
Rule = Callable[[tuple[float, ...], float], Answered]


def right_rule(prices: tuple[float, ...], budget: float) -> Answered:
    """What fits into the rest is answered; what does not is refused and costs nothing."""
    return _greedy(prices, lambda spent, price: sum(spent) + price <= budget)


def _greedy(prices: tuple[float, ...], fits: Callable[[list[float], float], bool]) -> Answered:
    spent: list[float] = []
    answered = []
    for price in prices:
        answered.append(bool(fits(spent, price)))
        spent += [price] if answered[-1] else []
    return tuple(answered)


def _until_refused(prices: tuple[float, ...], budget: float) -> Answered:
    right = right_rule(prices, budget)
    first = right.index(False)
    return right[:first] + (False,) * (len(prices) - first)


def _cheapest_first(prices: tuple[float, ...], budget: float) -> Answered:
    order = sorted(range(len(prices)), key=lambda i: prices[i])
    answered = _greedy(tuple(prices[i] for i in order), lambda s, p: sum(s) + p <= budget)
    return tuple(answered[order.index(i)] for i in range(len(prices)))


SLIPS: dict[str, Rule] = {
    "never_refuses": lambda prices, budget: (True,) * len(prices),
    "each_on_its_own": lambda prices, budget: tuple(p <= budget for p in prices),
    "refusal_ends_it": _until_refused,
    "exact_fit_refused": lambda prices, budget: _greedy(prices, lambda s, p: sum(s) + p < budget),
    "one_too_many": lambda prices, budget: _greedy(prices, lambda s, p: sum(s) < budget),
    "all_or_nothing": lambda prices, budget: (sum(prices) <= budget,) * len(prices),
    "equal_shares": lambda prices, budget: tuple(p <= budget / len(prices) for p in prices),
    "cheapest_first": _cheapest_first,
    "squares": lambda prices, budget: _greedy(
        prices, lambda s, p: sum(x * x for x in [*s, p]) <= budget**2
    ),
}


def examine_ledger(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Who is answered (never by the counts), with which noise, and no price that is no price."""
    patterns = []
    for prices, budget in LISTS:
        others = rng.permutation(len(prices)).astype(np.float64)
        for counts in (np.full_like(others, 7), np.full_like(others, 7), 100 * others):
            answers = _answers(attempt, counts, prices, budget, rng)
            if isinstance(answers, Found):
                return answers
            patterns.append(tuple(one is not None for one in answers))
    found = tuple(patterns[::3])
    if found != tuple(patterns[1::3]):
        return Found("different_each_time")
    if found != tuple(patterns[2::3]):
        return Found("looks_at_the_counts")
    if found != tuple(right_rule(*one) for one in LISTS):
        return _which_rule(attempt, found, rng)
    return _noise(attempt, rng) or _bad_prices(attempt, rng)


def _answers(
    attempt: Attempt, counts: Any, prices: Any, budget: float, rng: np.random.Generator
) -> list[float | None] | Found:
    given = np.array(prices)
    result = attempt(np.array(counts), epsilons=given, budget=budget, rng=rng)
    if result is None:
        return Found("returned_none")
    try:
        entries = list(result)
    except TypeError:
        return Found("wrong_type", f"Wanted a list, got {type(result).__name__}.")
    if len(entries) != len(given):
        words = f"For {len(given)} questions you return {len(entries)} entries."
        return Found("refused_left_out", words)
    answers = [_entry(one) for one in entries]
    if any(one is ... for one in answers):
        return Found("entry_is_no_number", f"One entry was {entries[answers.index(...)]!r}.")
    if any(one is not None and not np.isfinite(one) for one in answers):
        return Found("not_finite")
    return answers


def _entry(value: Any) -> Any:
    """None, a float, or ... for anything else."""
    if value is None:
        return None
    if isinstance(value, bool | np.bool_ | str) or np.shape(value) != ():
        return ...
    try:
        return float(value)
    except (TypeError, ValueError):
        return ...


def _which_rule(attempt: Attempt, found: tuple[Answered, ...], rng: np.random.Generator) -> Found:
    for code, rule in SLIPS.items():
        if found == tuple(rule(*one) for one in LISTS):
            if code == "one_too_many" and _third_gets_the_rest(attempt, rng):
                return Found("gives_the_rest")
            return Found(code)
    for answered, (prices, budget) in zip(found, LISTS, strict=True):
        total = sum(price for price, yes in zip(prices, answered, strict=True) if yes)
        if total > budget:
            return Found("overspent", f"Of a budget of {budget:g} you spent {total:g}.")
    return Found("wrong_refusals")


def _third_gets_the_rest(attempt: Attempt, rng: np.random.Generator) -> bool:
    """Whether the third question of the first list, price 0.5, has the noise of the 0.25 that is left.

    |Lap(b)| has mean b and standard deviation b: b is 2 or 4, and 2000 draws tell which.
    """
    prices, budget = LISTS[0]
    settings = {"epsilons": np.array(prices), "budget": budget, "rng": rng}
    runs = attempt.repeat(2000, np.zeros(len(prices)), **settings)
    return bool(np.mean([abs(float(run[2])) for run in runs]) > 2.8)


def _noise(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Answer i has Lap(1/ε_i): times ε_i, all of them together are Lap(1)."""
    n = 4500
    prices = np.tile([0.25, 2.0, 0.5], n // 3)
    counts = np.arange(n) % 301 + 1  # whole numbers, some of them equal
    answers = _answers(attempt, counts, prices, 4200.0, rng)  # n prices cost 4125
    if isinstance(answers, Found):
        return answers
    if None in answers:
        return Found("refuses_many")
    release = np.array(answers, dtype=float)
    noise: Vector = np.subtract(release, counts)
    scaled = noise * prices
    if noise.any() and (release == np.round(release)).all():
        return Found("rounded")
    if release.min() == 0:
        return Found("cut_at_zero")
    if all(is_laplace(scaled[i::3], 1.0) for i in range(3)):
        few = {"epsilons": np.array([0.25, 0.5]), "budget": 1.0}
        if draws_elsewhere(lambda own: attempt(np.zeros(2), **few, rng=own), rng):
            return Found("global_random")
        return _repeated(noise) or _rest_of_the_budget(attempt, rng)
    return _which_noise(release, noise, prices)


def _which_noise(release: Vector, noise: Vector, prices: Vector) -> Found:
    scaled = noise * prices
    if np.abs(noise).max() < 1e-9:
        return Found("no_noise")
    if np.ptp(noise) < 1e-9 or np.ptp(scaled) < 1e-6:
        return Found("one_noise_for_all")
    if repeated := _repeated(noise):
        return repeated
    if all(is_laplace(release[i::3], 1 / prices[i]) for i in range(3)):
        return Found("count_missing")
    if all(is_laplace(noise[i::3], prices[i]) for i in range(3)):
        return Found("scale_inverted")
    sizes = np.array([np.abs(noise[i::3]).mean() for i in range(3)])
    if sizes.max() < 1.3 * sizes.min():
        return Found("same_noise_for_all_prices")
    if is_one_sided(noise):
        return Found("one_sided")
    return law_or_scale(scaled)


def _repeated(noise: Vector) -> Found | None:
    """Whether many draws come twice: 6 pairs within 1e-9 have probability < 1e-18 by chance."""
    return Found("shared_noise") if len(np.unique(np.round(noise, 9))) < len(noise) - 5 else None


def _rest_of_the_budget(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The noise must not depend on what is left, on what comes later, nor on what was refused."""
    prices = np.array([0.5, 0.25, 0.125])
    noise = _repeat(attempt, np.zeros(3), prices, 0.875, rng)
    if np.isnan(noise).any():
        return Found("wrong_refusals")
    scaled = np.sort(np.abs(noise * prices), axis=1)
    if np.sum(np.diff(scaled, axis=1) < 1e-9) > 5:  # by chance 6 of 6000 with probability < 1e-30
        return Found("shared_noise")
    if not all(is_laplace(noise[:, i] * prices[i], 1.0) for i in range(3)):
        return Found("noise_of_few")
    counts, prices = np.array([20, 90, 200, 370]), np.array([0.5, 2.0, 0.25, 0.125])
    noise = _repeat(attempt, counts, prices, 0.875, rng) - counts  # the second is refused
    good = all(is_laplace(noise[:, i] * prices[i], 1.0) for i in (0, 2, 3))
    return None if good else Found("after_a_refusal")


def _repeat(
    attempt: Attempt, counts: Any, prices: Vector, budget: float, rng: np.random.Generator
) -> Vector:
    """3000 lists of answers, one per row; nan where it was refused."""
    runs = attempt.repeat(3000, counts, epsilons=prices, budget=budget, rng=rng)
    return np.array([[np.nan if one is None else float(one) for one in run] for run in runs])


def _bad_prices(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """A negative price pays back, nan makes every comparison false, and 0 has no scale."""
    bad_prices = {-5.0: "pays_back", float("nan"): "nan_opens_the_safe", 0.0: "bad_price_kept"}
    for bad, pays in bad_prices.items():
        prices = np.array([0.5, bad, 0.75, 0.75])
        settings = {"epsilons": prices, "budget": 1.0, "rng": rng}
        if attempt.refuses(np.full(4, 10.0), **settings):
            continue
        result = list(attempt(np.full(4, 10.0), **settings))
        overspent = any(one is not None for one in result[2:])
        return Found(pays if overspent else "bad_price_kept", f"The price was {bad:g}.")
    return None
