"""Question 55.A: how many fractional bits leave a million products right."""

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake


def most_bits(*, largest: float, n_products: float, modulus_bits: int = 64) -> int:
    """The largest f for which at most one of the products is expected to fail, by (34.iii)."""
    return max(
        f
        for f in range(modulus_bits // 2)
        if n_products * largest * 2.0 ** (2 * f) <= 2.0**modulus_bits
    )


BITS_MISTAKES = {
    "default": Mistake(
        "With the default 16 a product of 1000 · 1000 fails once in 4 300 times, so 230 of the million.",
        "CrypTen's default does not know how large the numbers are.",
        made_by=(16,),
    ),
    "one_product": Mistake(
        "That only asks whether one product fits into 64 bits. Among a million products, hundreds of "
        "thousands fail, or all.",
        "The range says when *every* product is wrong; the failures begin far below.",
        made_by=(21, 22),
    ),
    "one_factor": Mistake(
        "The truncation cuts the *product*: it is up to a million, and has 2f fractional bits.",
        "Taken for a number of 1000, or with f fractional bits.",
        made_by=(17, 24, 34),
    ),
    "one_more": Mistake(
        "Nearly. Put your f into (34.iii): how many of the million are then wrong, on average?",
        "One bit more makes a failure four times as likely.",
        made_by=(13,),
    ),
    "too_few": Mistake(
        "That is safe, but you give digits away: a larger f still keeps to one in a million.",
        "Each bit of f halves the rounding error.",
        made_by=tuple(range(1, 12)),
    ),
}

precision_bits = Question(
    number="55.A",
    name="precision_bits",
    examine=examine_number(
        lambda: most_bits(largest=1e6, n_products=1e6), tolerance=0.01, mistakes=BITS_MISTAKES
    ),
    takeaway="12 bits: the size of your products and their number set the precision, not the default.",
    hints=(
        "The chance of one failure is |z| / 2^64, where z is the product as it stands in the ring.",
        "A product of 10^6 with 2f fractional bits stands there as 10^6 · 2^(2f).",
        "So 10^6 · 10^6 · 2^(2f) ≤ 2^64. And 10^12 is nearly 2^40.",
    ),
    mistakes=BITS_MISTAKES,
)
