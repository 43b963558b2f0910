"""How exercise 00.1 is examined: the value of the one person whom the second average leaves out."""

import numpy as np

from lessons.checks.attempt import Attempt, Found


def examine_value_of_one(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Groups small and large, values below and above zero, one exactly zero; the last is left out."""
    answers, slips = [], []
    for n_with, last in ((9, -1.0), (2, 0.0), (40, 1.0), (205, -1.0), (1000, 1.0), (5, 1.0)):
        values = rng.normal(-3.0, 20.0, size=n_with)  # (n_with,)
        values[-1] = last * (1 + abs(values[-1]))
        mean_with, mean_without = float(values.mean()), float(values[:-1].mean())
        answer = attempt.number(mean_with, mean_without, n_with=n_with)
        answers.append((answer, float(values[-1])))
        slips.append(_slips(mean_with, mean_without, n_with))
    if all(_close(answer, truth) for answer, truth in answers):
        return None
    if len({answer for answer, _ in answers}) == 1:
        return Found("always_the_same")
    for code in slips[0]:
        if all(_close(got, slip[code]) for (got, _), slip in zip(answers, slips, strict=True)):
            return Found(code)
    if all(_close(answer, abs(truth)) for answer, truth in answers):
        return Found("sign_lost")
    if all(abs(answer - truth) <= 1 for answer, truth in answers):
        return Found("rounded")
    return Found("another_number")


def _slips(mean_with: float, mean_without: float, n_with: int) -> dict[str, float]:
    """What the usual slips give."""
    return {
        "means_subtracted": mean_with - mean_without,
        "other_way_round": (n_with - 1) * mean_without - n_with * mean_with,
        "same_number_of_people": n_with * (mean_with - mean_without),
        "one_person_too_many": (n_with + 1) * mean_with - n_with * mean_without,
        "totals_added": n_with * mean_with + (n_with - 1) * mean_without,
        "total_returned": n_with * mean_with,
        "difference_times_the_rest": (mean_with - mean_without) * (n_with - 1),
        "averages_exchanged": n_with * mean_without - (n_with - 1) * mean_with,
        "numbers_exchanged": n_with * mean_with - (n_with + 1) * mean_without,
        "brackets_forgotten": n_with * mean_with - mean_without * n_with - 1,
    }


def _close(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-6 * max(1.0, abs(other))
