import IPython.display
import numpy as np
import pytest

from lessons.checks import fedavg as checks
from lessons.fl.client import client_update
from lessons.fl.rounds import fedavg_round
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED
from lessons.transcript import seen_by
from lessons.widgets import fedavg as widgets
from lessons.widgets import progress
from tests.plots.artists import frame, line, numbers, same_legend, same_lines, texts, upright
from tests.widgets.every_widget import move

CONTROLS = {  # see test_controls.py
    "send_us_the_data": {
        "step": ("step", 1, 0, 4, 1),
        "viewer": ("look over the shoulder of", "server"),
    },
    "fedavg_messages": {
        "step": ("step", 1, 0, 8, 1),
        "viewer": ("look over the shoulder of", "client 2"),
    },
    "where_the_average_lands": {
        "n_1": ("examples of client 1", 30, 1, 50, 1),
        "n_2": ("examples of client 2", 10, 1, 50, 1),
        "local_epochs": ("local epochs E", 5, 1, 20, 1),
        "rounds": ("rounds", 6, 0, 60, 1),
    },
}


@pytest.mark.parametrize(("n_1", "n_2", "epochs"), [(30, 10, 5), (1, 50, 1), (50, 1, 20)])
def test_weighted_path_equals_the_courses_own_fedavg(n_1, n_2, epochs):
    clients = [
        (np.full((size, 1), mean), np.zeros(size))
        for size, mean in zip((n_1, n_2), widgets.MEANS, strict=True)
    ]

    def train(w, inputs, targets):
        return client_update(
            w, inputs, targets, gradient=lambda w, x, _: w - x.mean(axis=0),
            local_epochs=epochs, batch_size=100, learning_rate=widgets.LEARNING_RATE,
            rng=np.random.default_rng(0),
        )  # fmt: skip

    w = np.zeros(1)
    result = widgets.landing(n_1=n_1, n_2=n_2, local_epochs=epochs, rounds=4)
    for expected in result.weighted[1:]:
        w = fedavg_round(w, clients, client_update=train)
        assert abs(w[0] - expected) < 1e-13


def test_unweighted_path_is_the_weighted_one_of_equal_sizes():
    unequal = widgets.landing(n_1=45, n_2=5, local_epochs=3, rounds=7)
    equal = widgets.landing(n_1=20, n_2=20, local_epochs=3, rounds=7)
    assert np.abs(unequal.unweighted - equal.weighted).max() < 1e-14


def test_minimum_is_where_the_joint_loss_is_smallest():
    result = widgets.landing(n_1=45, n_2=5, local_epochs=1, rounds=0)
    spacing = result.x[1] - result.x[0]
    assert abs(result.x[result.joint.argmin()] - result.minimum) <= spacing / 2
    assert result.minimum == pytest.approx(2.4) and len(result.weighted) == 1


def test_answer_of_question_e_can_be_read_off_the_widget():
    result = widgets.landing(n_1=45, n_2=5, local_epochs=5, rounds=60)
    miss = result.unweighted[-1] - result.minimum
    assert checks.unweighted_miss.verdict(round(float(miss), 2)).correct
    assert "w = 2.40" in widgets.describe(result) and "w = 4.00" in widgets.describe(result)


def test_answer_of_question_c_can_be_read_off_the_viewer():
    seen = seen_by(widgets.two_rounds(), ["client 2"], step=5)
    later = [message for message in seen if message.sender == "server" and message.step > 3]
    assert checks.client_two_reads.verdict(len(later)).correct
    assert checks.client_two_reads.verdict(len(seen)).code == "all_it_reads"


def test_plan_a_tells_the_server_everything_and_the_clients_nothing_of_each_other():
    plan = widgets.all_data_in_one_place()
    assert len(seen_by(plan, ["server"], step=1)) == 3
    assert [m.sender for m in seen_by(plan, ["client 1"], step=2)] == ["client 1"]


def test_answer_of_question_a_is_what_the_two_clients_hold():
    plan = widgets.all_data_in_one_place()
    pooled = seen_by(plan, ["client 1", "client 2"], step=4)
    assert all(message.sender in ("client 1", "client 2", "server") for message in pooled)
    assert not any("images" in m.content for m in pooled if m.sender == "server")
    own = sum(widgets.HOSPITALS[name] for name in ("client 1", "client 2"))
    assert checks.two_clients_read.verdict(own).correct
    assert checks.two_clients_read.verdict(sum(widgets.HOSPITALS.values())).code


def test_viewers_open_where_the_lesson_says():
    assert widgets.send_us_the_data().values == {"step": 1, "viewer": "server"}
    assert widgets.fedavg_messages().values == {"step": 1, "viewer": "client 2"}


