"""Checks of lesson 01: breaking anonymity."""

from math import sqrt
from statistics import NormalDist
from typing import Any

from lessons.checks import breaking_anonymity_bits as bits
from lessons.checks import breaking_anonymity_crowds as crowds
from lessons.checks import breaking_anonymity_gate as gate
from lessons.checks import breaking_anonymity_secrets as secrets
from lessons.checks.attempt import Found
from lessons.checks.exercise import Exercise, Mistake, Question, examine_number
from lessons.dp import linkage, query_control, reconstruction

crowd_sizes = Exercise(
    number="01.1",
    name="crowd_sizes",
    reference=linkage.crowd_sizes,
    examine=crowds.examine_crowds,
    takeaway="A row without a name hides in a crowd, and every fact that somebody knows makes it smaller.",
    hints=(
        "Take one row. How do you find out which rows are equal to it, in all facts at once?",
        "facts == facts[0] compares every entry. What has to be true of all entries of a line?",
        "A line of NumPy can compare; a Counter of tuples can count; np.unique with axis=0 can tell which "
        "rows are the same. After that, each row looks up its own number.",
    ),
    mistakes=crowds.SIZE_MISTAKES,
)

given_away = Exercise(
    number="01.2",
    name="given_away",
    reference=linkage.given_away,
    examine=secrets.examine_given_away,
    takeaway="A large crowd protects nobody whose whole crowd has the same secret.",
    hints=(
        "Take one row and write down the secrets of its crowd. When is there no doubt left?",
        "The secret can be any whole number. How do you see that a list holds one value only?",
        "You can do it with crowd_sizes alone: what happens to a crowd when the attacker also knows the "
        "secret, and when does nothing happen?",
    ),
    mistakes=secrets.FLAG_MISTAKES,
)

ask_around = Exercise(
    number="01.3",
    name="ask_around",
    reference=query_control.ask_around,
    examine=gate.examine_ask_around,
    takeaway="Each answer was allowed; three of them together were one that was refused.",
    hints=(
        "Draw three circles: the person with a group U, the person with another group V, and U and V "
        "together.",
        "Which of the three answers do you add, which do you subtract, so that U and V cancel? How often "
        "is the person left?",
        "First take the person out of the list of all people, then cut the rest into three parts. Why "
        "three and not two? Think of the total, which is public.",
    ),
    mistakes=gate.GATE_MISTAKES,
)

reconstruct = Exercise(
    number="01.4",
    name="reconstruct",
    reference=reconstruction.reconstruct,
    examine=bits.examine_reconstruct,
    takeaway="Many roughly right answers to overlapping questions are as good as the table itself.",
    hints=(
        "Each answer is one equation. What are the unknowns, and how many of each are there?",
        "More equations than unknowns, all of them slightly wrong: NumPy has a function in np.linalg for "
        "the best compromise. Look at what it returns; it is more than the solution.",
        "The solution holds real numbers around 0 and 1. Which bit is nearer, whatever the noise did?",
    ),
    mistakes=bits.BITS_MISTAKES,
)

# Question 01.A: the narrowest bands of age in which nobody is alone

WIDTHS = (1, 2, 5, 10, 20, 40)  # years, as the widget offers them
narrowest_bands = Question(
    number="01.A",
    name="narrowest_bands",
    examine=examine_number(
        lambda: 20.0,
        tolerance=0.01,
        wrong={
            "ten": lambda: 10.0,
            "wider_than_needed": lambda: 40.0,
            "nearly_as_they_are": lambda: 5.0,
            "k_taken": lambda: 2.0,
        },
    ),
    takeaway="Twenty years of age are blurred, and all that it buys is that nobody is quite alone.",
    hints=(
        "Leave hospital and sex known and go through the widths of the bands.",
        "Look at the first bar, and at the number that the sentence gives for it.",
        "When the first bar is empty, try the next narrower bands once more.",
    ),
    mistakes={
        "ten": Mistake(
            "Look closely: with these bands one person is still alone.",
            "A bar of height 1 is hard to see beside one of hundreds; the sentence has the number.",
        ),
        "wider_than_needed": Mistake(
            "Nobody is alone there, and neither in narrower bands.",
            "The question asks for the narrowest bands, which cost the least.",
        ),
        "nearly_as_they_are": Mistake(
            "Six people are alone with these bands.",
            "Five years sound coarse, but hospital and sex are known as well.",
        ),
        "k_taken": Mistake(
            "Is that the width of the bands, or the size of the smallest crowd?",
            "The smallest crowd has 2 people when nobody is alone; the question asks for the years.",
        ),
    },
)

# Question 01.C: how many answers with noise of ±10 give 95 % of 100 bits

PEOPLE, NOISE, WANTED = 100, 10.0, 0.95


def _needed(*, sigma: float, z: float) -> float:
    """Solve Φ(√(m − n) / (4σ)) = wanted fraction for m (01.5, 01.6)."""
    return PEOPLE + (4 * sigma * z) ** 2


_Z = NormalDist().inv_cdf(WANTED)
_SIGMA = NOISE / sqrt(3)


def _examine_questions(value: Any) -> Found | None:
    """Readable from the slider in steps of 50, where the sentence rounds to whole per cent."""
    found = _examine_about(value)
    near = found is not None and found.code in ("too_low", "too_high")
    return None if near and 1430 <= float(value) <= 1660 else found


_examine_about = examine_number(
    lambda: _needed(sigma=_SIGMA, z=_Z),
    tolerance=20,
    wrong={
        "in_proportion": lambda: 400 * 0.95 / 0.77,
        "noise_taken_for_its_deviation": lambda: _needed(sigma=NOISE, z=_Z),
        "both_tails": lambda: _needed(sigma=_SIGMA, z=NormalDist().inv_cdf(0.975)),
        "half_the_spread": lambda: 800.0,
        "all_of_them": lambda: 3000.0,
    },
)

enough_questions = Question(
    number="01.C",
    name="enough_questions",
    examine=_examine_questions,
    takeaway="The noise is the same in every answer, and more questions wear it away.",
    hints=(
        "Set the noise to 10, then move the number of questions until the curve says 95 %.",
        "The dots are one draw of luck; take the expected fraction.",
        "By (01.5) and (01.6), Φ(√(m − n)/(4σ)) = 0.95, where σ is the noise's standard deviation: of noise "
        "spread evenly over ±E that is E/√3. Φ(1.645) = 0.95.",
    ),
    mistakes={
        "in_proportion": Mistake(
            "You scaled the number of questions like the fraction; the curve is much flatter.",
            "400 · 95/77: going from 77 to 95 % means more than halving the spread of the estimates.",
        ),
        "noise_taken_for_its_deviation": Mistake(
            "You took ±10 for the standard deviation of the noise; it is the largest error.",
            "Noise spread evenly over ±E has the standard deviation E/√3.",
        ),
        "both_tails": Mistake(
            "You shut out errors on both sides; only one side makes a bit wrong.",
            "An estimate for a 1 is wrong below 1/2 only; if it is far above 1, the bit is right.",
        ),
        "half_the_spread": Mistake(
            "Twice as many questions help, but not that much. Read the fraction there.",
            "The spread falls with the *root* of m − n.",
        ),
        "all_of_them": Mistake(
            "That is the end of the slider; far fewer are enough.",
            "At 3000 questions about 99 % are right.",
        ),
    },
)
