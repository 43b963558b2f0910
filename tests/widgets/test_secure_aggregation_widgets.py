"""Widgets of lesson 38: one round with a drop-out; crowds, drop-outs and spies."""

from math import comb

import numpy as np
import pytest

from lessons.checks import secure_aggregation as checks
from lessons.checks.secure_aggregation import questions
from lessons.mpc.aggregation import sealed_shares
from lessons.plots.figure import BLUE, GREEN, GREY, ORANGE, RED
from lessons.transcript import seen_by
from lessons.widgets import secure_aggregation as widgets
from tests.plots.artists import frame, level, line, same, same_legend, same_lines, texts
from tests.widgets.every_widget import arrows, move

CONTROLS = {  # see test_controls.py
    "one_round": {
        "step": ("step", 1, 0, 5, 1),
        "viewer": ("look over the shoulder of", "server"),
    },
    "crowds_and_spies": {
        "n_clients": ("clients", 30, 10, 200, 10),
        "drop_rate": ("drop-out rate", 0.1, 0.0, 0.5, 0.05),
        "threshold": ("threshold", 15, 1, 199, 1),
    },
}


def contents(script, viewers, *, step=5):
    return {
        (one.step, one.sender, one.label): one.content
        for one in seen_by(script, viewers, step=step)
    }


def test_the_masks_that_are_left_over_lead_to_the_sum_of_two():
    done = widgets.viewed_round()
    assert done.survivors == (1, 2) and done.total == [41 + 97]
    masks = widgets.leftover_masks(done)
    seen = contents(widgets.round_transcript(), ("server",))
    y = tuple(int(seen[3, f"client {k}", f"y{k}"]) for k in (1, 2))
    assert (y, tuple(masks.values())) == (questions.Y, questions.MASKS)
    assert list(masks) == ["b1", "b2", "s13", "s23"]
    for name, value in masks.items():
        assert seen[5, "server", f"mask of {name}"] == str(value)
    assert (sum(y) - sum(masks.values())) % 256 == 138
    assert checks.sum_of_two.verdict(138).correct


def test_nobody_but_the_receiver_reads_an_envelope():
    script = widgets.round_transcript()
    done = widgets.viewed_round()
    server = contents(script, ("server",))
    assert {one for (step, _, _), one in server.items() if step == 2} == {"sealed"}
    for receiver in (1, 2, 3):
        seen = [
            one
            for one in seen_by(script, (f"client {receiver}",), step=5)
            if one.step == 2 and one.receivers == (f"client {receiver}",)
        ]
        assert [one.sender for one in seen] == [f"client {k}" for k in (1, 2, 3) if k != receiver]
        if receiver == 3:
            continue  # it has dropped out before it opened its envelopes
        for one in seen:
            sender = int(one.sender[-1])
            key, own = done.clients[receiver].shares[sender][:, 0]
            assert one.content == f"key {sender}: {key}, b{sender}: {own}"


def test_client_3_is_silent_from_step_3_on():
    script = widgets.round_transcript()
    ways = [(one.step, one.sender, one.label) for one in script.messages if one.step >= 3]
    assert ways == [
        (3, "client 1", "y1"),
        (3, "client 2", "y2"),
        (4, "server", "list"),
        (4, "client 1", "shares"),
        (4, "client 2", "shares"),
        *((5, "server", f"mask of {name}") for name in ("b1", "b2", "s13", "s23")),
    ]
    (told,) = [one for one in script.messages if one.label == "list"]
    assert (told.receivers, told.content) == (("client 1", "client 2"), "1, 2")
    assert script.holds == {f"client {k}": f"x{k} = {x}" for k, x in ((1, 41), (2, 97), (3, 150))}
    assert len(script.steps) == 5


def test_the_server_finds_the_secrets_from_the_shares_that_it_was_given():
    done = widgets.viewed_round()
    rows = [[done.clients[k].shares[3][0]] for k in (1, 2)]
    (key,) = sealed_shares.reconstruct(rows, [1, 2], threshold=1)
    assert key == done.clients[3].mask_pair.secret


def test_the_list_of_the_server_fits_into_the_viewer():
    widget = move(widgets.one_round(), step=5)
    shown = [one.get_text() for one in widget._artists["lines"]]
    for name in ("y1 = 120", "y2 = 121", "b1 = 187", "b2 = 101", "s13 = 178", "s23 = 149"):
        assert any(name in one for one in shown), name
    assert not any("not shown" in one for one in shown)


