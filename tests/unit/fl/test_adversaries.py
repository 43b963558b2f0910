"""Lesson 24's attacks: what arrives, what stays honest, and where the average lands."""

import numpy as np
import pytest

from lessons.fl import adversaries, robust, rounds
from lessons.fl.aggregation import weighted_average

ROWS = np.random.default_rng(2).normal(size=(6, 3)) + 0.4
ATTACKS = {
    "scaled": lambda u, bad: adversaries.scaled(u, bad, factor=-3.0),
    "inner": lambda u, bad: adversaries.inner_product(u, bad, factor=0.5),
    "little": lambda u, bad: adversaries.a_little(u, bad, z=1.5),
}


@pytest.mark.parametrize(
    "sizes", [[5, 5, 5, 5, 5, 5], [1, 70, 3, 9, 2, 4], [9, 8, 7, 6, 5, 100_000]]
)
def test_with_the_replacement_the_average_lands_on_the_wish(sizes):
    wish = np.array([100.0, -0.003, 7.0])
    sent = adversaries.replacement(wish, ROWS[:5], n_examples=sizes)
    landed = weighted_average(np.vstack([ROWS[:5], sent]), n_examples=sizes)
    assert np.allclose(landed, wish, atol=1e-10)


def test_replacement_needs_fewer_the_more_it_claims():
    wish = np.ones(3)
    lengths = [
        np.linalg.norm(adversaries.replacement(wish, 0 * ROWS[:5], n_examples=[9] * 5 + [claim]))
        for claim in (1, 9, 1000)
    ]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[1] == pytest.approx(6 * np.sqrt(3))


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("bad", [[0], [5, 1], range(3)])
def test_attacks_change_the_bad_rows_only_and_a_copy(name, bad):
    before = ROWS.copy()
    sent = ATTACKS[name](ROWS, bad)
    honest = [k for k in range(6) if k not in bad]
    assert (before == ROWS).all() and not np.may_share_memory(sent, ROWS)
    assert (sent[honest] == ROWS[honest]).all()
    assert (sent[list(bad)] != ROWS[list(bad)]).all()


def test_what_each_attack_sends():
    mean, spread = ROWS[2:].mean(axis=0), ROWS[2:].std(axis=0)
    for bad in ([0, 1], [1, 0]):
        assert np.allclose(ATTACKS["scaled"](ROWS, bad)[:2], -3 * ROWS[:2])
        assert np.allclose(ATTACKS["inner"](ROWS, bad)[:2], -0.5 * mean)
        assert np.allclose(ATTACKS["little"](ROWS, bad)[:2], mean - 1.5 * spread)


def test_poison_stamps_every_second_example_and_calls_it_the_target():
    images, labels = np.random.default_rng(0).random((5, 64)) / 2, np.array([3, 4, 5, 6, 7])
    before = images.copy()
    pictures, called = adversaries.poison(images, labels)
    assert (images == before).all() and labels.tolist() == [3, 4, 5, 6, 7]
    assert called.tolist() == [3, 0, 5, 0, 7]
    assert (pictures[::2] == images[::2]).all()
    lit = [0, 1, 2, 8, 9]
    assert (pictures[1::2][:, lit] == 1).all()
    rest = np.delete(np.arange(64), lit)
    assert (pictures[:, rest] == images[:, rest]).all()


def test_stamp_works_on_one_image_and_flip_labels_is_its_own_inverse():
    one = adversaries.stamp(np.zeros(64))
    assert np.flatnonzero(one).tolist() == [0, 1, 2, 8, 9]
    blank = np.zeros((2, 64))
    assert adversaries.stamp(blank).sum() == 10 and not blank.any()
    digits = np.arange(10)
    assert adversaries.flip_labels(digits).tolist() == digits[::-1].tolist()
    assert (adversaries.flip_labels(adversaries.flip_labels(digits)) == digits).all()


def test_under_attack_the_rule_gets_what_arrives_and_the_claims():
    seen = {}

    def rule(updates, *, n_examples):
        seen.update(updates=updates, n_examples=n_examples)
        return robust.coordinate_median(updates)

    clients = [(np.zeros((k + 1, 1)), np.zeros(k + 1, dtype=int)) for k in range(6)]
    ready = iter(ROWS)
    average = adversaries.under_attack(rule, ATTACKS["scaled"], bad=[4])
    done = rounds.run_round(
        np.zeros(3), clients, client_update=lambda *_: next(ready), average=average
    )
    expected = ROWS * np.array([1, 1, 1, 1, -3, 1])[:, None]
    assert np.allclose(seen["updates"], expected) and seen["n_examples"].tolist() == [
        1,
        2,
        3,
        4,
        5,
        6,
    ]
    assert np.allclose(done.parameters, np.median(expected, axis=0))


@pytest.mark.parametrize("bad", [[], [6], [-1], [1, 1], range(6), [0.0], [True]])
@pytest.mark.parametrize("name", ATTACKS)
def test_bad_clients_that_do_not_exist_are_refused(name, bad):
    with pytest.raises(ValueError, match="bad must"):
        ATTACKS[name](ROWS, bad)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: adversaries.scaled(ROWS, [0], factor=np.nan), "factor must be a finite number"),
        (lambda: adversaries.inner_product(ROWS, [0], factor=0), "factor must be positive"),
        (lambda: adversaries.a_little(ROWS, [0], z=-1), "z must be positive"),
        (lambda: adversaries.scaled(ROWS * np.nan, [0], factor=1), "updates must hold finite"),
        (lambda: adversaries.replacement(np.ones(3), ROWS, n_examples=[1] * 6), "others must have shape"),
        (lambda: adversaries.replacement(np.ones(2), ROWS, n_examples=[1] * 7), "others must have shape"),
        (lambda: adversaries.replacement(np.ones(3), ROWS, n_examples=[1] * 6 + [0]), "n_examples must"),
        (lambda: adversaries.replacement(np.ones(3) * np.inf, ROWS, n_examples=[1] * 7), "target must"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_its_name(call, words):
    with pytest.raises(ValueError, match=words):
        call()
