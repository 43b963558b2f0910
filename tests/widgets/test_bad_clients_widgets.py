"""The widgets of lesson 24: where rules land, the stored runs and how they were made, the masked sum."""

import csv

import numpy as np
import pytest

from lessons import small_network
from lessons.checks import bad_clients as checks
from lessons.fl import robust
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, PINK, RED, SKY
from lessons.transcript import seen_by
from lessons.widgets import bad_clients as widgets
from tests.plots.artists import frame, line, numbers, same_lines, texts, ticks, upright
from tests.widgets import bad_client_runs
from tests.widgets.every_widget import move

CONTROLS = {  # see test_controls.py
    "where_rules_land": {
        "n_bad": ("bad clients of eleven", 1, 1, 10, 1),
        "distance": ("how far away they stand", 10**0.6, 1, 1000, 30),
    },
    "rules_under_attack": {
        "attack": ("attack", "−20 times"),
        "n_bad": ("bad clients of twenty", 1, 0, 9, 1),
    },
    "masked_messages": {
        "step": ("step", 2, 0, 4, 1),
        "viewer": ("look over the shoulder of", "server"),
    },
}
COLOURS = (BLACK, BLUE, SKY, GREEN, ORANGE, PINK, GREY)
MARKERS = "XsD^ovP"
RULES = list(widgets.PLANE)


@pytest.mark.parametrize(("n_bad", "distance"), [(1, 1.0), (4, 37.0), (5, 1000.0), (10, 2.5)])
def test_bad_clients_stand_together_where_the_slider_says(n_bad, distance):
    shown = widgets.places(n_bad=n_bad, distance=distance)
    middle = shown.honest.mean(axis=0)
    assert shown.honest.shape == (11 - n_bad, 2) and shown.bad.shape == (n_bad, 2)
    away = np.linalg.norm(shown.bad - middle, axis=1)
    assert np.abs(away - distance).max() < 1
    updates = np.vstack([shown.honest, shown.bad])
    assert np.allclose(shown.landed["mean"], updates.mean(axis=0))
    assert np.allclose(shown.landed["Krum"], robust.krum(updates, n_bad=4))
    assert np.allclose(shown.landed["trimmed mean"], robust.trimmed_mean(updates, n_trimmed=4))
    for name, off in shown.off.items():
        assert off == pytest.approx(np.linalg.norm(shown.landed[name] - middle))


def test_the_crowd_stays_when_liars_are_added():
    few, many = (widgets.places(n_bad=n, distance=9.0) for n in (2, 6))
    assert (few.honest[:5] == many.honest).all()
    for shown in (few, many):  # with what bad clients would have sent, the crowd is whole
        assert np.allclose(np.vstack([shown.honest, shown.instead])[:5], many.honest)
        assert len(shown.instead) == len(shown.bad)
    assert (np.vstack([few.honest, few.instead]) == np.vstack([many.honest, many.instead])).all()


def test_answer_of_question_a_can_be_read_off_the_widget():
    shown = move(widgets.where_rules_land(), n_bad=5, distance=1000.0)
    far = [
        r for r, off in widgets.places(n_bad=5, distance=1000.0).off.items() if off > widgets.FAR
    ]
    assert far == ["mean", "trimmed mean", "multi-Krum"]
    assert checks.rules_far_away.verdict(len(far)).correct
    assert shown.alt.endswith("Far away: mean, trimmed mean, multi-Krum.")
    written = [words for words, _, _ in texts(shown.figure.axes[1])]
    assert sum(words.startswith("→") for words in written) == 3
    median = [widgets.places(n_bad=n, distance=1000.0).off["median"] > 10 for n in range(1, 11)]
    assert median == [False] * 5 + [True] * 5


def test_worst_distance_of_question_b_can_be_seen_on_the_axis():
    off = {d: widgets.places(n_bad=4, distance=d).off["multi-Krum"] for d in (1000, 2.51, 1)}
    assert off[1000] < 1e-9 < 2 * off[1] - off[2.51] < off[2.51] < widgets.AXIS_END
    far = [widgets.places(n_bad=5, distance=d).off for d in (4.0, 1000.0)]
    widget = move(widgets.where_rules_land(), n_bad=5, distance=1000.0)
    words = [words for words, _, _ in texts(widget.figure.axes[1])]
    assert f"→ {far[1]['mean']:.3g}" in words and "the axis ends at 3" in words
    (bar, *_) = widget.figure.axes[1].lines
    assert list(bar.get_xdata()) == [0, 3]


def visible(points):
    (left, right), (low, high) = (-3, 6), (-3, 5)
    return np.array([(x, y) for x, y in points if left < x < right and low < y < high]).reshape(
        -1, 2
    )


