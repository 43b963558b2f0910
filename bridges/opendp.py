"""OpenDP on the arrays that lesson 56 sends: opendp.py IN.npz OUT.npz.

In:   values (n,) with lower and upper; distances (d,); scale, epsilon, delta, sigma; n_releases of
      small_epsilon, with slack for their δ; prices (p,) and budget; k (s,); how_many
Out:  scales (2,), losses (2, 2)   the noise for ε at distance 1 and at 2, and the loss of each at both
      drawn_means (2, how_many/4)  private means of the values, with either noise
      changed_loss, filled_loss    the loss at scale 1 of one replaced row: said as such, and with gaps filled
      context_scales (3,)          the noise that a context takes for contributions=1 and 2, and changes=1
      maps (3, d)                  the most that sum, sum of n rows, mean of n rows can move
      laplace_map, gaussian_epsilon, sigma_for_one, composed (2,), odometer (p,), answered (p,)
      steps (s,)                   the loss of Laplace noise in steps of 2^k
      says (5,)                    what it says without a feature, without a size, of NaN, and where a filter
                                   and a context refuse
      proofs (2,)                  constructors, and those whose help links a proof
      short_mean                   what the chain for n rows makes of n - 1
      drawn_floats, drawn_integers (2, how_many)  Laplace noise on 0 and on 1
"""

import sys

import numpy as np
import opendp.prelude as dp

given = {name: value.item() if value.ndim == 0 else value for name, value in
         np.load(sys.argv[1]).items()}  # fmt: skip
values, bounds, n = given["values"], (given["lower"], given["upper"]), len(given["values"])
NUMBERS = dp.atom_domain(T=float, nan=False)


def table(size=None):
    """Tables of numbers, of a known size or of any, and how the distance of two is counted."""
    return dp.vector_domain(NUMBERS, size=size), dp.symmetric_distance()


def noisy_mean(scale):
    """Clamp n rows, average, add noise: a measurement, made before any value is seen."""
    mean = table(size=n) >> dp.t.then_clamp(bounds) >> dp.t.then_mean()
    return mean >> dp.m.then_laplace(scale)


def noise_for(epsilon, distance):
    """The least scale at which tables at this distance are told apart by at most ε."""
    return dp.binary_search_param(noisy_mean, d_in=distance, d_out=epsilon)


def noisy_mean_of_changed(scale):
    """The same mean, where the distance of tables counts replaced rows: one of them is 1."""
    changed = dp.vector_domain(NUMBERS, size=n), dp.change_one_distance()
    mean = changed >> dp.t.then_metric_unbounded() >> dp.t.then_clamp(bounds) >> dp.t.then_mean()
    return mean >> dp.m.then_laplace(scale)


def noisy_mean_with_gaps(scale):
    """The same mean, where values may be missing: each gap is filled with a number chosen before."""
    gaps = dp.vector_domain(dp.atom_domain(T=float), size=n), dp.symmetric_distance()
    filled = gaps >> dp.t.then_impute_constant(250.0) >> dp.t.then_clamp(bounds)
    return filled >> dp.t.then_mean() >> dp.m.then_laplace(scale)


