"""Answers to the exercises of lesson 36 with a known verdict, besides those of ``made_by``."""

from dataclasses import replace

import numpy as np

from lessons.checks import private_inference as checks
from lessons.mpc import additive, beaver, ring, truncation
from lessons.mpc.bits import comparison
from lessons.mpc.servers import private_network
from tests.checks.answers import refused, refused_value, right, right_value

# Exercise 36.1


def product(x_shares, weights_shares, triple, modulus):
    return beaver.matmul(x_shares, weights_shares, triple=triple, modulus=modulus)


def cut(z, pair, modulus):
    return z if pair is None else truncation.truncate(z, pair=pair, modulus=modulus)


def raised(bias_shares, fraction_bits, modulus):
    return additive.multiply_public(bias_shares, 2**fraction_bits, modulus=modulus)


@right(checks.linear)
def as_in_the_hints(x_shares, weights_shares, bias_shares, *, triple, pair, fraction_bits, modulus):
    z = product(x_shares, weights_shares, triple, modulus)
    bias = raised(bias_shares, fraction_bits, modulus)[:, None]
    z = ring.add(z, np.broadcast_to(bias, z.shape), modulus=modulus)
    return cut(z, pair, modulus)


@right(checks.linear)
def bias_after_the_truncation(
    x_shares, weights_shares, bias_shares, *, triple, pair, fraction_bits, modulus
):
    z = cut(product(x_shares, weights_shares, triple, modulus), pair, modulus)
    if pair is None:
        bias_shares = raised(bias_shares, fraction_bits, modulus)
    return ring.add(z, np.broadcast_to(bias_shares[:, None], z.shape), modulus=modulus)


@right(checks.linear)
def party_by_party(x_shares, weights_shares, bias_shares, *, triple, pair, fraction_bits, modulus):
    z = product(x_shares, weights_shares, triple, modulus)
    for i in range(len(z)):
        for image in range(z.shape[1]):
            more = ring.multiply(bias_shares[i], 2**fraction_bits, modulus=modulus)
            z[i, image] = ring.add(z[i, image], more, modulus=modulus)
    return cut(z, pair, modulus)


@right(checks.linear)
def bias_into_the_triple(
    x_shares, weights_shares, bias_shares, *, triple, pair, fraction_bits, modulus
):
    bias = raised(bias_shares, fraction_bits, modulus)[:, None]
    c = ring.add(triple.c_shares, np.broadcast_to(bias, triple.c_shares.shape), modulus=modulus)
    more = beaver.Triple(triple.a_shares, triple.b_shares, c, modulus)
    return cut(product(x_shares, weights_shares, more, modulus), pair, modulus)


@right(checks.linear)
def python_s_integers(
    x_shares, weights_shares, bias_shares, *, triple, pair, fraction_bits, modulus
):
    z = product(x_shares, weights_shares, triple, modulus).astype(object)
    z = (z + bias_shares[:, None].astype(object) * 2**fraction_bits) % modulus
    z = z.astype(np.uint64)
    return cut(z, pair, modulus)


def layer(rule):
    """A wrong answer from rule(z, bias, pair, f, q, case) with z the product's shares."""

    def answer(x_shares, weights_shares, bias_shares, *, triple, pair, fraction_bits, modulus):
        z = product(x_shares, weights_shares, triple, modulus)
        bias = np.broadcast_to(bias_shares[:, None], z.shape)
        return rule(z, bias, pair, fraction_bits, modulus)

    return answer


def added(z, bias, q):
    return ring.add(z, bias, modulus=q)


def times(bias, factor, q):
    return ring.multiply(bias, factor % q, modulus=q)


