"""Lesson 21: what learners write."""

import numpy as np

from lessons.checks import fedavg as checks
from lessons.fl.aggregation import weighted_average
from tests.checks.known import right, right_value, wrong, wrong_value

# Exercise 21.1 -----------------------------------------------------------------------------------


@wrong(checks.weighted_average, "all_zero")
def whole_number_division(updates, *, n_examples):
    return (n_examples // (n_examples.sum() + 1)) @ updates


@wrong(checks.weighted_average, "unweighted")
def plain_mean(updates, *, n_examples):
    return updates.mean(axis=0)


@wrong(checks.weighted_average, "plain_sum")
def plain_sum(updates, *, n_examples):
    return updates.sum(axis=0)


@wrong(checks.weighted_average, "not_divided")
def weights_are_counts(updates, *, n_examples):
    return n_examples @ updates


@wrong(checks.weighted_average, "divided_twice")
def mean_of_weighted(updates, *, n_examples):
    return (n_examples[:, None] / n_examples.sum() * updates).mean(axis=0)


@wrong(checks.weighted_average, "divided_by_clients")
def counts_then_mean(updates, *, n_examples):
    return (n_examples[:, None] * updates).mean(axis=0)


@wrong(checks.weighted_average, "softmax")
def softmax_weights(updates, *, n_examples):
    powers = np.exp(n_examples - n_examples.max())
    return powers / powers.sum() @ updates


@wrong(checks.weighted_average, "inverse")
def upside_down(updates, *, n_examples):
    return np.average(updates, axis=0, weights=1 / n_examples)


@wrong(checks.weighted_average, "largest_only")
def winner_takes_all(updates, *, n_examples):
    return updates[np.argmax(n_examples)]


@wrong(checks.weighted_average, "wrong_axis")
def other_axis(updates, *, n_examples):
    return updates @ (n_examples / n_examples.sum())


@wrong(checks.weighted_average, "client_missing")
def forgets_the_last(updates, *, n_examples):
    return np.average(updates[:-1], axis=0, weights=n_examples[:-1])


@wrong(checks.weighted_average, "client_missing")
def starts_at_one(updates, *, n_examples):
    total = n_examples.sum()
    return sum(n_examples[k] / total * updates[k] for k in range(1, len(updates)))


@wrong(checks.weighted_average, "no_average")
def divides_by_the_largest(updates, *, n_examples):
    return n_examples / n_examples.max() @ updates


@wrong(checks.weighted_average, "wrong_weights")
def square_roots(updates, *, n_examples):
    return np.average(updates, axis=0, weights=np.sqrt(n_examples))


@wrong(checks.weighted_average, "wrong_weights")
def median(updates, *, n_examples):
    return np.median(updates, axis=0) if len(updates) != 1 else updates[0]


@wrong(checks.weighted_average, "changed_input")
def weights_in_place(updates, *, n_examples):
    updates *= (n_examples / n_examples.sum())[:, None]
    return updates.sum(axis=0)


@wrong(checks.weighted_average, "wrong_shape")
def one_number(updates, *, n_examples):
    return np.average(updates, axis=0, weights=n_examples).mean()


@right(checks.weighted_average)
def numpy_average(updates, *, n_examples):
    return np.average(updates, axis=0, weights=n_examples)


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


# Exercise 21.2 -----------------------------------------------------------------------------------


def trainer(
    *,
    sign=-1,
    scale=lambda eta, batch: eta,
    epochs=lambda asked: asked,
    batches=lambda order, size: [order[i : i + size] for i in range(0, len(order), size)],
    order=lambda n, rng: rng.permutation(n),
    back=lambda w_k, w, steps: w_k - w,
    at=lambda w_k, w: w_k,
    start=lambda w: w.copy(),
    pair=lambda batch: batch,
):
    """Local training with one part exchanged."""

    def train(w, inputs, targets, *, gradient, local_epochs, batch_size, learning_rate, rng):
        w_k, steps = start(w), []
        for _ in range(epochs(local_epochs)):
            for batch in batches(order(len(targets), rng), batch_size):
                g = gradient(at(w_k, w), inputs[batch], targets[pair(batch)])
                steps.append(sign * scale(learning_rate, batch) * g)
                w_k = w_k + steps[-1]
        return back(w_k, w, steps)

    return train


def slip(diagnosis, name, **parts):
    function = trainer(**parts)
    function.__name__ = name
    wrong(checks.client_update, diagnosis)(function)


slip("no_training", "no_epochs", epochs=lambda asked: 0)
slip("unpaired", "targets_in_their_old_order", pair=lambda batch: np.arange(len(batch)))
slip("no_batches", "all_at_once", batches=lambda order, size: [order])
slip("one_batch", "first_batch_only", batches=lambda order, size: [order[:size]])
slip("one_epoch", "one_pass", epochs=lambda asked: 1)
slip(
    "last_batch_dropped",
    "whole_batches_only",
    batches=lambda order, size: [
        order[i * size : (i + 1) * size] for i in range(len(order) // size)
    ],
)
slip("not_each_once", "with_replacement", order=lambda n, rng: rng.integers(n, size=n))
slip(
    "not_each_once",
    "overlapping",
    batches=lambda order, size: [order[i : i + size] for i in range(0, len(order), 2)],
)
slip("not_shuffled", "as_they_lie", order=lambda n, rng: np.arange(n))
slip("not_shuffled", "turned_round", order=lambda n, rng: np.arange(n)[::-1])
slip("rng_ignored", "its_own_seed", order=lambda n, rng: np.random.default_rng(0).permutation(n))
slip(
    "last_batch_dropped",
    "loses_a_last_batch_of_one",
    batches=lambda order, size: [order[i : i + size] for i in range(0, len(order) - 1, size)],
)
slip(
    "empty_batch",
    "one_batch_too_many",
    batches=lambda order, size: [
        order[i * size : (i + 1) * size] for i in range(len(order) // size + 1)
    ],
)
slip(
    "other_batches",
    "equal_parts",
    batches=lambda order, size: np.array_split(order, -(-len(order) // size)),
)
slip(
    "other_batches",
    "every_nth",
    batches=lambda order, size: [
        order[i :: -(-len(order) // size)] for i in range(-(-len(order) // size))
    ],
)
slip("wrong_epochs", "one_pass_short", epochs=lambda asked: asked - 1)
slip("wrong_epochs", "one_pass_too_many", epochs=lambda asked: asked + 1)
slip("wrong_start", "from_zero", start=lambda w: np.zeros_like(w))
slip("gradient_at_w", "gradient_at_the_servers_w", at=lambda w_k, w: w)
slip("uphill", "ascent", sign=1)
slip("learning_rate_ignored", "no_learning_rate", scale=lambda eta, batch: 1.0)
slip("summed", "sum_over_the_batch", scale=lambda eta, batch: eta * len(batch))
slip("divided_again", "mean_of_the_mean", scale=lambda eta, batch: eta / len(batch))
slip("parameters", "returns_the_model", back=lambda w_k, w, steps: w_k)
slip("sign_flipped", "w_minus_w_k", back=lambda w_k, w, steps: w - w_k)
slip("last_step_only", "last_step", back=lambda w_k, w, steps: steps[-1])
slip("last_step_missing", "one_step_short", back=lambda w_k, w, steps: w_k - w - steps[-1])
slip("gradient_returned", "sum_of_gradients", back=lambda w_k, w, steps: -sum(steps) / 0.01)
slip("wrong_update", "mean_step", back=lambda w_k, w, steps: (w_k - w) / len(steps))
slip("global_random", "numpys_own_generator", order=lambda n, rng: np.random.permutation(n))  # noqa: NPY002


@wrong(checks.client_update, "changed_input")
def trains_the_servers_vector(
    w, inputs, targets, *, gradient, local_epochs, batch_size, learning_rate, rng
):
    before = w.copy()
    for _ in range(local_epochs):
        order = rng.permutation(len(targets))
        for i in range(0, len(targets), batch_size):
            batch = order[i : i + batch_size]
            w -= learning_rate * gradient(w, inputs[batch], targets[batch])
    return w - before


@wrong(checks.client_update, "wrong_step")
def restarts_each_epoch(
    w, inputs, targets, *, gradient, local_epochs, batch_size, learning_rate, rng
):
    for _ in range(local_epochs):
        w_k, order = w.copy(), rng.permutation(len(targets))
        for i in range(0, len(targets), batch_size):
            batch = order[i : i + batch_size]
            w_k -= learning_rate * gradient(w_k, inputs[batch], targets[batch])
    return w_k - w


@wrong(checks.client_update, "not_integers")
def labels_become_floats(
    w, inputs, targets, *, gradient, local_epochs, batch_size, learning_rate, rng
):
    w_k, data = w.copy(), np.column_stack([inputs, targets])
    for _ in range(local_epochs):
        rng.shuffle(data)
        for i in range(0, len(data), batch_size):
            batch = data[i : i + batch_size]
            w_k -= learning_rate * gradient(w_k, batch[:, :-1], batch[:, -1])
    return w_k - w


@wrong(checks.client_update, "not_shuffled")
def shuffles_after_the_first_pass(
    w, inputs, targets, *, gradient, local_epochs, batch_size, learning_rate, rng
):
    w_k, order = w.copy(), np.arange(len(targets))
    for _ in range(local_epochs):
        for i in range(0, len(targets), batch_size):
            batch = order[i : i + batch_size]
            w_k -= learning_rate * gradient(w_k, inputs[batch], targets[batch])
        rng.shuffle(order)
    return w_k - w


@wrong(checks.client_update, "not_shuffled")
def shuffles_whole_batches(
    w, inputs, targets, *, gradient, local_epochs, batch_size, learning_rate, rng
):
    w_k, starts = w.copy(), np.arange(0, len(targets), batch_size)
    for _ in range(local_epochs):
        for i in rng.permutation(starts):
            batch = np.arange(i, min(i + batch_size, len(targets)))
            w_k -= learning_rate * gradient(w_k, inputs[batch], targets[batch])
    return w_k - w


@wrong(checks.client_update, "asked_twice")
def looks_before_it_steps(
    w, inputs, targets, *, gradient, local_epochs, batch_size, learning_rate, rng
):
    w_k = w.copy()
    for _ in range(local_epochs):
        order = rng.permutation(len(targets))
        for i in range(0, len(targets), batch_size):
            batch = order[i : i + batch_size]
            if np.isfinite(gradient(w_k, inputs[batch], targets[batch])).all():
                w_k -= learning_rate * gradient(w_k, inputs[batch], targets[batch])
    return w_k - w


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
def shuffles_once_as_in_the_paper(
    w, inputs, targets, *, gradient, local_epochs, batch_size, learning_rate, rng
):
    order, w_k = rng.permutation(len(targets)), np.array(w)
    cuts = np.arange(batch_size, len(targets), batch_size)
    for _ in range(local_epochs):
        for batch in np.split(order, cuts):
            w_k = w_k - learning_rate * gradient(w_k, inputs[batch], targets[batch])
    return w_k - w


@right(checks.client_update)
def adds_up_the_update_itself(
    w, inputs, targets, *, gradient, local_epochs, batch_size, learning_rate, rng
):
    update = np.zeros(len(w))
    for _ in range(local_epochs):
        left = list(range(len(targets)))
        rng.shuffle(left)
        while left:
            batch, left = left[:batch_size], left[batch_size:]
            update -= learning_rate * gradient(w + update, inputs[batch], targets[batch])
    return update


# Exercise 21.3 -----------------------------------------------------------------------------------


def collect(w, clients, client_update):
    updates = np.array([client_update(w, inputs, targets) for inputs, targets in clients])
    return updates, np.array([len(targets) for _, targets in clients])


@wrong(checks.fedavg_round, "client_skipped")
def returns_in_the_loop(w, clients, *, client_update):
    for inputs, targets in clients:
        return w + client_update(w, inputs, targets)


@wrong(checks.fedavg_round, "trained_twice")
def trains_for_every_use(w, clients, *, client_update):
    n = sum(len(targets) for _, targets in clients)
    shift = sum(
        len(client_update(w, x, y)) * 0 + len(y) / n * client_update(w, x, y) for x, y in clients
    )
    return w + shift


@wrong(checks.fedavg_round, "sequential")
def one_after_the_other(w, clients, *, client_update):
    n = sum(len(targets) for _, targets in clients)
    for inputs, targets in clients:
        w = w + len(targets) / n * client_update(w, inputs, targets)
    return w


@wrong(checks.fedavg_round, "other_start")
def starts_from_zero(w, clients, *, client_update):
    updates, sizes = collect(np.zeros_like(w), clients, client_update)
    return w + weighted_average(updates, n_examples=sizes)


@wrong(checks.fedavg_round, "update_only")
def forgets_w(w, clients, *, client_update):
    updates, sizes = collect(w, clients, client_update)
    return weighted_average(updates, n_examples=sizes)


@wrong(checks.fedavg_round, "update_only")
def forgets_w_and_the_weights(w, clients, *, client_update):
    return collect(w, clients, client_update)[0].mean(axis=0)


@wrong(checks.fedavg_round, "unchanged")
def throws_it_away(w, clients, *, client_update):
    collect(w, clients, client_update)
    return w


@wrong(checks.fedavg_round, "subtracted")
def like_a_gradient(w, clients, *, client_update):
    updates, sizes = collect(w, clients, client_update)
    return w - weighted_average(updates, n_examples=sizes)


@wrong(checks.fedavg_round, "counted_twice")
def averages_models_then_adds(w, clients, *, client_update):
    updates, sizes = collect(w, clients, client_update)
    return w + weighted_average(w + updates, n_examples=sizes)


@wrong(checks.fedavg_round, "added_twice")
def in_the_loop_and_after_it(w, clients, *, client_update):
    updates, sizes = collect(w, clients, client_update)
    return w + 2 * weighted_average(updates, n_examples=sizes)


@wrong(checks.fedavg_round, "equal_weights")
def length_of_the_pair(w, clients, *, client_update):
    updates, _ = collect(w, clients, client_update)
    return w + weighted_average(updates, n_examples=[len(client) for client in clients])


@wrong(checks.fedavg_round, "summed")
def adds_them_all(w, clients, *, client_update):
    return w + collect(w, clients, client_update)[0].sum(axis=0)


@wrong(checks.fedavg_round, "not_divided")
def counts_as_weights(w, clients, *, client_update):
    updates, sizes = collect(w, clients, client_update)
    return w + sizes @ updates


@wrong(checks.fedavg_round, "last_client")
def overwrites_the_variable(w, clients, *, client_update):
    for inputs, targets in clients:
        update = client_update(w, inputs, targets)
    return w + update


@wrong(checks.fedavg_round, "wrong_round")
def half_a_step(w, clients, *, client_update):
    updates, sizes = collect(w, clients, client_update)
    return w + 0.5 * weighted_average(updates, n_examples=sizes)


@wrong(checks.fedavg_round, "changed_input")
def adds_in_place(w, clients, *, client_update):
    updates, sizes = collect(w, clients, client_update)
    w += weighted_average(updates, n_examples=sizes)
    return w


@wrong(checks.fedavg_round, "swapped")
def targets_first(w, clients, *, client_update):
    updates = np.array([client_update(w, targets, inputs) for inputs, targets in clients])
    return w + weighted_average(updates, n_examples=[len(targets) for _, targets in clients])


@wrong(checks.fedavg_round, "same_size_lost")
def sizes_as_keys(w, clients, *, client_update):
    updates = {len(targets): client_update(w, inputs, targets) for inputs, targets in clients}
    return w + weighted_average(np.array(list(updates.values())), n_examples=list(updates))


@wrong(checks.fedavg_round, "small_client_skipped")
def too_small_to_count(w, clients, *, client_update):
    large = [client for client in clients if len(client[1]) > 1]
    updates, sizes = collect(w, large, client_update)
    return w + weighted_average(updates, n_examples=sizes)


@right(checks.fedavg_round)
def averages_the_models(w, clients, *, client_update):
    updates, sizes = collect(w, clients, client_update)
    return np.average(w + updates, axis=0, weights=sizes)


@right(checks.fedavg_round)
def runs_a_sum(w, clients, *, client_update):
    n, new = sum(len(targets) for _, targets in clients), w.copy()
    for inputs, targets in reversed(clients):
        new += len(inputs) / n * client_update(w, inputs, targets)
    return new


# Questions ---------------------------------------------------------------------------------------

right_value(checks.two_clients_read, 50)
wrong_value(checks.two_clients_read, "the_servers_eyes", 200)
wrong_value(checks.two_clients_read, "one_of_them", 40)
wrong_value(checks.two_clients_read, "the_other_one", 10)
wrong_value(checks.two_clients_read, "not_their_own", 0)
wrong_value(checks.two_clients_read, "too_high", 150)

right_value(checks.client_two_reads, 1)
wrong_value(checks.client_two_reads, "none_at_all", 0)
wrong_value(checks.client_two_reads, "all_it_reads", 3)
wrong_value(checks.client_two_reads, "both_models", 2)
wrong_value(checks.client_two_reads, "too_high", 8)

right_value(checks.unweighted_miss, 1.6)
right_value(checks.unweighted_miss, np.float64(1.601))
wrong_value(checks.unweighted_miss, "where_it_lands", 4.0)
wrong_value(checks.unweighted_miss, "the_best_place", 2.4)
wrong_value(checks.unweighted_miss, "from_client_one", 2)
wrong_value(checks.unweighted_miss, "from_the_large_one", 0.4)
wrong_value(checks.unweighted_miss, "too_few_rounds", 1.43)
wrong_value(checks.unweighted_miss, "too_few_rounds", 1.53)
wrong_value(checks.unweighted_miss, "negative", -1.6)
wrong_value(checks.unweighted_miss, "too_high", 60)
