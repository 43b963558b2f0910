"""What the checks of lesson 14 say of the bounds and of a budget, and why."""

from lessons.checks.exercise import Mistake

ADVANCED_MISTAKES = {
    "order_swapped": Mistake(
        "Both numbers are right, in the other order.",
        "First the total ε, then the total δ, as in (ε, δ).",
    ),
    "basic": Mistake(
        "Your total ε is the sum k·ε.",
        "True with δ′ = 0, but the point of (14.5) is to pay less than the sum.",
    ),
    "smaller_of_both": Mistake(
        "Where the sum k·ε is smaller you return the sum; here the formula (14.5) itself is wanted.",
        "Taking the smaller one is what you should do in practice (then with δ_total = k·δ). Here we "
        "want to see where the two curves cross.",
    ),
    "no_drift": Mistake(
        "The second term of (14.5) is missing.",
        "√k·ε is how far the losses stray around their mean; the mean itself grows like k·ε². For "
        "many releases it is the larger part.",
    ),
    "no_spread": Mistake(
        "The first term of (14.5) is missing.",
        "Only the mean is left: half of all runs lose more than their mean.",
    ),
    "drift_squared": Mistake(
        "Your second term has ε² where (14.5) has ε·(e^ε − 1).",
        "e^ε − 1 is a little more than ε, so your bound is a little smaller than what was proved.",
    ),
    "drift_halved": Mistake(
        "Your second term is k·ε²/2.",
        "That is about the true mean of the loss, and the term of *concentrated* DP, another "
        "theorem; (14.5) has k·ε·(e^ε − 1).",
    ),
    "drift_without_epsilon": Mistake(
        "In the second term a factor is missing: it has k and e^ε − 1 only.",
        "The mean loss of one release is of order ε², the product ε·(e^ε − 1).",
    ),
    "drift_of_one": Mistake(
        "Your second term does not grow with the number of releases.",
        "Every release adds its mean loss: k times.",
    ),
    "one_not_subtracted": Mistake(
        "In the second term 1 is not subtracted from e^ε.",
        "Then the bound is larger than the sum k·ε for every k: nothing is gained.",
    ),
    "exponent_too_wide": Mistake(
        "In your second term the 1 stands in the exponent: e^(ε − 1).",
        "np.exp(epsilon) - 1, or np.expm1(epsilon), which also keeps the digits of a small ε.",
    ),
    "other_theorem": Mistake(
        "You have (e^ε − 1)/(e^ε + 1) in the second term: a true and smaller bound, of another theorem.",
        "k·ε·(e^ε − 1)/(e^ε + 1) is the mean loss of the coins; with it the bound still holds (Kairouz, "
        "Oh, Viswanath 2015, Theorem 3.4). The exercise wants Dwork and Roth's Theorem 3.20.",
    ),
    "no_root": Mistake(
        "The square root is missing.",
        "Without it the bound grows like k: worse than the sum.",
    ),
    "k_outside_root": Mistake(
        "In your first term k stands outside of the root.",
        "√k is the whole gain: losses of both signs cancel, like the steps of a random walk.",
    ),
    "k_missing_in_root": Mistake(
        "Your first term does not grow with the number of releases.",
        "k steps stray √k times as far as one.",
    ),
    "two_missing": Mistake(
        "A factor in your root is missing.",
        "Compare 2k·ln(1/δ′) with what you wrote: a bound that is too small is a promise not kept.",
    ),
    "epsilon_missing": Mistake(
        "Your first term does not grow with ε.",
        "One step of the walk is at most ε long.",
    ),
    "log10": Mistake(
        "Your logarithm is not the natural one.",
        "ln is math.log or np.log; log10 makes the bound too small by a third.",
    ),
    "wrong_delta_in_root": Mistake(
        "In the root stands δ′, the slack, not the δ of one release.",
        "With pure releases δ is 0, and ln(1/0) would be infinite.",
    ),
    "total_delta_in_root": Mistake(
        "You put the total δ into the root.",
        "k·δ of it is used up by the releases themselves; only δ′ pays for the straying losses.",
    ),
    "wrong_spread": Mistake(
        "The second term is right; the first one, with the root, is not.",
        "ε times the root of 2·k·ln(1/δ′).",
    ),
    "wrong_drift": Mistake(
        "The first term is right; the second one is not.",
        "k·ε·(e^ε − 1), with nothing else.",
    ),
    "wrong_epsilon": Mistake(
        "The total ε is not that of (14.5).",
        "Two terms: one grows like √k, the other like k.",
    ),
    "not_general": Mistake(
        "The total ε is right for many releases, not for four of ε = 0.9.",
        "The formula has no cases: there it is larger than the sum, and that is what it says.",
    ),
    "delta_forgotten": Mistake(
        "Your total δ is the slack alone.",
        "Every release may fail with its own δ, and k of them add up.",
    ),
    "slack_forgotten": Mistake(
        "Your total δ is that of the sum: what pays for the smaller ε?",
        "δ′ is the chance that the losses stray beyond the total ε. It must be declared.",
    ),
    "delta_counted_once": Mistake(
        "You count the δ of one release only.",
        "Each of the k releases can fail.",
    ),
    "slack_counted_k_times": Mistake(
        "You count the slack k times.",
        "δ′ is spent once, on the sum of all losses.",
    ),
    "delta_compounded": Mistake(
        "You have 1 − (1−δ)^k where (14.5) has k·δ.",
        "A true and slightly smaller number, from the optimal theorem (14.7); (14.5) has the plain sum.",
    ),
    "delta_multiplied": Mistake(
        "Your total δ multiplies the slack; chances of failing add up.",
        "k·δ·δ′ would be the chance that two rare things happen together.",
    ),
    "wrong_delta": Mistake(
        "The total ε is right, the total δ is not.",
        "What can go wrong: k releases, each with δ, and the sum of the losses, with δ′.",
    ),
    "wrong_for_pure": Mistake(
        "Right for δ > 0, but not for pure releases.",
        "δ = 0 is the commonest case, that of every Laplace release.",
    ),
}  # fmt: skip

