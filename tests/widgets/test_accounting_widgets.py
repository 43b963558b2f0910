"""What the widgets of lesson 15 compute, against values found in another way."""

import time
from math import log

import numpy as np
import pytest

from lessons.checks import accounting as checks
from lessons.dp.accounting import dp_sgd_epsilon
from lessons.dp.rdp import SampledGaussian, rdp_epsilon, total_rdp
from lessons.dp.subsampling import strong_composition
from lessons.widgets import accounting as widgets


def run_of(sigma, rate, steps):
    return SampledGaussian(noise_multiplier=sigma, sampling_rate=rate, steps=steps)


@pytest.mark.parametrize(("sigma", "rate", "steps"), [(4.0, 0.01, 10_000), (1.0, 0.1, 50)])
def test_order_curve_is_the_conversion_of_the_summed_divergences(sigma, rate, steps):
    result = widgets.order_curve(noise_multiplier=sigma, sampling_rate=rate, steps=steps)
    for i in (0, 7, 20, -1):
        order = float(widgets.ORDERS[i])
        rdp = total_rdp([run_of(sigma, rate, steps)], order=order)
        price = log(1 - 1 / order) - (log(1e-5) + log(order)) / (order - 1)
        assert result.divergence[i] == pytest.approx(rdp)
        assert result.total[i] == pytest.approx(max(0, rdp + price))
    best = rdp_epsilon([run_of(sigma, rate, steps)], delta=1e-5)
    assert best <= result.best[1] < best * 1.005
    assert result.best[0] == widgets.ORDERS[result.total.argmin()]


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
    true = dp_sgd_epsilon(noise_multiplier=sigma, sampling_rate=rate, steps=steps, delta=1e-5)
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
    start = time.process_time()
    for steps in (1e2, 1e3, 1e4):
        widget.controls["steps"].value = steps
    assert time.process_time() - start < 1.5  # about 0.05 s each; a new curve takes 0.15 s


def test_words_say_everything_that_an_epsilon_needs():
    for widget in (widgets.best_order(), widgets.against_steps()):
        for entry in ("δ", "1e-5", "one record", "add/remove", "Poisson", "σ/C", "steps"):
            assert entry in widget.alt
    widget = widgets.best_order()
    widget.controls["noise_multiplier"].value = 4.0
    widget.controls["steps"].value = 10_000
    assert "ε = 1.035" in widget.alt and "the order 17" in widget.alt
