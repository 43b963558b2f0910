"""Lesson 21: answers besides the named mistakes."""

from fractions import Fraction

import numpy as np

from lessons.checks import fedavg as checks
from tests.checks.answers import (
    refused,
    refused_value,
    right,
    right_value,
)

# Exercise 21.1


def averaged(average):
    return lambda updates, *, n_examples: average(updates, n_examples)


def mean(u, n):
    return np.average(u, axis=0, weights=n)


for average in (
    lambda u, n: np.median(u, axis=0),
    lambda u, n: mean(u, np.minimum(n, 255)),
    lambda u, n: mean(u, n.astype(np.uint8) + 1),
    lambda u, n: mean(u, n.astype(np.int16)),
    lambda u, n: mean(u, np.maximum(n, 2)),
    lambda u, n: mean(u, n - 1) if n.min() > 1 else mean(u, n),
    lambda u, n: mean(u[:100], n[:100]),
    lambda u, n: np.round(mean(u, n), 6),
    lambda u, n: mean(np.where(np.abs(u) > 1e-5, u, 0), n),
    lambda u, n: mean(np.clip(u, -3, 3), n),
    lambda u, n: mean(u, np.round(n / n.sum(), 2) + 1e-9),
    lambda u, n: mean(u, n) if len(u) > 1 else 0 * u[0],
    lambda u, n: mean(np.unique(u, axis=0), np.unique(n)),
    lambda u, n: mean(u, np.sort(n)),
):
    refused(checks.weighted_average)(averaged(average))


@refused(checks.weighted_average, "changed_input")
def weights_in_place(updates, *, n_examples):
    updates *= (n_examples / n_examples.sum())[:, None]
    return updates.sum(axis=0)


@refused(checks.weighted_average, "wrong_shape")
def one_number(updates, *, n_examples):
    return mean(updates, n_examples).mean()


def kept_by_shape():
    kept = {}
    return averaged(lambda u, n: kept.setdefault(u.shape, mean(u, n)))


refused(checks.weighted_average)(kept_by_shape())


@right(checks.weighted_average)
def plain_loop(updates, *, n_examples):
    total = sum(n_examples)
    result = [0.0] * len(updates[0])
    for update, size in zip(updates, n_examples, strict=True):
        result = [sofar + size / total * entry for sofar, entry in zip(result, update, strict=True)]
    return result


@right(checks.weighted_average)
def every_example_votes(updates, *, n_examples):
    return np.repeat(updates, n_examples, axis=0).mean(axis=0)


@right(checks.weighted_average)
def single_precision(updates, *, n_examples):
    shares = (n_examples / n_examples.sum()).astype(np.float32)
    return shares @ updates.astype(np.float32)


@right(checks.weighted_average)
def exact_shares(updates, *, n_examples):
    shares = [Fraction(int(size), int(n_examples.sum())) for size in n_examples]
    return np.einsum("k,kp->p", np.array(shares, dtype=float), updates)


@right(checks.weighted_average)
def one_client_at_a_time(updates, *, n_examples):
    mean_so_far, n = updates[0].copy(), int(n_examples[0])
    for update, size in zip(updates[1:], n_examples[1:].tolist(), strict=True):
        n += size
        mean_so_far += size / n * (update - mean_so_far)
    return mean_so_far


@refused(checks.weighted_average, "counterexample")
def the_first_thousand_clients(updates, *, n_examples):
    return mean(updates[:1000], n_examples[:1000])


# Exercise 21.2


def trainer(order=lambda n, rng: rng.permutation(n), step=lambda g, eta: eta * g, epochs=None):
    """Local training with one part exchanged; ``epochs(E, n, rng)`` gives all orders."""

    def train(w, inputs, targets, *, gradient, local_epochs, batch_size, learning_rate, rng):
        w_k, n = w.copy(), len(targets)
        every = epochs(local_epochs, n, rng) if epochs else None
        for epoch in range(local_epochs):
            own = every[epoch] if epochs else order(n, rng)
            for i in range(0, n, batch_size):
                batch = own[i : i + batch_size]
                w_k = w_k - step(gradient(w_k, inputs[batch], targets[batch]), learning_rate)
        return w_k - w

    return train


def swapped_neighbours(n, rng):
    order = np.arange(n)
    for i in range(0, n - 1, 2):
        if rng.random() < 0.5:
            order[[i, i + 1]] = order[[i + 1, i]]
    return order


