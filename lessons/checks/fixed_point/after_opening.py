"""Check of Exercise 34.3: from c = x + Q/4 + r and the pair to shares of x / 2^bits, wrapped or not."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.checks.fixed_point.rows import Whole, not_local, opened, signed
from lessons.mpc import additive, ring, truncation
from lessons.randomness import uniform_integers

SETTINGS: tuple[tuple[int, int, int, tuple[int, ...]], ...] = (  # k, bits, n_parties, shape
    (8, 2, 2, (1,)), (10, 3, 3, (1,)), (12, 1, 2, (4,)), (20, 4, 5, (2, 3)), (32, 8, 3, (7,)),
    (64, 16, 2, (9,)), (64, 1, 4, (5,)), (64, 22, 3, (3, 1)), (48, 16, 2, (0,)), (64, 16, 3, (150,)),
)  # fmt: skip
HALVES = ((0, 0), (1, 0), (1, 1), (0, 1))  # of c, of r; only the last has wrapped
reference = truncation.after_opening


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Look at the sum of the rows for c and r in each pair of halves, then at what each row depends on."""
    found = by_numbers(
        attempt,
        ask(rng),
        right=_exactly,
        mistakes=MISTAKES,
        rng=rng,
        ask=lambda attempt, case: opened(attempt, case, case["shifted_shares"].shape),
        fits=lambda case, got, right: bool((got == right).all()),
        words=_said,
    )
    if found:
        return found
    for k, bits, n_parties, shape in SETTINGS:
        if 0 not in shape:
            case = _case(rng, k, bits, n_parties, shape, halves=[(0, 1)])
            redraw = partial(uniform_integers, modulus=2**k, random_bytes=rng.bytes)
            if found := not_local(attempt, case, ("shifted_shares", "top_shares"), redraw):
                return found
    return None


def ask(rng: np.random.Generator) -> list[Case]:
    """Each setting with c and r in each of the halves that can occur, both signs of x; then mixed."""
    asked = [_case(rng, *setting, halves=[halves]) for setting in SETTINGS for halves in HALVES]
    mixed = [_case(rng, *setting, halves=HALVES) for setting in SETTINGS if setting[3] != (1,)]
    return [*asked, *_edges(rng), *_one_other_argument(rng), *mixed]


def _edges(rng: np.random.Generator) -> list[Case]:
    """r and c at the ends of their halves, alone and side by side."""
    asked: list[Case] = []
    for k, bits, n_parties in ((8, 2, 2), (20, 4, 3), (64, 16, 2)):
        q, half = 2**k, 2 ** (k - 1)
        pairs = [(half, half), (half, q - 1), (half + 1, 0), (q - 1, half - 2), (q - 1, q - 1)]
        pairs += [(0, 0), (0, half - 1), (1, half), (half - 1, half - 1), (half - 1, q - 2)]
        for some in (*([pair] for pair in pairs), pairs):  # each alone, then all
            r, c = np.array(some, dtype=np.uint64).T
            asked.append(_shared(rng, r, c, k=k, bits=bits, n_parties=n_parties))
    return asked


def _one_other_argument(rng: np.random.Generator) -> list[Case]:
    """Cases that differ in one argument only. r is small, so c may be the same for each of them."""
    r, c = rng.integers(2**9, 2**12, 3) << 4, rng.integers(2**17, 2**18, 3)
    one = _shared(rng, *(v.astype(np.uint64) for v in (r, c)), k=20, bits=4, n_parties=2)
    one["top_shares"][:] = 0
    one["shifted_shares"][0] = (r >> 4) // 3
    one["shifted_shares"][1] = (r >> 4) - (r >> 4) // 3
    return cases.one_at_a_time(
        one,
        c=one["c"] + np.uint64(77),
        shifted_shares=one["shifted_shares"] + np.uint64(1),
        bits=5,
        modulus=2**21,
    )


def _case(
    rng: np.random.Generator,
    k: int,
    bits: int,
    n_parties: int,
    shape: tuple[int, ...],
    *,
    halves: Sequence[tuple[int, int]],
) -> dict[str, Any]:
    """Draw r in its half and x + Q/4, any of 0 … Q/2 − 1, so that c falls into its own; in turn."""
    q, half = 2**k, 2 ** (k - 1)
    c, r = [], []
    for i in range(int(np.prod(shape))):
        c_half, r_half = halves[i % len(halves)]
        low = int(rng.integers(0, half))  # of r in its half
        if c_half == r_half:  # no step over the middle
            moved = int(rng.integers(0, half - low))
        else:
            moved = int(rng.integers(half - low, half)) if low else half - 1
            low = low or 1
        r.append(r_half * half + low)
        c.append((r[-1] + moved) % q)
    values = (np.array(v, dtype=np.uint64).reshape(shape) for v in (r, c))
    return _shared(rng, *values, k=k, bits=bits, n_parties=n_parties)


