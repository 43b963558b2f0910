"""Questions 00.A, 00.B and 00.D: what the widgets of lesson 00 show."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.fl import three_designs

HIDDEN_DIGIT = 3
LOOK_ALIKE = (2, 5, 8, 9)


def _examine_digit(value: Any) -> Found | None:
    if isinstance(value, str | bool) or not np.isscalar(value):
        return Found("not_a_number", f"Got {type(value).__name__}.")
    if value not in range(10):
        return Found("not_a_digit")
    if value == HIDDEN_DIGIT:
        return None
    return Found("look_alike" if value in LOOK_ALIKE else "another_digit")


DIGIT_MISTAKES = {
    "look_alike": Mistake(
        "Your digit shares strokes with the hidden one. More people make the picture clearer.",
        "A round digit like the hidden one; with few people they cannot be told apart.",
        made_by=(*LOOK_ALIKE,),
    ),
    "another_digit": Mistake(
        "Not that one. Are enough people in the average?",
        "With few people the average is mostly noise, and you see what you expect.",
        made_by=(0, 1, 4, 6, 7),
    ),
    "not_a_digit": Mistake(
        "The hidden digit is one of ten, 0 to 9.",
        "The answer is a whole number from 0 to 9.",
        made_by=(12, 3.5, -1),
    ),
}

hidden_digit = Question(
    number="00.A",
    name="hidden_digit",
    examine=_examine_digit,
    takeaway="You cannot read a single page, but the average of many is clear. Read on: is your eye the "
    "right judge?",
    hints=(
        "Leave the noise where it is and move the slider with the number of people to the right.",
        "Look at the right-hand picture from further away, or half close your eyes.",
        "Without noise the left-hand picture shows it too. That is what the noise is for.",
    ),
    mistakes=DIGIT_MISTAKES,
)


@cache
def _examine_factor() -> Callable[[Any], Found | None]:
    return examine_number(lambda: 4.0, tolerance=0.05, mistakes=FACTOR_MISTAKES)


def _examine_times(value: Any) -> Found | None:
    """A factor read from the slider may be off by a tenth."""
    found = _examine_factor()(value)
    measured = found is not None and found.code in ("too_low", "too_high")
    return None if measured and abs(float(value) - 4.0) <= 0.4 else found


FACTOR_MISTAKES = {
    "twice": Mistake(
        "Twice as many people make it smaller, but not by half. Read both numbers again.",
        "Noise does not simply divide by n: positive and negative draws cancel only in part.",
        made_by=(2.0,),
    ),
    "root": Mistake(
        "That is how much the noise shrinks when the number of people doubles.",
        "√2 answers the question the other way round.",
        made_by=(2**0.5,),
    ),
    "not_at_all": Mistake(
        "With as many people as before, nothing changes.",
        "A factor of 1 is no change.",
        made_by=(1.0,),
    ),
    "once_more": Mistake(
        "Near, but still too few. Read the numbers at 20 and at 60 people.",
        "Three times the people leave 1/√3 = 0.58 of the noise.",
        made_by=(3.0,),
    ),
    "once_too_often": Mistake(
        "With that many more people the noise is halved, and then halved again.",
        "16 times the people leave a quarter of the noise.",
        made_by=(16.0,),
    ),
}

times_more_people = Question(
    number="00.B",
    name="times_more_people",
    examine=_examine_times,
    takeaway="Noise in an average shrinks like 1/√n: privacy needs a crowd, and four times the crowd for "
    "half the noise.",
    hints=(
        "Read how much noise is left at 20 people. How many people leave half of that?",
        "Try it from another start: from 10 people, or from 40. Is the factor the same?",
        "Divide the noise of one page by the noise that is left: once with 25 people, once with 100.",
    ),
    mistakes=FACTOR_MISTAKES,
)


def _swiss(step: int) -> float:
    """Share 1 or 2 of Switzerland's total in the notebook's transcript."""
    transcript = three_designs.transcripts()[three_designs.DESIGNS[2]]
    return next(
        float(message.content)
        for message in transcript.messages
        if message.step == step and message.sender == "Switzerland"
    )


SHARE_MISTAKES = {
    "not_wrapped": Mistake(
        "That is the plain sum; those 123 patients would be 868 years old. What has to be dropped?",
        "Shares live modulo 100 000: a sixth digit falls away.",
        made_by=(lambda: _swiss(1) + _swiss(2),),
    ),
    "share_1": Mistake(
        "That is what the server alone has: a random number, which says nothing.",
        "One share is uniform whatever the secret is.",
        made_by=(lambda: _swiss(1),),
    ),
    "share_2": Mistake(
        "That is what the helper alone has: a random number, which says nothing.",
        "One share is uniform whatever the secret is.",
        made_by=(lambda: _swiss(2),),
    ),
    "subtracted": Mistake(
        "You subtracted one share from the other. How did the two pieces of section 4 give back their 7?",
        "x = share 1 + share 2 modulo 100 000.",
        made_by=(lambda: abs(_swiss(1) - _swiss(2)),),
    ),
}

pooled_shares = Question(
    number="00.D",
    name="pooled_shares",
    examine=examine_number(
        lambda: (_swiss(1) + _swiss(2)) % three_designs.MODULUS,
        tolerance=0.6,
        mistakes=SHARE_MISTAKES,
    ),
    takeaway="Each share alone is a random number; the two together are the secret. So choose two parties "
    "that will not talk to each other.",
    hints=(
        "In the third design, look over the shoulders of Server + Helper at step 2.",
        "Take the two numbers that come from Switzerland, one from step 1 and one from step 2.",
        "Add them and keep the last five digits: that is what mod 100 000 means.",
    ),
    mistakes=SHARE_MISTAKES,
)