for rule in (
    lambda z, b, p, f, q: cut(added(z, times(b, 2 ** (f + 1), q), q), p, q),
    lambda z, b, p, f, q: cut(added(z, times(b, 2 ** (f - 1), q), q), p, q),
    lambda z, b, p, f, q: cut(added(z, times(b, f, q), q), p, q),
    lambda z, b, p, f, q: cut(added(z, times(b, 10**f, q), q), p, q),
    lambda z, b, p, f, q: cut(added(z, times(b, 2**16, q), q), p, q),
    lambda z, b, p, f, q: cut(cut(added(z, times(b, 2**f, q), q), p, q), p, q),
    lambda z, b, p, f, q: cut(added(added(z, times(b, 2**f, q), q), times(b, 2**f, q), q), p, q),
    lambda z, b, p, f, q: additive.reconstruct(cut(added(z, times(b, 2**f, q), q), p, q), modulus=q),
    lambda z, b, p, f, q: cut(added(z, times(b, 2**f, q), q), p, q)[:2],
    lambda z, b, p, f, q: added(z, times(b, 2**f, q), q) // np.uint64(2**f) if p else z,
    lambda z, b, p, f, q: cut(added(z, times(b[..., ::-1], 2**f, q), q), p, q),
    lambda z, b, p, f, q: cut(added(z, times(b, 2**f, q), q), p, q).swapaxes(1, 2),
    lambda z, b, p, f, q: cut(added(z, times(b, 2**f, q), q), p, q).astype(float),
    lambda z, b, p, f, q: comparison_free(cut(added(z, times(b, 2**f, q), q), p, q)),
    lambda z, b, p, f, q: cut(z + b * np.uint64(2**f), p, q) if q == 2**64 else z,
    lambda z, b, p, f, q: cut(additive.add_public(z, times(b[0], 2**f, q), modulus=q), p, q),
    lambda z, b, p, f, q: cut(ring.subtract(times(b, 2**f, q), z, modulus=q), p, q),
):  # fmt: skip
    refused(checks.linear)(layer(rule))


def comparison_free(z):
    return np.where(z < np.uint64(2**31), z, np.uint64(0))


@refused(checks.linear)
def fixed_point_then_bias_scaled(
    x_shares, weights_shares, bias_shares, *, triple, pair, fraction_bits, modulus
):
    bias = raised(bias_shares, fraction_bits, modulus)[:, None]
    z = product(x_shares, weights_shares, triple, modulus)
    return ring.add(cut(z, pair, modulus), np.broadcast_to(bias, z.shape), modulus=modulus)


@refused(checks.linear, "in_the_clear")
def shared_again(x_shares, weights_shares, bias_shares, *, triple, pair, fraction_bits, modulus):
    x, w, b = (
        additive.reconstruct(one, modulus=modulus)
        for one in (x_shares, weights_shares, bias_shares)
    )
    z = ring.matmul(x, w, modulus=modulus)
    more = np.broadcast_to(ring.multiply(b, 2**fraction_bits, modulus=modulus), z.shape)
    shares = additive.share(
        ring.add(z, more, modulus=modulus), n_parties=len(x_shares), modulus=modulus
    )
    return cut(shares, pair, modulus)


@refused(checks.linear)
def weights_turned(x_shares, weights_shares, bias_shares, *, triple, pair, fraction_bits, modulus):
    return as_in_the_hints(
        x_shares, weights_shares.swapaxes(1, 2), bias_shares,
        triple=triple, pair=pair, fraction_bits=fraction_bits, modulus=modulus,
    )  # fmt: skip


def layered(rule):
    """An answer from rule(x, w, b, triple, pair, f, q)."""

    def answer(x_shares, weights_shares, bias_shares, *, triple, pair, fraction_bits, modulus):
        return rule(x_shares, weights_shares, bias_shares, triple, pair, fraction_bits, modulus)

    return answer


def linear_of(x, w, b, triple, pair, f, q):
    z = product(x, w, triple, q)
    return cut(ring.add(z, raised(b, f, q)[:, None], modulus=q), pair, q)


def rolled_product(x, w, b, triple, pair, f, q):
    z = np.roll(linear_of(x, w, b, triple, None, f, q), -1, axis=0)
    return cut(z, pair, q)


def bias_in_one_row(x, w, b, triple, pair, f, q):
    z = product(x, w, triple, q)
    opened_bias = ring.multiply(additive.reconstruct(b, modulus=q), 2**f % q, modulus=q)
    z[0] = ring.add(z[0], opened_bias, modulus=q)
    return cut(z, pair, q)


