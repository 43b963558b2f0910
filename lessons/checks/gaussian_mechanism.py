"""Checks of lesson 13: the Gaussian mechanism and (ε, δ)."""

from math import log, pi, sqrt

import numpy as np
from scipy.special import ndtri

from lessons.checks import gaussian_mechanism_delta as curve
from lessons.checks import gaussian_mechanism_sigma as noise
from lessons.checks import gaussian_mechanism_sum as vectors
from lessons.checks.exercise import Exercise, Mistake, Question
from lessons.checks.gaussian_mechanism_sigma_mistakes import REPAIR_MISTAKES, SIGMA_MISTAKES
from lessons.checks.gaussian_mechanism_sum_mistakes import SUM_MISTAKES
from lessons.checks.laplace_mechanism import examine_near
from lessons.dp import gaussian
from lessons.dp.vectors import noise_of_many, private_sum

gaussian_delta = Exercise(
    number="13.1",
    name="gaussian_delta",
    reference=gaussian.gaussian_delta,
    examine=curve.examine_delta,
    takeaway="One number μ = Δ₂/σ decides the whole curve δ(ε), down to its last digit.",
    hints=(
        "Compute μ, then the two arguments of Φ on paper for σ = 1, Δ₂ = 1, ε = 1: they are −0.5 "
        "and −1.5, as in section 3.",
        "scipy.special.ndtr is Φ and keeps its digits far out in the left tail. What remains is "
        "e^ε times something tiny.",
        "scipy.special.log_ndtr is ln Φ. Add ε to the logarithm of the second Φ before you take "
        "the exponential.",
    ),
    mistakes=curve.DELTA_MISTAKES,
)

analytic_sigma = Exercise(
    number="13.2",
    name="analytic_sigma",
    reference=gaussian.analytic_sigma,
    examine=noise.examine_sigma,
    takeaway="Exact noise for every ε: solve δ(σ) = δ, and return the end at which the promise holds.",
    hints=(
        "δ falls when σ grows. Find one σ that is too small and one that is enough, then halve.",
        "What should the two starting points be when Δ₂ is 0.002, or 700? Only Δ₂/σ matters.",
        "Double the upper end until its δ is small enough. Then, a hundred times: take the middle; "
        "where its δ is at most delta it becomes the upper end, else the lower.",
    ),
    mistakes=SIGMA_MISTAKES,
)

repaired_sigma = Exercise(
    number="13.4",
    name="repaired_sigma",
    reference=noise.repaired_sigma,
    examine=noise.examine_repair,
    takeaway="Code that is only safe can still be wrong; an exact second route shows it.",
    hints=(
        "Compare the condition of the if with (13.5), term by term.",
        "terms has three entries. How many of them does the if below use?",
        "In (13.3) the neighbour's probability has a weight. Where is it in this code?",
    ),
    mistakes=REPAIR_MISTAKES,
)

private_vector_sum = Exercise(
    number="13.3",
    name="private_vector_sum",
    reference=private_sum,
    examine=vectors.examine_sum,
    takeaway="Clip the length of each row, add up, add Gaussian noise once: the heart of DP-SGD.",
    hints=(
        "Three steps: the length of each row, the rows shortened, then one sum with one noise.",
        "np.linalg.norm(rows, axis=1, keepdims=True) has shape (n, 1). What do you multiply a row by "
        "when its length is above C, and what when it is not?",
        "After clipping, one row more or less moves the sum by at most C: that is l2_sensitivity.",
    ),
    mistakes=SUM_MISTAKES,
)


# Question 13.A: the least σ for ε = 2, δ = 0.01

ASKED = {"epsilon": 2.0, "delta": 0.01}


def _tail_sigma() -> float:
    """σ at which Pr[L > 2] is 0.01: ε/μ − μ/2 = Φ⁻¹(0.99)."""
    z = -float(ndtri(ASKED["delta"]))
    return 1 / (sqrt(z * z + 2 * ASKED["epsilon"]) - z)


