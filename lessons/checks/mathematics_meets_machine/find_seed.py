"""Check of Exercise 18.4: the entry of the list that explains every cell, or None."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from lessons.checks.engine import cases, kinds
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case, told
from lessons.dp.exact import seeds as reference
from lessons.validation import Vector


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw lists in any order, with and without the seed; few and many cells, small and large counts.

    In the last ones some cells got other noise, so that no seed explains all of them.
    """
    asked: list[Case] = []
    for n, top, n_seeds, there in (
        *((1, 4, 1, True),) * 64,  # the rounding goes up, down, or is none
        (3, 5, 2, True),
        (3, 5, 2, False),
        (2, 60, 9, True),
        (5, 60, 40, False),
        (6, 60, 120, True),
        (9, 9000, 60, True),
        (60, 4, 60, True),
        (4, 90, 1200, True),
    ):
        base = cases.one_of(rng, (0, 300, 70_000, 2**40))
        base = {2: 300, 60: 2**40}.get(n_seeds, base)
        near = base + rng.permutation(n_seeds + 200)
        place = {120: -1, 9: 0, 1200: -9}.get(n_seeds, cases.one_of(rng, range(n_seeds)))
        seeds = near[:n_seeds].tolist()
        seed = int(seeds[place])
        if not there:
            seeds = [one for one in seeds if one not in (base, base + 2, base + 19)]
            seeds, seed = [base + 19, *seeds, base], base + 2
        asked.append(_cells(rng, n=n, seed=seed, top=top, seeds=seeds))
    asked.append(_cells(rng, n=5, seed=0, top=9, seeds=[7, 0, 3]))
    one = _cells(rng, n=6, seed=611, top=90, seeds=[4, 611, 77])
    other = _cells(rng, n=6, seed=77, top=90, seeds=[], epsilon=one["epsilon"])["releases"]
    asked += cases.one_at_a_time(
        one, releases=other, epsilon=one["epsilon"] / 1.3, seeds=[4, 610, 77]
    )
    asked.append(_cells(rng, n=100, seed=8, top=900, seeds=[8, 5, 2], epsilon=1e-3))
    for wrong in ({"inverted": True}, {"sign": -1}):
        asked.append(_cells(rng, n=5, seed=70, top=90, seeds=[41, 70], **wrong))
    for shift, cells in (
        (0.37, [-2, -1]),
        (0.03, [-2, -1]),
        (1e-3, [-2, -1]),
        (0.4, [-1]),
        (0.4, [0]),
        (0.4, [4]),
    ):
        seed = cases.one_of(rng, range(100, 10**5))
        case = _cells(rng, n=9, seed=seed, top=9000, seeds=[seed, seed + 9])
        case["releases"][cells] += 3000 + shift * np.array([1, -1])[: len(cells)]
        asked.append(case)
    return asked


def _cells(
    rng: np.random.Generator,
    *,
    n: int,
    seed: int,
    top: int,
    seeds: list[int],
    inverted: bool = False,
    sign: int = 1,
    epsilon: float = 0.0,
) -> Case:
    """Counts below ``top`` with the noise of ``seed``; or with another scale or sign: then none fits."""
    epsilon = epsilon or cases.spread(rng, 0.15, 0.6)
    noise = sign * _noise(seed, epsilon if inverted else 1 / epsilon, n)
    return {"releases": rng.integers(0, top, size=n) + noise, "epsilon": epsilon, "seeds": seeds}


def _noise(seed: int, scale: float, n: int) -> Vector:
    return scale * _unscaled(seed, n)


@lru_cache(maxsize=10_000)
def _unscaled(seed: int, n: int) -> Vector:
    """The noise of scale 1: NumPy multiplies it by the scale, and so can we, a thousand times."""
    return np.random.default_rng(seed).laplace(size=n)


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The seed must be found wherever it stands, and nobody accused when it is not there."""
    found = by_numbers(
        attempt,
        ask(rng),
        right=_right,
        mistakes=MISTAKES,
        rng=rng,
        ask=_ask,
        fits=lambda case, got, right: got == right,
        words=_why,
    )
    if found is not None and found.code in ("compared_exactly", "one_side_of_whole"):
        return _never_found(attempt, rng) or found
    return found


def _never_found(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Whether it misses a seed that leaves exactly whole numbers: no rounding is to blame then."""
    while True:
        seed = cases.one_of(rng, range(10**5))
        case = _cells(rng, n=1, seed=seed, top=90, seeds=[seed])
        rest = case["releases"] - _noise(seed, 1 / case["epsilon"], 1)
        if (rest == np.round(rest)).all():
            got = _ask(attempt, case)
            words = f"For {told(case)} you get {got}{_why(case, got, seed)}"
            return Found("counterexample", words) if got is None else None


def _ask(attempt: Attempt, case: Case) -> int | None:
    results: list[int] = []
    end = attempt.ending(lambda: results.append(int(attempt.value(kinds.integer, **case))))
    if end is not None and end.code != "returned_none":
        raise Ended(end)
    return results[0] if results else None


def _why(case: Case, got: int | None, right: int | None) -> str:
    if got is None:
        return ", but one of the seeds makes all cells whole."
    if got not in case["seeds"]:
        return ", which is not in the list."
    releases, epsilon = case["releases"], case["epsilon"]
    rest = releases - _noise(got, 1 / epsilon, len(releases))
    worst = int(np.argmax(np.abs(rest - np.round(rest))))
    return f", but this seed leaves {rest[worst]:.6g} of cell {worst}, which is not a whole number."


Rule = Callable[[Vector], Any]


