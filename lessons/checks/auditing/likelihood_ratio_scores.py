"""Check of Exercise 17.1: the scores of (17.i), for few and many images, near and far out."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.dp.auditing import membership
from lessons.validation import Vector

SIZES = ((4, 1), (5, 2), (13, 7), (40, 25), (257, 3), (16, 101))  # (n_shadows, n)
FAR = ((6, 2), (15, 9))  # observed so far out that both densities are 0 in floats


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Ask with two spreads, memberships that are not half, and margins of any size."""
    near = [_case(rng, *size) for size in SIZES] + [_case(rng, 15, 6, unit=(1e-3, 0.01))]
    near.append(_case(rng, 6, cases.one_of(rng, range(1100, 4700))))
    near.append(_case(rng, 60, 60, widths=(1.0, 1.0)))  # two spreads that are nearly equal
    even = _case(rng, 13, 7)  # a network that gives an image the probability 1/2: its margin is 0
    even["shadow_margins"][0, ::2] = even["shadow_margins"][2, 1::2] = 0.0
    near.append(even)
    one, other = (_case(rng, 13, 7) for _ in range(2))
    near += cases.one_at_a_time(one, **other)
    far = [_case(rng, *size, reach=100.0) for size in FAR]

    def fits(case: Case, got: Vector, right: Vector) -> bool:
        size = 1 + sum(np.abs(_side(**case, chosen=chosen)) for chosen in _groups(case))
        return bool((np.abs(got - right) <= 3 * attempt.tolerance * size).all())

    def compare(asked: list[Case], mistakes: Mapping[str, Mistake]) -> Found | None:
        return by_numbers(
            attempt,
            asked,
            right=membership.likelihood_ratio_scores,
            mistakes=mistakes,
            rng=rng,
            ask=_ask,
            fits=fits,
        )

    if found := compare(near, MISTAKES):
        return found
    found = compare(far, {"underflow": MISTAKES["underflow"]})
    if found is not None and found.code in ("not_finite", "raised"):
        return Found("underflow", found.details)
    return found


def _case(
    rng: np.random.Generator,
    n_shadows: int,
    n: int,
    *,
    reach: float = 2.0,
    unit: tuple[float, float] = (0.2, 30.0),
    widths: tuple[float, float] = (0.6, 1.4),
) -> Case:
    members = rng.random((n_shadows, n)) < 0.35
    members[:2], members[2:4] = True, False
    place = rng.normal(scale=2.0, size=n)
    spread = rng.uniform(0.4, 2.5, size=n)
    margins = place + members * rng.uniform(0.5, 3.0, size=n)
    margins = margins + spread * np.where(members, *widths) * rng.normal(size=(n_shadows, n))
    observed = place + reach * rng.choice([-1.0, 1.0], n) * rng.uniform(0.5, 2.0, n)
    scale = cases.spread(rng, *unit)
    return {
        "observed": scale * observed,
        "shadow_margins": scale * margins,
        "shadow_members": members,
    }


def _ask(attempt: Attempt, case: Case) -> Vector:
    return attempt.array(**case, shape=case["observed"].shape).astype(float)


def _groups(case: Case) -> tuple[Any, Any]:
    return case["shadow_members"], ~case["shadow_members"]


Shape = Callable[[Vector, Any, Any], Vector]  # of x, mean and deviation


def _gaussian(x: Any, mean: Any, deviation: Any) -> Any:
    return -((x - mean) ** 2) / (2 * deviation**2) - np.log(deviation)


def _density(x: Any, mean: Any, deviation: Any) -> Any:
    z = (x - mean) / deviation
    return np.exp(-(z**2) / 2) / (deviation * np.sqrt(2 * np.pi))


def _means(margins: Vector, chosen: Any) -> Any:
    return np.sum(margins * chosen, axis=0) / chosen.sum(axis=0)


def _spread(margins: Vector, chosen: Any) -> Any:
    return np.sqrt(np.mean((margins - _means(margins, chosen))[chosen] ** 2))


def _side(
    observed: Vector,
    shadow_margins: Vector,
    shadow_members: Any,
    chosen: Any,
    mean: Any = _means,
    spread: Any = _spread,
    shape: Shape = _gaussian,
) -> Vector:
    return shape(observed, mean(shadow_margins, chosen), spread(shadow_margins, chosen))


