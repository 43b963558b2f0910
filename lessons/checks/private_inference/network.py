"""Check of Exercise 36.2: layers in order, ReLU between them, a fresh supply for each, scores at 2f bits."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.checks.fixed_point.rows import opened
from lessons.checks.private_inference.dealt import (
    NOT_LOCAL,
    Whole,
    dealt,
    described,
    judged,
    others_anew,
    pair_off,
    plain,
    put_together,
    relu_off,
    row_that_moves,
    signed,
)
from lessons.mpc import additive, ring
from lessons.mpc.bits import comparison
from lessons.mpc.servers import private_network

SETTINGS = (  # n_images, sizes, n_parties, fraction_bits
    (1, (1, 1, 1), 2, 8), (1, (2, 2, 2), 3, 8), (2, (3, 2), 2, 12), (3, (2, 2, 2, 2), 3, 12),
    (2, (4, 3, 2), 4, 14), (0, (3, 2, 2), 3, 8), (5, (3, 3, 3), 3, 14), (2, (2, 4, 3, 2, 1), 2, 10),
    (3, (2, 2, 2, 2), 3, 12), (2, (1, 2, 1, 2, 3), 3, 10),
)  # fmt: skip
K = 64


def reference(x_shares: Any, layers: Any, supply: Any, *, fraction_bits: int, modulus: int) -> Any:
    """The course's own."""
    return private_network.logits(
        x_shares, layers=layers, supply=supply, fraction_bits=fraction_bits, modulus=modulus
    )


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Look at the sum of the rows; then at what it and each row depend on."""
    asked = ask(rng)
    return judged(
        attempt,
        asked,
        then=lambda: _hangs_on(attempt, rng, asked),
        right=_exactly,
        mistakes=MISTAKES,
        rng=rng,
        ask=_ask,
        fits=_fits,
        words=_said,
    )


def ask(rng: np.random.Generator) -> list[Case]:
    """Each setting, and one whose sizes are drawn, twice; in each case every ReLU matters."""
    drawn = (3, tuple(cases.one_of(rng, range(2, 5)) for _ in range(4)), 3, 13)
    names = ("n_images", "sizes", "n_parties", "fraction_bits")
    asked: list[Case] = []
    for values in (*SETTINGS, drawn, drawn):
        off = (0,) * (len(values[1]) - 1)
        case = described(rng, names, values, off=off)
        while not _every_relu_matters(case):
            case = described(rng, names, values, off=off)
        asked.append(case)
    return asked


def _every_relu_matters(case: Case) -> bool:
    """Whether the scores are others without the ReLU of any one layer."""
    right = _exactly(**case)
    without = [_exactly(**case, linear=place) for place in range(len(case["sizes"]) - 2)]
    return not case["n_images"] or not any(_fits(case, one[0], right) for one in without)


def _hangs_on(attempt: Attempt, rng: np.random.Generator, asked: list[Case]) -> Found | None:
    """A dealer that is off must show in the scores; other parties' rows must not show in one's own.

    The triples are off by so much that every hidden number is positive: no ReLU hides what comes before it.
    """
    seen: set[Any] = set()
    for case in asked:
        if not case["n_images"] or case["sizes"] in seen:
            continue
        seen.add(case["sizes"])
        f, hidden = case["fraction_bits"], len(case["sizes"]) - 2
        off = {**case, "off": tuple(60 * 40**place * 4**f for place in range(hidden + 1))}
        got, right = _ask(attempt, off), _exactly(**off)
        if not _fits(off, got, right):
            return Found("not_its_supply", f"It happens for layers of sizes {case['sizes']}.")
        for place in range(hidden):
            for what, by in ((pair_off, 2**28), (relu_off, 2 ** (28 + f))):
                moved = _ask(attempt, off, at=place, by=partial(what, by=by))
                if not (np.abs(moved - got) > right[1]).any():
                    what_of = "pair" if what is pair_off else "relu"
                    said = f"The .{what_of} of supply[{place}] does not change your scores."
                    return Found("not_its_supply", said)
        if case["n_parties"] in seen:
            continue
        if found := _not_local(attempt, rng, case) or _put_together(attempt, case):
            return found
        seen.add(case["n_parties"])
    return None


def _put_together(attempt: Attempt, case: Case) -> Found | None:
    """What a dealer's or an owner's rows bring into one server's numbers must show in what it sends."""
    given, shape = _arguments(case)
    supply = given["supply"]
    moved: dict[str, Any] = {"x_shares": lambda by: given | {"x_shares": by(given["x_shares"])}}

    def dealt_otherwise(place: int, **changes: Any) -> dict[str, Any]:
        its = replace(supply[place], **changes)
        return given | {"supply": (*supply[:place], its, *supply[place + 1 :])}

    for k, its in enumerate(supply[:-1]):
        moved |= {
            f"supply[{k}].triple": lambda by, k=k, its=its: dealt_otherwise(
                k, triple=_product_moved(its.triple, by)
            ),
            f"supply[{k}].pair": lambda by, k=k, its=its: dealt_otherwise(
                k, pair=replace(its.pair, shifted_shares=by(its.pair.shifted_shares))
            ),
            f"supply[{k}].relu": lambda by, k=k, its=its: dealt_otherwise(
                k, relu=replace(its.relu, triple=_product_moved(its.relu.triple, by))
            ),
        }
    return put_together(attempt, given, shape, moved)