COINS_MISTAKES = {
    "simulated": Mistake(
        "The same question gives you different answers: do you draw random numbers?",
        "A δ of 1e-6 needs many millions of runs; the sum over j needs k + 1 terms.",
    ),
    "tail": Mistake(
        "That is the probability that the loss exceeds ε_total.",
        "An upper bound on δ: it forgets what e^ε_total·Q already allows for those outputs.",
    ),
    "other_tail": Mistake(
        "That is how likely those outputs are under the *other* table.",
        "Q of the bad set is tiny, which is just why an observer learns so much from it.",
    ),
    "only_all_alike": Mistake(
        "You look at one sequence only: the one in which all coins favour the same table.",
        "It is the worst output, but δ needs the worst *set*: all counts with P_j > e^ε_total·Q_j.",
    ),
    "worst_count": Mistake(
        "You take the worst count j; δ is about sets of outputs.",
        "The largest of the excesses instead of their sum: lesson 11, section 7.",
    ),
    "no_ways": Mistake(
        "Your probabilities do not add up to 1 over j: how many sequences have the same count?",
        "C(k, j) sequences have j coins in favour; without it most of the mass is missing.",
    ),
    "no_exponential": Mistake(
        "You compare P with Q itself, not with e^ε_total·Q.",
        "That is δ for ε_total = 0, the total variation distance.",
    ),
    "total_without_e": Mistake(
        "You multiply Q by the total ε, not by its exponential.",
        "(11.3) has the factor e^ε.",
    ),
    "epsilon_of_one": Mistake(
        "In the factor before Q stands the ε of one coin.",
        "The ε of one coin belongs into p; the promise for all together has ε_total.",
    ),
    "no_maximum": Mistake(
        "Your result is negative, or 1 minus something: which terms belong to the worst set?",
        "Without max(0, ·) all outputs are added, and the sum is 1 − e^ε_total.",
    ),
    "always_zero": Mistake(
        "You find 0 wherever the check looks.",
        "max(0, ·) belongs to each term of the sum; around the sum it leaves nothing, because the whole "
        "sum is 1 − e^ε_total. With e^(k·ε) for e^ε_total nothing is left either.",
    ),
    "factorials_too_small": Mistake(
        "Nearly: which factorial does gammaln(n) give?",
        "gammaln(5 + 1) is ln 5!, so without + 1 every factorial is that of the number before.",
    ),
    "both_directions": Mistake(
        "You count both directions, P against Q and Q against P.",
        "Each direction is a promise of its own, and by symmetry both need the same δ.",
    ),
    "absolute": Mistake(
        "You take absolute values; a term in which e^ε_total·Q is larger needs no δ.",
        "Only the excess of P counts: max(0, ·), not |·|.",
    ),
    "absolute_halved": Mistake(
        "Half of the absolute values is right for ε_total = 0 only.",
        "There positive and negative excesses are equal; with the factor e^ε_total they are not.",
    ),
    "flips_ignored": Mistake(
        "Your loss counts the coins in favour and forgets the others: they bring it back.",
        "j coins add ε each, k − j coins take ε away: (2j − k)·ε.",
    ),
    "budget_split": Mistake(
        "You give each coin an equal share of ε_total and add up the δ.",
        "That is basic composition again; the gain lies in losses that cancel.",
    ),
    "normal": Mistake(
        "You replace the sum of the losses by a normal distribution.",
        "Close for many coins, but no bound: it can be too small. The sum is exact and short.",
    ),
    "wrong_for_one_coin": Mistake(
        "Not right even for a single coin: try (14.6) by hand with k = 1.",
        "Two terms, and only the first can be positive: p − e^ε_total·(1 − p).",
    ),
    "wrong_for_many": Mistake(
        "Right for one coin, wrong for several.",
        "For k = 2 the counts 0, 1, 2 stand for 1, 2, 1 sequences: list them.",
    ),
    "beyond_the_sum": Mistake(
        "Above k·ε no δ is needed, yet yours is not 0.",
        "No run can lose more than k·ε: there every term is negative.",
    ),
    "large_k": Mistake(
        "Right for a few coins, not for 2000.",
        "C(2000, 1000) is larger than the largest float, and p^2000 is smaller than the smallest. "
        "Add logarithms and take one exponential at the end; gammaln(n + 1) is ln n!.",
    ),
}  # fmt: skip
