"""What can be wrong with a coin for each person: exercise 11.1."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.checks.attempt import Attempt, Found
from lessons.checks.chance import frequency_bound
from lessons.checks.exercise import Mistake

Array = NDArray[Any]
Respond = Callable[[Array, float, np.random.Generator], Array]

# No coarse grid of steps hits these p, and p, 1-p, (1+p)/2, 3/4 and 1/2 stay far apart.
# The last survey is large: a rate that is off by 0.01 is 0.0035 outside its bound.
SURVEYS = ((0.6305, 60_000), (0.7705, 60_000), (0.8505, 240_000))
RARE = 1e-7  # ten tests like this one: a right solution is refused about once in a million checks


def examine_response(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Each bit kept with probability p whatever it is, by a coin of the person's own."""

    def respond(bits: Array, p: float, coins: np.random.Generator) -> Array:
        return attempt.array(bits, probability=p, rng=coins, shape=bits.shape)

    for p, n in SURVEYS:
        bits = rng.permutation(np.arange(n) % 2)
        answers = respond(bits, p, rng)
        if not np.isin(answers, (0, 1)).all():
            return Found(
                "not_bits", f"One of your answers is {answers[~np.isin(answers, (0, 1))][0]}."
            )
        kept = answers == bits
        if kept.min() == kept.max():
            return _name_the_common_fate(respond, p, rng)
        if found := _name_the_law(kept[bits == 0], kept[bits == 1], p):
            return found
    return _examine_coins(respond, rng) or _examine_pairs(attempt, rng)


def _name_the_common_fate(respond: Respond, p: float, rng: np.random.Generator) -> Found:
    """Everybody was kept, or everybody flipped: always, or by one coin for the class."""
    bits = np.arange(10) % 2
    runs = [respond(bits, p, rng) for _ in range(40)]  # 40 heads: below 1e-7
    if all(np.array_equal(run, bits) for run in runs):
        return Found("always_the_truth")
    if all(np.array_equal(run, 1 - bits) for run in runs):
        return Found("always_lies")
    return Found("one_coin_for_all")


def _name_the_law(zeros: NDArray[np.bool_], ones: NDArray[np.bool_], p: float) -> Found | None:
    """What became of the zeros and of the ones: how often each was kept, and whose law that is."""
    rates = float(zeros.mean()), float(ones.mean())
    bound = frequency_bound(len(zeros), false_alarm=RARE)
    together = abs(sum(rates) / 2 - p) <= frequency_bound(2 * len(zeros), false_alarm=RARE)

    def near(of_zeros: float, of_ones: float) -> bool:
        return abs(rates[0] - of_zeros) <= bound and abs(rates[1] - of_ones) <= bound

    if near(p, p) and together:
        return None
    laws = {
        "swapped": (1 - p, 1 - p),
        "zeros_always_true": (1.0, p),
        "ones_always_true": (p, 1.0),
        "then_a_fair_coin": ((1 + p) / 2, (1 + p) / 2),
        "fixed_three_quarters": (0.75, 0.75),
    }
    for code, law in laws.items():
        if near(*law):
            return Found(code)
    if abs(rates[0] + rates[1] - 1) <= 2 * bound:
        return Found("truth_not_used")
    words = f"With p = {p:g} it kept {rates[0]:.3f} of the zeros and {rates[1]:.3f} of the ones."
    alike = abs(rates[0] - rates[1]) <= 2 * bound
    close = max(abs(rate - p) for rate in rates) < 0.08  # less than a step of a tenth
    return Found("rounded_probability" if alike and close else "wrong_law", words)


def _examine_coins(respond: Respond, rng: np.random.Generator) -> Found | None:
    """The law of each person is right; now the coins must be fresh and come from rng."""
    p, bits = SURVEYS[-1][0], rng.permutation(np.arange(240) % 2)
    seed = int(rng.integers(2**32))
    again = [respond(bits, p, np.random.default_rng(seed)) for _ in range(2)]
    if not np.array_equal(again[0], again[1]):
        return Found("global_random")
    runs = [respond(bits, p, rng) for _ in range(12)]
    if all(np.array_equal(run, runs[0]) for run in runs):
        return Found("same_coins_each_time")
    if len({int((run == bits).sum()) for run in runs}) == 1:  # by chance: below 0.08^11
        return Found("fixed_number")
    return None


