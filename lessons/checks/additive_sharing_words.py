"""The mistakes of exercise 31.2 in words; ``additive_sharing_sharing`` finds them."""

from lessons.checks.exercise import Mistake

SHARE_MISTAKES = {
    "float_shares": Mistake(
        "Your shares are floats; ring elements are integers.",
        "A float64 keeps 53 bits, so large shares lose their last digits.",
    ),
    "own_randomness": Mistake(
        "Same draws, different shares: some of your randomness does not come from draw().",
        "random and np.random are predictable after a few outputs; draw() is the source that "
        "the caller has chosen.",
    ),
    "does_not_reconstruct": Mistake(
        "Your shares do not add up to the secret modulo Q.",
        "Check a small case by hand, and use the parameter modulus everywhere.",
    ),
    "sums_to_minus": Mistake(
        "Your shares add up to minus the secret.",
        "The secret entered with the wrong sign: −x − Σ.",
    ),
    "others_minus_secret": Mistake(
        "Your shares do not add up to the secret: in the last one, a difference is turned round.",
        "The others minus the secret, Σ − x: all shares together are then 2·Σ − x.",
    ),
    "draws_again": Mistake(
        "You draw again until you like the value. Keep every value, 0 too.",
        "A value that never occurs is information: a mask without 0 never leaves x uncovered, so "
        "whoever sees the other share can rule out one secret.",
    ),
    "fails_at_large_modulus": Mistake(
        "Right for moduli below 2^63, but not for the published one.",
        "Its shares have 75 bits and do not fit into int64. Python integers have no edge.",
    ),
    "too_many_draws": Mistake(
        "You draw more often than is of use: n − 1 draws are enough.",
        "Harmless for secrecy, but randomness costs time, and the check goes through all of it.",
    ),
    "no_randomness": Mistake(
        "The shares are the same in every run: nothing is random.",
        "x // n for everybody, for instance: a party multiplies by n and knows x.",
    ),
    "secret_in_clear": Mistake(
        "One party simply holds the secret.",
        "(x, 0, 0) reconstructs without fault: a check that only adds up accepts it.",
    ),
    "constant_share": Mistake(
        "One party's share never changes.",
        "(x + r, −r, 0) has n − 1 parties who can add up to x: the third adds nothing.",
    ),
    "small_masks": Mistake(
        "In a large ring, one party's share stays in the lower half.",
        "Masks of 48 bits on 64-bit data leave the top bits of the secret uncovered. Tiny "
        "rings and statistical tests do not show it.",
    ),
    "not_reduced": Mistake(
        "A share lies outside 0 … Q − 1, on the high side.",
        "The published flaw: Q − Σ mod Q + x without the last % Q. One share tells 0 from Q − 1.",
    ),
    "negative_share": Mistake(
        "A share is negative.",
        "x − Σ without % Q: how far it lies below 0 tells about x, just as the published flaw.",
    ),
    "repeated_share": Mistake(
        "Two parties always hold the same share.",
        "One draw used twice: then fewer than n − 1 shares are free, and a pair can compute x.",
    ),
    "one_share_leaks": Mistake(
        "The distribution of one party's share depends on the secret.",
        "x plus a little noise, or x divided by n: that party can bet on x and win.",
    ),
    "not_uniform": Mistake(
        "Some share takes certain values more often than others.",
        "Masks from a part of the ring (draw() % 2, never 0, a product of draws) do not cover x.",
    ),
    "coalition_learns": Mistake(
        "Each share alone is fine, but some parties together learn about the secret.",
        "The masks depend on each other (r and 2r, r and −r): any n − 1 must be jointly uniform.",
    ),
}
