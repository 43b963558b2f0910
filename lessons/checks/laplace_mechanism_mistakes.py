"""What the checks of lesson 12 say of a private mean and of a private choice, and why."""

from lessons.checks.exercise import Mistake

MEAN_MISTAKES = {
    "no_noise": Mistake(
        "The release is the clipped mean itself: no noise has been added.",
        "Clipping bounds what one patient can do; it hides nobody.",
    ),
    "bounds_from_the_data": Mistake(
        "When all patients have the same value your noise has size 0: are lower and upper used?",
        "values.min() and values.max() are facts about two patients. Here they set the noise, so "
        "the size of the noise tells about them. Bounds must be public.",
    ),
    "noise_from_the_data": Mistake(
        "You clip correctly, but the size of your noise depends on the data.",
        "Sensitivity is a worst case over all tables within the bounds, not the range of this one.",
    ),
    "epsilon_ignored": Mistake(
        "With an enormous ε your release is still noisy.",
        "ε must be in the scale of the noise.",
    ),
    "not_clipped": Mistake(
        "Values outside the bounds count in full.",
        "Noise for (upper − lower)/n hides only what is inside; a patient with 2000 sticks out.",
    ),
    "clipped_too_late": Mistake(
        "You clip the mean, not the values.",
        "One enormous value still moves the mean from one bound to the other.",
    ),
    "one_side_only": Mistake(
        "You clip on one side only.",
        "An entry beyond the other bound moves the mean further than the noise expects.",
    ),
    "dropped": Mistake(
        "You leave out the patients outside the bounds; clipping moves them onto the bound.",
        "Then the number of rows in the mean depends on the data, and n is no longer public.",
    ),
    "divided_by_those_inside": Mistake(
        "You divide by the number of values inside the bounds.",
        "All n rows are in the clipped sum; the number inside is a fact about the data.",
    ),
    "inside_over_n": Mistake(
        "You leave out the patients outside the bounds but divide by all n.",
        "That treats them as 0, which may lie outside the bounds; clip instead.",
    ),
    "not_divided": Mistake(
        "That is the sum, not the mean.",
        "Divide by n; the sensitivity is then divided by n too.",
    ),
    "median": Mistake(
        "That is the median, not the mean.",
        "The median's sensitivity is not (upper − lower)/n: one patient may move it far.",
    ),
    "wrong_place": Mistake(
        "Without noise your function does not give the mean of the clipped values.",
        "Set ε to 1e9 and compare with a case that you can do by hand.",
    ),
    "add_remove_sensitivity": Mistake(
        "Your noise fits a patient who leaves without replacement.",
        "max(|lower|, |upper|)/n belongs to the sum under add/remove; here one row is replaced.",
    ),
    "lower_forgotten": Mistake(
        "Your noise ignores the lower bound.",
        "upper/n is right only when lower is 0.",
    ),
    "sensitivity_of_the_sum": Mistake(
        "Your noise is large enough for the sum.",
        "In a mean every patient has one n-th of the weight. Private, but n times too noisy.",
    ),
    "epsilon_upside_down": Mistake(
        "Your noise grows with ε.",
        "Scale = sensitivity/ε: small ε, much noise.",
    ),
    "half_of_epsilon": Mistake(
        "Your noise is twice as large as this release needs.",
        "Half of ε is kept for something, perhaps for n, which is public under replace.",
    ),
    "wrong_n": Mistake(
        "The size of your noise is about right for many rows, and wrong for a table of two.",
        "(upper − lower)/((n + 1)·ε): one row too many; with n − 1 it is one too few.",
    ),
    "one_sided": Mistake(
        "All your noise points the same way.",
        "|Z| instead of Z: a release below the clipped mean can never happen, so it rules tables out.",
    ),
    "noise_on_n": Mistake(
        "The size of your noise depends on the mean: is there noise in the denominator too?",
        "Sum and n each with noise for ε: that spends 2ε, and n is public under replace anyway.",
    ),
    "noise_before_clipping": Mistake(
        "Your release never passes the bounds, and it is pulled inwards.",
        "Noise first, clip afterwards: the mean is biased, and the noise is no longer Laplace. "
        "Clip, average, then add noise.",
    ),
    "noise_on_every_row": Mistake(
        "You add noise to every value; in the mean it is averaged.",
        "With scale (upper − lower)/(n·ε) per row it averages away and protects too little; with "
        "(upper − lower)/ε it is the local model of lesson 11, √n times noisier.",
    ),
    "wrong_law": Mistake(
        "The noise of your release is not Laplace noise.",
        "Use the mechanism of Exercise 12.2 on the clipped mean, once.",
    ),
    "wrong_scale": Mistake(
        "Laplace noise, but of the wrong size.",
        "The sensitivity of a clipped mean under replace, divided by ε.",
    ),
}  # fmt: skip