@pytest.mark.parametrize(("n_bad", "distance"), [(1, 10**0.6), (5, 1000.0), (10, 100.0)])
def test_picture_shows_where_each_rule_lands_and_how_far_off_that_is(n_bad, distance):
    widget = move(widgets.where_rules_land(), n_bad=n_bad, distance=distance)
    plane, bars = widget.figure.axes
    shown = widgets.places(n_bad=n_bad, distance=distance)
    same_lines(
        plane,
        line(*shown.honest.T, GREY, "."),
        line(*shown.instead.T, GREY, "."),
        line(*visible(shown.bad).T, RED, "x"),
        *(
            line(*visible(shown.landed[name][None]).T, colour, marker)
            for name, colour, marker in zip(RULES, COLOURS, MARKERS, strict=True)
        ),
    )
    off = list(shown.off.values())
    ends = np.minimum(off, 3)
    same_lines(
        bars,
        *(line([0, one], [-k, -k], COLOURS[k]) for k, one in enumerate(ends)),
        *(line([one], [-k], COLOURS[k], MARKERS[k]) for k, one in enumerate(ends)),
        upright(3, BLACK, "--"),
    )
    (words, *_), *_ = texts(plane)
    outside = {"bad": distance, **shown.off} if distance > 5 else {}
    for name in RULES:
        if len(visible(shown.landed[name][None])):
            outside.pop(name, None)
    assert words == "\n".join(f"{name}: {one:.0f} away ↗" for name, one in outside.items())
    assert [ticks(bars.yaxis)[-k] for k in range(7)] == RULES
    frame(plane, xlabel="first number", ylabel="second number")
    frame(bars, xlabel="distance from the honest mean", ylabel="rule")
    beside = [words for words, _, _ in texts(bars)][:7]
    assert beside == [f"{one:.2f}" if one <= 3 else f"→ {one:.3g}" for one in off]
    written = numbers(widget.alt.split("Distance from the honest mean:")[1])
    assert written == [f"{one:.2f}" for one in off]