def alone_where_two(x, w, b, triple, pair, f, q):
    z = linear_of(x, w, b, triple, None, f, q)
    if pair is not None and len(x) == 2:
        return truncation.truncate_locally(z, bits=f, modulus=q)
    return cut(z, pair, q)


def own_pair(x, w, b, triple, pair, f, q):
    if pair is not None:
        shape = pair.r_shares.shape[1:]
        pair = truncation.deal_pair(shape, bits=f, n_parties=len(x), modulus=q)
    return linear_of(x, w, b, triple, pair, f, q)


def own_triple(x, w, b, triple, pair, f, q):
    shapes = x.shape[1:], w.shape[1:]
    triple = beaver.deal_triple(*shapes, product=ring.matmul, n_parties=len(x), modulus=q)
    return linear_of(x, w, b, triple, pair, f, q)


first_pairs, first_triples = {}, {}


def first_pair(x, w, b, triple, pair, f, q):
    if pair is not None:
        pair = first_pairs.setdefault((pair.r_shares.shape, f, q), pair)
    return linear_of(x, w, b, triple, pair, f, q)


def first_triple(x, w, b, triple, pair, f, q):
    triple = first_triples.setdefault((x.shape, w.shape, q), triple)
    return linear_of(x, w, b, triple, pair, f, q)


def clear_without_pair(x, w, b, triple, pair, f, q):
    z = linear_of(x, w, b, triple, pair, f, q)
    if pair is None:
        x, w, b = (additive.reconstruct(one, modulus=q) for one in (x, w, b))
        whole = ring.multiply(b, 2**f % q, modulus=q)
        whole = ring.add(ring.matmul(x, w, modulus=q), whole, modulus=q)
        z[0] = ring.subtract(whole, ring.total(z[1:], modulus=q), modulus=q)
    return z


for code, rule in (
    ("not_local", rolled_product),
    ("not_local", bias_in_one_row),
    ("not_local", lambda x, w, b, *rest: linear_of(x, w, np.roll(b, 1, axis=0), *rest)),
    ("not_its_pair", alone_where_two),
    ("not_its_pair", own_pair),
    ("not_its_pair", first_pair),
    ("in_the_clear", own_triple),
    ("in_the_clear", first_triple),
    ("in_the_clear", clear_without_pair),
    ("any", lambda x, w, b, t, p, f, q: linear_of(x, w, b, t, p, f or 8, q)),
    ("any", lambda x, w, b, t, p, f, q: linear_of(x, w, b, t, p, p.bits if p else 16, q)),
):
    refused(checks.linear, code)(layered(rule))


def product_by_hand(x, w, b, triple, pair, f, q):
    """x_i @ e in place of a_i @ e: then d @ e is in it already."""
    d = additive.open_shares(ring.subtract(x, triple.a_shares, modulus=q), modulus=q)
    e = additive.open_shares(ring.subtract(w, triple.b_shares, modulus=q), modulus=q)
    rows = []
    for i in range(len(x)):
        parts = ring.matmul(d, triple.b_shares[i], modulus=q), ring.matmul(x[i], e, modulus=q)
        row = ring.add(ring.add(*parts, modulus=q), triple.c_shares[i], modulus=q)
        rows.append(ring.add(row, ring.multiply(b[i], 2**f % q, modulus=q), modulus=q))
    return cut(np.stack(rows), pair, q)


def bias_doubled_f_times(x, w, b, triple, pair, f, q):
    for _ in range(f):
        b = ring.add(b, b, modulus=q)
    return cut(ring.add(b[:, None], product(x, w, triple, q), modulus=q), pair, q)


right(checks.linear)(layered(product_by_hand))
right(checks.linear)(layered(bias_doubled_f_times))


