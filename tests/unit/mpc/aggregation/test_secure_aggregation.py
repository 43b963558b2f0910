"""The four rounds: the sum is exact whoever drops out, or the round is aborted; who may ask what."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from lessons.mpc.aggregation import pairwise_masks, sealed_shares
from lessons.mpc.aggregation import secure_aggregation as protocol
from lessons.mpc.aggregation.aggregation_round import aggregate
from lessons.mpc.aggregation.secure_aggregation import Aborted

Q = 2**20


def fixed(seed):
    return np.random.default_rng(seed).bytes


def vectors(n, *, modulus=Q, length=3, seed=0):
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, modulus, (n, length), dtype=np.uint64, endpoint=False)
    rows[0] = [0, 1, modulus - 1][:length]
    return dict(enumerate(rows, 1))


def plain(x, survivors, modulus=Q):
    return sum(x[one].astype(object) for one in survivors) % modulus


def after_round_two(n=4, threshold=2, numbers=None):
    """Clients and envelopes of an honest round, up to the second step."""
    numbers = numbers or range(1, n + 1)
    pairs = [protocol.advertise(one, random_bytes=fixed([n, one])) for one in numbers]
    adverts = [advert for _, advert in pairs]
    shared = [
        protocol.share_keys(client, adverts, threshold=threshold, random_bytes=fixed([9, n]))
        for client, _ in pairs
    ]
    return (
        {client.number: client for client, _ in shared},
        adverts,
        [e for _, es in shared for e in es],
    )


def after_round_three(n=4, threshold=2, x=None):
    clients, adverts, envelopes = after_round_two(n, threshold)
    x = x or vectors(n)
    sent = {}
    for one, client in clients.items():
        own = [e for e in envelopes if e.receiver == one]
        clients[one], sent[one] = protocol.mask_input(client, own, x[one], modulus=Q)
    return clients, adverts, sent


@pytest.mark.parametrize(("n", "threshold"), [(2, 0), (2, 1), (3, 1), (3, 2), (4, 2)])
def test_the_sum_is_exact_for_every_pattern_of_drop_outs_or_the_round_is_aborted(n, threshold):
    x = vectors(n)
    patterns = list(product((1, 2, 3, 4, 5), repeat=n))
    for steps in patterns if n < 4 else patterns[::4]:
        drops = {one: step for one, step in enumerate(steps, 1) if step < 5}
        kwargs = {"threshold": threshold, "modulus": Q, "drops": drops, "random_bytes": fixed(n)}
        if steps.count(5) < threshold + 1:
            with pytest.raises(Aborted, match=rf"threshold \+ 1 = {threshold + 1} clients"):
                aggregate(x, **kwargs)
        else:
            done = aggregate(x, **kwargs)
            alive = [one for one, step in enumerate(steps, 1) if step > 3]
            assert done.survivors == tuple(alive)
            assert np.array_equal(done.total, plain(x, alive))


@pytest.mark.parametrize("modulus", [2, 2**8, 2**31, 2**64])
@pytest.mark.parametrize("length", [0, 1, 70_000])
def test_any_clock_and_any_length(modulus, length):
    x = {
        k: np.random.default_rng(k).integers(0, modulus, length, dtype=np.uint64, endpoint=False)
        for k in range(1, 6)
    }
    done = aggregate(x, threshold=2, modulus=modulus, drops={4: 3, 2: 4}, random_bytes=fixed(1))
    assert np.array_equal(done.total, plain(x, [1, 2, 3, 5], modulus))


def test_client_numbers_are_any_positive_integers():
    x = {number: np.array([number], dtype=np.uint64) for number in (3, 17, 1001)}
    assert aggregate(x, threshold=1, modulus=Q, drops={17: 3}).total == [1004]


def test_every_number_of_a_masked_vector_changes_with_the_randomness():
    zeros = {one: np.zeros(50, dtype=np.uint64) for one in range(1, 4)}
    done = [aggregate(zeros, threshold=1, modulus=2**32, random_bytes=fixed(s)) for s in (1, 2)]
    sent = [[one.message.values for one in d.sent if one.step == 3] for d in done]
    assert not np.any(np.array(sent[0]) == np.array(sent[1]))
    assert not np.any(np.array(sent[0]) == 0)


def test_a_round_whose_randomness_is_zero_shows_the_vectors():
    """The rule of secrecy tests: with all randomness 0 they must fail. Here all keys are then equal."""
    with pytest.raises(ValueError, match="two keys for each client, all different"):
        aggregate(vectors(3), threshold=1, modulus=Q, random_bytes=bytes)


def test_envelopes_are_for_one_client_and_of_one_that_is_known():
    clients, _, envelopes = after_round_two()
    mine = [one for one in envelopes if one.receiver == 1]
    for changed in (replace(mine[0], receiver=2), replace(mine[0], sender=9)):
        with pytest.raises(ValueError, match="for client 1 and from clients with an advert"):
            protocol.mask_input(clients[1], [changed, *mine[1:]], [1], modulus=Q)
    with pytest.raises(ValueError, match="does not open"):
        swapped = replace(mine[0], sender=mine[1].sender)
        protocol.mask_input(clients[1], [swapped, *mine[1:]], [1], modulus=Q)
    with pytest.raises(Aborted, match="envelopes must come from threshold"):
        protocol.mask_input(clients[1], mine[:1], [1], modulus=Q)


def test_the_answer_gives_one_share_for_each_client():
    clients, _, _ = after_round_three()
    _, said = protocol.answer(clients[1], [1, 2, 4])
    assert set(said.self_shares) == {1, 2, 4} and set(said.key_shares) == {3}
    assert np.array_equal(said.key_shares[3], clients[1].shares[3][0])
    assert np.array_equal(said.self_shares[2], clients[1].shares[2][1])


@pytest.mark.parametrize(
    ("survivors", "error", "words"),
    [
        ([2, 3, 4], ValueError, "survivors must hold client 1, which is asked"),
        ([1, 2, 7], ValueError, r"must have shared their keys, got \[7\]"),
        ([1, 2], Aborted, r"threshold \+ 1 = 3 clients, got 1, 2"),
        ([1, 2, 2], Aborted, "got 1, 2"),
    ],
)
def test_a_client_refuses_a_list_that_must_be_a_lie(survivors, error, words):
    clients, _, _ = after_round_three()
    with pytest.raises(error, match=words):
        protocol.answer(clients[1], survivors)


def test_a_client_answers_one_list_only():
    clients, _, _ = after_round_three()
    client, first = protocol.answer(clients[1], [1, 2, 3, 4])
    _, again = protocol.answer(client, [4, 3, 2, 1])
    assert set(again.self_shares) == set(first.self_shares)
    with pytest.raises(ValueError, match="must stay as they were for client 1"):
        protocol.answer(client, [1, 2, 3])


def unmasked(n, threshold, victim):
    """The lying server: half of the clients hear that ``victim`` dropped out. Its vector, or None."""
    x = vectors(n)
    clients, adverts, sent = after_round_three(n, threshold, x)
    others = [one for one in clients if one != victim]
    told_dead, told_alive = others[: threshold + 1], [victim, *others[threshold + 1 :]]
    keys = [protocol.answer(clients[one], others)[1] for one in told_dead]
    seeds = [protocol.answer(clients[one], list(clients))[1] for one in told_alive]
    if len(keys) < threshold + 1 or len(seeds) < threshold + 1:
        return x[victim], None
    key, seed = (
        sealed_shares.reconstruct(rows, sorted(who), threshold=threshold)[0]
        for rows, who in (
            ([[one.key_shares[victim]] for one in sorted(keys, key=lambda a: a.client)], told_dead),
            (
                [[one.self_shares[victim]] for one in sorted(seeds, key=lambda a: a.client)],
                told_alive,
            ),
        )
    )
    pair = pairwise_masks.pair_of(key)
    known = {one.client: one for one in adverts}
    terms = [(-1, seed)]
    for one in others:
        pair_seed = protocol.mask_seed(pair, known[one], victim)
        terms.append((-pairwise_masks.sign(victim, one), pair_seed))
    return x[victim], pairwise_masks.add_masks(sent[victim].values, terms, modulus=Q)


@pytest.mark.parametrize(
    ("n", "threshold", "falls"),
    [(4, 1, True), (4, 2, False), (5, 1, True), (5, 2, False), (6, 2, True), (6, 3, False)],
)
def test_a_server_that_tells_two_stories_wins_up_to_half_of_the_clients(n, threshold, falls):
    assert falls == (2 * (threshold + 1) <= n)
    x, found = unmasked(n, threshold, victim=2)
    assert (found is not None and np.array_equal(found, x)) == falls


def test_mixed_lists_open_the_sum_of_fewer_clients_than_are_on_any_list():
    """A limit that the module's first lines name: without signed lists the crowd can be small."""
    n, threshold, crowd = 8, 4, (1, 2, 3, 4)
    x = vectors(n)
    clients, adverts, sent = after_round_three(n, threshold, x)
    votes = dict.fromkeys(set(clients) - set(crowd), 0)
    answers = {}
    for one in sorted(clients, reverse=True):  # each is told that three others dropped out
        lost = sorted(votes.keys() - {one}, key=lambda k: (votes[k], k))[: n - threshold - 1]
        votes.update({k: votes[k] + 1 for k in lost})
        alive = set(clients) - set(lost)
        assert len(alive) > threshold >= len(crowd)
        _, answers[one] = protocol.answer(clients[one], alive)
    assert set(votes.values()) == {6} and 2 * (threshold + 1) > n  # key shares; 2 of the self seed

    def secret(kind, whose):
        rows = {k: getattr(a, kind)[whose] for k, a in answers.items() if whose in getattr(a, kind)}
        shares = [[row] for row in rows.values()]
        return sealed_shares.reconstruct(shares, list(rows), threshold=threshold)[0]

    known = {one.client: one for one in adverts}
    terms = [(-1, secret("self_shares", one)) for one in crowd]
    for lost in votes:
        pair = pairwise_masks.pair_of(secret("key_shares", lost))
        for one in crowd:
            seed = protocol.mask_seed(pair, known[one], lost)
            terms.append((-pairwise_masks.sign(one, lost), seed))
    total = sum(sent[one].values for one in crowd) & np.uint64(Q - 1)
    found = pairwise_masks.add_masks(total, terms, modulus=Q)
    assert np.array_equal(found, plain(x, crowd))


