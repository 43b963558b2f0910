"""Check of Exercise 14.4: who is answered (never by the counts), with which noise, at which prices."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lessons.checks.engine import cases, kinds
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.nearest import Probe, by_law
from lessons.checks.engine.noise import laplace, noise_fault
from lessons.checks.engine.told import Case, shown
from lessons.dp.accounting import budget as reference
from lessons.validation import Vector

MARGIN = 3e-8  # more than any rounding of a sum, less than anybody would call exact
Answered = tuple[bool, ...]


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Look at who is answered, at the noise of the answers, and at prices that are none."""
    return (
        _looks_at_counts(attempt, rng)
        or by_numbers(
            attempt,
            ask(rng),
            right=_right,
            mistakes=RULES,
            rng=rng,
            ask=_pattern,
            words=_who,
        )
        or by_law(
            attempt,
            [
                _probe(rng, _prices(rng, 25), 0.0, 24, naming=24),
                _probe(rng, np.array([0.5, 2.0, 0.25, 0.125]), 0.875, 600),
                _probe(rng, _prices(rng, 40), 0.0, 400, naming=25),
                _probe(rng, cases.vector(rng, 3, largest=1.0) ** 2 + 0.1, 0.0, 1500),
                _alone(rng, cases.spread(rng, 1e-5, 1e-3)),
                _alone(rng, cases.spread(rng, 60, 1e4)),
            ],
            mistakes=NOISE,
            rng=rng,
        )
        or _bad_prices(attempt, rng)
    )


def _entry(value: Any) -> Any:
    """Take None, or a number."""
    return None if value is None else kinds.number(value)


ENTRIES = kinds.list_of(_entry)


def _answers(attempt: Attempt, case: Case) -> list[Any]:
    return _complete(attempt.value(ENTRIES, **case), len(case["counts"]))


def _complete(entries: list[Any], n: int) -> list[Any]:
    if len(entries) != n:
        words = f"For {n} questions you return {len(entries)} entries."
        raise Ended(Found("refused_left_out", words))
    if not all(one is None or np.isfinite(float(one)) for one in entries):
        raise Ended(Found("not_finite", "A refused question gets None."))
    return entries


# Who is answered


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw lists whose sums miss the budget by much, by a hair or by nothing, short and long."""
    lists: list[tuple[Sequence[float], float]] = [
        ((0.5, 0.25, 0.5, 0.125, 0.25, 0.125, 0.0625), 1.0),  # powers of 2: "exactly" is exact
        ((3.0, 0.5, 2.0, 0.25, 0.0625), 2.5),
        ((0.75, 0.75, 0.125, 0.25), 1.0),
        ((1.0,), 1.0),
        ((1.5,), 1.0),
    ]
    for budget in (1.0, cases.spread(rng, 0.05, 0.5), cases.spread(rng, 2, 60)):
        for miss in (0.01, 1e-3, 1e-5, 1e-6, MARGIN):
            for sign in (1, -1):  # the second one is refused, or the third
                first = budget * cases.between(rng, 0.2, 0.8)
                rest = budget - first + sign * miss * cases.between(rng, 1, 2)
                prices = [first, rest, budget * cases.between(rng, 0.02, 0.1)]
                lists.append((prices, budget))
    for n in (2, cases.one_of(rng, (3, 5, 8)), 12, cases.one_of(rng, (99, 100, 257)), 1100):
        many = np.exp(rng.uniform(np.log(0.01), np.log(0.4), n))
        for share in (0.3, 0.8, 1.2) if n < 500 else (0.8, 0.004):
            budget = float(many.sum()) * share * cases.between(rng, 0.95, 1.05)
            lists.append((many.tolist(), budget))
    asked: list[Case] = [
        {
            "counts": rng.integers(0, 400, len(prices)),
            "epsilons": np.array(prices, dtype=float),
            "budget": budget,
            "rng": rng,
        }
        for prices, budget in lists
        if _nothing_by_a_hair(prices, budget)
    ]
    return sorted(asked, key=lambda case: len(case["counts"]))


def _nothing_by_a_hair(prices: Sequence[float], budget: float) -> bool:
    """Whether no sum misses the budget by as little as rounding does (other than by nothing)."""
    spent = 0.0
    for price in prices:
        miss = abs(budget - spent - price)
        if 0 < miss < MARGIN:
            return False
        spent += price if spent + price <= budget else 0.0
    return True


def _looks_at_counts(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Ask with counts of every size: who is answered must stay the same."""
    prices = rng.permutation([0.31, 0.42, 0.54, 0.127, 0.0731, 0.2, 0.611])
    patterns: list[Answered] = []
    for counts in (
        np.full(7, 37),
        np.zeros(7, dtype=int),
        np.arange(7),
        np.arange(7)[::-1],
        np.array([10**k for k in range(7)]),
        1e9 * rng.permutation(7),
        rng.integers(0, 30, 7),
    ):
        case = {"counts": counts, "epsilons": prices, "budget": 1.0, "rng": rng}
        answers = _answers(attempt, case)
        if not patterns and _zeros_for_refused(answers, prices):
            return Found("refused_left_out", "A refused question gets None, not 0.")
        patterns.append(tuple(one is not None for one in answers))
        if len(patterns) == 1 and patterns != [_pattern(attempt, case)]:
            return Found("remembers")
    return None if len(set(patterns)) == 1 else Found("looks_at_the_counts")


