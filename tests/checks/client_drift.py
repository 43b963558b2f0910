"""Answers to the exercises of lesson 22 with a known verdict, besides those of ``made_by``."""

import numpy as np

from lessons.checks import client_drift as checks
from lessons.fl import drift
from tests.checks.answers import (
    refused,
    refused_value,
    right,
    right_value,
)

# Exercise 22.1


def weighing(weight, after=lambda w: w):
    """The average of the minima with the weights weight(q, p, E), q = 1 − η a."""

    def answer(curvatures, minima, *, shares, local_steps, learning_rate):
        v = weight(1 - learning_rate * curvatures, shares, local_steps)
        return after(v @ minima / v.sum())

    return answer


for weight in (
    lambda q, p, E: p * (1 - np.abs(q) ** E),
    lambda q, p, E: p * (1 - np.maximum(q, 0) ** E),
    lambda q, p, E: p * (1 - q ** min(E, 100)) if E != 100 else p,
    lambda q, p, E: np.round(p, 1) * (1 - q**E),
    lambda q, p, E: p[::-1] * (1 - q**E),
    lambda q, p, E: np.sort(p) * (1 - q**E),
    lambda q, p, E: p * (1 - q**E) if E < 10 else p,
    lambda q, p, E: p * (1 - q.mean() ** E),
    lambda q, p, E: p * (1 - q ** (2 * E)),
    lambda q, p, E: p**2 * (1 - q**E),
    lambda q, p, E: p * (1 - q**E) / (1 - q),
    lambda q, p, E: p * sum(q**k for k in range(E)),
    lambda q, p, E: np.where(np.arange(len(q)) < 2, p * (1 - q**E), 0),
):
    refused(checks.fixed_point)(weighing(weight))

for after in (lambda w: round(w, 4), lambda w: np.clip(w, 0, 1), abs, np.float32):
    answer = weighing(lambda q, p, E: p * (1 - q**E), after)
    (right if after is np.float32 else refused)(checks.fixed_point)(answer)


@refused(checks.fixed_point)
def two_hundred_rounds(curvatures, minima, *, shares, local_steps, learning_rate):
    w, kept = 0.0, (1 - learning_rate * curvatures) ** local_steps
    for _ in range(200):
        w += shares @ ((1 - kept) * (minima - w))
    return w


@refused(checks.fixed_point, "changed_input")
def changes_the_shares(curvatures, minima, *, shares, local_steps, learning_rate):
    shares *= 1 - (1 - learning_rate * curvatures) ** local_steps
    return shares @ minima / shares.sum()


@refused(checks.fixed_point)
def an_array_of_one(curvatures, minima, *, shares, local_steps, learning_rate):
    v = shares * (1 - (1 - learning_rate * curvatures) ** local_steps)
    return np.array([v @ minima / v.sum()])


def first_of_each_size():
    kept = {}

    def answer(curvatures, minima, **known):
        return kept.setdefault(len(minima), drift.fixed_point(curvatures, minima, **known))

    return answer


refused(checks.fixed_point)(first_of_each_size())


def first_of_each_setting():
    kept = {}

    def answer(curvatures, minima, *, local_steps, **known):
        return kept.setdefault(
            (len(minima), local_steps),
            drift.fixed_point(curvatures, minima, local_steps=local_steps, **known),
        )

    return answer


refused(checks.fixed_point)(first_of_each_setting())


@right(checks.fixed_point)
def where_a_line_meets_the_diagonal(curvatures, minima, *, shares, local_steps, learning_rate):
    options = {"local_steps": local_steps, "learning_rate": learning_rate}
    at_0, at_1 = (
        w + shares @ drift.quadratic_updates(w, curvatures, minima, **options) for w in (0.0, 1.0)
    )
    return at_0 / (1 - (at_1 - at_0))


@right(checks.fixed_point)
def client_after_client(curvatures, minima, *, shares, local_steps, learning_rate):
    above = below = 0
    for a, b, p in zip(curvatures, minima, shares, strict=True):
        left = 1.0
        for _ in range(local_steps):
            left *= 1 - learning_rate * a
        above += p * (1 - left) * b
        below += p * (1 - left)
    return above / below


