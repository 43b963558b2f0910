"""Check of Exercise 23.2: the objective of the search, its value and what the search gets from it.

The search moves the images against the objective's derivatives, so these are compared too: by the
dummy's gradient and by the images. The check finds both at the ends of autograd's graph.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lessons.checks.engine import cases, kinds
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.fl import inversion
from lessons.validation import Vector


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare value and derivatives with the definition in NumPy loops and finite differences."""
    return by_numbers(
        attempt,
        ask(rng),
        right=lambda **case: _outcome(inversion.cosine_objective, case),
        mistakes=MISTAKES,
        rng=rng,
        ask=_ask,
        fits=_fits,
        words=_words,
    )


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw gradients of three entries to thousands; one image to dozens; much TV, little or none.

    Then what is rare: many images, pixels outside of 0 to 1, gradients near the end of a training.
    """
    sizes = [(3, 1), (7, 1), (5, 2), (40, 3), (2970, 1), (cases.one_of(rng, range(100, 900)), 5)]
    asked = [_case(rng, *size, tv_weight) for size in sizes for tv_weight in (0.0, 0.01, 0.3)]
    many = _case(rng, 11, cases.one_of(rng, range(17, 40)), 0.3)
    beyond, short = _case(rng, 6, 2, 0.3), _case(rng, 9, 1, 0.01)
    beyond["images"] = 3 * beyond["images"] - 1
    for name in ("gradient", "observed"):  # longer than the least length of cosine_similarity, 1e-8
        short[name] *= cases.spread(rng, 3e-6, 3e-5) / np.linalg.norm(short[name])
    one, other = (_case(rng, 8, 2, 0.2) for _ in range(2))
    white = _case(rng, 8, 2, 0.3)
    white["images"][:, cases.one_of(rng, range(9, 25)) :] = 0.0
    return [*asked, many, beyond, short, white, *cases.one_at_a_time(one, **other)]


def _fits(case: Case, got: Vector, right: Vector) -> bool:
    """Compare all; where neighbours are equal, |d| has many slopes, and any of them is right."""
    x = case["images"].reshape(-1, 8, 8)
    corner = (np.diff(x, axis=1) == 0).any() or (np.diff(x, axis=2) == 0).any()
    end = 1 + len(case["gradient"]) if corner else None
    return bool(np.allclose(got[:end], right[:end], rtol=1e-5, atol=1e-7))


def _case(rng: np.random.Generator, n: int, n_images: int, tv_weight: float) -> dict[str, Any]:
    observed = rng.normal(size=n)
    gradient = observed + cases.spread(rng, 0.1, 2.0) * rng.normal(size=n)
    gradient *= -1 if n == 7 else 1  # a cosine below 0, too
    return {
        "gradient": cases.spread(rng, 0.2, 5.0) * gradient,
        "observed": cases.spread(rng, 0.2, 5.0) * observed,
        "images": rng.random((n_images, 64)),
        "tv_weight": tv_weight * cases.between(rng, 0.5, 2.0),
    }


def _ask(attempt: Attempt, case: Case) -> Vector:
    def call(*given: Tensor, tv_weight: float) -> Any:
        return attempt.value(_number_with_graph, *given, tv_weight=tv_weight)

    return _outcome(call, case)


def _outcome(objective: Callable[..., Any], case: Case) -> Vector:
    """Give value, derivatives by the gradient and by the images: (1 + n + 64 n_images,)."""
    gradient = torch.tensor(case["gradient"], requires_grad=True)
    images = torch.tensor(case["images"], requires_grad=True)
    given = gradient, torch.tensor(case["observed"]), images
    value = objective(*given, tv_weight=case["tv_weight"])
    by = {tuple(gradient.shape): 0 * case["gradient"], tuple(images.shape): 0 * case["images"]}
    ends = list(_ends(value.grad_fn))
    try:
        found = torch.autograd.grad(value, ends, allow_unused=True) if ends else ()
    except RuntimeError:  # a number that was given before: its graph is used up
        raise Ended(Found("remembers")) from None
    for end, slope in zip(ends, found, strict=True):
        if slope is not None:
            by[tuple(end.shape)] = slope.numpy()
    parts = [np.ravel(slope) for slope in by.values()]
    outcome = np.concatenate([[float(value.detach())], *parts])
    if not np.isfinite(outcome[0]):
        raise Ended(Found("not_finite"))
    if not np.isfinite(outcome).all():
        raise Ended(Found("slope_not_finite"))
    return outcome


def _ends(node: Any) -> Iterator[Tensor]:
    """The tensors that autograd's graph starts from (the check's own, or the copies of them)."""
    waiting, seen = [node], set()
    while waiting:
        one = waiting.pop()
        if one is None or one in seen:
            continue
        seen.add(one)
        if hasattr(one, "variable"):
            yield one.variable
        waiting += [following for following, _ in one.next_functions]


def _number_with_graph(value: Any) -> Any:
    if not isinstance(value, Tensor) or value.shape != ():
        what = f"a tensor of shape {tuple(value.shape)}" if isinstance(value, Tensor) else None
        raise kinds.WrongKind(
            "Wanted one number as a tensor of shape (), which autograd can follow back to the "
            f"images, got {what or kinds.described(value)}."
        )
    if value.grad_fn is None:
        raise kinds.WrongKind(
            "Wanted a tensor that autograd can follow back to the gradient and the images; detach(), "
            "item() or numpy() cuts the thread."
        )
    return value


def _words(case: Case, got: Any, right: Any) -> str:
    if abs(got[0] - right[0]) < 1e-6:
        return (
            " (value, then derivatives). The value is right, but its derivatives are not: a part is "
            "cut off from autograd, by detach() or by a conversion to a number."
        )
    part = "distance" if case["tv_weight"] == 0 else "distance or the total variation"
    return f" (value, then derivatives). The value is not that of (23.iv): look at the {part}."


def _made(distance: Any = None, roughness: Any = None) -> Callable[..., Any]:
    """Make a wrong function: another distance of (g, observed), or another roughness of (n, 8, 8)."""

    def wrong(gradient: Any, observed: Any, images: Any, *, tv_weight: float) -> Any:
        cosine = (gradient * observed).sum() / (gradient.norm() * observed.norm())
        first = 1 - cosine if distance is None else distance(gradient, observed)
        pixels = images.reshape(-1, 8, 8)
        tv = roughness(pixels) if roughness else inversion.total_variation(images)
        return first + tv_weight * tv

    return wrong


def _neighbours(x: Any) -> Any:
    return x[:, 1:] - x[:, :-1], x[:, :, 1:] - x[:, :, :-1]


def _along(x: Any) -> Any:
    return x.reshape(-1, 64).diff(dim=1).abs().mean()


MISTAKES = {
    "squared": Mistake(
        "Your distance is not a cosine: it changes when the observed gradient gets longer.",
        "The distance of (23.iii), squared or not. A client that clips its gradient changes the length, and "
        "the search then looks for an image that does not exist.",
        made_by=(
            _made(lambda g, o: ((g - o) ** 2).sum()),
            _made(lambda g, o: ((g - o) ** 2).mean()),
            _made(lambda g, o: (g - o).norm()),
        ),
    ),
    "sign": Mistake(
        "Your objective is smallest when the two gradients point in opposite directions.",
        "The search makes the number small, and the cosine is largest where the gradients agree.",
        made_by=(
            _made(lambda g, o: (g * o).sum() / (g.norm() * o.norm())),
            _made(lambda g, o: 1 + (g * o).sum() / (g.norm() * o.norm())),
        ),
    ),
    "no_one": Mistake(
        "The search would end at the same place, but your number is −1 where the gradients agree; "
        "(23.iv) has 0 there, so that the distance can be read.",
        "Minus the cosine, without the 1: same derivatives, another value.",
        made_by=(_made(lambda g, o: -(g * o).sum() / (g.norm() * o.norm())),),
    ),
    "one_length": Mistake(
        "Your product of the two gradients is not divided by both lengths, once by each.",
        "Only then does the direction alone count. Without the dummy's length, for example, a longer dummy "
        "gradient gains without a better direction.",
        made_by=(
            _made(lambda g, o: 1 - (g * o).sum()),
            _made(lambda g, o: 1 - (g * o).sum() / g.norm()),
            _made(lambda g, o: 1 - (g * o).sum() / o.norm()),
            _made(lambda g, o: 1 - (g * o).sum() / (g.norm() * o.norm()) ** 2),
        ),
    ),
    "no_variation": Mistake(
        "The total variation is missing: your number does not depend on the images.",
        "Without it nothing tells a smooth picture from a rough one with nearly the same gradient.",
        made_by=(_made(None, lambda x: 0 * x.sum()), _made(None, lambda x: 0.0)),
    ),
    "one_way": Mistake(
        "You compare each pixel with its neighbour in one direction only, down or across.",
        "A picture of stripes is smooth in one direction and as rough as can be in the other.",
        made_by=(
            _made(None, lambda x: _neighbours(x)[0].abs().mean()),
            _made(None, lambda x: _neighbours(x)[1].abs().mean()),
        ),
    ),
    "across_the_edge": Mistake(
        "You compare pixels that are not neighbours: from the end of a row to the start of the next, "
        "or around the edge.",
        "Differences along the flat vector of 64 jump from row to row, torch.roll wraps around.",
        made_by=(
            _made(None, lambda x: _along(x) + _neighbours(x)[0].abs().mean()),
            _made(None, lambda x: _along(x)),
            _made(None, lambda x: sum((x - x.roll(1, d)).abs().mean() for d in (1, 2))),
        ),
    ),
    "summed": Mistake(
        "You add the differences up; (23.v) takes their mean, so that the weight means the same for one "
        "image and for five.",
        "The sum of 56 differences per direction and image is 56 n times the mean.",
        made_by=(_made(None, lambda x: sum(one.abs().sum() for one in _neighbours(x))),),
    ),
    "slope_not_finite": Mistake(
        "Your number is finite, but autograd finds a slope of it that is not.",
        "√ has an infinite slope at 0, so √(d²) has none where two neighbours are equal, as on white "
        "paper. One nan, and the search is over.",
        made_by=(_made(None, lambda x: sum((d * d).sqrt().mean() for d in _neighbours(x))),),
    ),
    "not_absolute": Mistake(
        "Your differences of neighbours keep their sign, or are squared.",
        "With signs they cancel; squared, they punish the sharp edges that a digit has.",
        made_by=(
            _made(None, lambda x: sum(one.mean() for one in _neighbours(x))),
            _made(None, lambda x: sum((one**2).mean() for one in _neighbours(x))),
        ),
    ),
}  # fmt: skip

objective = Exercise(
    number="23.2",
    name="objective",
    reference=inversion.cosine_objective,
    examine=examine,
    takeaway="Anything that autograd can follow can be searched: the attack is training, run on the input.",
    hints=(
        "Two parts: how far apart the two gradients point, and how rough the images are.",
        "The cosine is (gradient * observed).sum() divided by both lengths, gradient.norm() and "
        "observed.norm().",
        "x = images.reshape(-1, 8, 8); x[:, 1:] - x[:, :-1] are the differences downwards. Across is "
        "the last axis.",
    ),
    mistakes=MISTAKES,
)
