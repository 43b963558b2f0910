"""Check of Exercise 32.4: up to (n − t − 1)/2 liars are named, also when they agree on one lie."""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

import numpy as np

import lessons.checks.shamir.fields as fields
from lessons.checks.additive_sharing.rings import element
from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case, shown

Pairs = list[tuple[int, int]]  # (point, share)


def reference(
    shares: Sequence[int], points: Sequence[int], *, threshold: int, modulus: int
) -> list[int]:
    """The polynomial through most shares is the honest one; who is not on it lies."""
    outside = []
    for base in combinations(range(len(points)), threshold + 1):
        outside.append(_outside(base, shares, points, modulus))
        if 2 * len(outside[-1]) < len(points) - threshold:
            break  # no other polynomial is on as many
    return min(outside, key=len)


def _outside(
    base: Sequence[int], shares: Sequence[int], points: Sequence[int], modulus: int
) -> list[int]:
    """The points, in rising order, whose shares do not lie on the polynomial through ``base``."""
    ys, xs = [shares[i] for i in base], [points[i] for i in base]
    pairs = zip(points, shares, strict=True)
    return sorted(x for x, y in pairs if fields.value_at(x, ys, xs, modulus) != y)


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Liars at every place, alone, at random, and together on a polynomial of their own."""
    asked = _asked(rng)
    return by_numbers(
        attempt,
        asked,
        right=reference,
        mistakes=MISTAKES,
        rng=rng,
        ask=lambda attempt, case: attempt.value(fields.WHOLE, **case),
        words=_fault,
    )


def _asked(rng: np.random.Generator) -> list[Case]:
    asked: list[Case] = []
    for n, threshold, modulus in (
        (2, 1, 11),
        (3, 0, 7),
        (3, 1, 5),
        (4, 1, 7),
        (4, 2, 2**61 - 1),
        (5, 2, 101),
        (6, 1, 11),
        (6, 3, 13),
        (7, 2, 11),
        (7, 2, 2**31 - 1),
        (5, 1, 7),
        (6, 2, 257),
        (8, 2, 11),
        (8, 3, 11),
        (5, 0, 2**31 - 1),
    ):
        most = (n - threshold - 1) // 2
        settings = [(0, "first", False)]
        if most:
            settings += [(most, place, True) for place in ("first", "last", "apart", "anywhere")]
            settings += [(most, "anywhere", False), (1, "anywhere", False)]
        asked += [_lies(rng, n, threshold, modulus, *one) for one in settings]
    hard = [_lies(rng, 10, 3, 101, 3, "anywhere", agree) for agree in (True, False)]  # 1 set of 6
    return [*asked, *_one_other_argument(rng), *hard]


def _one_other_argument(rng: np.random.Generator) -> list[Case]:
    """Cases that differ in one argument only, and in the liars."""
    level, odd, *_ = rng.permutation(101).tolist()
    xs = fields.points(rng, 5, 101)
    constant = {"shares": [level] * 4 + [odd], "points": xs, "threshold": 1, "modulus": 101}
    asked = cases.one_at_a_time(constant, shares=[odd] + [level] * 4, points=xs[2:] + xs[:2])
    curve = [(level + (x - xs[0]) * (x - xs[1])) % 101 for x in xs]  # level at two points
    by_degree = {"shares": [*curve[:4], level], "points": xs, "threshold": 0, "modulus": 101}
    asked += cases.one_at_a_time(by_degree, threshold=2)
    while True:  # parties 1 and 2 tell the truth; over Z_11 party 3 too, over Z_13 party 4
        points = fields.points(rng, 4, 11)
        shares = rng.integers(11, size=2).tolist()
        on = {p: [fields.value_at(x, shares, points[:2], p) for x in points] for p in (11, 13)}
        shares += [on[11][2], on[13][3]]
        if shares[3] < 11 and shares[3] != on[11][3] and shares[2] != on[13][2]:
            one = {"shares": shares, "points": points, "threshold": 1, "modulus": 11}
            return asked + cases.one_at_a_time(one, modulus=13)


def _lies(
    rng: np.random.Generator,
    n: int,
    threshold: int,
    modulus: int,
    n_liars: int,
    place: str,
    agree: bool,
) -> Case:
    """Shares of which some are wrong; those that ``agree`` lie on one other polynomial."""
    xs = fields.points(rng, n, modulus)
    true = [element(rng, modulus) for _ in range(threshold + 1)]
    shares = fields.values(true, xs, modulus)
    order = rng.permutation(n).tolist() if place == "anywhere" else list(range(n))
    if place == "apart":  # then few neighbours are honest
        order.insert(1, order.pop(n // 2))
    liars = order[::-1][:n_liars] if place == "last" else order[:n_liars]
    fooled = [i for i in order if i not in liars][:threshold]  # there both polynomials meet
    factor = 1 + element(rng, modulus - 1)
    for i in liars:
        move = factor if agree else 1 + element(rng, modulus - 1)
        for j in fooled if agree else []:
            move = move * (xs[i] - xs[j]) % modulus
        shares[i] = (shares[i] + move) % modulus
    return {"shares": shares, "points": xs, "threshold": threshold, "modulus": modulus}


def _fault(case: Case, got: list[int], truth: list[int]) -> str:
    """Say what the accusation misses, not whom."""
    if sorted(got) == truth:
        return ": each liar once, in rising order."
    if set(got) - set(case["points"]):
        return f", but the parties stand at the points {shown(case['points'])}."
    left = [x for x in case["points"] if x not in got]
    at = dict(zip(case["points"], case["shares"], strict=True))
    base = left[: case["threshold"] + 1]
    fits = all(
        fields.value_at(x, [at[b] for b in base], base, case["modulus"]) == at[x] for x in left
    )
    if len(base) <= case["threshold"]:
        return ", which leaves too few to reconstruct."
    if not fits:
        return ", but the shares of the others do not lie on one polynomial."
    return f", but another polynomial passes through more than {len(left)} of the shares."


def _first(
    good: Callable[[int, int, int], bool], bases: Callable[[int, int], Any] | None = None
) -> Callable[..., list[int]]:
    """Make a wrong function that takes the first polynomial with ``good(on it, n, t)`` shares."""

    def wrong(
        shares: Sequence[int], points: Sequence[int], *, threshold: int, modulus: int
    ) -> list[int]:
        n = len(points)
        every = bases(n, threshold + 1) if bases else combinations(range(n), threshold + 1)
        found: list[int] = []
        for base in every:
            found = _outside(base, shares, points, modulus)
            if good(n - len(found), n, threshold):
                return found
        return found

    return wrong


def _neighbours(
    shares: Sequence[int], points: Sequence[int], *, threshold: int, modulus: int
) -> list[int]:
    n = len(points)
    windows = [[(i + k) % n for k in range(threshold + 1)] for i in range(n)]
    return min((_outside(one, shares, points, modulus) for one in windows), key=len)


def _one_by_one(
    shares: Sequence[int], points: Sequence[int], *, threshold: int, modulus: int
) -> list[int]:
    """Leave out one party whose absence makes the others fit: two liars are never found."""
    n, everybody = len(points), list(range(len(points)))
    if not _outside(everybody[: threshold + 1], shares, points, modulus):
        return []
    for i in everybody if n > threshold + 2 else []:
        left = [k for k in everybody if k != i]
        out = _outside(left[: threshold + 1], shares, points, modulus)
        if out in ([points[i]], []):
            return out
    return []


def _changed(change: Callable[[list[int], list[int], list[int]], list[int]]) -> Any:
    """Make a wrong function that gives ``change(liars, points, shares)``."""

    def wrong(
        shares: Sequence[int], points: Sequence[int], *, threshold: int, modulus: int
    ) -> list[int]:
        liars = reference(shares, points, threshold=threshold, modulus=modulus)
        return change(liars, list(points), list(shares))

    return wrong


def _other_threshold(change: int) -> Callable[..., list[int]]:
    def wrong(
        shares: Sequence[int], points: Sequence[int], *, threshold: int, modulus: int
    ) -> list[int]:
        size = min(max(threshold + change, 0), len(points) - 1)
        return reference(shares, points, threshold=size, modulus=modulus)

    return wrong


def _rare_values(
    shares: Sequence[int], points: Sequence[int], *, threshold: int, modulus: int
) -> list[int]:
    often = Counter(shares).most_common(1)[0][0]
    return sorted(x for x, y in zip(points, shares, strict=True) if y != often)


MISTAKES = {
    "first_ones_honest": Mistake(
        "You trust one set of threshold + 1 parties, such as the first.",
        "With a liar among them, honest parties look like liars.",
        made_by=(
            _first(lambda on, n, t: True),
            _first(lambda on, n, t: True, lambda n, size: [range(n)[-size:]]),
        ),
    ),
    "half_is_enough": Mistake(
        "You take the first polynomial through more than half of the shares.",
        "e liars who agree are on one polynomial with up to t honest parties, which may be more than "
        "half. Take the polynomial through *most* shares.",
        made_by=(
            _first(lambda on, n, t: on > n / 2),
            _first(lambda on, n, t: on >= n / 2),
        ),
    ),
    "one_more_is_enough": Mistake(
        "One share more on the polynomial is no proof.",
        "t + 1 shares always fit; a liar's share can be the one more.",
        made_by=(_first(lambda on, n, t: on >= min(t + 2, n)),),
    ),
    "neighbours_only": Mistake(
        "You do not try every set of threshold + 1 parties.",
        "With liars in between, perhaps no row of neighbours is honest throughout. "
        "itertools.combinations gives all sets.",
        made_by=(
            _neighbours,
            _first(
                lambda on, n, t: on >= n - (n - t - 1) // 2,
                lambda n, size: [range(k, k + size) for k in range(n - size + 1)],
            ),
        ),
    ),
    "one_liar_only": Mistake(
        "You look for a single liar.",
        "Up to (n − t − 1)/2 may lie.",
        made_by=(_one_by_one,),
    ),
    "the_honest_ones": Mistake(
        "You return the honest parties.",
        "The liars are those whose shares do not lie on the polynomial.",
        made_by=(_changed(lambda liars, xs, ys: sorted(set(xs) - set(liars))),),
    ),
    "rows_not_points": Mistake(
        "You return places in the list instead of the parties' points.",
        "Some parties may be missing: a party is known by its point.",
        made_by=(
            _changed(lambda liars, xs, ys: sorted(xs.index(x) for x in liars)),
            _changed(lambda liars, xs, ys: sorted(xs.index(x) + 1 for x in liars)),
        ),
    ),
    "shares_not_points": Mistake(
        "You return the wrong shares instead of the parties' points.",
        "Who lied is asked, not what was said.",
        made_by=(_changed(lambda liars, xs, ys: sorted(ys[xs.index(x)] for x in liars)),),
    ),
    "not_sorted": Mistake(
        "The right parties, but not in rising order.",
        "A list from the lowest point to the highest: sorted(…) at the end.",
        made_by=(
            _changed(lambda liars, xs, ys: [x for x in xs if x in liars]),
            _changed(lambda liars, xs, ys: liars[::-1]),
        ),
    ),
    "wrong_degree": Mistake(
        "Your polynomials have the wrong degree.",
        "Degree threshold: threshold + 1 shares fix one.",
        made_by=(_other_threshold(-1), _other_threshold(1)),
    ),
    "rare_values": Mistake(
        "You compare the shares with each other; honest shares differ too.",
        "Only the polynomial links them.",
        made_by=(_rare_values,),
    ),
}

find_liars = Exercise(
    number="32.4",
    name="find_liars",
    reference=reference,
    examine=examine,
    takeaway="Two polynomials of degree t meet in at most t points: with n ≥ t + 1 + 2e, e liars are named.",
    hints=(
        "Take any threshold + 1 parties. If all of them are honest, who lies on their polynomial?",
        "Try every such set (itertools.combinations), and count how many shares lie on its polynomial.",
        "The value at a point x: the sum of weight times share, with weights for at=x. Keep the set with "
        "the most shares on its polynomial.",
    ),
    mistakes=MISTAKES,
)
