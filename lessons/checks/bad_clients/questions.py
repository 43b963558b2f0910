"""Questions 24.A, 24.C and 24.E."""

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake

# Question 24.A: how many liars the median of eleven takes

BREAKING_MISTAKES = {
    "still_holds": Mistake(
        "With five of eleven the honest clients still have the majority, and the middle one is theirs.",
        "floor((n − 1) / 2) = 5 is the last number that the median withstands.",
        made_by=(5,),
    ),
    "what_it_was_set_for": Mistake(
        "Four is what the server prepares for. The median needs no such number: look how far it goes.",
        "The trimmed mean and Krum are set for f = 4; the coordinate median has no setting.",
        made_by=(4,),
    ),
    "the_mean": Mistake(
        "One is enough for the mean. The question is about the coordinate median.",
        "The mean has breakdown point 0: the first liar decides.",
        made_by=(1,),
    ),
    "half": Mistake(
        "Clients come in whole numbers.",
        "Half of eleven; the first whole number above it is asked for.",
        made_by=(5.5,),
    ),
}

breaking_number = Question(
    number="24.A",
    name="breaking_number",
    examine=examine_number(lambda: 6, tolerance=0.01, mistakes=BREAKING_MISTAKES),
    takeaway="The median follows the majority: it holds up to (n − 1) / 2 liars, here 5, and not one more.",
    hints=(
        "Slide the distance to its end. Then add bad clients one by one and watch the median's bar.",
        "Sort eleven numbers of which k are far to the right. Where is the sixth?",
        "Whose value stands in the middle when the liars are the majority?",
    ),
    mistakes=BREAKING_MISTAKES,
)

# Question 24.C: how many robust rules the inner-product attack puts clearly behind the mean

WORSE_MISTAKES = {
    "only_krum": Mistake(
        "Krum has by far the shortest bar, but compare the numbers of the others as well.",
        "Only the rule that catches the eye, or those that lose more than a tenth, were counted.",
        made_by=(1, 2),
    ),
    "none": Mistake(
        "That is what one hopes for. Choose the third attack, and slide to four bad clients.",
        "The hope that a robust rule is never worse than the mean.",
        made_by=(0,),
    ),
    "a_tie_counted": Mistake(
        "One of your six is behind the mean by less than one point. That may be chance.",
        "Norm clipping is lower too, but by tenths of a point, and these are three runs.",
        made_by=(6,),
    ),
}

worse_than_the_mean = Question(
    number="24.C",
    name="worse_than_the_mean",
    examine=examine_number(lambda: 5, tolerance=0.01, mistakes=WORSE_MISTAKES),
    takeaway="Five of six robust rules end up behind the mean. Norm clipping keeps up with it.",
    hints=(
        "Set the attack to the inner product, and the number of bad clients to 4.",
        "Read the mean's bar on the left first, then compare each of the others with it.",
        "Take 0.010 from the mean's accuracy. Which of the others are below that?",
    ),
    mistakes=WORSE_MISTAKES,
)

# Question 24.E: which rules are left when the server sees only the sum

LEFT_MISTAKES = {
    "none": Mistake(
        "The sum is there, and the number of clients is known.",
        "The mean is the sum divided by n: that one is left.",
        made_by=(0,),
    ),
    "clipping_counted": Mistake(
        "To shorten an update the server must see how long it is, and it sees no single update.",
        "Norm clipping works on each row; the sum does not tell the lengths of its parts.",
        made_by=(2,),
    ),
    "all": Mistake(
        "Look over the server's shoulder: with which numbers would it sort, or measure distances?",
        "Median, trimmed mean, Krum and the geometric median all need the rows.",
        made_by=(7,),
    ),
}

rules_left = Question(
    number="24.E",
    name="rules_left",
    examine=examine_number(lambda: 1, tolerance=0.01, mistakes=LEFT_MISTAKES),
    takeaway="From one sum only the mean: what hides the honest clients hides the liar as well.",
    hints=(
        "Look over the server's shoulder at the last step: which numbers mean anything to it?",
        "A masked number is as good as random. What do three of them give together?",
        "Go through the seven rules: which of them is a function of the sum alone?",
    ),
    mistakes=LEFT_MISTAKES,
)
