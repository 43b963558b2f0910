"""Questions 01.A and 01.C."""

from math import sqrt
from statistics import NormalDist
from typing import Any

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Found, Mistake

# Question 01.A: the narrowest bands of age in which nobody is alone

BANDS_MISTAKES = {
    "ten": Mistake(
        "Look closely: with these bands one person is still alone.",
        "A bar of height 1 is hard to see beside one of hundreds; the sentence has the number.",
        made_by=(10,),
    ),
    "wider_than_needed": Mistake(
        "Nobody is alone there, but nobody is alone in somewhat narrower bands either.",
        "The question asks for the narrowest bands, which cost the least.",
        made_by=(40,),
    ),
    "nearly_as_they_are": Mistake(
        "Six people are alone with these bands.",
        "Five years sound coarse, but hospital and sex are known as well.",
        made_by=(5,),
    ),
    "k_taken": Mistake(
        "Is that the width of the bands, or the size of the smallest crowd?",
        "The smallest crowd has 2 people when nobody is alone; the question asks for the years.",
        made_by=(2,),
    ),
}

narrowest_bands = Question(
    number="01.A",
    name="narrowest_bands",
    examine=examine_number(lambda: 20.0, tolerance=0.01, mistakes=BANDS_MISTAKES),
    takeaway="You blur the age by twenty years, and all that you get is that nobody is quite alone.",
    hints=(
        "Leave hospital and sex known and go through the widths of the bands.",
        "Look at the first bar, and at the number that the sentence gives for it.",
        "When the first bar is empty, try the next narrower bands once more.",
    ),
    mistakes=BANDS_MISTAKES,
)

# Question 01.C: how many answers with noise of ±10 give 95 % of 100 bits

PEOPLE, NOISE, WANTED = 100, 10.0, 0.95


def _needed(sigma: float = NOISE / sqrt(3), *, p: float = WANTED) -> float:
    """Solve Φ(√(m − n) / (4σ)) = p for m (01.v, 01.vi)."""
    return PEOPLE + (4 * sigma * NormalDist().inv_cdf(p)) ** 2


QUESTIONS_MISTAKES = {
    "in_proportion": Mistake(
        "You scaled the number of questions like the fraction; the curve is much flatter.",
        "400 · 95/77: going from 77 to 95 % means more than halving the spread of the estimates.",
        made_by=(400 * 0.95 / 0.77,),
    ),
    "noise_taken_for_its_deviation": Mistake(
        "You took ±10 for the standard deviation of the noise; it is the largest error.",
        "Noise spread evenly over ±E has the standard deviation E/√3.",
        made_by=(_needed(NOISE),),
    ),
    "both_tails": Mistake(
        "You shut out errors on both sides; only one side makes a bit wrong.",
        "An estimate for a 1 is wrong below 1/2 only; if it is far above 1, the bit is right.",
        made_by=(_needed(p=0.975),),
    ),
    "half_the_spread": Mistake(
        "Twice as many questions help, but not that much. Read the fraction there.",
        "The spread falls with the *root* of m − n.",
        made_by=(800,),
    ),
    "all_of_them": Mistake(
        "That is the end of the slider; far fewer are enough.",
        "At 3000 questions about 99 % are right.",
        made_by=(3000,),
    ),
}

_examine_about = examine_number(_needed, tolerance=20, mistakes=QUESTIONS_MISTAKES)


def _examine_questions(value: Any) -> Found | None:
    """Readable from the slider in steps of 50, where the sentence rounds to whole per cent."""
    found = _examine_about(value)
    near = found is not None and found.code in ("too_low", "too_high")
    return None if near and _needed(p=0.945) <= float(value) < _needed(p=0.955) else found


enough_questions = Question(
    number="01.C",
    name="enough_questions",
    examine=_examine_questions,
    takeaway="Each answer gets fresh noise of the same size, and enough questions average it away.",
    hints=(
        "Set the noise to 10, then move the number of questions until the sentence says that 95 % are "
        "expected.",
        "The dots are one draw of luck; take the expected fraction.",
        "By (01.v) and (01.vi), Φ(√(m − n)/(4σ)) = 0.95, where σ is the noise's standard deviation: of noise "
        "spread evenly over ±E that is E/√3. Φ(1.645) = 0.95.",
    ),
    mistakes=QUESTIONS_MISTAKES,
)
