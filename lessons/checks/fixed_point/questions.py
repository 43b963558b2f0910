"""Questions 34.A and 34.C."""

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake

# Question 34.A: the last first share for which x = −120 is truncated right, on the clock of 500

SHARE_MISTAKES = {
    "first_wrong": Mistake(
        "At this one the second point has just gone over the seam: 380 + 120 is 500, which is 0.",
        "The first wrong share instead of the last right one.",
        made_by=(380,),
    ),
    "positive": Mistake(
        "That is where x = +120 begins to work. Is x negative on your slider?",
        "For a positive x the shares 0 … x − 1 fail; for a negative one the last |x| of the clock.",
        made_by=(120, 119, 121),
    ),
    "the_end": Mistake(
        "At the end of the slider the points lie on both sides of the seam.",
        "499 fails, since 499 + 120 wraps around on the clock.",
        made_by=(499,),
    ),
}

last_right_share = Question(
    number="34.A",
    name="last_right_share",
    examine=examine_number(lambda: 379, tolerance=1e-9, mistakes=SHARE_MISTAKES),
    takeaway="The last 120 of 500 shares fail, as many as |x|, whatever the sign.",
    hints=(
        "Set x to −120 and push the first share to the right until the picture says that it is wrong.",
        "The second point is |x| to the right of the first one. When does it leave the line?",
        "It leaves the line when the first share plus 120 reaches 500.",
    ),
    mistakes=SHARE_MISTAKES,
)

# Question 34.C: the most fractional bits for a million truncations in Z_2^64

BITS_MISTAKES = {
    "other_ring": Mistake(
        "That is for a smaller ring. The question is about Q = 2^64.",
        "In Z_2^32 not even one bit is left.",
        made_by=(0, 1),
    ),
    "one_truncation": Mistake(
        "That is for few truncations. Slide their number to a million.",
        "One truncation may fail once in a hundred; a million must not.",
        made_by=(26, 25),
    ),
    "one_more": Mistake(
        "With 17 bits the chance is above 1 %. Each further bit makes it four times as large.",
        "2^(2f) grows by 4 with every bit.",
        made_by=(17,),
    ),
    "rounding_only": Mistake(
        "With so many bits the rounding error is tiny, but look at the right-hand picture.",
        "Rounding alone asks for as many bits as there are.",
        made_by=(30, 24, 22, 20),
    ),
}

most_bits = Question(
    number="34.C",
    name="most_bits",
    examine=examine_number(lambda: 16, tolerance=1e-9, mistakes=BITS_MISTAKES),
    takeaway=(
        "16 bits: a million local truncations of numbers up to 16, and more than 99 runs of 100 without "
        "a failure."
    ),
    hints=(
        "Choose 2^64 and a million truncations. Then slide f up until the right-hand point "
        "passes the 1 % line.",
        "The chance for one is 16 · 2^(2f) / 2^64; a million of them have about a million times that.",
        "A million times 16 · 2^(2f) / 2^64 must stay below 0.01.",
    ),
    mistakes=BITS_MISTAKES,
)