def _product_moved(triple: Any, by: Callable[[Any], Any]) -> Any:
    return replace(triple, c_shares=by(triple.c_shares))


def _not_local(attempt: Attempt, rng: np.random.Generator, case: Case) -> Found | None:
    """Draw the other parties' rows of the last triple's c again: a party's own row must stay."""
    given, shape = _arguments(case)
    *rest, last = given["supply"]

    def moved(party: int) -> dict[str, Any]:
        c = others_anew(rng, last.triple.c_shares, party, modulus=2**K, same_sum=False)
        its = replace(last, triple=replace(last.triple, c_shares=c))
        return given | {"supply": (*rest, its)}

    return row_that_moves(attempt, given, shape, moved)


def _known(case: Case) -> dict[str, Any]:
    return dealt(
        case["n_images"], case["sizes"], case["n_parties"], case["fraction_bits"], K,
        case["off"], case["seed"],
    )  # fmt: skip


def _arguments(case: Case) -> tuple[dict[str, Any], tuple[int, ...]]:
    """What the answer gets, and the shape of the rows that it must return."""
    known = _known(case)
    arguments = {name: known[name] for name in ("x_shares", "layers", "supply")}
    arguments |= {"fraction_bits": case["fraction_bits"], "modulus": 2**K}
    return arguments, (case["n_parties"], case["n_images"], case["sizes"][-1])


def _ask(
    attempt: Attempt, case: Case, *, at: int = -1, by: Callable[[Any], Any] = lambda its: its
) -> Whole:
    """Give the scores; ``by`` changes what the dealer made for layer ``at``."""
    arguments, shape = _arguments(case)
    supply = list(arguments["supply"])
    supply[at] = by(supply[at])
    return signed(opened(attempt, arguments | {"supply": tuple(supply)}, shape), 2**K)


def _exactly(*, linear: int = -1, **case: Any) -> tuple[Whole, Whole]:
    """The scores in exact numbers, without any rounding, at 2f bits; how far truncations can move each.

    ``linear`` is a layer whose ReLU is left out.
    """
    scale = 2 ** case["fraction_bits"]
    known = plain(case["n_images"], case["sizes"], case["fraction_bits"], case["seed"])
    a, layers = known["x"].astype(object), known["plain"]
    apart = np.zeros(a.shape, dtype=object)
    for place, (weights, bias) in enumerate(layers):
        start = np.zeros((case["n_images"], len(bias)), dtype=object)
        a = start + a @ weights.astype(object) + bias.astype(object) * scale + case["off"][place]
        apart = start + apart @ np.abs(weights).astype(object)
        if place < len(layers) - 1:
            low = None if place == linear else Fraction(0)
            a = np.array([_divided(v, scale, low) for v in a.flat], dtype=object)
            a = a.reshape(start.shape)
            apart = np.array([Fraction(v) / scale + 1 for v in apart.flat], dtype=object)
            apart = apart.reshape(start.shape)
    return a, apart