@right(checks.fixed_point)
def by_geometric_series(curvatures, minima, *, shares, local_steps, learning_rate):
    q = 1 - learning_rate * curvatures
    mean_slope = shares * curvatures * sum(q**k for k in range(local_steps))
    return np.average(minima, weights=mean_slope)


@right(checks.fixed_point)
def a_zero_dimensional_array(curvatures, minima, *, shares, local_steps, learning_rate):
    return np.array(
        drift.fixed_point(
            curvatures, minima, shares=shares, local_steps=local_steps, learning_rate=learning_rate
        )
    )


@refused(checks.fixed_point)
def five_thousand_rounds(curvatures, minima, *, shares, local_steps, learning_rate):
    walked = shares * (1 - (1 - learning_rate * curvatures) ** local_steps)
    w = 0.0
    for _ in range(5000):
        w += walked @ minima - walked.sum() * w
    return w


# Exercise 22.2


def walking(after=lambda u, E: u, **changed):
    """The right update, with one argument changed or the result changed after."""

    def answer(w, curvatures, minima, **known):
        for name, change in changed.items():
            known[name] = change(known[name])
        return after(
            drift.quadratic_updates(w, curvatures, minima, **known), known["local_steps"]
        )  # fmt: skip

    return answer


for answer in (
    walking(after=lambda u, E: u / E),
    walking(after=lambda u, E: u.mean()),
    walking(after=lambda u, E: np.round(u, 3)),
    walking(after=lambda u, E: u[::-1]),
    walking(local_steps=lambda E: min(E, 100)),
    walking(corrections=lambda h: h.mean()),
    walking(corrections=lambda h: h[::-1]),
    walking(corrections=lambda h: np.clip(h, -1, 1)),
    walking(corrections=lambda h: h - h.mean()),
    walking(proximal=lambda mu: mu / 2),
    walking(proximal=lambda mu: min(mu, 1)),
    walking(learning_rate=lambda eta: min(eta, 0.2)),
):
    refused(checks.local_updates)(answer)


def stepping(gradient):
    """E steps with the bracket of (22.iv) replaced."""

    def answer(w, curvatures, minima, *, corrections, proximal, local_steps, learning_rate):
        w_k = np.full(len(minima), w)
        for _ in range(local_steps):
            w_k = w_k - learning_rate * gradient(w_k, w, curvatures, minima, corrections, proximal)
        return w_k - w

    return answer


for bracket in (
    lambda wk, w, a, b, h, mu: a * (wk - b) + h + mu * (wk - b),
    lambda wk, w, a, b, h, mu: a * (wk - b) + h + mu * (wk - wk.mean()),
    lambda wk, w, a, b, h, mu: a * (wk - b) + h + mu * np.sign(wk - w),
    lambda wk, w, a, b, h, mu: a * (wk - b) + h + mu * (wk - w) ** 2,
    lambda wk, w, a, b, h, mu: a / 2 * (wk - b) ** 2 + h + mu * (wk - w),
    lambda wk, w, a, b, h, mu: a / 2 * (wk - b) + h + mu * (wk - w),
    lambda wk, w, a, b, h, mu: a * wk - b + h + mu * (wk - w),
    lambda wk, w, a, b, h, mu: a * (wk - b) + (h if mu == 0 else mu * (wk - w)),
    lambda wk, w, a, b, h, mu: (a * (wk - b)).mean() + h + mu * (wk - w),
):
    refused(checks.local_updates)(stepping(bracket))


@refused(checks.local_updates, "changed_input")
def moves_the_minima(w, curvatures, minima, **known):
    minima -= w
    return drift.quadratic_updates(0.0, curvatures, minima, **known)


@refused(checks.local_updates)
def the_band_follows(w, curvatures, minima, *, corrections, proximal, local_steps, learning_rate):
    w_k = np.full(len(minima), w)
    for _ in range(local_steps):
        before = w_k
        w_k = w_k - learning_rate * (curvatures * (w_k - minima) + corrections)
        w_k = w_k - learning_rate * proximal * (w_k - before)
    return w_k - w


