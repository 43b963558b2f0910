"""Check of Exercise 36.2: layers in order, ReLU between them, a fresh supply for each, scores at 2f bits."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.checks.fixed_point.rows import opened
from lessons.checks.private_inference.dealt import Whole, dealt, signed
from lessons.mpc import additive, ring
from lessons.mpc.bits import comparison
from lessons.mpc.servers import private_network

SETTINGS = (  # n_images, sizes, n_parties, fraction_bits
    (1, (1, 1, 1), 2, 8), (1, (2, 2, 2), 3, 8), (2, (3, 2), 2, 12), (3, (2, 2, 2, 2), 3, 12),
    (2, (4, 3, 2), 4, 14), (0, (3, 2, 2), 3, 8), (5, (3, 3, 3), 3, 14), (2, (2, 4, 3, 2, 1), 2, 10),
)  # fmt: skip
K = 64


def reference(x_shares: Any, layers: Any, supply: Any, *, fraction_bits: int, modulus: int) -> Any:
    """The course's own."""
    return private_network.logits(
        x_shares, layers=layers, supply=supply, fraction_bits=fraction_bits, modulus=modulus
    )


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Look at the sum of the rows; then with a dealer that is off, by another number for each layer."""
    asked = ask(rng)
    found = by_numbers(
        attempt,
        asked,
        right=_exactly,
        mistakes=MISTAKES,
        rng=rng,
        ask=_ask,
        fits=_fits,
        words=_said,
    )
    if found:
        return found
    for case in asked:
        scale = 4 ** case["fraction_bits"]
        off = {**case, "off": tuple(scale * (3 + 2 * i) for i in range(len(case["sizes"]) - 1))}
        try:
            got = _ask(attempt, off)
        except Ended as end:
            return end.found
        if got.size and not _fits(off, got, _exactly(**off)):
            return Found("not_its_supply", f"It happens for layers of sizes {case['sizes']}.")
    return None


def ask(rng: np.random.Generator) -> list[Case]:
    """Each setting, and one whose sizes are drawn."""
    drawn = (3, tuple(cases.one_of(rng, range(2, 5)) for _ in range(4)), 3, 13)
    return [
        {
            "n_images": n_images,
            "sizes": sizes,
            "n_parties": n_parties,
            "fraction_bits": fraction_bits,
            "off": (0,) * (len(sizes) - 1),
            "seed": int(rng.integers(2**31)),
        }
        for n_images, sizes, n_parties, fraction_bits in (*SETTINGS, drawn)
    ]


def _known(case: Case) -> dict[str, Any]:
    return dealt(
        case["n_images"], case["sizes"], case["n_parties"], case["fraction_bits"], K,
        case["off"], case["seed"],
    )  # fmt: skip


def _ask(attempt: Attempt, case: Case) -> Whole:
    known = _known(case)
    arguments = {name: known[name] for name in ("x_shares", "layers", "supply")}
    arguments |= {"fraction_bits": case["fraction_bits"], "modulus": 2**K}
    shape = (case["n_parties"], case["n_images"], case["sizes"][-1])
    return signed(opened(attempt, arguments, shape), 2**K)


def _exactly(**case: Any) -> tuple[Whole, Whole]:
    """The scores in exact numbers, without any rounding, at 2f bits; how far truncations can move each."""
    known, scale = _known(case), 2 ** case["fraction_bits"]
    a = known["x"].astype(object)
    apart = np.zeros(a.shape, dtype=object)
    layers = known["plain"]
    for place, (weights, bias) in enumerate(layers):
        start = np.zeros((case["n_images"], len(bias)), dtype=object)
        a = start + a @ weights.astype(object) + bias.astype(object) * scale + case["off"][place]
        apart = start + apart @ np.abs(weights).astype(object)
        if place < len(layers) - 1:
            a = np.array([max(Fraction(v) / scale, Fraction(0)) for v in a.flat], dtype=object)
            a = a.reshape(start.shape)
            apart = np.array([Fraction(v) / scale + 1 for v in apart.flat], dtype=object)
            apart = apart.reshape(start.shape)
    return a, apart


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
        "The numbers are right, but not every layer goes through its own triple: is one triple used for two "
        "layers, or are the secrets put together somewhere?",
        "supply[0] for every layer gives the right scores where all layers have one size. But a triple "
        "used twice gives the difference of two secrets away (lesson 33). The check deals triples that "
        "are a little off, each by another number.",
        made_by=(_made(_first_supply),),
    ),
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