def _shared(
    rng: np.random.Generator,
    mask: ring.Elements,
    opened_c: ring.Elements,
    *,
    k: int,
    bits: int,
    n_parties: int,
) -> dict[str, Any]:
    """The case of these masks r and opened values c."""
    q = 2**k
    options: dict[str, Any] = {"n_parties": n_parties, "modulus": q, "random_bytes": rng.bytes}
    return {
        "c": opened_c,
        "shifted_shares": additive.share(mask >> np.uint64(bits), **options),
        "top_shares": additive.share(mask >> np.uint64(k - 1), **options),
        "bits": bits,
        "modulus": q,
    }


def _parts(case: Case) -> tuple[Whole, Whole, Whole]:
    q = case["modulus"]
    shifted, top = (
        np.zeros(case["c"].shape, dtype=object) + case[name].astype(object).sum(axis=0)
        for name in ("shifted_shares", "top_shares")
    )
    return case["c"].astype(object), np.asarray(shifted % q), np.asarray(top % q)


def _exactly(**case: Any) -> Whole:
    c, shifted, top = _parts(case)
    q, bits = case["modulus"], case["bits"]
    wrapped = np.array([t * (2 * one < q) for t, one in zip(top.flat, c.flat, strict=True)], object)
    z = (c >> bits) - shifted + (q >> bits) * wrapped.reshape(c.shape) - (q >> bits + 2)
    return np.asarray(z % q, dtype=object)


def _said(case: Case, got: Whole, right: Whole) -> str:
    c, shifted, top = (np.ravel(one) for one in _parts(case))
    q, bits = case["modulus"], case["bits"]
    k = next(i for i in range(got.size) if got.flat[i] != right.flat[i])
    halves = ["the lower half", "the upper half"]
    where = f"c = {c[k]} is in {halves[int(2 * c[k] >= q)]}, r was in {halves[int(top[k])]}"
    return (
        f" as the sum of your rows, modulo Q. In one entry {where}, and ⌊r / 2^bits⌋ = {shifted[k]}: your "
        f"rows give {signed(int(got.flat[k]), q)}, but ⌊c / 2^bits⌋ = {c[k] >> bits} and Q / 4 is "
        f"{q // 4 >> bits} after the division. Did c wrap around?"
    )


Rule = Callable[[int, int, list[int], list[int], int, int], list[int]]


def _made(rule: Rule) -> Callable[..., Any]:
    """A wrong function that goes entry by entry: rule(c, wrap, shifted rows, top rows, b, q) -> rows."""

    def rows(c: Any, shifted_shares: Any, top_shares: Any, *, bits: int, modulus: int) -> Any:
        n = len(shifted_shares)
        shifted, top = (v.reshape(n, -1).astype(object) for v in (shifted_shares, top_shares))
        columns = [
            [
                int(one) % modulus
                for one in rule(
                    int(value), int(2 * int(value) < modulus),
                    list(shifted[:, k]), list(top[:, k]), bits, modulus,
                )
            ]
            for k, value in enumerate(np.ravel(c))
        ]  # fmt: skip
        flat = np.array(columns, dtype=object).reshape(-1, n).T
        return flat.reshape(shifted_shares.shape)

    return rows


def _with(
    *,
    known: Callable[[int, int, int], int] = lambda c, b, q: (c >> b) - (q >> b + 2),
    back: Callable[[int, int, int, int], int] = lambda t, w, b, q: (q >> b) * w * t,
    sign: int = -1,
    everyone: bool = False,
    public_back: Callable[[int, int, int], int] = lambda w, b, q: 0,
) -> Callable[..., Any]:
    """A wrong function with one part of the right one replaced."""
    return _made(
        lambda c, w, s, t, b, q: [
            sign * s[i]
            + back(t[i], w, b, q)
            + (known(c, b, q) + public_back(w, b, q)) * (everyone or i == 0)
            for i in range(len(s))
        ]
    )


def _not_reduced(c: Any, shifted_shares: Any, top_shares: Any, *, bits: int, modulus: int) -> Any:
    z = truncation.after_opening(c, shifted_shares, top_shares, bits=bits, modulus=modulus)
    return z.astype(object) - modulus


def _by_the_sum(c: Any, shifted_shares: Any, top_shares: Any, *, bits: int, modulus: int) -> Any:
    z = truncation.after_opening(c, shifted_shares, top_shares, bits=bits, modulus=modulus)
    total = z.astype(object).sum(axis=0) % modulus
    return np.stack([total, *[total - total for _ in z[1:]]])


