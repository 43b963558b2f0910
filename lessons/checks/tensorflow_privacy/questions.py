"""Question 51.A."""

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake

# Question 51.A: batches of 250, C = 1.5, noise multiplier 0.8, 50 microbatches

NOISE = 0.8 * 1.5 / 50

NOISE_MISTAKES = {
    "over_the_batch": Mistake(
        "You divide by the 250 examples of the batch. By what does the library divide?",
        "By the number of microbatches. For the mean of 250 clipped gradients it would be 0.0048.",
        made_by=(0.8 * 1.5 / 250,),
        within=1e-4,
    ),
    "on_the_sum": Mistake(
        "That is the noise on the sum, before the division.",
        "σ = 0.8 · 1.5 = 1.2 is added to the sum of the 50 clipped averages.",
        made_by=(1.2,),
        within=0.02,
    ),
    "clip_norm_missing": Mistake(
        "The noise multiplier has no unit: it is a multiple of C.",
        "σ is the product of both.",
        made_by=(0.8 / 50, 0.8 / 250, 0.8),
        within=1e-4,
    ),
    "over_the_size": Mistake(
        "You divide by the five examples of a microbatch, not by the number of microbatches.",
        "250 / 50 = 5 examples in each; the mean is over 50 averages.",
        made_by=(0.8 * 1.5 / 5,),
        within=2e-3,
    ),
    "root": Mistake(
        "There is one draw for the whole sum, so no root comes in: it is divided by their number.",
        "Fifty draws, one for each average, would give the root of 50 in the mean.",
        made_by=(1.2 / 50**0.5, 1.2 / 250**0.5),
        within=2e-3,
    ),
}

noise_in_a_parameter = Question(
    number="51.A",
    name="noise_in_a_parameter",
    examine=examine_number(lambda: NOISE, tolerance=2e-4, mistakes=NOISE_MISTAKES),
    takeaway="σ C over the number of microbatches: five times the noise of 250 microbatches.",
    hints=(
        "(51.i) has one Z. What is its standard deviation, and by what is it divided?",
        "Z has standard deviation noise_multiplier · l2_norm_clip.",
        "1.2, divided by the number of microbatches.",
    ),
    mistakes=NOISE_MISTAKES,
)
