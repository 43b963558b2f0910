"""Question 54.A: what a mean costs that is right to 5 mg/dl."""

from math import log

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake

PATIENTS, UPPER, OFF = 304, 400, 5  # the lower bound, 100, plays no part
EXACT = UPPER * log(20) / (PATIENTS * OFF)  # 0.7883…: the least ε that keeps the promise
MOST = 0.795  # what is rounded up to two decimals

MISTAKES = {
    "rounded_down": Mistake(
        "That is the right price, rounded down: a little too much noise for the 95 %. Round up.",
        "A smaller ε means more noise, so the promise is kept by rounding up only.",
        made_by=(0.788, 0.78),
        within=3e-4,
    ),
    "bounds_apart": Mistake(
        "Your Δ₁ is upper − lower. How far does the sum move when somebody leaves the group?",
        "300 is the step of somebody who stays in the group. Who leaves it takes up to 400 along.",
        made_by=(300 * log(20) / (PATIENTS * OFF),),
        within=0.005,
    ),
    "scale_alone": Mistake(
        "There the *scale* of the noise is 5, and 37 % of the releases are off by more.",
        "95 % of the draws of Lap(b) lie within b·ln 20, about three times the scale (12.iv).",
        made_by=(UPPER / (PATIENTS * OFF),),
        within=0.005,
    ),
    "of_the_sum": Mistake(
        "That price makes the *sum* right to 5 mg/dl. You want the mean.",
        "The mean is the sum divided by the public 304, and its error is divided with it.",
        made_by=(EXACT * PATIENTS,),
        within=1.0,
    ),
}

price_of_five = Question(
    number="54.A",
    name="price_of_five",
    examine=examine_number(
        lambda: (EXACT + MOST) / 2, tolerance=(MOST - EXACT) / 2 + 1e-12, mistakes=MISTAKES
    ),
    takeaway="ε = 400 · ln 20/(304 · 5) = 0.7883…, so 0.79 on the form: a budget of 1 buys one such mean.",
    hints=(
        "Lesson 12 says how far Laplace noise reaches: with probability 95 % it is at most b · ln 20.",
        "The mean is the released sum divided by 304. By how much may the sum be off?",
        "Set Δ₁/ε · ln 20 equal to 5 · 304, with the Δ₁ of your release, and solve for ε.",
    ),
    mistakes=MISTAKES,
)
