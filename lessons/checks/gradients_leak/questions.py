"""Questions 23.A and 23.C."""

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake
from lessons.dp.mechanisms.gaussian import gaussian_epsilon

# Question 23.A: the ε of the first noise at which all three searches have failed


def _epsilon(quarter: int) -> float:
    """ε at δ = 1e-5 of noise multiplier 10^(quarter/4), one client, with or without."""
    return gaussian_epsilon(sigma=10 ** (quarter / 4), l2_sensitivity=1.0, delta=1e-5)


EPSILON_MISTAKES = {
    "one_step_less": Mistake(
        "At that setting at least one picture is still nearer to the truth than the nearest other image.",
        "One step of the slider too early: not all three are lost.",
        made_by=(lambda: _epsilon(-6),),
        within=5.0,
    ),
    "one_step_more": Mistake(
        "All three are lost there, but they were lost with less noise already.",
        "One step of the slider too far.",
        made_by=(lambda: _epsilon(-4),),
        within=1.0,
    ),
    "the_noise": Mistake(
        "That is the noise multiplier; the question asks what ε it is worth.",
        "σ/C at the setting instead of ε.",
        made_by=(10**-1.25,),
        within=0.004,
    ),
}

epsilon_that_hides = Question(
    number="23.A",
    name="epsilon_that_hides",
    examine=examine_number(lambda: _epsilon(-5), tolerance=0.51, mistakes=EPSILON_MISTAKES),
    takeaway="The noise that ends this search promises next to nothing: e^ε has a hundred digits.",
    hints=(
        "Start at the left and move right until none of the three rows is marked as found.",
        "The caption counts the pictures that are found, and says ε.",
        "It is between σ/C = 0.03 and 0.1.",
    ),
    mistakes=EPSILON_MISTAKES,
)

# Question 23.C: how far the search gets when all labels differ

BATCH_MISTAKES = {
    "as_it_opens": Mistake(
        "All are found there, but try larger batches too.",
        "The batch with which the widget opens, or another one that is not the largest.",
        made_by=(1, 2, 3, 4, 5, 6, 7, 8),
        within=0.2,
    ),
    "all_ten": Mistake(
        "You can read all ten digits, but does a caption say that they are found?",
        "The ten rows of the last layer's gradient sum to 0, so they tell nine images apart, not ten. "
        "The search needs several times the steps then.",
        made_by=(10,),
        within=0.2,
    ),
    "none": Mistake(
        "A batch of one is found, so the largest is not 0. Look at the upper half only.",
        "The upper half of the picture was asked for; below, most batches have no image that is found.",
        made_by=(0,),
        within=0.2,
    ),
}

largest_batch = Question(
    number="23.C",
    name="largest_batch",
    examine=examine_number(lambda: 9, tolerance=0.01, mistakes=BATCH_MISTAKES),
    takeaway="Nine images in one gradient come back after 80 steps. The ten factors of an image sum to 0, "
    "so a tenth image is harder to tell apart: that takes 600.",
    hints=(
        "Look at the upper half only: there all labels differ.",
        "Move the slider up until not all pictures are marked as found.",
        "Two settings are left at the right end of the slider. Try both.",
    ),
    mistakes=BATCH_MISTAKES,
)
