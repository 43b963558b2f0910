"""Question 52.A."""

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake

# Question 52.A: 1000 examples, DataLoader(batch_size=96), C = 1.5, noise multiplier 1.1

STEP = 1.1 * 1.5 / 90

STEP_MISTAKES = {
    "batch_size": Mistake(
        "You divide by the batch size of the DataLoader. How many batches does it have, and what is L then?",
        "1000 / 96 is rounded up to 11 batches; L is the whole part of 1000 / 11.",
        made_by=(1.1 * 1.5 / 96,),
        within=4e-5,
    ),
    "not_whole": Mistake(
        "Nearly: L is a whole number.",
        "make_private cuts 1000 / 11 = 90.9 down to 90.",
        made_by=(1.1 * 1.5 * 11 / 1000, 1.1 * 1.5 / 91),
        within=4e-5,
    ),
    "ten_batches": Mistake(
        "You count ten batches. The last, shorter one counts too.",
        "len(loader) is 1000 / 96 rounded up.",
        made_by=(1.1 * 1.5 / 100,),
        within=4e-5,
    ),
    "clip_norm_missing": Mistake(
        "The noise multiplier has no unit: it is a multiple of max_grad_norm.",
        "The noise on the sum has standard deviation 1.1 · 1.5.",
        made_by=(1.1 / 90, 1.1 / 96, 1.1),
        within=4e-5,
    ),
    "on_the_sum": Mistake(
        "That is the noise on the sum, before the division by L.",
        "The optimizer steps with the mean: 1.65, divided by L.",
        made_by=(1.65,),
        within=0.01,
    ),
}

noise_of_the_step = Question(
    number="52.A",
    name="noise_of_the_step",
    examine=examine_number(lambda: STEP, tolerance=4e-5, mistakes=STEP_MISTAKES),
    takeaway="Count the batches, rounding up; q is 1 over their number, and L is n · q, rounded down.",
    hints=(
        "First the number of batches: 1000 / 96, rounded up (drop_last is False unless you set it).",
        "Then L, as in the table: n over the number of batches, rounded down.",
        "noise_multiplier · max_grad_norm / L.",
    ),
    mistakes=STEP_MISTAKES,
)