def test_stored_runs_are_those_of_the_table():
    with bad_client_runs.TABLE.open(encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    assert len(rows) == 5 * 7 * 10 == len(widgets.stored_runs())
    assert {row[0] for row in rows} == set(widgets.ATTACKS) == set(bad_client_runs.ATTACKS)
    assert list(dict.fromkeys(row[1] for row in rows)) == RULES == list(bad_client_runs.RULES)
    for attack, rule, n_bad, *counts in rows[::13]:
        shown = widgets.runs(attack=attack, n_bad=int(n_bad))
        right, fooled = np.array(counts, dtype=int).reshape(2, 10)
        assert shown.each[rule] == pytest.approx(right / 360)
        assert shown.accuracy[rule] == pytest.approx(right.mean() / 360)
        if attack == "backdoor":
            assert shown.success[rule] == pytest.approx(fooled.mean() / 332)
        else:
            assert shown.success is None
        assert shown.unattacked[rule] == widgets.runs(attack=attack, n_bad=0).accuracy[rule]
        assert shown.lost[rule] == pytest.approx(shown.unattacked[rule] - shown.accuracy[rule])


def test_clients_that_are_dealt_alike_have_the_same_runs_when_nobody_is_bad():
    alike = [one for one in widgets.ATTACKS if "unlike" not in one]
    honest = [widgets.runs(attack=one, n_bad=0).accuracy for one in alike]
    assert len(alike) == 4 and all(one == honest[0] for one in honest)


def test_numbers_of_test_images_are_those_of_the_split():
    images, _, test_images, test_labels = bad_client_runs.split()
    assert (len(images), len(test_images)) == (1437, widgets.N_TEST)
    assert (test_labels != 0).sum() == widgets.N_STAMPED
    assert (bad_client_runs.N_CLIENTS, bad_client_runs.MOST) == (
        widgets.N_CLIENTS,
        widgets.MOST_BAD,
    )


@pytest.mark.parametrize(
    ("attack", "rule", "n_bad"),
    [
        ("−20 times", "trimmed mean", 4),
        ("labels lie", "median", 6),
        ("backdoor", "mean", 1),
        ("inner product (clients alike)", "Krum", 4),
        ("inner product (clients unlike)", "multi-Krum", 4),
    ],
)
def test_a_run_made_again_gives_the_stored_row(attack, rule, n_bad):
    right, fooled = bad_client_runs.one_run(attack, rule, n_bad, seed=1)
    with bad_client_runs.TABLE.open(encoding="utf-8") as file:
        (row,) = [one for one in csv.reader(file) if one[:3] == [attack, rule, str(n_bad)]]
    assert abs(right - int(row[4])) <= 4 and abs(fooled - int(row[14])) <= 4  # another processor


def test_what_the_lesson_says_of_the_stored_runs_holds_for_each_seed():
    with bad_client_runs.TABLE.open(encoding="utf-8") as file:
        table = {
            (attack, rule, int(n)): np.array(counts, dtype=int).reshape(2, 10)
            for attack, rule, n, *counts in list(csv.reader(file))[1:]
        }
    sharp = ("trimmed mean", "multi-Krum")
    for rule in RULES:
        four, five = (table["backdoor", rule, n][1] / 332 for n in (4, 5))
        if rule in sharp:
            assert four.max() < 0.05 and five.min() > 0.6
            assert (table["−20 times", rule, 5][0] / 360).max() < 0.3
        if rule in ("mean", "norm clipping"):
            assert four.min() > 0.9
        if rule in ("median", "Krum"):
            assert five.max() < 0.05
        assert (table["backdoor", rule, 4][0] / 360).min() > 0.85  # nothing to see in the accuracy
    assert (table["−20 times", "mean", 1][0] / 360).max() < 0.35


def test_answer_of_question_c_can_be_read_off_the_widget():
    attack = "inner product (clients unlike)"
    lost = widgets.runs(attack=attack, n_bad=4).lost
    more = [rule for rule in RULES if lost[rule] > lost["mean"]]
    assert more == [rule for rule in RULES if rule != "mean"]
    assert checks.worse_than_the_mean.verdict(len(more)).correct
    widget = move(widgets.rules_under_attack(), attack=attack, n_bad=4)
    written = [words for words, _, _ in texts(widget.figure.axes[0])]
    points = [float(words.split("(")[1][:-1].replace("−", "-")) for words in written]
    assert points == [round(-100 * lost[rule], 1) for rule in RULES]
    assert sum(one < points[0] for one in points) == len(more)
    alike = widgets.runs(attack="inner product (clients alike)", n_bad=4).lost
    assert 0.005 < min(alike.values()) <= max(alike.values()) < 0.012  # "about one point"
    said = {"mean": 1.5, "geometric median": 2.6, "norm clipping": 2.0}  # by the gallery
    assert all(round(100 * lost[rule], 1) == one for rule, one in said.items())
    opened = widgets.rules_under_attack().values
    assert opened == {"attack": "−20 times", "n_bad": 1}, "the answer does not stand there yet"


@pytest.mark.parametrize(
    ("attack", "n_bad"),
    [("backdoor", 5), ("inner product (clients unlike)", 9), ("−20 times", 0)],
)
def test_bars_show_accuracy_and_success_and_a_mark_where_nobody_is_bad(attack, n_bad):
    widget = move(widgets.rules_under_attack(), attack=attack, n_bad=n_bad)
    left, right = widget.figure.axes
    shown = widgets.runs(attack=attack, n_bad=n_bad)
    success = shown.success or dict.fromkeys(RULES, 0.0)
    heights = -np.arange(7.0)
    same_lines(
        left,
        *(line([0, one], [-k, -k], COLOURS[k]) for k, one in enumerate(shown.accuracy.values())),
        line(list(shown.unattacked.values()), heights, RED, "|"),
        line(np.ravel(list(shown.each.values())), np.repeat(heights, 10), BLACK, "."),
    )
    same_lines(
        right, *(line([0, one], [-k, -k], COLOURS[k]) for k, one in enumerate(success.values()))
    )
    written = [words.split(" ")[0] for words, _, _ in texts(left)]
    assert written == [f"{one:.3f}" for one in shown.accuracy.values()]
    beside = [words for words, _, _ in texts(right) if words]
    if attack == "backdoor":
        assert beside == [f"{one:.3f}" for one in success.values()]
        assert all(
            f"{rule} {one:.3f}" in widget.alt.split("success:")[1] for rule, one in success.items()
        )
    else:
        assert beside == ["this attack has no backdoor"] and "success" not in widget.alt
    frame(
        left, xlabel="test accuracy", ylabel="rule", title="red: no bad client · dots: the ten runs"
    )
    frame(right, xlabel="backdoor success")
    both = [f"{r} {shown.accuracy[r]:.3f} (lost {shown.lost[r]:.3f})" for r in RULES]
    assert all(words in widget.alt for words in both)


def test_masks_cancel_and_the_server_reads_no_update():
    script = widgets.masked_sum()
    own = {name: parts[0] for name, parts in widgets.MASKED.items()}
    total = sum(sum(parts) for parts in widgets.MASKED.values())
    assert total == sum(own.values()) == 909
    seen = seen_by(script, ["server"], step=4)
    assert not any(
        str(one) == word for one in own.values() for m in seen for word in m.content.split()
    )
    assert "909 / 3 = 303.0" in seen[-1].content
    assert {m.step for m in script.messages} == {1, 2, 3, 4}, "something to see in each step"
    assert seen[-2].content == "+322 -178 +765 = 909"
    assert "sum" not in {m.label for m in seen_by(script, widgets.MASKED, step=4)}
    shown = move(widgets.masked_messages(), step=3)
    (note,) = [words for words, _, _ in texts(shown.figure.axes[1]) if "sum" in words]
    assert note == "step 3: server: sum = +322 -178 +765 = 909"
    masks = [m.content for m in script.messages if m.step == 1]
    assert masks == [
        "+412 for me, -412 for you",
        "-95 for me, +95 for you",
        "+230 for me, -230 for you",
    ]
    for name, (_, *pair) in widgets.MASKED.items():
        mine = [
            int(m.content.split()[0 if m.sender == name else 3])
            for m in script.messages
            if m.step == 1 and name in (m.sender, *m.receivers)
        ]
        assert sorted(mine) == sorted(pair), name


def test_the_network_of_the_table_is_that_of_the_course():
    start = bad_client_runs.start(0)
    assert small_network.logits(start, np.zeros((1, 64))).shape == (1, 10)