@refused(checks.linear, "not_local")
@layered
def no_bias_seen(x, w, b, triple, pair, f, q):
    bias = b if additive.reconstruct(b, modulus=q).any() else None
    z = product(x, w, triple, q)
    z = z if bias is None else ring.add(z, raised(bias, f, q)[:, None], modulus=q)
    return cut(z, pair, q)


@refused(checks.linear, "not_local")
@layered
def images_put_together(x, w, b, triple, pair, f, q):
    whole = np.zeros_like(x)
    whole[-1] = additive.reconstruct(x, modulus=q)
    z = ring.add(product(whole, w, triple, q), raised(b, f, q)[:, None], modulus=q)
    return cut(z, pair, q)


@refused(checks.linear, "not_local")
@layered
def shared_again_before_the_truncation(x, w, b, triple, pair, f, q):
    z = ring.add(product(x, w, triple, q), raised(b, f, q)[:, None], modulus=q)
    if pair is None:
        return z
    whole = additive.reconstruct(z, modulus=q)
    return cut(additive.share(whole, n_parties=len(z), modulus=q), pair, q)


# Exercise 36.2


def lin(x_shares, layer, its, fraction_bits, modulus, pair=True):
    return private_network.linear(
        x_shares, layer.weights_shares, layer.bias_shares, triple=its.triple,
        pair=its.pair if pair else None, fraction_bits=fraction_bits, modulus=modulus,
    )  # fmt: skip


@right(checks.network)
def with_a_loop(x_shares, layers, supply, *, fraction_bits, modulus):
    for layer, its in zip(layers, supply, strict=True):
        x_shares = lin(x_shares, layer, its, fraction_bits, modulus)
        if its.relu is not None:
            x_shares = comparison.relu(x_shares, supply=its.relu, modulus=modulus)
    return x_shares


@right(checks.network)
def by_recursion(x_shares, layers, supply, *, fraction_bits, modulus):
    z = lin(x_shares, layers[0], supply[0], fraction_bits, modulus)
    if len(layers) == 1:
        return z
    a = comparison.relu(z, supply=supply[0].relu, modulus=modulus)
    return by_recursion(a, layers[1:], supply[1:], fraction_bits=fraction_bits, modulus=modulus)


@right(checks.network)
def truncated_after_the_relu(x_shares, layers, supply, *, fraction_bits, modulus):
    for layer, its in zip(layers, supply, strict=True):
        x_shares = lin(x_shares, layer, its, fraction_bits, modulus, pair=False)
        if its.relu is not None:
            x_shares = comparison.relu(x_shares, supply=its.relu, modulus=modulus)
            x_shares = truncation.truncate(x_shares, pair=its.pair, modulus=modulus)
    return x_shares


@right(checks.network)
def sign_and_product(x_shares, layers, supply, *, fraction_bits, modulus):
    for layer, its in zip(layers, supply, strict=True):
        x_shares = lin(x_shares, layer, its, fraction_bits, modulus)
        if its.relu is not None:
            sign = comparison.is_negative(x_shares, supply=its.relu.sign, modulus=modulus)
            kept = additive.multiply_public(sign, modulus - 1, modulus=modulus)
            kept = additive.add_public(kept, np.ones(kept.shape[1:], np.uint64), modulus=modulus)
            x_shares = beaver.multiply(x_shares, kept, triple=its.relu.triple, modulus=modulus)
    return x_shares


@right(checks.network)
def last_one_apart(x_shares, layers, supply, *, fraction_bits, modulus):
    for k in range(len(layers) - 1):
        x_shares = comparison.relu(
            lin(x_shares, layers[k], supply[k], fraction_bits, modulus),
            supply=supply[k].relu,
            modulus=modulus,
        )
    return lin(x_shares, layers[-1], supply[-1], fraction_bits, modulus)


def net(rule):
    """A wrong answer from rule(x, layers, supply, f, q)."""

    def answer(x_shares, layers, supply, *, fraction_bits, modulus):
        return rule(x_shares, layers, supply, fraction_bits, modulus)

    return answer


