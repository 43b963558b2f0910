"""Widgets of lesson 37."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.dp.auditing.confidence import clopper_pearson
from lessons.mpc.cheating import authenticated, commitments, mac_check, tag_dealer
from lessons.mpc.cheating.authenticated import Opened
from lessons.mpc.ring import Elements
from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED, new_figure
from lessons.transcript import Message, Transcript
from lessons.widgets.picture import Artists, PictureWidget, dropdown, int_slider
from lessons.widgets.who_sees_what import who_sees_what

PARTIES = ("Cleveland", "Hungary", "Switzerland")
SUBSCRIPTS = ("₁", "₂", "₃")
LIAR = 2
MODULUS, SECRET, ERROR, SEED = 101, 60, 7, 2  # of the viewer: no two of its numbers are equal
PRIMES = (2, 3, 5, 7, 11, 23, 53, 101)
CHEATS = 4000
FAILURE = 1e-3  # of one interval
WAYS = ("all added up", "one by one", "random coefficients")
COLOURS = (RED, ORANGE, BLUE)
FLOOR = 1e-3  # where "none" is drawn


def check_transcript() -> Transcript:
    """A value of 60 opened with an error of 7, and its check (fixed bytes)."""
    recipe: dict[str, Any] = {
        "modulus": MODULUS,
        "random_bytes": np.random.default_rng(SEED).bytes,
    }
    key = tag_dealer.deal_key(n_parties=3, **recipe)
    x = tag_dealer.deal(SECRET, key_shares=key, **recipe)
    shown: list[Elements] = []

    def lie(label: str, rows: Elements) -> Elements:
        rows[LIAR] = (rows[LIAR] + np.uint64(ERROR)) % np.uint64(MODULUS)
        shown.append(rows)
        return rows

    opened: list[Opened] = []
    value = authenticated.open_value(x, opened=opened, modulus=MODULUS, sent=lie)
    gaps = mac_check.gap_shares(
        value[np.newaxis],
        x.tag_shares[:, np.newaxis],
        coefficients=[1],
        key_shares=key,
        modulus=MODULUS,
    )
    notes = [
        commitments.commit(gap, party=i, random_bytes=recipe["random_bytes"])
        for i, gap in enumerate(gaps)
    ]
    messages = []
    for step, name, contents in (
        (1, "x", [str(one) for one in shown[0]]),
        (2, "hash", [note.digest.hex()[:6] + "…" for note in notes]),
        (
            3,
            "gap",
            [
                f"{gap}, nonce {note.nonce.hex()[:6]}…"
                for gap, note in zip(gaps, notes, strict=True)
            ],
        ),
    ):
        for i, content in enumerate(contents):
            others = tuple(one for j, one in enumerate(PARTIES) if j != i)
            messages.append(Message(step, PARTIES[i], others, f"{name}{SUBSCRIPTS[i]}", content))
    gap = int(gaps.sum()) % MODULUS
    messages += [Message(4, party, (), "gap", f"{gap}: stop") for party in PARTIES]
    holds = {
        party: f"x{below} = {x.value_shares[i]}, m{below} = {x.tag_shares[i]}, α{below} = {key[i]}"
        for i, (party, below) in enumerate(zip(PARTIES, SUBSCRIPTS, strict=True))
    }
    holds[PARTIES[LIAR]] += f"; lies by {ERROR}"
    return Transcript(
        PARTIES,
        holds,
        (
            "all open x; Switzerland sends a share that is too large by 7",
            "each sends a hash of its gap share, and of a nonce",
            "each shows its gap share and its nonce",
            "each adds up the gap shares: not 0, all stop",
        ),
        tuple(messages),
    )


def failed_check() -> PictureWidget:
    """Step through a check that fails and look over one shoulder, or over two."""
    return who_sees_what(check_transcript(), step=1, viewer="Switzerland")


@dataclass(frozen=True)
class Cheats:
    """How many of 4000 cheats pass each of the three ways to check, and how many should."""

    modulus: int
    tampered: int
    passed: tuple[int, int, int]
    exact: tuple[float, float, float]
    intervals: NDArray[np.float64]  # (3, 2)


def cheats(*, prime: str, tampered: int, seed: int) -> Cheats:
    """A liar tampers with so many of the openings, as well as it can for each way to check."""
    p = int(prime)
    rng = np.random.default_rng([37, p, tampered, seed])
    keys = rng.integers(p, size=CHEATS)
    guess = int(rng.integers(p))  # of the key
    errors = (
        1 + rng.integers(p - 1, size=(CHEATS, tampered)) if p > 2 else np.ones((CHEATS, tampered))
    )
    errors = errors.astype(np.int64)
    if tampered > 1:
        errors[:, -1] = -errors[:, :-1].sum(axis=1)  # they cancel (the last one may be 0)
    r = rng.integers(p, size=(CHEATS, tampered))
    totals = [errors.sum(axis=1) % p, None, (r * errors).sum(axis=1) % p]
    passed = []
    for total in totals:
        if total is None:  # every gap by itself: one guess of the key serves for all
            every = (keys[:, np.newaxis] - guess) * errors % p
            passed.append(int((every == 0).all(axis=1).sum()))
        else:  # the liar knows the total error, and moves the gap by guess times it
            passed.append(int(((keys - guess) * total % p == 0).sum()))
    exact = (1.0 if tampered > 1 else 1 / p, 1 / p, (2 * p - 1) / p**2)
    intervals = [clopper_pearson(one, trials=CHEATS, failure=FAILURE) for one in passed]
    return Cheats(p, tampered, (passed[0], passed[1], passed[2]), exact, np.array(intervals))


def who_passes() -> PictureWidget:
    """Lies that pass, of 4000, for three ways to check, beside the exact probability."""
    figure, (axes,) = new_figure(height=3.6, width=6.4)
    places = np.arange(3)
    axes.set(xlim=(-0.6, 2.6), ylim=(FLOOR / 1.6, 2.2), yscale="log")
    axes.set(xlabel="how the parties check", ylabel=f"lies that pass, of {CHEATS}")
    axes.set_xticks(places, WAYS)
    axes.set_yticks([1, 0.1, 0.01], ["all", "1 in 10", "1 in 100"])
    axes.minorticks_off()
    axes.grid(axis="y", color=GREY, lw=0.3)
    artists = {
        "measured": [axes.plot([], [], "o", ms=4, color=colour)[0] for colour in COLOURS],
        "intervals": axes.vlines(places, FLOOR, FLOOR, color=list(COLOURS), lw=2.5),
        "exact": axes.hlines([1.0] * 3, places - 0.28, places + 0.28, color=BLACK, lw=1.4),
        "words": [axes.text(k + 0.12, 1, "", fontsize=9, va="center") for k in range(3)],
        "title": axes.text(0.5, 1.04, "", transform=axes.transAxes, fontsize=10, ha="center"),
    }
    return PictureWidget(
        controls={
            "prime": dropdown("hours of the clock, p", [str(one) for one in PRIMES], "11"),
            "tampered": int_slider("openings that the liar tampers with", 1, 1, 10),
            "seed": int_slider("another seed, other keys", 0, 0, 20),
        },
        compute=cheats,
        figure=figure,
        artists=artists,
        update=_update,
        describe=describe,
    )


def describe(result: Cheats) -> str:
    """The picture in words."""
    parts = [
        f"{way}: {count}, expected {CHEATS * exact:.0f}"
        for way, count, exact in zip(WAYS, result.passed, result.exact, strict=True)
    ]
    openings = f"{result.tampered} opening{'s' * (result.tampered > 1)}"
    return (
        f"Clock with {result.modulus} hours, {openings} tampered with, {CHEATS} lies. "
        f"Lies that pass: {'; '.join(parts)}."
    )


def _update(artists: Artists, result: Cheats) -> None:
    segments, marks = [], []
    for k, (count, exact) in enumerate(zip(result.passed, result.exact, strict=True)):
        share = count / CHEATS
        artists["measured"][k].set_data([k], [max(share, FLOOR)])
        low, high = result.intervals[k]
        segments.append([(k, max(low, FLOOR)), (k, max(high, FLOOR))])
        marks.append([(k - 0.28, exact), (k + 0.28, exact)])
        artists["words"][k].set_text(f"{count}")
        artists["words"][k].set_position((k + 0.31, max(share, FLOOR)))
    artists["intervals"].set_segments(segments)
    artists["exact"].set_segments(marks)
    artists["title"].set_text(
        f"p = {result.modulus}, lies in {result.tampered} of the openings (black: exact; bar: interval)"
    )
