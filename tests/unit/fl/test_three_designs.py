"""One mean by three ways: the same result, and a different view for the server."""

import numpy as np
import pytest

from lessons.datasets import HOSPITALS, heart_disease
from lessons.fl import three_designs
from lessons.fl.three_designs import (
    HELPER,
    MODULUS,
    SERVER,
    ages_by_hospital,
    central,
    federated,
    readable_by,
    secret_shared,
)
from lessons.transcript import Message, seen_by

AGES = {"A": np.array([20.0, 30.0]), "B": np.array([70.0]), "C": np.array([40.0, 41.0, 42.0])}
MEAN = (20 + 30 + 70 + 40 + 41 + 42) / 6


def every(ages=AGES, seed=3):
    return (
        central(ages),
        federated(ages),
        secret_shared(ages, random_bytes=np.random.default_rng(seed).bytes),
    )


def said(transcript, sender, step):
    return [one.content for one in transcript.messages if (one.sender, one.step) == (sender, step)]


def test_ages_are_all_of_the_table_in_its_order():
    table, ages = heart_disease(), ages_by_hospital()
    assert tuple(ages) == HOSPITALS
    assert [len(one) for one in ages.values()] == [304, 293, 123, 200]
    assert sum(one.sum() for one in ages.values()) == table["age"].sum()
    assert ages["Hungary"].max() == table["age"][table["hospital"] == "Hungary"].max()


@pytest.mark.parametrize("ages", [AGES, ages_by_hospital()], ids=["small", "heart table"])
def test_three_designs_publish_the_same_mean_to_everybody(ages):
    mean = np.concatenate(list(ages.values())).mean()
    for transcript in every(ages):
        last = transcript.messages[-1]
        assert last.content == f"{mean:.2f} years"
        assert last.step == len(transcript.steps) == 4
        assert set(last.receivers) == set(transcript.parties) - {SERVER}


def test_unweighted_mean_would_be_another_number():
    published = float(federated(AGES).messages[-1].content.split()[0])
    assert abs(published - MEAN) < 0.005
    assert abs(published - np.mean([25, 70, 41])) > 1


def test_federated_server_gets_means_and_sizes_and_no_record():
    assert said(federated(AGES), "A", 2) == ["25.000 (n = 2)"]
    assert said(central(AGES), "A", 2) == ["20, 30, ... (n = 2)"]


def test_two_shares_of_a_hospital_open_to_its_sum_and_the_helpers_sum_is_right():
    transcript = every()[2]
    first = {h: int(said(transcript, h, 1)[0]) for h in AGES}
    second = {h: int(said(transcript, h, 2)[0]) for h in AGES}
    for hospital, ages in AGES.items():
        assert (first[hospital] + second[hospital]) % MODULUS == ages.sum()
    assert said(transcript, HELPER, 3) == [str(sum(second.values()) % MODULUS)]


def test_neither_server_alone_gets_both_shares_of_a_hospital():
    transcript = every()[2]
    for server in (SERVER, HELPER):
        for hospital in AGES:
            got = [
                one
                for one in seen_by(transcript, [server], step=4)
                if one.sender == hospital and server in one.receivers
            ]
            assert len(got) == 1


def test_what_a_server_gets_of_a_hospital_does_not_depend_on_its_secret():
    """Over all first shares: with modulus 7 and every random byte, the same view for each secret."""

    def views(secret):
        ages = {"A": np.array([float(secret)]), "B": np.array([0.0])}
        return sorted(
            said(secret_shared(ages, random_bytes=Bytes([a, b]), modulus=7), "A", step)[0]
            for a in range(7)
            for b in range(7)
            for step in (1,)
        )

    assert len({tuple(views(secret)) for secret in range(7)}) == 1


class Bytes:
    """Hand out the given bytes, one at a time."""

    def __init__(self, values):
        self.values = list(values)

    def __call__(self, count):
        assert count == 1
        return bytes([self.values.pop(0)])


def test_modulus_must_hold_the_whole_sum():
    assert secret_shared(AGES, modulus=244)
    with pytest.raises(ValueError, match="modulus must exceed the sum of all ages 243, got"):
        secret_shared(AGES, modulus=243)
    assert sum(one.sum() for one in ages_by_hospital().values()) < MODULUS


def test_shares_of_real_hospitals_come_from_unpredictable_bytes_unless_told():
    assert said(secret_shared(AGES), "A", 1) != said(secret_shared(AGES), "A", 1) or (
        said(secret_shared(AGES), "B", 1) != said(secret_shared(AGES), "B", 1)
    )  # fails by chance once in 10^10


def test_readable_by_agrees_with_seen_by_for_every_party_of_every_design():
    for transcript in every():
        for party in transcript.parties:
            expected = [one.content for one in seen_by(transcript, [party], step=4)]
            assert readable_by(transcript.messages, viewer=party) == expected


def test_readable_by_keeps_order_and_repetitions_and_asks_for_whole_names():
    talk = [
        Message(1, "Bob", ("Eve", "Ann"), "x", "2"),
        Message(1, "Ann", ("Bob",), "x", "1"),
        Message(2, "Bob", ("Ann",), "x", "2"),
        Message(2, "Bob", ("Ann Lee",), "x", "3"),
    ]
    assert readable_by(talk, viewer="Ann") == ["2", "1", "2"]
    assert readable_by(talk, viewer="Zoe") == []


def test_server_and_helper_stand_opposite_each_other_in_the_circle():
    parties = central(ages_by_hospital()).parties
    assert parties[0] == SERVER and parties[len(parties) // 2] == HELPER
    assert len(parties) == 6 and three_designs.MODULUS == 100_000
