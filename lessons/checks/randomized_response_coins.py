"""What can be wrong with a coin and with undoing it: exercises 11.1 and 11.2."""

from collections.abc import Callable
from itertools import product

import numpy as np
from numpy.typing import NDArray

from lessons.checks.attempt import Attempt, Found
from lessons.checks.chance import frequency_bound
from lessons.checks.exercise import Mistake
from lessons.dp.randomized_response import response_table

Array = NDArray[np.float64]
CLOSE = 1e-9


def examine_response(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Each bit kept with probability p whatever it is, by a coin of the person's own."""

    def respond(bits: Array, p: float, coins: np.random.Generator) -> Array:
        return attempt.array(bits, probability=p, rng=coins, shape=bits.shape)

    n, kept = 20_000, {}
    for p in (0.6, 0.8):  # chosen so that p, 1-p, (1+p)/2, 3/4 and 1/2 are far apart
        bits = rng.permutation(np.arange(n) % 2)
        answers = respond(bits, p, rng)
        if not np.isin(answers, (0, 1)).all():
            return Found(
                "not_bits", f"One of your answers is {answers[~np.isin(answers, (0, 1))][0]}."
            )
        kept[p] = answers == bits
        if kept[p].all():
            return Found("always_the_truth")
        if kept[p].min() == kept[p].max():
            return Found("one_coin_for_all")
        rates = float(kept[p][bits == 0].mean()), float(kept[p][bits == 1].mean())
        found = _name_the_law(rates, p, frequency_bound(n // 2, false_alarm=1e-7))
        if found:
            return found
    return _examine_coins(respond, kept[0.8], rng)


def _name_the_law(rates: tuple[float, float], p: float, bound: float) -> Found | None:
    """What became of the zeros and of the ones: how often each was kept, and whose law that is."""

    def near(zeros: float, ones: float) -> bool:
        return abs(rates[0] - zeros) <= bound and abs(rates[1] - ones) <= bound

    laws = {
        "": (p, p),
        "swapped": (1 - p, 1 - p),
        "zeros_always_true": (1.0, p),
        "ones_always_true": (p, 1.0),
        "then_a_fair_coin": ((1 + p) / 2, (1 + p) / 2),
        "fixed_three_quarters": (0.75, 0.75),
    }
    for code, law in laws.items():
        if near(*law):
            return Found(code) if code else None
    if abs(rates[0] + rates[1] - 1) <= 2 * bound:
        return Found("truth_not_used")
    words = f"With p = {p:g} your function kept {rates[0]:.2f} of the zeros and {rates[1]:.2f} of the ones."
    return Found("wrong_law", words)


def _examine_coins(
    respond: Callable[[Array, float, np.random.Generator], Array],
    kept: NDArray[np.bool_],
    rng: np.random.Generator,
) -> Found | None:
    """The law of each person is right; now the coins must be fresh, from rng, one each."""
    bits = rng.permutation(np.arange(200) % 2)
    seed = int(rng.integers(2**32))
    again = [respond(bits, 0.8, np.random.default_rng(seed)) for _ in range(2)]
    if not np.array_equal(again[0], again[1]):
        return Found("global_random")
    runs = [respond(bits, 0.8, rng) for _ in range(12)]
    if all(np.array_equal(run, runs[0]) for run in runs):
        return Found("same_coins_each_time")
    if len({int((run == bits).sum()) for run in runs}) == 1:  # by chance: below 0.08^11
        return Found("fixed_number")
    half = len(kept) // 2
    pairs = {"neighbours": (kept[::2], kept[1::2]), "halves": (kept[:half], kept[half:])}
    for one, other in pairs.values():
        if abs((one & other).mean() - 0.8**2) > frequency_bound(half, false_alarm=1e-7):
            return Found("linked_coins")
    return None


RESPONSE_MISTAKES: dict[str, Mistake] = {
    "always_the_truth": Mistake(
        "Every answer is the true bit: no coin was tossed.",
        "One output is possible for one data set only, so the likelihood ratio is infinite.",
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
        "Coins that are repeated along the list: comparing two answers reveals whether two "
        "students differ, with certainty.",
    ),
}


_SLIPS_OF_DEBIAS: dict[str, Callable[[float, float, int], float]] = {
    # mean of the responses, p, number of people -> what the slip gives
    "no_correction": lambda m, p, n: m,
    "not_divided": lambda m, p, n: m - (1 - p),
    "only_divided": lambda m, p, n: m / (2 * p - 1),
    "divided_by_p": lambda m, p, n: (m - (1 - p)) / p,
    "other_design": lambda m, p, n: (m - (1 - p) / 2) / p,
    "share_of_zeros": lambda m, p, n: 1 - (m - (1 - p)) / (2 * p - 1),
    "fixed_three_quarters": lambda m, p, n: 2 * m - 0.5,
    "count_not_share": lambda m, p, n: n * (m - (1 - p)) / (2 * p - 1),
    "clipped": lambda m, p, n: min(1.0, max(0.0, (m - (1 - p)) / (2 * p - 1))),
}


def examine_debias(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Averaged over all outputs, the estimate is the true share; only one function does that."""
    surveys = []
    for ones, p in ((3, 0.8), (6, 0.7), (1, 0.9), (0, 0.6), (10, 0.7)):  # the last two lie outside
        responses = rng.permutation((np.arange(10) < ones).astype(np.int64))
        estimate = attempt.number(responses, probability=p)
        surveys.append((ones / 10, p, 10, estimate))
    for code, slip in _SLIPS_OF_DEBIAS.items():
        if all(abs(slip(m, p, n) - value) < CLOSE for m, p, n, value in surveys):
            return Found(code, _bias(attempt) if code == "clipped" else "")
    return Found("biased", words) if (words := _bias(attempt)) else None


def _bias(attempt: Attempt) -> str:
    """Enumerate three people, 8 outputs: "" when the estimate is right on average, else words."""
    p = 0.7
    outputs = [np.array(one) for one in product((0, 1), repeat=3)]
    estimates = np.array([attempt.number(one, probability=p) for one in outputs])
    for data, row in response_table(3, probability=p).items():
        average, truth = float(row @ estimates), float(np.mean(data))
        if abs(average - truth) > CLOSE:
            return (
                f"With p = {p:g}, three students with bits {data} (share {truth:.2f}) get "
                f"{average:.3f} on average over all that their coins can do."
            )
    return ""


DEBIAS_MISTAKES: dict[str, Mistake] = {
    "no_correction": Mistake(
        "This is the share of 'yes' among the answers, lies included.",
        "The flips pull the share towards 1/2: with s = 0 there are still (1-p)·n ones.",
    ),
    "not_divided": Mistake(
        "You have taken away what the zeros contribute, but the result is still too small in size.",
        "mean - (1-p) is s·(2p-1): the step of solving for s is missing.",
    ),
    "only_divided": Mistake(
        "In a class without a single one, your estimate would not be 0 on average.",
        "mean/(2p-1) forgets that flipped zeros look like ones: subtract 1-p first.",
    ),
    "divided_by_p": Mistake(
        "In a class of ones only, your estimate would not be 1 on average.",
        "Divided by p: but a change of s moves the mean by 2p-1, not by p, because ones that are "
        "flipped also go missing.",
    ),
    "other_design": Mistake(
        "This undoes another coin: truth with p, else a fair coin.",
        "In that design the mean is p·s + (1-p)/2; here a person is flipped, not re-drawn.",
    ),
    "share_of_zeros": Mistake(
        "Your estimate falls when more people say yes.",
        "p and 1-p have changed places, which gives the share of zeros, 1 - s.",
    ),
    "fixed_three_quarters": Mistake(
        "Your correction does not depend on the probability that was used.",
        "2·mean - 1/2 is right for p = 3/4 only.",
    ),
    "count_not_share": Mistake(
        "This is a number of people; the exercise asks for a share.",
        "Divide by the number of people: a share from 0 to 1 can be compared between classes.",
    ),
    "clipped": Mistake(
        "Cutting the estimate off at 0 and 1 looks tidy, but it bends the average.",
        "Errors to one side are removed, those to the other side stay: the average of many small "
        "surveys drifts. Report the raw estimate; cut off for display only, at the very end.",
    ),
    "biased": Mistake(
        "On average over the coins, your estimate is not the true share.",
        "Only one function of the answers is right on average for every class: solve for s.",
    ),
}
