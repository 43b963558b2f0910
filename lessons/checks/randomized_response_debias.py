"""What can be wrong with undoing the coin: exercise 11.2."""

from collections.abc import Callable
from itertools import product

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Mistake
from lessons.dp.randomized_response import response_table

CLOSE = 1e-9
Survey = tuple[int, int, float, float]  # ones, people, p, the estimate

_SLIPS_OF_DEBIAS: dict[str, Callable[[float, float, int], float]] = {
    # mean of the responses, p, number of people -> what the slip gives
    "no_correction": lambda m, p, n: m,
    "not_divided": lambda m, p, n: m - (1 - p),
    "only_divided": lambda m, p, n: m / (2 * p - 1),
    "only_divided_by_p": lambda m, p, n: m / p,
    "centre_not_moved_back": lambda m, p, n: (m - 0.5) / (2 * p - 1),
    "coin_applied_again": lambda m, p, n: m * p + (1 - m) * (1 - p),
    "divided_by_p": lambda m, p, n: (m - (1 - p)) / p,
    "other_design": lambda m, p, n: (m - (1 - p) / 2) / p,
    "share_of_zeros": lambda m, p, n: 1 - (m - (1 - p)) / (2 * p - 1),
    "fixed_three_quarters": lambda m, p, n: 2 * m - 0.5,
    "count_not_share": lambda m, p, n: n * (m - (1 - p)) / (2 * p - 1),
    "clipped": lambda m, p, n: min(1.0, max(0.0, (m - (1 - p)) / (2 * p - 1))),
}


def examine_debias(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Averaged over all outputs, the estimate is the true share; only one function does that."""
    surveys: list[Survey] = []
    for ones, people, p in ((3, 10, 0.8), (6, 10, 0.7), (1, 10, 0.9), (0, 5, 0.6), (8, 8, 0.7)):
        responses = rng.permutation((np.arange(people) < ones).astype(np.int64))
        surveys.append((ones, people, p, attempt.number(responses, probability=p)))
    for code, slip in _SLIPS_OF_DEBIAS.items():
        if all(abs(slip(ones / n, p, n) - value) < CLOSE for ones, n, p, value in surveys):
            return Found(code, _bias(attempt, 3, 0.7) if code == "clipped" else "")
    if _size_is_fixed(surveys):
        return Found("fixed_size")
    biases = {p: _bias(attempt, 2, p) or _bias(attempt, 3, p) for p in (0.6, 0.7, 0.9)}
    wrong = [words for words in biases.values() if words]
    if wrong:
        some = len(wrong) < len(biases) and all(_is_straight(attempt, p) for p in biases)
        return Found("fixed_probability" if some else "biased", wrong[0])
    return _other_sizes(surveys)


def _size_is_fixed(surveys: list[Survey]) -> bool:
    """Whether the ones were divided by one number, whatever the size of the class."""
    shares = [(ones, value * (2 * p - 1) + 1 - p) for ones, _, p, value in surveys]
    if any(abs(share) < CLOSE for ones, share in shares if ones):
        return False
    sizes = [ones / share for ones, share in shares if ones]
    none = all(abs(share) < CLOSE for ones, share in shares if not ones)
    return none and max(sizes) - min(sizes) < 1e-6 * abs(max(sizes))


def _is_straight(attempt: Attempt, p: float) -> bool:
    """Whether each further 'yes' of three moves the estimate by the same step (rounding does not)."""
    counts = [np.array(one) for one in ((0, 0, 0), (0, 0, 1), (0, 1, 1), (1, 1, 1))]
    steps = np.diff([attempt.number(one, probability=p) for one in counts])
    return bool(np.ptp(steps) < CLOSE)


def _other_sizes(surveys: list[Survey]) -> Found | None:
    """Right for all classes of two and three; the larger ones must follow the same line."""
    for ones, people, p, value in surveys:
        if abs(value * (2 * p - 1) + 1 - p - ones / people) > CLOSE:
            words = f"With p = {p:g}, {people} responses and {ones} ones among them you found"
            return Found("biased", f"{words} {value:.3f}.")
    return None


def _bias(attempt: Attempt, people: int, p: float) -> str:
    """Enumerate all outputs of a few people: "" when the estimate is right on average, else words."""
    outputs = [np.array(one) for one in product((0, 1), repeat=people)]
    estimates = np.array([attempt.number(one, probability=p) for one in outputs])
    for data, row in response_table(people, probability=p).items():
        average, truth = float(row @ estimates), float(np.mean(data))
        if abs(average - truth) > CLOSE:
            return (
                f"With p = {p:g}, {people} students with bits {data} (share {truth:.2f}) get "
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
    "only_divided_by_p": Mistake(
        "Your estimate counts each 'yes' as a true one.",
        "mean/p corrects for ones that were flipped away, but not for zeros that were flipped in.",
    ),
    "centre_not_moved_back": Mistake(
        "In a class that is half ones, your estimate would be 0 on average.",
        "You measure the distance from 1/2 and stretch it rightly; then it must be put back on 1/2.",
    ),
    "coin_applied_again": Mistake(
        "You applied the coin a second time instead of undoing it.",
        "m·p + (1-m)·(1-p) goes from a true share to the expected share of 'yes'; the exercise "
        "asks for the way back.",
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
    "fixed_probability": Mistake(
        "Your estimate is right for one p and wrong for another: is a number written for p?",
        "1-p and 2p-1 must both be computed from the argument: a survey may use any coin.",
    ),
    "fixed_size": Mistake(
        "You divide by the same number of people, however many responded.",
        "The mean of the responses divides by their number, len(responses), whatever it is.",
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
