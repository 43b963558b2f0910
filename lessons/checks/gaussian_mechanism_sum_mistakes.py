"""What lesson 13 says of a wrong private sum, and why."""

from lessons.checks.exercise import Mistake

SUM_MISTAKES = {
    "not_summed": Mistake(
        "You return one row per person; the release is their sum.",
        "Noisy rows are a far larger release: here each person would stand in it alone.",
    ),
    "summed_over_columns": Mistake(
        "You add up along the wrong axis: one number per person comes out.",
        "rows has shape (n, d); the sum over the people is axis 0.",
    ),
    "zero_row": Mistake(
        "A row of zeros becomes NaN.",
        "0/0: nothing is to be shortened there. Divide C by max(length, C), which is never 0.",
    ),
    "not_clipped": Mistake(
        "Your rows are not clipped: one person can move the sum by any amount.",
        "Then C is not the sensitivity, and the noise protects nobody with a longer row.",
    ),
    "clipped_entry_by_entry": Mistake(
        "You clip every entry to [−C, C]; then a row of d entries may still have length C·√d.",
        "np.clip bounds the largest entry; (13.7) bounds the length of the row and keeps its direction.",
    ),
    "clipped_by_l1": Mistake(
        "You measure the length by the sum of absolute values; Gaussian noise goes by ‖·‖₂.",
        "Safe, since the L1 length is the larger one, but rows are shortened more than needed.",
    ),
    "clipped_by_the_largest": Mistake(
        "You measure the length by the largest entry; a row of d entries may be √d times as long.",
        "The L∞ length is the smallest of the three: the promise is broken.",
    ),
    "squared_length": Mistake(
        "You compare the *squared* length with C.",
        "The root is missing: rows are shortened far too much.",
    ),
    "all_rows_scaled": Mistake(
        "You bring every row to length C, also the short ones.",
        "min(1, C/length): clipping never makes a row longer.",
    ),
    "to_length_one": Mistake(
        "You clip to length 1; the bound is C.",
        "x/max(1, length) instead of x/max(1, length/C).",
    ),
    "factor_without_c": Mistake(
        "Your rows come out C times too short.",
        "Clipped to C and divided by C: then the sensitivity is 1 and the sum another one.",
    ),
    "long_rows_dropped": Mistake(
        "Rows that are too long are gone; (13.7) shortens them.",
        "Private as well, but those patients no longer count, and nothing says so.",
    ),
    "long_rows_only": Mistake(
        "Rows that need no clipping are gone.",
        "A factor of 0 for short rows: min(1, C/length) is 1 there.",
    ),
    "sum_clipped": Mistake(
        "You clip the sum; the rows have to be clipped before they are added.",
        "One enormous row turns the sum wherever it likes, and nearly everything else is cut off.",
    ),
    "columns_clipped": Mistake(
        "You measure the length of the columns; a person is a row.",
        "Lengths along axis 0 mix all people: one of them then changes what is left of the others.",
    ),
    "averaged": Mistake(
        "That is the mean of the clipped rows; the exercise asks for the sum.",
        "Under add/remove n is a secret: dividing by it would tell something about it.",
    ),
    "wrong_place": Mistake(
        "The release does not lie where the sum of the clipped rows lies.",
        "Clip each row to C by (13.7), add up over *all* people, then add the noise.",
    ),
    "no_noise": Mistake(
        "The release is the clipped sum itself: no noise has been added.",
        "Clipping bounds what one person can do; it hides nobody.",
    ),
    "one_noise_for_all": Mistake(
        "Every entry got the same noise.",
        "One draw for all: the differences between the entries are released exactly.",
    ),
    "cut_off": Mistake(
        "Many entries lie at exactly the same end: something cuts the release or its noise off.",
        "Noise without its tails gives outputs that are possible in one world only. Cutting the release "
        "at 0 costs no privacy, but the function must serve gradients as well.",
    ),
    "entry_without_noise": Mistake(
        "At least one entry is released without any noise.",
        "Every entry of the sum moves when a person joins: one draw for each, size=total.shape.",
    ),
    "linked_noise": Mistake(
        "Every entry has noise of the right size, but that of an entry tells about the next one's.",
        "Independent noise, one draw per entry: linked noise is partly removed by comparing entries.",
    ),
    "shared_noise": Mistake(
        "Many entries share their noise, up to its sign.",
        "One draw per entry, size=total.shape: with z and −z, sums of entries are released exactly.",
    ),
    "rounded": Mistake(
        "Your releases are whole numbers.",
        "Rounding after the noise costs no privacy, but the function must serve gradients as well.",
    ),
    "integers_cut": Mistake(
        "With a table of whole numbers your function cuts off what stands behind the point.",
        "An array like the input (zeros_like, [:] =) keeps its integer type: clipped rows and noise "
        "are truncated in silence. Work in floats.",
    ),
    "clip_norm_ignored": Mistake(
        "Your noise is that of sensitivity 1; one person moves the sum by up to C.",
        "l2_sensitivity=clip_norm: what the clipping allows is what the noise has to hide.",
    ),
    "noise_from_the_data": Mistake(
        "Your noise depends on the rows: it is larger or smaller when the rows are.",
        "The longest row is a secret. C is public, and the noise is for C, used up or not.",
    ),
    "noise_per_row": Mistake(
        "Your noise is √n times too large: is it added to each row?",
        "One draw for the sum is enough. (Noise per row is for people who do not trust the curator.)",
    ),
    "noise_divided": Mistake(
        "Your noise is divided by the number of rows.",
        "That is the noise of a mean; the sum moves by C whatever n is.",
    ),
    "noise_per_column": Mistake(
        "Your noise is √d times too large: C already bounds the whole row.",
        "Δ₂ is the length of the row, not that of one entry times √d.",
    ),
    "replaced_twice": Mistake(
        "Your noise is for a sensitivity of 2C.",
        "2C is for replacing a row by its opposite; the exercise is about adding or removing one.",
    ),
    "classical": Mistake(
        "Your noise has the size of the textbook formula (13.10), or is added twice: larger than needed.",
        "sigma_for, the calibration of exercise 13.2, gives the least σ, for every ε.",
    ),
    "variance_for_sigma": Mistake(
        "Your noise has a standard deviation of σ².",
        "rng.normal takes the standard deviation as scale, not the variance.",
    ),
    "root_for_sigma": Mistake(
        "Your noise has a standard deviation of √σ.",
        "rng.normal takes the standard deviation as scale; σ is one already.",
    ),
    "laplace_scale": Mistake(
        "Your noise has the size C/ε: δ plays no part in it.",
        "C/ε is the scale of Laplace noise; a bell curve of that width has a large δ.",
    ),
    "clip_norm_twice": Mistake(
        "Your noise is C times too large: the sensitivity is used twice.",
        "sigma_for(l2_sensitivity=C, ...) already grows with C.",
    ),
    "epsilon_ignored": Mistake(
        "Your noise does not change with ε.",
        "It is that of ε = 1, whatever was asked for.",
    ),
    "standard_noise": Mistake(
        "Your noise has a standard deviation of 1, whatever C, ε and δ are.",
        "rng.normal's first argument is the centre, its second the scale; the default scale is 1.",
    ),
    "not_centred": Mistake(
        "Your noise is not centred at 0.",
        "The first argument of rng.normal is loc, the centre; the scale is the second.",
    ),
    "wrong_law": Mistake(
        "Noise of this shape is not Gaussian.",
        "Laplace noise of the same size has another privacy loss: (13.5) says nothing about it.",
    ),
    "wrong_size": Mistake(
        "This is Gaussian noise, but of the wrong size.",
        "Compare with the σ of Δ₂ = C at this ε and δ.",
    ),
    "empty_table": Mistake(
        "A table without rows gets no noise, or other noise, or an error.",
        "Under add/remove it is the neighbour of a table of one: it must look the same.",
    ),
    "not_general": Mistake(
        "Right for one C, ε and δ, and not for others.",
        "The check asks with two settings; none of the numbers is fixed.",
    ),
}
