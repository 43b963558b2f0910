"""Checks of lesson 17 that look at the likelihood-ratio score of an image."""

from typing import Any

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Mistake
from lessons.dp.membership import likelihood_ratio_scores
from lessons.validation import Vector

SIZES = ((13, 7), (40, 25))  # (n_shadows, n): numbers of their own, and odd


def examine_scores(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Every number is known: ``observed``, margins with two spreads, memberships that are not half."""
    for n_shadows, n in SIZES:
        observed, margins, members = _case(n_shadows, n, rng)
        found = attempt.array(observed, margins, members, shape=(n,)).astype(float)
        right = likelihood_ratio_scores(observed, margins, members)
        if not _same(found, right):
            return _which_score(found, observed, margins, members)
    return None


def _case(n_shadows: int, n: int, rng: np.random.Generator) -> tuple[Vector, Vector, Any]:
    members = rng.random((n_shadows, n)) < 0.35
    members[0], members[1], members[2], members[3] = True, True, False, False
    place = rng.normal(scale=2.0, size=n)
    spread = rng.uniform(0.4, 2.5, size=n)
    margins = place + members * rng.uniform(0.5, 3.0, size=n)
    margins = margins + spread * np.where(members, 0.6, 1.4) * rng.normal(size=(n_shadows, n))
    return place + rng.normal(scale=2.0, size=n), margins, members


def _same(one: Vector, other: Vector) -> bool:
    return bool(np.allclose(one, other, rtol=1e-6, atol=1e-6))


def _fit(margins: Vector, chosen: Any) -> tuple[Vector, Vector]:
    """(means, distances from them of the chosen margins)."""
    means = np.sum(margins * chosen, axis=0) / chosen.sum(axis=0)
    return means, (margins - means)[chosen]


def _gaussian(x: Vector, mean: Any, deviation: Any) -> Vector:
    return np.asarray(-((x - mean) ** 2) / (2 * deviation**2) - np.log(deviation))


def _which_score(found: Vector, x: Vector, margins: Vector, members: Any) -> Found:
    right = likelihood_ratio_scores(x, margins, members)
    for code, value in _slips(x, margins, members, right).items():
        if _same(found, value):
            return Found(code.rstrip("_"))
    if np.abs(found - right).max() < 0.15 * np.abs(right).max():
        return Found("nearly")
    return Found("wrong", f"For the first image you give {found[0]:.4g}.")


def _slips(x: Vector, margins: Vector, members: Any, right: Vector) -> dict[str, Vector]:
    (mean_in, far_in), (mean_out, far_out) = _fit(margins, members), _fit(margins, ~members)
    s_in, s_out = np.sqrt(np.mean(far_in**2)), np.sqrt(np.mean(far_out**2))
    both = np.sqrt(np.mean(np.append(far_in, far_out) ** 2))
    own_in, own_out = (
        np.sqrt(np.sum((margins - mean) ** 2 * chosen, axis=0) / chosen.sum(axis=0))
        for mean, chosen in ((mean_in, members), (mean_out, ~members))
    )
    wide_in, wide_out = margins[members].std(), margins[~members].std()
    all_in, all_out = margins[members].mean(), margins[~members].mean()
    short_in, short_out = (margins * members).mean(axis=0), (margins * ~members).mean(axis=0)
    log_in, log_out = _gaussian(x, mean_in, s_in), _gaussian(x, mean_out, s_out)
    z_in, z_out = (x - mean_in) / s_in, (x - mean_out) / s_out
    half_log_two_pi = np.log(2 * np.pi) / 2
    with np.errstate(over="ignore"):
        ratio = np.exp(right)
    return {
        "upside_down": -right,
        "no_logarithm": ratio,
        "in_only": log_in,
        "in_only_": log_in - half_log_two_pi,
        "out_only": -log_out,
        "out_only_": half_log_two_pi - log_out,
        "one_deviation": _gaussian(x, mean_in, both) - _gaussian(x, mean_out, both),
        "own_deviation": _gaussian(x, mean_in, own_in) - _gaussian(x, mean_out, own_out),
        "deviation_of_everything": _gaussian(x, mean_in, wide_in)
        - _gaussian(x, mean_out, wide_out),
        "means_over_images": _gaussian(x, all_in, wide_in) - _gaussian(x, all_out, wide_out),
        "means_over_images_": _gaussian(x, all_in, s_in) - _gaussian(x, all_out, s_out),
        "variance_for_deviation": _gaussian(x, mean_in, s_in**2) - _gaussian(x, mean_out, s_out**2),
        "width_forgotten": (z_out**2 - z_in**2) / 2,
        "width_wrong": (z_out**2 - z_in**2) / 2 - np.log(s_out / s_in),
        "width_wrong_": (z_out**2 - z_in**2) / 2 + 2 * np.log(s_out / s_in),
        "half_forgotten": z_out**2 - z_in**2 + np.log(s_out / s_in),
        "half_forgotten_": z_out**2 - z_in**2,
        "divided_by_all": _gaussian(x, short_in, s_in) - _gaussian(x, short_out, s_out),
        "difference_of_distances": np.abs(x - mean_out) - np.abs(x - mean_in),
        "threshold_only": x,
        "threshold_only_": x - (mean_in + mean_out) / 2,
    }


SCORE_MISTAKES = {
    "upside_down": Mistake(
        "Your scores have the opposite sign: they are high for images that were out.",
        "ln of in over out: the network that had the image stands in the numerator.",
    ),
    "no_logarithm": Mistake(
        "You return the ratio of the densities; the score is its logarithm.",
        "The ratio overflows for telling images, and sums of logarithms are easier to compare.",
    ),
    "in_only": Mistake(
        "Your score looks at the networks that had the image and not at the others.",
        "An easy image is likely under both Gaussians: only the comparison tells anything.",
    ),
    "out_only": Mistake(
        "Your score looks at the networks that had not the image and not at the others.",
        "Carlini and others call that the offline attack, which is weaker; here there are both kinds.",
    ),
    "one_deviation": Mistake(
        "You use one standard deviation for networks with and without the image.",
        "With it the squares cancel and a straight line remains. Networks that had the image agree "
        "more than the others, and that is evidence too.",
    ),
    "own_deviation": Mistake(
        "You estimate a standard deviation for every image on its own.",
        "That pays when there are hundreds of shadow networks. With a dozen values per image the "
        "estimate is poor, so the exercise shares it between the images.",
    ),
    "deviation_of_everything": Mistake(
        "Your standard deviations are those of all margins, not of the distances from each image's mean.",
        "They then hold the differences between easy and hard images, which the attacker knows.",
    ),
    "means_over_images": Mistake(
        "You use one mean for all images.",
        "Then the score is one threshold for all again, in another dress: hard images look like "
        "non-members whatever happened.",
    ),
    "variance_for_deviation": Mistake(
        "You used the variance in place of the standard deviation.",
        "The exponent has (x − μ)²/(2σ²) with σ, the root of the mean square.",
    ),
    "width_forgotten": Mistake(
        "The logarithm of the two widths is missing.",
        "A density is divided by σ√(2π); the √(2π) cancels in the ratio, the σ do not.",
    ),
    "width_wrong": Mistake(
        "The logarithm of a width comes in with the wrong sign or factor.",
        "A density is divided by σ, not by σ²: its logarithm has −ln σ, once.",
    ),
    "half_forgotten": Mistake(
        "Your squares are twice as large as in a Gaussian density.",
        "The exponent of a Gaussian is −(x − μ)²/(2σ²).",
    ),
    "divided_by_all": Mistake(
        "Your means are too close to 0: by what do you divide the sum over the chosen networks?",
        "Networks that do not belong to the group count as zeros, but are counted.",
    ),
    "difference_of_distances": Mistake(
        "You compare distances from the two means; they are not yet likelihoods.",
        "A distance must be measured in standard deviations, and a Gaussian squares it.",
    ),
    "threshold_only": Mistake(
        "Your score rises with the margin by one unit per unit: the spread of the margins is not used.",
        "The margin itself, or its distance from the middle of the two means, ignores how widely "
        "the margins scatter.",
    ),
    "nearly": Mistake(
        "Nearly: your scores are close to those of (17.3), but not equal.",
        "Divide the sum of squares by how many margins there are, over all images together: not by "
        "one less, and not image by image with an average of the deviations.",
    ),
    "wrong": Mistake(
        "Your scores are not those of (17.3).",
        "Try one image and four networks by hand: two means, two deviations, two densities.",
    ),
}
