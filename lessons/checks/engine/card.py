"""The card on which a check speaks: colour, sign and words, so that none of them is needed alone."""

import html
from collections.abc import Sequence
from typing import Any

_LOOK = {  # state -> (sign, colour of the edge)
    "not attempted": ("○", "#767676"),
    "not yet": ("✗", "#D55E00"),
    "correct": ("✓", "#009E73"),
    "check failed": ("!", "#D55E00"),
    "hint": ("→", "#0072B2"),
}


class Card:
    """A title and a text with a coloured edge; plain text where there is no HTML."""

    def __init__(self, state: str, title: str, text: str) -> None:
        self.sign, self.colour = _LOOK[state]
        self.title, self.text = title, text

    def _repr_html_(self) -> str:
        return (
            f'<div role="status" style="border-left: 5px solid {self.colour}; padding: 4px 12px; '
            f'margin: 4px 0; max-width: 46em; line-height: 1.5;">'
            f"<strong>{self.sign} {html.escape(self.title)}</strong><br>{html.escape(self.text)}</div>"
        )

    def __repr__(self) -> str:
        return f"{self.sign} {self.title}: {self.text}"


class Table:
    """A small table of words."""

    def __init__(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.head, self.rows = head, rows

    def _repr_html_(self) -> str:
        def row(cells: Sequence[str], tag: str) -> str:
            inner = "".join(
                f'<{tag} style="text-align: left; vertical-align: top;">{html.escape(cell)}</{tag}>'
                for cell in cells
            )
            return f"<tr>{inner}</tr>"

        body = "".join(row(cells, "td") for cells in self.rows)
        return f"<table><thead>{row(self.head, 'th')}</thead><tbody>{body}</tbody></table>"

    def __repr__(self) -> str:
        return "\n".join(" | ".join(cells) for cells in (self.head, *self.rows))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Any:
    """Rows of words under a head, as an HTML table with a plain-text form."""
    return Table(head, rows)
