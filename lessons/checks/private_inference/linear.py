"""Check of Exercise 36.1: x @ W + b on shares, the bias at the right scale, one truncation of the sum."""

from collections.abc import Callable
from dataclasses import replace
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
    put_together,
    row_that_moves,
    signed,
)
from lessons.mpc import additive, beaver, ring, truncation
from lessons.mpc.ring import Elements
from lessons.mpc.servers import private_network

SETTINGS = (  # n_images, n_in, n_out, n_parties, fraction_bits, k
    (1, 1, 1, 2, 4, 32), (1, 2, 1, 3, 4, 64), (2, 3, 2, 2, 8, 32), (3, 2, 4, 3, 8, 64),
    (0, 3, 2, 3, 8, 64), (2, 5, 3, 4, 12, 48), (4, 30, 2, 3, 16, 64), (7, 4, 5, 5, 16, 64),
    (2, 2, 2, 2, 16, 64), (5, 6, 1, 3, 18, 64), (2, 3, 3, 3, 0, 32),
)  # fmt: skip


def reference(
    x_shares: Any,
    weights_shares: Any,
    bias_shares: Any,
    *,
    triple: Any,
    pair: Any,
    fraction_bits: int,
    modulus: int,
) -> Any:
    """The course's own; ``pair=None`` means that the sum is not truncated."""
    return private_network.linear(
        x_shares,
        weights_shares,
        bias_shares,
        triple=triple,
        pair=pair,
        fraction_bits=fraction_bits,
        modulus=modulus,
    )


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Look at the sum of the rows, with a truncation and without; then at what it and each row depend on."""
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
    """Each setting with a truncation and without, and some of sizes that are drawn."""
    drawn = [
        (*tuple(cases.one_of(rng, range(low, 8)) for low in (1, 2, 2)), 3, 14, 64) for _ in range(2)
    ]
    names = ("n_images", "n_in", "n_out", "n_parties", "fraction_bits", "k")
    return [
        described(rng, names, values, truncated=truncated, off=0)
        for values in (*SETTINGS, *drawn)
        for truncated in (True, False)
    ]


def _hangs_on(attempt: Attempt, rng: np.random.Generator, asked: list[Case]) -> Found | None:
    """A dealer that is off must show in the sum; other parties' rows must not show in one's own."""
    asked = [case for case in asked if case["n_images"]]
    for case in asked:
        off = {**case, "off": 5 * 2 ** case["fraction_bits"] + 3}
        if not _fits(off, _ask(attempt, off), _exactly(**off)):
            return Found("in_the_clear", f"It happens with {off['n_parties']} parties.")
    for case in asked:
        if case["truncated"]:
            moved = _ask(attempt, case, pair_by=1000) - _ask(attempt, case)
            first, rest = np.abs(moved[:, 0]), moved[:, 1:]
            if (first != 1000).any() or rest.any():
                return Found("not_its_pair", f"It happens with {case['n_parties']} parties.")
    for case in asked:
        if found := _not_local(attempt, rng, case):
            return found
    for case in [one for one in asked if one["k"] == 64][:4]:
        if found := _not_local(attempt, rng, case, bias=0) or _put_together(attempt, case):
            return found
    return None


def _put_together(attempt: Attempt, case: Case) -> Found | None:
    given = _arguments(case)
    given.pop("plain")
    triple = given["triple"]
    moved: dict[str, Any] = {
        "x_shares": lambda by: given | {"x_shares": by(given["x_shares"])},
        "weights_shares": lambda by: given | {"weights_shares": by(given["weights_shares"])},
    }
    if case["truncated"]:
        moved["c"] = lambda by: given | {"triple": replace(triple, c_shares=by(triple.c_shares))}
    return put_together(attempt, given, (case["n_parties"], case["n_images"], case["n_out"]), moved)


def _not_local(
    attempt: Attempt, rng: np.random.Generator, case: Case, *, bias: int | None = None
) -> Found | None:
    """Draw other parties' rows again, so that what is opened stays: a party's own row must stay, too."""
    given, q = _arguments(case), 2 ** case["k"]
    given.pop("plain")
    if bias is not None:  # another bias, the same for each output
        given["bias_shares"] = given["bias_shares"].copy()
        total = ring.total(given["bias_shares"][1:], modulus=q)
        given["bias_shares"][0] = ring.subtract(np.full_like(total, bias), total, modulus=q)
    shape = (case["n_parties"], case["n_images"], case["n_out"])
    triple, pair, summed = given["triple"], given["pair"], case["truncated"]

    def moved(party: int) -> dict[str, Any]:
        def anew(rows: Elements, same_sum: bool) -> Elements:
            return others_anew(rng, rows, party, modulus=q, same_sum=same_sum)

        new = {
            "bias_shares": anew(given["bias_shares"], summed),  # their sum is opened, masked
            "triple": replace(triple, c_shares=anew(triple.c_shares, summed)),
        }
        if pair is not None:
            parts = {n: anew(getattr(pair, n), False) for n in ("shifted_shares", "top_shares")}
            new["pair"] = replace(pair, **parts)
        return given | new

    return row_that_moves(attempt, given, shape, moved)


def _arguments(case: Case, *, pair_by: int = 0) -> dict[str, Any]:
    sizes: tuple[int, ...] = (case["n_in"], case["n_out"])
    if case["truncated"]:
        sizes = (*sizes, 1)  # the first of two layers has a pair
    known = dealt(
        case["n_images"], sizes, case["n_parties"], case["fraction_bits"], case["k"],
        (case["off"], 0), case["seed"],
    )  # fmt: skip
    layer, supply = known["layers"][0], pair_off(known["supply"][0], pair_by)
    return {
        "x_shares": known["x_shares"],
        "weights_shares": layer.weights_shares,
        "bias_shares": layer.bias_shares,
        "triple": supply.triple,
        "pair": supply.pair,
        "fraction_bits": case["fraction_bits"],
        "modulus": 2 ** case["k"],
        "plain": (known["x"], *known["plain"][0]),
    }


def _ask(attempt: Attempt, case: Case, *, pair_by: int = 0) -> Whole:
    arguments = _arguments(case, pair_by=pair_by)
    arguments.pop("plain")
    shape = (case["n_parties"], case["n_images"], case["n_out"])
    return signed(opened(attempt, arguments, shape), arguments["modulus"])


def _exactly(**case: Any) -> Whole:
    """The sum with 2f fractional bits."""
    x, weights, bias = (one.astype(object) for one in _arguments(case)["plain"])
    start = np.zeros((case["n_images"], case["n_out"]), dtype=object)
    return np.asarray(start + x @ weights + bias * 2 ** case["fraction_bits"] + case["off"])


def _fits(case: Case, got: Whole, right: Whole) -> bool:
    scale = 2 ** case["fraction_bits"] if case["truncated"] else 1
    apart = np.abs(got * scale - right)
    return bool((apart < scale).all())


def _said(case: Case, got: Whole, right: Whole) -> str:
    f = case["fraction_bits"]
    bits = f if case["truncated"] else 2 * f
    place = int(
        np.argmax(np.abs(np.ravel(got) * (2**f if case["truncated"] else 1) - np.ravel(right)))
    )
    value, wanted = np.ravel(got)[place] / 2**bits, np.ravel(right)[place] / 2 ** (2 * f)
    how = "truncated" if case["truncated"] else "pair=None"
    return (
        f" as the sum of your rows ({how}). One entry, read with {bits} fractional bits, is {value:.6g}, "
        f"and x @ W + b is {wanted:.6g} there."
    )


Parts = dict[str, Any]


def _made(rule: Callable[[Parts], Any]) -> Callable[..., Any]:
    """A wrong function from what it does with the parts: shares by name, and a few steps as functions."""

    def wrong(x_shares: Any, weights_shares: Any, bias_shares: Any, **more: Any) -> Any:
        q, f, triple, pair = (more[n] for n in ("modulus", "fraction_bits", "triple", "pair"))
        last = {"modulus": q}
        return rule({
            "xw": lambda: beaver.matmul(x_shares, weights_shares, triple=triple, **last),
            "b": bias_shares[:, np.newaxis],
            "b_raw": bias_shares,
            "up": lambda shares, by: additive.multiply_public(shares, by % q, modulus=q),
            "add": lambda one, other: ring.add(one, np.broadcast_to(other, one.shape), modulus=q),
            "cut": lambda z: z if pair is None else truncation.truncate(z, pair=pair, modulus=q),
            "f": f, "q": q, "pair": pair, "x": x_shares, "w": weights_shares, "n": len(x_shares),
        })  # fmt: skip

    return wrong


def _in_the_clear(
    x_shares: Any,
    weights_shares: Any,
    bias_shares: Any,
    *,
    triple: Any,
    pair: Any,
    fraction_bits: int,
    modulus: int,
) -> Any:
    x, w, b = (
        additive.reconstruct(one, modulus=modulus)
        for one in (x_shares, weights_shares, bias_shares)
    )
    z = ring.add(
        ring.matmul(x, w, modulus=modulus),
        np.broadcast_to(ring.multiply(b, 2**fraction_bits, modulus=modulus), (len(x), len(b))),
        modulus=modulus,
    )
    shares = np.concatenate([z[np.newaxis], np.zeros((len(x_shares) - 1, *z.shape), np.uint64)])
    return shares if pair is None else truncation.truncate(shares, pair=pair, modulus=modulus)


def _row_by_row(p: Parts) -> Any:
    products = np.stack([
        ring.matmul(x, w, modulus=p["q"]) for x, w in zip(p["x"], p["w"], strict=True)
    ])  # fmt: skip
    return p["cut"](p["add"](products, p["up"](p["b"], 2 ** p["f"])))


def _once(p: Parts) -> Any:
    b = p["up"](p["b"], 2 ** p["f"]).copy()
    b[1:] = 0
    return p["cut"](p["add"](p["xw"](), b))


def _pair_twice(p: Parts) -> Any:
    z = p["xw"]()
    b = np.broadcast_to(p["up"](p["b"], 2 ** p["f"]), z.shape).copy()
    return p["add"](p["cut"](z), p["cut"](b))


MISTAKES = {
    "bias_scale": Mistake(
        "The bias is added to a product that has twice as many fractional bits, so it counts for almost "
        "nothing.",
        "0.7 stands as 7 where the sum stands at scale 100: it must become 70 first.",
        made_by=(_made(lambda p: p["cut"](p["add"](p["xw"](), p["b"]))),),
    ),
    "bias_too_large": Mistake(
        "Your bias has too many fractional bits for where it is added.",
        "2^(2f) instead of 2^f, or brought up although the sum has been truncated already.",
        made_by=(
            _made(lambda p: p["cut"](p["add"](p["xw"](), p["up"](p["b"], 4 ** p["f"])))),
            _made(lambda p: p["add"](p["cut"](p["xw"]()), p["up"](p["b"], 2 ** p["f"]))),
        ),
    ),
    "no_bias": Mistake(
        "The bias is missing from your sum.",
        "x @ W alone: the layer adds b to it.",
        made_by=(_made(lambda p: p["cut"](p["xw"]())),),
    ),
    "bias_taken_away": Mistake(
        "You take the bias away instead of adding it.",
        "x @ W − b.",
        made_by=(
            _made(lambda p: p["cut"](p["add"](p["xw"](), p["up"](p["b"], p["q"] - 2 ** p["f"])))),
        ),
    ),
    "one_share_of_bias": Mistake(
        "Only one party adds its share of the bias. The bias is shared, not public: all must.",
        "The shares of b mean nothing one by one; `add_public` is for numbers that everybody knows.",
        made_by=(
            _made(_once),
            _made(lambda p: p["cut"](p["add"](p["xw"](), p["up"](p["b"], 2 ** p["f"])[:1]))),
        ),
    ),
    "not_truncated": Mistake(
        "There is a pair, but your result still has 2f fractional bits: truncate it.",
        "Shares of the product, as they come out of the matrix product.",
        made_by=(
            _made(lambda p: p["add"](p["xw"](), p["up"](p["b"], 2 ** p["f"]))),
            _made(lambda p: p["add"](p["xw"](), p["b"])),
        ),
    ),
    "bias_after_last": Mistake(
        "With a pair your layer is right. Without one (pair=None) nothing is truncated: the sum has 2f "
        "fractional bits, and the bias must have them, too.",
        "Adding the bias after the truncation is right, as long as there is a truncation.",
        made_by=(_made(lambda p: p["add"](p["cut"](p["xw"]()), p["b"])),),
    ),
    "row_by_row": Mistake(
        "Each party multiplies its own rows: [x]_i @ [W]_i. The sum of these products is not the product of "
        "the sums.",
        "(x₁ + x₂)(w₁ + w₂) has four parts, and this adds up two of them. Lesson 33's triple brings the "
        "others.",
        made_by=(_made(_row_by_row),),
    ),
    "shifted_shares": Mistake(
        "You shift the shares instead of using the pair: the sum of shifted shares is something else.",
        "Lesson 34: with two parties that needs a minus, and with three it fails every second time even "
        "with one.",
        made_by=(
            _made(lambda p: p["add"](p["xw"](), p["up"](p["b"], 2 ** p["f"]))
                  >> np.uint64(p["f"] if p["pair"] else 0)),
        ),
    ),
    "in_the_clear": Mistake(
        "Your result does not go through the triple of this call: another one is used, or somebody has added "
        "up the shares and computed with the secrets themselves.",
        "The numbers are right and nothing is private. The check deals a triple that is a little off: a "
        "protocol that uses it is off by as much.",
        made_by=(),
    ),
    "not_its_pair": Mistake(
        "Your result does not go through the pair of this call, once: another pair is used, none, or this "
        "one twice.",
        "A pair is a mask. Used twice it gives away the difference of two secrets, and one that a party "
        "makes is no mask for it. The check deals a pair that is a little off.",
        made_by=(_made(_pair_twice),),
    ),
    "not_local": NOT_LOCAL,
}  # fmt: skip

linear = Exercise(
    number="36.1",
    name="linear",
    reference=reference,
    examine=examine,
    takeaway=(
        "Add at 2f fractional bits, truncate the sum once: one error of a unit, however many products."
    ),
    hints=(
        "Do the neuron of the text once more: at which scale is the sum when the bias comes in?",
        "Four steps: the matrix product of shares; the bias times 2^f, which is a public number; the sum; "
        "and a truncation if there is a pair.",
        "additive.multiply_public(bias_shares, 2**fraction_bits, modulus=modulus) has shape (n_parties, "
        "n_out); [:, None] makes it fit to (n_parties, n_images, n_out), and ring.add adds.",
    ),
    mistakes=MISTAKES,
)