def _divided(value: Any, scale: int, low: Fraction | None) -> Fraction:
    quotient = Fraction(value) / scale
    return quotient if low is None else max(quotient, low)


def _fits(case: Case, got: Whole, right: tuple[Whole, Whole]) -> bool:
    scores, apart = right
    return bool((np.abs(got - scores) <= apart).all())


def _said(case: Case, got: Whole, right: tuple[Whole, Whole]) -> str:
    scale = 4 ** case["fraction_bits"]
    off = np.array([abs(float(one)) for one in np.ravel(got - right[0])])
    place = int(np.argmax(off))
    value, wanted = (float(np.ravel(one)[place]) / scale for one in (got, right[0]))
    bits = 2 * case["fraction_bits"]
    return (
        f" as the sum of your rows. One score, read with {bits} fractional bits, is {value:.6g}, and the "
        f"network in real numbers gives {wanted:.6g}."
    )


Step = Callable[[Any, int], Any]


def _made(
    rule: Callable[[Any, Any, Any, Callable[..., Any], Callable[..., Any]], Any],
) -> Callable[..., Any]:
    """A wrong function from (x, layers, supply, lin, relu) -> shares."""

    def wrong(x_shares: Any, layers: Any, supply: Any, *, fraction_bits: int, modulus: int) -> Any:
        def lin(x: Any, layer: Any, triple: Any, pair: Any) -> Any:
            return private_network.linear(
                x, layer.weights_shares, layer.bias_shares, triple=triple, pair=pair,
                fraction_bits=fraction_bits, modulus=modulus,
            )  # fmt: skip

        def relu(x: Any, its: Any) -> Any:
            return comparison.relu(x, supply=its, modulus=modulus)

        return rule(x_shares, layers, supply, lin, relu)

    return wrong


def _no_relu(x: Any, layers: Any, supply: Any, lin: Any, relu: Any) -> Any:
    for layer, its in zip(layers, supply, strict=True):
        x = lin(x, layer, its.triple, its.pair)
    return x


def _no_pair(x: Any, layers: Any, supply: Any, lin: Any, relu: Any) -> Any:
    for layer, its in zip(layers, supply, strict=True):
        x = lin(x, layer, its.triple, None)
        x = x if its.relu is None else relu(x, its.relu)
    return x


def _stops_early(x: Any, layers: Any, supply: Any, lin: Any, relu: Any) -> Any:
    for layer, its in zip(layers, supply, strict=True):
        if its.relu is not None:
            x = relu(lin(x, layer, its.triple, its.pair), its.relu)
    return x


def _from_the_image(x: Any, layers: Any, supply: Any, lin: Any, relu: Any) -> Any:
    for layer, its in zip(layers, supply, strict=True):
        y = lin(x, layer, its.triple, its.pair)
        y = y if its.relu is None else relu(y, its.relu)
    return y


def _first_relu_only(x: Any, layers: Any, supply: Any, lin: Any, relu: Any) -> Any:
    for place, (layer, its) in enumerate(zip(layers, supply, strict=True)):
        x = lin(x, layer, its.triple, its.pair)
        x = x if its.relu is None or place else relu(x, its.relu)
    return x


def _rows_positive(x: Any, layers: Any, supply: Any, lin: Any, relu: Any) -> Any:
    for layer, its in zip(layers, supply, strict=True):
        x = lin(x, layer, its.triple, its.pair)
        if its.relu is not None:
            x = np.where(x < np.uint64(2**63), x, np.uint64(0))
    return x


def _first_supply(x: Any, layers: Any, supply: Any, lin: Any, relu: Any) -> Any:
    for place, layer in enumerate(layers):
        last = place == len(layers) - 1
        x = lin(x, layer, supply[0].triple, None if last else supply[0].pair)
        x = x if last else relu(x, supply[0].relu)
    return x


def _two_layers(x: Any, layers: Any, supply: Any, lin: Any, relu: Any) -> Any:
    x = relu(lin(x, layers[0], supply[0].triple, supply[0].pair), supply[0].relu)
    return lin(x, layers[-1], supply[-1].triple, supply[-1].pair)


