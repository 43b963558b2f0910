import numpy as np
import pytest

from lessons import small_network
from lessons.fl import client, race
from lessons.fl.aggregation import weighted_average


def task(*, target=0.9, n=400, n_pixels=9):
    """Ten well separated classes of 40 and 20 images."""
    rng = np.random.default_rng(0)
    centres = 3 * rng.normal(size=(10, n_pixels))
    labels = np.arange(n) % 10
    test = np.arange(200) % 10
    noisy = [centres[one] + 0.3 * rng.normal(size=(len(one), n_pixels)) for one in (labels, test)]
    w = 0.3 * rng.normal(size=(n_pixels + 11) * 12 + 10)
    return race.Task(w, (noisy[0], labels), (noisy[1], test), target)


def run(one, **changes):
    how = {
        "split": "fair samples",
        "n_clients": 20,
        "way": (5, 10),
        "rates": (0.05, 0.2),
        "seed": 3,
    }
    return race.better_rate(one, **how | changes)


def test_factors_of_the_papers_counts_are_the_factors_that_it_prints():
    # McMahan et al. 2017, table 2, in brackets behind the counts
    printed = {(5, race.ALL): (3.5, 0.5), (5, 10): (31.3, 2.1), (20, 10): (34.8, 2.8)}
    needed = race.with_paper({})
    for way, factors in printed.items():
        for split, factor in zip(race.SPLITS, factors, strict=True):
            assert round(race.saving(needed, (split, 600, way)), 1) == factor


def test_a_race_is_fedavg_with_ten_drawn_clients():
    one = task(target=1.1)  # never reached
    rng = np.random.default_rng(5)
    clients = race.deal(one, split="two classes", n_clients=20, rng=rng)
    rng, w, expected = np.random.default_rng(7), one.w, []
    for _ in range(3):
        expected.append(small_network.accuracy(w, *one.test))
        chosen = [clients[k] for k in rng.choice(20, size=10, replace=False)]
        how = {"local_epochs": 2, "batch_size": 7, "learning_rate": 0.1, "rng": rng}
        updates = [
            client.client_update(w, *data, gradient=small_network.gradient, **how)
            for data in chosen
        ]
        w = w + weighted_average(np.array(updates), n_examples=[len(y) for _, y in chosen])
    expected.append(small_network.accuracy(w, *one.test))
    how = {"way": (2, 7), "learning_rate": 0.1, "most": 3, "rng": np.random.default_rng(7)}
    assert race.accuracies(one, clients, **how) == expected
    assert len(set(expected)) > 1


def test_a_race_stops_at_the_first_round_that_reaches_the_target():
    reached = run(task())
    assert len(reached) > 1 and reached[-1] >= 0.9 > max(reached[:-1])


def test_better_rate_is_the_one_with_fewer_rounds_whatever_the_order():
    one = task()
    alone = [len(run(one, rates=(rate,))) for rate in (0.02, 0.2)]
    assert alone[0] > alone[1]  # else the two orders tell nothing
    for rates in ((0.02, 0.2), (0.2, 0.02)):
        assert len(run(one, rates=rates)) == min(alone)


def test_a_target_that_no_rate_reaches_is_told():
    with pytest.raises(ValueError, match="target must be reached"):
        run(task(target=1.1), most=3)


def test_splits_are_of_equal_size_and_hold_each_image_once():
    one = task(n=405)
    for split in race.SPLITS:
        clients = race.deal(one, split=split, n_clients=20, rng=np.random.default_rng(1))
        sizes = [len(labels) for _, labels in clients]
        assert max(sizes) - min(sizes) <= 2 and sum(sizes) == 405
        rows = np.concatenate([images for images, _ in clients])
        assert np.array_equal(np.sort(rows[:, 0]), np.sort(one.train[0][:, 0]))
        kinds = np.mean([len(set(labels)) for _, labels in clients])
        assert kinds > 6 if split == "fair samples" else kinds < 4
    with pytest.raises(ValueError, match="split must be one of"):
        race.deal(one, split="iid", n_clients=20, rng=np.random.default_rng(1))


def test_mnist_task_keeps_test_images_apart():
    one = race.mnist_task(np.zeros((784 + 11) * 2 + 10), target=0.5)
    assert one.train[0].shape == (4000, 784) and one.test[0].shape == (1000, 784)
    both = np.concatenate([one.train[0], one.test[0]])
    assert both.dtype == np.float64 and both.max() == 1
    assert len(np.unique(both, axis=0)) == 5000


def test_table_has_local_steps_counts_and_factors():
    ours = {("fair samples", 14, way): 37 if way == race.FEDSGD else 12 for way in race.PAPER}
    ours |= {("two classes", 14, way): 55 for way in race.PAPER}
    lines = race.table(race.with_paper(ours)).splitlines()
    assert len(lines) == 1 + 8
    assert lines[1].split() == ["1", "∞", "14", "1", "37", "55"]
    assert lines[5].split() == ["5", "10", "14", "10", "12", "(3.1×)", "55", "(1.0×)"]  # 10 and 4
    assert lines[8].split() == ["20", "10", "600", "1200", "18", "(34.8×)", "173", "(2.8×)"]
