"""Figures of lesson 38."""

from collections.abc import Mapping, Sequence, Set

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch, Rectangle
from numpy.typing import ArrayLike

from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, Plot, new_figure

PLACES = {1: (-1.0, 0.0), 2: (1.0, 0.0), 3: (0.0, 1.35)}


def triangle(
    *, values: Mapping[int, int], pair_masks: Mapping[tuple[int, int], int], modulus: int
) -> Plot:
    """Three clients: a mask for each pair, what the server sees, and what is left without client 3.

    ``values``      of the clients 1, 2 and 3
    ``pair_masks``  (u, v) with u < v -> the mask that u adds and v takes away
    """
    figure, panels = new_figure(columns=3, height=3.1, width=9.4)
    sent = dict(values)
    for (u, v), mask in pair_masks.items():
        sent[u], sent[v] = (sent[u] + mask) % modulus, (sent[v] - mask) % modulus
    here, lost = (1, 2), 3
    words = {
        "1: a mask for each pair": {one: f"{value}" for one, value in values.items()},
        "2: what the server sees": {one: f"{value}" for one, value in sent.items()},
        "3: client 3 drops out": {one: f"{sent[one]}" for one in here},
    }
    sums = (
        "each mask once +, once −",
        f"sum: {sum(sent.values()) % modulus} = " + " + ".join(f"{one}" for one in values.values()),
        f"sum: {sum(sent[one] for one in here) % modulus}, should be "
        f"{sum(values[one] for one in here) % modulus}",
    )
    for number, (axes, (title, shown)) in enumerate(zip(panels, words.items(), strict=True)):
        _corners(axes, shown)
        for (u, v), mask in pair_masks.items():
            left_over = number == 2 and lost in (u, v)
            _edge(axes, u, v, mask, signs=number == 0, left_over=left_over, faint=number == 1)
        axes.set_title(title, fontsize=10)
        colour = (BLACK, GREEN, RED)[number]
        axes.text(0, -0.75, sums[number], ha="center", fontsize=9.5, color=colour)
    masks = ", ".join(f"{mask} for {u} and {v}" for (u, v), mask in pair_masks.items())
    left = " and ".join(f"{mask}" for pair, mask in pair_masks.items() if lost in pair)
    return Plot(
        figure,
        f"Three clients with {values[1]}, {values[2]} and {values[3]}, three times. 1: each pair has a "
        f"mask, {masks}; one adds it, the other takes it away. 2: the server sees {sent[1]}, {sent[2]} "
        f"and {sent[3]}; the masks cancel, {sums[1]}. 3: client 3 drops out: the masks {left} are left "
        f"over, {sums[2]}.",
    )


def _corners(axes: Axes, shown: Mapping[int, str]) -> None:
    axes.set_axis_off()
    axes.set(xlim=(-1.6, 1.6), ylim=(-0.95, 1.8))
    for client, (x, y) in PLACES.items():
        gone = client not in shown
        colour = GREY if gone else BLUE
        box = {
            "boxstyle": "round,pad=0.4",
            "facecolor": "white",
            "edgecolor": colour,
            "linestyle": "--" if gone else "-",
        }
        words = f"client {client}\n{shown.get(client, 'gone')}"
        axes.text(x, y, words, ha="center", va="center", color=colour, bbox=box, zorder=3)


def _edge(
    axes: Axes, u: int, v: int, mask: int, *, signs: bool, left_over: bool, faint: bool
) -> None:
    (x, y), (to_x, to_y) = PLACES[u], PLACES[v]
    colour = RED if left_over else GREY if faint else ORANGE
    style = ":" if faint or not (signs or left_over) else "-"
    axes.plot([x, to_x], [y, to_y], color=colour, ls=style, lw=2 if left_over else 1.2)
    if signs:
        for share, sign in ((0.36, "+"), (0.64, "−")):
            at = x + share * (to_x - x), y + share * (to_y - y)
            _label(axes, at, f"{sign}{mask}", colour)
    elif left_over:
        _label(axes, ((x + to_x) / 2, (y + to_y) / 2), f"+{mask}", colour)