@refused(checks.local_updates)
def never_beyond_the_minimum(w, curvatures, minima, *, corrections, **known):
    u = checks.local_updates.reference(w, curvatures, minima, corrections=corrections, **known)
    way = np.abs(minima - w)
    return u if corrections.any() else np.clip(u, -way, way)


@refused(checks.local_updates)
def no_band_at_zero(w, curvatures, minima, *, proximal, **known):
    pull = proximal if w else 0.0
    return checks.local_updates.reference(w, curvatures, minima, proximal=pull, **known)


@right(checks.local_updates)
def in_closed_form(
    w, curvatures, minima, *, corrections, proximal, local_steps, learning_rate
):  # fmt: skip
    rest = (curvatures * minima + proximal * w - corrections) / (curvatures + proximal)
    return (1 - (1 - learning_rate * (curvatures + proximal)) ** local_steps) * (rest - w)


@right(checks.local_updates)
def a_list_client_after_client(w, curvatures, minima, *, corrections, proximal, **known):
    moved = []
    for a, b, h in zip(curvatures, minima, corrections, strict=True):
        own = w
        for _ in range(known["local_steps"]):
            own -= known["learning_rate"] * (a * (own - b) + h + proximal * (own - w))
        moved.append(own - w)
    return moved


@right(checks.local_updates)
def counting_the_way(
    w, curvatures, minima, *, corrections, proximal, local_steps, learning_rate
):  # fmt: skip
    u = 0.0 * minima
    for _ in range(local_steps):
        u = u - learning_rate * (curvatures * (w + u - minima) + corrections + proximal * u)
    return u


right(checks.local_updates)(stepping(lambda wk, w, a, b, h, mu: a * (wk - b) + h + mu * (wk - w)))


@refused(checks.local_updates)
def like_the_curvatures(
    w, curvatures, minima, *, corrections, proximal, local_steps, learning_rate
):
    start = np.full_like(curvatures, w)  # whole, if the curvatures are
    at = start
    for _ in range(local_steps):
        slope = curvatures * (at - minima) + corrections + proximal * (at - start)
        at = at - learning_rate * slope
    return at - start


@right(checks.local_updates)
def sum_of_powers(w, curvatures, minima, *, corrections, proximal, local_steps, learning_rate):
    kept = 1 - learning_rate * (curvatures + proximal)
    series = sum(kept**i for i in range(local_steps))
    return -learning_rate * (curvatures * (w - minima) + corrections) * series


# Exercise 22.3


def telling(rows):
    """Controls rows(c_k, u_k, p, T, η) with T a vector."""

    def answer(controls, updates, *, shares, n_steps, learning_rate):
        return rows(controls, updates, shares, n_steps, learning_rate)

    return answer


def exact(ck, u, p, t, r):
    return ck - p @ ck - u / (t[:, None] * r)


