"""Checks of lesson 11: randomized response and the definition of differential privacy."""

from math import sqrt
from typing import Any

from lessons.checks import randomized_response_coins as coins
from lessons.checks import randomized_response_debias as undoing
from lessons.checks import randomized_response_delta as sets
from lessons.checks import randomized_response_tables as tables
from lessons.checks.attempt import Found
from lessons.checks.exercise import Exercise, Mistake, Question, examine_number
from lessons.dp import definitions
from lessons.dp import randomized_response as reference

randomized_response = Exercise(
    number="11.1",
    name="randomized_response",
    reference=reference.randomized_response,
    examine=coins.examine_response,
    takeaway="Every answer is deniable, and nobody had to trust anybody: the coin was tossed at home.",
    hints=(
        "How many independent coins does a class of n students need?",
        "rng.random(n) gives n independent numbers from 0 to 1. How often is one below p?",
        "A flipped bit is 1 - bit. np.where(condition, this, that) chooses entry by entry.",
    ),
    mistakes=coins.RESPONSE_MISTAKES,
)

debias = Exercise(
    number="11.2",
    name="debias",
    reference=reference.debias,
    examine=undoing.examine_debias,
    takeaway="The noise of one person hides; the noise of many is known on average, so it can be undone.",
    hints=(
        "If the true share is s, which share of ones do you expect among the answers? "
        "Ones come from two kinds of students.",
        "Write that expected share as (a number) + s·(another number), then solve for s.",
        "Test it on paper with s = 0 and with s = 1: what mean do you expect, what must come out?",
    ),
    mistakes=undoing.DEBIAS_MISTAKES,
)

smallest_epsilon = Exercise(
    number="11.3",
    name="smallest_epsilon",
    reference=definitions.smallest_epsilon,
    examine=tables.examine_epsilon,
    takeaway="ε is a worst case: one output that is e^ε times as likely is enough to spend all of it.",
    hints=(
        "Definition (11.2) must hold for every output, and for D and D′ in both orders.",
        "For one output, which is the smallest ε for which both inequalities hold? "
        "Then combine the outputs: which of them decides?",
        "Zeros: what does an output tell that only one data set can give? And one that neither can?",
    ),
    mistakes=tables.EPSILON_MISTAKES,
)

smallest_delta = Exercise(
    number="11.4",
    name="smallest_delta",
    reference=definitions.smallest_delta,
    examine=sets.examine_delta,
    takeaway="The worst set collects every output above e^ε times its rival; δ is the sum of the excess.",
    hints=(
        "Fix one direction. How much does a single output add to Pr[M(D) ∈ S] - e^ε·Pr[M(D′) ∈ S] "
        "when you put it into S?",
        "You may choose S freely and want that difference as large as possible. Which outputs do you "
        "put in, and which do you leave out?",
        "Leaving an output out is the same as counting it as 0. Do it for both directions, "
        "and ask what a δ must be that serves both.",
    ),
    mistakes=sets.DELTA_MISTAKES,
)

posterior_after_yes = Question(
    number="11.A",
    name="posterior_after_yes",
    takeaway="p = 0.9 is how often the answer is true; what a 'yes' proves depends on the prior as well.",
    hints=(
        "Imagine 1000 students, of whom 100 cheated. How many of them say yes?",
        "And how many of the 900 honest ones say yes?",
        "Among all who say yes, which share cheated? Then set both sliders and compare.",
    ),
    examine=examine_number(
        lambda: definitions.posterior_bound(
            prior=0.1, epsilon=reference.epsilon_of(probability=0.9)
        ),
        tolerance=0.006,
        wrong={
            "truth_rate": lambda: 0.9,
            "joint": lambda: 0.1 * 0.9,
            "share_of_yes": lambda: 0.1 * 0.9 + 0.9 * 0.1,
            "after_no": lambda: 0.1 * 0.1 / (0.1 * 0.1 + 0.9 * 0.9),
            "percent": lambda: 50.0,
        },
    ),
    mistakes={
        "truth_rate": Mistake(
            "That is how often an answer is true, not how often a 'yes' comes from a cheater.",
            "The two directions of a conditional probability differ unless the prior is one half.",
        ),
        "joint": Mistake(
            "That is the share of all students who cheated and say yes.",
            "Divide by the share of all who say yes.",
        ),
        "share_of_yes": Mistake(
            "That is the share of all students who say yes, cheaters or not.",
            "It is the denominator of Bayes' rule.",
        ),
        "after_no": Mistake(
            "That is the answer for a student who says no.",
            "The curve below the diagonal belongs to the answer no.",
        ),
        "percent": Mistake(
            "Give a probability from 0 to 1, not a percentage.",
            "The right number in the wrong unit: divide by one hundred.",
        ),
    },
)


def _people_for(
    margin: float,
    factor: float = 1.96,
    probability: float | None = None,
    share: float = 0.0,
) -> float:
    """How many answers the band needs; with ``share``, for a random sample of a population."""
    p = reference.probability_for(epsilon=1.0) if probability is None else probability
    variance = reference.estimate_variance(n_people=1, probability=p) + share * (1 - share)
    return variance * (factor / margin) ** 2


_examine_people = examine_number(
    lambda: _people_for(0.03),
    tolerance=110,  # the slider's steps are 2 % apart
    wrong={
        "one_sigma": lambda: _people_for(0.03, factor=1.0),
        "total_width": lambda: _people_for(0.015),
        "other_epsilon": lambda: _people_for(0.03, probability=0.75),
        "sampling_too": lambda: _people_for(0.03, share=0.3),
        "sampling_even": lambda: _people_for(0.03, share=0.5),
    },
)


def _examine_people_or_root(value: Any) -> Found | None:
    found = _examine_people(value)
    if found and found.code == "sampling_even":
        return Found("sampling_too")
    if found and found.code == "too_low" and abs(value - sqrt(_people_for(0.03))) <= 3:
        return Found("not_squared")
    return found


people_for_three_points = Question(
    number="11.C",
    name="people_for_three_points",
    takeaway="The classic poll needs about a thousand people for ±3 points; a coin at ε = 1 adds thousands.",
    hints=(
        "Set ε = 1 and move the number of people until the band is as narrow as the dotted lines.",
        "The caption gives the half-width of the band in points, to two digits.",
        "With equation (11.5): 1.96 times the square root of the variance must be 0.03.",
    ),
    examine=_examine_people_or_root,
    mistakes={
        "one_sigma": Mistake(
            "About a thousand is enough for one standard deviation, or for a poll without the coin.",
            "The band is 1.96 standard deviations wide on each side, and the coin widens it.",
        ),
        "total_width": Mistake(
            "With so many people the whole band, top to bottom, is 3 points wide.",
            "±3 points means three on each side: a quarter of the people is enough for that.",
        ),
        "other_epsilon": Mistake(
            "That many are enough for p = 3/4, where ε is a little larger than asked.",
            "p = 3/4 is ε = ln 3 = 1.0986; at ε = 1 the coin lies more often.",
        ),
        "sampling_too": Mistake(
            "You counted the noise of drawing the class as well; here the class is fixed.",
            "s·(1-s)/n belongs to a random sample of a larger population. The question and the "
            "band of the widget count the coins only.",
        ),
        "not_squared": Mistake(
            "That is far too few: did you take a square root too many?",
            "The variance falls with n, the width of the band with the square root of n.",
        ),
    },
)
