"""ROC curves against counting pairs, and the likelihood-ratio score against densities."""

from math import exp, log, pi, sqrt

import numpy as np
import pytest

from lessons.dp.auditing.membership import auc, likelihood_ratio_scores, roc, tpr_at


def test_roc_by_hand_with_a_tie():
    scores = [0.9, 0.7, 0.7, 0.4, 0.1]
    members = [True, True, False, False, True]
    fpr, tpr = roc(scores, members)
    assert fpr == pytest.approx([0, 0, 0.5, 1, 1])
    assert tpr == pytest.approx([0, 1 / 3, 2 / 3, 2 / 3, 1])


def test_auc_counts_the_pairs_that_stand_in_the_right_order():
    rng = np.random.default_rng(1)
    scores, members = rng.integers(0, 8, size=90) / 4.0, rng.random(90) < 0.4
    inside, outside = scores[members], scores[~members]
    pairs = (inside[:, None] > outside).mean() + (inside[:, None] == outside).mean() / 2
    assert auc(scores, members) == pytest.approx(pairs)
    assert auc(-scores, members) == pytest.approx(1 - pairs)
    assert auc(scores.reshape(9, 10), members.reshape(9, 10)) == pytest.approx(pairs)


def test_tpr_at_a_rate_takes_the_best_threshold_that_keeps_it():
    scores, members = np.arange(10.0), np.arange(10) % 2 == 1  # 9 in, 8 out, 7 in, ...
    assert tpr_at(scores, members, fpr=0.0) == pytest.approx(0.2)
    assert tpr_at(scores, members, fpr=0.39) == pytest.approx(0.4)
    assert tpr_at(scores, members, fpr=0.4) == pytest.approx(0.6)


def test_likelihood_ratio_is_that_of_two_gaussian_densities():
    rng = np.random.default_rng(2)
    margins, members = rng.normal(size=(9, 6)) * 3, np.arange(54).reshape(9, 6) % 4 < 2
    observed = rng.normal(size=6)
    squares = {True: [], False: []}
    means = {True: [], False: []}
    for inside in (True, False):
        for i in range(6):
            group = [margins[k, i] for k in range(9) if members[k, i] == inside]
            means[inside].append(sum(group) / len(group))
            squares[inside] += [(x - means[inside][-1]) ** 2 for x in group]

    def density(x, mean, inside):
        deviation = sqrt(sum(squares[inside]) / len(squares[inside]))
        return exp(-((x - mean) ** 2) / (2 * deviation**2)) / (deviation * sqrt(2 * pi))

    expected = [
        log(density(x, means[True][i], True) / density(x, means[False][i], False))
        for i, x in enumerate(observed)
    ]
    assert likelihood_ratio_scores(observed, margins, members) == pytest.approx(expected)


def test_likelihood_ratio_sees_what_is_unusual_for_this_record():
    """Two records with the same margin now: one always has it, the other only when it is in."""
    members = np.array([[True, True], [True, False], [False, True], [False, False]] * 8)
    rng = np.random.default_rng(3)
    margins = rng.normal(scale=0.3, size=(32, 2)) + np.array([5.0, 0.0])
    margins[:, 1] += 5.0 * members[:, 1]
    easy, telling = likelihood_ratio_scores([5.0, 5.0], margins, members)
    assert abs(easy) < 1 < 20 < telling


def test_networks_that_never_differ_give_no_error():
    members = np.array([[True], [False]])
    assert np.isfinite(likelihood_ratio_scores([1.0], [[1.0], [1.0]], members)).all()


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: roc([1, 2], [True, True]), "members"),
        (lambda: roc([1, 2, 3], [True, False]), "members"),
        (lambda: roc([1, float("nan")], [True, False]), "scores"),
        (lambda: roc([1, 2], [0, 1]), "True or False"),
        (lambda: tpr_at([1, 2], [True, False], fpr=-0.1), "fpr"),
        (lambda: likelihood_ratio_scores([1], [[1], [2]], [[True], [True]]), "every record"),
        (lambda: likelihood_ratio_scores([1, 2], [[1], [2]], [[True], [False]]), "observed"),
        (lambda: likelihood_ratio_scores([1], [1, 2], [True, False]), "observed"),
    ],
)
def test_bad_input_is_named(call, word):
    with pytest.raises(ValueError, match=word):
        call()