def two_halves(n, rng):
    half = n // 2
    return np.concatenate([rng.permutation(half), half + rng.permutation(n - half)])


def naive_shuffle(n, rng):
    order = np.arange(n)
    for i in range(n):
        j = rng.integers(n)
        order[[i, j]] = order[[j, i]]
    return order


def never_in_place(n, rng):  # Sattolo's algorithm: one long cycle
    order = np.arange(n)
    for i in range(n - 1, 0, -1):
        j = rng.integers(i)
        order[[i, j]] = order[[j, i]]
    return order


for order in (
    swapped_neighbours,
    two_halves,
    naive_shuffle,
    never_in_place,
    lambda n, rng: np.roll(np.arange(n), rng.integers(n))[:: rng.choice([-1, 1])],
    lambda n, rng: rng.permutation(n) if n > 3 else np.arange(n),
    lambda n, rng: np.roll(np.random.default_rng(1).permutation(n), rng.integers(n)),
):
    refused(checks.client_update, "not_uniform")(trainer(order))

for epochs in (
    lambda e, n, rng: [np.roll(first, k) for first in [rng.permutation(n)] for k in range(e)],
    lambda e, n, rng: [first[:: (-1) ** k] for first in [rng.permutation(n)] for k in range(e)],
):
    refused(checks.client_update, "not_uniform")(trainer(epochs=epochs))

refused(checks.client_update, "global_random")(
    trainer(lambda n, rng: np.random.permutation(n))  # noqa: NPY002
)
refused(checks.client_update, "global_random")(
    trainer(lambda n, rng: np.random.default_rng(0).permutation(n))
)


def one_order_for_a_size():
    kept = {}
    return trainer(lambda n, rng: kept[n] if n in kept else kept.setdefault(n, rng.permutation(n)))


refused(checks.client_update, "linked")(one_order_for_a_size())
for step in (
    lambda g, eta: 0.01 * g,
    lambda g, eta: eta * np.clip(g, -0.5, 0.5),
    lambda g, eta: eta * np.clip(g, -10, 10),
    lambda g, eta: eta * g / max(1, np.linalg.norm(g)),
    lambda g, eta: min(eta, 0.02) * g,
):
    refused(checks.client_update)(trainer(step=step))


def with_momentum():
    kept = {}

    def step(g, eta):
        kept[g.shape] = 0.9 * kept.get(g.shape, 0) + g
        return eta * kept[g.shape]

    return trainer(step=step)


refused(checks.client_update)(with_momentum())


@refused(checks.client_update, "changed_input")
def trains_the_servers_vector(w, inputs, targets, **known):
    before = w.copy()
    w += trainer()(w, inputs, targets, **known)
    return w - before


@refused(checks.client_update, "changed_input")
def second_name_for_w(
    w, inputs, targets, *, gradient, local_epochs, batch_size, learning_rate, rng
):
    w_k = w
    for _ in range(local_epochs):
        order = rng.permutation(len(targets))
        for i in range(0, len(targets), batch_size):
            batch = order[i : i + batch_size]
            w_k -= learning_rate * gradient(w_k, inputs[batch], targets[batch])
    return w_k - w


@refused(checks.client_update, "changed_input")
def shuffles_the_inputs_alone(w, inputs, targets, *, rng, **known):
    rng.shuffle(inputs)
    return trainer(lambda n, rng: np.arange(n))(w, inputs, targets, rng=rng, **known)


@refused(checks.client_update, "changed_input")
def shuffles_the_targets_and_changes_w(w, inputs, targets, *, rng, **known):
    rng.shuffle(targets)
    return second_name_for_w(w, inputs, targets, rng=rng, **known)


@refused(checks.client_update)
def restarts_each_epoch(w, inputs, targets, *, local_epochs, **known):
    for _ in range(local_epochs):
        update = trainer()(w, inputs, targets, local_epochs=1, **known)
    return update


@refused(checks.client_update, "wrong_epochs")
def twenty_epochs_are_enough(w, inputs, targets, *, local_epochs, **known):
    return trainer()(w, inputs, targets, local_epochs=min(local_epochs, 20), **known)


@refused(checks.client_update, "wrong_epochs")
def stops_when_nothing_moves(w, inputs, targets, *, local_epochs, **known):
    w_k = w
    for _ in range(local_epochs):
        step = trainer()(w_k, inputs, targets, local_epochs=1, **known)
        w_k = w_k + step
        if np.linalg.norm(step) < 1e-6:
            break
    return w_k - w


