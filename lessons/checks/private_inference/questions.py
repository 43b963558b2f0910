"""Questions 36.A and 36.C."""

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake
from lessons.mpc.servers import private_network

# Question 36.A: the score of the viewer's neuron, 3 · (−5) + 4, as the image's owner reads it

ROWS = (251, 54, 196)

SCORE_MISTAKES = {
    "not_signed": Mistake(
        "Nearly: the ring has 256 elements, and its upper half stands for the negative numbers.",
        "The sum of the three rows, modulo 256, read without its sign.",
        made_by=(245,),
    ),
    "not_reduced": Mistake(
        "That is the plain sum of the three rows. On the clock of 256, go around until you are below 256.",
        "The three rows added without the ring.",
        made_by=(sum(ROWS),),
    ),
    "one_row": Mistake(
        "That is one server's row. It says nothing alone: add up all three.",
        "One of the three messages of the last step.",
        made_by=ROWS,
    ),
}

neuron_score = Question(
    number="36.A",
    name="neuron_score",
    examine=examine_number(lambda: -11, tolerance=1e-9, mistakes=SCORE_MISTAKES),
    takeaway=(
        "Three rows that mean nothing, and one score: only the owner of the image has all three."
    ),
    hints=(
        "Go to the last step and look over the shoulder of the image's owner: three rows arrive.",
        "Add them up and take away 256 as often as it fits.",
        "A result above 127 stands for a negative number: take 256 away once more.",
    ),
    mistakes=SCORE_MISTAKES,
)

# Question 36.C: from how many images on does sending take longer than waiting


def break_even(*, milliseconds: float, megabits: float) -> float:
    """The number of images for which 13 rounds and the bytes of the digits network take equally long."""
    none, one = (private_network.costs(n, (64, 32, 10), n_parties=3, modulus=2**64) for n in (0, 1))
    fixed, each = (sum(part.n_bytes for part in parts) for parts in (none, one))
    seconds = sum(part.rounds for part in one) * milliseconds / 1000
    return (seconds * megabits * 1e6 / 8 - fixed) / (each - fixed)


TIMES_MISTAKES = {
    "too_few": Mistake(
        "There the waiting still takes much longer than the sending.",
        "For one image, thirteen rounds at 40 ms are half a second, and the bytes nearly nothing.",
        made_by=(1, 10, 100),
        within=0.5,
    ),
    "other_network": Mistake(
        "That is for another latency or another bandwidth. Set 40 ms and 100 Mbit/s.",
        "The settings of a local network, or of the widget's start.",
        made_by=tuple(
            round(break_even(milliseconds=ms, megabits=mbit), 1)
            for ms, mbit in ((40.0, 1000.0), (40.0, 10.0), (1.0, 100.0), (0.2, 1000.0))
        ),
        within=6.0,
    ),
    "bits_and_bytes": Mistake(
        "100 Mbit/s are 12.5 million *bytes* a second: eight bits make a byte.",
        "100 million bytes a second give eight times as many images.",
        made_by=(3624.0,),
        within=60.0,
    ),
}

equal_times = Question(
    number="36.C",
    name="equal_times",
    examine=examine_number(
        lambda: break_even(milliseconds=40.0, megabits=100.0),
        tolerance=5.0,  # the slider stands at 447 there, and the lines cross at 450.8
        mistakes=TIMES_MISTAKES,
    ),
    takeaway=(
        "Below about 450 images the line's latency decides, above it the bandwidth. A single image pays "
        "for its 13 rounds."
    ),
    hints=(
        "Set the latency to 40 ms and the bandwidth to 100 Mbit/s, then slide the number of images until the "
        "two lines cross.",
        "Waiting takes 13 · 0.04 s whatever the number of images. How many bytes can be sent in that time?",
        "100 Mbit/s are 12.5 million bytes a second; each image costs 14 336 bytes, and 37 888 come on top.",
    ),
    mistakes=TIMES_MISTAKES,
)
