"""A trusted dealer: the key, and everything with a tag that is made before the inputs are known (lesson 37).

It sees the key and all masks, and nothing of what will be computed. Systems without one make the same
things with encryption that one can compute on (SPDZ, 2012) or oblivious transfers (MASCOT, 2016).
"""

import numpy as np
from numpy.typing import ArrayLike

from lessons.mpc import additive, field, ring
from lessons.mpc.cheating.authenticated import Authenticated, Mask, Triple, require_key
from lessons.mpc.ring import Elements
from lessons.randomness import RandomBytes, secure_bytes, uniform_integers
from lessons.validation import integer


def deal_key(*, n_parties: int, modulus: int, random_bytes: RandomBytes = secure_bytes) -> Elements:
    """Uniform shares [α]_1, …, [α]_n of a uniform key, shape (n_parties,); p must be prime."""
    modulus = field.require_prime(modulus)
    n_parties = integer("n_parties", n_parties, minimum=2)
    return uniform_integers(n_parties, modulus=modulus, random_bytes=random_bytes)


def deal(
    secret: ArrayLike,
    *,
    key_shares: ArrayLike,
    modulus: int,
    random_bytes: RandomBytes = secure_bytes,
) -> Authenticated:
    """A trusted dealer shares ``secret`` and its tag α·secret (37.i). It sees the secret and the key."""
    key = require_key(key_shares, modulus=modulus)
    x = ring.elements("secret", secret, modulus=modulus)
    alpha = ring.total_elements(key, modulus=modulus)
    tag = ring.multiply_elements(np.asarray(alpha), x, modulus=modulus)
    return Authenticated(
        *(
            additive.share(one, n_parties=len(key), modulus=modulus, random_bytes=random_bytes)
            for one in (x, tag)
        )
    )


def deal_mask(
    shape: tuple[int, ...] = (),
    *,
    owner: int,
    key_shares: ArrayLike,
    modulus: int,
    random_bytes: RandomBytes = secure_bytes,
) -> Mask:
    """A trusted dealer's random r for one input of party ``owner``, made before any input is known."""
    key = require_key(key_shares, modulus=modulus)
    if not 0 <= integer("owner", owner) < len(key):
        raise ValueError(f"owner must be a party from 0 to {len(key) - 1}, got owner={owner}")
    r = uniform_integers(shape, modulus=modulus, random_bytes=random_bytes)
    shares = deal(r, key_shares=key, modulus=modulus, random_bytes=random_bytes)
    return Mask(owner, r, shares)


def deal_triple(
    shape: tuple[int, ...] = (),
    *,
    key_shares: ArrayLike,
    modulus: int,
    random_bytes: RandomBytes = secure_bytes,
) -> Triple:
    """A trusted dealer's triple with tags, for one product of arrays of this shape."""
    a, b = (uniform_integers(shape, modulus=modulus, random_bytes=random_bytes) for _ in "ab")
    c = ring.multiply_elements(a, b, modulus=modulus)
    return Triple(
        *(
            deal(one, key_shares=key_shares, modulus=modulus, random_bytes=random_bytes)
            for one in (a, b, c)
        )
    )