def _with(
    combine: Callable[[Any, Any], Any] = lambda inside, outside: inside - outside, **parts: Any
) -> Callable[..., Any]:
    """Make a wrong function with other ``parts``: a mean, a spread, a shape of the density."""

    def wrong(observed: Any, shadow_margins: Any, shadow_members: Any) -> Any:
        known = (observed, shadow_margins, shadow_members)
        inside, outside = (
            _side(*known, chosen, **parts) for chosen in (shadow_members, ~shadow_members)
        )
        return combine(inside, outside)

    return wrong


def _quietly(wrong: Callable[..., Any]) -> Callable[..., Any]:
    def quiet(observed: Any, shadow_margins: Any, shadow_members: Any) -> Any:
        with np.errstate(all="ignore"):
            return wrong(observed, shadow_margins, shadow_members)

    return quiet


def _own_spread(margins: Vector, chosen: Any) -> Any:
    squares = (margins - _means(margins, chosen)) ** 2 * chosen
    return np.sqrt(squares.sum(axis=0) / chosen.sum(axis=0))


def _unbiased(margins: Vector, chosen: Any) -> Any:
    return np.std((margins - _means(margins, chosen))[chosen], ddof=1)


def _common(observed: Any, shadow_margins: Any, shadow_members: Any) -> Any:
    groups = (shadow_members, ~shadow_members)
    both = [(shadow_margins - _means(shadow_margins, one))[one] for one in groups]
    spread = np.sqrt(np.mean(np.concatenate(both) ** 2))
    inside, outside = (_gaussian(observed, _means(shadow_margins, one), spread) for one in groups)
    return inside - outside


def _distance(x: Any, mean: Any, deviation: Any) -> Any:
    return -np.abs(x - mean)


def _width(factor: float, square: float = 0.5) -> Shape:
    """Make a density whose logarithm holds ``factor`` times ln σ and ``square`` times z²."""
    return lambda x, mean, deviation: (
        -square * ((x - mean) / deviation) ** 2 + factor * np.log(deviation)
    )


ROOT = np.log(2 * np.pi) / 2

