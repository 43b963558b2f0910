"""The widgets of lesson 35 answer."""

import numpy as np
import pytest

from lessons.checks import comparison as checks
from lessons.mpc import additive
from lessons.mpc.bits import boolean, comparison
from lessons.plots.comparison import FILL
from lessons.plots.figure import GREEN, GREY, ORANGE, RED, SKY
from lessons.widgets import comparison as widgets
from tests.plots.artists import (
    colour_of,
    frame,
    hex_of,
    line,
    same,
    same_legend,
    same_lines,
    texts,
    upright,
)
from tests.widgets.every_widget import move

CONTROLS = {  # see test_controls.py
    "carry_tree": {"x": ("x", 107, 0, 255, 1), "y": ("y", 20, 0, 255, 1)},
    "walk_or_tree": {
        "bits": ("bits of the ring", "64"),
        "latency": ("latency in ms", 10.0, 0.1, 100.0, 3),
        "values": ("numbers compared at once", 1.0, 1.0, 1e7, 7),
    },
    "one_comparison": {
        "step": ("step", 1, 0, 7, 1),
        "viewer": ("look over the shoulder of", "clinic"),
    },
}


@pytest.mark.parametrize(
    ("x", "y"), [(107, 20), (85, 43), (255, 1), (0, 0), (255, 255), (128, 128)]
)
def test_nodes_fire_where_carries_come_out(x, y):
    widget = move(widgets.carry_tree(), x=x, y=y)
    result = widgets.tree(x=x, y=y)
    carries = [(x % 2 ** (bit + 1) + y % 2 ** (bit + 1)) >> bit + 1 for bit in range(8)]
    assert [one == "g" for one in result.rows[-1]] == [bool(one) for one in carries]
    assert result.n_carries == sum(carries)
    (axes,) = widget.figure.axes
    nodes = next(one for one in axes.collections if len(one.get_offsets()))
    said = "".join(result.rows)
    assert [hex_of(one) for one in nodes.get_facecolors()] == [FILL[one].upper() for one in said]
    words = f"{x} + {y} = {(x + y) % 256} modulo 256"
    assert words in widget.alt and any(words in one for one, _, _ in texts(axes))
    assert result.rows[1][::-1] in widget.alt


def test_answer_of_question_a_can_be_read_off_the_widget():
    reaches = [y for y in range(256) if widgets.tree(x=85, y=y).rows[-1][6] == "g"]
    assert checks.smallest_partner.verdict(reaches[0]).correct
    rows = [row[6] for row in widgets.tree(x=85, y=reaches[0]).rows]
    assert rows == ["p", "p", "p", "g"]  # question B: bit 6 hears of it in the row s = 4


def test_rounds_of_the_tree_are_the_librarys():
    for bits, k in widgets.WORDS.items():
        x, wire = additive.share(5, n_parties=2, modulus=2**k), []
        supply = comparison.deal_relu(n_parties=2, modulus=2**k)
        comparison.relu(x, supply=supply, modulus=2**k, wire=wire)
        assert widgets.tree_rounds(k) == max(one.step for one in wire)
        assert widgets.tree_bytes(k) < sum(one.n_bytes for one in wire if one.sender == 0)
        assert widgets.cost(bits=bits, latency=1.0, values=1.0).waiting[1] == pytest.approx(
            widgets.tree_rounds(k) / 1000
        )


def test_a_carry_that_walks_takes_an_and_for_each_bit():
    """Counted by walking: c = c ⊕ (x ⊕ c) & (y ⊕ c), one AND and one round a carry."""
    rng, k = np.random.default_rng(3), 8
    x, y = (boolean.share(int(one), n_parties=2, modulus=2**k) for one in rng.integers(0, 256, 2))
    carry, wire = 0 * x, []
    for bit in range(k - 1):
        one, other = ((boolean.shift(v, -bit, modulus=2**k) & np.uint64(1)) ^ carry for v in (x, y))
        triple = boolean.deal_and(n_parties=2, modulus=2**k)
        carry = carry ^ boolean.conjunction(
            one, other, triple=triple, modulus=2**k, wire=wire, step=bit + 1
        )
    total = sum(int(boolean.reconstruct(v, modulus=2**k)) % 128 for v in (x, y))
    assert int(boolean.reconstruct(carry, modulus=2**k)) & 1 == (total >= 128)
    assert widgets.walk_rounds(k) == max(one.step for one in wire) + 2  # the way back, the product
    bits = sum(one.payload.size for one in wire if one.sender == 0)
    assert widgets.walk_bytes(k) == (bits + 1 + 2 * k) / 8


