"""Widgets of lesson 37: a check that fails, message by message; how many lies pass three checks."""

import re

import numpy as np
import pytest

from lessons.checks import cheating_parties as checks
from lessons.checks.cheating_parties import questions
from lessons.datasets import heart_disease
from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED
from lessons.transcript import seen_by
from lessons.widgets import cheating_parties as widgets
from tests.plots.artists import frame, hex_of, numbers, texts
from tests.widgets.every_widget import arrows, move

P = 101
CONTROLS = {  # see test_controls.py
    "failed_check": {
        "step": ("step", 1, 0, 4, 1),
        "viewer": ("look over the shoulder of", "Switzerland"),
    },
    "who_passes": {
        "prime": ("hours of the clock, p", "11"),
        "tampered": ("openings that the liar tampers with", 1, 1, 10, 1),
        "seed": ("another seed, other keys", 0, 0, 20, 1),
    },
}


def holds(script):
    """(x, m, α) of each party."""
    return [[int(n) for n in re.findall(r"= (\d+)", words)] for words in script.holds.values()]


def sent(script, step):
    return [one.content for one in script.messages if one.step == step]


def test_the_messages_are_those_of_a_check_of_one_lie():
    script = widgets.check_transcript()
    x, m, key = zip(*holds(script), strict=True)
    alpha = sum(key) % P
    assert sum(x) % P == 60 and sum(m) % P == alpha * 60 % P
    opened = [int(one) for one in sent(script, 1)]
    assert opened == [x[0], x[1], (x[2] + 7) % P]
    value = sum(opened) % P
    shown = [re.fullmatch(r"(\d+), nonce [0-9a-f]{6}…", one) for one in sent(script, 3)]
    gaps = [int(one.group(1)) for one in shown]
    assert gaps == [(tag - own * value) % P for tag, own in zip(m, key, strict=True)]
    assert sum(gaps) % P == -7 * alpha % P
    assert sent(script, 4) == [f"{sum(gaps) % P}: stop"] * 3
    hashes = sent(script, 2)
    assert len(set(hashes)) == 3 and all(re.fullmatch("[0-9a-f]{6}…", one) for one in hashes)
    assert "lies by 7" in script.holds["Switzerland"]
    assert "Switzerland sends a share that is too large by 7" in script.steps[0]
    other = {*x, *m, *key, *gaps, alpha, value, opened[2]}
    assert len(other) == 9 + 3 + 3, "no two numbers can be mistaken for each other"
    assert [len(one.receivers) for one in script.messages] == [2] * 9 + [0] * 3


def test_the_answer_to_question_a_follows_from_what_the_liar_sees():
    script = widgets.check_transcript()
    seen = [one for one in seen_by(script, ("Switzerland",), step=3) if one.step == 3]
    gaps = tuple(int(one.content.split(",")[0]) for one in seen)
    assert gaps == questions.GAPS
    _, _, key = zip(*holds(script), strict=True)
    right = [one for one in range(P) if (sum(gaps) + 7 * one) % P == 0]
    assert right == [sum(key) % P] and checks.burnt_key.verdict(right[0]).correct
    assert key[2] == questions.KEY_SHARE
    assert sum(int(one) for one in sent(script, 1)) % P == questions.OPENED


def test_the_answer_to_question_e_is_in_the_data():
    heart = heart_disease()
    rates = heart["thalch"][heart["hospital"] == "Cleveland"].astype(int)
    assert (rates**2).sum() == questions.SUM < questions.SHIFT and rates.max() < 512
    assert rates[questions.PATIENT] == questions.RATE
    assert rates[questions.SHOWN] == questions.ITS_RATE
    assert (rates[questions.PATIENT - 1], rates[questions.PATIENT + 1]) == questions.NEXT_RATES


def test_a_party_reads_all_arrows_and_each_is_drawn():
    widget = move(widgets.failed_check(), step=3, viewer="Cleveland")
    shown = arrows(widget)
    assert len(shown) == 6
    assert shown["Hungary", "Cleveland"] == (BLUE, False, "gap₂", BLUE)
    assert shown["Hungary", "Switzerland"][1:3] == (False, "gap₂")


