import numpy as np
import pytest

from lessons.datasets import digits
from lessons.fl import partition


def each_once(parts, n):
    return sorted(np.concatenate(parts).tolist()) == list(range(n))


LABELS_OF_ALL = np.random.default_rng(5).integers(10, size=1200)


def test_iid_deals_each_example_once_in_the_sizes_asked_for():
    parts = partition.iid(sizes=[5, 1, 14], rng=np.random.default_rng(0))
    assert [len(part) for part in parts] == [5, 1, 14] and each_once(parts, 20)


def test_iid_shuffles_and_every_client_gets_every_digit():
    _, labels = digits()
    parts = partition.iid(sizes=[1000, 797], rng=np.random.default_rng(0))
    assert all(len(set(labels[part])) == 10 for part in parts)
    assert not np.array_equal(np.concatenate(parts), np.arange(1797))


def test_sizes_in_proportion_sum_up_and_stay_within_one_of_the_exact_share():
    for total, ratios in ((1437, range(1, 11)), (10, [1, 1, 1]), (7, [5, 1, 1]), (3, [1, 1, 1])):
        sizes = partition.in_proportion(total, ratios=ratios)
        exact = np.array(ratios) * total / sum(ratios)
        assert sum(sizes) == total and np.abs(np.array(sizes) - exact).max() < 1


def test_examples_left_over_go_to_the_largest_remainders():
    assert partition.in_proportion(10, ratios=[3, 3, 1]) == [4, 4, 2]  # 4.29, 4.29, 1.43


def test_shards_hold_each_example_once_in_nearly_equal_parts():
    _, labels = digits()
    parts = partition.two_class_shards(labels, n_clients=10, rng=np.random.default_rng(0))
    sizes = [len(part) for part in parts]
    assert each_once(parts, 1797) and max(sizes) - min(sizes) <= 2


def test_shards_cut_at_the_borders_give_at_most_two_classes():
    labels = np.random.default_rng(1).permutation(np.repeat(np.arange(10), 20))
    for seed in range(20):
        parts = partition.two_class_shards(labels, n_clients=10, rng=np.random.default_rng(seed))
        assert all(len(set(labels[part])) <= 2 for part in parts)


def test_each_shard_is_one_run_of_the_sorted_labels():
    labels = np.random.default_rng(2).integers(10, size=200)
    (part,) = partition.two_class_shards(labels, n_clients=1, rng=np.random.default_rng(0))
    halves = labels[part[:100]], labels[part[100:]]
    assert max(min(halves, key=lambda h: h[0])) <= min(max(halves, key=lambda h: h[0]))


def test_as_many_examples_as_shards_are_enough():
    parts = partition.two_class_shards(np.arange(6), n_clients=3, rng=np.random.default_rng(0))
    assert [len(part) for part in parts] == [2, 2, 2] and each_once(parts, 6)


def test_same_seed_same_split_and_another_seed_another():
    labels = np.repeat(np.arange(10), 20)

    def split(seed):
        rng = np.random.default_rng(seed)
        return [part.tolist() for part in partition.two_class_shards(labels, n_clients=5, rng=rng)]

    assert split(1) == split(1) != split(2)


def test_impossible_splits_are_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="sizes must be an integer of at least 1"):
        partition.iid(sizes=[3, 0], rng=rng)
    with pytest.raises(ValueError, match="at least one client"):
        partition.iid(sizes=[], rng=rng)
    with pytest.raises(ValueError, match="n_examples must be an integer of at least 1"):
        partition.in_proportion(0, ratios=[1])
    with pytest.raises(ValueError, match="ratios must be an integer of at least 1"):
        partition.in_proportion(5, ratios=[1, -1])
    with pytest.raises(ValueError, match="at least one client"):
        partition.in_proportion(5, ratios=[])
    with pytest.raises(ValueError, match="one example per client"):
        partition.in_proportion(5, ratios=[1000, 1])
    with pytest.raises(ValueError, match="n_clients must be an integer of at least 1"):
        partition.two_class_shards(np.zeros(9, dtype=int), n_clients=0, rng=rng)
    with pytest.raises(ValueError, match="labels must have one axis and at least 10"):
        partition.two_class_shards(np.zeros(9, dtype=int), n_clients=5, rng=rng)