def test_a_client_cannot_read_what_passes_between_others():
    widget = move(widgets.one_round(), step=2, viewer="client 1")
    readable = {pair for pair, (colour, *_) in arrows(widget).items() if colour == BLUE}
    assert readable == {pair for pair in arrows(widget) if "client 1" in pair}
    assert ("client 2", "client 3") in arrows(widget)


def by_hand(n, rate, threshold):
    """threshold + 1 or more of n stay."""
    stay = 1 - rate
    return sum(comb(n, k) * stay**k * rate ** (n - k) for k in range(threshold + 1, n + 1))


@pytest.mark.parametrize(
    ("n", "rate", "threshold", "spies"),
    [(30, 0.1, 22, 15), (30, 0.3, 14, -1), (10, 0.0, 5, 1), (200, 0.5, 99, -1), (20, 0.2, 13, 7)],
)
def test_chances_and_spies(n, rate, threshold, spies):
    result = widgets.crowd(n_clients=n, drop_rate=rate, threshold=threshold)
    assert result.chance == pytest.approx(by_hand(n, rate, threshold))
    assert result.tolerated == spies
    for c in range(threshold + 1):
        assert (2 * (threshold + 1) > n + c) == (c <= spies)


def test_answers_of_the_questions_can_be_read_off_the_widget():
    settings = {"n_clients": questions.CLIENTS, "drop_rate": questions.RATE}
    good = [t for t in range(1, 30) if widgets.crowd(**settings, threshold=t).chance >= 0.99]
    assert good == list(range(1, 23)) and checks.largest_threshold.verdict(good[-1]).correct
    for n, last, spies in ((30, 14, -1), (200, 124, 49)):
        every = [widgets.crowd(n_clients=n, drop_rate=0.3, threshold=t) for t in range(1, n)]
        best = [one for one in every if one.chance >= 0.99][-1]
        assert (best.threshold, best.tolerated) == (last, spies)


@pytest.mark.parametrize(
    ("n", "rate", "threshold"), [(30, 0.1, 22), (30, 0.3, 14), (10, 0.5, 199), (200, 0.05, 150)]
)
def test_both_curves_and_the_dot(n, rate, threshold):
    widget = move(widgets.crowds_and_spies(), n_clients=n, drop_rate=rate, threshold=threshold)
    left, right = widget.figure.axes
    result = widgets.crowd(n_clients=n, drop_rate=rate, threshold=threshold)
    places, possible = np.arange(1, n) / n, threshold < n
    spies = np.array([2 * t + 1 - n for t in range(1, n)])
    curve = [one for one in left.lines if len(one.get_xdata()) > 3]
    assert same(curve[0].get_ydata(), [by_hand(n, rate, t) for t in range(1, n)], rel=1e-6)
    now = [next(one for one in axes.lines if one.get_marker() == "o") for axes in (left, right)]
    assert [one.get_visible() for one in now] == [possible] * 2
    if possible:
        assert now[0].get_xdata() == [threshold / n] and now[0].get_ydata() == [result.chance]
        assert now[1].get_ydata() == [max(2 * threshold + 1 - n, 0) / n]
        same_lines(
            right,
            line([0, 1], [0, 1], GREY, ":", "server that follows the rules"),
            line(
                places[spies >= 0],
                spies[spies >= 0] / n,
                ORANGE,
                "-",
                "server that lies, by (38.iv)",
            ),
            line(now[1].get_xdata(), now[1].get_ydata(), RED, "o"),
        )
        same_lines(
            left,
            level(0.99, GREEN, "--", "99 %"),
            line(places, result.survives, BLUE),
            line(now[0].get_xdata(), now[0].get_ydata(), RED, "o"),
        )
    same_legend(left, "99 %")
    same_legend(right, "server that follows the rules", "server that lies, by (38.iv)")
    frame(left, xlabel="threshold / clients", ylabel="chance that a round survives")
    frame(right, xlabel="threshold / clients", ylabel="most spies / clients")
    said = [one for axes in (left, right) for one, _, _ in texts(axes) if one]
    assert all(one in widget.alt for one in said if "%" in one or "spies" in one or "spy" in one)


def test_words_of_the_crowd():
    def told(n, rate, threshold):
        return widgets.describe(widgets.crowd(n_clients=n, drop_rate=rate, threshold=threshold))

    assert told(30, 0.1, 22) == (
        "30 clients, of whom 10% drop out, threshold 22: 23 of 30 must stay: 99.22%; "
        "(38.iv) holds with up to 15 spies."
    )
    assert "over 99.99%; (38.iv) holds with up to 1 spy." in told(30, 0.1, 15)
    assert "(38.iv) fails even without spies" in told(30, 0.3, 14)
    assert told(10, 0.1, 10).endswith("the threshold must be below the number of clients.")
