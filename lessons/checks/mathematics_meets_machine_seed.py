"""Check of Exercise 18.4: the seed behind the noise."""

from typing import Any

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Mistake
from lessons.validation import Vector

SETTINGS = ((0.8, 6, 3100), (0.25, 4, 40), (1.7, 60, 777))  # (ε, number of cells, seed)
N_SEEDS = 400


def examine_find_seed(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The seed must be found in a shuffled list, for any ε and any number of cells, or None given."""
    for epsilon, n, seed in SETTINGS:
        others = rng.choice(np.arange(5000, 90_000), size=N_SEEDS - 1, replace=False)
        seeds = rng.permutation(np.append(others, seed)).tolist()
        releases = _released(rng, epsilon=epsilon, n=n, seed=seed)
        result = attempt(releases, epsilon=epsilon, seeds=seeds)
        found = _of(result, seed, releases, seeds, epsilon=epsilon)
        if found is not None:
            return found
    seeds = rng.choice(np.arange(100, 3000), size=N_SEEDS, replace=False).tolist()
    nothing = attempt(_released(rng, epsilon=0.8, n=6, seed=3100), epsilon=0.8, seeds=seeds)
    if nothing is not None:
        return Found("accuses_anyway")
    return _all_but_two_cells(attempt, rng)


def _all_but_two_cells(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Two cells got other noise, up and down by the same: this seed does not explain them."""
    for code, shift in (("first_cell_only", 0.37), ("too_tolerant", 0.03)):
        releases = _released(rng, epsilon=0.8, n=9, seed=3100)
        releases[-2:] += shift, -shift
        if attempt(releases, epsilon=0.8, seeds=[3100, 41]) is not None:
            return Found(code)
    return None


def _released(rng: np.random.Generator, *, epsilon: float, n: int, seed: int) -> Vector:
    counts = rng.integers(0, 60 if n < 20 else 4, size=n)  # small ones: the rounding shows
    return np.asarray(counts + np.random.default_rng(seed).laplace(scale=1 / epsilon, size=n))


def _of(
    result: Any, seed: int, releases: Vector, seeds: list[int], *, epsilon: float
) -> Found | None:
    if result is None:
        return Found("returned_none")
    if isinstance(result, np.ndarray) and result.shape == ():
        result = result[()]
    if isinstance(result, list | tuple | np.ndarray) and len(result) == len(releases):
        return Found("returned_counts")
    if isinstance(result, bool | np.bool_) or not isinstance(result, int | np.integer):
        return Found("wrong_type", f"Wanted one of the seeds, got {type(result).__name__}.")
    if int(result) == seed:
        return None
    if 0 <= int(result) < len(seeds) and seeds[int(result)] == seed:
        return Found("position")
    if int(result) not in seeds:
        return Found("not_a_candidate")
    misfit = _misfit(int(result), releases, epsilon=epsilon)
    if misfit.max() < 0.25:
        return Found("too_tolerant")
    one_fits = misfit[0] < 0.021 or misfit.min() < 1e-6
    return Found("first_cell_only" if one_fits else "wrong_seed")


def _misfit(seed: int, releases: Vector, *, epsilon: float) -> Vector:
    """How far from whole this seed leaves each cell."""
    rests = releases - np.random.default_rng(seed).laplace(scale=1 / epsilon, size=len(releases))
    return np.asarray(np.abs(rests - np.round(rests)))


SEED_MISTAKES = {
    "returned_none": Mistake(
        "The seed is in the list, and your function does not find it.",
        "Compare with a small tolerance: the sum was rounded, so release − noise misses the whole number "
        "by 1e-15. Scale 1/ε, a new generator for every seed, one draw of all cells.",
    ),
    "accuses_anyway": Mistake(
        "No seed of the list fits, and your function names one all the same.",
        "Return None after the loop: an attack that always names somebody proves nothing.",
    ),
    "first_cell_only": Mistake(
        "You name a seed that does not make all cells whole.",
        "Every single cell must fit: one within 0.01 happens for every fiftieth seed, and a sum that "
        "fits proves little.",
    ),
    "too_tolerant": Mistake(
        "You name a seed that leaves cells a few hundredths or more away from whole.",
        "Rounding costs 1e-15. A wide tolerance lets wrong seeds through when cells are few.",
    ),
    "wrong_seed": Mistake(
        "You name another seed of the list.",
        "Does your condition use the releases, and all of them?",
    ),
    "not_a_candidate": Mistake(
        "You name a seed that is not in the list.",
        "Try the entries of seeds, in whatever order they come.",
    ),
    "position": Mistake(
        "You return the place in the list; the seed stands there.",
        "Return seeds[i], or loop over the seeds themselves.",
    ),
    "returned_counts": Mistake(
        "You return the counts; the exercise wants the seed.",
        "With the seed the counts follow: releases minus the noise.",
    ),
}
