"""What the check of Exercise 16.2 says of a private gradient, and why."""

from lessons.checks.exercise import Mistake

GRADIENT_MISTAKES = {
    "not_summed": Mistake(
        "You return a row for every example; one vector leaves the room.",
        "Rows with noise are n releases, and each of them is about one person.",
    ),
    "multiplier_ignored": Mistake(
        "With a noise multiplier of 0 there should be no noise, and there is.",
        "The noise must be scaled by noise_multiplier: the accountant computes ε from it.",
    ),
    "actual_batch_size": Mistake(
        "You divide by the number of rows that happened to be drawn.",
        "That number is a fact about who was drawn, and the noise shrinks or grows with it: the "
        "release tells it. q·n is public. (And an empty batch would divide by 0.)",
    ),
    "not_divided": Mistake(
        "That is the sum; a step wants the mean.",
        "Divide by the expected batch size. Private all the same: it only changes the learning rate.",
    ),
    "divided_twice": Mistake(
        "You divide twice.",
        "A mean over the rows, and then once more by the expected batch size.",
    ),
    "not_clipped": Mistake(
        "Your rows are not clipped.",
        "Noise of C times the multiplier hides a row of length C, not one of length 17.",
    ),
    "mean_clipped": Mistake(
        "You clip the mean of the rows, not the rows.",
        "One example can turn the mean from C in one direction to C in the other: the trap of "
        "section 10.",
    ),
    "sum_clipped": Mistake(
        "You clip the sum.",
        "What one example contributes to the sum is bounded only if each of the rows is.",
    ),
    "scaled_up": Mistake(
        "Short gradients have been made longer.",
        "C/‖g‖ without the min: well-fitted examples then count as much as any other.",
    ),
    "per_entry": Mistake(
        "You bound every entry on its own, not the length of a row.",
        "A row of n_parameters entries of size C is √n_parameters times too long.",
    ),
    "whole_batch": Mistake(
        "One factor for all rows, from the norm of the whole batch.",
        "One example then changes the weight of everybody else.",
    ),
    "always_one": Mistake(
        "You clip to length 1, whatever clip_norm is.",
        "The noise is scaled to C, the rows are not.",
    ),
    "dropped": Mistake(
        "You leave the long rows out.",
        "Private, but the network never hears of the examples that it gets wrong.",
    ),
    "divided_by_c": Mistake(
        "There is a factor 1/C too many in your result.",
        "A sum in units of C needs another learning rate; (16.3) has no such factor.",
    ),
    "wrong_sum": Mistake(
        "Without noise your function does not give the clipped sum over the expected batch size.",
        "Set noise_multiplier to 0 and compare with the example that you did by hand.",
    ),
    "zero_row": Mistake(
        "A gradient of zeros spoils the result.",
        "C/0 is infinite and 0 times infinity is no number.",
    ),
    "empty_batch": Mistake(
        "A batch without any example should give noise, over the expected batch size.",
        "Poisson samples may be empty, and an empty batch must look like any other.",
    ),
    "no_noise": Mistake(
        "There is no noise in your result.",
        "Clipping bounds what one example does; it hides nobody.",
    ),
    "no_noise_for_nobody": Mistake(
        "An empty batch gets no noise.",
        "A release of exactly 0 tells that nobody was drawn.",
    ),
    "one_noise_for_all": Mistake(
        "Every parameter got the same noise.",
        "Differences between parameters are then released exactly.",
    ),
    "shared_noise": Mistake(
        "Some parameters share their noise, up to its sign.",
        "Sums or differences of these parameters are released exactly.",
    ),
    "linked_noise": Mistake(
        "The noise of one parameter tells something about that of the others.",
        "Noise that neighbours have in common, or whose sum is known, hides some combinations of "
        "parameters less than σ promises, or not at all: every parameter needs a draw of its own.",
    ),
    "clipped_after_noise": Mistake(
        "However much noise I ask for, your result stays short: is something clipped after the noise?",
        "Noise on the rows and then clipping: the sensitivity is C, but what is left of the noise "
        "is not Gaussian and not of the size that the accountant assumes. A noisy sum that is "
        "clipped once more is private, but it is not (16.3).",
    ),
    "noise_from_the_batch": Mistake(
        "For long gradients your noise is right; for short ones it has another size.",
        "The largest norm in the batch instead of C: the size of the noise tells how well the "
        "examples are fitted.",
    ),
    "clip_norm_missing": Mistake(
        "Your noise does not grow with C.",
        "noise_multiplier is σ/C: σ itself is the product.",
    ),
    "multiplier_missing": Mistake(
        "Your noise has the size of C, whatever the multiplier.",
        "The accountant computes ε from the multiplier.",
    ),
    "noise_for_every_example": Mistake(
        "Your noise is √n times too large: is there one noise per example?",
        "The noise hides one example in the *sum*; one draw is enough, however many rows there are.",
    ),
    "noise_not_divided": Mistake(
        "You divide the sum, then add noise that belongs to the sum.",
        "Order: add, noise, divide. This is private and useless: q·n times too noisy.",
    ),
    "noise_divided_twice": Mistake(
        "Your noise is too small by the expected batch size.",
        "It is scaled down, and then divided together with the sum.",
    ),
    "noise_by_actual_size": Mistake(
        "Your noise is divided by the number of rows, the sum by the expected size.",
        "The size of the noise then tells how many were drawn.",
    ),
    "variance_as_deviation": Mistake(
        "Your noise has σ² where it should have σ.",
        "N(0, σ²) is written with its variance; rng.normal takes the standard deviation.",
    ),
    "root_of_deviation": Mistake(
        "Your noise has √σ where it should have σ.",
        "rng.normal takes the standard deviation; there is no root to take.",
    ),
    "multiplier_over_clip_norm": Mistake(
        "Your noise shrinks when C grows.",
        "σ/C is the multiplier, so σ is multiplier times C, not divided by it.",
    ),
    "averaged_noise": Mistake(
        "Your noise shrinks with the number of rows.",
        "A mean of noises, or noise divided by √n: with many rows it hides nobody.",
    ),
    "root_of_size": Mistake(
        "Your noise is divided by the root of the expected size.",
        "Noise and sum are divided by the same number.",
    ),
    "grows_with_the_batch": Mistake(
        "Your noise grows with the number of rows.",
        "The same noise multiplied by n: it tells how many were drawn, and drowns the step.",
    ),
    "without_either": Mistake(
        "Your noise has standard deviation 1 on the sum, whatever C and the multiplier are.",
        "σ = noise_multiplier · C.",
    ),
    "one_sided": Mistake(
        "All your noise points the same way.",
        "|Z| instead of Z: a release below the sum can never happen.",
    ),
    "wrong_law": Mistake(
        "Your noise is not Gaussian.",
        "The accountant's ε is for Gaussian noise; in many dimensions Laplace noise needs more.",
    ),
    "wrong_noise": Mistake(
        "Gaussian noise, but of the wrong size.",
        "Compare with σ = noise_multiplier · C on the sum, before the division.",
    ),
}  # fmt: skip
