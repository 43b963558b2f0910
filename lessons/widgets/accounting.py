"""Widgets of lesson 15: the best Rényi order, and three accounts of the same run."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from lessons.dp.accounting.pld import loss_distributions
from lessons.dp.accounting.rdp import (
    rdp_to_epsilon,
    subsampled_gaussian_rdp,
)
from lessons.dp.accounting.run import Run
from lessons.dp.accounting.subsampling import strong_composition
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, new_figure
from lessons.validation import Vector
from lessons.widgets.picture import Artists, PictureWidget, log_slider, slider

DELTA = 1e-5
ORDERS = 1 + np.geomspace(0.05, 511, 100)  # and more of them where a curve is steep
STEEP = 1.25  # neighbours on a curve differ by this factor at most, or lie very close together
STEPS = np.round(
    np.geomspace(1, 1e5, 16)
)  # where the curves of the second widget are computed, and at T
ROUNDING = 5e-4  # at ε = 0.08 the picture shows 0.0002 too much
HIGHEST = 20.0  # of the vertical axis: beyond it no loss distribution is computed


@dataclass(frozen=True)
class OrderCurve:
    """ε at δ = 1e-5 for every Rényi order, and its two parts."""

    noise_multiplier: float
    sampling_rate: float
    steps: int
    orders: Vector
    divergence: Vector  # T · ε(α) over the orders
    price: Vector  # what the conversion adds
    total: Vector
    best: tuple[float, float]  # (order, ε)


@lru_cache(maxsize=256)
def _divergences(noise_multiplier: float, sampling_rate: float) -> tuple[Vector, Vector]:
    """Orders, and ε(α) of one step at each: ORDERS, and more of them where ε(α) is steep."""

    def divergences(orders: Vector) -> Vector:
        return np.array(
            [
                subsampled_gaussian_rdp(
                    float(order), noise_multiplier=noise_multiplier, sampling_rate=sampling_rate
                )
                for order in orders
            ]
        )

    orders, values = ORDERS, divergences(ORDERS)
    for _ in range(5):
        steep = np.flatnonzero(values[1:] > STEEP * values[:-1])
        between = (orders[steep] + orders[steep + 1]) / 2
        values = np.insert(values, steep + 1, divergences(between))
        orders = np.insert(orders, steep + 1, between)
    return orders, values


def _price(order: float) -> float:
    """What (15.vi) adds to a divergence of 9 (any number that keeps the result above 0)."""
    return rdp_to_epsilon(9.0, order=order, delta=DELTA) - 9


def order_curve(*, noise_multiplier: float, sampling_rate: float, steps: float) -> OrderCurve:
    """Both parts of ε over the orders; ``steps`` is rounded to a whole number."""
    n_steps = round(steps)
    orders, of_a_step = _divergences(noise_multiplier, sampling_rate)
    price = np.array([_price(float(order)) for order in orders])
    total = np.maximum(n_steps * of_a_step + price, 0)
    i = int(total.argmin())
    return OrderCurve(
        noise_multiplier,
        sampling_rate,
        n_steps,
        orders,
        n_steps * of_a_step,
        price,
        total,
        best=(float(orders[i]), float(total[i])),
    )


def best_order() -> PictureWidget:
    """Move noise, sampling rate and steps, and see which Rényi order gives the least ε."""
    figure, (axes,) = new_figure(height=4.0)
    axes.set(xlim=(1.05, 512), ylim=(1e-5, 1e3), xscale="log", yscale="log")
    axes.set(xlabel="Rényi order α", ylabel="ε at δ = 1e-5")
    axes.set_xticks([2, 4, 8, 16, 32, 64, 128, 256, 512])
    axes.set_xticklabels(["2", "4", "8", "16", "32", "64", "128", "256", "512"])
    axes.minorticks_off()
    artists: dict[str, Any] = {
        "divergence": axes.plot([], [], color=RED, ls="--", label="T · ε(α): all steps")[0],
        "price": axes.plot([], [], color=BLUE, ls=":", lw=2, label="price of the conversion")[0],
        "total": axes.plot([], [], color=BLACK, lw=2, label="their sum")[0],
        "best": axes.plot([], [], color=BLACK, marker="o", ms=8, ls="")[0],
        "line": axes.axvline(10, color=GREY, linewidth=1),
        "one": axes.axhline(1, color=GREEN, linewidth=1, ls="-.", label="ε = 1"),
        "words": axes.text(0.0, 1.02, "", transform=axes.transAxes),
    }
    axes.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.2), fontsize=9, ncols=4)
    return PictureWidget(
        controls={
            "noise_multiplier": slider("noise multiplier σ/C", 2.0, 0.5, 8.0, 0.1),
            "sampling_rate": log_slider("sampling rate q", 0.01, 1e-3, 1.0, 30),
            "steps": log_slider("steps T", 1e3, 1.0, 1e5, 50, readout=".0f"),
        },
        compute=order_curve,
        figure=figure,
        artists=artists,
        update=_update_order,
        describe=_describe_order,
    )


def _update_order(artists: Artists, result: OrderCurve) -> None:
    order, epsilon = result.best
    artists["divergence"].set_data(result.orders, np.maximum(result.divergence, 1e-9))
    artists["price"].set_data(result.orders, np.maximum(result.price, 1e-9))
    artists["total"].set_data(result.orders, np.maximum(result.total, 1e-9))
    artists["best"].set_data([order], [max(epsilon, 1e-9)])
    artists["line"].set_xdata([order, order])
    artists["words"].set_text(f"best order {order:.3g}: ε = {epsilon:.3f}")


def _describe_order(result: OrderCurve) -> str:
    order, epsilon = result.best
    return (
        f"{result.steps} steps with σ/C = {result.noise_multiplier:.2f} and q = "
        f"{result.sampling_rate:.3g}, one record, add/remove, Poisson sampling: by Rényi DP "
        f"ε = {epsilon:.3f} at δ = 1e-5, with the order {order:.3g}."
    )


@dataclass(frozen=True)
class ThreeAccounts:
    """ε at δ = 1e-5 over the number of steps, by three accounts, and at the chosen number."""

    noise_multiplier: float
    sampling_rate: float
    steps: int
    at: Vector  # STEPS, and the chosen number: each mark lies on its curve
    strong: Vector  # over ``at``
    rdp: Vector
    pld: Vector  # nan where it is above the picture
    chosen: tuple[float, float, float]  # strong, RDP, PLD at ``steps``


def accounts(
    noise_multiplier: float, sampling_rate: float, steps: int
) -> tuple[float, float, float]:
    """(strong composition, RDP, PLD) of one run; the last is nan where RDP is far above the picture."""
    run = Run(noise_multiplier=noise_multiplier, sampling_rate=sampling_rate, steps=steps)
    strong = strong_composition(run, delta=DELTA)
    rdp = order_curve(
        noise_multiplier=noise_multiplier, sampling_rate=sampling_rate, steps=steps
    ).best[1]
    if rdp > HIGHEST:
        return strong, rdp, float("nan")
    laws = loss_distributions([run], delta=DELTA, rounding=ROUNDING)
    return strong, rdp, max(law.epsilon(DELTA) for law in laws)


_accounts = lru_cache(maxsize=4096)(accounts)


def three_accounts(*, noise_multiplier: float, sampling_rate: float, steps: float) -> ThreeAccounts:
    """Three upper bounds on the ε of one run; ``steps`` is rounded to a whole number."""
    n_steps = round(steps)
    at = np.unique(np.append(STEPS, n_steps))
    rows = [_accounts(noise_multiplier, sampling_rate, round(n)) for n in at]
    strong, rdp, pld = np.array(rows).T
    chosen = _accounts(noise_multiplier, sampling_rate, n_steps)
    return ThreeAccounts(noise_multiplier, sampling_rate, n_steps, at, strong, rdp, pld, chosen)


def against_steps() -> PictureWidget:
    """Slide the number of steps along three accounts of the same run."""
    figure, (axes,) = new_figure(height=4.0)
    axes.set(xlim=(1, 1e5), ylim=(1e-2, HIGHEST), xscale="log", yscale="log")
    axes.set(xlabel="number of steps T", ylabel="ε at δ = 1e-5")
    axes.grid(True, which="major", color="#dddddd", linewidth=0.6)
    marks = ((ORANGE, "s"), (RED, "^"), (BLUE, "o"))
    artists: dict[str, Any] = {
        "strong": axes.plot([], [], color=ORANGE, ls=":", lw=2, label="composition of amplified steps")[0],
        "rdp": axes.plot([], [], color=RED, ls="--", label="Rényi DP")[0],
        "pld": axes.plot([], [], color=BLUE, lw=2, label="privacy loss distribution")[0],
        "marks": [axes.plot([], [], color=c, marker=m, ls="")[0] for c, m in marks],
        "steps": axes.axvline(100, color=GREY, linewidth=1),
        "two": axes.axhline(2, color=GREEN, linewidth=1, ls="-.", label="ε = 2"),
        "words": axes.text(0.0, 1.02, "", transform=axes.transAxes),
    }  # fmt: skip
    axes.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.2), fontsize=9, ncols=4)
    return PictureWidget(
        controls={
            "steps": log_slider("steps T", 100.0, 1.0, 1e5, 100, readout=".0f"),
            "noise_multiplier": slider("noise multiplier σ/C", 2.0, 0.6, 8.0, 0.1),
            "sampling_rate": log_slider("sampling rate q", 0.01, 1e-3, 0.1, 20),
        },
        compute=three_accounts,
        figure=figure,
        artists=artists,
        update=_update_accounts,
        describe=_describe_accounts,
    )


def _update_accounts(artists: Artists, result: ThreeAccounts) -> None:
    for name in ("strong", "rdp", "pld"):
        artists[name].set_data(result.at, np.maximum(getattr(result, name), 1e-9))
    for mark, epsilon in zip(artists["marks"], result.chosen, strict=True):
        mark.set_data([result.steps], [epsilon])
    artists["steps"].set_xdata([result.steps, result.steps])
    strong, rdp, pld = result.chosen
    last = f"{pld:.4f}" if np.isfinite(pld) else "above the picture"
    artists["words"].set_text(
        f"composition {strong:.3g},  Rényi {rdp:.3f},  loss distribution {last}"
    )


def _describe_accounts(result: ThreeAccounts) -> str:
    strong, rdp, pld = result.chosen
    last = f"{pld:.4f}" if np.isfinite(pld) else f"more than {HIGHEST:.0f} as well"
    return (
        f"{result.steps} steps with σ/C = {result.noise_multiplier:.2f} and q = "
        f"{result.sampling_rate:.3g}, one record, add/remove, Poisson sampling, δ = 1e-5: ε by "
        f"composition of amplified steps {strong:.3g}, by Rényi DP {rdp:.3f}, by the privacy loss "
        f"distribution {last}."
    )
