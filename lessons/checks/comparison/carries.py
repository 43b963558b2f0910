"""Check of Exercise 35.2: all carries of a sum, in as few rounds as possible."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lessons.checks.beaver_triples.matmul import as_words
from lessons.checks.comparison.words import all_rows, cut, masked_rows, others_anew, together, words
from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.copies import same_data
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.mpc.ring import Elements

AndPairs = Callable[[Sequence[tuple[Elements, Elements]]], list[Elements]]
SIZES: tuple[tuple[int, int, tuple[int, ...]], ...] = (  # bits, parties, shape of the words
    (2, 2, ()), (4, 2, ()), (3, 3, ()), (8, 2, (2,)), (5, 4, ()), (16, 3, (3,)), (17, 2, ()), (64, 2, (4,)),
    (33, 5, (2,)), (63, 3, ()), (32, 2, (1, 2)), (1, 2, ()), (64, 3, (0,)),
    (6, 6, ()),
)  # fmt: skip


def reference(g: Elements, p: Elements, *, n_bits: int, and_pairs: AndPairs) -> Elements:
    """Stretches of 1, 2, 4, … bits: each joins the one below (35.iii)."""
    G, P, d = g, p, 1
    while d < n_bits:
        lower_G, lower_P = G << np.uint64(d), P << np.uint64(d)
        carried, P = and_pairs([(P, lower_G), (P, lower_P)])
        G = G ^ carried
        d *= 2
    return G


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Count the rounds and look at every carry, then at what each row depends on."""
    sizes = [*SIZES, (cases.one_of(rng, range(9, 16)), 2, (2,))]
    found = by_numbers(
        attempt,
        [_case(rng, *size, how) for size in sizes for how in ("any", "long", "whole", "runs")],
        right=_from_bit_to_bit,
        mistakes=MISTAKES,
        rng=rng,
        ask=_ask,
        fits=lambda case, got, right: got[0] == right[0] and got[1] <= right[1],
        words=_said,
    )
    if found:
        return found
    for size in sizes:
        if 0 not in size[2] and (found := _depends(attempt, rng, _case(rng, *size, "any"))):
            return found
    return None


def _case(
    rng: np.random.Generator, n_bits: int, n_parties: int, shape: tuple[int, ...], how: str
) -> dict[str, Any]:
    """``long``: one bit generates, others pass on; ``whole``: from bit 0 up; ``runs``: mostly passing."""
    mask = np.uint64(2**n_bits - 1)
    x, y = words(rng, *shape), words(rng, *shape)
    if how in ("long", "whole"):
        low, high = np.sort(rng.integers(0, n_bits, (2, *shape)), axis=0).astype(np.uint64)
        if how == "whole":
            low, high = np.zeros_like(low), np.full_like(high, n_bits - 1)
        run = (np.uint64(2) << high) - (np.uint64(1) << low)  # the bits low … high
        y = np.asarray((x ^ run) & ~(np.uint64(1) << low) | (x & ~run) & y)
        x, y = x | np.uint64(1) << low, y | np.uint64(1) << low
    if how == "runs":
        y = ~x ^ (words(rng, *shape) & words(rng, *shape) & words(rng, *shape))
    x, y = np.asarray(x & mask), np.asarray(y & mask)
    g, p = (cut(rng, one, n_parties) for one in (x & y, x ^ y))
    return {"g": g & mask, "p": p & mask, "n_bits": n_bits}


def _from_bit_to_bit(g: Elements, p: Elements, n_bits: int) -> tuple[list[int], int]:
    found = []
    for one, passes in zip(together(g).flat, together(p).flat, strict=True):
        carry, word = 0, 0
        for bit in range(n_bits):
            carry = int(one) >> bit & 1 | int(passes) >> bit & carry
            word |= carry << bit
        found.append(word)
    return found, (n_bits - 1).bit_length()


def _ask(attempt: Attempt, case: Case) -> tuple[list[int], int]:
    """Give the carries, word by word, and the number of calls of ``and_pairs`` with a pair in them."""
    G, sent = _call(attempt, case, party=0)
    mask = 2 ** case["n_bits"] - 1
    return [int(one) & mask for one in together(G).flat], len(sent)