MISTAKES = {
    "upside_down": Mistake(
        "Your scores have the opposite sign: they are high for images that were out.",
        "Take the logarithm of in over out: the networks that had the image belong in the numerator.",
        made_by=(_with(lambda inside, outside: outside - inside),),
    ),
    "no_logarithm": Mistake(
        "You return the ratio of the densities; the score is its logarithm.",
        "The ratio overflows for images that are easy to tell, and logarithms are easier to compare.",
        made_by=(
            _quietly(_with(lambda inside, outside: np.exp(inside - outside))),
            _quietly(_with(lambda inside, outside: inside / outside, shape=_density)),
        ),
    ),
    "one_side_only": Mistake(
        "Your score uses only one group of networks: those with the image, or those without.",
        "An easy image is likely under both Gaussians: only the comparison tells them apart. (With the "
        "networks without the image alone you get the weaker 'offline' attack of Carlini and others.)",
        made_by=(
            _with(lambda inside, outside: inside),
            _with(lambda inside, outside: inside - ROOT),
            _with(lambda inside, outside: -outside),
            _with(lambda inside, outside: ROOT - outside),
        ),
    ),
    "one_deviation": Mistake(
        "You use one standard deviation for networks with and without the image.",
        "Then the squares cancel and the score is a straight line in the margin. But networks that had "
        "the image agree more than the others, and that is evidence too.",
        made_by=(_common,),
    ),
    "own_deviation": Mistake(
        "You estimate a standard deviation for every image on its own.",
        "That helps when there are hundreds of shadow networks. With a dozen values per image the "
        "estimate is poor, so the exercise shares one estimate among all images.",
        made_by=(_with(spread=_own_spread),),
    ),
    "deviation_of_everything": Mistake(
        "Your standard deviations are those of all margins, not of the distances from each image's mean.",
        "They then include the differences between easy and hard images, which the attacker knows.",
        made_by=(_with(spread=lambda margins, chosen: margins[chosen].std()),),
    ),
    "means_over_images": Mistake(
        "You use one mean for all images.",
        "Then it is one threshold for all images again: a hard image looks like one that is out, "
        "whether it was in or not.",
        made_by=(
            _with(
                mean=lambda margins, chosen: margins[chosen].mean(),
                spread=lambda margins, chosen: margins[chosen].std(),
            ),
            _with(mean=lambda margins, chosen: margins[chosen].mean()),
        ),
    ),
    "variance_for_deviation": Mistake(
        "You used the variance in place of the standard deviation.",
        "In (x − μ)²/(2σ²), σ is the root of the mean squared distance.",
        made_by=(_with(spread=lambda margins, chosen: _spread(margins, chosen) ** 2),),
    ),
    "width_wrong": Mistake(
        "The logarithm of the two standard deviations is missing, or has a wrong sign or factor.",
        "A Gaussian density is divided by σ√(2π), so its logarithm contains −ln σ, once. In the ratio "
        "√(2π) cancels, and the two σ do not.",
        made_by=tuple(_with(shape=_width(factor)) for factor in (0, 1, -2, -0.5)),
    ),
    "half_forgotten": Mistake(
        "Your squares are twice as large as in a Gaussian density.",
        "The exponent of a Gaussian is −(x − μ)²/(2σ²).",
        made_by=(_with(shape=_width(-1, 1.0)), _with(shape=_width(0, 1.0))),
    ),
    "divided_by_all": Mistake(
        "Your means are wrong. By which number do you divide the sum over the chosen networks?",
        "Networks outside the group add 0 to the sum, so don't count them in the divisor either.",
        made_by=(
            _with(mean=lambda margins, chosen: (margins * chosen).mean(axis=0)),
            _with(
                mean=lambda margins, chosen: (margins * chosen).mean(axis=0),
                spread=lambda margins, chosen: np.sqrt(
                    np.mean((margins - (margins * chosen).mean(axis=0))[chosen] ** 2)
                ),
            ),
        ),
    ),
    "spread_ignored": Mistake(
        "Your score ignores how much the margins scatter.",
        "The margin itself, or its distances from the means, are not a likelihood. Measure each "
        "distance in standard deviations, and square it, as a Gaussian does.",
        made_by=(
            _with(shape=_distance),
            lambda observed, shadow_margins, shadow_members: observed,
            lambda observed, shadow_margins, shadow_members: (
                observed
                - _means(shadow_margins, shadow_members) / 2
                - _means(shadow_margins, ~shadow_members) / 2
            ),
        ),
    ),
    "nearly": Mistake(
        "Nearly: only your standard deviations differ a little from those of (17.i).",
        "Divide the sum of squares by the number of margins, over all images together: not by one "
        "less, and don't average over the images afterwards.",
        made_by=(
            _with(spread=lambda m, chosen: np.sqrt(np.mean(_own_spread(m, chosen) ** 2))),
            _with(spread=lambda m, chosen: np.mean(_own_spread(m, chosen))),
            _with(spread=_unbiased),
        ),
    ),
    "underflow": Mistake(
        "Right near the means, but not for a margin far from both: there your densities are 0.",
        "In floats e^(−z²/2) is 0 from z = 39 on, and 0/0 is no score. Take the logarithm on paper first.",
        made_by=(
            _quietly(_with(lambda inside, outside: np.log(inside / outside), shape=_density)),
            _quietly(_with(lambda a, b: np.log(a) - np.log(b), shape=_density)),
            _with(lambda a, b: np.log(a + 1e-300) - np.log(b + 1e-300), shape=_density),
        ),
    ),
}

likelihood_ratio_scores = Exercise(
    number="17.1",
    name="likelihood_ratio_scores",
    reference=membership.likelihood_ratio_scores,
    examine=examine,
    takeaway="Don't ask how large a margin is. Ask how unusual it is for this image.",
    hints=(
        "For one image: split its margins by whether the network had it. Two groups, two means.",
        "A product with the boolean table keeps one group and puts zeros elsewhere. How many are "
        "in the group? members.sum(axis=0).",
        "Put the distances of one group, each from its own image's mean, into one long list: they give "
        "one standard deviation. Then subtract the two log-densities at `observed`.",
    ),
    mistakes=MISTAKES,
)
