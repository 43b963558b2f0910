"""Checks of lesson 31: additive secret sharing."""

from functools import cache

import numpy as np

from lessons.checks import additive_sharing_attack as attack
from lessons.checks import additive_sharing_linear as linear
from lessons.checks import additive_sharing_mean as mean
from lessons.checks import additive_sharing_sharing as sharing
from lessons.checks.additive_sharing_words import SHARE_MISTAKES
from lessons.checks.exercise import Exercise, Mistake, Question, examine_number
from lessons.datasets import HOSPITALS, heart_disease

guess_secret = Exercise(
    number="31.1",
    name="guess_secret",
    reference=attack.guess_secret,
    examine=attack.examine_guess,
    takeaway="One share alone gives the secret away; adding up all shares never shows that.",
    hints=(
        "Write down the smallest and the largest value that the last share can take, for each "
        "of the two secrets.",
        "The random part runs over one full turn of the ring. Where does that turn start and end "
        "when x = 0, and where when x = Q − 1?",
        "The two ranges touch in one value only. A comparison with that value is the whole attack.",
    ),
    mistakes=attack.GUESS_MISTAKES,
)

share_secret = Exercise(
    number="31.2",
    name="share_secret",
    reference=sharing.share_secret,
    examine=sharing.examine_share,
    takeaway="Every n − 1 shares are uniform and independent of the secret: proved, not sampled.",
    hints=(
        "For three parties: choose two shares without looking at the secret. What must the third "
        "one be so that all three add up to it?",
        "Which n − 1 numbers may be drawn freely? Call draw() afresh for each of them.",
        "The last share is what is still missing, brought back to 0 … Q − 1 at the end, "
        "after the secret has been added.",
    ),
    mistakes=SHARE_MISTAKES,
)

linear_shares = Exercise(
    number="31.3",
    name="linear_shares",
    reference=linear.linear_shares,
    examine=linear.examine_linear,
    takeaway="Public coefficients are free: no message is sent, and no party saw another's row.",
    hints=(
        "Write out the sum of all rows of the result. It has to be a·x + b·y + c modulo Q.",
        "Multiplying every share of x by a multiplies their sum by a. Does adding c to every share "
        "add c to the sum?",
        "Rows first: row i from x_shares[i] and y_shares[i] alone. Then treat c, which only one of "
        "the parties needs to know about.",
    ),
    mistakes=linear.LINEAR_MISTAKES,
)

pooled_mean = Exercise(
    number="31.4",
    name="pooled_mean",
    reference=mean.pooled_mean,
    examine=mean.examine_mean,
    takeaway="Two sums were opened and nothing else; the division happened in public.",
    hints=(
        "What does the mean over all patients have to do with the hospitals' totals and counts?",
        "total_shares[h][i] is what party i holds of hospital h's total. Which entries can party i "
        "add up on its own?",
        "Each party adds its column. Then two lists, with one entry per party, are opened, and "
        "their values are divided.",
    ),
    mistakes=mean.MEAN_MISTAKES,
)


@cache
def _hospital(index: int) -> tuple[float, int]:
    table = heart_disease()
    ages = np.asarray(table["age"], dtype=np.float64)[table["hospital"] == HOSPITALS[index]]
    return float(ages.sum()), len(ages)


def _mean_age(*indices: int) -> float:
    pairs = [_hospital(index) for index in indices]
    return sum(total for total, _ in pairs) / sum(count for _, count in pairs)


fraction_exposed = Question(
    number="31.A",
    name="fraction_exposed",
    examine=examine_number(
        lambda: 9 / 12,
        tolerance=0.004,
        wrong={
            "complement": lambda: 3 / 12,
            "after_the_repair": lambda: 0.0,
            "always": lambda: 1.0,
            "one_bar_more": lambda: 10 / 12,
            "one_bar_less": lambda: 8 / 12,
            "largest_secret": lambda: 11 / 12,
        },
    ),
    takeaway="A secret x is exposed in x of Q runs: if small, rarely; if negative, nearly always.",
    hints=(
        "Take the tick away from the box, set the secret to 9 and look over party 3's shoulder.",
        "Count the values that party 3 can see when the secret is 9, but never when it is 0.",
        "All bars are equally high. Divide the secret's bars that stand alone by all its bars.",
    ),
    mistakes={
        "complement": Mistake(
            "That is the share of runs in which party 3 cannot be sure.",
            "The overlap of the two ranges, not the part that sticks out.",
        ),
        "after_the_repair": Mistake(
            "That is the answer after the repair.",
            "The question is about shares without the last reduction: the box must be empty.",
        ),
        "always": Mistake(
            "Not in every run: some values occur for both secrets.",
            "Where both kinds of bars stand, party 3 cannot tell.",
        ),
        "one_bar_more": Mistake(
            "One bar too many.",
            "At the end of the range of secret 0 both secrets are possible.",
        ),
        "one_bar_less": Mistake(
            "One bar too few.",
            "The last bar counts as well.",
        ),
        "largest_secret": Mistake(
            "That is the fraction for the largest secret, 11.",
            "Set the secret to 9.",
        ),
    },
)

third_hospital = Question(
    number="31.C",
    name="third_hospital",
    examine=examine_number(
        lambda: _mean_age(2),
        tolerance=0.06,
        wrong={
            "the_result": lambda: _mean_age(0, 1, 2),
            "their_own": lambda: _mean_age(0, 1),
            "first_hospital": lambda: _mean_age(0),
            "second_hospital": lambda: _mean_age(1),
            "cannot_be_found": lambda: -1.0,
            "difference_of_means": lambda: 3 * _mean_age(0, 1, 2) - _mean_age(0) - _mean_age(1),
        },
    ),
    takeaway="The protocol hid everything but the result, and the result was enough.",
    hints=(
        "What do Cleveland and Hungary know before the first step, and what after the last one?",
        "The opened result holds a total and a count, over all three hospitals.",
        "Take their own totals and counts away from the opened ones; then divide.",
    ),
    mistakes={
        "the_result": Mistake(
            "That is the mean over all three hospitals.",
            "Everybody learns it. The pair knows more: its own two inputs.",
        ),
        "their_own": Mistake(
            "That is the mean over the pair's own patients.",
            "Take them away from the result instead.",
        ),
        "first_hospital": Mistake(
            "That is Cleveland's mean.",
            "Cleveland is one of the two who look; the third hospital is Switzerland.",
        ),
        "second_hospital": Mistake(
            "That is Hungary's mean.",
            "Hungary is one of the two who look; the third hospital is Switzerland.",
        ),
        "cannot_be_found": Mistake(
            "Compare what they put in with what came out.",
            "Each of the two knows its own total and count, and everybody knows the opened ones.",
        ),
        "difference_of_means": Mistake(
            "You subtracted means as if all hospitals were of one size.",
            "Subtract totals and counts, and divide at the end.",
        ),
    },
)
