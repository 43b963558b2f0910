"""Figures of lesson 31."""

from collections.abc import Sequence

from lessons.plots.figure import BLUE, RED, Plot, new_figure


def one_share(
    low: Sequence[float],
    high: Sequence[float],
    low_reduced: Sequence[float],
    high_reduced: Sequence[float],
    *,
    alt: str,
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
    return Plot(figure, alt)
