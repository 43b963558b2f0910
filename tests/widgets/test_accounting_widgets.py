"""What the widgets of lesson 15 compute, against values found in another way."""

from math import log

import numpy as np
import pytest

from lessons.checks import accounting as checks
from lessons.dp.accounting.accountant import run_epsilon
from lessons.dp.accounting.pld import loss_distributions
from lessons.dp.accounting.rdp import rdp_epsilon, total_rdp
from lessons.dp.accounting.run import Run
from lessons.dp.accounting.subsampling import strong_composition
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED
from lessons.widgets import accounting as widgets
from tests.plots.artists import frame, level, line, numbers, same_legend, same_lines, ticks, upright
from tests.processor_time import processor_time, within
from tests.widgets.every_widget import move

CONTROLS = {  # see test_controls.py
    "best_order": {
        "noise_multiplier": ("noise multiplier σ/C", 2.0, 0.5, 8.0, 0.1),
        "sampling_rate": ("sampling rate q", 0.01, 0.001, 1.0, 30),
        "steps": ("steps T", 1000.0, 1.0, 100000.0, 50),
    },
    "against_steps": {
        "steps": ("steps T", 100.0, 1.0, 100000.0, 100),
        "noise_multiplier": ("noise multiplier σ/C", 2.0, 0.6, 8.0, 0.1),
        "sampling_rate": ("sampling rate q", 0.01, 0.001, 0.1, 20),
    },
}


def run_of(sigma, rate, steps):
    return Run(noise_multiplier=sigma, sampling_rate=rate, steps=steps)


@pytest.mark.parametrize(("sigma", "rate", "steps"), [(4.0, 0.01, 10_000), (1.0, 0.1, 50)])
def test_order_curve_is_the_conversion_of_the_summed_divergences(sigma, rate, steps):
    result = widgets.order_curve(noise_multiplier=sigma, sampling_rate=rate, steps=steps)
    for i in (0, 7, 20, -1):
        order = float(result.orders[i])
        rdp = total_rdp([run_of(sigma, rate, steps)], order=order)
        price = log(1 - 1 / order) - (log(1e-5) + log(order)) / (order - 1)
        assert result.divergence[i] == pytest.approx(rdp)
        assert result.total[i] == pytest.approx(max(0, rdp + price))
    best = rdp_epsilon([run_of(sigma, rate, steps)], delta=1e-5)
    assert best <= result.best[1] < best * 1.005
    assert result.best[0] == result.orders[result.total.argmin()]


@pytest.mark.parametrize(("sigma", "rate"), [(2.0, 0.01), (0.5, 0.001), (8.0, 1e-3), (1.0, 0.1)])
def test_orders_lie_close_where_a_curve_is_steep(sigma, rate):
    result = widgets.order_curve(noise_multiplier=sigma, sampling_rate=rate, steps=1000)
    assert set(1 + np.geomspace(0.05, 511, 100)) <= set(result.orders)
    assert (np.diff(result.orders) > 0).all()
    rises = result.divergence[1:] / result.divergence[:-1]
    apart = np.diff(result.orders) / result.orders[:-1]
    assert ((rises < 1.25) | (apart < 0.004)).all()  # as fine as a picture shows


@pytest.mark.parametrize("steps", [1, 37, 100, 99_001])
def test_marks_lie_on_their_curves(steps):
    result = widgets.three_accounts(noise_multiplier=2.0, sampling_rate=0.01, steps=steps)
    (place,) = np.flatnonzero(result.at == steps)
    assert result.chosen == (result.strong[place], result.rdp[place], result.pld[place])


def test_more_steps_want_lower_orders():
    orders = [
        widgets.order_curve(noise_multiplier=2.0, sampling_rate=0.01, steps=n).best[0]
        for n in (1, 100, 10_000, 100_000)
    ]
    assert orders == sorted(orders, reverse=True) and orders[0] > 5 * orders[-1]


def test_answer_to_question_b_is_what_the_slider_shows():
    def epsilon(sigma):
        return widgets.order_curve(noise_multiplier=sigma, sampling_rate=0.01, steps=10_000).best[1]

    assert epsilon(4.1) > 1 >= epsilon(4.2)
    assert checks.least_noise.verdict(4.2).correct
    assert epsilon(4.13) <= 1 < epsilon(4.12)


