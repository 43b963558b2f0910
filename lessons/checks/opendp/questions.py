"""Questions 56.A and 56.B: what a chain loses."""

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake

# Question 56.A: a count with then_laplace(0.1), meant as ε = 0.1

COUNT_MISTAKES = {
    "as_meant": Mistake(
        "That is what was meant. But then_laplace takes the scale b of the noise, not ε.",
        "With b = 0.1 the noise is nearly always below half a person.",
        made_by=(0.1,),
        within=0.001,
    ),
    "replaced": Mistake(
        "That is for one who is replaced (distance 2). Here she comes or goes.",
        "At distance 2 the map of a count of unknown size allows two persons more.",
        made_by=(20.0,),
        within=0.01,
    ),
    "halved": Mistake(
        "A count moves by 1, not by 1/2, when somebody comes.",
        "b = Δ/ε, and here Δ = 1.",
        made_by=(5.0,),
        within=0.01,
    ),
}

count_epsilon = Question(
    number="56.A",
    name="count_epsilon",
    examine=examine_number(lambda: 10.0, tolerance=1e-6, mistakes=COUNT_MISTAKES),
    takeaway="ε = 1/b = 10, a hundred times what was meant. Nothing warns you: print .map(1) first.",
    hints=(
        "then_laplace(scale): the scale is b of (12.iii).",
        "b = Δ/ε, and a count has Δ = 1 under add/remove.",
        "Solve for ε.",
    ),
    mistakes=COUNT_MISTAKES,
)

# Question 56.B: 250 rows, bounds 20 and 120, mean, Laplace noise of scale 0.5; one patient replaced

CHAIN_MISTAKES = {
    "distance_one": Mistake(
        "That is about tables at distance 1: are there two different ones with 250 rows?",
        "One replaced patient is distance 2.",
        made_by=(0.0,),
        within=0.01,
    ),
    "scale_as_epsilon": Mistake(
        "That is the scale of the noise. How far does the mean move, measured in scales?",
        "Laplace noise of scale b loses Δ/b, and b = 0.5 is no ε.",
        made_by=(0.5,),
        within=0.001,
    ),
    "two_replaced": Mistake(
        "That would be two replaced patients.",
        "Distance 2 already is one replaced patient, and the factor 2 counts once.",
        made_by=(1.6,),
        within=0.01,
    ),
    "farther_bound": Mistake(
        "You let a patient bring or take her whole value; with 250 rows known she is replaced.",
        "The mean of n rows moves by (upper − lower)/n; 120/250 is the share of a whole row.",
        made_by=(0.48, 0.96, 1.92),
        within=0.01,
    ),
    "sensitivity": Mistake(
        "That is how far the mean moves. The loss is this distance in units of the scale.",
        "100/250 = 0.4 is Δ, and the loss is Δ/b.",
        made_by=(0.4,),
        within=0.001,
    ),
    "product": Mistake(
        "More noise must lose less: you multiply by the scale.",
        "The loss is Δ/b, not Δ·b.",
        made_by=(0.2,),
        within=0.001,
    ),
    "sum": Mistake(
        "That is the loss of a chain that ends in the sum.",
        "This one ends in then_mean, which divides by 250.",
        made_by=(200.0,),
        within=0.5,
    ),
}

chain_epsilon = Question(
    number="56.B",
    name="chain_epsilon",
    examine=examine_number(lambda: 0.8, tolerance=1e-6, mistakes=CHAIN_MISTAKES),
    takeaway="(120 − 20)/250 = 0.4, in scales of 0.5: that is .map(2).",
    hints=(
        "Read the chain from left to right: the distance of tables, that of means, then the loss.",
        "One patient replaced is one of 250 rows; clamped values differ by 100 at most.",
        "Divide what the mean can move by the scale of the noise.",
    ),
    mistakes=CHAIN_MISTAKES,
)
