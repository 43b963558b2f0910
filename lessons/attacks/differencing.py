"""The smallest attack of the course: two published averages and one subtraction (lesson 00)."""

from lessons.validation import finite, integer


def value_of_one(mean_with: float, mean_without: float, *, n_with: int) -> float:
    """The value of the one person who is in the first average and not in the second.

    ``mean_with``     the average over ``n_with`` people, in the unit of the value
    ``mean_without``  the average over the same people but one
    Exact up to rounding, however many people stand around the one. ``ValueError`` for averages that
    are not finite and for ``n_with`` below 2: with one person there is no average without it.
    """
    n_with = integer("n_with", n_with, minimum=2)
    total_with = n_with * finite("mean_with", mean_with)
    total_without = (n_with - 1) * finite("mean_without", mean_without)
    return total_with - total_without
