"""Wrong shares: found and put right up to the bound, refused beyond it, against brute force."""

from itertools import combinations, product

import numpy as np
import pytest

from lessons.mpc import error_correction, field, shamir

BIG = 2**61 - 1


@pytest.mark.parametrize("modulus", [11, 257, BIG])
@pytest.mark.parametrize(
    ("n_parties", "threshold"), [(7, 2), (8, 2), (3, 0), (6, 1), (4, 3), (10, 3)]
)
def test_as_many_liars_as_promised_are_named_and_the_secret_comes_back(
    modulus, n_parties, threshold
):
    rng = np.random.default_rng(0)
    e = error_correction.most_liars(n_parties=n_parties, threshold=threshold)
    assert n_parties - 2 * e - threshold - 1 in (0, 1)
    for n_liars in range(e + 1):
        for _ in range(10):
            points = [int(one) for one in 1 + rng.permutation(10)[:n_parties]]
            setting = {"threshold": threshold, "points": points, "modulus": modulus}
            secret = rng.integers(0, modulus, size=(3,), dtype=np.uint64)
            shares = shamir.share(secret, random_bytes=rng.bytes, **setting)
            rows = rng.permutation(n_parties)[:n_liars]
            for row in rows:  # each lies in some entries, at least one
                places = rng.random(3) < 0.6
                places[rng.integers(3)] = True
                lie = rng.integers(1, modulus, size=3, dtype=np.uint64)
                lied = [(int(a) + int(b)) % modulus for a, b in zip(shares[row], lie, strict=True)]
                shares[row] = np.where(places, np.array(lied, dtype=np.uint64), shares[row])
            found = error_correction.correct(shares, **setting)
            assert np.array_equal(found.secret, secret)
            assert sorted(found.liars) == sorted(points[row] for row in rows)


def test_two_liars_of_seven_are_named_by_every_pair_of_lies_over_z_11():
    """All 120 ways in which two given parties can lie; the secret and its polynomial by symmetry."""
    setting = {"threshold": 2, "points": range(1, 8), "modulus": 11}
    shares = field.evaluate([5, 3, 9], range(1, 8), modulus=11).tolist()
    for rows in combinations(range(7), 2):
        for lies in product(range(11), repeat=2):
            seen = list(shares)
            for row, lie in zip(rows, lies, strict=True):
                seen[row] = (seen[row] + lie) % 11
            wrong = {row for row, lie in zip(rows, lies, strict=True) if lie}
            assert error_correction.wrong_shares(seen, **setting) == wrong


def brute_force(shares, *, threshold, points, modulus, e):
    """Every polynomial that passes through all but e shares, by trying all of them."""
    found = []
    for a in product(range(modulus), repeat=threshold + 1):
        values = [sum(c * x**k for k, c in enumerate(a)) % modulus for x in points]
        if sum(v != y for v, y in zip(values, shares, strict=True)) <= e:
            found.append({i for i, y in enumerate(shares) if values[i] != y})
    return found


def test_random_words_are_corrected_or_refused_as_brute_force_says():
    rng, seen = np.random.default_rng(1), set()
    for n_parties, threshold in ((4, 1), (5, 2), (6, 1)) * 60:
        points = [int(one) for one in 1 + rng.permutation(6)[:n_parties]]
        shares = rng.integers(0, 7, size=n_parties).tolist()
        setting = {"threshold": threshold, "points": points, "modulus": 7}
        e = error_correction.most_liars(n_parties=n_parties, threshold=threshold)
        every = brute_force(shares, e=e, **setting)
        assert len(every) <= 1  # n ≥ t + 1 + 2e: never two
        found = error_correction.wrong_shares(shares, **setting)
        assert found == (every[0] if every else None)
        seen.add(bool(every))
    assert seen == {True, False}


def test_three_of_seven_who_agree_on_a_lie_pass_for_the_honest_ones():
    honest, lie = ([5, 3, 9], [8, 0, 0])  # they meet where 3 + 8X + 2X² = 0
    true, false = (field.evaluate(one, range(1, 8), modulus=11) for one in (honest, lie))
    meet = np.flatnonzero(true == false)
    others = [i for i in range(7) if i not in meet]
    shares = true.copy()
    liars = others[: 5 - len(meet)]
    shares[liars] = false[liars]
    assert len(liars) >= 3
    found = error_correction.correct(shares, threshold=2, points=range(1, 8), modulus=11)
    assert int(found.secret) == 8 and len(found.liars) == 2


@pytest.mark.parametrize(("n_parties", "threshold"), [(5, 2), (6, 2), (7, 2)])
def test_more_liars_than_the_bound_are_noticed_when_they_do_not_agree(n_parties, threshold):
    setting = {"threshold": threshold, "points": range(1, n_parties + 1), "modulus": BIG}
    shares = shamir.share(9, random_bytes=np.random.default_rng(2).bytes, **setting)
    e = error_correction.most_liars(n_parties=n_parties, threshold=threshold)
    for row in range(e + 1):
        shares[row] = (int(shares[row]) + 17 + row) % BIG
    with pytest.raises(
        ValueError, match=f"shares must be wrong for at most {e} of {n_parties} parties"
    ):
        error_correction.correct(shares, **setting)


def test_liars_in_different_entries_add_up():
    setting = {"threshold": 1, "points": [2, 4, 6, 8], "modulus": 101}  # one liar at most
    shares = shamir.share([3, 4], random_bytes=np.random.default_rng(3).bytes, **setting)
    shares[0, 0] = (shares[0, 0] + 1) % 101
    assert error_correction.correct(shares, **setting).liars == (2,)
    shares[3, 1] = (shares[3, 1] + 1) % 101
    with pytest.raises(ValueError, match="at most 1 of 4 parties"):
        error_correction.correct(shares, **setting)


def test_a_scalar_an_empty_array_and_no_spare_share():
    setting = {"threshold": 1, "points": [1, 2], "modulus": 11}
    found = error_correction.correct([4, 5], **setting)
    assert int(found.secret) == 3 and found.secret.shape == () and found.liars == ()
    empty = error_correction.correct(np.zeros((2, 0), dtype=int), **setting)
    assert empty.secret.shape == (0,) and empty.liars == ()
    with pytest.raises(ValueError, match=r"shares must come from threshold \+ 1 = 2 parties"):
        error_correction.correct([4], threshold=1, points=[1], modulus=11)