EXPONENTIAL_MISTAKES = {
    "returned_probabilities": Mistake(
        "You return all the probabilities; the mechanism releases one candidate's index.",
        "The probabilities are a function of the scores without noise: they give the scores back.",
    ),
    "released_the_score": Mistake(
        "You return a score; the mechanism releases the index of a candidate and nothing else.",
        "The (noisy) winning score is one more statistic of the data and would need its own ε.",
    ),
    "no_such_candidate": Mistake(
        "One of your answers is no index of a candidate.",
        "Indices run from 0 to len(scores) − 1.",
    ),
    "no_randomness": Mistake(
        "The same candidate wins every time.",
        "argmax without noise: where two scores tie, one patient decides; the ratio is infinite.",
    ),
    "factor_two_missing": Mistake(
        "Your choice is sharper than ε allows: it keeps twice the ε that was asked for.",
        "A patient can lift one score and lower all others: both the numerator and the "
        "normalising sum move, hence the 2 in the denominator.",
    ),
    "sensitivity_ignored": Mistake(
        "Your choice does not depend on how far one patient can move a score.",
        "e^(ε·u/2) is right for Δ = 1 only; for Δ = 3 it spends 3ε.",
    ),
    "sensitivity_multiplied": Mistake(
        "Your choice gets sharper when one patient can move the scores further.",
        "epsilon * u / 2 * sensitivity multiplies by Δ: in Python, / and * go from left to right.",
    ),
    "epsilon_ignored": Mistake(
        "Your choice is the same whatever ε is.",
        "e^(u/2Δ) promises ε = 1, not the ε that was asked for.",
    ),
    "lowest_is_best": Mistake(
        "Your mechanism prefers the candidates with the lowest scores.",
        "A minus sign too many: high scores are good, and their weights must be large.",
    ),
    "proportional": Mistake(
        "You choose in proportion to the scores themselves.",
        "A score of 0 is then impossible, and a score of 1 possible: that ratio is infinite.",
    ),
    "uniform": Mistake(
        "All candidates are equally likely.",
        "Perfectly private and perfectly useless: the data are not used.",
    ),
    "scores_rescaled": Mistake(
        "Nearly all your candidates are equally likely: do you shrink the scores before the choice?",
        "Divided by the largest score, two candidates differ by little. The largest score is also a "
        "fact about the data, and with it the sensitivity is no longer Δ.",
    ),
    "laplace_noise": Mistake(
        "The frequencies are those of Laplace noise and the largest: another ε-DP law, not (12.6).",
        "With noise of scale 2Δ/ε that is a right mechanism of its own, but the exercise wants (12.6); "
        "Gumbel noise of this scale would give exactly that.",
    ),
    "large_scores": Mistake(
        "With 31 candidates and scores in the thousands your frequencies are not those of (12.6).",
        "A cap on the exponent makes all candidates equal, and argmax drops the noise.",
    ),
    "exponential_noise": Mistake(
        "You add exponential noise and take the largest: private, but its law is not (12.6).",
        "That is report-noisy-max, which is even a little better; here the exercise wants (12.6), "
        "and Gumbel noise would give exactly that.",
    ),
    "not_general": Mistake(
        "Right for one choice of scores, ε and Δ, but not for another.",
        "The check tries negative scores and other parameters. e^(u/Δ) is right when ε = 2 only.",
    ),
    "overflow": Mistake(
        "With scores in the thousands your exponentials overflow.",
        "Only differences of scores matter, so a constant may be subtracted from all of them first.",
    ),
    "wrong_law": Mistake(
        "The frequencies of your choices are not those of (12.6).",
        "Compare with the probabilities of a small case that you have worked out by hand.",
    ),
}