def _examine_pairs(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """A thousand surveys of 60 students: any two students are both kept with probability p²."""
    p, people, runs = SURVEYS[0][0], 60, 1000
    bits = rng.permutation(np.arange(people) % 2)
    answers = attempt.repeat(runs, bits, probability=p, rng=rng)
    if any(np.shape(one) != bits.shape for one in answers):
        return Found("wrong_shape", "Not all surveys gave one answer per student.")
    kept = (np.array(answers) == bits).astype(np.float64)  # (runs, people)
    pairs = people * (people - 1) // 2
    bound = frequency_bound(runs, false_alarm=RARE / pairs)  # 0.11; a shared coin is 0.23 off
    both = (kept.T @ kept / runs)[np.triu_indices(people, 1)]
    return Found("linked_coins") if np.abs(both - p**2).max() > bound else None


RESPONSE_MISTAKES: dict[str, Mistake] = {
    "always_the_truth": Mistake(
        "Every answer is the true bit: no coin was tossed.",
        "One output is possible for one data set only, so the likelihood ratio is infinite.",
    ),
    "always_lies": Mistake(
        "Every answer is the opposite of the truth, in every survey: no coin was tossed.",
        "Whoever knows the rule turns each answer round and has the truth: ε is infinite again.",
    ),
    "one_coin_for_all": Mistake(
        "All students share one coin: either everybody tells the truth or everybody lies.",
        "The class's answers are the true list or its mirror image. Who knows a single student's "
        "bit then knows everybody's. Draw one number per person: rng.random(n).",
    ),
    "swapped": Mistake(
        "Your function lies as often as it should tell the truth.",
        "Kept with 1 - p: the comparison is turned round. The privacy is the same, but debias "
        "expects the other law and its estimate becomes the share of zeros.",
    ),
    "zeros_always_true": Mistake(
        "A student whose bit is 0 is never flipped, so one of the two answers proves something.",
        "If only ones are flipped, the answer 1 can come from a one only: ratio p/0, ε infinite.",
    ),
    "ones_always_true": Mistake(
        "A student whose bit is 1 is never flipped, so one of the two answers proves something.",
        "If only zeros are flipped (or tails always means 'yes'), the answer 0 proves a zero: "
        "that ratio is infinite, although a 'yes' is deniable.",
    ),
    "then_a_fair_coin": Mistake(
        "The truth comes out too often: look at what happens in the other case.",
        "Truth with p, else a fair coin: that coin lands on the truth half of the time, so the "
        "bit is kept with (1+p)/2. A good design, but its ε is another one: ln((1+p)/(1-p)).",
    ),
    "fixed_three_quarters": Mistake(
        "Your function does the same whatever probability it is given.",
        "The two coins of the text (3/4) are written into the code; p must come from the argument.",
    ),
    "rounded_probability": Mistake(
        "Bits are kept nearly, but not exactly, as often as asked.",
        "rng.integers(0, 10, n) knows ten steps only, and <= for < is one step too many: p is "
        "rounded. The ε then is another one, and debias undoes a coin that nobody tossed.",
    ),
    "truth_not_used": Mistake(
        "Your answers do not depend on the bits at all.",
        "Answers are ones with a fixed probability, whatever the truth: perfect privacy, no data.",
    ),
    "wrong_law": Mistake(
        "The bits are not kept as often as they should be.",
        "Each bit must be kept with probability p, and zeros and ones must be treated alike.",
    ),
    "not_bits": Mistake(
        "An answer must be 0 or 1, like the bits.",
        "Flipping is 1 - bit; -bit or ~bit gives other numbers.",
    ),
    "same_coins_each_time": Mistake(
        "A second survey tosses exactly the same coins again.",
        "A generator made inside the function starts at the same place each time: whoever reads "
        "the code can undo every flip. Use the rng that is passed in.",
    ),
    "fixed_number": Mistake(
        "The same number of students is flipped in every run.",
        "Flipping exactly (1-p)·n people links them: who knows all answers but one can compute "
        "whether the last was flipped. Independent coins vary in number.",
    ),
    "linked_coins": Mistake(
        "Each student's coin is fair, but some students share one.",
        "Coins that are used a second time, anywhere in the list: comparing two answers reveals "
        "whether two students differ, with certainty.",
    ),
}