def test_dirichlet_deals_every_example_once_and_nobody_goes_empty():
    for alpha in (0.1, 1.0, 100.0):
        parts = partition.dirichlet(
            LABELS_OF_ALL, n_clients=12, alpha=alpha, minimum=3, rng=np.random.default_rng(0)
        )
        assert sorted(np.concatenate(parts)) == list(range(len(LABELS_OF_ALL)))
        assert len(parts) == 12 and min(map(len, parts)) >= 3


def test_share_of_a_class_varies_as_the_dirichlet_distribution_says():
    """One client's share has mean 1/K and variance (K - 1) / (K^2 (K alpha + 1)).

    2000 shares: their mean lies within six standard errors, their variance within a tenth (6 of
    its standard errors are about 0.2 / sqrt(2000) * 10).
    """
    labels, k, alpha = np.repeat(np.arange(5), 40), 4, 0.5
    rng = np.random.default_rng(1)
    shares = []
    for _ in range(400):
        first = partition.dirichlet(labels, n_clients=k, alpha=alpha, rng=rng)[0]
        shares.extend(np.bincount(labels[first], minlength=5) / 40)
    variance = (k - 1) / (k**2 * (k * alpha + 1))
    assert abs(np.mean(shares) - 1 / k) < 6 * (variance / len(shares)) ** 0.5
    assert 0.85 * variance < np.var(shares) < 1.15 * variance


def test_dirichlet_refuses_what_it_cannot_deal():
    rng = np.random.default_rng(0)
    for bad in (0.0, -1.0, float("nan")):
        with pytest.raises(ValueError, match="alpha must be positive"):
            partition.dirichlet(LABELS_OF_ALL, n_clients=3, alpha=bad, rng=rng)
    with pytest.raises(ValueError, match="at least 9000 entries"):
        partition.dirichlet(LABELS_OF_ALL, n_clients=9000, alpha=1.0, rng=rng)
    with pytest.raises(ValueError, match="alpha=1e-06 left a client with fewer than 5 examples"):
        partition.dirichlet(np.zeros(20, int), n_clients=3, alpha=1e-6, minimum=5, rng=rng)


def test_one_class_lies_with_the_last_few_and_is_half_of_theirs():
    labels = np.random.default_rng(3).integers(10, size=1437)
    parts = partition.known_to_few(
        labels, label=9, n_clients=20, n_few=4, rng=np.random.default_rng(0)
    )
    assert len(parts) == 20 and each_once(parts, 1437)
    nines = np.array([(labels[part] == 9).sum() for part in parts])
    sizes = np.array([len(part) for part in parts])
    assert (nines[:16] == 0).all() and (2 * nines[16:] == sizes[16:]).all()
    assert np.ptp(sizes[:16]) <= 1 and np.ptp(nines[16:]) <= 1
    assert all(len(set(labels[part])) == 9 for part in parts[:16]), "fair samples of the rest"


def test_the_class_of_a_few_is_dealt_anew_for_each_generator():
    labels = np.repeat([0, 1], [30, 12])
    deals = [
        partition.known_to_few(
            labels, label=1, n_clients=5, n_few=2, rng=np.random.default_rng(seed)
        )
        for seed in (0, 1)
    ]
    assert set(deals[0][4]) != set(deals[1][4]) and set(deals[0][0]) != set(deals[1][0])


@pytest.mark.parametrize(
    ("label", "n_few", "words"),
    [(1, 5, "n_clients"), (1, 0, "n_few"), (7, 1, "label must have"), (0, 2, "label must have")],
)
def test_a_class_that_a_few_cannot_share_is_refused(label, n_few, words):
    labels = np.repeat([0, 1], [30, 12])
    with pytest.raises(ValueError, match=words):
        partition.known_to_few(
            labels, label=label, n_clients=5, n_few=n_few, rng=np.random.default_rng(0)
        )