def _zeros_for_refused(answers: list[Any], prices: Vector) -> bool:
    """Whether just those questions get 0 that do not fit, and all others something else."""
    fits = _greedy(prices, lambda spent, price: spent + price <= 1.0)
    return [one is None or float(one) != 0 for one in answers] == list(fits)


def _pattern(attempt: Attempt, case: Case) -> Answered:
    return tuple(one is not None for one in _answers(attempt, case))


def _right(*, counts: Any, epsilons: Vector, budget: float, rng: Any) -> Answered:
    """Say of each question whether it is answered: what does not fit costs nothing."""
    return _greedy(epsilons, lambda spent, price: spent + price <= budget)


def _greedy(prices: Vector, fits: Callable[[float, float], bool]) -> Answered:
    spent, answered = 0.0, []
    for price in prices:
        answered.append(bool(fits(spent, price)))
        spent += price if answered[-1] else 0.0
    return tuple(answered)


def _who(case: Case, got: Answered, right: Answered) -> str:
    place = next(i for i in range(len(right)) if got[i] != right[i])
    spent = shown(
        float(sum(p for p, yes in zip(case["epsilons"], right[:place], strict=False) if yes))
    )
    price, budget = shown(float(case["epsilons"][place])), shown(float(case["budget"]))
    what = "answer" if got[place] else "refuse"
    return (
        f" (True means answered): you {what} question {place + 1} at the price {price}, when "
        f"{spent} of {budget} is spent."
    )


# With which noise


def _prices(rng: np.random.Generator, n: int) -> Vector:
    return np.array([cases.spread(rng, 0.02, 50) for _ in range(n)])


def _alone(rng: np.random.Generator, price: float) -> Probe:
    """One question that uses up the budget."""
    return _probe(rng, np.array([price]), price, 600)


