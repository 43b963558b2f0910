"""Questions 33.A and 33.C."""

from functools import cache

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake
from lessons.widgets import beaver_triples as widgets

# Question 33.A: what the clinic and the dealer find together


@cache
def _seen() -> dict[str, int]:
    """Every number of the viewer's run by its name."""
    script = widgets.multiplication_transcript()
    found: dict[str, int] = {}
    for message in script.messages:
        names, numbers = message.label.split(", "), message.content.split(", ")
        found |= {name.replace(" ", ""): int(one) for name, one in zip(names, numbers, strict=True)}
    q = widgets.MODULUS
    found |= {name: (found[f"{name}1"] + found[f"{name}2"]) % q for name in "abcde"}
    return found


COALITION_MISTAKES = {
    "the_opened": Mistake(
        "That is e, which everybody knows: y minus the mask b.",
        "The pair also knows the mask.",
        made_by=(lambda: _seen()["e"],),
    ),
    "the_mask": Mistake(
        "That is the mask b. It hides y inside e.",
        "Put it back: e = y − b.",
        made_by=(lambda: _seen()["b"],),
    ),
    "taken_away_twice": Mistake(
        "The mask has been taken away already, to get e. Put it back.",
        "e − b is y − 2b.",
        made_by=(
            lambda: (_seen()["e"] - _seen()["b"]) % widgets.MODULUS,
            lambda: (_seen()["b"] - _seen()["e"]) % widgets.MODULUS,
        ),
    ),
    "off_the_clock": Mistake(
        "Right but for a turn of the clock: it has 101 hours.",
        "The sum of e and b may pass 101: reduce it.",
        made_by=(
            lambda: widgets.Y + widgets.MODULUS,
            lambda: widgets.Y - widgets.MODULUS,
            lambda: widgets.Y + 2 * widgets.MODULUS,
        ),
    ),
    "own_number": Mistake(
        "That is the clinic's own number.",
        "The question is the laboratory's: e belongs to y, d belongs to x.",
        made_by=(widgets.X,),
    ),
    "one_share": Mistake(
        "That is one party's share of e, or of y. You need whole values.",
        "Add up both parties' shares first.",
        made_by=(
            lambda: _seen()["e1"],
            lambda: _seen()["e2"],
            lambda: _seen()["y1"],
            lambda: (_seen()["e2"] + _seen()["b2"]) % widgets.MODULUS,
        ),
    ),
    "cannot_be_found": Mistake(
        "They can. What does the dealer know that hides y?",
        "The dealer knows b, and the clinic saw e being opened.",
        made_by=(-1,),
    ),
}

laboratory_secret = Question(
    number="33.A",
    name="laboratory_secret",
    examine=examine_number(lambda: widgets.Y, tolerance=1e-9, mistakes=COALITION_MISTAKES),
    takeaway="y = e + b. The dealer alone knows b, the clinic alone knows e; together they know y.",
    hints=(
        "Go to the last step and look over the shoulder of clinic + dealer.",
        "The two opened shares of e add up to e = y − b. Who knows b?",
        "y = e + b, on a clock with 101 hours.",
    ),
    mistakes=COALITION_MISTAKES,
)

# Question 33.C: which second secret puts the only bar at 8

BAR, FIRST = 8, 3

BAR_MISTAKES = {
    "wrong_direction": Mistake(
        "With that one, d′ − d would be 8. The picture shows d − d′.",
        "d − d′ = x − x′.",
        made_by=((FIRST + BAR) % widgets.CLOCK,),
    ),
    "without_the_turn": Mistake(
        "Right but for a turn of the clock: the slider goes from 0 to 10.",
        "3 − 8 = −5; on a clock with 11 hours that is another hour.",
        made_by=(FIRST - BAR,),
    ),
    "the_distance": Mistake(
        "That is the distance from 3 to 8. Put it on the slider: where does the bar stand?",
        "The clock has 11 hours, and the bar stands at x − x′.",
        made_by=(BAR - FIRST,),
    ),
    "the_bar": Mistake(
        "That is where the bar should stand, not the secret that puts it there.",
        "Move the slider of x′.",
        made_by=(BAR,),
    ),
    "the_first": Mistake(
        "With x′ = x the bar stands at 0.",
        "Equal secrets are opened as equal numbers, if they have one mask.",
        made_by=(FIRST,),
    ),
}

second_secret = Question(
    number="33.C",
    name="second_secret",
    examine=examine_number(
        lambda: (FIRST - BAR) % widgets.CLOCK, tolerance=1e-9, mistakes=BAR_MISTAKES
    ),
    takeaway="One triple for two products, and everybody reads x − x′ from what was opened.",
    hints=(
        "Tick the box, put x on 3 and move x′ until the only bar stands at 8.",
        "Which x′ makes x − x′ equal to 8, on a clock with 11 hours?",
        "3 − 8 = −5, and −5 is the same hour as 11 − 5.",
    ),
    mistakes=BAR_MISTAKES,
)
