"""Checks of lesson 16: DP-SGD and DP-Adam."""

from collections.abc import Callable
from typing import Any

from lessons.checks import dp_sgd_clip as clip
from lessons.checks import dp_sgd_gradient as gradient
from lessons.checks import dp_sgd_mistakes as mistakes
from lessons.checks import dp_sgd_norms as norms
from lessons.checks import dp_sgd_sampling as sampling
from lessons.checks.attempt import Found
from lessons.checks.exercise import Exercise, Mistake, Question, examine_number
from lessons.dp import private_gradient as private

clip_rows = Exercise(
    number="16.1",
    name="clip_rows",
    reference=clip.clip_gradients,
    examine=clip.examine_clip,
    takeaway="Whatever an example holds, it now moves the sum by at most C.",
    hints=(
        "By what number must a row of length 5 be multiplied to have length 2? And a row of length 1, "
        "which is to stay?",
        "You need the length of every row, one number per row: np.linalg.norm has an argument axis. "
        "keepdims=True keeps the shape that multiplies rows.",
        "C / ‖g‖ for the long rows, 1 for the short ones: one of min and max does both. Which "
        "division survives ‖g‖ = 0?",
    ),
    mistakes=clip.CLIP_MISTAKES,
)

private_gradient = Exercise(
    number="16.2",
    name="private_gradient",
    reference=private.private_gradient,
    examine=gradient.examine_private_gradient,
    takeaway="Clip, add, noise once, divide by a public number: this line is what ε is computed from.",
    hints=(
        "Four steps in the order of (16.3). Which of them may look at how many rows there are?",
        "Which of the two has a unit, the noise multiplier or C? The standard deviation of the noise "
        "on the sum must have the unit of a gradient.",
        "You have clip_rows. The sum of no rows at all is a vector of zeros when the axis is named; "
        "rng.normal wants a scale and a size, one draw per parameter.",
    ),
    mistakes=mistakes.GRADIENT_MISTAKES,
)

gradient_norms = Exercise(
    number="16.3",
    name="gradient_norms",
    reference=norms.linear_gradient_norms,
    examine=norms.examine_norms,
    takeaway="Two vectors know the norm of their outer product: no gradient had to be written down.",
    hints=(
        "Write the gradient by the weights down for two inputs and one output. What are its entries, "
        "and what is the sum of their squares?",
        "The sum over all pairs (o, d) of e_o² a_d² is a product of two sums.",
        "The bias contributes ‖e‖² to the square of the norm. Take the common factor out, then the root.",
    ),
    mistakes=norms.NORM_MISTAKES,
)

poisson_sample = Exercise(
    number="16.4",
    name="poisson_sample",
    reference=private.poisson_sample,
    examine=sampling.examine_poisson,
    takeaway="Everybody throws a coin of their own; the size of the batch is nobody's choice.",
    hints=(
        "How many coins are thrown for n examples, and does one of them know about another?",
        "rng.random(n) gives n numbers between 0 and 1. How often is one of them below q?",
        "That comparison gives True and False; np.flatnonzero turns them into indices.",
    ),
    mistakes=sampling.POISSON_MISTAKES,
)


def examine_range(
    low: float, high: float, *, slips: dict[str, tuple[float, float]]
) -> Callable[[Any], Found | None]:
    """Right from ``low`` to ``high``; ``slips`` names known wrong ranges, the rest is too low or high."""
    middle, reach = (low + high) / 2, (high - low) / 2
    examine = examine_number(lambda: middle, tolerance=reach, wrong={})

    def in_range(value: Any) -> Found | None:
        found = examine(value)
        if found is None or found.code not in ("too_low", "too_high"):
            return found
        codes = (code for code, (start, end) in slips.items() if start <= float(value) <= end)
        return next((Found(code) for code in codes), found)

    return in_range


# Question 16.A: within 3 % of the best direction, by the widget's own table (tested there)

best_clip_norm = Question(
    number="16.A",
    name="best_clip_norm",
    examine=examine_range(
        0.55,
        1.8,
        slips={
            "least_noise": (0.0, 0.0101),
            "the_median": (0.05, 0.08),
            "nobody_clipped": (20.0, 101.0),
        },
    ),
    takeaway="Too small and the hard examples lose their voice, too large and the noise drowns all.",
    hints=(
        "Choose the last stage, leave the noise multiplier at 2 and q at 0.1, then move C.",
        "Look for the highest point of the solid curve: the caption says how much the best C keeps.",
        "It lies near 1, where about one gradient in five is shortened.",
    ),
    mistakes={
        "least_noise": Mistake(
            "There is least noise there, but hardly any gradient is left either: the signal shrinks too.",
            "Noise and signal both scale with C once every gradient is clipped.",
        ),
        "the_median": Mistake(
            "That is about the median of the norms, a good rule of thumb at other times; not here.",
            "Late in a run the few long gradients carry nearly all of the mean.",
        ),
        "nobody_clipped": Mistake(
            "Nobody is clipped there, but look at the solid curve, which has the noise.",
            "The noise is scaled to the longest gradient, and most are over a hundred times shorter.",
        ),
    },
)

small_clip_norm = Question(
    number="16.C",
    name="small_clip_norm",
    examine=examine_range(
        60.0,
        160.0,
        slips={
            "rate_kept": (0.5, 2.0),
            "end_of_the_slider": (20.0, 40.0),
            "rate_lowered": (0.001, 0.1),
            "one_power_too_many": (900.0, 1100.0),
        },
    ),
    takeaway="When all gradients are clipped, only the product of clip norm and learning rate counts.",
    hints=(
        "Set the noise multiplier to 2 and find the best learning rate for C = 1, 0.32, 0.1, 0.032.",
        "What do the best settings have in common? Multiply.",
        "With C ten times smaller every release is ten times smaller, its noise included.",
    ),
    mistakes={
        "rate_kept": Mistake(
            "With that learning rate the steps are a hundred times shorter than for C = 1.",
            "Lowering C alone slows the training down: it looks as if privacy had cost accuracy.",
        ),
        "end_of_the_slider": Mistake(
            "That is the best rate for the smallest C on the map; this one is smaller still.",
            "C = 0.032 wants about 32; what would follow for 0.01?",
        ),
        "rate_lowered": Mistake(
            "You lower the learning rate together with C: both make the steps shorter.",
            "The two have to move in opposite directions.",
        ),
        "one_power_too_many": Mistake(
            "Right direction, one power of ten too far.",
            "From C = 1 to C = 0.01 are two powers of ten, not three.",
        ),
    },
)
