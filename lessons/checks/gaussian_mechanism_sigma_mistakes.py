"""What lesson 13 says of a wrong calibration, and why."""

from lessons.checks.exercise import Mistake

_CLASSICAL = Mistake(
    "That is the textbook formula (13.10): too much noise at small ε, too little at large ε.",
    "√(2 ln(1.25/δ))·Δ₂/ε bounds the tail of the loss; its proof ends at ε = 1.",
)
_LOW_END = Mistake(
    "Nearly: your σ is a hair too small, so δ is exceeded by a hair. Which end do you return?",
    "Bisection leaves two ends: on one the promise holds, on the other it does not. "
    "Return the one at which you have seen it hold.",
)
_UNSAFE = Mistake(
    "With your σ the true δ is larger than the one that was asked for.",
    "Noise that is too small breaks the promise, silently: nothing in the output shows it.",
)
_WASTEFUL = Mistake(
    "Your σ keeps the promise, but a smaller one would do.",
    "More noise than needed costs accuracy and buys nothing that is claimed.",
)
_COARSE = Mistake(
    "About right, but not to one part in ten thousand.",
    "An absolute step (0.001, say) is too coarse for a small Δ₂: stop by the *ratio* of the ends, "
    "or after a fixed number of halvings.",
)
_NOT_POSITIVE = Mistake(
    "A standard deviation is positive, and yours is not.",
    "The bisection walked to its lower end: are its two branches the right way round?",
)

SIGMA_MISTAKES = {
    "classical": _CLASSICAL,
    "classical_without_125": Mistake(
        "That is nearly the textbook formula (13.10), without its 1.25; the least σ is not of that form.",
        "√(2 ln(1/δ))·Δ₂/ε is a bound on the tail of a bell curve, and no calibration.",
    ),
    "classical_below_one": Mistake(
        "Right for ε of 1 and more; below 1 you switch to the textbook formula, which wastes noise.",
        "(13.5) holds for every ε: no case distinction is needed.",
    ),
    "exponential_missing": Mistake(
        "Your σ belongs to a δ in which the second probability has no weight.",
        "Without e^ε: the published bug of section 6. Use the δ of exercise 13.1.",
    ),
    "tail_of_the_loss": Mistake(
        "Your σ brings Pr[L > ε] down to δ; that is more than (13.3) asks for.",
        "Only the first term of (13.5): safe, and wasteful.",
    ),
    "sensitivity_ignored": Mistake(
        "Your σ does not change with the sensitivity.",
        "A query that one person moves 14 times as far needs 14 times the noise.",
    ),
    "sensitivity_divided": Mistake(
        "Your noise shrinks when the sensitivity grows.",
        "Only Δ₂/σ matters, so σ is *proportional* to Δ₂.",
    ),
    "sensitivity_squared": Mistake(
        "Your σ grows with the square of the sensitivity.",
        "Solved for Δ₂ and then multiplied by Δ₂ again: once is enough.",
    ),
    "sensitivity_by_the_root": Mistake(
        "Your σ grows with the root of the sensitivity.",
        "σ is proportional to Δ₂. (It is Δ₂ that grows with the root of the number of statistics.)",
    ),
    "mu_returned": Mistake(
        "You return μ = Δ₂/σ; the exercise asks for σ.",
        "Solving for μ is a good way; one division is left.",
    ),
    "variance_returned": Mistake(
        "You return the variance σ²; the exercise asks for the standard deviation.",
        "Papers write N(0, σ²), NumPy takes σ.",
    ),
    "laplace_scale": Mistake(
        "Δ/ε is the scale of Laplace noise; here δ has to be used as well.",
        "With σ = Δ₂/ε the true δ is enormous: the bell curve's tail is thinner, its ratio has no bound.",
    ),
    "delta_halved": Mistake(
        "You calibrate for half of the δ.",
        "δ need not be shared between the two directions: each inequality has its own.",
    ),
    "delta_doubled": Mistake(
        "You calibrate for twice the δ.",
        "One δ is allowed in each inequality, not two.",
    ),
    "epsilon_halved": Mistake(
        "You calibrate for half of the ε.",
        "The factor 2 of the exponential mechanism has no place here.",
    ),
    "replaced_twice": Mistake(
        "You calibrate for twice the sensitivity.",
        "l2_sensitivity already is the distance between neighbours, whatever the relation is.",
    ),
    "not_positive": _NOT_POSITIVE,
    "low_end": _LOW_END,
    "coarse": _COARSE,
    "fixed_bracket": Mistake(
        "Right while σ is of a usual size; with a small or large Δ₂ the search ends at its own edge.",
        "Scale the bracket with Δ₂/ε, double its upper end until the promise holds, or solve for "
        "Δ₂ = 1 and multiply.",
    ),
    "unsafe": _UNSAFE,
    "wasteful": _WASTEFUL,
}

REPAIR_MISTAKES = {
    "borrowed": Mistake(
        "The right σ, from your earlier answers: but which line of the published code is wrong?",
        "A second route shows *that* the code is wrong; to repair it one has to find *where*.",
    ),
    "flaw_still_there": Mistake(
        "This gives the same σ as the book: the flaw is still in it.",
        "Something is computed from ε and never used. What would it be good for in (13.5)?",
    ),
    "factor_on_the_first_term": Mistake(
        "Now the factor is used, but at the wrong one of the two probabilities.",
        "e^ε·Φ(first) − Φ(second) is far too large: the noise grows instead of shrinking.",
    ),
    "factor_on_both_terms": Mistake(
        "Now the factor weighs both probabilities (δ over it is the same); in (13.5) one has none.",
        "A common factor asks for δ/e^ε with the old flaw in it.",
    ),
    "factor_inverted": Mistake(
        "Now the factor is used, but it makes the second term smaller rather than larger.",
        "e^(−ε), or a division by e^ε: even less is subtracted than in the book.",
    ),
    "factor_is_epsilon": Mistake(
        "You multiply by ε; the variable that is never used holds something else.",
        "ε is smaller than e^ε, so too little is subtracted.",
    ),
    "second_term_removed": Mistake(
        "You removed the second probability; the formula needs it, with its weight.",
        "What remains is Pr[L > ε], which is larger than δ.",
    ),
    "shrunk_afterwards": Mistake(
        "You correct the result by the error at ε = 1, δ = 1e-5; elsewhere the error is another.",
        "The ratio of the two σ depends on ε and δ: repair the formula, not its output.",
    ),
    "delta_scaled": Mistake(
        "You moved the factor to δ; it belongs to one of the two probabilities.",
        "Allowing e^ε·δ breaks the promise.",
    ),
    "classical": _CLASSICAL,
    "not_positive": _NOT_POSITIVE,
    "low_end": _LOW_END,
    "coarse": _COARSE,
    "unsafe": _UNSAFE,
    "wasteful": _WASTEFUL,
}
