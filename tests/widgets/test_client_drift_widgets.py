"""The widgets of lesson 22 answer."""

import numpy as np
import pytest

from lessons.checks import client_drift as checks
from lessons.fl import drift
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED
from lessons.transcript import seen_by
from lessons.widgets import client_drift as widgets
from tests.plots.artists import (
    frame,
    inside,
    level,
    line,
    numbers,
    same_legend,
    same_lines,
    texts,
)
from tests.widgets.every_widget import move

CONTROLS = {  # see test_controls.py
    "where_it_lands": {
        "method": ("method (FedProx with μ = 0 is FedAvg)", "FedProx"),
        "local_steps": ("local steps E", 5, 1, 100, 1),
        "learning_rate": ("learning rate η", 0.05, 0.01, 0.06, 0.01),
        "proximal": ("μ of FedProx", 0, 0, 20, 1),
        "shown_round": ("round shown on the right", 40, 1, 40, 1),
    },
    "scaffold_messages": {
        "step": ("step", 1, 0, 4, 1),
        "viewer": ("look over the shoulder of", "client 1"),
    },
}


def by_steps(method, *, local_steps, learning_rate, proximal, shown_round):
    """The path, and the walks of the round that is shown, step by step."""
    p, w, controls, path = np.array([0.5, 0.5]), 0.0, np.zeros((2, 1)), [0.0]
    mu = proximal if method == "FedProx" else 0.0

    def updates(n_steps):
        h = (p @ controls - controls)[:, 0]
        if n_steps == 0:
            return np.zeros(2)
        return drift.quadratic_updates(
            w, [1, 10], [0, 1], local_steps=n_steps, learning_rate=learning_rate, corrections=h,
            proximal=mu,
        )  # fmt: skip

    for number in range(1, 41):
        u = updates(local_steps)
        if number == shown_round:
            walks = np.array([w + updates(n) for n in range(local_steps + 1)])
        if method == "SCAFFOLD":
            h = p @ controls - controls
            controls = -u[:, None] / (local_steps * learning_rate) - h
        w = w + p @ u
        path.append(w)
    return np.array(path), walks


SETTINGS = [
    ("FedProx", 5, 0.05, 0, 40),
    ("FedProx", 1, 0.01, 0, 1),
    ("FedProx", 37, 0.06, 20, 3),
    ("FedProx", 100, 0.05, 11, 40),
    ("SCAFFOLD", 40, 0.05, 3, 1),
    ("SCAFFOLD", 40, 0.05, 0, 7),
    ("SCAFFOLD", 100, 0.06, 0, 40),
]


@pytest.mark.parametrize(("method", "E", "eta", "mu", "n"), SETTINGS)
def test_picture_shows_the_rounds_and_one_of_them_step_by_step(method, E, eta, mu, n):
    known = {"local_steps": E, "learning_rate": eta, "proximal": mu, "shown_round": n}
    path, walks = by_steps(method, **known)
    widget = move(widgets.where_it_lands(), method=method, **known)
    left, right = widget.figure.axes
    best, homes = level(10 / 11, GREEN), (level(0, GREY, ":"), level(1, GREY, ":"))
    same_lines(
        left, best, *homes,
        line(range(41), path, BLACK, "o-"), line([n - 1], [path[n - 1]], BLACK, "o"),
        line([40, 40], [path[-1], 10 / 11], RED, "_-"),
    )  # fmt: skip
    steps = range(E + 1)
    same_lines(
        right, best,
        line(steps, walks[:, 0], BLUE, "--", "client 1"),
        line(steps, walks[:, 1], ORANGE, ":", "client 2"),
        line(steps, walks.mean(axis=1), BLACK, "-", "their average"),
        rel=1e-7,
    )  # fmt: skip
    assert inside(left) and inside(right) and right.get_xlim()[1] < 1.1 * E
    assert all(tick == round(tick) for tick in right.get_xticks())
    same_legend(right, "client 1", "client 2", "their average")
    frame(left, xlabel="rounds", ylabel="parameter w")
    frame(right, xlabel=f"local steps of round {n} (axis follows E)")
    off = f"{abs(path[-1] - 10 / 11):.3f}"
    ends = [f"{one:.3f}" for one in walks[-1]]
    name = "FedAvg" if method == "FedProx" and mu == 0 else method
    pull = [str(mu)] if name == "FedProx" else []
    alt = [
        *pull,
        str(E),
        f"{eta:.2f}",
        "40",
        f"{path[-1]:.3f}",
        off,
        "0.909",
        str(n),
        "1",
        ends[0],
        "2",
    ]
    assert numbers(widget.alt) == [*alt, ends[1]] and widget.alt.startswith(f"{name}, ")
    written = {words for words, _, _ in texts(left)}
    assert written == {
        "optimum 0.909", "client 1 alone", "client 2 alone", f"w = {path[-1]:.3f}, off by {off}",
        f"{name}, μ = {mu}" if pull else name,
    }  # fmt: skip


def test_answer_of_question_a_is_the_first_pull_that_lands_near_enough():
    def off(mu):
        return widgets.landing(
            "FedProx", local_steps=100, learning_rate=0.05, proximal=mu
        ).miss  # fmt: skip

    first = next(mu for mu in range(21) if off(mu) < 0.06)
    assert checks.least_pull.verdict(first).correct and all(off(mu) < 0.06 for mu in range(11, 21))
    assert f"{off(first - 1):.3f}" > "0.060", "the picture tells the two apart"
    assert off(0) == pytest.approx(0.408, abs=0.001)
    with pytest.raises(ValueError, match="method must be one of FedProx, SCAFFOLD"):
        widgets.landing("FedAvg", local_steps=1, learning_rate=0.05, proximal=0)


def test_walks_of_scaffold_go_flat_from_round_to_round_where_question_b_looks():
    def spread(E, n):
        known = {"learning_rate": 0.05, "proximal": 2, "shown_round": n}
        return np.ptp(widgets.landing("SCAFFOLD", local_steps=E, **known).walks, axis=0)

    for sooner, later in ((1, 2), (2, 5), (5, 10), (10, 20)):
        assert (spread(40, later) < spread(40, sooner)).all() or sooner == 1
    assert spread(40, 1)[1] > 0.99 and spread(40, 20).max() < 0.005
    assert spread(100, 20).min() > 0.04


def test_answer_of_question_c_is_what_crosses_the_line_of_client_1():
    seen = seen_by(widgets.scaffold_round(), ["client 1"], step=4)
    assert [one.sender for one in seen] == ["server", "server", "client 1", "client 1"]
    assert all("2410" in one.content for one in seen)
    fedavg, scaffold = 11.4 * 2, 6.2 * len(seen)  # mean rounds, asserted in the lesson
    assert checks.times_the_traffic.verdict(scaffold / fedavg).correct
    assert checks.times_the_traffic.verdict(1.09).correct


def test_the_server_never_sees_examples_and_the_clients_nothing_of_each_other():
    script = widgets.scaffold_round()
    assert "no examples" in script.holds["server"]
    for message in script.messages:
        assert "images" not in message.content
        assert message.sender == "server" or message.receivers == ("server",)
    assert {one.label for one in script.messages} == {"w", "c", "u_1", "new c_1", "u_2", "new c_2"}
