"""Check of Exercise 11.3: the bound must hold for every output both ways, and no smaller one may."""

from collections.abc import Callable, Mapping
from functools import partial
from math import inf, isnan, log
from typing import Any

import numpy as np

from lessons.checks.engine import cases, kinds
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.dp import definitions
from lessons.validation import Vector


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Ask tables without zeros, then with outputs that one data set, or none, can give; long ones."""

    def fits(case: Case, got: float, truth: float) -> bool:
        allowed = (1e-5 if attempt.single else 1e-12) * (1 + abs(truth))
        return bool(got == truth or (truth < inf and abs(got - truth) <= allowed))

    def compared(tables: Tables, mistakes: Mapping[str, Mistake]) -> Found | None:
        return by_numbers(
            attempt,
            [{"p": p, "q": q} for p, q in tables],
            right=definitions.smallest_epsilon,
            mistakes=mistakes,
            rng=rng,
            ask=_number_or_infinite,
            fits=fits,
            words=_why_not,
        )

    others = {code: one for code, one in MISTAKES.items() if code not in OF_ZEROS}
    if found := compared(_possible(rng), others) or compared(_with_zeros(rng), MISTAKES):
        return found
    for n in MORE:
        tables = _long(rng, n)
        if found := compared(tables, {}):
            return found
        p, q = tables[0]
        if attempt.quickest(partial(_number_or_infinite, attempt, {"p": p, "q": q})) > QUICK:
            break  # twice as long with each further output: enough has been seen
    return None


def _number_or_infinite(attempt: Attempt, case: Case) -> float:
    number = float(attempt.value(kinds.number, **case))
    if isnan(number):
        raise Ended(Found("not_finite", "Got nan; infinity is a possible answer, nan is not."))
    return number


OF_ZEROS = ("impossible_output_skipped", "zero_over_zero", "stops_at_zero")
MOST = 11  # outputs: a right answer may go through all sets
MORE = (MOST, 17, 20, 150)  # outputs for an answer that stays quick: it cannot go through all sets
QUICK = 1e-3  # seconds of processor time for one call
Tables = list[tuple[Vector, Vector]]


def _drawn(rng: np.random.Generator, n: int) -> tuple[Vector, Vector]:
    p, q = rng.dirichlet(np.full(n, 2.0)) + 1e-4, rng.dirichlet(np.full(n, 2.0)) + 1e-4
    return p / p.sum(), q / q.sum()


def _possible(rng: np.random.Generator) -> Tables:
    """Tables without zeros of every size; the worst output anywhere, either way, also very rare."""
    tables = [_drawn(rng, n) for n in (2, 2, 2, 3, 3, 3, 4, 5, MOST)]
    for n in (3, 4, 7):
        for rare in (cases.spread(rng, 1e-12, 1e-5), cases.spread(rng, 1e-190, 1e-20)):
            p, q = _drawn(rng, n)
            place = rng.integers(n)
            p[place], q[place] = rng.permutation([rare, rare * cases.between(rng, 40, 90)])
            tables.append((p / p.sum(), q / q.sum()))
    for rare in (cases.spread(rng, 1e-10, 1e-6), cases.spread(rng, 1e-190, 1e-60)):
        p, q = _drawn(rng, 4)
        (p, q)[rng.integers(2)][rng.integers(4)] = rare  # usual in the other table: ε up to 400
        tables.append((p / p.sum(), q / q.sum()))
    (p, q), (r, _) = _drawn(rng, 4), _drawn(rng, 4)
    tables += [(p, q), (p, r), (r, q)]  # one table changes
    near = p * (1 + cases.spread(rng, 1e-4, 1e-2) * np.array([1, -1, 1, -1]))
    return [(np.ones(1), np.ones(1)), *tables, (p, p.copy()), (p, near / near.sum())]


def _long(rng: np.random.Generator, n: int) -> Tables:
    """Tables of n outputs; the worst one is the last, or any."""
    tables = []
    for place in (n - 1, int(rng.integers(n))):
        p, q = rng.uniform(1, 2, n), rng.uniform(1, 2, n)
        (p, q)[rng.integers(2)][place] *= cases.between(rng, 5, 9)
        tables.append((p / p.sum(), q / q.sum()))
    return tables


def _with_zeros(rng: np.random.Generator) -> Tables:
    """Outputs impossible under one table, under the other, under both; in any place."""
    tables = []
    for n, zeros in [(2, "p"), (2, "q"), *((n, z) for n in (3, 4, 5, 7) for z in _PATTERNS)]:
        p, q = _drawn(rng, n)
        places = iter(rng.permutation(n))
        for letter in zeros:
            place = next(places)
            if letter in "pb":
                p[place] = 0.0
            if letter in "qb":
                q[place] = 0.0
        tables.append((p / p.sum(), q / q.sum()))
    for place in (0, 1, 2):  # first, middle, last: impossible under both
        p, q = _drawn(rng, 3)
        p[place] = q[place] = 0.0
        tables.append((p / p.sum(), q / q.sum()))
    tiny = np.array([1 - (rare := cases.spread(rng, 1e-15, 1e-6)), rare])
    tables += [(tiny, np.array([1.0, 0.0])), (np.array([1.0, 0.0]), tiny)]
    return sorted(tables, key=lambda pair: len(pair[0])) + _possible(rng)[:4]


_PATTERNS = ("p", "q", "b", "pq", "pb")  # which outputs get a zero: in p, in q, in both


def _why_not(case: Case, number: float, right: float) -> str:
    p, q = case["p"], case["q"]
    if number < 0:
        return "; ε is never negative."
    if number > right:
        return ", but a smaller ε is enough for every output, both ways."
    one_only = np.flatnonzero((p == 0) != (q == 0))
    if one_only.size:
        return f", but output {one_only[0]} is possible under one of the two only."
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.where(p + q > 0, np.maximum(p / q, q / p), 0)
    worst = int(np.nanargmax(ratios))
    which, other = ("P", "Q") if p[worst] > q[worst] else ("Q", "P")
    return f", but {which} of output {worst} is more than e to that power times its {other}."


def _logs(combine: Callable[[Vector, Vector], Any]) -> Callable[..., Any]:
    """Make a wrong function from ``combine(ln(P/Q), P)``."""
    return lambda p, q: combine(np.log(p / q), p)


def _skipped(p: Vector, q: Vector) -> Any:
    both = (p > 0) & (q > 0)
    return np.abs(np.log(p[both] / q[both])).max(initial=0)


def _counted(same: Callable[[Vector, Vector], bool]) -> Callable[..., Any]:
    """Make a wrong function that compares the zeros of the two tables by ``same(p, q)``."""
    return lambda p, q: _skipped(p, q) if same(p, q) else inf


def _a_tiny_number(p: Vector, q: Vector) -> Any:
    return np.abs(np.log((p + 1e-300) / (q + 1e-300))).max()


def _infinite_for_any_zero(p: Vector, q: Vector) -> Any:
    return inf if (p == 0).any() or (q == 0).any() else np.abs(np.log(p / q)).max()


def _stops_at_zero(p: Vector, q: Vector) -> Any:
    worst = 0.0
    for a, b in zip(p, q, strict=True):
        if a == b == 0:
            break
        if a == 0 or b == 0:
            return inf
        worst = max(worst, abs(log(a / b)))
    return worst


MISTAKES = {
    "one_direction": Mistake(
        "Your bound holds in one direction only; exchange the two distributions and look again.",
        "Neighbouring is symmetric: an output that is much rarer under P than under Q reveals as "
        "much as one that is much more frequent. Take the absolute value of the log-ratio.",
        made_by=(_logs(lambda logs, p: logs.max()), _logs(lambda logs, p: -logs.min())),
    ),
    "difference": Mistake(
        "You subtract the two probabilities; the definition compares them in another way.",
        "0.001 against 0 differs little and reveals everything: (11.ii) bounds the ratio.",
        made_by=(lambda p, q: np.abs(p - q).max(),),
    ),
    "no_logarithm": Mistake(
        "This is the largest likelihood ratio itself, not the ε of that ratio.",
        "The ratio is at most e^ε, so the logarithm is missing.",
        made_by=(_logs(lambda logs, p: np.exp(np.abs(logs).max())),),
    ),
    "other_base": Mistake(
        "Your ε is in another unit: which base does the definition use?",
        "The definition has e^ε. Base 2 gives bits, a number too large; base 10 gives an ε that is "
        "2.3 times too small, a promise that is not kept.",
        made_by=(
            _logs(lambda logs, p: np.abs(logs).max() / log(2)),
            _logs(lambda logs, p: np.abs(logs).max() / log(10)),
        ),
    ),
    "mean_of_outputs": Mistake(
        "You average over the outputs, but the promise is made for each of them.",
        "A mean hides the one output that reveals a lot.",
        made_by=(_logs(lambda logs, p: np.abs(logs).mean()),),
    ),
    "expected": Mistake(
        "This is what an output reveals on average; the promise is about the worst output.",
        "The expectation of ln(P/Q) under P is the Kullback-Leibler divergence: useful, but it "
        "can be tiny while one rare output gives somebody away.",
        made_by=(_logs(lambda logs, p: (p * logs).sum()),),
    ),
    "summed": Mistake(
        "You add up the outputs, but only one of them can happen at a time.",
        "A sum over outputs grows with their number; one release shows one output.",
        made_by=(_logs(lambda logs, p: np.abs(logs).sum()),),
    ),
    "smallest_ratio": Mistake(
        "You found the output that reveals least.",
        "A minimum over outputs protects only the lucky ones; the definition asks for every o.",
        made_by=(_logs(lambda logs, p: np.abs(logs).min()),),
    ),
    "impossible_output_skipped": Mistake(
        "One output can happen under one data set only, and your ε does not mind.",
        "Anyone who sees that output knows the data set for certain: no finite ε covers it. "
        "Skipping zeros, counting them without looking where they are, or adding a tiny number to "
        "them hides exactly the worst case.",
        made_by=(
            _skipped,
            _a_tiny_number,
            _counted(lambda p, q: (p == 0).sum() == (q == 0).sum()),
            _counted(lambda p, q: (p.min() == 0) == (q.min() == 0)),
        ),
    ),
    "zero_over_zero": Mistake(
        "An output that can never happen decides your result.",
        "0 ≤ e^ε·0 holds for every ε, so an output that is impossible under both does not count.",
        made_by=(_logs(lambda logs, p: np.abs(logs).max()), _infinite_for_any_zero),
    ),
    "stops_at_zero": Mistake(
        "Your result depends on the place in the list of an output that can never happen.",
        "A loop that ends at 0/0 (break) never sees the outputs behind it: go on with the next one.",
        made_by=(_stops_at_zero,),
    ),
}

smallest_epsilon = Exercise(
    number="11.3",
    name="smallest_epsilon",
    reference=definitions.smallest_epsilon,
    examine=examine,
    takeaway="ε is a worst case: one output that is e^ε times as likely is enough to spend all of it.",
    hints=(
        "Definition (11.ii) must hold for every output, and for D and D′ in both orders.",
        "For one output, what is the smallest ε for which both inequalities hold? "
        "Then combine the outputs: which of them decides?",
        "Zeros: what do you know after an output that only one data set can give? And can an "
        "output that neither can give break the promise?",
    ),
    mistakes=MISTAKES,
)