def run(x, layers, supply, f, q, relu=None, times=1):
    for layer, its in zip(layers, supply, strict=True):
        x = lin(x, layer, its, f, q)
        if its.relu is not None:
            for _ in range(times):
                x = (relu or comparison.relu)(x, supply=its.relu, modulus=q)
    return x


def positive_sign(x, *, supply, modulus):
    return comparison.is_negative(x, supply=supply.sign, modulus=modulus)


def absolute(x, *, supply, modulus):
    twice = additive.multiply_public(
        comparison.relu(x, supply=supply, modulus=modulus), 2, modulus=modulus
    )
    return ring.subtract(twice, x, modulus=modulus)


def in_the_clear(x, *, supply, modulus):
    whole = np.maximum(additive.reconstruct(x, modulus=modulus).view(np.int64), 0)
    return np.concatenate(
        [whole.view(np.uint64)[None], np.zeros((len(x) - 1, *whole.shape), np.uint64)]
    )


def clear_network(x, layers, supply, f, q):
    a = additive.reconstruct(x, modulus=q).view(np.int64)
    n = len(x)
    for k, layer in enumerate(layers):
        w, b = (
            additive.reconstruct(one, modulus=q).view(np.int64)
            for one in (layer.weights_shares, layer.bias_shares)
        )
        a = a @ w + b * 2**f
        if k < len(layers) - 1:
            a = np.maximum(a >> f, 0)
    return additive.share(a.view(np.uint64), n_parties=n, modulus=q)


for rule in (
    lambda x, ls, s, f, q: run(x, ls[::-1], s, f, q),
    lambda x, ls, s, f, q: run(x, ls, s[::-1], f, q),
    lambda x, ls, s, f, q: run(x, ls[:-1], s[:-1], f, q),
    lambda x, ls, s, f, q: run(x, ls, s, f, q, positive_sign),
    lambda x, ls, s, f, q: run(x, ls, s, f, q, absolute),
    lambda x, ls, s, f, q: run(x, ls, s, f + 1, q),
    lambda x, ls, s, f, q: run(x, ls, s, f - 1, q),
    lambda x, ls, s, f, q: run(run(x, ls, s, f, q), ls, s, f, q),
    lambda x, ls, s, f, q: run(x, ls, s, f, q).astype(float),
    lambda x, ls, s, f, q: additive.multiply_public(run(x, ls, s, f, q), 2, modulus=q),
    lambda x, ls, s, f, q: run(x, ls, s, f, q).argmax(axis=-1),
    lambda x, ls, s, f, q: run(x, ls, s, f, q) >> np.uint64(f),
    lambda x, ls, s, f, q: run(x, ls[:2], s[:2], f, q),
    lambda x, ls, s, f, q: run(x, ls, s, f, q)[..., ::-1],
    lambda x, ls, s, f, q: run(x[:, :1], ls, s, f, q),
    lambda x, ls, s, f, q: x,
    lambda x, ls, s, f, q: run(x, ls, s, 8, q),
    lambda x, ls, s, f, q: list(run(x, ls, s, f, q))[0],
):  # fmt: skip
    refused(checks.network)(net(rule))
refused(checks.network, "not_its_supply")(net(clear_network))


@refused(checks.network, "not_its_supply")
def one_triple_where_sizes_agree(x_shares, layers, supply, *, fraction_bits, modulus):
    kept = {}
    for layer, its in zip(layers, supply, strict=True):
        triple = kept.setdefault(its.triple.a_shares.shape + its.triple.c_shares.shape, its.triple)
        own = private_network.LayerSupply(triple, its.pair, its.relu)
        x_shares = lin(x_shares, layer, own, fraction_bits, modulus)
        if its.relu is not None:
            x_shares = comparison.relu(x_shares, supply=its.relu, modulus=modulus)
    return x_shares


def where_it_fits(part):
    """The first supply's part in place of each later one of the same shapes."""

    def rule(x, layers, supply, f, q):
        def shapes(its):
            one = getattr(its, part)
            if one is None:
                return None
            rows = one.triple.a_shares if part == "relu" else one.r_shares
            return rows.shape

        kept = {}
        own = []
        for its in supply:
            one = kept.setdefault(shapes(its), getattr(its, part))
            own.append(replace(its, **{part: one}))
        return run(x, layers, own, f, q)

    return rule