def _whole(rest: Vector, near: float = 1e-6) -> Any:
    return np.abs(rest - np.round(rest)) < near


def _first(rule: Rule, *, inverted: bool = False, sign: int = 1) -> Callable[..., Any]:
    """Make a wrong function: the first seed for which ``rule`` likes what is left of the releases."""

    def wrong(releases: Vector, *, epsilon: float, seeds: list[int]) -> int | None:
        scale = epsilon if inverted else 1 / epsilon
        for seed in seeds:
            if rule(releases - sign * _noise(seed, scale, len(releases))):
                return seed
        return None

    return wrong


def _all_whole(rest: Vector) -> Any:
    return _whole(rest).all()


def _within(near: float) -> Callable[..., Any]:
    return _first(lambda rest: _whole(rest, near).all())


def _best(releases: Vector, *, epsilon: float, seeds: list[int]) -> int:
    def misfit(seed: int) -> float:
        rest = releases - _noise(seed, 1 / epsilon, len(releases))
        return float(np.abs(rest - np.round(rest)).max())

    return min(seeds, key=misfit)


_right = _first(_all_whole)  # as the reference, with noise that is drawn once
MISTAKES = {
    "returned_none": Mistake(
        "The seed is in the list, and your function never finds it.",
        "Is the return missing? If not, look at the noise: scale 1/ε, a new generator for every seed, "
        "one draw for all cells, subtracted from the releases.",
        made_by=(lambda releases, *, epsilon, seeds: None,),
    ),
    "compared_exactly": Mistake(
        "You ask for exactly whole numbers, but the right seed does not leave them.",
        "The sum was rounded, so release − noise misses the whole number by about 1e-15, or "
        "more when the counts are large. Allow a small distance here, such as 1e-6, and not ==.",
        made_by=(
            _first(lambda rest: (rest == np.round(rest)).all()),
            _first(lambda rest: (rest % 1 == 0).all()),
        ),
    ),
    "one_side_of_whole": Mistake(
        "You accept numbers just above a whole number, but not those just below.",
        "4.999999 % 1 is 0.999999. What counts is the distance to the nearest whole number.",
        made_by=(_first(lambda rest: (rest % 1 < 1e-6).all()),),
    ),
    "scale_inverted": Mistake(
        "Your noise has the scale ε, but the releases were made with 1/ε.",
        "A generator multiplies its draw by the scale. With another scale no cell comes out whole.",
        made_by=(_first(_all_whole, inverted=True),),
    ),
    "noise_added": Mistake(
        "You add the noise once more. Subtract it.",
        "release = count + noise, so count = release − noise.",
        made_by=(_first(_all_whole, sign=-1),),
    ),
    "accuses_anyway": Mistake(
        "No seed of the list fits, but your function names one all the same.",
        "Return None after the loop: an attack that always names somebody proves nothing.",
        made_by=(_best,),
    ),
    "some_cells_only": Mistake(
        "You name a seed that does not make all cells whole.",
        "Every single cell must fit. One cell within 0.01 fits for every fiftieth seed by chance, and a "
        "sum that fits proves little.",
        made_by=(
            _first(lambda rest: _whole(rest[0])),
            _first(lambda rest: _whole(rest[:5]).all()),
            _first(lambda rest: _whole(rest).any()),
            _first(lambda rest: _whole(rest).mean() > 0.5),
            _first(lambda rest: _whole(rest.sum())),
        ),
    ),
    "too_tolerant": Mistake(
        "You name a seed that leaves cells a thousandth or more away from whole.",
        "Rounding costs 1e-12 at most. np.allclose allows a hundred-thousandth of the *count* as well: "
        "0.05 for a count of 5000. A large tolerance lets wrong seeds through.",
        made_by=(
            *map(_within, (0.01, 0.05, 0.2)),
            _first(lambda rest: np.allclose(rest, np.round(rest))),
        ),
    ),
    "not_a_candidate": Mistake(
        "You name a seed that is not in the list.",
        "Try the entries of seeds, in whatever order they come, and no others.",
        made_by=(
            lambda releases, *, epsilon, seeds: -1,
            lambda releases, *, epsilon, seeds: _right(
                releases,
                epsilon=epsilon,
                seeds=range(min(seeds), min(max(seeds), min(seeds) + 400) + 1),
            ),
        ),
    ),
    "position": Mistake(
        "You return the place in the list, not the seed that stands there.",
        "Return seeds[i], or loop over the seeds themselves.",
        made_by=(
            lambda releases, *, epsilon, seeds: (
                None
                if (seed := _right(releases, epsilon=epsilon, seeds=seeds)) is None
                else seeds.index(seed)
            ),
        ),
    ),
    "returned_counts": Mistake(
        "You return the counts, but the exercise wants the seed.",
        "With the seed the counts follow: releases minus the noise.",
        made_by=(
            lambda releases, *, epsilon, seeds: (
                None
                if (seed := _right(releases, epsilon=epsilon, seeds=seeds)) is None
                else np.round(releases - _noise(seed, 1 / epsilon, len(releases)))
            ),
        ),
    ),
}

find_seed = Exercise(
    number="18.4",
    name="find_seed",
    reference=reference.find_seed,
    examine=examine,
    takeaway="Noise that can be computed again hides nothing. The seed is a key: keep it as secret as one.",
    hints=(
        "For one seed: build the generator, draw the noise of all cells, subtract. What is special "
        "about what is left if the seed is right?",
        "Counts are whole numbers. How far from whole may release − noise be, when the sum was rounded?",
        "Loop over seeds. Return the first for which all cells are within 1e-6 of a whole number. After "
        "the loop return None.",
    ),
    mistakes=MISTAKES,
)