def _call(
    attempt: Attempt, case: Case, *, party: int
) -> tuple[Elements, list[list[list[Elements]]]]:
    """Give the rows of the result, and what went into each round.

    The rows that ``party`` gets from ``and_pairs`` are drawn without looking at any word.
    """
    g, n_parties = case["g"], len(case["g"])
    sent: list[list[list[Elements]]] = []

    def and_pairs(pairs: Any) -> list[Elements]:
        try:
            both = [all_rows("and_pairs", x, y, n_parties=n_parties) for x, y in pairs]
        except (TypeError, ValueError) as error:
            told = str(error) if "and_pairs" in str(error) else "and_pairs takes a list of pairs"
            raise TypeError(told) from None
        if both:
            sent.append(both)
        return [
            masked_rows(
                (35, len(sent), place), together(x) & together(y), party=party, n_parties=n_parties
            )
            for place, (x, y) in enumerate(both)
        ]

    G = attempt.array(
        g, case["p"], n_bits=case["n_bits"], and_pairs=and_pairs, shape=g.shape, kind=as_words
    )
    return G, sent


def _depends(attempt: Attempt, rng: np.random.Generator, case: Case) -> Found | None:
    """Draw the other parties' rows again: what a party sends and keeps must stay."""
    for party in range(len(case["g"])):
        G, sent = _call(attempt, case, party=party)
        shape, k = case["g"].shape[1:], case["n_bits"]
        moved = {
            name: others_anew(rng, case[name], party, words(rng, *shape, k=k), k=k)
            for name in ("g", "p")
        }
        other_G, other_sent = _call(attempt, {**case, **moved}, party=party)
        same = np.array_equal(G[party], other_G[party]) and len(sent) == len(other_sent)
        for first, second in zip(sent, other_sent, strict=False):
            rows = [[one[party] for pair in pairs for one in pair] for pairs in (first, second)]
            same = same and same_data(*rows)
        if not same:
            return Found("not_local", f"It is a row of party {party + 1}.")
    return None


def _said(case: Case, got: tuple[list[int], int], right: tuple[list[int], int]) -> str:
    n_bits = case["n_bits"]
    if got[0] == right[0]:
        return f" as carries and rounds: {n_bits} bits need fewer rounds than {got[1]}."
    same = [one == other for one, other in zip(got[0], right[0], strict=True)]
    k = same.index(False)
    wrong = got[0][k] ^ right[0][k]
    bit = (wrong & -wrong).bit_length() - 1
    g, p = (int(together(case[name]).flat[k]) for name in ("g", "p"))
    return (
        f" as carries and rounds. In one word of {n_bits} bits, g is {g:0{n_bits}b} and p is {p:0{n_bits}b}; "
        f"the carry out of bit {bit} is wrong, counted from 0 at the right."
    )


def _up(word: Any, d: int) -> Any:
    return word << np.uint64(d)


def _doubling(n_bits: int) -> list[int]:
    return [1 << level for level in range((n_bits - 1).bit_length())]


def _tree(
    step: Callable[..., tuple[Any, Any]],
    *,
    distances: Callable[[int], list[int]] = _doubling,
    end: Callable[[Any, Any, int], Any] = lambda G, P, n_bits: G,
) -> Callable[..., Any]:
    """Make a function that goes through ``step(G, P, d, p, and_pairs)`` for each distance."""

    def wrong(g: Any, p: Any, *, n_bits: int, and_pairs: Any) -> Any:
        G, P = g, p
        for d in distances(n_bits):
            G, P = step(G, P, d, p, and_pairs)
        return end(G, P, n_bits)

    return wrong


def _right_step(G: Any, P: Any, d: int, p: Any, and_pairs: Any) -> tuple[Any, Any]:
    carried, P = and_pairs([(P, _up(G, d)), (P, _up(P, d))])
    return G ^ carried, P


