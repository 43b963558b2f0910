"""Widgets of lesson 31: what they compute, against independent values."""

from fractions import Fraction

import numpy as np
import pytest

from lessons.checks import additive_sharing as checks
from lessons.mpc.exhaustion import leaking_coalition
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED
from lessons.transcript import seen_by
from lessons.widgets import additive_sharing as widgets
from tests.plots.artists import frame, hex_of, numbers, texts, ticks
from tests.widgets.every_widget import move

CONTROLS = {  # see test_controls.py
    "shares_on_a_clock": {
        "secret": ("secret x", 4, 0, 11, 1),
        "run": ("run (how the two dice landed)", 90, 0, 143, 1),
        "viewer": ("look over the shoulder of", "party 3"),
        "reduced": ("last share reduced (% Q)", False),
    },
    "three_hospitals": {
        "step": ("step", 1, 0, 4, 1),
        "viewer": ("look over the shoulder of", "Cleveland"),
    },
}


@pytest.mark.parametrize("reduced", [False, True])
def test_the_shares_of_every_run_add_up_to_the_secret(reduced):
    for secret in range(12):
        for run in range(144):
            shares = widgets.three_shares(secret, run=run, reduced=reduced)
            assert sum(shares) % 12 == secret
            assert shares[:2] == (run // 12, run % 12)
            assert max(shares) < (12 if reduced else 24)


@pytest.mark.parametrize(("reduced", "leak"), [(True, None), (False, (2,))])
def test_the_picture_shows_a_secret_sharing_only_with_the_box_ticked(reduced, leak):
    def sharing(secret, draw):
        return widgets.three_shares(secret, run=12 * draw() + draw(), reduced=reduced)

    assert leaking_coalition(sharing, n_parties=3, modulus=12) == leak


@pytest.mark.parametrize("viewer", widgets.PARTIES)
@pytest.mark.parametrize("reduced", [False, True])
def test_the_bars_hold_all_runs_and_follow_the_closed_form(viewer, reduced):
    for secret in range(12):
        view = widgets.clock(secret=secret, run=7, reduced=reduced, viewer=viewer)
        shifted = viewer == "party 3" and not reduced
        start = secret + 1 if shifted else 0  # Q − r + x runs from x + 1 to x + Q
        expected = np.where((np.arange(24) >= start) & (np.arange(24) < start + 12), 12, 0)
        assert np.array_equal(view.with_secret, expected)
        assert view.with_secret.sum() == view.with_zero.sum() == 144


def test_the_answer_to_question_a_can_be_counted_in_the_bars():
    view = widgets.clock(secret=9, run=0, reduced=False, viewer="party 3")
    certain = view.with_secret[view.with_zero == 0].sum()
    assert Fraction(int(certain), 144) == Fraction(3, 4)
    assert checks.fraction_exposed.verdict(certain / 144).correct


def test_the_caption_says_what_the_picture_shows():
    view = widgets.clock(secret=4, run=90, reduced=False, viewer="party 3")
    words = widgets.describe(view)
    for piece in ("secret 4", "hops of 7, 6 and 15", "Party 3 sees 15", "5 to 16", "1 to 12"):
        assert piece in words


def test_the_hospitals_transcript_opens_the_sums_of_the_table():
    script = widgets.hospital_transcript()
    assert script.parties == ("Cleveland", "Hungary", "Switzerland")
    assert script.holds["Switzerland"].startswith("ages 6804, patients 123; keeps share 3 = ")
    assert "ages 37360, patients 720" in script.steps[3]
    assert len(script.messages) == 12
    opened = {m.sender: m.content for m in script.messages if m.step == 3}
    columns = zip(*(map(int, content.split(", ")) for content in opened.values()), strict=True)
    assert [sum(column) % 100_000 for column in columns] == [37360, 720]


def test_before_the_opening_no_message_holds_an_input_in_the_clear():
    script = widgets.hospital_transcript()
    inputs = {
        number.strip(",;")
        for text in script.holds.values()
        for number in text.split(";")[0].split()
        if "a" not in number
    }
    assert {"16523", "304", "6804", "123"} <= inputs
    for message in seen_by(script, script.parties, step=2):
        assert not set(message.content.split(", ")) & inputs


def test_the_share_that_a_hospital_keeps_completes_the_shares_that_it_sends():
    script = widgets.hospital_transcript()
    for name, text in script.holds.items():
        own, kept = text.split("; keeps share ")
        sent = [m.content.split(", ") for m in script.messages if m.step == 1 and m.sender == name]
        assert len(sent) == 2
        rows = [kept.split(" = ")[1].split(", "), *sent]
        sums = [sum(map(int, column)) % 100_000 for column in zip(*rows, strict=True)]
        assert sums == [int(word) for word in own.replace(",", "").split() if word.isdigit()]


def test_the_answer_to_question_c_follows_from_what_the_pair_sees():
    script = widgets.hospital_transcript()
    total, count = (
        int(word) for word in script.steps[3].replace(",", "").split() if word.isdigit()
    )
    for name in ("Cleveland", "Hungary"):
        own_total, own_count = (
            int(word)
            for word in script.holds[name].split(";")[0].replace(",", "").split()
            if word.isdigit()
        )
        total, count = total - own_total, count - own_count
    assert checks.third_hospital.verdict(total / count).correct


def test_every_control_of_the_clock_changes_the_picture():
    widget = widgets.shares_on_a_clock()
    for name, value in {"secret": 9, "run": 17, "viewer": "party 1", "reduced": True}.items():
        before = widget.png
        widget.controls[name].value = value
        assert widget.png != before, name


def test_from_the_mean_alone_the_pair_would_have_several_candidates():
    mean = Fraction(37360, 720)
    own_total, own_count = 16523 + 14033, 304 + 293
    candidates = {}
    for count in range(1, 300):
        total = mean * (own_count + count) - own_total
        if total.denominator == 1:  # a sum of whole years
            candidates[count] = round(float(total) / count, 1)
    assert candidates[123] == 55.3
    assert [candidates[count] for count in (114, 132)] == [55.6, 55.1]
    assert min(count for count in candidates if count > 114) == 123


def around(line):
    """(hours from the top, clockwise, from −6 to 6; distance from the middle) of a line's points."""
    x, y = np.asarray(line.get_xdata()), np.asarray(line.get_ydata())
    return np.arctan2(x, y) * 6 / np.pi, np.hypot(x, y)


@pytest.mark.parametrize(
    ("secret", "run", "reduced", "viewer"),
    [
        (9, 67, False, "party 3"),
        (9, 67, True, "party 3"),
        (0, 0, False, "party 1"),
        (11, 143, True, "party 2"),
    ],
)
def test_picture_and_words_of_the_clock(secret, run, reduced, viewer):
    widget = move(
        widgets.shares_on_a_clock(), secret=secret, run=run, reduced=reduced, viewer=viewer
    )
    face, chart = widget.figure.axes
    first, second = run // 12, run % 12
    last = 12 - (first + second) % 12 + secret
    last = last % 12 if reduced else last
    shares, party, start, inner = (first, second, last), int(viewer[-1]) - 1, 0, 0.0
    for k, hours in enumerate(shares):
        hop, end = widget._artists["hops"][k], widget._artists["ends"][k]
        places, radii = around(hop)
        steps = (np.diff(places) + 6) % 12 - 6  # from one point to the next, either way
        assert steps.sum() == pytest.approx(hours) and (steps >= -1e-9).all()
        assert (places[0] - start + 1e-9) % 12 < 1e-6, "it starts where the one before ended"
        assert radii[0] > inner, "each hop starts further out than the one before"
        inner = radii[0]
        start += hours
        ((hour,), (radius,)) = around(end)
        assert (hour - start + 1e-9) % 12 < 1e-6 and radius == pytest.approx(radii[-1])
        assert (np.diff(radii) >= 0).all(), "a second turn can be seen"
        assert hex_of(hop.get_color()) == hex_of(end.get_color()) == (BLUE, ORANGE, GREEN)[k]
        legend = widget._artists["legend"][k]
        assert legend.get_text() == f"party {k + 1}: {hours}"
        assert (legend.get_weight() == "bold") == (k == party)
        beside = next(one for one in face.lines[1:4] if hex_of(one.get_color()) == hop.get_color())
        assert beside.get_linestyle() == hop.get_linestyle()
        assert beside.get_xdata()[0] == pytest.approx(legend.get_position()[0])
    ((hour,), (radius,)) = around(widget._artists["secret"])
    assert (hour - secret + 1e-9) % 12 < 1e-6 and start % 12 == secret
    on_face = {words: (x, y) for words, x, y in texts(face) if words.isdigit()}
    for number in range(12):
        x, y = on_face[str(number)]
        assert (np.arctan2(x, y) * 6 / np.pi - number + 1e-9) % 12 < 1e-6
        assert np.hypot(x, y) == pytest.approx(radius)
    formula = f"12 − ({first} + {second}) % 12 + {secret}"
    formula = f"({formula}) % 12" if reduced else formula
    assert widget._artists["formula"].get_text() == f"last share = {formula} = {last}"

    shifted = party == 2 and not reduced
    low = {x: x + 1 if shifted else 0 for x in (secret, 0)}
    for name, x, sign, colour in (("up", secret, 1, BLUE), ("down", 0, -1, RED)):
        strokes = widget._artists[name]
        expected = [[(value, 0), (value, sign * 12)] for value in range(low[x], low[x] + 12)]
        assert np.array_equal(np.array(strokes.get_segments()), expected)
        assert hex_of(strokes.get_color()[0]) == colour
    held = shares[party]
    assert widget._artists["now"].get_xdata() == [held]
    words = [one for one, _, _ in texts(chart)]
    assert f"above: the secret is {secret}  (▼ this run, {viewer}: {held})" in words
    assert "below: the secret is 0" in words and "outside the clock" in words
    assert [hex_of(widget._artists[name].get_color()) for name in ("upper", "lower")] == [BLUE, RED]
    assert ticks(chart.yaxis) == {-12: "12", 0: "0", 12: "12"}
    assert chart.get_xticks().tolist() == list(range(0, 24, 2))
    frame(chart, xlabel="share that the party can see", ylabel="runs, of 144")
    assert [one.get_xdata()[0] for one in chart.lines if hex_of(one.get_color()) == GREY] == [11.5]
    assert [one.get_ydata()[0] for one in chart.lines if hex_of(one.get_color()) == BLACK][:1] == [
        0
    ]
    ranges = [w for x in (secret, 0) for w in (low[x], low[x] + 11, 12, x)]
    assert numbers(widget.alt) == [
        str(one) for one in (12, secret, *shares, 0, secret, party + 1, held, 144, *ranges)
    ]  # fmt: skip


def test_hospitals_open_their_viewer_before_cleveland():
    assert widgets.three_hospitals().values == {"step": 1, "viewer": "Cleveland"}
    script = widgets.hospital_transcript()
    assert script.steps[:3] == (
        "each hospital shares its total and its count",
        "each adds the three shares that it holds",
        "each sends its sum to the others",
    )
    assert [f"share {k} = " in text for k, text in enumerate(script.holds.values(), 1)] == [
        True
    ] * 3


def test_at_the_end_a_pair_still_reads_all_that_the_third_hospital_sent_to_it():
    widget = move(widgets.three_hospitals(), step=4, viewer="Cleveland + Hungary")
    rows = [one.get_text() for one in widget._artists["lines"]]
    for step in (1, 3):
        for name in ("Cleveland", "Hungary"):
            start = f"step {step}: Switzerland -> {name}:"
            assert sum(row.startswith(start) for row in rows) == 1
