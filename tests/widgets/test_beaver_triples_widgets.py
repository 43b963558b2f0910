"""Widgets of lesson 33: one multiplication message by message; what openings tell about two secrets."""

import numpy as np
import pytest

from lessons.checks import beaver_triples as checks
from lessons.checks.beaver_triples import questions
from lessons.plots.figure import BLUE, GREY, ORANGE
from lessons.transcript import seen_by
from lessons.widgets import beaver_triples as widgets
from tests.plots.artists import frame, hex_of, numbers, texts
from tests.widgets.every_widget import arrows, move

CONTROLS = {  # see test_controls.py
    "one_multiplication": {
        "step": ("step", 1, 0, 4, 1),
        "viewer": ("look over the shoulder of", "clinic"),
    },
    "what_everybody_sees": {
        "x": ("secret x of the first product", 3, 0, 10, 1),
        "other": ("secret x′ of the second product", 9, 0, 10, 1),
        "dealer": ("dealer (another seed, other masks)", 0, 0, 20, 1),
        "reused": ("one triple for both products", False),
    },
}


def named(script):
    """Every number that is sent, by its name: "b₂" -> 30."""
    found = {}
    for one in script.messages:
        pairs = zip(one.label.split(", "), one.content.split(", "), strict=True)
        found |= {name: int(number) for name, number in pairs}
    return found


def held(script, party):
    """Every number that a party holds, by its name."""
    parts = script.holds[party].replace("; at last ", ", ").split(", ")
    return {part.split(" = ")[0]: int(part.split(" = ")[1]) for part in parts}


def test_the_messages_are_those_of_a_right_product():
    script = widgets.multiplication_transcript()
    sent, clinic, laboratory = named(script), held(script, "clinic"), held(script, "laboratory")
    dealer, q = held(script, "dealer"), 101
    for name in "abc":
        assert (sent[f"{name}₁"] + sent[f"{name}₂"]) % q == dealer[name]
    assert dealer["c"] == dealer["a"] * dealer["b"] % q
    assert (clinic["x₁"] + sent["x₂"]) % q == clinic["x"] == 41
    assert (sent["y₁"] + laboratory["y₂"]) % q == laboratory["y"] == 67
    held_by_both = (clinic["x₁"], sent["y₁"]), (sent["x₂"], laboratory["y₂"])
    for party, (x, y) in zip("₁₂", held_by_both, strict=True):
        assert sent[f"d{party}"] == (x - sent[f"a{party}"]) % q
        assert sent[f"e{party}"] == (y - sent[f"b{party}"]) % q
    d, e = ((sent[f"{name}₁"] + sent[f"{name}₂"]) % q for name in "de")
    a, b, c = dealer.values()
    assert (d * e + d * b + a * e + c) % q == 41 * 67 % q
    assert (clinic["z₁"] + laboratory["z₂"]) % q == 41 * 67 % q
    every = [*sent.values(), *clinic.values(), *laboratory.values(), *dealer.values(), d, e]
    assert len(set(every)) == len(every), "no two numbers can be mistaken for each other"


def test_who_sends_what_to_whom():
    script = widgets.multiplication_transcript()
    ways = [(one.step, one.sender, *one.receivers, one.label) for one in script.messages]
    assert ways == [
        (1, "dealer", "clinic", "a₁, b₁, c₁"),
        (1, "dealer", "laboratory", "a₂, b₂, c₂"),
        (2, "clinic", "laboratory", "x₂"),
        (2, "laboratory", "clinic", "y₁"),
        (3, "clinic", "laboratory", "d₁, e₁"),
        (3, "laboratory", "clinic", "d₂, e₂"),
    ]
    assert script.steps == (
        "the dealer hands out shares of a, b and c = a·b",
        "each cuts its own number and sends a share",
        "both open d = x − a and e = y − b",
        "each adds up its boxes, without a message: z₁ + z₂ = x·y",
    )


def test_the_answer_to_question_a_follows_from_what_the_pair_sees():
    script = widgets.multiplication_transcript()
    seen = named(type(script)(
        script.parties, script.holds, script.steps,
        tuple(seen_by(script, ("clinic", "dealer"), step=3)),
    ))  # fmt: skip
    y = (seen["e₁"] + seen["e₂"] + held(script, "dealer")["b"]) % 101
    assert checks.laboratory_secret.verdict(y).correct
    assert {name: (seen[f"{name}₁"], seen[f"{name}₂"]) for name in "eb"} == questions.SHARES
    assert seen["y₁"] == questions.Y_SHARE
    assert len(seen_by(script, ("dealer",), step=3)) == 2, "the dealer sees its own messages only"


