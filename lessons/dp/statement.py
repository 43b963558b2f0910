"""What a number ε promises: never ε alone, always δ, whose privacy, which neighbours, which sampling."""

import html
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from lessons.validation import choice, positive, require_delta

NEIGHBOURS = {
    "add/remove": "tables that differ by one {unit}, in one of them and not in the other",
    "replace": "tables of equal size in which one {unit} is exchanged for another",
}
NO_SAMPLING = "none, every record is used"


@dataclass(frozen=True, kw_only=True)
class PrivacyStatement:
    """An (ε, δ) guarantee with everything that it means nothing without (equation 12.ii).

    ``epsilon``    ε > 0: no set of outputs is more than e^ε times as likely on a neighbour ...
    ``delta``      ... except for a probability 0 <= δ < 1; 0 for pure ε-DP
    ``unit``       whose contribution is protected, in the singular: "patient", "visit", "hospital"
    ``neighbours`` "add/remove" or "replace"
    ``mechanism``  what was done, with its parameters
    ``sampling``   the assumption under which ε was computed, when it rests on one
    Raises ``ValueError`` for an entry that breaks its rule or says nothing.
    """

    epsilon: float
    delta: float
    unit: str
    neighbours: str
    mechanism: str
    sampling: str = NO_SAMPLING

    def __post_init__(self) -> None:
        positive("epsilon", self.epsilon)
        require_delta(self.delta)
        choice("neighbours", self.neighbours, tuple(NEIGHBOURS))
        for name in ("unit", "mechanism", "sampling"):
            _require_words(name, getattr(self, name))

    def rows(self) -> tuple[tuple[str, str], ...]:
        """The entries as (name, words), in the order in which they should be read."""
        relation = NEIGHBOURS[self.neighbours].format(unit=self.unit)
        return (
            ("guarantee", f"ε = {rounded_up(self.epsilon)}, δ = {rounded_up(self.delta)}"),
            ("unit of privacy", f"one {self.unit}"),
            ("neighbours", f"{self.neighbours}: {relation}"),
            ("sampling", self.sampling),
            ("mechanism", self.mechanism),
        )

    def __str__(self) -> str:
        (_, guarantee), *others = self.rows()
        return "; ".join([guarantee, *(f"{name}: {words}" for name, words in others)])

    def _repr_html_(self) -> str:
        cell = 'style="text-align: left;"'
        body = "".join(
            f'<tr><th scope="row" {cell}>{name}</th><td {cell}>{html.escape(words)}</td></tr>'
            for name, words in self.rows()
        )
        caption = '<caption style="text-align: left;">Privacy statement</caption>'
        return f"<table>{caption}<tbody>{body}</tbody></table>"


def rounded_up(value: float, *, digits: int = 4) -> str:
    """``value`` >= 0 with so many digits, rounded up: a promise must not look better than it is."""
    exact = Decimal(repr(float(value)))  # 0.1, not the float behind it
    if not exact:
        return "0"
    unit = Decimal(1).scaleb(exact.adjusted() - digits + 1)
    return f"{float(exact.quantize(unit, rounding=ROUND_CEILING)):.{digits}g}"


def _require_words(name: str, value: str) -> None:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name} must say something in words, got {name}={value!r}")
