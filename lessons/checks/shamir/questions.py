"""Questions 32.A and 32.C."""

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake

# Question 32.A: what a leading coefficient that is never 0 tells the parties 1 and 2

HELD, MODULUS = (4, 9), 11  # their shares


def straight() -> int:
    """The secret for which the shares of parties 1 and 2 lie on a line: one step back from party 1."""
    return (2 * HELD[0] - HELD[1]) % MODULUS


RULED_OUT_MISTAKES = {
    "over_the_reals": Mistake(
        "That is where the line meets the axis over the real numbers. Which hour is it on the clock?",
        "4 − 5 = −1 is the right idea: write it as a number from 0 to 10.",
        made_by=(-1,),
    ),
    "the_slope": Mistake(
        "That is the slope of the line through the two shares.",
        "The secret is its value at 0, one step back from party 1.",
        made_by=(5,),
    ),
    "forwards": Mistake(
        "That is the share of party 3 on the line through the two shares.",
        "14 is 3 on the clock: one step forwards. The secret is one step back.",
        made_by=(3, 14),
    ),
    "a_1_is_zero": Mistake(
        "There a_1 is 0, not a_2.",
        "The highest power counts: slide until the caption says that a_2 is 0.",
        made_by=(6,),
    ),
    "zero": Mistake(
        "With this secret a_2 is not 0.",
        "The secret 0 is possible. Look for the one with a_2 = 0.",
        made_by=(0,),
    ),
    "a_share": Mistake(
        "That is one of the two shares.",
        "It may well be the secret too.",
        made_by=HELD,
    ),
}

ruled_out = Question(
    number="32.A",
    name="ruled_out",
    examine=examine_number(lambda: straight(), tolerance=0.0, mistakes=RULED_OUT_MISTAKES),
    takeaway="A rule that looks careful gives information away: this one secret can no longer be.",
    hints=(
        "Set the shares to 4 and 9, and watch a_2 in the caption while the secret slides.",
        "For which secret do the points of secret, party 1 and party 2 lie on a straight line?",
        "A line makes equal steps: from 4 to 9 it is 5. Go one step back from party 1, on the clock.",
    ),
    mistakes=RULED_OUT_MISTAKES,
)

# Question 32.C: how many of seven shares lie on the polynomial of three liars who agree

FIT_MISTAKES = {
    "the_liars": Mistake(
        "That counts the liars alone.",
        "Their polynomial may pass through honest shares as well.",
        made_by=(3,),
    ),
    "the_truth": Mistake(
        "That is how many shares lie on the *true* polynomial.",
        "Look at the other bar.",
        made_by=(4,),
    ),
    "everybody": Mistake(
        "Not all seven: two polynomials of degree 2 cannot meet that often.",
        "They would have to be the same.",
        made_by=(7,),
    ),
    "one_honest": Mistake(
        "That many shares cannot lie on it: count the honest ones among them.",
        "Three liars and three honest parties: but two parabolas meet in at most two points.",
        made_by=(6,),
    ),
    "the_meeting_points": Mistake(
        "That is how many *honest* shares lie on it. Add the liars.",
        "Two parabolas meet in at most two points; the liars' own shares come on top.",
        made_by=(2,),
    ),
}

fit_the_lie = Question(
    number="32.C",
    name="fit_the_lie",
    examine=examine_number(lambda: 5, tolerance=0.0, mistakes=FIT_MISTAKES),
    takeaway="Five shares for the lie, four for the truth: beyond the bound the lie wins the vote.",
    hints=(
        "Threshold 2, three liars, and the box ticked.",
        "In the right picture, read off the bar of the liars' secret.",
        "All three liars lie on it, and it meets the true parabola in two honest points.",
    ),
    mistakes=FIT_MISTAKES,
)