def lists_against(crowd, lost, *, n, threshold):
    """A list for each client; crowd and ``lost`` share only among themselves. Votes for keys in ``lost``."""
    everybody, votes, lists = set(range(1, n + 1)), dict.fromkeys(lost, 0), {}
    sharers = {one: {*crowd, *lost} if one in crowd else everybody for one in everybody}
    for one in sorted(everybody):
        out = sorted(votes.keys() - {one}, key=lambda k: (votes[k], k))
        out = out[: len(sharers[one]) - threshold - 1]
        votes.update({k: votes[k] + 1 for k in out})
        lists[one] = sharers[one] - set(out)
    return lists, votes


def read_crowd(crowd, lost, *, n, threshold):
    """Envelopes to ``crowd`` are kept back but for those of ``crowd`` and ``lost``; then mixed lists.

    The sum of the crowd's vectors and what the server found, ``None`` if shares are missing.
    """
    x = vectors(n)
    clients, adverts, envelopes = after_round_two(n, threshold)
    known, sent, answers = {one.client: one for one in adverts}, {}, {}
    lists, _ = lists_against(crowd, lost, n=n, threshold=threshold)
    for one in clients:
        post = [e for e in envelopes if e.receiver == one]
        if one in crowd:
            post = [e for e in post if e.sender in {*crowd, *lost}]
        clients[one], sent[one] = protocol.mask_input(clients[one], post, x[one], modulus=Q)
        _, answers[one] = protocol.answer(clients[one], lists[one])

    def givers(kind, whose):
        return {k: getattr(a, kind)[whose] for k, a in answers.items() if whose in getattr(a, kind)}

    for one in clients:  # nobody's two secrets come out
        assert any(len(givers(kind, one)) <= threshold for kind in ("self_shares", "key_shares"))

    def secret(kind, whose):
        rows = givers(kind, whose)
        return sealed_shares.reconstruct(
            [[row] for row in rows.values()], list(rows), threshold=threshold
        )[0]

    if any(len(givers("key_shares", one)) <= threshold for one in lost):
        return plain(x, crowd), None
    terms = [(-1, secret("self_shares", one)) for one in crowd]
    for other in lost:
        pair = pairwise_masks.pair_of(secret("key_shares", other))
        for one in crowd:
            seed = protocol.mask_seed(pair, known[one], other)
            terms.append((-pairwise_masks.sign(one, other), seed))
    total = sum(sent[one].values for one in crowd) & np.uint64(Q - 1)
    return plain(x, crowd), pairwise_masks.add_masks(total, terms, modulus=Q)


