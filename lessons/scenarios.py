"""Eight situations and the adversary in each: the sorting exercise of lesson 00.

A *threat model* says from whom something is to be protected, and what that adversary sees.
"""

from dataclasses import dataclass

ANSWERS = ("DP", "FL", "MPC", "TLS", "access")


@dataclass(frozen=True)
class ThreatModel:
    """An adversary, what it sees, and what answers it: one of ``ANSWERS``."""

    adversary: str
    sees: str
    answer: str


@dataclass(frozen=True)
class Scenario:
    """A situation in a few sentences; ``why`` says how it is recognised, for the worked solutions."""

    name: str
    story: str
    threat: ThreatModel
    why: str


RELEASE = ThreatModel(
    "anyone who reads what is published, today or in ten years, whatever else they know",
    "the result",
    "DP",
)
POOL = ThreatModel(
    "anyone who might one day get hold of a central store of raw records: a thief, a court, a new owner",
    "the store, if it exists",
    "FL",
)
COMPUTERS = ThreatModel(
    "those who compute: they follow the rules, but they read everything that reaches them",
    "every message that they receive",
    "MPC",
)
WIRE = ThreatModel(
    "a listener on the network between two who trust each other",
    "every message on its way",
    "TLS",
)
INSIDER = ThreatModel(
    "someone with a login and no need to know",
    "every record that the login opens",
    "access",
)
THREAT_MODELS = (RELEASE, POOL, COMPUTERS, WIRE, INSIDER)

SCENARIOS = (
    Scenario(
        "dashboard",
        "A hospital, which everybody trusts with its own records, puts monthly averages on the open web, "
        "by age and sex. A reader knows that her neighbour was treated there, and how old he is.",
        RELEASE,
        "The records are where they should be and the computation is the hospital's own. What is left "
        "is the result, read by somebody who knows one thing more: your attack of section 3.",
    ),
    Scenario(
        "salaries",
        "Five firms want to know the average salary of a bookkeeper in their town. None will show its "
        "figure to another, and there is nobody whom all five would trust with it. They accept that the "
        "average itself becomes known.",
        COMPUTERS,
        "Each firm has a single number, so a local average *is* the secret: training locally hides "
        "nothing. The inputs must stay hidden from those who add them up.",
    ),
    Scenario(
        "keyboard",
        "A maker of phones wants better word suggestions. Millions of typed sentences in one place would "
        "be a disaster if they were ever stolen. The maker may see what each phone's model learned.",
        POOL,
        "The store must never be built, and the story says what the server may see: each phone's update. "
        "If it may not see even that, MPC comes on top (lesson 38).",
    ),
    Scenario(
        "ambulance",
        "An ambulance sends an ECG to the hospital over the mobile network. The doctor must see it "
        "exactly as it is. Nobody in between may.",
        WIRE,
        "Both ends may see everything; only the line between them is dangerous. Encryption in transit is "
        "made for that.",
    ),
    Scenario(
        "open model",
        "Twelve clinics have trained a model together, and no record ever left its clinic. Now the finished "
        "model goes on the open web. A stranger tests whether one patient was among those trained on.",
        RELEASE,
        "How the model was trained does not matter to somebody who reads the model. A model is a release, "
        "and it can remember its examples; only noise in the training bounds that (lessons 16, 17).",
    ),
    Scenario(
        "celebrity",
        "A famous patient is on the ward. A nurse of another ward opens the file in the hospital's "
        "system, out of curiosity.",
        INSIDER,
        "There are no statistics here and no computation with others: a valid login opens a file that its "
        "owner has no need to see.",
    ),
    Scenario(
        "two banks",
        "Two banks want to know which account numbers appear on both of their lists of suspected fraud, "
        "exactly. Neither may learn any other entry of the other's list, nor may a third party.",
        COMPUTERS,
        "A joint computation on two private lists, with an exact result that both may know: private set "
        "intersection, a kind of MPC (lesson 42). Noise would spoil the result and would not hide the rest.",
    ),
    Scenario(
        "scans",
        "Hospitals in three countries want to train one model that finds tumours. No country lets its scans "
        "leave, so there can be no common archive. They trust the coordinator with parameters.",
        POOL,
        "A common archive must not exist; parameters may travel, and the coordinator may see them. That is "
        "federated learning, word for word.",
    ),
)  # fmt: skip