def _two_calls(G: Any, P: Any, d: int, p: Any, and_pairs: Any) -> tuple[Any, Any]:
    (carried,), (passed,) = and_pairs([(P, _up(G, d))]), and_pairs([(P, _up(P, d))])
    return G ^ carried, passed


def _p_kept(G: Any, P: Any, d: int, p: Any, and_pairs: Any) -> tuple[Any, Any]:
    (carried,) = and_pairs([(p, _up(G, d))])
    return G ^ carried, P


def _p_unshifted(G: Any, P: Any, d: int, p: Any, and_pairs: Any) -> tuple[Any, Any]:
    carried, P = and_pairs([(P, _up(G, d)), (P, P)])
    return G ^ carried, P


def _p_with_p(G: Any, P: Any, d: int, p: Any, and_pairs: Any) -> tuple[Any, Any]:
    carried, P = and_pairs([(P, _up(G, d)), (P, _up(p, d))])
    return G ^ carried, P


def _downwards(G: Any, P: Any, d: int, p: Any, and_pairs: Any) -> tuple[Any, Any]:
    carried, P = and_pairs([(P, G >> np.uint64(d)), (P, P >> np.uint64(d))])
    return G ^ carried, P


def _swapped(G: Any, P: Any, d: int, p: Any, and_pairs: Any) -> tuple[Any, Any]:
    carried, P = and_pairs([(_up(P, d), G), (P, _up(P, d))])
    return _up(G, d) ^ carried, P


def _unshifted(G: Any, P: Any, d: int, p: Any, and_pairs: Any) -> tuple[Any, Any]:
    carried, P = and_pairs([(P, G), (P, P)])
    return G ^ carried, P


def _with_or(G: Any, P: Any, d: int, p: Any, and_pairs: Any) -> tuple[Any, Any]:
    carried, P = and_pairs([(P, _up(G, d)), (P, _up(P, d))])
    return G | carried, P


def _own_rows(G: Any, P: Any, d: int, p: Any, and_pairs: Any) -> tuple[Any, Any]:
    return G ^ (P & _up(G, d)), P & _up(P, d)


def _lost(G: Any, P: Any, d: int, p: Any, and_pairs: Any) -> tuple[Any, Any]:
    carried, P = and_pairs([(P, _up(G, d)), (P, _up(P, d))])
    return carried, P


def _g_in_place_of_p(G: Any, P: Any, d: int, p: Any, and_pairs: Any) -> tuple[Any, Any]:
    carried, P = and_pairs([(G, _up(G, d)), (P, _up(P, d))])
    return G ^ carried, P


def _walk(g: Any, p: Any, *, n_bits: int, and_pairs: Any) -> Any:
    """From bit to bit: bit i of G is right after round i."""
    G = g
    for _ in range(1, n_bits):
        (carried,) = and_pairs([(p, _up(G, 1))])
        G = g ^ carried
    return G


def _in_the_open(g: Any, p: Any, *, n_bits: int, and_pairs: Any) -> Any:
    G = reference(
        together(g), together(p), n_bits=n_bits, and_pairs=lambda pairs: [x & y for x, y in pairs]
    )
    return np.stack([G, *np.zeros_like(g[1:])])


def _one_less(n_bits: int) -> list[int]:
    return _doubling(n_bits)[:-1]


def _all_lengths(n_bits: int) -> list[int]:
    return list(range(1, n_bits))


def _rounded_down(n_bits: int) -> list[int]:
    return [1 << level for level in range(n_bits.bit_length() - 1)]


def _as_many_as_levels(n_bits: int) -> list[int]:
    return list(range(1, (n_bits - 1).bit_length() + 1))


