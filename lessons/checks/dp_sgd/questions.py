"""Questions 16.A and 16.C."""

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake

# Question 16.A: within 3 % of the best direction, by the widget's own table (tested there)

CLIP_NORM_MISTAKES = {
    "least_noise": Mistake(
        "There is least noise there, but hardly any gradient is left either: the signal shrinks too.",
        "Noise and signal both scale with C once every gradient is clipped.",
        made_by=(0.01,),
        within=0.005,
    ),
    "the_median": Mistake(
        "That is about the median of the norms, a good rule of thumb at other times; not here.",
        "Late in a run the few long gradients carry nearly all of the mean.",
        made_by=(0.065,),
        within=0.015,
    ),
    "nobody_clipped": Mistake(
        "Hardly anybody is clipped there, but look at the solid curve, which has the noise.",
        "The noise is scaled to the longest gradient, and most are over a hundred times shorter.",
        made_by=(60,),
        within=41,
    ),
}

best_clip_norm = Question(
    number="16.A",
    name="best_clip_norm",
    examine=examine_number(
        lambda: 1.175,
        tolerance=0.625,  # from 0.55 to 1.8
        mistakes=CLIP_NORM_MISTAKES,
    ),
    takeaway="Too small and the hard examples lose their voice, too large and the noise drowns all.",
    hints=(
        "Choose the last stage, leave the noise multiplier at 2 and q at 0.1, then move C.",
        "Look for the highest point of the solid curve: the caption says how much the best C keeps.",
        "It lies near 1, where about one gradient in five is shortened.",
    ),
    mistakes=CLIP_NORM_MISTAKES,
)

# Question 16.C: the learning rate that goes with a clip norm of 0.01

RATE_MISTAKES = {
    "rate_kept": Mistake(
        "With that learning rate the steps are a hundred times shorter than for C = 1.",
        "Lowering C alone slows the training down: it looks as if privacy had cost accuracy.",
        made_by=(1,),
        within=0.5,
    ),
    "end_of_the_slider": Mistake(
        "That is the best rate for the smallest C on the map; this one is smaller still.",
        "C = 0.032 wants about 32; what would follow for 0.01?",
        made_by=(31.6,),
        within=10,
    ),
    "rate_lowered": Mistake(
        "You lower the learning rate together with C: both make the steps shorter.",
        "The two have to move in opposite directions.",
        made_by=(0.05,),
        within=0.0501,
    ),
    "one_power_too_many": Mistake(
        "Right direction, one power of ten too far.",
        "From C = 1 to C = 0.01 are two powers of ten, not three.",
        made_by=(1000,),
        within=100,
    ),
}

small_clip_norm = Question(
    number="16.C",
    name="small_clip_norm",
    examine=examine_number(lambda: 110.0, tolerance=50.0, mistakes=RATE_MISTAKES),  # 60 to 160
    takeaway="When all gradients are clipped, only the product of clip norm and learning rate counts.",
    hints=(
        "Set the noise multiplier to 2 and find the best learning rate for C = 1, 0.32, 0.1, 0.032.",
        "What do the best settings have in common? Multiply.",
        "With C ten times smaller every release is ten times smaller, its noise included.",
    ),
    mistakes=RATE_MISTAKES,
)