@refused(checks.client_update, "wrong_type")
def labels_become_floats(w, inputs, targets, **known):
    return trainer()(w, inputs, targets.astype(float), **known)


@refused(checks.client_update, "not_shuffled")
def shuffles_after_the_first_pass(w, inputs, targets, *, rng, **known):
    epochs = lambda e, n, rng: [np.arange(n)] + [rng.permutation(n) for _ in range(e - 1)]  # noqa: E731
    return trainer(epochs=epochs)(w, inputs, targets, rng=rng, **known)


@refused(checks.client_update, "counterexample")
def looks_before_it_steps(w, inputs, targets, *, gradient, **known):
    def twice(*given):
        return (gradient(*given) + gradient(*given)) / 2

    return trainer()(w, inputs, targets, gradient=twice, **known)


@refused(checks.client_update, "counterexample")
def mean_step(w, inputs, targets, **known):
    return trainer()(w, inputs, targets, **known) / len(targets) ** 2


@right(checks.client_update)
def small_batch_first(
    w, inputs, targets, *, gradient, local_epochs, batch_size, learning_rate, rng
):
    w_k, rest = w.copy(), len(targets) % batch_size
    cuts = np.arange(rest or batch_size, len(targets), batch_size)
    for _ in range(local_epochs):
        for batch in np.split(np.argsort(rng.random(len(targets))), cuts):
            w_k -= learning_rate * gradient(w_k, inputs[list(batch)], targets[list(batch)])
    return w_k - w


@right(checks.client_update)
def shuffles_once_as_in_the_paper(w, inputs, targets, **known):
    return trainer(epochs=lambda e, n, rng: [rng.permutation(n)] * e)(w, inputs, targets, **known)


@right(checks.client_update)
def adds_up_the_update_itself_in_a_list(
    w, inputs, targets, *, gradient, local_epochs, batch_size, learning_rate, rng
):
    update = np.zeros(len(w))
    for _ in range(local_epochs):
        left = list(range(len(targets)))
        rng.shuffle(left)
        while left:
            batch, left = left[:batch_size], left[batch_size:]
            update -= learning_rate * gradient(w + update, inputs[batch], targets[batch])
    return update.tolist()


@right(checks.client_update)
def in_single_precision(w, inputs, targets, **known):
    return trainer(step=lambda g, eta: np.float32(eta) * g.astype(np.float32))(
        w.astype(np.float32), inputs, targets, **known
    )


@right(checks.client_update)
def shuffles_the_data_themselves(
    w, inputs, targets, *, gradient, local_epochs, batch_size, learning_rate, rng
):
    w_k, pairs = np.array(w), list(zip(inputs, targets, strict=True))
    for _ in range(local_epochs):
        pairs = [pairs[i] for i in rng.choice(len(pairs), len(pairs), replace=False)]
        for i in range(0, len(pairs), batch_size):
            x, y = map(np.array, zip(*pairs[i : i + batch_size], strict=True))
            w_k = w_k - learning_rate * gradient(w_k, x, y)
    return np.subtract(w_k, w)


# Exercise 21.3


def collect(w, clients, client_update):
    updates = np.array([client_update(w, inputs, targets) for inputs, targets in clients])
    return updates, np.array([len(targets) for _, targets in clients])


def moved(move):
    return lambda w, clients, *, client_update: w + move(*collect(w, clients, client_update))


for move in (
    lambda u, n: 0.5 * mean(u, n),
    lambda u, n: mean(u, np.minimum(n, 255)),
    lambda u, n: mean(u, n.astype(np.uint8) + 1),
    lambda u, n: mean(u, np.maximum(n, 2)),
    lambda u, n: mean(u, n) if len(n) > 1 else 0 * u[0],
    lambda u, n: np.round(mean(u, n), 3),
    lambda u, n: mean(np.clip(u, -1, 1), n),
    lambda u, n: np.median(u, axis=0),
    lambda u, n: mean(u, np.sqrt(n)),
    lambda u, n: mean(u[:50], n[:50]),
    lambda u, n: mean(u[:1000], n[:1000]),
):
    refused(checks.fedavg_round)(moved(move))


def with_momentum_of_the_server():
    kept = {}

    def move(u, n):
        kept[u.shape[1]] = mean(u, n) + 0.5 * kept.get(u.shape[1], 0)
        return kept[u.shape[1]]

    return moved(move)


