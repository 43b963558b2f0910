"""Questions 18.A and 18.C."""

from functools import cache

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake
from lessons.dp.exact.sampling_traps import shuffled_epsilon

# Question 18.A: the first count at which fewer than half of the outputs name the table

COUNT_MISTAKES = {
    "fraction_given": Mistake(
        "That is the fraction; the question asks for a count.",
        "Read the horizontal axis at the height of one half.",
        made_by=(0.5,),
    ),
    "first_drop": Mistake(
        "There the fraction has fallen, but not below one half.",
        "Go on down the list.",
        made_by=(1,),
    ),
    "last_above": Mistake(
        "There the fraction is still above one half.",
        "The last count above one half; the question asks for the first below.",
        made_by=(2,),
    ),
}

half_named = Question(
    number="18.A",
    name="half_named",
    examine=examine_number(lambda: 4.0, tolerance=0.01, mistakes=COUNT_MISTAKES),
    takeaway="From there on a step of the last bit is wider than most gaps. The small counts are exposed.",
    hints=(
        "Set ε to 0.5 and go through the counts from the top of the list.",
        "The caption says how many of 100 outputs name the table.",
        "You want the first count at which that number is below 50.",
    ),
    mistakes=COUNT_MISTAKES,
)

# Question 18.C: the noise multiplier at which the shuffled lower bound comes down to the claim


@cache
def honest_noise() -> float:
    """The noise multiplier at which the shuffled lower bound comes down to 0.19."""
    low, high = 1.0, 3.0
    while high - low > 1e-4:
        middle = (low + high) / 2
        found = shuffled_epsilon(noise_multiplier=middle, steps=1000, delta=1e-6)
        low, high = (middle, high) if found > 0.19 else (low, middle)
    return high


NOISE_MISTAKES = {
    "as_claimed": Mistake(
        "At that σ the claim is 0.19, and the bound for shuffled batches is far above.",
        "The two curves differ by a factor of about twenty there.",
        made_by=(1,),
    ),
    "epsilon_given": Mistake(
        "That is the ε of shuffled batches at σ = 1; the question asks for a σ.",
        "Look for the σ on the horizontal axis.",
        made_by=(3.72,),
    ),
    "ratio_given": Mistake(
        "That is the ratio of the two ε at σ = 1; the question asks for a σ.",
        "Look for the σ on the horizontal axis.",
        made_by=(20,),
    ),
    "doubled": Mistake(
        "A good guess, and more than is needed: the bound is about 0.11 there.",
        "Move σ back a little.",
        made_by=(2,),
    ),
}

noise_for_the_claim = Question(
    number="18.C",
    name="noise_for_the_claim",
    examine=examine_number(
        honest_noise,
        tolerance=0.06,  # a step of the slider, and a little
        mistakes=NOISE_MISTAKES,
    ),
    takeaway="That much noise is needed at least: a lower bound says what cannot be promised, no more.",
    hints=(
        "Set T to 1000 and move σ until the solid curve is as low as the claim was.",
        "The claim at σ = 1 was 0.19; read the bound for shuffled batches in the caption.",
        "It lies between 1.5 and 2.",
    ),
    mistakes=NOISE_MISTAKES,
)