@pytest.mark.parametrize("k", [8, 16, 32, 64])
def test_a_tree_to_the_top_carry_alone_sends_the_bits_that_are_counted(k):
    """Counted by doing it, bit by bit: neighbours join, and the lowest stretch has no P."""
    rng, wire, step = np.random.default_rng(k), [], 1
    x, y = rng.integers(0, 2, (2, 40, k - 1), dtype=np.uint64).swapaxes(1, 2)

    def ands(u, v):
        shapes = u.shape[1:], v.shape[1:]
        triple = boolean.deal_and(*shapes, n_parties=2, modulus=4)
        return boolean.conjunction(u, v, triple=triple, modulus=4, wire=wire, step=step)

    shares = [boolean.share(one, n_parties=2, modulus=4) for one in (x, y)]
    G, P = ands(*shares), shares[0] ^ shares[1]
    while G.shape[1] > 1:
        step, n = step + 1, G.shape[1] // 2
        low, up = slice(0, 2 * n, 2), slice(1, 2 * n, 2)
        first = G[:, 1:2] ^ ands(P[:, 1:2], G[:, 0:1])
        both = ands(P[:, None, up][:, :, 1:], np.stack([G[:, low], P[:, low]], axis=1)[:, :, 1:])
        joined = G[:, up][:, 1:] ^ both[:, 0], both[:, 1]
        G = np.concatenate([first, joined[0], G[:, 2 * n :]], axis=1)
        P = np.concatenate([0 * first, joined[1], P[:, 2 * n :]], axis=1)
    weights = 2 ** np.arange(k - 1, dtype=np.uint64)
    total = (x + y).astype(object).T @ weights.astype(object)
    carry = boolean.reconstruct(G[:, 0], modulus=4) & np.uint64(1)
    assert np.array_equal(carry, [int(one >= 2 ** (k - 1)) for one in total])
    assert widgets.tree_rounds(k) == step + 2
    bits = sum(one.payload.size for one in wire if one.sender == 0) / 40
    assert widgets.tree_bytes(k) == (bits + 1 + 2 * k) / 8


def test_answer_of_question_c_can_be_read_off_the_widget():
    cost = widgets.cost(bits="64", latency=0.1, values=1.0)
    first = widgets.VALUES[np.argmax(cost.walk < cost.tree)]
    assert checks.cheaper_from.verdict(first).correct
    seconds = widgets.walk_rounds(64) - widgets.tree_rounds(64), 1e-4
    saved = (widgets.tree_bytes(64) - widgets.walk_bytes(64)) * 8 / widgets.BANDWIDTH
    assert int(seconds[0] * seconds[1] / saved) == 31111  # between 10 000 and 100 000
    far = widgets.cost(bits="64", latency=100.0, values=1.0)
    assert far.walk[0] == pytest.approx(6.5, rel=1e-3)
    assert far.tree[0] == pytest.approx(0.9, rel=1e-3)


