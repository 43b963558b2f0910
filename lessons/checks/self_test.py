"""The self-test of lesson 00 as the reader sees it: a sign and a sentence for each thing needed.

Pictures are imported only when one is drawn, so that a broken installation gives a sentence too.
"""

import html
from collections.abc import Sequence

from lessons import installation
from lessons.installation import Finding


class Report:
    """The findings as a list; plain text where there is no HTML."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = findings

    @property
    def good(self) -> bool:
        """Whether nothing is left to do."""
        return all(one.good for one in self.findings)

    @property
    def verdict(self) -> str:
        """The last line."""
        if self.good:
            return "All good. Go on."
        todo = sum(not one.good for one in self.findings)
        return f"{todo} to mend; you may read on, but something later may not work."

    def __repr__(self) -> str:
        lines = [f"{_sign(one)} {one.what}: {one.says}" for one in self.findings]
        return "\n".join([*lines, self.verdict])

    def _repr_html_(self) -> str:
        colour = "#009E73" if self.good else "#D55E00"
        rows = "<br>".join(
            f"{_sign(one)} <strong>{one.what}</strong>: {html.escape(one.says)}"
            for one in self.findings
        )
        return (
            f'<div role="status" style="border-left: 5px solid {colour}; padding: 4px 12px; '
            f'max-width: 46em; line-height: 1.6;">{rows}<br><strong>{self.verdict}</strong></div>'
        )


def self_test() -> Report:
    """Look at this kernel and say what is in order, and what to do about the rest."""
    return Report(installation.findings(installation.facts(draw=_draw)))


def _sign(finding: Finding) -> str:
    return "✓" if finding.good else "✗"


def _draw() -> None:
    """Draw a small picture; raise if that is impossible."""
    from lessons.plots.figure import new_figure, png

    figure, (axes,) = new_figure(height=1.0, width=1.0)
    axes.plot([0, 1], [0, 1])
    if not png(figure).startswith(b"\x89PNG"):
        raise RuntimeError("the picture is no PNG")
