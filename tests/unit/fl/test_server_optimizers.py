import numpy as np
import pytest
import torch

from lessons.fl import server_optimizers
from lessons.fl.server_optimizers import adam, adam_step, momentum

UPDATES = np.random.default_rng(0).normal(size=(6, 4)) * [1, 0.1, 3, 0.01]


def walked(server):
    """Where a server stands after each of the updates, from 0."""
    w, state, path = np.zeros(4), None, []
    for u in UPDATES:
        step, state = server(u, state)
        w = w + step
        path.append(w)
    return np.array(path)


def by_torch(optimizer):
    """The same with an optimiser of torch, which takes minus an update for a gradient."""
    w = torch.zeros(4, dtype=torch.float64, requires_grad=True)
    own, path = optimizer([w]), []
    for u in UPDATES:
        w.grad = -torch.tensor(u)
        own.step()
        path.append(w.detach().numpy().copy())
    return np.array(path)


def test_plain_server_moves_by_the_average_update():
    assert np.allclose(walked(server_optimizers.plain), np.cumsum(UPDATES, axis=0))


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_momentum_is_that_of_torch(beta):
    own = by_torch(lambda w: torch.optim.SGD(w, lr=1.0, momentum=beta))
    assert np.allclose(walked(momentum(beta=beta)), own)


@pytest.mark.parametrize(
    ("beta_1", "beta_2", "tau"), [(0.9, 0.99, 1e-3), (0.3, 0.6, 0.2), (0, 0, 1)]
)
def test_adam_step_by_step_from_its_definition(beta_1, beta_2, tau):
    m, v, w, path = [0.0] * 4, [tau**2] * 4, [0.0] * 4, []
    for u in UPDATES:
        for i in range(4):
            m[i] = beta_1 * m[i] + (1 - beta_1) * u[i]
            v[i] = beta_2 * v[i] + (1 - beta_2) * u[i] ** 2
            w[i] += 0.3 * m[i] / (v[i] ** 0.5 + tau)
        path.append(list(w))
    got = walked(adam(server_rate=0.3, beta_1=beta_1, beta_2=beta_2, tau=tau))
    assert np.allclose(got, path, rtol=1e-12)


def test_adam_is_that_of_torch_but_for_the_bias_correction():
    beta_1, beta_2, tau = 0.8, 0.95, 1e-2
    own = by_torch(lambda w: torch.optim.Adam(w, lr=0.3, betas=(beta_1, beta_2), eps=tau))
    m, v, w, path = np.zeros(4), np.zeros(4), np.zeros(4), []
    for t, u in enumerate(UPDATES, start=1):  # bias corrected by hand, from v = 0
        known = {"server_rate": 1.0, "beta_1": beta_1, "beta_2": beta_2, "tau": tau}
        _, (m, v) = adam_step(u, (m, v), **known)
        w = w + 0.3 * (m / (1 - beta_1**t)) / (np.sqrt(v / (1 - beta_2**t)) + tau)
        path.append(w)
    assert np.allclose(path, own)


def test_defaults_are_those_of_the_paper_and_the_first_memory_is_tau_squared():
    step, (m, v) = adam(server_rate=2.0)(UPDATES[0], None)
    assert np.allclose(m, 0.1 * UPDATES[0])
    assert np.allclose(v, 0.99e-6 + 0.01 * UPDATES[0] ** 2)
    assert np.allclose(step, 2 * m / (np.sqrt(v) + 1e-3))


def test_adam_leaves_its_arguments_alone_and_takes_another_step():
    u, state = np.ones(2), (np.ones(2), np.ones(2))
    adam(server_rate=1.0)(u, state)
    assert (u == 1).all() and (state[0] == 1).all() and (state[1] == 1).all()
    asked = []

    def own(u, state, **known):
        asked.append((state, known))
        return u, state

    step, _ = adam(server_rate=0.5, tau=0.1, step=own)(u, None)
    assert step is u and asked[0][1] == {
        "server_rate": 0.5, "beta_1": 0.9, "beta_2": 0.99, "tau": 0.1,
    }  # fmt: skip
    assert np.allclose(asked[0][0][1], 0.01)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("server_rate", {"server_rate": 0}),
        ("tau", {"tau": 0.0}),
        ("beta_1", {"beta_1": 1.0}),
        ("beta_1", {"beta_1": -0.1}),
        ("beta_2", {"beta_2": 1}),
        ("beta_2", {"beta_2": float("nan")}),
    ],
)
def test_bad_numbers_are_named(name, change):
    with pytest.raises(ValueError, match=f"{name} must be .*got {name}="):
        adam(**{"server_rate": 1.0} | change)
    with pytest.raises(ValueError, match=r"beta must be below 1, got beta=1\.0"):
        momentum(beta=1.0)
    with pytest.raises(ValueError, match="beta must be"):
        momentum(beta=-0.5)