def test_progress_bar_is_shown_once_and_then_moved(monkeypatch):
    shown, moved = [], []

    class Handle:
        def update(self, bar):
            moved.append(repr(bar))

    def display(bar, display_id):
        assert display_id is True
        shown.append(bar)
        return Handle()

    monkeypatch.setattr(progress, "display", display)
    bar = progress.Progress("FedAvg <E = 5>")
    for done in (1, 2, 3):
        bar(done, 3, 0.875)
    assert len(shown) == 1 and len(moved) == 2
    assert repr(shown[0]) == "FedAvg <E = 5>: round 1 of 3, accuracy 88%"
    assert 'value="1" max="3"' in shown[0]._repr_html_() and "&lt;E" in shown[0]._repr_html_()
    assert 'aria-label="FedAvg &lt;E = 5&gt;"' in shown[0]._repr_html_()


def test_progress_bar_works_without_a_notebook(capsys):
    assert IPython.display.display is progress.display
    progress.Progress("FedAvg")(1, 2, 0.5)
    assert "FedAvg: round 1 of 2, accuracy 50%" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("n_1", "n_2", "local_epochs", "rounds"),
    [(37, 11, 4, 3), (1, 50, 20, 60), (50, 1, 1, 0), (9, 7, 1, 1)],
)
def test_picture_shows_both_paths_on_the_joint_loss(n_1, n_2, local_epochs, rounds):
    widget = move(
        widgets.where_the_average_lands(),
        n_1=n_1, n_2=n_2, local_epochs=local_epochs, rounds=rounds,
    )  # fmt: skip
    share = n_1 / (n_1 + n_2)
    best, x = 2 * share + 6 * (1 - share), np.linspace(-0.5, 8, 171)
    # both paths approach their own mean; what is left of the way shrinks by 0.9^E in each round
    way = 1 - 0.9 ** (local_epochs * np.arange(rounds + 1))

    def joint(w):  # the mean of two squares: around its minimum, plus the spread
        return ((w - best) ** 2 + 16 * share * (1 - share)) / 2

    weighted, plain = best * way, 4 * way
    (axes,) = widget.figure.axes
    miss = "distance from\nthe minimum"
    same_lines(
        axes,
        line(x, (x - 2) ** 2 / 2, GREY, "--", "client 1 alone"),
        line(x, (x - 6) ** 2 / 2, GREY, ":", "client 2 alone"),
        line(x, joint(x), BLACK, "-", "joint loss F"),
        upright(best, GREEN, "-"),
        line(plain, joint(plain), ORANGE, "s-", "unweighted mean"),
        line(weighted, joint(weighted), BLUE, "o-", "weighted average"),
        line(plain[-1:], joint(plain[-1:]), RED, "s"),
        line(weighted[-1:], joint(weighted[-1:]), BLUE, "o"),
        line([best, plain[-1]], [0.069 * joint(0), 0.069 * joint(0)], RED, "|-", miss),
        rel=2e-3,  # marks stand on chords of the drawn loss
    )
    (low, high), shown = axes.get_ylim(), joint(np.concatenate([weighted, plain]))
    assert low < 0 < shown.max() <= high < 1.3 * joint(0), "the axis follows the setting"
    same_legend(
        axes, "client 1 alone", "client 2 alone", "joint loss F",
        "unweighted mean", "weighted average", miss,
    )  # fmt: skip
    frame(axes, xlabel="parameter w", ylabel="loss (axis follows the setting)")
    whole = [str(n_1), str(n_2), f"{best:.2f}", str(rounds), str(local_epochs)]
    far = f"{abs(plain[-1] - best):.2f}"
    assert numbers(widget.alt) == [*whole, f"{weighted[-1]:.2f}", f"{plain[-1]:.2f}", far]
    written = {words: x for words, x, _ in texts(axes)}
    assert written == pytest.approx(
        {f"minimum of F: w = {best:.2f}": best, far: max(best, plain[-1]) + 0.15}
    )
    assert ("epochs" in widget.alt) == (local_epochs != 1)
    assert ("rounds" in widget.alt) == (rounds != 1)


def test_plan_a_sends_the_images_of_each_client_and_then_the_model():
    sizes = {"client 1": 40, "client 2": 10, "client 3": 150}
    plan = widgets.all_data_in_one_place()
    assert plan.holds == {"server": "nothing"} | {
        c: f"{n} images, labels" for c, n in sizes.items()
    }
    assert [(m.step, m.sender, m.receivers, m.label, m.content) for m in plan.messages] == [
        *((1, c, ("server",), "images", f"{n} images, every pixel") for c, n in sizes.items()),
        (3, "server", tuple(sizes), "w", "the trained parameters"),
    ]
    assert plan.steps == ("collect", "train", "send the model", "use it")


def test_two_rounds_of_fedavg_send_no_images_and_say_how_many_there_are():
    script = widgets.two_rounds()
    for number, (client, size) in enumerate(widgets.HOSPITALS.items()):
        assert f"{size} images" in script.holds[client], number
        sent = [m.content for m in script.messages if m.sender == client]
        assert len(sent) == 2 and all(str(size) in words and "2410" in words for words in sent)