def test_a_pair_reads_the_arrows_of_the_openings_and_the_dealer_alone_none():
    widget = move(widgets.one_multiplication(), step=3, viewer="clinic + dealer")
    pair = {
        ("clinic", "laboratory"): "d₁, e₁",
        ("laboratory", "clinic"): "d₂, e₂",
    }
    assert arrows(widget) == {way: (BLUE, False, words, BLUE) for way, words in pair.items()}
    move(widget, viewer="dealer")
    assert arrows(widget) == dict.fromkeys(pair, (GREY, True, "?", GREY))
    assert arrows(move(widget, step=4)) == {}


@pytest.mark.parametrize("reused", [False, True])
def test_openings_are_counted(reused):
    for x, other, dealer in ((3, 9, 0), (0, 10, 7), (10, 10, 20)):
        shown = widgets.openings(x=x, other=other, dealer=dealer, reused=reused)
        assert shown.opened.sum() == shown.differences.sum() == 1000
        # 1000 of 11 equally likely values: 91, standard deviation 9.1; six of them are 54
        assert np.abs(shown.opened - 1000 / 11).max() < 54
        if reused:
            assert shown.differences[(x - other) % 11] == 1000
        else:
            assert np.abs(shown.differences - 1000 / 11).max() < 54


def test_another_secret_only_turns_the_bars():
    first = widgets.openings(x=3, other=9, dealer=4, reused=False)
    moved = widgets.openings(x=5, other=9, dealer=4, reused=False)
    assert np.array_equal(np.roll(first.opened, 2), moved.opened)
    assert np.array_equal(np.roll(first.differences, 2), moved.differences)


def test_the_answer_to_question_c_puts_the_bar_where_it_is_asked():
    right = [
        other
        for other in range(11)
        if widgets.openings(x=3, other=other, dealer=0, reused=True).differences[8] == 1000
    ]
    assert right == [6] and checks.second_secret.verdict(6).correct


@pytest.mark.parametrize(
    ("x", "other", "dealer", "reused"), [(3, 9, 0, False), (3, 6, 0, True), (10, 0, 20, True)]
)
def test_picture_and_words_of_the_openings(x, other, dealer, reused):
    widget = move(widgets.what_everybody_sees(), x=x, other=other, dealer=dealer, reused=reused)
    shown = widgets.openings(x=x, other=other, dealer=dealer, reused=reused)
    left, right = widget.figure.axes
    for name, counts, colour in (
        ("opened", shown.opened, BLUE),
        ("differences", shown.differences, ORANGE),
    ):
        strokes = widget._artists[name]
        drawn = [((hour, 0), (hour, count)) for hour, count in enumerate(counts) if count]
        assert np.array_equal(np.array(strokes.get_segments()), np.array(drawn))
        assert hex_of(strokes.get_color()[0]) == colour
    for axes, label in ((left, "d, opened for x"), (right, "d − d′, on the clock")):
        frame(axes, xlabel=label, ylabel="runs, of 1000")
        assert axes.get_xticks().tolist() == list(range(11))
        assert [one.get_ydata()[0] for one in axes.lines] == [pytest.approx(1000 / 11)]
        assert axes.get_ylim() == (0, 150)
    assert shown.opened.max() < 140 and (reused or shown.differences.max() < 140)
    assert f"x = {x} (dashed: 91 each)" in [words for words, _, _ in texts(left)]
    how = "a triple for each"
    if reused:
        how = f"one triple for both\nall 1000 at {(x - other) % 11}, far beyond the top"
    assert f"x = {x}, x′ = {other}: {how}" in [words for words, _, _ in texts(right)]
    told = [11, x, other, 1000, shown.opened.min(), shown.opened.max(), shown.opened.argmax()]
    if reused:
        told += [(x - other) % 11]
    else:
        told += [shown.differences.min(), shown.differences.max(), shown.differences.argmax()]
    assert numbers(widget.alt) == [str(one) for one in told]


def test_every_control_of_the_openings_changes_the_picture():
    widget = widgets.what_everybody_sees()
    for name, value in {"x": 8, "other": 1, "dealer": 3, "reused": True}.items():
        before = widget.png
        widget.controls[name].value = value
        assert widget.png != before, name