def _probe(
    rng: np.random.Generator, prices: Vector, budget: float, times: int, *, naming: int = 500
) -> Probe:
    """Draw the noise of each answer times its price: together Lap(1). A budget of 0 is enough."""
    n = len(prices)
    counts = rng.integers(0, 300, n)
    if n > 20:
        prices[-n // 4 :], counts[-n // 4 :] = 0.37, 4  # the same question again and again
        counts[: n // 10] = 0
    budget = budget or float(prices.sum()) * (1 + 1e-6)
    fits = np.array(_right(counts=counts, epsilons=prices, budget=budget, rng=rng))
    given = {"epsilons": prices, "budget": budget}

    def draw(attempt: Attempt, rng: np.random.Generator, times: int) -> Vector:
        rows = attempt.values(times, ENTRIES, counts, **given, rng=rng)
        answered = np.array([[one is not None for one in _complete(row, n)] for row in rows])
        if (off := answered != fits).any():
            wrong = int(np.argmax(off.any(axis=0)))
            if not off[:, wrong].all():
                words = f"Question {wrong + 1} is answered or not by chance."
            elif fits[wrong] and float(prices[: wrong + 1][fits[: wrong + 1]].sum()) == budget:
                raise Ended(Found("exact_fit_refused"))
            else:
                words = f"You {'refuse' if fits[wrong] else 'answer'} question {wrong + 1}."
            raise Ended(Found("counterexample", words))
        release = np.array([[row[i] for i in np.flatnonzero(fits)] for row in rows], dtype=float)
        return np.asarray((release - counts[fits]) * prices[fits])

    def fault(noise: Vector) -> Found | None:
        release = noise / prices[fits] + counts[fits]
        if np.ptp(noise) > 0 and np.abs(release - np.round(release, 2)).max() < 1e-9:
            return Found("rounded")
        if (np.abs(release) < 1e-12).sum() > 2 and release.min() > -1e-12:
            return Found("cut_at_zero")
        return noise_fault(noise, laplace(1.0), around=(counts * prices)[fits])

    said = f"(For {n} question(s), noise times price, which should be Lap(1).)"
    return Probe(draw, fault, times, said=said, naming=naming)


# At which prices


def _bad_prices(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """A negative price pays back, nan makes every comparison false, and 0 has no scale."""
    for bad in (-5.0, float("nan"), 0.0, -cases.spread(rng, 1e-9, 1e-3)):
        for n, place, budget in ((4, 1, 1.0), (1, 0, 1.0), (3, 2, 0.75), (9, rng.integers(9), 1.0)):
            prices = np.full(n, 0.75)
            prices[place] = bad
            given = {"counts": np.full(n, 10), "epsilons": prices, "budget": budget, "rng": rng}
            if not attempt.refuses(**given):
                return Found("bad_price_kept", f"The prices were {shown(prices)}.")
    return None


def _ruled(rule: Callable[[Vector, float], Sequence[bool]]) -> Callable[..., Any]:
    """Make a wrong function: another rule for who is answered, of (prices, budget)."""

    def wrong(counts: Any, *, epsilons: Vector, budget: float, rng: Any) -> list[Any]:
        noise = rng.laplace(size=len(counts)) / epsilons
        each = zip(counts, noise, rule(epsilons, budget), strict=True)
        return [float(count + z) if yes else None for count, z, yes in each]

    return wrong


def _until_refused(prices: Vector, budget: float) -> Answered:
    return tuple(np.cumsum(prices) <= budget)


def _charged(prices: Vector, budget: float) -> Answered:
    before = np.concatenate([[0.0], np.cumsum(prices)])
    return tuple(spent + price <= budget for spent, price in zip(before, prices, strict=False))


def _cheapest_first(prices: Vector, budget: float) -> Sequence[bool]:
    order = np.argsort(prices, kind="stable")
    answered = np.zeros(len(prices), dtype=bool)
    answered[order] = _greedy(prices[order], lambda spent, price: spent + price <= budget)
    return answered.tolist()


def _noisy(place: Callable[..., Any]) -> Callable[..., Any]:
    """Make a wrong function: ``place(i, count, price, known, rng)`` gives answer i.

    ``known`` has all counts and prices, those of the answered questions, and the budget.
    """

    def wrong(counts: Any, *, epsilons: Vector, budget: float, rng: Any) -> list[Any]:
        for price in epsilons:
            if not price > 0:
                raise ValueError("a price must be positive")
        fits = _right(counts=counts, epsilons=epsilons, budget=budget + 1e-12, rng=rng)
        known = {"counts": counts, "prices": epsilons, "budget": budget}
        answers: list[Any] = []
        given = 0
        for i, yes in enumerate(fits):
            answers.append(float(place(i, given, known, rng)) if yes else None)
            given += yes
        return answers

    return wrong


def _lap(price: float, rng: Any) -> float:
    return float(rng.laplace(scale=1 / price))


def _bad_kept(allowed: Callable[[float], bool]) -> Callable[..., Any]:
    def wrong(counts: Any, *, epsilons: Vector, budget: float, rng: Any) -> list[Any]:
        answers: list[Any] = []
        spent = 0.0
        for count, price in zip(counts, epsilons, strict=True):
            if not allowed(price):
                raise ValueError("a price must be positive")
            if spent + price > budget + 1e-12 or price == 0:
                answers.append(None)
                continue
            spent += price
            answers.append(count + rng.laplace() / abs(price) if price == price else None)
        return answers

    return wrong


def _answers_only(counts: Any, **known: Any) -> list[Any]:
    return [one for one in reference.answer_within_budget(counts, **known) if one is not None]


def _small_ones_refused(counts: Any, **known: Any) -> list[Any]:
    answers = reference.answer_within_budget(counts, **known)
    return [None if count < 5 else one for count, one in zip(counts, answers, strict=True)]


def _never_below_zero(counts: Any, **known: Any) -> list[Any]:
    answers = reference.answer_within_budget(counts, **known)
    return [None if one is None else max(0.0, one) for one in answers]


RULES = {
    "spent_ignored": Mistake(
        "You never compare with what was spent before, so the budget is not kept.",
        "Losses add up (14.iv): it is the sum that must fit. Otherwise the budget is a number on "
        "paper, and the attack of section 1 goes through.",
        made_by=(
            _ruled(lambda prices, budget: (True,) * len(prices)),
            _ruled(lambda prices, budget: tuple(p <= budget for p in prices)),
        ),
    ),
    "refusal_ends_it": Mistake(
        "After one refusal you refuse everything: did you charge the refused question, or leave the loop?",
        "A refusal does not depend on the data, so it costs nothing; a cheaper question may fit.",
        made_by=(_ruled(_until_refused), _ruled(_charged)),
    ),
    "exact_fit_refused": Mistake(
        "You refuse a question that uses up the budget exactly.",
        "The promise is ε_total ≤ budget: equality is allowed.",
        made_by=(
            _ruled(lambda prices, budget: _greedy(prices, lambda spent, p: spent + p < budget)),
        ),
    ),
    "one_too_many": Mistake(
        "You answer a question whose full price does not fit into the rest of the budget.",
        "Look at the sum *after* the answer, before you give it: spent < budget does not look at "
        "the price of the next one. Do not answer with what is left either: the analyst would get more "
        "noise than she paid for. Refuse, and she can ask again, cheaper.",
        made_by=(_ruled(lambda prices, budget: _greedy(prices, lambda spent, p: spent < budget)),),
    ),
    "looks_ahead": Mistake(
        "You decide about a question by looking at later ones; they come one after the other.",
        "An analyst sees answer 1 before she asks question 2. So you cannot sort by price, and you "
        "know neither the sum of all prices nor an equal share.",
        made_by=(
            _ruled(lambda prices, budget: (bool(sum(prices) <= budget),) * len(prices)),
            _ruled(lambda prices, budget: tuple(p <= budget / len(prices) for p in prices)),
            _ruled(_cheapest_first),
        ),
    ),
    "looks_at_the_counts": Mistake(
        "Whether you refuse depends on the counts, or on chance.",
        "A refusal is seen too: when it depends on the data it is a release without noise. Chance leaks "
        "nothing, but the prices alone should say what is answered.",
        made_by=(_small_ones_refused,),
    ),
    "refused_left_out": Mistake(
        "There must be one entry per question, None where it was refused.",
        "Otherwise nobody knows which question an answer belongs to.",
        made_by=(_answers_only,),
    ),
}

NOISE = {
    "same_noise_for_all_prices": Mistake(
        "The size of your noise is the same for every price.",
        "Noise for the budget, for the first price or for ε = 1 is right only for a question of "
        "exactly that price.",
        made_by=(
            _noisy(lambda i, g, of, rng: of["counts"][i] + _lap(of["budget"], rng)),
            _noisy(lambda i, g, of, rng: of["counts"][i] + _lap(of["prices"][0], rng)),
            _noisy(lambda i, g, of, rng: of["counts"][i] + _lap(1, rng)),
        ),
    ),
    "scale_inverted": Mistake(
        "A cheap question gets little noise, an expensive one much.",
        "The scale is 1/ε: a higher price buys less noise.",
        made_by=(_noisy(lambda i, g, of, rng: of["counts"][i] + _lap(1 / of["prices"][i], rng)),),
    ),
    "count_missing": Mistake(
        "You return the noise alone.",
        "Perfectly private, and it says nothing about the table.",
        made_by=(_noisy(lambda i, g, of, rng: _lap(of["prices"][i], rng)),),
    ),
    "cut_at_zero": Mistake(
        "Your answers never go below 0.",
        "Harmless for privacy (post-processing), but averages of such answers are too large.",
        made_by=(_never_below_zero,),
    ),
    "after_a_refusal": Mistake(
        "After a refusal an answer has the count or the noise of another question.",
        "If you count the answers and not the questions, you are one place off from there on.",
        made_by=(
            _noisy(lambda i, g, of, rng: of["counts"][g] + _lap(of["prices"][i], rng)),
            _noisy(lambda i, g, of, rng: of["counts"][i] + _lap(of["prices"][g], rng)),
        ),
    ),
}

MISTAKES = {
    **RULES,
    **NOISE,
    "bad_price_kept": Mistake(
        "You go on after a price that is no positive number.",
        "A price of −5 would refill the budget. nan > 1 is False, and so is nan < 1: once it is in "
        "the sum, no comparison stops anything. 0 must buy nothing. Ask for what must be true, `if "
        "not price > 0: raise ValueError`, before anything is released.",
        made_by=(
            _bad_kept(lambda price: True),
            _bad_kept(lambda price: not price <= 0),
            _bad_kept(lambda price: price >= 0),
        ),
    ),
}

answer_within_budget = Exercise(
    number="14.4",
    name="answer_within_budget",
    reference=reference.answer_within_budget,
    examine=examine,
    takeaway="A budget protects when it can say no, and its no depends on prices only.",
    hints=(
        "One loop over the questions, one number: what has been spent so far. Look at all prices "
        "before the first answer.",
        "Ask whether the price fits *before* you add it, and add it only when you answer.",
        "For the bad prices write the condition that must hold, and refuse everything else: nan "
        "fails every comparison.",
    ),
    mistakes=MISTAKES,
)