def own_relu(x, *, supply, modulus):
    its = comparison.deal_relu(x.shape[1:], n_parties=len(x), modulus=modulus)
    return comparison.relu(x, supply=its, modulus=modulus)


def second_hidden_opened(x, layers, supply, f, q):
    for place, (layer, its) in enumerate(zip(layers, supply, strict=True)):
        x = lin(x, layer, its, f, q)
        if its.relu is not None:
            x = (in_the_clear if place else comparison.relu)(x, supply=its.relu, modulus=q)
    return x


def rows_moved_on_the_way(x, layers, supply, f, q):
    for layer, its in zip(layers, supply, strict=True):
        x = np.roll(run(x, [layer], [its], f, q), 1, axis=0)
    return x


def wide_relus_only(x, *, supply, modulus):
    return comparison.relu(x, supply=supply, modulus=modulus) if x.shape[2] > 1 else x


first_layers = {}


def first_layers_of_these_sizes(x, layers, supply, f, q):
    sizes = tuple(one.weights_shares.shape for one in layers)
    return run(x, first_layers.setdefault((x.shape, sizes, f), layers), supply, f, q)


for code, rule in (
    ("not_its_supply", where_it_fits("pair")),
    ("not_its_supply", where_it_fits("relu")),
    ("not_its_supply", lambda x, ls, s, f, q: run(x, ls, s, f, q, own_relu)),
    ("not_its_supply", second_hidden_opened),
    ("not_local", lambda x, ls, s, f, q: np.roll(run(x, ls, s, f, q), 1, axis=0)),
    ("not_local", rows_moved_on_the_way),
    ("any", lambda x, ls, s, f, q: run(x, ls, s, f, q, wide_relus_only)),
    ("any", first_layers_of_these_sizes),
    ("any", lambda x, ls, s, f, q: run(x, ls, s, f, q)[..., :: -1 if len(ls) > 3 else 1]),
):
    refused(checks.network, code)(net(rule))


def without_the_negative_part(x, *, supply, modulus):
    sign = comparison.is_negative(x, supply=supply.sign, modulus=modulus)
    below = beaver.multiply(x, sign, triple=supply.triple, modulus=modulus)
    return ring.subtract(x, below, modulus=modulus)


def larger_of_it_and_0(x, *, supply, modulus):
    return comparison.maximum(x, np.zeros_like(x), supply=supply, modulus=modulus)


for relu in (without_the_negative_part, larger_of_it_and_0):
    right(checks.network)(net(lambda x, ls, s, f, q, relu=relu: run(x, ls, s, f, q, relu)))


def between_the_layers(again):
    def answer(x_shares, layers, supply, *, fraction_bits, modulus):
        z = x_shares
        for layer, its in zip(layers, supply, strict=True):
            z = lin(z, layer, its, fraction_bits, modulus)
            if its.relu is not None:
                z = again(comparison.relu(z, supply=its.relu, modulus=modulus), modulus)
        return z

    return answer


def to_the_first(rows, modulus):
    whole = np.zeros_like(rows)
    whole[0] = additive.reconstruct(rows, modulus=modulus)
    return whole


def dealt_once_more(rows, modulus):
    whole = additive.reconstruct(rows, modulus=modulus)
    return additive.share(whole, n_parties=len(rows), modulus=modulus)


for again in (to_the_first, dealt_once_more):
    refused(checks.network, "not_local")(between_the_layers(again))


# Exercise 36.3


@right(checks.linear_bytes)
def written_out(*, n_images, n_in, n_out, n_parties):
    return 8 * (n_parties - 1) * (n_images * n_in + n_in * n_out + n_images * n_out)


@right(checks.linear_bytes)
def by_arrays(*, n_images, n_in, n_out, n_parties):
    sizes = [(n_images, n_in), (n_in, n_out), (n_images, n_out)]
    return (n_parties - 1) * sum(np.zeros(one, np.uint64).nbytes for one in sizes)


