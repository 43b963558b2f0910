"""How a check works, for every exercise alike.

asking    exercise: the card of an answer; attempt: its calls; copies, running: what they may do
results   kinds: what is accepted as a number, an array …; mistakes: what is found, in words
exact     compare: right or wrong by its results; cases: what is asked; told: a case or an error in words
noisy     nearest: right or wrong by its draws; noise, frequencies, independence: distributions
shared    chance: how far a right answer strays; card: what the learner sees
"""
