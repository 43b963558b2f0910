"""Lesson 21, exercise 21.2: what the check says of each mistake, and why it matters."""

from lessons.checks.exercise import Mistake

CLIENT_MISTAKES = {
    "no_training": Mistake(
        "Your function never asks for a gradient.",
        "Without gradient steps the client sends zeros and the server learns nothing.",
    ),
    "unpaired": Mistake(
        "An input met the target of another example.",
        "Inputs and targets must be shuffled by the same order, or the labels become noise.",
    ),
    "no_batches": Mistake(
        "Your batches are larger than batch_size.",
        "The whole data set in each step: local gradient descent, fewer steps per epoch than asked.",
    ),
    "one_batch": Mistake(
        "You take one batch per epoch and leave the rest of the examples unused.",
        "An epoch is one pass over all examples, so it takes ⌈n_k / B⌉ steps.",
    ),
    "one_epoch": Mistake(
        "You pass over the examples once only.",
        "local_epochs is ignored (or the return stands inside the loop); E passes were asked for.",
    ),
    "last_batch_dropped": Mistake(
        "The last, smaller batch of each epoch is left out.",
        "With n_k = 23 and B = 5 three examples per epoch are lost; a client with fewer than B "
        "examples would never train at all.",
    ),
    "not_each_once": Mistake(
        "In an epoch each example should be used exactly once.",
        "Batches drawn with replacement, or slices that overlap: some examples count twice, "
        "others never.",
    ),
    "wrong_epochs": Mistake(
        "Each example is used equally often, but not local_epochs times.",
        "For instance range(1, local_epochs), or one pass too many.",
    ),
    "asked_twice": Mistake(
        "You ask for more gradients than there are steps.",
        "gradient is called twice for each batch (once to look, once to step): twice the work.",
    ),
    "other_batches": Mistake(
        "Each example is used, but your batches are not batch_size long with one shorter at the end.",
        "np.array_split(order, n_batches) or order[i::n_batches]: 23 examples fall into batches of "
        "5, 5, 5, 4, 4, and the steps are not those of the algorithm.",
    ),
    "empty_batch": Mistake(
        "You ask for the gradient of an empty batch.",
        "range(n // batch_size + 1): one batch too many when batch_size divides n. A mean over "
        "no examples is 0/0.",
    ),
    "not_integers": Mistake(
        "The targets that you pass on are no longer integers.",
        "np.column_stack([inputs, targets]) makes one array of floats; a label is a class number, "
        "and the network's gradient uses it as an index.",
    ),
    "not_shuffled": Mistake(
        "Your first pass cuts batches from the examples in their stored order; shuffle them first.",
        "Clients often store examples sorted; batches of one class pull the model to and fro. "
        "Turning the order round, or shuffling whole batches, does not part the neighbours.",
    ),
    "rng_ignored": Mistake(
        "Another generator gives the same batches: your order does not depend on rng.",
        "A generator with a fixed seed inside the function: every client, in every round, "
        "gets the same order of its examples.",
    ),
    "wrong_start": Mistake(
        "Your training does not start at the server's parameters w.",
        "Local training goes on from w; from zeros or a random start the clients' results cannot "
        "be averaged.",
    ),
    "gradient_at_w": Mistake(
        "All your gradients are taken at w, as if the model had not moved.",
        "gradient(w, …) instead of gradient(w_k, …): many small pieces of one step, no training.",
    ),
    "uphill": Mistake(
        "Your steps go up: the loss grows.",
        "+ η ∇F instead of − η ∇F: gradient ascent.",
    ),
    "learning_rate_ignored": Mistake(
        "The size of your steps does not depend on the learning rate.",
        "w_k −= gradient(…) without η.",
    ),
    "summed": Mistake(
        "Your step grows with the number of examples in the batch.",
        "The gradient given is already the mean over the batch; times len(batch) makes it a sum.",
    ),
    "divided_again": Mistake(
        "Your step shrinks with the number of examples in the batch.",
        "The gradient given is already the mean over the batch; it must not be divided again.",
    ),
    "wrong_step": Mistake(
        "From one batch to the next your parameters do not move by one gradient step.",
        "For instance a restart from w in every epoch, or a learning rate that changes.",
    ),
    "parameters": Mistake(
        "You return the trained parameters; the server expects how far they moved.",
        "w_k instead of w_k − w: the server would add the whole model to the model.",
    ),
    "sign_flipped": Mistake(
        "Your update points from the trained parameters back to w.",
        "w − w_k: the server would walk away from what the client learned.",
    ),
    "last_step_only": Mistake(
        "Your update holds the last step only.",
        "All steps since w count; subtract the w from before the first one.",
    ),
    "last_step_missing": Mistake(
        "Your update leaves out the last step.",
        "The difference was taken before the last batch was learned.",
    ),
    "gradient_returned": Mistake(
        "You return the sum of the gradients, not the way that the parameters went.",
        "The steps are −η times the gradients; the server adds updates, it does not subtract "
        "gradients.",
    ),
    "wrong_update": Mistake(
        "The steps are right, but what you return is not the difference that they made.",
        "Compare with the parameters after the last step, minus those before the first.",
    ),
}
