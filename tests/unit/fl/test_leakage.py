import numpy as np
import pytest

from lessons import models, small_network
from lessons.datasets import digits
from lessons.fl import leakage


def network(n_hidden=32, seed=1):
    import torch

    generator = torch.Generator().manual_seed(seed)
    return models.flatten(models.digits_network(generator=generator, n_hidden=n_hidden))


def layer(images, labels, w):
    return small_network.split(small_network.gradient(w, images, labels))


IMAGES = digits()[0].astype(float)
LABELS = digits()[1]
W = network()


@pytest.mark.parametrize("k", [0, 7, 900])
def test_division_gives_the_only_image_also_from_an_update(k):
    rows, biases, _, last = layer(IMAGES[[k]], LABELS[[k]], W)
    for scale in (1.0, -0.3):
        read = leakage.image_from_layer(scale * rows, scale * biases)
        assert np.abs(read - IMAGES[k]).max() < 1e-12
    assert leakage.label_of_one(last) == LABELS[k]


def test_division_takes_the_unit_whose_bias_moved_most_whatever_its_sign():
    rows, biases = np.array([[1.0, 2.0], [-6.0, -9.0], [0.0, 0.0]]), np.array([2.0, -3.0, 0.0])
    assert leakage.image_from_layer(rows, biases).tolist() == [2.0, 3.0]


def test_label_is_the_negative_entry_and_nothing_else_is_taken_for_one():
    assert leakage.label_of_one(np.array([0.2, -0.7, 0.5])) == 1
    for bad in ([0.2, 0.1], [-0.1, -0.2, 0.3], [0.0, 0.0]):
        with pytest.raises(ValueError, match="one negative entry"):
            leakage.label_of_one(np.array(bad))


def test_counts_are_exact_with_the_true_probabilities():
    rng = np.random.default_rng(0)
    for n in (1, 5, 64, 300):
        own = rng.choice(1797, n, replace=False)
        last = layer(IMAGES[own], LABELS[own], W)[3]
        powers = np.exp(small_network.logits(W, IMAGES[own]))
        p = (powers / powers.sum(axis=1, keepdims=True)).mean(axis=0)
        counts = leakage.label_counts(last, p, batch_size=n)
        assert np.abs(counts - np.bincount(LABELS[own], minlength=10)).max() < 1e-10


def test_whole_counts_sum_to_the_batch_and_stay_near():
    rng = np.random.default_rng(1)
    for n in (1, 7, 64):
        for _ in range(50):
            estimate = rng.multinomial(n, np.full(10, 0.1)) + rng.normal(scale=0.4, size=10)
            if estimate.max() <= 0:
                continue
            counts = leakage.whole_counts(estimate, batch_size=n)
            assert counts.sum() == n and counts.min() >= 0
    assert leakage.whole_counts(np.array([1.2, -0.4, 1.7]), batch_size=3).tolist() == [1, 0, 2]


def test_matching_is_the_best_of_all_orders():
    from itertools import permutations

    rng = np.random.default_rng(2)
    pictures, images = rng.random((5, 9)), rng.random((5, 9))
    errors, which = leakage.matched(pictures, images)
    best = min(
        sum(((pictures[j] - images[i]) ** 2).mean() for i, j in enumerate(order))
        for order in permutations(range(5))
    )
    assert errors.sum() == pytest.approx(best, abs=1e-15) and sorted(which) == list(range(5))
    assert errors == pytest.approx(((pictures[which] - images) ** 2).mean(axis=1))


def test_shuffled_images_are_matched_without_error():
    order = np.array([3, 0, 2, 1])
    errors, which = leakage.matched(IMAGES[order], IMAGES[:4])
    assert errors.max() == 0 and order[which].tolist() == [0, 1, 2, 3]


def test_nearest_other_is_the_smallest_of_all_errors():
    errors, which = leakage.nearest_other(IMAGES[:3], IMAGES[3:50])
    for k in range(3):
        every = [((IMAGES[k] - one) ** 2).mean() for one in IMAGES[3:50]]
        assert errors[k] == pytest.approx(min(every)) and which[k] == int(np.argmin(every))


def test_an_image_is_found_only_if_nothing_else_is_nearer():
    pool = np.array([[0.0, 0.0], [1.0, 1.0], [0.5, 0.0], [1.0, 0.0]])
    own = np.array([[0, 1]])
    pictures = np.array(
        [[[1.0, 0.8], [0.4, 0.4]]]
    )  # the first is of image 1, the second of image 0
    errors, found = leakage.compared(pictures, own=own, pool=pool)
    assert errors == pytest.approx(np.array([[0.16, 0.02]]))  # nearest others: 0.125 and 0.5
    assert found.tolist() == [[False, True]]


