"""Questions 35.A, 35.C and 35.E."""

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake

# Question 35.A: the smallest y for which a carry reaches bit 7 of 85 + y

PARTNER_MISTAKES = {
    "out_of_the_top": Mistake(
        "With that one a carry comes *out of* bit 7. The question is when one comes *into* it: out of bit 6.",
        "256 − 85 instead of 128 − 85.",
        made_by=(171,),
    ),
    "one_before": Mistake(
        "That fills the lower seven bits with ones, and no carry comes. One more sets it off.",
        "85 + 42 = 127, all ones: everything passes on, and nothing generates.",
        made_by=(42,),
    ),
    "top_of_y": Mistake(
        "With that y bit 7 is set because y has it already, not because of a carry.",
        "128 has bit 7 itself.",
        made_by=(128,),
    ),
    "own_number": Mistake(
        "With that y a carry does come into bit 7, but a smaller y will do.",
        "Every y from the answer to 127 does.",
        made_by=(85, 64, 63),
    ),
}

smallest_partner = Question(
    number="35.A",
    name="smallest_partner",
    examine=examine_number(lambda: 43, tolerance=1e-9, mistakes=PARTNER_MISTAKES),
    takeaway="43: bit 0 generates the carry, and each of the six bits above passes it on.",
    hints=(
        "Set x to 85 and slide y up until the node of bit 6 in the last row turns orange.",
        "A carry into bit 7 means that the lower seven bits of x and y add up to 128 or more.",
        "85 is below 128 and has bit 7 clear. How much is missing?",
    ),
    mistakes=PARTNER_MISTAKES,
)

# Question 35.C: from how many numbers on the carry that walks is the faster one, at 0.1 ms

CHEAPER_MISTAKES = {
    "other_latency": Mistake(
        "That is where the lines cross for another latency. The question is about 0.1 ms.",
        "The longer a round takes, the later the tree loses.",
        made_by=(1_000_000, 10_000_000),
    ),
    "still_slower": Mistake(
        "There the tree is still the faster one. Compare the two numbers above the bars.",
        "At 10 000 numbers the rounds still count for more than the bytes.",
        made_by=(10_000, 1_000, 100, 10, 1),
    ),
    "between": Mistake(
        "The lines do cross near there. Which is the first power of ten *on the slider* where walking wins?",
        "56 rounds of 0.1 ms are as long as the 22.5 bytes more of 31 111 numbers.",
        made_by=(30_000, 31_000, 31_111, 31_112),
    ),
}

cheaper_from = Question(
    number="35.C",
    name="cheaper_from",
    examine=examine_number(lambda: 100_000, tolerance=1e-9, mistakes=CHEAPER_MISTAKES),
    takeaway="100 000: few bytes or few rounds, and the network decides which of them counts.",
    hints=(
        "Choose 64 bits and 0.1 ms, then slide the number up and watch the two bars.",
        "The bars show what the time is spent on: blue for waiting, grey for sending.",
        "In the left picture the lines cross between 10 000 and 100 000.",
    ),
    mistakes=CHEAPER_MISTAKES,
)

# Question 35.E: what the clinic still does not know of y after the answer, x = 3 and y from 0 to 15

POSSIBLE_MISTAKES = {
    "nothing_learned": Mistake(
        "All 16 were possible before. The answer 'x < y' rules some out.",
        "The opened answer is part of the view.",
        made_by=(16, 15),
    ),
    "equal_counted": Mistake(
        "y = 3 is not above 3.",
        "x < y leaves out y = x.",
        made_by=(13,),
    ),
    "ruled_out": Mistake(
        "That many numbers are ruled out. How many are left?",
        "0, 1, 2 and 3 are gone.",
        made_by=(4,),
    ),
    "all_known": Mistake(
        "To know y exactly the clinic would need more than one bit.",
        "d, e and m are uniform: they say nothing.",
        made_by=(1, 0),
    ),
}

possible_numbers = Question(
    number="35.E",
    name="possible_numbers",
    examine=examine_number(lambda: 12, tolerance=1e-9, mistakes=POSSIBLE_MISTAKES),
    takeaway="12: the 4 to 15. The answer itself tells something, and no protocol can hide that.",
    hints=(
        "Step to the end and look over the clinic's shoulder. What of all this does it know the meaning of?",
        "The clinic knows x = 3, and that x < y is true.",
        "Count the numbers from 0 to 15 that are above 3.",
    ),
    mistakes=POSSIBLE_MISTAKES,
)
