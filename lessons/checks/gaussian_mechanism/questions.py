"""Questions 13.A and 13.C: the least σ for one promise, and from where on Gaussian noise is smaller."""

from functools import cache
from math import ceil, log, pi, sqrt

from scipy.special import ndtri

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake
from lessons.dp.mechanisms.gaussian import analytic_sigma, noise_of_many

# Question 13.A: the least σ for ε = 2, δ = 0.01, which is 1.1163

ASKED = {"epsilon": 2.0, "delta": 0.01}
ACCEPTED = (1.115, 1.14)  # from the least σ, rounded, to the first step of the slider above it


@cache
def _least() -> float:
    return analytic_sigma(l2_sensitivity=1, **ASKED)


def _tail_sigma() -> float:
    """σ at which Pr[L > 2] is 0.01: ε/μ − μ/2 = Φ⁻¹(0.99)."""
    z = -float(ndtri(ASKED["delta"]))
    return 1 / (sqrt(z * z + 2 * ASKED["epsilon"]) - z)


NOISE_MISTAKES = {
    "classical": Mistake(
        "That is the textbook formula, whose proof ends at ε = 1; the widget needs less noise.",
        "√(2 ln(1.25/δ))/ε at ε = 2 and δ = 0.01.",
        made_by=(sqrt(2 * log(1.25 / 0.01)) / 2,),
        within=0.02,
    ),
    "tail_of_the_loss": Mistake(
        "There the whole area beyond ε is 0.01; δ is the dark part of it only.",
        "Pr[L > ε] counts in full what δ counts in part.",
        made_by=(_tail_sigma,),
        within=0.03,
    ),
    "laplace": Mistake(
        "1/ε is the scale of Laplace noise, and no δ enters it.",
        "Put σ there in the widget: δ is far above 0.01.",
        made_by=(0.5,),
        within=0.005,
    ),
    "variance": Mistake(
        "That is the variance; the slider shows the standard deviation.",
        "σ², where σ is asked for.",
        made_by=(lambda: _least() ** 2,),
        within=0.015,
    ),
}

least_noise = Question(
    number="13.A",
    name="least_noise",
    examine=examine_number(
        lambda: sum(ACCEPTED) / 2,
        tolerance=(ACCEPTED[1] - ACCEPTED[0]) / 2 + 1e-9,
        mistakes=NOISE_MISTAKES,
    ),
    takeaway="δ is the dark area alone: the exact formula lets you stop earlier than the tail does.",
    hints=(
        "Set ε to 2.0. Which way must σ go for δ to fall?",
        "Read δ in the sentence below the picture, not Pr[L > ε].",
        "Your sigma_for(l2_sensitivity=1, epsilon=2, delta=0.01) finds it too.",
    ),
    mistakes=NOISE_MISTAKES,
)

# Question 13.C: from how many statistics on Gaussian noise is smaller

CHOSEN = {"epsilon": 1.0, "delta": 1e-5}


@cache
def _crossing() -> float:
    """The smallest d at which the Gaussian standard deviation is below the Laplace one."""
    pairs = (noise_of_many(d, **CHOSEN) for d in range(1, 100))
    return float(next(d for d, (laplace, normal) in enumerate(pairs, 1) if normal < laplace))


def _variance() -> float:
    return analytic_sigma(l2_sensitivity=1, **CHOSEN) ** 2


NUMBER_MISTAKES = {
    "last_of_the_others": Mistake(
        "There Laplace noise is still the smaller one, barely.",
        "The question asks for the first d at which it is not.",
        made_by=(lambda: _crossing() - 1,),
    ),
    "absolute_error": Mistake(
        "That is the answer for the mean absolute error; the question is about the standard deviation.",
        "Laplace noise has E|Z| = b, but a standard deviation of √2·b: its tails are long.",
        made_by=(lambda: float(ceil(_variance() * 2 / pi)),),
    ),
    "scale_for_deviation": Mistake(
        "You compare σ with the scale of Laplace noise; its standard deviation is √2 times that.",
        "d/ε is the scale b; √2·b is what the widget draws.",
        made_by=(lambda: float(ceil(_variance())),),
    ),
    "classical": Mistake(
        "That is the crossing for the textbook formula (13.x), with its larger σ.",
        "4.8448²/2: wasted noise makes the Gaussian look worse than it is.",
        made_by=(float(ceil(log(1.25 / 1e-5))),),
    ),
    "both_by_the_root": Mistake(
        "For a single number Gaussian noise is the larger one.",
        "At d = 1: √2 against 3.73.",
        made_by=(1.0,),
    ),
}

fewest_statistics = Question(
    number="13.C",
    name="fewest_statistics",
    examine=examine_number(_crossing, tolerance=0.01, mistakes=NUMBER_MISTAKES),
    takeaway="d against √d: a few statistics want Laplace noise, many want Gaussian noise.",
    hints=(
        "ε = 1, δ = 1e-5, error as a standard deviation: move d until the two markers change places.",
        "The sentence below the picture says both numbers.",
        "√2·d = 3.7306·√d: solve for d, and think which whole number is the first beyond.",
    ),
    mistakes=NUMBER_MISTAKES,
)