def many(release):
    """So many releases of the same values."""
    rows = list(values)
    return [release(rows) for _ in range(given["how_many"] // 4)]


def maps():
    """How far a sum, a sum of n rows and a mean of n rows can move, for each distance of tables."""
    chains = [
        table() >> dp.t.then_clamp(bounds) >> dp.t.then_sum(),
        table(size=n) >> dp.t.then_clamp(bounds) >> dp.t.then_sum(),
        table(size=n) >> dp.t.then_clamp(bounds) >> dp.t.then_mean(),
    ]
    return [[chain.map(int(d)) for d in given["distances"]] for chain in chains]


def laplace(scale, k=None):
    """Laplace noise on one number, in steps of 2^k."""
    return dp.m.make_laplace(NUMBERS, dp.absolute_distance(T=float), scale=scale, k=k)


def gaussian(sigma):
    """Gaussian noise on one number: its loss is a ρ (zCDP), read as an ε for every δ."""
    noise = dp.m.make_gaussian(NUMBERS, dp.absolute_distance(T=float), scale=sigma)
    return dp.c.make_zCDP_to_approxDP(noise)


def gaussian_fixed(sigma):
    """The same, with the δ chosen: now the loss is a pair (ε, δ), and a search can ask for it."""
    return dp.c.make_fix_delta(gaussian(sigma), given["delta"])


def noisy_count(epsilon):
    """The number of rows, with noise of scale 1/ε."""
    return table() >> dp.t.then_count() >> dp.m.then_laplace(1 / epsilon)


def composed(k):
    """Total ε of k noisy counts: by addition, and through zCDP at a δ."""
    count = noisy_count(given["small_epsilon"])
    added = dp.c.make_composition([count] * k)
    through = dp.c.make_composition([dp.c.make_pureDP_to_zCDP(count)] * k)
    return added.map(1), dp.c.make_zCDP_to_approxDP(through).map(1).epsilon(given["slack"])


def odometer(prices):
    """Ask one count after another; after each, read what has been lost so far."""
    ask = dp.c.make_fully_adaptive_composition(*table(), dp.max_divergence())(list(values))
    lost = []
    for price in prices:
        ask(noisy_count(price))
        lost.append(ask.privacy_loss(1))
    return lost


def within_budget(prices):
    """The same with a limit: which questions are answered."""
    meter = dp.c.make_fully_adaptive_composition(*table(), dp.max_divergence())
    ask = dp.c.make_privacy_filter(meter, d_in=1, d_out=given["budget"])(list(values))
    return [said(lambda price=price: ask(noisy_count(price))) for price in prices]


def three_questions():
    """A table with a budget for two; the words of the refusal of a third."""
    context = dp.Context.compositor(
        data=list(values), domain=table()[0], privacy_unit=dp.unit_of(contributions=1),
        privacy_loss=dp.loss_of(epsilon=given["epsilon"]), split_evenly_over=2,
    )  # fmt: skip
    return [said(lambda: context.query().count().laplace().release()) for _ in range(3)]


def noise_of_context(**unit):
    """The scale that a context takes for the mean of n rows, if all of ε goes into it."""
    context = dp.Context.compositor(
        data=list(values), domain=table(size=n)[0], privacy_unit=dp.unit_of(**unit),
        privacy_loss=dp.loss_of(epsilon=given["epsilon"]), split_evenly_over=1,
    )  # fmt: skip
    query = context.query()
    if "changes" in unit:
        query = query.metric_unbounded()
    return query.clamp(bounds).mean().laplace().param()


def proofs():
    """How many constructors there are, and how many have a proof linked in their help text."""
    every = [
        getattr(module, name).__doc__ or ""
        for module in (dp.t, dp.m, dp.c)
        for name in dir(module)
        if name.startswith("make_") and name != "make_proof_link"
    ]
    return len(every), sum("Proof Document" in text for text in every)


def laplace_on(count, T):
    """So many draws of Laplace noise on a count, as floats or as whole numbers."""
    domain = dp.vector_domain(dp.atom_domain(T=int) if T is int else NUMBERS)
    noisy = dp.m.make_laplace(domain, dp.l1_distance(T=T), scale=given["scale"])
    return noisy([T(count)] * given["how_many"])


def said(action):
    """The words of a refusal, or nothing."""
    try:
        action()
    except (dp.OpenDPException, ValueError) as error:
        return str(error).strip()
    return ""


without_feature = said(lambda: noisy_mean(1.0))
dp.enable_features("contrib")

clamped = table() >> dp.t.then_clamp(bounds)
mean_of_n = table(size=n) >> dp.t.then_clamp(bounds) >> dp.t.then_mean()
scales = [noise_for(given["epsilon"], distance) for distance in (1, 2)]
refusals = within_budget(given["prices"])
np.savez(
    sys.argv[2],
    scales=scales,
    losses=[[noisy_mean(scale).map(distance) for distance in (1, 2)] for scale in scales],
    changed_loss=noisy_mean_of_changed(1.0).map(1),
    filled_loss=noisy_mean_with_gaps(1.0).map(2),
    context_scales=[
        noise_of_context(**unit)
        for unit in ({"contributions": 1}, {"contributions": 2}, {"changes": 1})
    ],
    drawn_means=[many(noisy_mean(scale)) for scale in scales],
    maps=maps(),
    laplace_map=laplace(given["scale"]).map(1.0),
    steps=[laplace(given["scale"], k=int(k)).map(1.0) for k in given["k"]],
    gaussian_epsilon=gaussian(given["sigma"]).map(1.0).epsilon(given["delta"]),
    sigma_for_one=dp.binary_search_param(gaussian_fixed, d_in=1.0, d_out=(1.0, given["delta"])),
    composed=composed(given["n_releases"]),
    odometer=odometer(given["prices"]),
    answered=[not words for words in refusals],
    says=[
        without_feature,
        said(lambda: clamped >> dp.t.then_mean()),
        said(lambda: mean_of_n([float("nan"), *values[1:]])),
        next(words for words in refusals if words),
        three_questions()[2],
    ],
    proofs=proofs(),
    short_mean=mean_of_n(values[1:]),
    drawn_floats=[laplace_on(count, float) for count in (0, 1)],
    drawn_integers=np.array([laplace_on(count, int) for count in (0, 1)], dtype=np.int16),
)