@pytest.mark.parametrize("prime", [str(one) for one in widgets.PRIMES])
@pytest.mark.parametrize("tampered", [1, 2, 10])
def test_as_many_lies_pass_as_should(prime, tampered):
    for seed in (0, 7):
        shown = widgets.cheats(prime=prime, tampered=tampered, seed=seed)
        p = int(prime)
        assert shown.exact == (1 if tampered > 1 else 1 / p, 1 / p, pytest.approx(2 / p - 1 / p**2))
        for count, exact in zip(shown.passed, shown.exact, strict=True):
            spread = np.sqrt(4000 * exact * (1 - exact))
            assert abs(count - 4000 * exact) <= 5 * spread
        for count, (low, high) in zip(shown.passed, shown.intervals, strict=True):
            assert low <= count / 4000 <= high
    assert shown.modulus == p and shown.tampered == tampered


def test_the_probability_of_the_batch_is_that_of_all_keys_and_coefficients():
    for p in (2, 3, 5):
        best = 0
        for r in np.ndindex(p, p):
            total = (r[0] * 1 + r[1] * (p - 1)) % p
            best += np.bincount(np.arange(p) * total % p, minlength=p).max()
        exact = widgets.cheats(prime=str(p), tampered=2, seed=0).exact[2]
        assert exact == pytest.approx(best / p**3)


def test_the_answer_to_question_c_is_the_first_size_that_is_enough():
    def enough(bits):  # the largest number of so many bits; the smallest one above it
        return questions.passes(2**bits - 1) <= 2.0**-40

    assert next(bits for bits in range(2, 60) if enough(bits)) == 42 == questions.BITS
    assert questions.passes(2**41 + 1) <= 2.0**-40 and (2**41 + 1).bit_length() == 42
    assert checks.prime_bits.verdict(42).correct


@pytest.mark.parametrize(
    ("prime", "tampered", "seed"), [("11", 1, 0), ("2", 10, 3), ("101", 2, 20)]
)
def test_picture_and_words(prime, tampered, seed):
    widget = move(widgets.who_passes(), prime=prime, tampered=tampered, seed=seed)
    shown = widgets.cheats(prime=prime, tampered=tampered, seed=seed)
    (axes,) = widget.figure.axes
    frame(axes, xlabel="how the parties check", ylabel="lies that pass, of 4000")
    names = ("all added up", "one by one", "random coefficients")
    assert tuple(one.get_text() for one in axes.get_xticklabels()) == names
    low, high = axes.get_ylim()
    drawn = widget._artists
    for k, (count, exact) in enumerate(zip(shown.passed, shown.exact, strict=True)):
        dot = drawn["measured"][k]
        assert list(dot.get_xdata()) == [k] and list(dot.get_ydata()) == [count / 4000]
        assert hex_of(dot.get_color()) == (RED, ORANGE, BLUE)[k]
        assert low < count / 4000 < high
        assert np.allclose(drawn["exact"].get_segments()[k][:, 1], exact)
        assert np.allclose(drawn["intervals"].get_segments()[k][:, 1], shown.intervals[k])
        assert str(count) in [words for words, _, _ in texts(axes)]
    assert hex_of(drawn["exact"].get_color()[0]) == BLACK
    assert all(hex_of(one.get_color()) == GREY for one in axes.get_ygridlines())
    told = [prime, tampered, 4000]
    for count, exact in zip(shown.passed, shown.exact, strict=True):
        told += [count, round(4000 * exact)]
    assert numbers(widget.alt) == [str(one) for one in told]


def test_every_control_changes_the_picture():
    widget = widgets.who_passes()
    for name, value in {"prime": "101", "tampered": 4, "seed": 9}.items():
        before = widget.png
        widget.controls[name].value = value
        assert widget.png != before, name