@pytest.mark.parametrize(
    ("threshold", "crowd", "lost", "falls"),
    [
        (10, [3], [1, 2, *range(4, 12)], True),
        (11, [3], [1, 2, *range(4, 13)], True),
        (12, [3], [1, 2, *range(4, 14)], False),
        (12, list(range(1, 6)), list(range(6, 14)), True),
        (13, list(range(1, 12)), list(range(12, 19)), True),
        (13, list(range(1, 11)), list(range(11, 18)), False),
    ],
)
def test_with_envelopes_kept_back_mixed_lists_read_one_client_or_a_few(
    threshold, crowd, lost, falls
):
    """A limit that the module's first lines name; (38.iv) holds at each of these thresholds."""
    assert 2 * (threshold + 1) > 20
    x, found = read_crowd(crowd, lost, n=20, threshold=threshold)
    assert (found is not None and np.array_equal(found, x)) == falls


def smallest_crowd(n, threshold):
    """By counting shares.

    The crowd's envelopes come from the crowd and from ``lost``, whose keys are all needed. Each client
    leaves out n − t − 1 names at most, and never itself.
    """
    most = n - threshold - 1
    for crowd, lost in product(range(1, n + 1), range(n)):
        others = n - crowd - lost
        if others < 0 or crowd + lost <= threshold:
            continue
        given = others * min(most, lost) + lost * min(most, max(lost - 1, 0))
        given += crowd * min(most, lost, crowd + lost - threshold - 1)
        if given >= lost * (threshold + 1):
            return crowd
    raise AssertionError("the crowd of all is always possible")


