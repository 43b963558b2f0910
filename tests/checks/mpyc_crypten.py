"""Answers to the exercises of lesson 55 with a known verdict, besides those of ``made_by``."""

from lessons.checks import mpyc_crypten as checks
from tests.checks.answers import refused, refused_value, right, right_value

# Exercise 55.1


@right(checks.reads)
def with_sets(coalition, *, n_parties, threshold, dealer):
    parties = coalition & set(range(n_parties))
    if dealer is not None and dealer in coalition and parties:
        return True
    return len(parties) >= threshold + 1


@right(checks.reads)
def by_arithmetic(coalition, *, n_parties, threshold, dealer):
    outside = dealer == n_parties and dealer in coalition
    n_inside = len(coalition) - outside
    return n_inside > threshold or (dealer in coalition and n_inside >= 1)


@refused(checks.reads, "dealer_alone")
def any_dealer(coalition, *, n_parties, threshold, dealer):
    if dealer in coalition:
        return True
    return sum(one < n_parties for one in coalition) > threshold


@refused(checks.reads, "threshold_reads")
def as_many_as_the_threshold(coalition, *, n_parties, threshold, dealer):
    return len(coalition) >= threshold or dealer in coalition


@refused(checks.reads, "own_secret")
def whoever_takes_part(coalition, *, n_parties, threshold, dealer):
    return any(one < n_parties for one in coalition)


@refused(checks.reads)
def first_party_only(coalition, *, n_parties, threshold, dealer):
    return len(coalition) > threshold or (dealer == 0 and 0 in coalition)


@refused(checks.reads)
def always(coalition, *, n_parties, threshold, dealer):
    return True


@refused(checks.reads)
def changes_its_input(coalition, *, n_parties, threshold, dealer):
    if coalition:
        coalition.pop()
    return len(coalition) >= threshold


# Question 55.A

right_value(checks.precision_bits, 12)
refused_value(checks.precision_bits, "default", 16)
refused_value(checks.precision_bits, "one_more", 13)
refused_value(checks.precision_bits, "too_few", 11)