def test_clipping_shortens_long_vectors_only_and_noise_has_the_size_it_says():
    rng = np.random.default_rng(3)
    options = {"clip_norm": 2.0, "noise_multiplier": 0.0, "rng": rng}
    assert leakage.clip_and_noise(np.array([3.0, 4.0]), **options) == pytest.approx([1.2, 1.6])
    assert leakage.clip_and_noise(np.array([0.3, 0.4]), **options) == pytest.approx([0.3, 0.4])
    assert leakage.clip_and_noise(np.zeros(2), **options).tolist() == [0, 0]
    noisy = leakage.clip_and_noise(np.zeros(40_000), clip_norm=2.0, noise_multiplier=0.5, rng=rng)
    assert noisy.std() == pytest.approx(1.0, rel=0.02)  # six standard errors: 6/√80000
    assert abs(noisy.mean()) < 0.03


def test_crafted_units_fire_above_their_thresholds():
    direction, thresholds = np.array([1.0, -2.0, 0.5]), np.array([-1.0, 0.2, 0.9])
    weights, biases = leakage.crafted_layer(thresholds, direction=direction)
    images = np.random.default_rng(4).normal(size=(200, 3))
    fires = images @ weights.T + biases > 0
    assert np.array_equal(fires, (images @ direction)[:, None] > thresholds)


def test_bins_give_back_every_image_that_is_alone_in_the_real_network():
    rng = np.random.default_rng(5)
    direction, n_hidden = rng.normal(size=64), 200
    scores = IMAGES @ direction
    thresholds = np.quantile(scores[:400], np.arange(n_hidden) / n_hidden)
    weights, biases = leakage.crafted_layer(thresholds, direction=direction)
    outgoing = np.tile(rng.normal(size=(10, 1)) / n_hidden, (1, n_hidden))
    w = np.concatenate([weights.ravel(), biases, outgoing.ravel(), np.zeros(10)])
    own = np.arange(500, 540)
    rows, bias, _, _ = layer(IMAGES[own], LABELS[own], w)
    read = leakage.images_from_bins(rows, bias)
    bins = np.searchsorted(thresholds, scores[own]) - 1  # -1: below all thresholds
    alone = [k for k in range(40) if bins[k] >= 0 and (bins == bins[k]).sum() == 1]
    errors, _ = leakage.nearest_other(IMAGES[own][alone], read)
    assert len(alone) > 20 and errors.max() < 1e-18
    assert len(read) == len(set(bins[bins >= 0]))


def test_the_last_bin_is_the_last_row_and_empty_bins_give_nothing():
    factors, images = np.array([2.0, -1.0, 0.5]), np.array([[0.1, 0.9], [0.4, 0.3], [0.8, 0.2]])
    fires = np.array([[1, 1, 1], [0, 1, 1], [0, 1, 1], [0, 0, 1]])  # bin 1 of 0 to 3 is empty
    read = leakage.images_from_bins(fires @ (factors[:, None] * images), fires @ factors)
    assert read.shape == (3, 2) and np.abs(read - images).max() < 1e-14


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: leakage.image_from_layer(np.ones((2, 3)), np.zeros(2)), "all be 0"),
        (lambda: leakage.image_from_layer(np.ones((2, 3)), np.ones(3)), "one row per bias"),
        (lambda: leakage.image_from_layer(np.full((2, 3), np.nan), np.ones(2)), "weights"),
        (lambda: leakage.images_from_bins(np.ones(3), np.ones(3)), "one row per bias"),
        (lambda: leakage.label_of_one(np.array([np.nan, -1.0])), "bias_gradient"),
        (lambda: leakage.label_counts(np.ones(3), np.ones(2), batch_size=1), "probabilities"),
        (lambda: leakage.label_counts(np.ones(3), np.ones(3), batch_size=0), "batch_size"),
        (lambda: leakage.label_counts(np.ones(3), np.ones(3), batch_size=2.0), "batch_size"),
        (lambda: leakage.whole_counts(-np.ones(3), batch_size=2), "positive entry"),
        (lambda: leakage.matched(np.ones((2, 3)), np.ones((3, 3))), "pictures must have"),
        (lambda: leakage.matched(np.ones(3), np.ones((3, 3))), "pictures must have"),
        (lambda: leakage.nearest_other(np.ones((2, 3)), np.ones((0, 3))), "others must have"),
        (lambda: leakage.nearest_other(np.ones((2, 3)), np.ones((2, 4))), "equally many pixels"),
        (lambda: leakage.crafted_layer(np.array([1.0, 1.0]), direction=np.ones(3)), "rise"),
        (
            lambda: leakage.clip_and_noise(
                np.ones(2), clip_norm=1.0, noise_multiplier=-0.1, rng=np.random.default_rng(0)
            ),
            "noise_multiplier",
        ),
        (
            lambda: leakage.clip_and_noise(
                np.ones(2), clip_norm=0.0, noise_multiplier=0.1, rng=np.random.default_rng(0)
            ),
            "clip_norm",
        ),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
