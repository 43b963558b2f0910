"""Answers to lesson 53 with a known verdict, besides those of ``made_by``."""

import numpy as np

from lessons.checks import flower as checks
from tests.checks.answers import refused, refused_value, right, right_value

# Exercise 53.1


def node(arrays, *, n=lambda images, labels: len(labels)):
    def answer(message, images, labels, *, client_update):
        w, rate = message["arrays"], message["config"]["learning-rate"]
        u = client_update(w, images, labels, learning_rate=rate)
        return {"arrays": arrays(w, u), "metrics": {"num-examples": n(images, labels)}}

    return answer


right(checks.reply)(node(lambda w, u: [a + b for a, b in zip(w, u, strict=True)]))
right(checks.reply)(node(lambda w, u: np.add(w, u), n=lambda x, y: x.shape[0]))
right(checks.reply)(node(lambda w, u: w + u, n=lambda x, y: np.float64(y.size)))
right(checks.reply)(node(lambda w, u: w + u, n=lambda x, y: sum(1 for _ in x)))


@right(checks.reply)
def keeps_the_rest(message, images, labels, *, client_update):
    """The configuration may travel back, and other metrics too."""
    rate = message["config"]["learning-rate"]
    u = client_update(message["arrays"], images, labels, learning_rate=rate)
    metrics = {"num-examples": len(images), "norm": float(np.linalg.norm(u))}
    return message | {"arrays": message["arrays"] + u, "metrics": metrics}


for other in (
    node(lambda w, u: w + 2 * u),
    node(lambda w, u: w + np.round(u, 4)),
    node(lambda w, u: w + np.clip(u, -1, 1)),
    node(lambda w, u: w + u.mean()),
    node(lambda w, u: w + u, n=lambda x, y: len(y) - 1),
    node(lambda w, u: w + u, n=lambda x, y: min(len(y), 1000)),
    node(lambda w, u: w + u, n=lambda x, y: max(len(y), 2)),
    node(lambda w, u: w + u, n=lambda x, y: np.uint8(len(y) % 256)),
    node(lambda w, u: w + u, n=lambda x, y: x.size // 64),
    node(lambda w, u: w + u, n=lambda x, y: np.count_nonzero(y)),
    node(lambda w, u: (w + u).astype(np.float32)),
):
    refused(checks.reply)(other)


@refused(checks.reply, "wrong_shape")
def a_column(message, images, labels, *, client_update):
    return node(lambda w, u: (w + u)[:, None])(message, images, labels, client_update=client_update)


@refused(checks.reply, "wrong_type")
def a_pair(message, images, labels, *, client_update):
    u = client_update(message["arrays"], images, labels, **_rate(message))
    return message["arrays"] + u, len(labels)


@refused(checks.reply, "wrong_type")
def a_bare_count(message, images, labels, *, client_update):
    u = client_update(message["arrays"], images, labels, **_rate(message))
    return {"arrays": message["arrays"] + u, "metrics": len(labels)}


@refused(checks.reply, "changed_input")
def in_place(message, images, labels, *, client_update):
    w = message["arrays"]
    w += client_update(w, images, labels, **_rate(message))
    return {"arrays": w, "metrics": {"num-examples": len(labels)}}


@refused(checks.reply, "wrong_type")
def the_labels_too(message, images, labels, *, client_update):
    """What stays at home travels along."""
    u = client_update(message["arrays"], images, labels, **_rate(message))
    return {
        "arrays": message["arrays"] + u,
        "metrics": {"num-examples": len(labels), "labels": labels},
    }


@refused(checks.reply, "wrong_type")
def the_labels_as_configuration(message, images, labels, *, client_update):
    u = client_update(message["arrays"], images, labels, **_rate(message))
    metrics = {"num-examples": len(labels)}
    return {"arrays": message["arrays"] + u, "metrics": metrics, "config": {"labels": labels}}


@refused(checks.reply, "wrong_type")
def a_bare_configuration(message, images, labels, *, client_update):
    u = client_update(message["arrays"], images, labels, **_rate(message))
    return {"arrays": message["arrays"] + u, "metrics": {"num-examples": 2}, "config": 0.1}


@refused(checks.reply, "changed_input")
def takes_the_rate_out(message, images, labels, *, client_update):
    rate = message["config"].pop("learning-rate")
    u = client_update(message["arrays"], images, labels, learning_rate=rate)
    return {"arrays": message["arrays"] + u, "metrics": {"num-examples": len(labels)}}


@refused(checks.reply, "other_rate")
def a_rate_that_falls(message, images, labels, *, client_update):
    rate = message["config"]["learning-rate"] / message["config"]["server-round"]
    u = client_update(message["arrays"], images, labels, learning_rate=rate)
    return {"arrays": message["arrays"] + u, "metrics": {"num-examples": len(labels)}}


@refused(checks.reply, "unchanged")
def never_trains(message, images, labels, *, client_update):
    return {"arrays": message["arrays"], "metrics": {"num-examples": len(labels)}}


def _rate(message):
    return {"learning_rate": message["config"]["learning-rate"]}


# Questions

right_value(checks.share_of_the_liar, 0.95)
right_value(checks.share_of_the_liar, 0.9525)
refused_value(checks.share_of_the_liar, "too_low", 0.5)
refused_value(checks.share_of_the_liar, "not_a_number", "95 %")
right_value(checks.real_noise_multiplier, 2 / 3)
right_value(checks.real_noise_multiplier, 0.667)
refused_value(checks.real_noise_multiplier, "too_high", 0.9)
