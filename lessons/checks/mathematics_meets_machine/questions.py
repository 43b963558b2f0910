"""Question 18.A: the first count at which fewer than half of the outputs name the table."""

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake

COUNT_MISTAKES = {
    "fraction_given": Mistake(
        "That is the fraction, but the question asks for a count.",
        "Read the horizontal axis where the curve falls below one half.",
        made_by=(0.5,),
    ),
    "first_drop": Mistake(
        "There the fraction has fallen, but not below one half.",
        "Go on down the list.",
        made_by=(1,),
    ),
    "last_above": Mistake(
        "There the fraction is still above one half.",
        "That is the last count above one half. The question asks for the first below.",
        made_by=(2,),
    ),
}

half_named = Question(
    number="18.A",
    name="half_named",
    examine=examine_number(lambda: 4.0, tolerance=0.01, mistakes=COUNT_MISTAKES),
    takeaway="From there on, most outputs are possible for both counts. Small counts are exposed.",
    hints=(
        "Set ε to 0.5 and go through the counts from the top of the list.",
        "The caption says how many of 100 outputs name the table.",
        "You want the first count at which that number is below 50.",
    ),
    mistakes=COUNT_MISTAKES,
)