@pytest.mark.parametrize(
    ("bits", "latency", "values"), [("64", 10.0, 1.0), ("64", 0.1, 1e4), ("8", 100.0, 1e7)]
)
def test_both_adders_are_drawn_with_what_their_time_is_spent_on(bits, latency, values):
    widget = move(widgets.walk_or_tree(), bits=bits, latency=latency, values=values)
    result = widgets.cost(bits=bits, latency=latency, values=values)
    left, right = widget.figure.axes
    same_lines(
        left,
        line(widgets.VALUES, result.walk, ORANGE, "s--", "from bit to bit"),
        line(widgets.VALUES, result.tree, GREEN, "o-", "tree"),
        upright(values, RED, ":"),
    )
    same_legend(left, "from bit to bit", "tree")
    frame(left, xlabel="numbers compared at once", ylabel="seconds")
    low, high = left.get_ylim()
    assert low < min(result.tree) and max(result.walk[-1], result.tree[-1]) < high
    both = [w + s for w, s in zip(result.waiting, result.sending, strict=True)]
    waiting, sending = right.collections
    for x in (0, 1):
        bottom, top = (one.get_segments()[x] for one in (waiting, sending))
        assert same(bottom, [[x, 0], [x, result.waiting[x] / max(both)]])
        assert same(top, [[x, result.waiting[x] / max(both)], [x, both[x] / max(both)]])
    at = int(np.argmin(np.abs(np.log(widgets.VALUES / values))))
    assert both == pytest.approx([result.walk[at], result.tree[at]])
    said = [words for words, _, _ in texts(right)]
    assert "blue: waiting for rounds, grey: sending bytes" in said
    assert (colour_of(waiting), colour_of(sending)) == (SKY, GREY)
    for time in both:
        shown = f"{time:.3g} s" if time >= 1 else f"{time * 1000:.3g} ms"
        assert shown in said and shown in widget.alt


def test_the_comparison_is_right_and_its_answer_leaves_twelve_numbers():
    transcript = widgets.comparison_transcript()
    assert transcript.steps[-1].endswith("x < y") and widgets.X < widgets.Y
    last = [int(one.content) for one in transcript.messages if one.step == 7]
    assert sum(last) % widgets.MODULUS == 1
    left = [y for y in range(16) if y > widgets.X]
    assert checks.possible_numbers.verdict(len(left)).correct
    widget = move(widgets.one_comparison(), step=7)
    assert "open the answer" in widget.alt


def test_no_mask_of_the_comparison_is_zero():
    """With a mask that is 0 the picture would show in the clear what it says is hidden."""
    by = {
        (one.step, one.sender, one.label): one for one in widgets.comparison_transcript().messages
    }
    dealt = [
        np.array(by[1, "dealer", f"triples {n}, r {n}"].content.split(", "), dtype=int)
        for n in (1, 2)
    ]
    names = ["a", "b", "c", "a", "b", "b'", "c", "c'", "a", "b", "c", "r"]
    masks = [mask for name, mask in zip(names, dealt[0] ^ dealt[1], strict=False) if name[0] != "c"]
    assert len(masks) == 8 and all(masks) and masks[-1] == 1
    opened = [
        int(by[6, who, f"m {n}"].content) for n, who in enumerate(widgets.PARTIES[:2], start=1)
    ]
    assert opened[0] ^ opened[1] == 0 and widgets.X < widgets.Y  # m is not the answer


def test_clinic_and_dealer_together_read_y():
    """Question F: the laboratory's share of the first b takes the mask off its e 2."""
    transcript = widgets.comparison_transcript()
    by = {(one.step, one.sender, one.label): one.content for one in transcript.messages}
    dealt = [int(one) for one in by[1, "dealer", "triples 2, r 2"].split(", ")]
    # x − y: the laboratory's row, as the second number of the first AND, is masked with its share of b
    sent = int(by[3, "laboratory", "e 2"])
    own = int(by[2, "laboratory", "y 1"])  # the clinic's share of y
    difference = sent ^ dealt[1]
    assert len(dealt) == 3 + 5 + 3 + 2  # g; s = 1 with one a for two b; s = 2; r twice
    assert int(by[3, "laboratory", "d 2"]) == dealt[0]  # its row of the other number is 0
    x_2 = int(by[2, "clinic", "x 2"])  # the clinic made the laboratory's share of x
    assert (sent, dealt[1], difference, x_2, own) == (27, 11, 16, 30, 24)
    assert (own + x_2 - difference) % widgets.MODULUS == widgets.Y