def test_how_small_the_crowd_can_get_without_signed_lists():
    found = {t: smallest_crowd(20, t) for t in range(10, 20)}
    assert found == {10: 1, 11: 1, 12: 5, 13: 11, 14: 14, 15: 15, 16: 17, 17: 18, 18: 19, 19: 20}


def recovered(**changes):
    x = vectors(4)
    clients, adverts, sent = after_round_three(4, 2, x)
    alive = [1, 2, 3]
    answers = [protocol.answer(clients[one], alive)[1] for one in alive]
    given = {
        "vectors": [sent[one] for one in alive], "answers": answers, "adverts": adverts,
        "threshold": 2, "modulus": Q,
    }  # fmt: skip
    for name, change in changes.items():
        given[name] = change(given[name])
    return protocol.recover_sum(**given), plain(x, alive)


def test_the_server_adds_up_what_came():
    got, wanted = recovered()
    assert np.array_equal(got, wanted)


def with_wrong_share(answers):
    shares = {4: (answers[0].key_shares[4] + 1) % np.uint64(2**29)}
    return [replace(answers[0], key_shares=shares), *answers[1:]]


def with_another_key(adverts):
    """Client 4 has advertised another mask key than the one whose shares come."""
    return [*adverts[:3], replace(adverts[3], mask_key=protocol.advertise(4)[1].mask_key)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"answers": lambda a: a[:2]}, r"threshold \+ 1 = 3 clients, got 1, 2"),
        ({"vectors": lambda v: v[:2]}, r"came, \[1, 2\], got \[1, 2, 3\] from client 1"),
        (
            {"answers": lambda a: [*a[:2], replace(a[2], self_shares={1: 0, 2: 0})]},
            r"got \[1, 2\] from client 3",
        ),
        ({"answers": with_wrong_share}, "a share is wrong|mask key of client 4, got another"),
        ({"adverts": with_another_key}, "answers must give the mask key of client 4, got another"),
        ({"modulus": lambda q: 2 * q}, "modulus 2097152, got shape"),
    ],
)
def test_what_does_not_fit_is_named(changes, words):
    with pytest.raises(ValueError, match=words):
        recovered(**changes)


def test_adverts_must_be_whole():
    client, advert = protocol.advertise(1)
    _, other = protocol.advertise(2)
    for adverts, words in (
        ([other, protocol.advertise(3)[1]], "that of client 1 itself"),
        ([replace(advert, mask_key=other.mask_key), other], "that of client 1 itself"),
        ([advert, replace(other, mask_key=advert.mask_key)], "all different"),
        ([advert], r"threshold \+ 1 = 2 clients, got 1"),
    ):
        with pytest.raises(ValueError, match=words):
            protocol.share_keys(client, adverts, threshold=1)
    with pytest.raises(ValueError, match="number must be an integer of at least 1"):
        protocol.advertise(0)
    with pytest.raises(ValueError, match="threshold"):
        protocol.share_keys(client, [advert, other], threshold=-1)


def test_secrets_are_not_shown():
    client, _ = protocol.advertise(1)
    assert repr(client.self_seed) not in repr(client)