def _label(axes: Axes, at: tuple[float, float], words: str, colour: str) -> None:
    box = {"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none"}
    axes.text(*at, words, ha="center", va="center", fontsize=9, color=colour, bbox=box)


def what_the_server_reads(panels: Mapping[str, ArrayLike]) -> Plot:
    """Images of 8 by 8 pixels side by side, each scaled to its own darkest and lightest pixel."""
    figure, axes = new_figure(columns=len(panels), height=2.2, width=min(2.0 * len(panels), 11.5))
    found = []
    first = np.asarray(next(iter(panels.values())), dtype=float).ravel()
    for one, (title, image) in zip(axes, panels.items(), strict=True):
        pixels = np.asarray(image, dtype=float)
        one.imshow(pixels.reshape(8, 8), cmap="gray_r")
        frame = Rectangle((-0.5, -0.5), 8, 8, fill=False, edgecolor=GREY, lw=0.8, clip_on=False)
        one.add_patch(frame)
        one.set_title(title, fontsize=9)
        one.set_axis_off()
        alike = float(np.corrcoef(first, pixels.ravel())[0, 1])
        found.append(f"{title} (correlation with the first {alike:.2f})".replace("\n", " "))
    return Plot(figure, f"Images of 8 by 8 pixels: {'; '.join(found)}.")


def shares_given(
    told: Mapping[str, Mapping[int, Set[int]]], *, thresholds: Sequence[int], n_clients: int
) -> Plot:
    """Which share each client gives of each, by the list that it was told; below, how many of them.

    ``told``        title -> (client -> the list that it was told); who is not asked gives nothing
    ``thresholds``  one for each title: threshold + 1 shares make a secret
    """
    figure, panels = new_figure(columns=len(told), height=4.6, width=9.6)
    found = []
    for axes, (title, lists), threshold in zip(panels, told.items(), thresholds, strict=True):
        given = np.zeros((n_clients, n_clients), dtype=int)  # 1: share of the key, 2: share of b
        for asked, alive in lists.items():
            given[asked - 1] = [2 if one in alive else 1 for one in range(1, n_clients + 1)]
        _grid(axes, given, enough=threshold + 1)
        axes.set_title(f"{title}: {threshold + 1} shares make a secret", fontsize=10)
        keys, seeds = (
            [k + 1 for k in range(n_clients) if np.sum(given[:, k] == kind) > threshold]
            for kind in (1, 2)
        )
        found.append(
            f"{title}, where {threshold + 1} shares make a secret: out come the keys of clients "
            f"{', '.join(map(str, keys)) or 'none'} and b of {', '.join(map(str, seeds)) or 'none'}"
        )
    figure.legend(
        handles=[
            Patch(color=ORANGE, label="share of the key"),
            Patch(color=BLUE, label="share of b"),
        ],
        loc="outside lower center",
        ncols=2,
        frameon=False,
        fontsize=9,
    )
    return Plot(figure, f"Who gives a share of whose secret: {'; '.join(found)}.")


def _grid(axes: Axes, given: np.ndarray, *, enough: int) -> None:
    n = len(given)
    axes.pcolormesh(
        np.arange(n + 1) + 0.5,
        np.arange(n + 1) + 0.5,
        given,
        cmap=ListedColormap(["white", ORANGE, BLUE]),
        vmin=0,
        vmax=2,
        edgecolors="white",
        linewidth=0.8,
    )
    for row, (kind, colour) in enumerate(((1, ORANGE), (2, BLUE))):
        for k, count in enumerate(np.sum(given == kind, axis=0), 1):
            axes.text(
                k,
                n + 1.4 + 1.2 * row,
                f"{count}",
                ha="center",
                va="center",
                fontsize=7.5,
                color=colour if count >= enough else GREY,
                weight="bold" if count >= enough else "normal",
            )
    axes.set(xlim=(0.5, n + 0.5), ylim=(n + 3.3, 0.5), xlabel="whose share", ylabel="who gives it")
    ticks = [k for k in range(1, n + 1) if k == 1 or k % 5 == 0 or k == 3]
    axes.set_xticks(ticks)
    axes.set_yticks(ticks)
