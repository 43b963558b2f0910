"""Widgets of lesson 36: one neuron message by message; waiting and sending."""

import numpy as np
import pytest

from lessons.checks import private_inference as checks
from lessons.mpc.servers import private_network
from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED
from lessons.transcript import seen_by
from lessons.widgets import private_inference as widgets
from tests.plots.artists import frame, line, numbers, same_legend, same_lines, texts, upright
from tests.widgets.every_widget import move

CONTROLS = {  # see test_controls.py
    "one_neuron": {
        "step": ("step", 1, 0, 5, 1),
        "viewer": ("look over the shoulder of", "server 1"),
    },
    "waiting_and_sending": {
        "latency": ("latency in ms", 0.1, 0.1, 1000.0, 40),
        "bandwidth": ("bandwidth in Mbit/s", 1000.0, 1.0, 10_000.0, 40),
        "n_images": ("images", 1.0, 1.0, 1e5, 100),
    },
}


def sent(script):
    """Every number that is sent, by its name: "b 2" -> 30."""
    found = {}
    for one in script.messages:
        pairs = zip(one.label.split(", "), one.content.split(", "), strict=True)
        found |= {name: int(number) for name, number in pairs}
    return found


def test_the_messages_are_those_of_a_right_neuron():
    script, q = widgets.neuron().transcript, 256
    got = sent(script)
    x, w, b = (sum(got[f"{name} {k}"] for k in (1, 2, 3)) % q for name in "xwb")
    assert (x, w, b) == (3, -5 % q, 4)
    rows = [got[f"score {k}"] for k in (1, 2, 3)]
    assert tuple(rows) == widgets.neuron().score_rows
    assert sum(rows) % q - q == widgets.SCORE == 3 * -5 + 4
    dealt = np.array([numbers(script.holds[f"server {k}"])[-3:] for k in (1, 2, 3)], dtype=int)
    a, b_, c = dealt.sum(axis=0) % q
    assert c == a * b_ % q
    for k in (1, 2, 3):
        assert got[f"d {k}"] == (got[f"x {k}"] - dealt[k - 1, 0]) % q
        assert got[f"e {k}"] == (got[f"w {k}"] - dealt[k - 1, 1]) % q
    every = [*got.values(), *dealt.ravel().tolist()]
    assert len(set(every)) == len(every), "no two numbers can be mistaken for each other"


def test_who_sends_what_to_whom():
    script = widgets.neuron().transcript
    servers = [f"server {k}" for k in (1, 2, 3)]
    ways = {(one.step, one.sender, one.receivers[0]) for one in script.messages}
    assert ways == (
        {(1, "image's owner", one) for one in servers}
        | {(2, "model's owner", one) for one in servers}
        | {(step, a, b) for step in (3, 4) for a in servers for b in servers if a != b}
        | {(5, one, "image's owner") for one in servers}
    )
    assert [one.step for one in script.messages] == sorted(one.step for one in script.messages)


def test_a_server_and_a_pair_of_servers_lack_a_row_of_everything():
    script = widgets.neuron().transcript
    for viewers in (["server 1"], ["server 1", "server 2"], ["server 2", "server 3"]):
        names = {name for one in seen_by(script, viewers, step=5) for name in one.label.split(", ")}
        for secret in ("x", "w", "b", "score"):
            assert sum(f"{secret} {k}" in names for k in (1, 2, 3)) == len(viewers)
    names = {one.label for one in seen_by(script, ["image's owner"], step=5)}
    assert {f"score {k}" for k in (1, 2, 3)} <= names and "w 1, b 1" not in names


def test_answer_of_question_a_can_be_read_off_the_widget():
    widget = move(widgets.one_neuron(), step=5, viewer="image's owner")
    rows = [
        int(part.split(": ")[1].rstrip("."))
        for part in widget.alt.split("score ")[1:]
        for part in [part.split(";")[0]]
    ]
    assert sorted(rows) == sorted(widgets.neuron().score_rows)
    assert checks.neuron_score.verdict(sum(rows) % 256 - 256).correct


@pytest.mark.parametrize(
    ("latency", "bandwidth", "n"), [(0.1, 1000.0, 1.0), (40.0, 100.0, 447.0), (1000.0, 1.0, 1e5)]
)
def test_times_are_those_of_the_counts(latency, bandwidth, n):
    result = widgets.times(latency=latency, bandwidth=bandwidth, n_images=n)
    parts = private_network.costs(int(n), (64, 32, 10), n_parties=3, modulus=2**64)
    assert result.waiting == pytest.approx(13 * latency / 1000)
    assert sum(one.rounds for one in parts) == widgets.rounds() == 13
    n_bytes = sum(one.n_bytes for one in parts)
    assert result.sending == pytest.approx(8 * n_bytes / (bandwidth * 1e6))


def test_counts_of_the_text_are_those_of_the_formula():
    assert widgets.bytes_line() == (37_888, 14_336)
    many = private_network.costs(360, (64, 32, 10), n_parties=3, modulus=2**64)
    assert 37_888 + 360 * 14_336 == sum(one.n_bytes for one in many) == 5_198_848


def test_answer_of_question_c_can_be_read_off_the_widget():
    places = widgets.waiting_and_sending().controls["n_images"]
    steps = 10 ** np.arange(places.min, places.max + 1e-9, places.step)
    apart = [
        abs(np.log(one.sending / one.waiting))
        for one in (widgets.times(latency=40.0, bandwidth=100.0, n_images=n) for n in steps)
    ]
    nearest = steps[int(np.argmin(apart))]
    assert checks.equal_times.verdict(nearest).correct
    for other in (steps[int(np.argmin(apart)) + 1], steps[int(np.argmin(apart)) - 1]):
        assert not checks.equal_times.verdict(other).correct
    for slider, value in (("latency", 40.0), ("bandwidth", 100.0)):
        control = widgets.waiting_and_sending().controls[slider]
        reachable = 10 ** np.arange(control.min, control.max + 1e-9, control.step)
        assert np.abs(reachable / value - 1).min() < 0.01


@pytest.mark.parametrize(
    ("latency", "bandwidth", "n"), [(0.1, 1000.0, 1.0), (100.0, 100.0, 1e3), (1000.0, 1.0, 1e5)]
)
def test_both_times_are_drawn_and_the_chosen_batch_is_marked(latency, bandwidth, n):
    widget = move(widgets.waiting_and_sending(), latency=latency, bandwidth=bandwidth, n_images=n)
    result = widgets.times(latency=latency, bandwidth=bandwidth, n_images=n)
    (axes,) = widget.figure.axes
    same_lines(
        axes,
        line([1, 1e5], [result.waiting] * 2, BLUE, "-", "waiting: 13 rounds"),
        line(widgets.IMAGES, result.curve, ORANGE, "--", "sending: the bytes"),
        line(widgets.IMAGES, result.curve + result.waiting, BLACK, "-", "together"),
        upright(n, GREY, ":"),
        line([n], [result.waiting + result.sending], RED, "o"),
    )
    same_legend(axes, "waiting: 13 rounds", "sending: the bytes", "together")
    frame(axes, xlabel="images in one batch", ylabel="seconds", xscale="log", yscale="log")
    low, high = axes.get_ylim()
    assert low < result.sending and result.waiting + result.sending < high
    said = f"together {result.waiting + result.sending:.3g} s"
    assert said in widget.alt and any(said in one for one, _, _ in texts(axes))
