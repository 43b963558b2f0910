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
def counts_the_third_party(coalition, *, n_parties, threshold, dealer):
    helped = dealer in coalition and (dealer < n_parties or len(coalition) > 1)
    return len(coalition) > threshold or helped


@refused(checks.reads)
def all_shares_where_there_are_triples(coalition, *, n_parties, threshold, dealer):
    inside = sum(one < n_parties for one in coalition)
    if dealer is None:
        return inside > threshold
    return inside == n_parties or (dealer in coalition and inside > 0)


@refused(checks.reads)
def half_of_them(coalition, *, n_parties, threshold, dealer):
    inside = sum(one < n_parties for one in coalition)
    limit = (n_parties - 1) // 2 if dealer is None else n_parties - 1
    return inside > limit or (dealer in coalition and inside > 0)


@refused(checks.reads)
def dealers_at_the_ends(coalition, *, n_parties, threshold, dealer):
    inside = sum(one < n_parties for one in coalition)
    helped = dealer in coalition and dealer in (0, 1, n_parties - 1, n_parties) and inside > 0
    return inside > threshold or helped


@refused(checks.reads)
def dealer_0_is_none(coalition, *, n_parties, threshold, dealer):
    inside = sum(one < n_parties for one in coalition)
    return inside > threshold or bool(dealer and dealer in coalition and inside)


@refused(checks.reads, "changed_input")
def sends_the_third_party_away(coalition, *, n_parties, threshold, dealer):
    helped = dealer in coalition
    coalition.discard(n_parties)
    return len(coalition) > threshold or (helped and len(coalition) > 0)


@right(checks.reads)
def two_steps(coalition, *, n_parties, threshold, dealer):
    shares = [one for one in range(n_parties) if one in coalition]
    if len(shares) >= threshold + 1:
        return True
    return dealer is not None and any(one == dealer for one in coalition) and len(shares) != 0


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
