"""Questions 15.B and 15.C."""

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake

# Question 15.B: the smallest noise at which RDP gives ε <= 1 for q = 0.01, T = 10 000, δ = 1e-5

NOISE_MISTAKES = {
    "one_step_early": Mistake(
        "At this noise ε is still a little above 1.",
        "A promise of 1 is broken by 1.007: round up, never down.",
        made_by=(4.05,),
        within=0.076,
    ),
    "old_conversion": Mistake(
        "That much is needed with the conversion of 2017; the black curve uses (15.vi).",
        "ε(α) + ln(1/δ)/(α − 1) is right as well, but larger.",
        made_by=(5.0,),
        within=0.06,
    ),
    "other_accountant": Mistake(
        "That is enough by the privacy loss distribution; the question asks for Rényi DP.",
        "Rényi DP gives an upper bound on ε, so it asks for more noise than you need.",
        made_by=(3.85,),
        within=0.08,
    ),
    "best_order_given": Mistake(
        "That is about the best order; the question asks for the noise multiplier.",
        "You read the horizontal axis; the noise multiplier is a slider.",
        made_by=(17.5,),
        within=1,
    ),
}

least_noise = Question(
    number="15.B",
    name="least_noise",
    examine=examine_number(
        lambda: 4.1665,
        tolerance=0.041,  # 4.2 is the position of the slider, 4.1253 the exact answer; 4.1 is too low
        mistakes=NOISE_MISTAKES,
    ),
    takeaway="The best order moves with the noise, so an accountant searches for it anew in every run.",
    hints=(
        "Set q = 0.01 and T = 10 000, then move the noise multiplier and read ε at the black dot.",
        "ε falls when the noise grows. Take the first position at which the caption says 1 or less.",
        "It lies a little above 4.",
    ),
    mistakes=NOISE_MISTAKES,
)

# Question 15.C: the steps until ε = 2 for q = 0.01, σ = 1, δ = 1e-5

STEPS_MISTAKES = {
    "by_rdp": Mistake(
        "That many are allowed by Rényi DP; the privacy loss distribution allows more.",
        "The run is the same, and so is its true ε; only the bound is better.",
        made_by=(835,),
        within=75,
    ),
    "by_strong_composition": Mistake(
        "That many are allowed by composition of amplified steps, the loosest of the three.",
        "Six steps instead of a thousand: a sound bound, and useless for training.",
        made_by=(6,),
        within=1.8,
    ),
    "one_step_too_far": Mistake(
        "There ε is already above 2.",
        "A promise of 2 is broken by 2.05, and by 2.01: take the last position that keeps it.",
        made_by=(1276.5,),
        within=73.5,
    ),
    "round_thousand": Mistake(
        "ε is still below 1.9 there: a few more steps are allowed.",
        "The slider moves by factors; look at the positions after 1000.",
        made_by=(1000,),
        within=30,
    ),
}

steps_allowed = Question(
    number="15.C",
    name="steps_allowed",
    examine=examine_number(
        lambda: 1138.5,
        tolerance=63.5,  # from 1122, the position of the slider, and a little, to 1202: there ε is 2
        mistakes=STEPS_MISTAKES,
    ),
    takeaway="A tighter account of the same run is worth hundreds of training steps.",
    hints=(
        "Set q = 0.01 and the noise multiplier to 1, then move the steps.",
        "Read the number for the privacy loss distribution, the lowest of the three.",
        "It is somewhat more than a thousand.",
    ),
    mistakes=STEPS_MISTAKES,
)
