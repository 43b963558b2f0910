"""Questions 31.A and 31.C."""

from functools import cache

import numpy as np

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake
from lessons.datasets import HOSPITALS, heart_disease

# Question 31.A: how often one share alone exposes the secret 9

FRACTION_MISTAKES = {
    "complement": Mistake(
        "That is the fraction of runs in which party 3 cannot be sure.",
        "The overlap of the two ranges, not the part that sticks out.",
        made_by=(3 / 12,),
        within=0.004,
    ),
    "after_the_repair": Mistake(
        "That is the answer after the repair.",
        "The question is about shares without the last reduction: the box must be empty.",
        made_by=(0.0,),
        within=0.004,
    ),
    "always": Mistake(
        "Not in every run: some values occur for both secrets.",
        "Where both kinds of bars stand, party 3 cannot tell.",
        made_by=(1.0,),
        within=0.004,
    ),
    "one_bar_more": Mistake(
        "One bar too many.",
        "At the end of the range of secret 0 both secrets are possible.",
        made_by=(10 / 12,),
        within=0.004,
    ),
    "one_bar_less": Mistake(
        "One bar too few.",
        "The first bar and the last one count as well.",
        made_by=(8 / 12,),
        within=0.004,
    ),
    "largest_secret": Mistake(
        "That is the fraction for the largest secret, 11.",
        "Set the secret to 9.",
        made_by=(11 / 12,),
        within=0.004,
    ),
}

fraction_exposed = Question(
    number="31.A",
    name="fraction_exposed",
    examine=examine_number(lambda: 9 / 12, tolerance=1e-9, mistakes=FRACTION_MISTAKES),
    takeaway="A secret x is exposed in x of Q runs: a 1 rarely, a −1 nearly always.",
    hints=(
        "Take the tick away from the box, set the secret to 9 and look over party 3's shoulder.",
        "Count the values that party 3 can see when the secret is 9, but never when it is 0.",
        "All bars are equally high. Divide the secret's bars that stand alone by all its bars.",
    ),
    mistakes=FRACTION_MISTAKES,
)

# Question 31.C: the mean age of the hospital that two others leave out


@cache
def _hospital(index: int) -> tuple[float, int]:
    table = heart_disease()
    ages = np.asarray(table["age"], dtype=np.float64)[table["hospital"] == HOSPITALS[index]]
    return float(ages.sum()), len(ages)


def _mean_age(*indices: int) -> float:
    pairs = [_hospital(index) for index in indices]
    return sum(total for total, _ in pairs) / sum(count for _, count in pairs)


THIRD_MISTAKES = {
    "the_result": Mistake(
        "That is the mean over all three hospitals.",
        "Everybody learns it. The pair knows more: its own two inputs.",
        made_by=(lambda: _mean_age(0, 1, 2),),
        within=0.06,
    ),
    "their_own": Mistake(
        "That is the mean over the pair's own patients.",
        "Take them away from the result instead.",
        made_by=(lambda: _mean_age(0, 1),),
        within=0.06,
    ),
    "first_hospital": Mistake(
        "That is Cleveland's mean.",
        "Cleveland is one of the two who look; the third hospital is Switzerland.",
        made_by=(lambda: _mean_age(0),),
        within=0.06,
    ),
    "second_hospital": Mistake(
        "That is Hungary's mean.",
        "Hungary is one of the two who look; the third hospital is Switzerland.",
        made_by=(lambda: _mean_age(1),),
        within=0.06,
    ),
    "cannot_be_found": Mistake(
        "Compare what they put in with what came out.",
        "Each of the two knows its own total and count, and everybody knows the opened ones.",
        made_by=(-1,),
        within=0.06,
    ),
    "difference_of_means": Mistake(
        "You subtracted means as if all hospitals were of one size.",
        "Subtract totals and counts, and divide at the end.",
        made_by=(lambda: 3 * _mean_age(0, 1, 2) - _mean_age(0) - _mean_age(1),),
        within=0.06,
    ),
}

third_hospital = Question(
    number="31.C",
    name="third_hospital",
    examine=examine_number(lambda: _mean_age(2), tolerance=0.02, mistakes=THIRD_MISTAKES),
    takeaway="The protocol hid everything but the result, and the result was enough.",
    hints=(
        "What do Cleveland and Hungary know before the first step, and what after the last one?",
        "The opened result holds a total and a count, over all three hospitals.",
        "Take their own totals and counts away from the opened ones; then divide.",
    ),
    mistakes=THIRD_MISTAKES,
)
