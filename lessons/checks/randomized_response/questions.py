"""Questions 11.A and 11.C."""

from math import sqrt

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake
from lessons.dp import definitions
from lessons.dp import randomized_response as lesson

# Question 11.A: a yes, when 10 % cheated and p = 0.9

POSTERIOR_MISTAKES = {
    "truth_rate": Mistake(
        "That is how often an answer is true, not how often a 'yes' comes from a cheater.",
        "The two directions of a conditional probability differ unless the prior is one half.",
        made_by=(0.9,),
    ),
    "joint": Mistake(
        "That is the share of all students who cheated and say yes.",
        "Divide by the share of all who say yes.",
        made_by=(0.1 * 0.9,),
    ),
    "share_of_yes": Mistake(
        "That is the share of all students who say yes, cheaters or not.",
        "It is the denominator of Bayes' rule.",
        made_by=(0.1 * 0.9 + 0.9 * 0.1,),
    ),
    "after_no": Mistake(
        "That is the answer for a student who says no.",
        "The curve below the diagonal belongs to the answer no.",
        made_by=(0.1 * 0.1 / (0.1 * 0.1 + 0.9 * 0.9),),
    ),
    "percent": Mistake(
        "Give a probability from 0 to 1, not a percentage.",
        "The right number in the wrong unit: divide by one hundred.",
        made_by=(50,),
        within=0.6,
    ),
}

posterior_after_yes = Question(
    number="11.A",
    name="posterior_after_yes",
    takeaway="p = 0.9 is how often the answer is true; what a 'yes' proves depends on the prior as well.",
    hints=(
        "Imagine 1000 students, of whom 100 cheated. How many of them say yes?",
        "And how many of the 900 who did not cheat say yes?",
        "Of all who say yes, what share cheated? Then set both sliders and compare.",
    ),
    examine=examine_number(
        lambda: definitions.posterior_bound(prior=0.1, epsilon=lesson.epsilon_of(probability=0.9)),
        tolerance=0.006,
        mistakes=POSTERIOR_MISTAKES,
    ),
    mistakes=POSTERIOR_MISTAKES,
)

# Question 11.C: the people for ±3 points at ε = 1

ROOM = 55  # 3930 keeps the promise, one person fewer does not; the slider's next step is 3981


def people_for(
    margin: float, *, factor: float = 1.96, probability: float | None = None, share: float = 0.0
) -> float:
    """How many answers the band needs; with ``share``, for a random sample of a population."""
    p = lesson.probability_for(epsilon=1.0) if probability is None else probability
    variance = lesson.estimate_variance(n_people=1, probability=p) + share * (1 - share)
    return variance * (factor / margin) ** 2


PEOPLE_MISTAKES = {
    "one_sigma": Mistake(
        "About a thousand is enough for one standard deviation, or for a poll without the coin.",
        "The margin is 1.96 standard deviations on each side, and the coin makes it larger.",
        made_by=(people_for(0.03, factor=1), (1.96 / 0.03) ** 2 / 4),
        within=30,
    ),
    "total_width": Mistake(
        "With so many people the margin is ±1.5 points, 3 points from end to end.",
        "±3 points means three on each side: a quarter of the people is enough for that.",
        made_by=(people_for(0.015),),
        within=110,
    ),
    "other_epsilon": Mistake(
        "That many are enough for p = 3/4, where ε is a little larger than asked.",
        "p = 3/4 is ε = ln 3 = 1.0986; at ε = 1 the coin lies more often.",
        made_by=(people_for(0.03, probability=0.75),),
        within=110,
    ),
    "sampling_too": Mistake(
        "You also counted the noise of drawing the class, but here the class is fixed.",
        "s·(1-s)/n belongs to a random sample of a larger population. The question and the blue "
        "line of the picture count only the coins.",
        made_by=(people_for(0.03, share=0.3), people_for(0.03, share=0.5)),
        within=110,
    ),
    "not_squared": Mistake(
        "That is far too few: did you take a square root too many?",
        "The variance falls with n, but the margin only with the square root of n.",
        made_by=(sqrt(people_for(0.03)),),
        within=3,
    ),
}

people_for_three_points = Question(
    number="11.C",
    name="people_for_three_points",
    takeaway="The classic poll needs about a thousand people for ±3 points; a coin at ε = 1 adds thousands.",
    hints=(
        "Set ε = 1 and move the number of people until the blue mark reaches the dotted line.",
        "The title gives the margin in points, to two digits.",
        "With equation (11.iv): 1.96 times the square root of the variance must be 0.03.",
    ),
    examine=examine_number(
        lambda: people_for(0.03) + ROOM, tolerance=ROOM + 0.01, mistakes=PEOPLE_MISTAKES
    ),
    mistakes=PEOPLE_MISTAKES,
)
