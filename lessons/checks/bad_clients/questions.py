"""Questions 24.A, 24.C and 24.E."""

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake

# Question 24.A: which rules one liar too many moves far away

FAR_MISTAKES = {
    "only_the_mean": Mistake(
        "The mean, yes. But five are one more than the others are set for: look at all the bars.",
        "The hope that a robust rule withstands whatever comes.",
        made_by=(1,),
    ),
    "both_trims": Mistake(
        "One is missing: which rules still average at least one of the five?",
        "Mean and trimmed mean. Multi-Krum averages n − f = 7 updates, and only six are honest.",
        made_by=(2,),
    ),
    "krum_counted": Mistake(
        "All that are set for four, you may have thought. One of them takes five all the same.",
        "Krum is set for four too, but each liar has only four friends, and its fifth neighbour is "
        "1000 away. The six honest ones have five near neighbours each.",
        made_by=(4,),
    ),
    "majority_forgotten": Mistake(
        "Six of eleven are honest. Which rules follow the majority, and which lets nobody shout?",
        "The two medians hold while the honest are more than half, and norm clipping always.",
        made_by=(5, 6, 7),
    ),
}

rules_far_away = Question(
    number="24.A",
    name="rules_far_away",
    examine=examine_number(lambda: 3, tolerance=0.01, mistakes=FAR_MISTAKES),
    takeaway="Mean, trimmed mean and multi-Krum: each averages at least one of the five.",
    hints=(
        "Set five bad clients and slide the distance to its end.",
        "Count the numbers on the right that are larger than 10.",
        "Which rules average numbers, and can they avoid all five liars?",
    ),
    mistakes=FAR_MISTAKES,
)

# Question 24.C: which robust rules the inner-product attack costs more than it costs the mean

WORSE_MISTAKES = {
    "only_krum": Mistake(
        "Krum has by far the shortest bar, but compare the numbers of the others as well.",
        "Only the rule that catches the eye, or those that lose most, were counted.",
        made_by=(1, 2, 3),
    ),
    "none": Mistake(
        "That is what one hopes for. Choose the last attack, and slide to four bad clients.",
        "The hope that a robust rule never loses more than the mean.",
        made_by=(0,),
    ),
    "small_differences": Mistake(
        "Not all of them lose a lot, but read the small numbers too: the mean loses only 1.5 points.",
        "The geometric median loses 2.6 points and norm clipping 2.0. That is more than 1.5 as well.",
        made_by=(4, 5),
    ),
}

worse_than_the_mean = Question(
    number="24.C",
    name="worse_than_the_mean",
    examine=examine_number(lambda: 6, tolerance=0.01, mistakes=WORSE_MISTAKES),
    takeaway="All six. Against this lie the plain mean loses least, on average over ten runs.",
    hints=(
        "Set the attack to the inner product with unlike clients, and four bad clients.",
        "The number in brackets is what the liars cost the rule, in points of accuracy.",
        "The mean loses 1.5 points. Which of the six robust rules lose more than that?",
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
        "Median, trimmed mean and Krum need the rows; a step towards the geometric median needs two "
        "weighted sums, not this one.",
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