MISTAKES = {
    "walks": Mistake(
        "The carries are right, but they take n − 1 rounds: the carry walks from bit to bit.",
        "Each round hands a carry on by one place, or by 1, 2, 3, … places. Stretches of 2, 4, 8, … bits "
        "need log₂ n.",
        made_by=(_walk, _tree(_right_step, distances=_all_lengths)),
    ),
    "two_calls": Mistake(
        "The carries are right. But the two products of a level do not need each other: they go into one "
        "call, one round.",
        "A call for G and another for P doubles the rounds.",
        made_by=(_tree(_two_calls),),
    ),
    "p_kept": Mistake(
        "Your P is not that of the joined stretch: it passes a carry on only if both halves do, P & P′.",
        "P kept as it was, or joined with the p of a single bit in place of P′: some bit of the stretch is "
        "not asked.",
        made_by=(
            _tree(_p_kept), _tree(_p_unshifted), _tree(_p_with_p),
        ),
    ),
    "downwards": Mistake(
        "You shift to the right: carries then come from the higher bits. Bit 0 is the lowest, so << brings "
        "what is below.",
        "(G >> s) looks at the stretch above.",
        made_by=(_tree(_downwards),),
    ),
    "swapped": Mistake(
        "Upper and lower stretch are swapped: a carry comes out if the upper one generates it, or passes on "
        "what the lower one generates.",
        "G′ ⊕ P′ & G instead of G ⊕ P & G′.",
        made_by=(_tree(_swapped),),
    ),
    "unshifted": Mistake(
        "You join each stretch with itself: shift G and P up by s first, so that the stretch below lies "
        "under it.",
        "Without << nothing ever moves.",
        made_by=(_tree(_unshifted),),
    ),
    "with_or": Mistake(
        "You use | on shares. On shares only ^ can be done without and_pairs.",
        "G | carried is right for plain bits, and for shares nonsense; G and carried are never both 1, so ^ "
        "does the same.",
        made_by=(_tree(_with_or),),
    ),
    "own_rows": Mistake(
        "You take & of shares, each party of its own rows: the mixed products are missing. Ask and_pairs.",
        "P & (G << s) for plain bits; the shares need exercise 35.1.",
        made_by=(_tree(_own_rows),),
    ),
    "g_lost": Mistake(
        "A stretch that generates a carry itself must go on doing so: ^ the new part onto G.",
        "G = P & G′ forgets the carries that the upper stretch makes.",
        made_by=(_tree(_lost),),
    ),
    "g_for_p": Mistake(
        "The carry from below passes if the upper stretch *propagates*, not if it generates.",
        "G & G′ instead of P & G′.",
        made_by=(_tree(_g_in_place_of_p),),
    ),
    "too_short": Mistake(
        "Your stretches end before they reach bit 0: long carries get lost.",
        "A level too few (log₂ n rounded down), or distances 1, 2, 3 where they should double.",
        made_by=(
            _tree(_right_step, distances=_one_less),
            _tree(_right_step, distances=_rounded_down),
            _tree(_right_step, distances=_as_many_as_levels),
        ),
    ),
    "shifted_result": Mistake(
        "Your carries are one place too high: bit i should be the carry *out of* bit i.",
        "G << 1 holds the carries into each bit, as the sum needs them.",
        made_by=(_tree(_right_step, end=lambda G, P, n_bits: _up(G, 1)),),
    ),
    "returns_p": Mistake(
        "You return P: which stretches pass a carry on, not where one comes out.",
        "G and P change places at the end.",
        made_by=(_tree(_right_step, end=lambda G, P, n_bits: P),),
    ),
    "not_local": Mistake(
        "A party uses rows that it does not hold.",
        "Only and_pairs crosses between parties.",
        made_by=(_in_the_open,),
    ),
}  # fmt: skip

carries = Exercise(
    number="35.2",
    name="carries",
    reference=reference,
    examine=examine,
    takeaway="Two stretches make one of twice the length: log₂ n rounds instead of n − 1.",
    hints=(
        "Do it on plain words first: G = g, P = p, and one line for each of (35.iii)'s two parts with s = 1. "
        "Which bits does a stretch cover then?",
        "After s = 1 each stretch covers 2 bits, so the one below begins 2 places lower: s = 2, then 4, 8, … "
        "while s < n_bits. G′ is G << np.uint64(s), P′ is P << np.uint64(s).",
        "One round: carried, P = and_pairs([(P, G << np.uint64(s)), (P, P << np.uint64(s))]), and then "
        "G = G ^ carried.",
    ),
    mistakes=MISTAKES,
)