@pytest.mark.parametrize(("sigma", "rate", "steps"), [(1.0, 0.01, 1000), (2.0, 0.05, 40)])
def test_three_accounts_are_those_of_the_course(sigma, rate, steps):
    result = widgets.three_accounts(noise_multiplier=sigma, sampling_rate=rate, steps=steps)
    strong, rdp, pld = result.chosen
    run = run_of(sigma, rate, steps)
    true = run_epsilon(Run(noise_multiplier=sigma, sampling_rate=rate, steps=steps), delta=1e-5)
    assert strong == strong_composition(run, delta=1e-5)
    assert rdp == pytest.approx(rdp_epsilon([run], delta=1e-5), rel=0.005)
    assert true - 1e-4 < pld < true + 2 * widgets.ROUNDING
    assert pld < rdp < strong


def test_curves_rise_with_the_steps_and_stop_above_the_picture():
    result = widgets.three_accounts(noise_multiplier=0.6, sampling_rate=0.1, steps=10)
    assert (np.diff(result.rdp) > 0).all()
    drawn = np.isfinite(result.pld)
    assert drawn.any() and not drawn.all()
    assert (np.diff(result.pld[drawn]) > 0).all() and (result.pld[drawn] < result.rdp[drawn]).all()
    assert (result.rdp[~drawn] > widgets.HIGHEST).all()


def test_question_d_shows_two_different_changes():
    """Half the rate, four times the steps: 2 % with much noise, 20 % with little."""
    for sigma, less in ((4.0, 0.02), (1.0, 0.20)):
        before = widgets.accounts(sigma, 0.01, 100)[2]
        after = widgets.accounts(sigma, 10**-2.3, 398)[2]
        assert 1 - after / before == pytest.approx(less, abs=0.004)
        true = run_epsilon(run_of(sigma, 0.01, 100), delta=1e-5)
        assert true < before < 1.005 * true, "the grid is finer than what the question asks for"


def test_answer_to_question_c_is_the_last_position_that_keeps_the_promise():
    def epsilon(steps):
        return widgets.accounts(1.0, 0.01, steps)[2]

    positions = [round(10 ** (k / 20)) for k in range(101)]
    allowed = max(n for n in positions if 500 < n < 3000 and epsilon(n) <= 2)
    assert allowed == 1122 and checks.steps_allowed.verdict(allowed).correct
    by_rdp = max(n for n in positions if n < 3000 and widgets.accounts(1.0, 0.01, n)[1] <= 2)
    assert checks.steps_allowed.verdict(by_rdp).code == "by_rdp"


def test_a_move_of_the_steps_is_answered_at_once():
    widget = widgets.against_steps()

    def three_moves():
        for steps in (1e2, 1e3, 1e4):
            widget.controls["steps"].value = steps

    # about 0.05 s each; a new curve takes 0.15 s
    assert within(processor_time(three_moves), 0.4)


def test_words_say_everything_that_an_epsilon_needs():
    for widget in (widgets.best_order(), widgets.against_steps()):
        for entry in ("δ", "1e-5", "one record", "add/remove", "Poisson", "σ/C", "steps"):
            assert entry in widget.alt
    widget = widgets.best_order()
    widget.controls["noise_multiplier"].value = 4.0
    widget.controls["steps"].value = 10_000
    assert "ε = 1.035" in widget.alt and "the order 17" in widget.alt