MISTAKES = {
    "no_wrap": Mistake(
        "Where c did not wrap around your result is right; where it did, it is too small by Q / 2^bits.",
        "The correction is missing, or it is Q, which is 0 on the clock: the wrap must be divided too.",
        made_by=(_with(back=lambda t, w, b, q: 0), _with(back=lambda t, w, b, q: q * w * t)),
    ),
    "whenever_top": Mistake(
        "You correct whenever r was in the upper half. But then c may be there as well, and it has not "
        "wrapped.",
        "[r ≥ Q/2] alone: without [c < Q/2], some corrections are one too many (half of them for a small x).",
        made_by=(_with(back=lambda t, w, b, q: (q >> b) * t),),
    ),
    "whenever_low": Mistake(
        "You correct whenever c is in the lower half. If r was there too, nothing has wrapped.",
        "[c < Q/2] alone is public, but it does not tell where r was: that is what the top bit is for.",
        made_by=(_with(back=lambda t, w, b, q: 0, public_back=lambda w, b, q: (q >> b) * w),),
    ),
    "other_half": Mistake(
        "You correct where c is in the upper half. Turn it around: after a wrap, c is small.",
        "[c ≥ Q/2] instead of [c < Q/2].",
        made_by=(_with(back=lambda t, w, b, q: (q >> b) * (1 - w) * t),),
    ),
    "wrong_way": Mistake(
        "Your correction goes the wrong way: c lost Q when it wrapped, so Q / 2^bits must be added.",
        "A minus sign at the correction, as if c were too large after the wrap.",
        made_by=(_with(back=lambda t, w, b, q: -(q >> b) * w * t),),
    ),
    "not_divided": Mistake(
        "Your correction has the wrong size: c lost Q in the wrap, and Q is divided like everything else.",
        "1, 2^bits, Q/2, or Q / 2^(bits + 1).",
        made_by=(
            _with(back=lambda t, w, b, q: w * t),
            _with(back=lambda t, w, b, q: 2**b * w * t),
            _with(back=lambda t, w, b, q: (q // 2) * w * t),
            _with(back=lambda t, w, b, q: (q >> b + 1) * w * t),
        ),
    ),
    "offset_kept": Mistake(
        "The Q/4 that made x non-negative is still in your result: take Q/4, divided by 2^bits, away again.",
        "x + Q/4 was divided, so Q / 2^(bits + 2) must go.",
        made_by=(_with(known=lambda c, b, q: c >> b),),
    ),
    "offset_whole": Mistake(
        "You do not take away the right number for Q/4: it was divided by 2^bits with everything else.",
        "Q/4 instead of Q / 2^(bits + 2); or Q/2, or added.",
        made_by=(
            _with(known=lambda c, b, q: (c >> b) - q // 4),
            _with(known=lambda c, b, q: (c >> b) - (q >> b + 1)),
            _with(known=lambda c, b, q: (c >> b) + (q >> b + 2)),
        ),
    ),
    "everyone": Mistake(
        "Every party adds the public number, so it is there n times. One party is enough.",
        "The rows are added up in the end: what all of them add counts n times.",
        made_by=(
            _with(everyone=True),
            _made(
                lambda c, w, s, t, b, q: [
                    (c >> b) - s[i] + (q >> b) * w * t[i] - (q >> b + 2) * (i == 0)
                    for i in range(len(s))
                ]
            ),
        ),
    ),
    "mask_kept": Mistake(
        "The mask is still in your result: c contains r, so ⌊r / 2^bits⌋ must be taken away.",
        "[⌊r / 2^bits⌋] added instead of taken away, or not used at all: c alone is uniform.",
        made_by=(_with(sign=1), _with(sign=0)),
    ),
    "c_not_divided": Mistake(
        "c must be divided by 2^bits before the rest is taken away.",
        "c itself instead of ⌊c / 2^bits⌋: the public number is 2^bits times too large.",
        made_by=(_with(known=lambda c, b, q: c - (q >> b + 2)), _with(known=lambda c, b, q: c - q // 4)),
    ),
    "one_row_only": Mistake(
        "Only one party uses its shares of the pair. All must: the shares mean nothing one by one.",
        "z[0] = … and the other rows left at 0, or only z[0] corrected.",
        made_by=(
            _made(lambda c, w, s, t, b, q: [
                (c >> b) - (q >> b + 2) - s[0] + (q >> b) * w * t[0], *[0 for _ in s[1:]]
            ]),
            _made(lambda c, w, s, t, b, q: [
                ((c >> b) - (q >> b + 2) + (q >> b) * w * t[0]) * (i == 0) - s[i]
                for i in range(len(s))
            ]),
        ),
    ),
    "not_reduced": Mistake(
        "Your rows must be ring elements, from 0 to Q − 1.",
        "The numbers are right, but not brought back into the ring.",
        made_by=(_not_reduced,),
    ),
    "not_local": Mistake(
        "A row of yours changes when another party's shares change. Each party knows c and its "
        "own shares only.",
        "r was put together: whoever knows r and c knows x.",
        made_by=(_by_the_sum,),
    ),
}  # fmt: skip

after_opening = Exercise(
    number="34.3",
    name="after_opening",
    reference=reference,
    examine=examine,
    takeaway=(
        "The wrap is public times shared, so each party corrects it alone: any number of "
        "parties, and no failure while x fits."
    ),
    hints=(
        "Everybody knows c: its half, ⌊c / 2^bits⌋ and Q / 2^(bits + 2) are public. Only r is shared.",
        "Each party: minus its share of ⌊r / 2^bits⌋, plus its share of the top bit times Q / "
        "2^bits where c is "
        "in the lower half. Then one party adds the public rest.",
        "lower = (c < np.uint64(modulus // 2)).astype(np.uint64) is 0 or 1, and ring.multiply(top_shares, "
        "lower * np.uint64(modulus >> bits), modulus=modulus) is the correction for all rows at once.",
    ),
    mistakes=MISTAKES,
)