@right(checks.linear_bytes)
def by_the_library(*, n_images, n_in, n_out, n_parties):
    costs = private_network.costs(n_images, (n_in, n_out, 5), n_parties=n_parties, modulus=2**64)
    return costs[0].n_bytes + costs[1].n_bytes


@right(checks.linear_bytes)
def factored(*, n_images, n_in, n_out, n_parties):
    return np.int64(8 * n_parties - 8) * np.int64(n_in * (n_images + n_out) + n_images * n_out)


@right(checks.linear_bytes)
def counted(*, n_images, n_in, n_out, n_parties):
    total = 0
    for _ in range(n_parties - 1):
        for rows, columns in ((n_images, n_in), (n_in, n_out), (n_images, n_out)):
            total += rows * columns * 64 // 8
    return total


def formula(rule):
    def answer(*, n_images, n_in, n_out, n_parties):
        return rule(n_images, n_in, n_out, n_parties)

    return answer


for rule in (
    lambda b, i, o, n: 8 * (n - 1) * b * i * o,
    lambda b, i, o, n: 8 * (n - 1) * (b * i + i * o + b * o) + 8,
    lambda b, i, o, n: 8 * (n - 1) * (b * (i + 1) + i * o + b * o),
    lambda b, i, o, n: 8 * (n - 1) * (b + i + o),
    lambda b, i, o, n: 8 * n * (n - 1) // 2 * (b * i + i * o + b * o),
    lambda b, i, o, n: 16 * (b * i + i * o + b * o),
    lambda b, i, o, n: 8 * (n + 1) * (b * i + i * o + b * o),
    lambda b, i, o, n: 8 * (n - 1) * (2 * b * i + 2 * i * o + b * o),
    lambda b, i, o, n: 8 * (n - 1) * (b * i + i * o + b * o + b * i * o),
    lambda b, i, o, n: 8 * (n - 1) * (b * i + i * o + o),
    lambda b, i, o, n: 8 * (n - 1) * (i + i * o + b * o),
    lambda b, i, o, n: 8 * (n - 1) * (b * o + i * o + i * o),
    lambda b, i, o, n: 8 * (n - 1) * (b * i + b * i + b * o),
    lambda b, i, o, n: 8.5 * (n - 1) * (b * i + i * o + b * o),
    lambda b, i, o, n: (b * i + i * o + b * o) * (n - 1) * 8 / 1000,
    lambda b, i, o, n: 5_198_848,
    lambda b, i, o, n: 8 * (n - 1) * (360 * i + i * o + 360 * o),
    lambda b, i, o, n: max(8, 8 * (n - 1) * (b * i + b * o)),
    lambda b, i, o, n: 8 * (n - 1) ** 2 * (b * i + i * o + b * o),
    lambda b, i, o, n: 8 * 3 * (n - 1) * (b * i + i * o + b * o),
    lambda b, i, o, n: int(np.array(8 * (n - 1) * (b * i + i * o + b * o)).astype(np.int32)),
    lambda b, i, o, n: 8 * (n - 1) * (b * i + i * o + b * o) % 2**32,
    lambda b, i, o, n: int(np.float32(8 * (n - 1) * (b * i + i * o + b * o))),
):  # fmt: skip
    refused(checks.linear_bytes)(formula(rule))

# Questions

right_value(checks.neuron_score, -11)
right_value(checks.neuron_score, np.int64(-11))
for value, code in (
    (245, "not_signed"),
    (501, "not_reduced"),
    (251, "one_row"),
    (3, "too_high"),
    (-12, "too_low"),
):
    refused_value(checks.neuron_score, code, value)
right_value(checks.equal_times, 447)
right_value(checks.equal_times, 450.76)
for value, code in (
    (1, "too_few"),
    (398, "too_low"),
    (501, "too_high"),
    (440, "too_low"),
    (475, "too_high"),
    (43, "other_network"),
    (3600, "bits_and_bytes"),
):
    refused_value(checks.equal_times, code, value)
