"""What the widgets of lesson 13 compute, against values found in another way."""

from math import erfc, exp, pi, sqrt
from statistics import NormalDist

import numpy as np
import pytest
from dp_accounting import get_sigma_gaussian

from lessons.checks import gaussian_mechanism as checks
from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED, SKY
from lessons.widgets import gaussian_mechanism as widgets
from tests.plots.artists import (
    colour_of,
    frame,
    inside,
    line,
    numbers,
    same_legend,
    same_lines,
    upright,
)
from tests.widgets.every_widget import move

CONTROLS = {  # see test_controls.py
    "where_delta_is": {
        "sigma": ("σ", 1.0, 0.5, 4.0, 0.02),
        "epsilon": ("ε", 1.0, 0.0, 4.0, 0.1),
    },
    "how_many_statistics": {
        "d": ("number of statistics d", 3, 1, 60, 1),
        "epsilon": ("ε", 1.0, 0.1, 10.0, 20),
        "delta": ("δ", 1e-05, 1e-10, 0.01, 16),
        "measure": ("error", "standard deviation"),
    },
}

CHOSEN = {"epsilon": 1.0, "delta": 1e-5, "measure": "standard deviation"}


@pytest.mark.parametrize("sigma", [0.8, 1.0, 2.5])
@pytest.mark.parametrize("epsilon", [0.0, 0.7, 2.0])
def test_both_dark_areas_are_delta_and_the_light_one_is_the_tail(sigma, epsilon):
    result = widgets.hockey_stick(sigma=sigma, epsilon=epsilon)
    ahead = np.maximum(0, result.p - result.weighted)
    assert np.trapezoid(ahead, result.releases) == pytest.approx(result.delta, rel=0.03)
    assert np.trapezoid(result.counted, result.losses) == pytest.approx(result.delta, rel=0.03)
    tail = 1 - NormalDist(1 / sigma**2 / 2, 1 / sigma).cdf(epsilon)
    assert result.exceeds == pytest.approx(tail)
    assert (result.counted <= result.loss).all() and result.exceeds > result.delta


def test_by_hand_example_of_the_lesson_is_the_widgets_first_picture():
    widget = widgets.where_delta_is()
    assert widget.values == {"sigma": 1.0, "epsilon": 1.0}
    for entry in ("σ = 1.00", "ε = 1.0", "0.1269", "0.3085", "no sampling", "41 % of that"):
        assert entry in widget.alt


def test_shaded_area_is_empty_where_p_is_behind():
    widget = widgets.where_delta_is()
    outline = widget._artists["ahead"].get_xy()
    n = len(outline) // 2
    releases, height = outline[:n, 0], outline[:n, 1] - outline[n : 2 * n, 1][::-1]
    assert (height >= 0).all() and (height[releases > -0.5] == 0).all()
    assert np.trapezoid(height, releases) == pytest.approx(0.1269, abs=1e-3)


@pytest.mark.parametrize("sigma", [0.5, 1.0, 1.12, 2.0, 4.0])
@pytest.mark.parametrize("epsilon", [0.0, 0.5, 1.0, 2.0, 4.0])
def test_what_lies_beyond_epsilon_can_be_seen_at_every_setting(sigma, epsilon):
    widget = move(widgets.where_delta_is(), sigma=sigma, epsilon=epsilon)
    left, right = widget.figure.axes
    tail = widget._artists["tail"].get_xy()
    (low, high), top = right.get_xlim(), right.get_ylim()[1]
    assert tail[:, 1].max() > 0.25 * top, "a quarter of the height, at least"
    assert low < epsilon < low + 0.6 * (high - low), "and 40 % of the breadth"

    def exceeds(loss):
        return erfc((loss * sigma - 1 / (2 * sigma)) / sqrt(2)) / 2

    assert exceeds(high) < 0.03 * exceeds(epsilon), "nearly all of it"
    border = sigma * (1 / (2 * sigma) - epsilon * sigma)
    assert left.get_xlim()[0] < border < left.get_xlim()[1]
    curve = widget._artists["p"].get_ydata()
    assert 0.5 * left.get_ylim()[1] < curve.max() < left.get_ylim()[1]


def test_answer_to_question_a_is_on_the_slider():
    deltas = {
        sigma: widgets.hockey_stick(sigma=sigma, epsilon=2.0).delta
        for sigma in np.arange(0.5, 4.01, 0.02).round(2)
    }
    best = min(sigma for sigma, delta in deltas.items() if delta <= 0.01)
    assert checks.least_noise.verdict(float(best)).correct
    beyond = min(
        sigma for sigma in deltas if widgets.hockey_stick(sigma=sigma, epsilon=2.0).exceeds <= 0.01
    )
    assert checks.least_noise.verdict(float(beyond)).code == "tail_of_the_loss"


