"""Where the names of arrows stand: off the boxes, off the arrowheads, off one another.

All places and sizes are in pixels of the picture; a box is (left, bottom, right, top).
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.transforms import Bbox

from lessons.validation import Vector

Pair = tuple[str, str]  # the two ends of an arrow
ALONG = (0.5, 0.42, 0.58, 0.35, 0.65, 0.28, 0.72)  # tried in this order, as parts of the arrow
GAP = 7.0  # between a name and what it must not touch
HEAD = 13.0  # half the side of the square around an arrowhead
MOST_COVERED = 0.35  # of its own arrow, by a name that stands on it


def curve(start: Vector, end: Vector, *, bend: float, hidden: Sequence[Bbox]) -> Vector:
    """Points of the curve that matplotlib calls ``arc3,rad=bend``, (n, 2), without what boxes hide."""
    (x0, y0), (x1, y1) = start, end
    control = np.array([(x0 + x1) / 2 + bend * (y1 - y0), (y0 + y1) / 2 - bend * (x1 - x0)])
    t = np.linspace(0, 1, 101)[:, np.newaxis]
    points = np.asarray((1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end)
    under = [_inside(points, box.padded(GAP / 2)) for box in hidden]
    return np.asarray(points[~np.any(under, axis=0)])


def free_places(
    paths: Mapping[Pair, Vector],
    sizes: Mapping[Pair, Vector],
    *,
    boxes: Sequence[Bbox],
    stage: Bbox,
) -> dict[Pair, Vector]:
    """A centre for the name of each arrow, (2,): on it, or beside it where it bends, where it is free.

    ``paths`` holds the visible part of each arrow, (n_points, 2), and ``sizes`` the width and height
    of its name, (2,). One name after the other takes the best place that is left.
    """
    heads = [_around(path[-1], np.array([HEAD, HEAD])) for path in paths.values()]
    taken: list[Bbox] = [*boxes, *heads]
    found = {}
    for pair, path in paths.items():
        half = np.asarray(sizes[pair]) / 2
        others = np.concatenate([np.empty((0, 2)), *(paths[one] for one in paths if one != pair)])
        candidates = [
            (
                _cost(place, half, own=path, others=others, taken=taken, stage=stage) + extra,
                n,
                place,
            )
            for n, (place, extra) in enumerate(_candidates(path, half))
        ]
        found[pair] = min(candidates, key=lambda one: one[:2])[2]
        taken.append(_around(found[pair], half))
    return found


def _candidates(path: Vector, half: Vector) -> list[tuple[Vector, float]]:
    """Places on the arrow, then beside it on the side to which it bends, with what each costs."""
    middle = path[len(path) // 2] - (path[0] + path[-1]) / 2
    places = []
    for beside in (False, True):
        for part in ALONG:
            at = round(part * (len(path) - 1))
            along = path[min(at + 3, len(path) - 1)] - path[max(at - 3, 0)]
            normal = np.array([along[1], -along[0]]) / max(float(np.hypot(*along)), 1e-9)
            normal = normal if normal @ middle >= 0 else -normal
            away = float(np.abs(normal) @ half) + GAP / 2
            places.append((path[at] + beside * away * normal, 2.0 * beside + 10 * abs(part - 0.5)))
    return places


def _cost(
    place: Vector, half: Vector, *, own: Vector, others: Vector, taken: Sequence[Bbox], stage: Bbox
) -> float:
    name, roomy = _around(place, half), _around(place, half + GAP)
    bad = sum(roomy.overlaps(one) for one in taken)
    bad += not (stage.contains(name.x0, name.y0) and stage.contains(name.x1, name.y1))
    covered = float(np.mean(_inside(own, name)))
    return (
        100.0 * bad + 3.0 * np.sum(_inside(others, roomy)) + 60 * max(0.0, covered - MOST_COVERED)
    )


def _around(centre: Vector, half: Vector) -> Bbox:
    return Bbox([centre - half, centre + half])


def _inside(points: Vector, box: Bbox) -> Vector:
    return np.asarray(np.all((points >= box.min) & (points <= box.max), axis=1))
