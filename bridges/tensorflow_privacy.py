"""TensorFlow Privacy on the arrays that lesson 51 sends: tensorflow_privacy.py IN.npz OUT.npz.

In:   images (n, 64) and labels (n,), test_images, test_labels; weights w1 (64, 32), b1, w2 (32, 10), b2;
      clip_norm, noise_multiplier, delta, epochs, batch_size; the runs' microbatches and learning_rates (k,)
Out:  clipped_mean_*   the step of DPKerasSGDOptimizer at noise 0 and learning rate 1, float64
      accuracies (k,)  of DPKerasAdamOptimizer on the test images, one for each of the k runs
      epsilons (2, 2)  of its privacy statement: rows with and without microbatching; columns: each
                       example once an epoch, Poisson sampling
      old_name         whether the class of the introductions is still there
"""

import os
import re
import sys

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", TF_ENABLE_ONEDNN_OPTS="0")

import numpy as np
import tensorflow as tf
import tensorflow_privacy as tfp

given = np.load(sys.argv[1])
C, NOISE = float(given["clip_norm"]), float(given["noise_multiplier"])
BATCH, EPOCHS = int(given["batch_size"]), int(given["epochs"])
WEIGHTS = [given[name].astype("float32") for name in ("w1", "b1", "w2", "b2")]
LOSS = tf.keras.losses.SparseCategoricalCrossentropy(
    from_logits=True, reduction=tf.losses.Reduction.NONE
)


def network():
    """The course's network 64-32-10 with its weights, in single precision: its clipping knows no other."""
    layers = [tf.keras.layers.Dense(32, activation="relu"), tf.keras.layers.Dense(10)]
    model = tf.keras.Sequential([tf.keras.Input((64,)), *layers])
    model.set_weights(WEIGHTS)
    return model


def clipped_mean(images, labels):
    """The mean of the clipped gradients, as one step without noise moves the weights."""
    model, n = network(), len(labels)
    optimizer = tfp.DPKerasSGDOptimizer(
        l2_norm_clip=C, noise_multiplier=0.0, num_microbatches=n, learning_rate=1.0
    )
    model.compile(optimizer=optimizer, loss=LOSS)
    model.fit(images, labels, batch_size=n, epochs=1, shuffle=False, verbose=0)
    return [old - new for old, new in zip(WEIGHTS, model.get_weights(), strict=True)]


def accuracy(microbatches, learning_rate):
    """DP-Adam as the introductions run it: shuffled batches, so many microbatches in each."""
    tf.keras.utils.set_random_seed(1)
    model = network()
    optimizer = tfp.DPKerasAdamOptimizer(
        l2_norm_clip=C, noise_multiplier=NOISE, num_microbatches=microbatches,
        learning_rate=learning_rate,
    )  # fmt: skip
    model.compile(optimizer=optimizer, loss=LOSS)
    n = len(given["labels"]) // BATCH * BATCH  # microbatches must divide every batch
    images, labels = given["images"][:n].astype("float32"), given["labels"][:n]
    model.fit(images, labels, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    right = model.predict(given["test_images"], verbose=0).argmax(axis=1) == given["test_labels"]
    return right.mean()


def epsilons(microbatching):
    """The two numbers of the printed statement."""
    n = len(given["labels"]) // BATCH * BATCH
    words = tfp.compute_dp_sgd_privacy_statement(
        number_of_examples=n, batch_size=BATCH, num_epochs=EPOCHS, noise_multiplier=NOISE,
        delta=float(given["delta"]), used_microbatching=microbatching,
    )  # fmt: skip
    return [float(one) for one in re.findall(r"Epsilon [^:]*: +([\d.]+)", words)]


NAMES = ("clipped_mean_w1", "clipped_mean_b1", "clipped_mean_w2", "clipped_mean_b2")
FEW = slice(0, 50)
runs = zip(given["microbatches"], given["learning_rates"], strict=True)
np.savez(
    sys.argv[2],
    **dict(zip(NAMES, clipped_mean(given["images"][FEW], given["labels"][FEW]), strict=True)),
    accuracies=[accuracy(int(count), float(rate)) for count, rate in runs],
    epsilons=[epsilons(True), epsilons(False)],
    old_name=hasattr(tfp, "DPAdamOptimizer"),
)