for rows in (
    lambda ck, u, p, t, r: exact(ck, u, p, np.minimum(t, 100), r),
    lambda ck, u, p, t, r: exact(ck, u, np.round(p, 2), t, r),
    lambda ck, u, p, t, r: exact(ck, u, p, t + 1, r),
    lambda ck, u, p, t, r: exact(ck, u, p, t // 2 * 2 + (t < 2), r),
    lambda ck, u, p, t, r: exact(ck, np.clip(u, -1, 1), p, t, r),
    lambda ck, u, p, t, r: exact(ck, u - p @ u, p, t, r),
    lambda ck, u, p, t, r: np.where(ck == 0, 0, exact(ck, u, p, t, r)),
    lambda ck, u, p, t, r: exact(ck, u, p, t, r) - p @ exact(ck, u, p, t, r),
    lambda ck, u, p, t, r: -exact(ck, u, p, t, r),
    lambda ck, u, p, t, r: exact(ck[::-1], u, p, t, r),
    lambda ck, u, p, t, r: p[:, None] * exact(ck, u, p, t, r),
    lambda ck, u, p, t, r: exact(ck, u, p, t, r) - ck,
    lambda ck, u, p, t, r: exact(ck, u, p, t, r).mean(axis=0),
    lambda ck, u, p, t, r: ck - (p[:, None] * ck).sum(axis=1, keepdims=True) - u / (t[:, None] * r),
    lambda ck, u, p, t, r: exact(ck, u, p, t, max(r, 0.05)),
    lambda ck, u, p, t, r: np.round(exact(ck, u, p, t, r), 3),
    lambda ck, u, p, t, r: np.where(u.any(axis=1)[:, None], exact(ck, u, p, t, r), ck),
):
    refused(checks.new_controls)(telling(rows))


@refused(checks.new_controls, "changed_input")
def in_place(controls, updates, *, shares, n_steps, learning_rate):
    controls -= shares @ controls
    controls -= updates / (n_steps[:, None] * learning_rate)
    return controls


@refused(checks.new_controls)
def one_client_after_the_other(controls, updates, *, shares, n_steps, learning_rate):
    new = controls.copy()
    for k in range(len(new)):  # c moves while the clients take their turns
        new[k] = new[k] - shares @ new - updates[k] / (n_steps[k] * learning_rate)
    return new


def c_of_the_call_before():
    kept = {}

    def answer(controls, updates, *, shares, n_steps, learning_rate):
        if np.shape(kept.get("c")) != controls.shape[1:]:
            kept["c"] = shares @ controls
        return controls - kept["c"] - updates / (n_steps[:, None] * learning_rate)

    return answer


refused(checks.new_controls)(c_of_the_call_before())


@right(checks.new_controls)
def a_list_of_rows(controls, updates, *, shares, n_steps, learning_rate):
    c = np.average(controls, axis=0, weights=shares)
    rows = zip(controls, updates, n_steps, strict=True)
    return [own - c - update / tau / learning_rate for own, update, tau in rows]


@right(checks.new_controls)
def mean_step_first(controls, updates, *, shares, n_steps, learning_rate):
    mean_gradient = -(updates.T / n_steps).T / learning_rate
    corrections = np.einsum("k,kp->p", shares, controls)[None] - controls
    return mean_gradient - corrections


@right(checks.new_controls)
def transposed_all_along(controls, updates, *, shares, n_steps, learning_rate):
    ck = controls.T
    return (ck - (ck @ shares)[:, None] - updates.T / n_steps / learning_rate).T


@right(checks.new_controls)
def in_single_precision(controls, updates, *, shares, n_steps, learning_rate):
    return exact(controls, updates, shares, n_steps, learning_rate).astype(np.float32)


@right(checks.new_controls)
def with_a_matrix(controls, updates, *, shares, n_steps, learning_rate):
    centre = np.eye(len(shares)) - np.ones((len(shares), 1)) * shares
    return centre @ controls + np.diag(-1 / (n_steps * learning_rate)) @ updates


# Exercise 22.4


def adam(step=lambda m, v, r, t: r * m / (np.sqrt(v) + t), first=None, second=None):
    """Adam with one part exchanged: the step, the memory of u, the memory of its squares."""

    def answer(u, state, *, server_rate, beta_1, beta_2, tau):
        m = (first or (lambda m, u, b: b * m + (1 - b) * u))(state[0], u, beta_1)
        v = (second or (lambda v, u, b: b * v + (1 - b) * u**2))(state[1], u, beta_2)
        return step(m, v, server_rate, tau), (m, v)

    return answer


for answer in (
    adam(lambda m, v, r, t: m / (np.sqrt(v) + t)),
    adam(lambda m, v, r, t: r * np.sign(m)),
    adam(lambda m, v, r, t: r * m / np.maximum(np.sqrt(v), t)),
    adam(lambda m, v, r, t: r * m / (np.sqrt(v) + 1e-3)),
    adam(lambda m, v, r, t: r * m / (np.sqrt(v).mean() + t)),
    adam(lambda m, v, r, t: np.clip(r * m / (np.sqrt(v) + t), -0.01, 0.01)),
    adam(lambda m, v, r, t: r * m / (np.abs(m) + t)),
    adam(first=lambda m, u, b: 0.9 * m + 0.1 * u),
    adam(second=lambda v, u, b: 0.99 * v + 0.01 * u**2),
    adam(second=lambda v, u, b: b * v + (1 - b) * np.abs(u)),
    adam(second=lambda v, u, b: v + u**2),
    adam(second=lambda v, u, b: np.maximum(b * v, u**2)),
    adam(second=lambda v, u, b: v - (1 - b) * u**2 * np.sign(v - u**2)),  # FedYogi
    adam(first=lambda m, u, b: (b * m + (1 - b) * u) / (1 - b)),
    adam(second=lambda v, u, b: (b * v + (1 - b) * u**2) / (1 - b)),
    adam(first=lambda m, u, b: np.where(m == 0, u, b * m + (1 - b) * u)),
    adam(first=lambda m, u, b: (b or 0.9) * m + (1 - (b or 0.9)) * u),
    adam(second=lambda v, u, b: (b or 0.99) * v + (1 - (b or 0.99)) * u**2),
):
    refused(checks.adam_step)(answer)


@refused(checks.adam_step, "changed_input")
def memory_in_place(u, state, *, server_rate, beta_1, beta_2, tau):
    m, v = state
    m *= beta_1
    m += (1 - beta_1) * u
    v *= beta_2
    v += (1 - beta_2) * u**2
    return server_rate * m / (np.sqrt(v) + tau), (m, v)


@refused(checks.adam_step, "wrong_type")
def three_values(u, state, **known):
    step, (m, v) = adam()(u, state, **known)
    return step, m, v


@refused(checks.adam_step)
def at_most_one(u, state, **known):
    step, memory = adam()(u, state, **known)
    return np.clip(step, -1, 1), memory


@refused(checks.adam_step)
def nothing_where_nothing_came(u, state, **known):
    step, memory = adam()(u, state, **known)
    return np.where(u == 0, 0, step), memory


@refused(checks.adam_step)
def forgets(u, state, **known):
    return adam()(u, state, **known)[0], state


@right(checks.adam_step)
def by_differences(u, state, *, server_rate, beta_1, beta_2, tau):
    m, v = state
    m = m + (1 - beta_1) * (u - m)
    v = v + (1 - beta_2) * (u * u - v)
    return np.divide(server_rate * m, v**0.5 + tau), (m, v)


@right(checks.adam_step)
def lists_all_over(u, state, *, server_rate, beta_1, beta_2, tau):
    m = [beta_1 * a + (1 - beta_1) * b for a, b in zip(state[0], u, strict=True)]
    v = [beta_2 * a + (1 - beta_2) * b**2 for a, b in zip(state[1], u, strict=True)]
    return [server_rate * a / (b**0.5 + tau) for a, b in zip(m, v, strict=True)], [m, v]


@right(checks.adam_step)
def one_average(u, state, *, server_rate, beta_1, beta_2, tau):
    m, v = (
        np.average([old, new], axis=0, weights=[beta, 1 - beta])
        for old, new, beta in zip(state, (u, u**2), (beta_1, beta_2), strict=True)
    )
    return server_rate / (tau + np.sqrt(v)) * m, (m, v)


@right(checks.adam_step)
def of_minus_a_gradient(u, state, *, server_rate, beta_1, beta_2, tau):
    gradient = -u
    m = beta_1 * -state[0] + (1 - beta_1) * gradient
    v = beta_2 * state[1] + (1 - beta_2) * gradient**2
    return -(server_rate * m / (np.sqrt(v) + tau)), (-m, v)


# Questions

right_value(checks.least_pull, 11)
right_value(checks.least_pull, 11.0)
refused_value(checks.least_pull, "too_low", 5)
refused_value(checks.least_pull, "too_high", 40)
refused_value(checks.least_pull, "not_a_number", "eleven")
refused_value(checks.least_pull, "not_whole", 10.57)
right_value(checks.times_the_traffic, 1.09)
right_value(checks.times_the_traffic, 1.1)
right_value(checks.times_the_traffic, (6.2 * 4) / (11.4 * 2))
refused_value(checks.times_the_traffic, "per_round", 2)
refused_value(checks.times_the_traffic, "only_rounds", 0.54)
refused_value(checks.times_the_traffic, "upside_down", 1.84)
refused_value(checks.times_the_traffic, "vectors", 59768)
refused_value(checks.times_the_traffic, "too_low", 1.0)
refused_value(checks.times_the_traffic, "too_high", 1.3)
