"""Questions 37.A, 37.C and 37.E; tests compare their numbers with those of the widgets and of the data."""

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake

# Question 37.A: the key, from a check that failed

P, ERROR = 101, 7
GAPS = (18, 11, 12)  # as the viewer shows them
KEY_SHARE, OPENED = 72, 67  # what the liar holds of the key, and what was opened
GAP = sum(GAPS) % P
KEY = -GAP * pow(ERROR, -1, P) % P

KEY_MISTAKES = {
    "the_gap": Mistake(
        "That is the gap, the sum of the three gap shares (or its negative). It is −7·α.",
        "Divide it by −7, on the clock.",
        made_by=(GAP, -GAP, -GAP % P),
    ),
    "the_sign": Mistake(
        "Nearly: the sign is missing. The gap is the dealt tag minus the one of what was opened: −7·α.",
        "Whoever adds 7 makes the gap −α·7.",
        made_by=(GAP * pow(ERROR, -1, P) % P,),
    ),
    "own_share": Mistake(
        "That is Switzerland's own share of the key.",
        "The question is the whole key.",
        made_by=(KEY_SHARE,),
    ),
    "divided_as_a_real_number": Mistake(
        "You divide as with real numbers. On a clock, look for the hour that gives the gap when multiplied.",
        "pow(7, -1, 101) is the hour that gives 1 when multiplied by 7.",
        made_by=(-GAP / ERROR, GAP / ERROR, GAP // ERROR, -GAP // ERROR, (P - GAP) / ERROR),
    ),
    "divided_by_the_value": Mistake(
        "You divide by what was opened. The gap knows only the error.",
        "The honest part of the value fits its tag, and cancels.",
        made_by=(
            -GAP * pow(OPENED, -1, P) % P,
            GAP * pow(OPENED, -1, P) % P,
            -GAP * pow(OPENED - ERROR, -1, P) % P,
        ),
    ),
    "multiplied": Mistake(
        "You multiply by 7 instead of dividing.",
        "The gap is −7·α already.",
        made_by=(-GAP * ERROR % P, GAP * ERROR % P),
    ),
    "one_share": Mistake(
        "That is one party's share of the gap. Add up all three.",
        "Only the sum means something.",
        made_by=GAPS,
    ),
    "off_the_clock": Mistake(
        "Right but for a turn of the clock: it has 101 hours.",
        "Reduce it to 0 … 100.",
        made_by=(KEY - P, KEY + P),
    ),
    "cannot_be_found": Mistake(
        "It can. Switzerland knows the error, and everybody sees the gap.",
        "The gap is −α·e. Who knows e can divide.",
        made_by=(-1,),
    ),
}

burnt_key = Question(
    number="37.A",
    name="burnt_key",
    examine=examine_number(lambda: KEY, tolerance=1e-9, mistakes=KEY_MISTAKES),
    takeaway="A check that fails tells the liar the key. So after it all stop, for good.",
    hints=(
        "Go to the last step, over Switzerland's shoulder, and look at the gap, the sum of the three shares.",
        "The sum is the gap, −α·e. Switzerland knows e: it is 7.",
        "Which α gives this gap? On a clock, dividing by 7 is multiplying by pow(7, -1, 101).",
    ),
    mistakes=KEY_MISTAKES,
)

# Question 37.C: the bits of a prime for which a lie passes with probability at most 2^-40

BITS = 42


def passes(p: int) -> float:
    """The probability (37.iv) that a lie passes a batch."""
    return (2 * p - 1) / p**2


BITS_MISTAKES = {
    "as_many_as_the_exponent": Mistake(
        "A number of 40 bits is below 2^40. Then even one opening passes too often.",
        "1/p is more than 2^−40 for every p below 2^40.",
        made_by=(40,),
    ),
    "one_over_p": Mistake(
        "With 41 bits, 1/p is small enough. But what passes the batch is about 2/p.",
        "The liar has two chances: that the coefficients cancel its errors, and that its guess is right.",
        made_by=(41,),
    ),
    "the_prime": Mistake(
        "That is a size of p. The question is its number of bits.",
        "int.bit_length gives it: 2^41 has 42 bits.",
        made_by=(2.0**40, 2.0**41, 2.0**42),
        within=2.0**12,
    ),
    "twice": Mistake(
        "That would be right if a lie passed with about 1/√p. It passes with about 2/p.",
        "Each bit more halves the probability, no more.",
        made_by=(80, 81, 82),
    ),
    "of_the_library": Mistake(
        "That is more than enough: fewer bits do.",
        "The next section's prime has 61 bits. 2/p ≤ 2^−40 asks for p of about 2^41.",
        made_by=(61, 64),
    ),
    "one_too_many": Mistake(
        "It is enough, but one bit fewer is enough as well.",
        "A number a little above 2^41 has 42 bits.",
        made_by=(43,),
    ),
}

prime_bits = Question(
    number="37.C",
    name="prime_bits",
    examine=examine_number(lambda: BITS, tolerance=1e-9, mistakes=BITS_MISTAKES),
    takeaway="Two chances of 1/p each: 2/p is below 2^−40 from p = 2^41 on, and those have 42 bits.",
    hints=(
        "Move p, and compare the blue mark with the orange one: about how many times higher is it?",
        "2/p ≤ 2^−40. From which p on?",
        "p ≥ 2^41. How many bits has the number 2^41? (2 = 2^1 has two.)",
    ),
    mistakes=BITS_MISTAKES,
)

# Question 37.E: a heart rate, from a result that was opened before the check

PATIENT, RATE, SUM = 42, 162, 6_974_098
SHOWN, ITS_RATE = 17, 160  # the patient of the lesson's own run
NEXT_RATES = (178, 157)  # of patients 41 and 43
SHIFT = 2**24

RATE_MISTAKES = {
    "all_that_was_heard": Mistake(
        "That is all that the clinic hears. The rate is in its upper bits.",
        "What is heard is the sum plus the shift times the rate.",
        made_by=(SUM + SHIFT * RATE, SHIFT * RATE),
    ),
    "the_sum": Mistake(
        "That is the sum of the squares: what is left after a division by the shift. You want the quotient.",
        "What is heard is the sum plus the shift times the rate.",
        made_by=(SUM,),
    ),
    "the_patient_of_the_text": Mistake(
        "That is the rate of patient 17. Move the d of patient 42.",
        "Whose d the clinic moves, that rate it reads.",
        made_by=(ITS_RATE,),
    ),
    "counted_from_one": Mistake(
        "That is the rate of a neighbour. Patients are counted from 0, as rows of an array are.",
        "Patient 42 is the 43rd.",
        made_by=NEXT_RATES,
    ),
    "a_fraction": Mistake(
        "Nearly: use the whole division, //. What is left over is the sum.",
        "The sum is smaller than the shift, so it never reaches the quotient.",
        made_by=(RATE + SUM / SHIFT,),
        within=1e-6,
    ),
}

stolen_rate = Question(
    number="37.E",
    name="stolen_rate",
    examine=examine_number(lambda: RATE, tolerance=1e-9, mistakes=RATE_MISTAKES),
    takeaway="The check caught you, and you have the rate. So check before the result is opened, not after.",
    hints=(
        "The call of the text was clinic_hears({17: 2**24}): a patient, and a shift.",
        "You hear Σy² + 2^24 · y, and Σy² is below 2^24.",
        "So divide what you hear by 2**24, without the rest: //.",
    ),
    mistakes=RATE_MISTAKES,
)
