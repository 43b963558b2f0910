"""Questions 33.A and 33.C; a test compares their numbers with those of the widgets."""

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake

# Question 33.A: what the clinic and the dealer find together

Q, X, Y = 101, 41, 67
SHARES = {"e": (99, 94), "b": (95, 82)}  # of both parties, as the viewer shows them
Y_SHARE = 93  # what the laboratory sends to the clinic
E, B = (sum(SHARES[name]) % Q for name in "eb")

COALITION_MISTAKES = {
    "the_opened": Mistake(
        "That is e, which everybody knows: y minus the mask b.",
        "The pair also knows the mask.",
        made_by=(E,),
    ),
    "the_mask": Mistake(
        "That is the mask b. It hides y inside e.",
        "Put it back: e = y − b.",
        made_by=(B,),
    ),
    "taken_away_twice": Mistake(
        "The mask has been taken away already, to get e. Put it back.",
        "e − b is y − 2b.",
        made_by=((E - B) % Q, (B - E) % Q),
    ),
    "off_the_clock": Mistake(
        "Right but for a turn of the clock: it has 101 hours.",
        "The sum of e and b may pass 101: reduce it.",
        made_by=(Y + Q, Y - Q, Y + 2 * Q),
    ),
    "own_number": Mistake(
        "That is the clinic's own number.",
        "The question is the laboratory's: e belongs to y, d belongs to x.",
        made_by=(X,),
    ),
    "one_share": Mistake(
        "That is one party's share of e, or of y. You need whole values.",
        "Add up both parties' shares first.",
        made_by=(
            *SHARES["e"],
            Y_SHARE,
            SHARES["e"][1] + SHARES["b"][1] - Q,
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
    examine=examine_number(lambda: Y, tolerance=1e-9, mistakes=COALITION_MISTAKES),
    takeaway="y = e + b. The dealer knows b but not e, the clinic e but not b; together they know y.",
    hints=(
        "Go to the last step and look over the shoulder of clinic + dealer.",
        "The two opened shares of e add up to e = y − b. Who knows b?",
        "y = e + b, on a clock with 101 hours.",
    ),
    mistakes=COALITION_MISTAKES,
)

# Question 33.C: which second secret puts the only bar at 8

BAR, FIRST, CLOCK = 8, 3, 11

BAR_MISTAKES = {
    "wrong_direction": Mistake(
        "With that one, d′ − d would be 8. The picture shows d − d′.",
        "d − d′ = x − x′.",
        made_by=((FIRST + BAR) % CLOCK,),
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
    examine=examine_number(lambda: (FIRST - BAR) % CLOCK, tolerance=1e-9, mistakes=BAR_MISTAKES),
    takeaway="One triple for two products, and everybody reads x − x′ from what was opened.",
    hints=(
        "Tick the box, put x on 3 and move x′ until the only bar stands at 8.",
        "Which x′ makes x − x′ equal to 8, on a clock with 11 hours?",
        "3 − 8 = −5, and −5 is the same hour as 11 − 5.",
    ),
    mistakes=BAR_MISTAKES,
)