def _negated(x: Any, layers: Any, supply: Any, lin: Any, relu: Any) -> Any:
    for layer, its in zip(layers, supply, strict=True):
        x = lin(x, layer, its.triple, its.pair)
        if its.relu is not None:
            x = ring.subtract(x, relu(x, its.relu), modulus=2**64)
    return x


def _opened(x: Any, layers: Any, supply: Any, lin: Any, relu: Any) -> Any:
    for layer, its in zip(layers, supply, strict=True):
        x = lin(x, layer, its.triple, its.pair)
        x = x if its.relu is None else relu(x, its.relu)
    return additive.reconstruct(x, modulus=2**64)


def _hidden_in_the_clear(x: Any, layers: Any, supply: Any, lin: Any, relu: Any) -> Any:
    for layer, its in zip(layers, supply, strict=True):
        x = lin(x, layer, its.triple, its.pair)
        if its.relu is not None:
            hidden = np.maximum(additive.reconstruct(x, modulus=2**64).view(np.int64), 0)
            x = additive.share(hidden.view(np.uint64), n_parties=len(x), modulus=2**64)
    return x


MISTAKES = {
    "no_relu": Mistake(
        "There is no ReLU between your layers, so all of them together are one linear layer.",
        "The loop has the linear layers only; relu was left out.",
        made_by=(_made(_no_relu),),
    ),
    "not_truncated": Mistake(
        "Between the layers your numbers have too many fractional bits: hand each layer its own pair.",
        "Without a truncation the scale grows from f to 2f to 3f, and the next bias is then too small.",
        made_by=(_made(_no_pair),),
    ),
    "stops_early": Mistake(
        "Your scores are those of a network without its last layer.",
        "The last layer has no relu of its own, but it is a layer.",
        made_by=(_made(_stops_early),),
    ),
    "from_the_image": Mistake(
        "Every layer of yours gets the images. Each one but the first must get what the one before gave.",
        "The result of the layer before was thrown away.",
        made_by=(_made(_from_the_image),),
    ),
    "first_relu_only": Mistake(
        "Only the first of your layers is followed by a ReLU: there is one after every layer but the last.",
        "Right for two layers, wrong for three.",
        made_by=(_made(_first_relu_only),),
    ),
    "two_layers": Mistake(
        "You use the first and the last layer. There can be more than two, or only one.",
        "Written for the digits network; layers and supply are as long as the network is deep.",
        made_by=(_made(_two_layers),),
    ),
    "rows_positive": Mistake(
        "Each party looks at the sign of its own share. A share does not show the sign of the number.",
        "np.maximum on shares. Lesson 35 starts with why that cannot work: a carry decides.",
        made_by=(_made(_rows_positive),),
    ),
    "wrong_half": Mistake(
        "Your ReLU keeps the negative numbers and drops the positive ones.",
        "x − relu(x) is min(x, 0).",
        made_by=(_made(_negated),),
    ),
    "opened": Mistake(
        "You return the scores themselves. Whoever ran this code, every server, now knows them: return the "
        "shares, and let the image's owner add them up.",
        "`additive.reconstruct` at the end, inside the servers' own program.",
        made_by=(_made(_opened),),
    ),
    "not_its_supply": Mistake(
        "The numbers are right, but not every layer goes through its own supply: is something used for two "
        "layers, or drawn anew, or are secrets put together somewhere?",
        "supply[0] for every layer gives the right scores where all layers have one size. But a triple "
        "used twice gives the difference of two secrets away (lesson 33). The check deals supplies that "
        "are off: that must show in the scores.",
        made_by=(_made(_first_supply), _made(_hidden_in_the_clear)),
    ),
    "not_local": NOT_LOCAL,
}  # fmt: skip

network = Exercise(
    number="36.2",
    name="network",
    reference=reference,
    examine=examine,
    takeaway=(
        "Product, truncation, ReLU, and again: everything from lessons 33 to 35, each with a supply of its "
        "own."
    ),
    hints=(
        "A loop over zip(layers, supply): x_shares goes in, and the layer's result becomes x_shares.",
        "Each layer has its own supply: its.triple and its.pair for linear, its.relu for the ReLU. The last "
        "one has pair and relu None.",
        "if its.relu is not None: x_shares = comparison.relu(x_shares, supply=its.relu, modulus=modulus)",
    ),
    mistakes=MISTAKES,
)
