"""Check of Exercise 11.1: each bit kept with probability p, whatever it is, by a coin of its own."""

from collections.abc import Callable
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.chance import count_is_off
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.frequencies import coins_fault
from lessons.checks.engine.independence import echo_fault, pairs_fault
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.nearest import Probe, by_law
from lessons.dp import randomized_response as lesson

Bits = NDArray[Any]
NEARLY = 0.08  # a rate that is off by less is a rounded one
MANY = 260_000  # students, one in two thousand of whom lies: a p rounded to three digits shows


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Ask for the distribution and for links; then classes of every size; then for the exact p."""
    usual = [
        _probe(_class(rng, 240, 0.5), _irregular(rng, 0.59, 0.61), 100),
        _probe(_class(rng, 40_001, 0.5), _irregular(rng, 0.63, 0.65), 1),
        _probe(_class(rng, 20_002, 0.3), _irregular(rng, 0.76, 0.78), 1),
        _probe(_class(rng, 20_000, 0.8), _irregular(rng, 0.84, 0.86), 1),
        _probe(_class(rng, 20_000, 0.5), _irregular(rng, 0.501, 0.509), 1),
        _probe(
            _class(rng, cases.one_of(rng, range(50, 70, 2)), 0.5), _irregular(rng, 0.6, 0.7), 800
        ),
    ]
    one, two = ((n, float(cases.one_of(rng, (0, 1))), 150) for n in (1, 2))
    others = [(n, 0.4, 2) for n in cases.sizes(rng, own=200, at_least=3)]
    many = (cases.one_of(rng, range(258, 400)), 0.3, 100)
    sizes = [
        _probe(_class(rng, n, share), _irregular(rng, 0.7, 0.8), times)
        for n, share, times in (one, two, *others, many)
    ]
    exact = _probe(_class(rng, MANY, 0.5), cases.between(rng, 0.99948, 0.99952), 1)
    return (
        by_law(attempt, usual, mistakes=MISTAKES, rng=rng)
        or by_law(attempt, sizes, mistakes={}, rng=rng)
        or exact.fault(exact.draw(attempt, rng, 1))
    )


def _irregular(rng: np.random.Generator, low: float, high: float) -> float:
    """A p that is nowhere near a whole number of hundredths."""
    p = cases.between(rng, low, high)
    return p if 0.4 < p * 100 % 1 < 0.6 else _irregular(rng, low, high)


def _class(rng: np.random.Generator, n: int, share: float) -> Bits:
    """Bits (n,) in any order, a ``share`` of them ones."""
    return rng.permutation((np.arange(n) < share * n).astype(np.int64))


def _probe(bits: Bits, p: float, times: int) -> Probe:
    """Draw surveys of one class, (times, n): the answer, and 2 more where the bit is one."""

    def draw(attempt: Attempt, rng: np.random.Generator, times: int) -> NDArray[np.float64]:
        given = attempt.arrays(times, bits, probability=p, rng=rng, shape=bits.shape)
        strange = given[(given != 0) & (given != 1)]
        if strange.size:
            raise Ended(Found("not_bits", f"One of them is {strange[0]:g}."))
        found = _fate_fault(given == bits, bits, p)
        if found:
            raise Ended(found)
        return np.asarray(given + 2 * bits, dtype=float)

    def fault(draws: NDArray[np.float64]) -> Found | None:
        return _frequency_fault((draws % 2) == bits, bits, p)

    said = f"(For {len(bits)} student{'s' * (len(bits) > 1)}, p = {p:.6g}.)"
    return Probe(draw, fault, times, said=said)


def _frequency_fault(kept: NDArray[np.bool_], bits: Bits, p: float) -> Found | None:
    """Whether zeros or ones are kept too often or too rarely."""
    for mask, name in ((bits == 0, "zeros"), (bits == 1, "ones"), (bits >= 0, "bits")):
        mine = kept[:, mask]
        if count_is_off(int(mine.sum()), mine.size, p, false_alarm=1e-8):
            shares = [float(kept[:, bits == one].mean()) for one in set(bits.tolist())]
            near = kept.size >= 1000 and max(abs(share - p) for share in shares) < NEARLY
            code = "rounded_probability" if near else "wrong_frequencies"
            return Found(code, f"It kept {mine.mean():.4f} of the {name}.")
    return None


def _fate_fault(kept: NDArray[np.bool_], bits: Bits, p: float) -> Found | None:
    """What the coins (surveys, students) have in common, where they are fair one by one."""
    surveys, students = kept.shape
    if surveys >= 100 and students >= 50 and (found := _common_fate(kept)):
        return found
    long = surveys == 1 and students > 30_000 and p < 0.9
    if long and 0 < kept.mean() < 1 and (found := echo_fault(kept[0] - kept.mean())):
        return found  # a few coins, used again and again, are off in number as well
    if _frequency_fault(kept, bits, p):
        return None  # told by the distribution
    if surveys >= 100 and _uneven(kept - p, p):
        if _linked_neighbours(kept):
            return Found("linked", "Neighbours go together.")
        return Found("wrong_frequencies", "Some students are kept more often than others.")
    if (found := coins_fault(kept, p)) and found.code == "linked":
        return found
    if surveys >= 200 and students <= 100:
        return pairs_fault(kept - p)
    return echo_fault(kept[0][np.argsort(bits, kind="stable")] - p) if long else None


def _common_fate(kept: NDArray[np.bool_]) -> Found | None:
    """What 100 surveys of 50 students cannot show by chance (below 1e-8)."""
    number = kept.sum(axis=1)
    if kept.all():
        return Found("always_the_truth")
    if not kept.any():
        return Found("always_lies")
    if np.isin(number, (0, kept.shape[1])).all():
        return Found("one_coin_for_all")
    different = len({row.tobytes() for row in kept})
    if different == 1:
        return Found("same_coins_each_time")
    if np.ptp(number) == 0:
        return Found("fixed_number")
    return (
        Found("linked", "Some surveys had the very same coins.")
        if different < len(kept) - 3
        else None
    )


def _uneven(coins: NDArray[Any], p: float) -> bool:
    """Whether the students who tell the truth too often do so in both halves of the surveys."""
    half = len(coins) // 2
    first, second = coins[:half].sum(axis=0), coins[half : 2 * half].sum(axis=0)
    return float(first @ second) > 8 * half * p * (1 - p) * sqrt(coins.shape[1])


def _linked_neighbours(kept: NDArray[np.bool_]) -> bool:
    """Whether neighbours go together, however often each student is kept."""
    spread = kept.std(axis=0)
    some = (kept - kept.mean(axis=0))[:, spread > 0] / spread[spread > 0]
    together = some[:, 1:] * some[:, :-1]
    return abs(float(together.sum())) > 8 * sqrt(together.size)


def _by_coins(kept: Callable[[int, float, Any], Any]) -> Callable[..., Any]:
    """Make a wrong function from ``kept(n, p, rng)``: who tells the truth."""
    return lambda bits, *, probability, rng: np.where(
        kept(len(bits), probability, rng), bits, 1 - bits
    )


def _with(p_used: Callable[[float], float]) -> Callable[..., Any]:
    return _by_coins(lambda n, p, rng: rng.random(n) < p_used(p))


def _else(other: Callable[[Bits, Any], Any]) -> Callable[..., Any]:
    """Make a wrong function: the truth with p, and ``other(bits, rng)`` instead of the opposite."""
    return lambda bits, *, probability, rng: np.where(
        rng.random(len(bits)) < probability, bits, other(bits, rng)
    )


def _exactly(n: int, p: float, rng: Any) -> Any:
    return rng.permutation(np.arange(n) < round(n * p))


MISTAKES = {
    "always_the_truth": Mistake(
        "Every answer is the true bit: no coin was tossed.",
        "Each output is possible for one data set only, so the likelihood ratio is infinite.",
        made_by=(lambda bits, *, probability, rng: bits.copy(),),
    ),
    "always_lies": Mistake(
        "Every answer is the opposite of the truth, in every survey: no coin was tossed.",
        "Anyone who knows the rule turns each answer round and has the truth: ε is infinite again.",
        made_by=(lambda bits, *, probability, rng: 1 - bits,),
    ),
    "one_coin_for_all": Mistake(
        "All students share one coin: either everybody tells the truth or everybody lies.",
        "The class's answers are the true list or its mirror image. Anyone who knows one student's "
        "bit then knows everybody's. Draw one number per person: rng.random(n).",
        made_by=(_by_coins(lambda n, p, rng: rng.random() < p),),
    ),
    "swapped": Mistake(
        "Your function lies as often as it should tell the truth.",
        "Kept with 1 − p: the comparison is turned round. The privacy is the same, but debias "
        "expects the other distribution and its estimate becomes the share of zeros.",
        made_by=(_with(lambda p: 1 - p),),
    ),
    "zeros_always_true": Mistake(
        "A student whose bit is 0 is never flipped, so one of the two answers proves something.",
        "If only ones are flipped, the answer 1 can come from a one only: ratio p/0, ε infinite.",
        made_by=(_else(lambda bits, rng: 0),),
    ),
    "ones_always_true": Mistake(
        "A student whose bit is 1 is never flipped, so one of the two answers proves something.",
        "If only zeros are flipped (or tails always means 'yes'), the answer 0 proves a zero: "
        "that ratio is infinite, although a 'yes' is deniable.",
        made_by=(_else(lambda bits, rng: 1),),
    ),
    "then_a_fair_coin": Mistake(
        "The truth comes out too often: look at what happens in the other case.",
        "Truth with p, else a fair coin: that coin lands on the truth half of the time, so the "
        "bit is kept with (1+p)/2. A good design, but it has another ε: ln((1+p)/(1−p)).",
        made_by=(_else(lambda bits, rng: rng.integers(0, 2, len(bits))),),
    ),
    "fixed_three_quarters": Mistake(
        "Your function does the same whatever probability it is given.",
        "The two coins of the text (3/4) are written into the code; p must come from the argument.",
        made_by=(_with(lambda p: 0.75),),
    ),
    "rounded_probability": Mistake(
        "Bits are kept nearly, but not exactly, as often as asked.",
        "rng.integers(0, 100, n) knows a hundred steps only, and <= for < is one step too many: p "
        "is rounded. Then ε is another number, and debias undoes a coin that nobody tossed.",
        made_by=(
            _with(lambda p: round(p, 1)),
            _with(lambda p: round(p, 3)),
            _by_coins(lambda n, p, rng: rng.integers(0, 10, n) < 10 * p),
            _by_coins(lambda n, p, rng: rng.integers(1, 101, n) <= 100 * p),
            _by_coins(lambda n, p, rng: rng.integers(0, 100, n) <= 100 * p),
        ),
    ),
    "truth_not_used": Mistake(
        "Your answers do not depend on the bits of the students who give them.",
        "Ones with a fixed probability say nothing about the class. The true bits in another order say "
        "too much about it: their number is exact, and one student's bit moves it for certain.",
        made_by=(
            lambda bits, *, probability, rng: (rng.random(len(bits)) < probability).astype(int),
            lambda bits, *, probability, rng: rng.permutation(bits),
            lambda bits, *, probability, rng: rng.integers(0, 2, len(bits)),
        ),
    ),
    "not_bits": Mistake(
        "An answer must be 0 or 1, like the bits.",
        "Flipping is 1 − bit; −bit or ~bit gives other numbers.",
        made_by=(_else(lambda bits, rng: -bits), _else(lambda bits, rng: ~bits)),
    ),
    "same_coins_each_time": Mistake(
        "A second survey tosses exactly the same coins as an earlier one.",
        "A generator made inside the function starts at the same place each time: anyone who reads "
        "the code can undo every flip. Use the rng that is passed in.",
        made_by=(_by_coins(lambda n, p, rng: np.random.default_rng(0).random(n) < p),),
    ),
    "fixed_number": Mistake(
        "The same number of students is flipped in every run.",
        "Flipping exactly (1−p)·n people links them: someone who knows the true bits of all others "
        "counts their flips, and so learns whether the last was flipped. Independent coins vary in number.",
        made_by=(_by_coins(_exactly),),
    ),
}

randomized_response = Exercise(
    number="11.1",
    name="randomized_response",
    reference=lesson.randomized_response,
    examine=examine,
    takeaway="Every answer is deniable, and nobody had to trust anybody: the coin was tossed at home.",
    hints=(
        "How many independent coins does a class of n students need?",
        "rng.random(n) gives n independent numbers from 0 to 1. How often is one below p?",
        "A flipped bit is 1 - bit. np.where(condition, this, that) chooses entry by entry.",
    ),
    mistakes=MISTAKES,
)
