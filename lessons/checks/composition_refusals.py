"""What the check of a budget says in lesson 14, and why."""

from lessons.checks.exercise import Mistake

LEDGER_MISTAKES = {
    "never_refuses": Mistake(
        "You answer everything, also when the budget is spent.",
        "Then the budget is a number on paper; the attack of section 1 goes through.",
    ),
    "each_on_its_own": Mistake(
        "You compare each price with the whole budget: what about those answered before?",
        "Losses add up (14.4): it is the sum that must fit.",
    ),
    "refusal_ends_it": Mistake(
        "After one refusal you refuse everything: was the refused question charged, or the loop left?",
        "A refusal releases nothing about the data, so it costs nothing; a cheaper question may fit.",
    ),
    "exact_fit_refused": Mistake(
        "You refuse a question that uses up the budget exactly.",
        "The promise is ε_total ≤ budget: equality is allowed.",
    ),
    "one_too_many": Mistake(
        "The last question that you answer does not fit any more.",
        "Look at the sum *after* the answer, before you give it: spent < budget says nothing about "
        "the price of the next one.",
    ),
    "gives_the_rest": Mistake(
        "You answer a question that is too dear, with what is left of the budget.",
        "The budget is kept, but the analyst gets more noise than she ordered without being told. "
        "Refuse; she can ask again, cheaper.",
    ),
    "all_or_nothing": Mistake(
        "You refuse all questions when their sum is too large.",
        "They come one after the other; the early ones do not know the later ones.",
    ),
    "equal_shares": Mistake(
        "You give every question an equal share of the budget.",
        "How many questions will come is not known, and their prices differ.",
    ),
    "cheapest_first": Mistake(
        "You answer the cheap questions first; they come one after the other.",
        "An analyst sees answer 1 before she asks question 2: nothing can be sorted.",
    ),
    "squares": Mistake(
        "You add up squares of ε: that is not basic composition.",
        "Square roots of k belong to (14.5) and need a δ; pure ε add up.",
    ),
    "overspent": Mistake(
        "What you answered costs more than the budget.",
        "Keep the sum of all answered prices, and look at it before each answer.",
    ),
    "wrong_refusals": Mistake(
        "The budget is kept, but you do not refuse what the rule refuses.",
        "Rule (14.10) looks at two numbers only: what was spent on answered questions, and the price.",
    ),
    "looks_at_the_counts": Mistake(
        "Whether you refuse depends on the counts.",
        "A refusal is seen too: when it depends on the data it is a release without noise.",
    ),
    "different_each_time": Mistake(
        "The same questions asked again in a new call, and others are refused: what survives a call?",
        "A list as default argument, or a global variable, keeps what was spent; each call has its "
        "own budget. Chance has no place in a refusal either.",
    ),
    "shared_noise": Mistake(
        "Two answers of a list share one draw, up to size and sign.",
        "Their sum or difference shows the counts without noise.",
    ),
    "refused_left_out": Mistake(
        "There must be one entry per question, None where it was refused.",
        "Without its place in the list nobody knows which question an answer belongs to.",
    ),
    "entry_is_no_number": Mistake(
        "An entry is either a number or None.",
        "A word or a flag in place of the answer breaks whoever computes with it.",
    ),
    "refuses_many": Mistake(
        "You refuse questions that fit, when there are thousands of them.",
        "The rule knows no largest number of questions.",
    ),
    "no_noise": Mistake(
        "What you answer is the true count.",
        "A budget of exact answers is spent with the first one: its ε is infinite.",
    ),
    "one_noise_for_all": Mistake(
        "All your answers share one draw.",
        "Subtract two answers to the same question at two prices, and the noise is known.",
    ),
    "rounded": Mistake(
        "Your answers are whole numbers: rounded, or kept in an array of integers?",
        "Rounding after the noise costs no privacy (post-processing), but here the check wants the "
        "noisy count itself.",
    ),
    "cut_at_zero": Mistake(
        "Your answers never go below 0.",
        "Harmless for privacy (post-processing), but averages of such answers are too large.",
    ),
    "count_missing": Mistake(
        "You return the noise alone.",
        "Perfectly private, and it says nothing about the table.",
    ),
    "scale_inverted": Mistake(
        "A cheap question gets little noise, a dear one much.",
        "The scale is 1/ε: who pays more gets less noise.",
    ),
    "same_noise_for_all_prices": Mistake(
        "Your noise is the same for every price.",
        "Noise for the budget, or for the first price, protects as if every question had cost that.",
    ),
    "one_sided": Mistake(
        "All your noise points the same way.",
        "An answer below the count can then never happen: the ratio is infinite.",
    ),
    "wrong_law": Mistake(
        "Your noise is not Laplace noise.",
        "Use the mechanism of lesson 12, with sensitivity 1.",
    ),
    "wrong_scale": Mistake(
        "Laplace noise, but not of scale 1/ε.",
        "A count has sensitivity 1; each answer uses its own price.",
    ),
    "noise_of_few": Mistake(
        "Right noise in a long list, not in a short one that uses up its budget.",
        "The noise of an answer depends on its own price and on nothing else.",
    ),
    "after_a_refusal": Mistake(
        "Right while every question is answered; after a refusal an answer has the count or the "
        "noise of another question.",
        "Whoever counts the answers given, and not the questions, is one place off from there on.",
    ),
    "pays_back": Mistake(
        "After a negative price you answer more than the budget allows.",
        "Whoever may pay −5 has the budget refilled. Refuse bad prices with a ValueError.",
    ),
    "nan_opens_the_safe": Mistake(
        "After the price nan you answer whatever is asked.",
        "nan > 1 is False, and so is nan < 1: once it is in the sum, no comparison stops anything. "
        "Ask for what must be true: `if not price > 0: raise ValueError`.",
    ),
    "bad_price_kept": Mistake(
        "You go on after a price that is no positive number.",
        "Harmless or not (a price of 0 must buy nothing), a ValueError says so before anything is "
        "released.",
    ),
}  # fmt: skip