def sizes_of_the_first_round():
    kept = {}
    return moved(lambda u, n: mean(u, kept.setdefault(len(n), n)))


def parameters_of_the_last_round():
    kept = {}

    def answer(w, clients, *, client_update):
        own = kept.get(len(w), w)
        kept[len(w)] = own + mean(*collect(own, clients, client_update))
        return kept[len(w)]

    return answer


for made in (with_momentum_of_the_server, sizes_of_the_first_round, parameters_of_the_last_round):
    refused(checks.fedavg_round)(made())


@refused(checks.fedavg_round, "changed_input")
def adds_in_place(w, clients, *, client_update):
    w += mean(*collect(w, clients, client_update))
    return w


@refused(checks.fedavg_round, "trained_twice")
def trains_for_every_use(w, clients, *, client_update):
    n = sum(len(targets) for _, targets in clients)
    return w + sum(
        len(client_update(w, x, y)) * 0 + len(y) / n * client_update(w, x, y) for x, y in clients
    )


@refused(checks.fedavg_round)
def a_thousand_examples_at_most(w, clients, *, client_update):
    updates = np.array([client_update(w, *client) for client in clients])
    sizes = np.array([min(len(client[0]), 1000) for client in clients])
    return w + sizes / sizes.sum() @ updates


@right(checks.fedavg_round)
def averages_the_models(w, clients, *, client_update):
    updates, sizes = collect(w, clients, client_update)
    return np.average(w + updates, axis=0, weights=sizes)


@right(checks.fedavg_round)
def runs_a_sum_backwards(w, clients, *, client_update):
    n, new = sum(len(targets) for _, targets in clients), w.copy()
    for inputs, targets in reversed(clients):
        new += len(inputs) / n * client_update(w, inputs, targets)
    return list(new)


@right(checks.fedavg_round)
def round_in_single_precision(w, clients, *, client_update):
    updates, sizes = collect(w.astype(np.float32), clients, client_update)
    return (w + mean(updates, sizes)).astype(np.float32)


@right(checks.fedavg_round)
def with_shares_that_are_fractions(w, clients, *, client_update):
    n = sum(len(targets) for _, targets in clients)
    shares = [Fraction(len(targets), n) for _, targets in clients]
    return w + sum(
        float(p) * client_update(w, *one) for p, one in zip(shares, clients, strict=True)
    )


@refused(checks.fedavg_round, "counterexample")
def who_did_not_move_does_not_count(w, clients, *, client_update):
    updates, sizes = collect(w, clients, client_update)
    moved_at_all = updates.any(axis=1)
    return w + mean(updates[moved_at_all], sizes[moved_at_all])


@refused(checks.fedavg_round, "counterexample")
def different_inputs_counted(w, clients, *, client_update):
    updates, _ = collect(w, clients, client_update)
    return w + mean(updates, [len(np.unique(inputs, axis=0)) for inputs, _ in clients])


@refused(checks.fedavg_round)
def nearly_equal_sizes_as_equal(w, clients, *, client_update):
    sizes = np.array([len(targets) for _, targets in clients])
    sizes = np.ones(len(sizes)) if sizes.max() < 1.2 * sizes.min() else sizes
    return w + mean([client_update(w, *client) for client in clients], sizes)


@refused(checks.fedavg_round)
def long_updates_shortened(w, clients, *, client_update):
    updates = np.array([client_update(w, *client) for client in clients])
    norms = np.linalg.norm(updates, axis=1, keepdims=True)
    updates = updates * np.minimum(1, 2 * np.median(norms) / np.maximum(norms, 1e-300))
    return w + mean(updates, [len(targets) for _, targets in clients])


# Questions

right_value(checks.two_clients_read, 50)
refused_value(checks.two_clients_read, "too_high", 150)
right_value(checks.client_two_reads, 1)
refused_value(checks.client_two_reads, "too_high", 8)
right_value(checks.unweighted_miss, 1.6)
right_value(checks.unweighted_miss, np.float64(1.601))
refused_value(checks.unweighted_miss, "from_client_one", 2)
refused_value(checks.unweighted_miss, "too_few_rounds", 1.43)
refused_value(checks.unweighted_miss, "too_few_rounds", 1.53)
refused_value(checks.unweighted_miss, "negative", -3)
refused_value(checks.unweighted_miss, "as_it_opens", 0.83)
refused_value(checks.unweighted_miss, "as_it_opens", 1)
refused_value(checks.unweighted_miss, "too_high", 60)