def test_errors_of_many_statistics_by_hand():
    result = widgets.many_statistics(d=9, **CHOSEN)
    laplace, gaussian = result.chosen
    assert laplace == pytest.approx(9 * sqrt(2))
    assert gaussian == pytest.approx(3 * get_sigma_gaussian(1.0, 1e-5), rel=1e-6)
    absolute = widgets.many_statistics(d=9, **(CHOSEN | {"measure": "mean absolute error"}))
    assert absolute.chosen[0] == pytest.approx(9)
    assert absolute.chosen[1] == pytest.approx(gaussian * sqrt(2 / pi))


def test_mean_absolute_errors_are_those_of_many_draws():
    rng, n = np.random.default_rng(1), 200_000
    for draws, factor in zip(
        (rng.laplace(scale=1 / sqrt(2), size=n), rng.normal(size=n)),
        widgets.MEASURES["mean absolute error"],
        strict=True,
    ):  # both have standard deviation 1; |Z| has one below 0.8: five standard errors
        assert abs(np.abs(draws).mean() - factor) < 5 * 0.8 / sqrt(n)


def test_curves_pass_through_the_markers():
    result = widgets.many_statistics(d=20, **CHOSEN)
    where = int(np.flatnonzero(widgets.STATISTICS == 20)[0])
    assert (result.laplace[where], result.gaussian[where]) == pytest.approx(result.chosen)


@pytest.mark.parametrize(
    ("measure", "first"), [("standard deviation", 7), ("mean absolute error", 9)]
)
def test_answer_to_question_c_is_where_the_markers_change_places(measure, first):
    settings = CHOSEN | {"measure": measure}
    pairs = {d: widgets.many_statistics(d=d, **settings).chosen for d in range(1, 61)}
    assert min(d for d, (laplace, gaussian) in pairs.items() if gaussian < laplace) == first
    assert widgets.many_statistics(d=3, **settings).crossing == first
    code = checks.fewest_statistics.verdict(first).code
    assert code == ("" if measure == "standard deviation" else "absolute_error")


def test_words_of_many_statistics_hold_every_number():
    widget = widgets.how_many_statistics()
    widget.controls["d"].value = 9
    for entry in (
        "9 statistics",
        "ε = 1",
        "12.73",
        "11.19",
        "δ = 1.0e-05",
        "Gaussian noise is smaller",
    ):
        assert entry in widget.alt
    widget.controls["measure"].value = "mean absolute error"
    assert "mean absolute error" in widget.alt and "9.00" in widget.alt


def shape(artist, n):
    """(upper, lower) of an area that was drawn between two curves over the same n places."""
    corners = artist.get_xy()
    assert np.array_equal(corners[:n, 0], corners[n : 2 * n, 0][::-1])
    return corners[:n, 0], corners[:n, 1], corners[n : 2 * n, 1][::-1]