least_noise = Question(
    number="13.A",
    name="least_noise",
    examine=examine_near(
        lambda: gaussian.analytic_sigma(l2_sensitivity=1, **ASKED),
        tolerance=0.03,  # a step of the slider is 0.02
        slips={
            "classical": (sqrt(2 * log(1.25 / 0.01)) / 2, 0.02),
            "tail_of_the_loss": (_tail_sigma(), 0.03),
            "laplace": (0.5, 0.005),
            "variance": (gaussian.analytic_sigma(l2_sensitivity=1, **ASKED) ** 2, 0.015),
        },
    ),
    takeaway="δ is the dark area alone: the exact formula lets you stop earlier than the tail does.",
    hints=(
        "Set ε to 2.0. Which way must σ go for δ to fall?",
        "Read δ in the sentence below the picture, not Pr[L > ε].",
        "One step of σ changes δ by about 0.001 there; take the smallest σ whose δ is at most 0.01.",
    ),
    mistakes={
        "classical": Mistake(
            "That is the textbook formula, whose proof ends at ε = 1; the widget needs less noise.",
            "√(2 ln(1.25/δ))/ε at ε = 2 and δ = 0.01.",
        ),
        "tail_of_the_loss": Mistake(
            "There the whole area beyond ε is 0.01; δ is the dark part of it only.",
            "Pr[L > ε] counts in full what δ counts in part.",
        ),
        "laplace": Mistake(
            "1/ε is the scale of Laplace noise, and no δ enters it.",
            "Put σ there in the widget: δ is far above 0.01.",
        ),
        "variance": Mistake(
            "That is the variance; the slider shows the standard deviation.",
            "σ², where σ is asked for.",
        ),
    },
)


# Question 13.C: from how many statistics on Gaussian noise is smaller

CHOSEN = {"epsilon": 1.0, "delta": 1e-5}


def _crossing() -> float:
    """The smallest d at which the Gaussian standard deviation is below the Laplace one."""
    pairs = (noise_of_many(d, **CHOSEN) for d in range(1, 100))
    return float(next(d for d, (laplace, normal) in enumerate(pairs, 1) if normal < laplace))


_SIGMA = gaussian.analytic_sigma(l2_sensitivity=1, **CHOSEN)

fewest_statistics = Question(
    number="13.C",
    name="fewest_statistics",
    examine=examine_near(
        _crossing,
        tolerance=0.2,
        slips={
            "last_of_the_others": (_crossing() - 1, 0.2),
            "absolute_error": (float(np.ceil(_SIGMA**2 * 2 / pi)), 0.2),
            "scale_for_deviation": (float(np.ceil(_SIGMA**2)), 0.2),
            "classical": (float(np.ceil(log(1.25 / 1e-5))), 0.2),
            "both_by_the_root": (1.0, 0.2),
        },
    ),
    takeaway="d against √d: a few statistics want Laplace noise, many want Gaussian noise.",
    hints=(
        "ε = 1, δ = 1e-5, error as a standard deviation: move d until the two markers change places.",
        "The sentence below the picture says both numbers.",
        "√2·d = 3.7306·√d: solve for d, and think which whole number is the first beyond.",
    ),
    mistakes={
        "last_of_the_others": Mistake(
            "There Laplace noise is still the smaller one, barely.",
            "The question asks for the first d at which it is not.",
        ),
        "absolute_error": Mistake(
            "That is the answer for the mean absolute error; the question is about the standard deviation.",
            "Laplace noise has E|Z| = b, but a standard deviation of √2·b: its tails are long.",
        ),
        "scale_for_deviation": Mistake(
            "You compare σ with the scale of Laplace noise; its standard deviation is √2 times that.",
            "d/ε is the scale b; √2·b is what the widget draws.",
        ),
        "classical": Mistake(
            "That is the crossing for the textbook formula (13.10), with its larger σ.",
            "4.8448²/2: wasted noise makes the Gaussian look worse than it is.",
        ),
        "both_by_the_root": Mistake(
            "For a single number Gaussian noise is the larger one.",
            "At d = 1: √2 against 3.73.",
        ),
    },
)