@pytest.mark.parametrize(
    ("sigma", "rate", "steps"),
    [(3.1, 1.0, 7), (0.5, 1.0, 1e5), (2.7, 10**-1.5, 251.2), (8.0, 1e-3, 1)],
)
def test_picture_and_words_of_the_best_order(sigma, rate, steps):
    widget = move(widgets.best_order(), noise_multiplier=sigma, sampling_rate=rate, steps=steps)
    (axes,) = widget.figure.axes
    n, orders = round(steps), axes.lines[0].get_xdata()
    assert set(1 + np.geomspace(0.05, 511, 100)) <= set(orders)
    if rate == 1:  # without sampling a divergence is α / 2σ²
        divergence = n * orders / (2 * sigma**2)
    else:
        divergence = np.array([total_rdp([run_of(sigma, rate, n)], order=a) for a in orders])
    price = np.log(1 - 1 / orders) + (log(1e5) - np.log(orders)) / (orders - 1)
    total = np.maximum(divergence + price, 0)
    best, least = float(orders[total.argmin()]), float(total.min())
    floor = 1e-9  # a logarithmic axis has no 0
    same_lines(
        axes,
        line(orders, np.maximum(divergence, floor), RED, "--", "T · ε(α): all steps"),
        line(orders, np.maximum(price, floor), BLUE, ":", "price of the conversion"),
        line(orders, np.maximum(total, floor), BLACK, "-", "their sum"),
        line([best], [max(least, floor)], BLACK, "o"),
        upright(best, GREY),
        level(1, GREEN, "-.", "ε = 1"),
        rel=1e-6,
    )
    same_legend(axes, "T · ε(α): all steps", "price of the conversion", "their sum", "ε = 1")
    frame(axes, xlabel="Rényi order α", ylabel="ε at δ = 1e-5", xscale="log", yscale="log")
    assert ticks(axes.xaxis) == {2**k: str(2**k) for k in range(1, 10)}
    assert axes.texts[0].get_text() == f"best order {best:.3g}: ε = {least:.3f}"
    assert numbers(widget.alt) == [
        str(n), f"{sigma:.2f}", f"{rate:.3g}", f"{least:.3f}", "1e-5", f"{best:.3g}"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sigma", "rate", "steps"), [(1.7, 0.02, 365.7), (8.0, 1e-3, 1), (0.6, 0.1, 1e5)]
)
def test_picture_and_words_of_the_three_accounts(sigma, rate, steps):
    widget = move(widgets.against_steps(), noise_multiplier=sigma, sampling_rate=rate, steps=steps)
    (axes,) = widget.figure.axes
    chosen = round(steps)
    places = np.unique(np.append(np.round(np.logspace(0, 5, 16)), chosen))

    def three(n):
        run = run_of(sigma, rate, n)
        rdp = widgets.order_curve(noise_multiplier=sigma, sampling_rate=rate, steps=n).best[1]
        laws = loss_distributions([run], delta=1e-5, rounding=5e-4)
        pld = max(law.epsilon(1e-5) for law in laws) if rdp <= 20 else np.nan
        return strong_composition(run, delta=1e-5), rdp, pld

    strong, rdp, pld = np.maximum(np.array([three(round(n)) for n in places]).T, 1e-9)
    own = three(chosen)
    same_lines(
        axes,
        line(places, strong, ORANGE, ":", "composition of amplified steps"),
        line(places, rdp, RED, "--", "Rényi DP"),
        line(places, pld, BLUE, "-", "privacy loss distribution"),
        line([chosen], own[:1], ORANGE, "s"),
        line([chosen], own[1:2], RED, "^"),
        line([chosen], own[2:], BLUE, "o"),
        upright(chosen, GREY),
        level(2, GREEN, "-.", "ε = 2"),
    )
    same_legend(
        axes, "composition of amplified steps", "Rényi DP", "privacy loss distribution", "ε = 2"
    )
    frame(axes, xlabel="number of steps T", ylabel="ε at δ = 1e-5", xscale="log", yscale="log")
    frame(axes, xlim=(1, 1e5), ylim=(1e-2, 20))
    last = "above the picture" if own[1] > 20 else f"{own[2]:.4f}"
    assert axes.texts[0].get_text() == (
        f"composition {own[0]:.3g},  Rényi {own[1]:.3f},  loss distribution {last}"
    )
    assert numbers(widget.alt) == [
        str(chosen), f"{sigma:.2f}", f"{rate:.3g}", "1e-5", f"{own[0]:.3g}", f"{own[1]:.3f}",
        "20" if own[1] > 20 else f"{own[2]:.4f}",
    ]  # fmt: skip
    assert ("more than 20 as well" in widget.alt) == (own[1] > 20)
