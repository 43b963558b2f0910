"""Figures of lesson 31."""

from collections.abc import Sequence

from matplotlib.axes import Axes

from lessons.plots.figure import BLACK, BLUE, GREY, RED, Plot, new_figure


def wrap_around(*, secret: int, modulus: int) -> Plot:
    """Why the last reduction hides the secret: a full row of shares, moved, and brought back.

    One block for each roll r of the die, at the share of party 2: Q − r, then Q − r + x, then
    that reduced modulo Q. Blocks outside 0 … Q − 1 are red; arrows lead to where they come back.
    """
    figure, (axes,) = new_figure(height=3.2)
    axes.spines["left"].set_visible(False)
    for roll in range(modulus):
        for row, share in ((2, modulus - roll), (1, modulus - roll + secret)):
            _block(axes, share, row, roll, colour=BLUE if share < modulus else RED)
        moved = modulus - roll + secret
        came_back = moved >= modulus
        _block(axes, moved % modulus, 0, roll, colour=RED if came_back else BLUE)
        if came_back:
            axes.annotate(
                "",
                (moved % modulus + 0.15, 0.3),
                (moved, 0.72),
                arrowprops={"arrowstyle": "->", "color": RED, "lw": 1.2},
            )
    axes.axvline(modulus - 0.5, color=GREY, ls=":", lw=1.5)
    axes.text(modulus - 0.35, -0.45, "outside the clock", color=RED, fontsize=9, va="center")
    axes.set(
        xlim=(-0.6, 2 * modulus - 0.4),
        ylim=(-0.65, 2.45),
        xlabel="what party 2 sees",
        ylabel="step",
    )
    axes.set_xticks(range(2 * modulus))
    lines = ["1: secret 0,\nas published", f"2: secret {secret},\nas published"]
    axes.set_yticks([2, 1, 0], [*lines, f"3: secret {secret},\nwith % {modulus}"], fontsize=9)
    axes.tick_params(axis="y", length=0)
    outside = sum(modulus - roll + secret >= modulus for roll in range(modulus))
    return Plot(
        figure,
        f"Three rows of {modulus} blocks, one for each roll of the die. Row 1, secret 0 as "
        f"published: the blocks stand at 1 to {modulus}. Row 2, secret {secret} as published: they "
        f"have moved to {secret + 1} to {secret + modulus}, and {outside} of them stand outside "
        f"the clock. Row 3, with % {modulus}: arrows bring these back, and the blocks fill "
        f"0 to {modulus - 1}, each place once.",
    )


def _block(axes: Axes, share: int, row: int, roll: int, *, colour: str) -> None:
    box = {"boxstyle": "square,pad=0.5", "fc": "white", "ec": colour, "lw": 1.8}
    axes.text(share, row, f"r={roll}", bbox=box, ha="center", va="center", fontsize=9, color=BLACK)


def one_share(
    low: Sequence[float],
    high: Sequence[float],
    low_reduced: Sequence[float],
    high_reduced: Sequence[float],
) -> Plot:
    """The last share, in units of Q, over many sharings of 0 and of Q − 1, before and after % Q.

    Each argument holds one number for each sharing: ``low`` for the secret 0, ``high`` for Q − 1.
    """
    figure, panels = new_figure(columns=2, share_y=True)
    bins = [k / 20 for k in range(41)]
    pairs = ((low, high, "as published"), (low_reduced, high_reduced, "with the last % Q"))
    for axes, (zeros, others, title) in zip(panels, pairs, strict=True):
        axes.hist(zeros, bins=bins, color=RED, histtype="stepfilled", alpha=0.35)
        axes.hist(zeros, bins=bins, color=RED, histtype="step", ls="--", lw=2, label="x = 0")
        axes.hist(others, bins=bins, color=BLUE, histtype="step", lw=2, label="x = Q − 1")
        axes.set(xlabel="last share, in units of Q", title=title, xlim=(0, 2))
        axes.set_xticks([0, 0.5, 1, 1.5, 2], ["0", "0.5", "1", "1.5", "2"])
    panels[0].set_ylabel("number of sharings")
    top = max(axes.get_ylim()[1] for axes in panels)
    panels[0].set_ylim(0, 1.3 * top)
    panels[0].legend(frameon=False, loc="upper center", ncols=2)
    return Plot(
        figure,
        f"Two histograms of the last share over {len(low)} sharings of 0 and of Q minus 1. As "
        "published, the shares of 0 fill the first turn of the clock and those of Q minus 1 the "
        "second, without overlap. With the last reduction both fill the first turn evenly and "
        "cannot be told apart.",
    )