@pytest.mark.parametrize(("sigma", "epsilon"), [(1.34, 0.7), (0.5, 0.0), (4.0, 4.0), (2.0, 0.5)])
def test_picture_and_words_of_where_delta_is(sigma, epsilon):
    widget = move(widgets.where_delta_is(), sigma=sigma, epsilon=epsilon)
    left, right = widget.figure.axes
    x, losses = (widget._artists[name].get_xdata() for name in ("p", "loss"))
    assert len(x) == len(losses) == 641 and np.allclose(np.diff(x, 2), 0, atol=1e-12)
    assert np.allclose((1 / (2 * sigma) - x / sigma) / sigma, losses[::-1]), "L of each release"
    p = np.array([NormalDist(0, sigma).pdf(one) for one in x])
    q = np.array([NormalDist(1, sigma).pdf(one) for one in x]) * np.exp(epsilon)
    of_loss = NormalDist(1 / (2 * sigma**2), 1 / sigma)
    loss = np.array([of_loss.pdf(one) for one in losses])
    beyond = losses >= epsilon
    counted = [0 if one < epsilon else (1 - np.exp(epsilon - one)) for one in losses] * loss
    same_lines(
        left,
        line(x, p, BLUE, "-", "p: true result 0"),
        line(x, q, RED, "--", "e^ε · q: the neighbour's result is 1"),
        rel=1e-9,
    )
    same_lines(
        right,
        line(losses, loss, BLACK, "-", "density of the loss"),
        upright(epsilon, ORANGE, "--", "ε"),
    )
    places = {"ahead": (x, p, np.minimum(p, q)), "tail": (losses, beyond * loss, 0 * loss),
              "counted": (losses, counted, 0 * loss)}  # fmt: skip
    looks = {
        "ahead": ("area δ", BLUE),
        "tail": ("light and dark: Pr[L > ε]", SKY),
        "counted": ("dark: area δ", BLUE),
    }
    for name, expected in places.items():
        artist = widget._artists[name]
        for got, want in zip(shape(artist, len(expected[0])), expected, strict=True):
            assert np.allclose(got, want, rtol=1e-9, atol=1e-12), name
        assert (artist.get_label(), colour_of(artist)) == looks[name]
    same_legend(left, "area δ", "p: true result 0", "e^ε · q: the neighbour's result is 1")
    same_legend(right, "light and dark: Pr[L > ε]", "dark: area δ", "density of the loss", "ε")
    follows = " (axis follows the setting)"
    frame(left, xlabel="released result" + follows, ylabel="density", yscale="linear")
    frame(right, xlabel="privacy loss L" + follows, ylabel="density", yscale="linear")
    frame(left, xlim=(x[0], x[-1]))
    frame(right, xlim=(losses[0], losses[-1]))

    phi = NormalDist().cdf
    tail = phi(1 / (2 * sigma) - epsilon * sigma)
    delta = tail - exp(epsilon) * phi(-1 / (2 * sigma) - epsilon * sigma)

    def short(number):
        return f"{number:.4f}" if number >= 0.001 else f"{number:.1e}"

    if delta > 1e-12:  # below, this formula cancels
        share = f"{100 * delta / tail:.0f}"
        assert [one.get_text() for one in (*left.texts, *right.texts)] == [
            f"δ = {short(delta)}", f"Pr[L > ε] = {short(tail)}; δ is {share} % of it"
        ]  # fmt: skip
        assert numbers(widget.alt) == [
            f"{sigma:.2f}", "1", f"{epsilon:.1f}", short(delta), "1", short(tail), share
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("d", "epsilon", "delta", "measure"),
    [(17, 10**-0.2, 10**-3.5, "standard deviation"), (1, 0.1, 1e-10, "mean absolute error"),
     (60, 10.0, 1e-2, "mean absolute error"), (3, 1.0, 1e-5, "standard deviation"),
     (60, 0.1, 1e-10, "standard deviation"), (2, 0.1, 1e-2, "standard deviation")],
)  # fmt: skip
def test_picture_and_words_of_many_statistics(d, epsilon, delta, measure):
    widget = move(widgets.how_many_statistics(), d=d, epsilon=epsilon, delta=delta, measure=measure)
    (axes,) = widget.figure.axes
    x = np.array(range(1, d + 1))  # nothing beyond the d that was chosen
    of_laplace, of_gauss = (1, sqrt(2 / pi)) if "absolute" in measure else (sqrt(2), 1)
    one = get_sigma_gaussian(epsilon, delta)

    def laplace(n):
        return of_laplace * n / epsilon

    def gauss(n):
        return of_gauss * one * np.sqrt(n)

    meet = (gauss(1) / laplace(1)) ** 2  # laplace(1) · d = gauss(1) · √d
    same_lines(
        axes,
        line(x, laplace(x), RED, "--", "Laplace: grows with d"),
        line(x, gauss(x), BLUE, "-", "Gaussian: grows with √d"),
        line([d], [laplace(d)], RED, "s"),
        line([d], [gauss(d)], BLUE, "o"),
        line(*([[meet], [laplace(meet)]] if 1 <= meet <= d else [[], []]), BLACK, "D", "equal"),
        upright(d, GREY),
        rel=1e-5,
    )
    same_legend(axes, "Laplace: grows with d", "Gaussian: grows with √d", "equal")
    assert inside(axes), "no curve leaves the picture"
    frame(
        axes, xlabel="number of statistics (curves end at your d)", ylabel="error of each statistic"
    )
    frame(axes, xscale="log", yscale="log")
    pair = [f"{laplace(d):.2f}", f"{gauss(d):.2f}"]
    (words,) = axes.texts
    assert words.get_text() == f"d = {d}: Laplace {pair[0]}, Gaussian {pair[1]}"
    assert numbers(widget.alt) == [
        str(d), "1", f"{epsilon:.3g}", pair[0], "0", pair[1], f"{delta:.1e}"
    ]  # fmt: skip
    assert measure in widget.alt
    smaller = "Laplace" if laplace(d) < gauss(d) else "Gaussian"
    assert widget.alt.endswith(f" {smaller} noise is smaller here.")
    crossing = widgets.many_statistics(d=d, epsilon=epsilon, delta=delta, measure=measure).crossing
    assert gauss(crossing) < laplace(crossing) and (meet < 1) == (crossing == 1)
    assert crossing == 1 or gauss(crossing - 1) >= laplace(crossing - 1)
