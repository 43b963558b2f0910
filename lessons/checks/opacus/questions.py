"""Questions 52.A and 52.B."""

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
        "The noise on the sum is 1.1 · 1.5.",
        made_by=(1.1 / 90, 1.1 / 96, 1.1),
        within=4e-5,
    ),
    "on_the_sum": Mistake(
        "That is the noise on the sum, before the division by L.",
        "1.65, divided by L.",
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
        "First the number of batches: 1000 / 96, rounded up.",
        "Then L, as in the table: n over the number of batches, rounded down.",
        "noise_multiplier · max_grad_norm / L.",
    ),
    mistakes=STEP_MISTAKES,
)

# Question 52.B: nine workers, each adds noise of its own; C = 1.5, noise multiplier 2

WORKER = 2 * 1.5 / 3

WORKER_MISTAKES = {
    "all_of_it": Mistake(
        "With that much from each, the sum has three times the noise that it needs.",
        "Variances add up: nine draws of standard deviation σ have 3σ together.",
        made_by=(3.0,),
        within=0.05,
    ),
    "a_ninth": Mistake(
        "Standard deviations do not add up; variances do. With a ninth each, the noise is too small.",
        "Nine draws of 1/3 have standard deviation 1 together, a third of what was promised.",
        made_by=(1 / 3,),
        within=0.02,
    ),
    "clip_norm_missing": Mistake(
        "The noise multiplier has no unit: it is a multiple of C.",
        "All together the noise must have standard deviation 2 · 1.5.",
        made_by=(2 / 3, 2, 2 / 9),
        within=0.01,
    ),
}

noise_of_a_worker = Question(
    number="52.B",
    name="noise_of_a_worker",
    examine=examine_number(lambda: WORKER, tolerance=0.01, mistakes=WORKER_MISTAKES),
    takeaway="Variances add up: each of k workers draws noise of σC/√k.",
    hints=(
        "What standard deviation must the noise on the whole sum have?",
        "3. The variances of nine independent draws add up to 3².",
    ),
    mistakes=WORKER_MISTAKES,
)
