"""TensorFlow Privacy on the arrays that lesson 51 sends: tensorflow_privacy.py IN.npz OUT.npz.

In:   images (n, 64), labels (n,), test_images, test_labels, and the flat weights w of the network
      64-32-10; crowd and stranger, rows of two parameters; n_batch, the size of every batch;
      epochs, clip_norm, noise_multiplier, delta; runs (k, 2), each a number of microbatches and a
      learning rate; microbatches (j,), of one step on the first n_batch images
Out:  moves (2,)            how far the stranger moves the sum of the clipped gradients, before noise:
                            with one microbatch, and with num_microbatches left out
      steps (j, 2410)       one step without noise for each of microbatches; step_default: left out;
                            step_fast: by DPSequential, which writes no gradient of one example down
      about_noise (j,)      the standard deviation of the noise in such a step
      about_curves (k, epochs + 1)  accuracy on the test images before training, then after each epoch
      epsilons (2, 2, 2)    of the privacy statement: its default and without microbatching; by RDP and
                            PLD; each example once an epoch and Poisson sampling
      names (3,)            whether DPAdamOptimizer, v1.DPAdamOptimizer, DPKerasAdamOptimizer exist
      import_says           what an import line with the older name says
      refusals (2, 2)       whether it ends with an error: a batch of three images less, a mean loss;
                            with one microbatch, and with n_batch of them
      step_mean_loss        one step with a mean loss and one microbatch
      two_devices           the step on two devices over the step on one; about_two_noise: its noise
"""

import contextlib
import os
import re
import sys

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", TF_ENABLE_ONEDNN_OPTS="0")

import numpy as np
import tensorflow as tf
import tensorflow_privacy as tfp
from tensorflow_privacy.privacy.analysis.compute_dp_sgd_privacy_lib import AccountantType
from tensorflow_privacy.privacy.fast_gradient_clipping import layer_registry

tf.get_logger().setLevel("ERROR")
tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(2)
(CPU,) = tf.config.list_physical_devices("CPU")
tf.config.set_logical_device_configuration(CPU, [tf.config.LogicalDeviceConfiguration()] * 2)
given = np.load(sys.argv[1])
C, NOISE = float(given["clip_norm"]), float(given["noise_multiplier"])
BATCH, EPOCHS = int(given["n_batch"]), int(given["epochs"])
IMAGES, LABELS = given["images"].astype("float32"), given["labels"]  # its clipping is in float32
TEST = given["test_images"].astype("float32"), given["test_labels"]
SHAPES = ((32, 64), (32,), (10, 32), (10,))
LOSS = tf.keras.losses.SparseCategoricalCrossentropy(
    from_logits=True, reduction=tf.losses.Reduction.NONE
)
MEAN_LOSS = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def layers():
    """The course's network 64-32-10, for Keras."""
    dense = tf.keras.layers.Dense
    return [tf.keras.Input((64,)), dense(32, activation="relu"), dense(10)]


def start(model):
    """The weights that the lesson sends, in a Keras model: Dense keeps the transpose of ours."""
    ends = np.cumsum([np.prod(shape) for shape in SHAPES])[:-1]
    parts = np.split(given["w"].astype("float32"), ends)
    model.set_weights([part.reshape(shape).T for part, shape in zip(parts, SHAPES, strict=True)])
    return model


def flat(model):
    """The weights of a Keras model as the course lays them out."""
    return np.concatenate([one.T.ravel() for one in model.get_weights()])


def train(num_microbatches, learning_rate):
    """DP-Adam; the accuracy on the test images, epoch by epoch."""
    tf.keras.utils.set_random_seed(2)
    model = start(tf.keras.Sequential(layers()))
    optimizer = tfp.DPKerasAdamOptimizer(
        l2_norm_clip=C,
        noise_multiplier=NOISE,
        num_microbatches=num_microbatches,
        learning_rate=learning_rate,
    )
    loss = tf.keras.losses.SparseCategoricalCrossentropy(
        from_logits=True, reduction=tf.losses.Reduction.NONE
    )
    model.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"])
    before = model.evaluate(*TEST, verbose=0)[1]
    history = model.fit(
        IMAGES,
        LABELS,
        batch_size=BATCH,
        epochs=EPOCHS,
        validation_data=TEST,
        validation_batch_size=len(TEST[1]),
        verbose=0,
    )
    return [before, *history.history["val_accuracy"]]


def step(num_microbatches, *, noise=0.0, n=BATCH, loss=LOSS, scope=None):
    """How one step of DPKerasSGDOptimizer on the first n images moves the weights, at rate 1."""
    with scope or contextlib.nullcontext():
        model = start(tf.keras.Sequential(layers()))
        optimizer = tfp.DPKerasSGDOptimizer(
            l2_norm_clip=C,
            noise_multiplier=noise,
            num_microbatches=num_microbatches,
            learning_rate=1.0,
        )
        model.compile(optimizer=optimizer, loss=loss)
    model.fit(IMAGES[:n], LABELS[:n], batch_size=n, epochs=1, shuffle=False, verbose=0)
    return given["w"].astype("float32") - flat(model)


def fast_step():
    """The same step by a model that clips: an ordinary optimizer, a mean loss, a layer registry."""
    model = start(
        tfp.DPSequential(
            l2_norm_clip=C,
            noise_multiplier=0.0,
            use_xla=False,
            layer_registry=layer_registry.make_default_layer_registry(),
            layers=layers(),
        )
    )
    model.compile(optimizer=tf.keras.optimizers.SGD(1.0), loss=MEAN_LOSS)
    model.fit(IMAGES[:BATCH], LABELS[:BATCH], batch_size=BATCH, shuffle=False, verbose=0)
    return given["w"].astype("float32") - flat(model)


def clipped_sum(rows, num_microbatches):
    """What the noise is added to, when the gradient of example i is row i: its loss is w · row."""
    rows = tf.constant(rows, tf.float32)
    w = tf.Variable(tf.zeros(rows.shape[1]))
    optimizer = tfp.DPKerasSGDOptimizer(
        l2_norm_clip=C, noise_multiplier=0.0, num_microbatches=num_microbatches, learning_rate=1.0
    )
    optimizer.minimize(lambda: tf.linalg.matvec(rows, w), [w])
    return -w.numpy() * (num_microbatches or len(rows))


def move(num_microbatches):
    """How far the stranger moves that sum."""
    together = np.vstack([given["crowd"], given["stranger"]])
    without = clipped_sum(given["crowd"], num_microbatches)
    return np.linalg.norm(clipped_sum(together, num_microbatches) - without)


def epsilons(accountant, **used):
    """The two numbers of the printed statement."""
    words = tfp.compute_dp_sgd_privacy_statement(
        number_of_examples=len(LABELS),
        batch_size=BATCH,
        num_epochs=EPOCHS,
        noise_multiplier=NOISE,
        delta=float(given["delta"]),
        accountant_type=accountant,
        **used,
    )
    return [float(one) for one in re.findall(r"Epsilon [^:]*: +([\d.]+)", words)]


def old_import():
    """What becomes of an import line with the older name."""
    try:
        from tensorflow_privacy import DPAdamOptimizer  # noqa: F401
    except ImportError as error:
        return str(error).split(" (")[0]
    return "no error"


def refuses(call):
    """Whether TensorFlow ends the call with an error."""
    try:
        call()
    except (ValueError, tf.errors.InvalidArgumentError):
        return True
    return False


microbatches = [int(one) for one in given["microbatches"]]
steps = [step(one) for one in microbatches]
two = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
alone, both = step(None), step(None, scope=two.scope())
np.savez(
    sys.argv[2],
    moves=[move(1), move(None)],
    steps=steps,
    step_default=alone,
    step_fast=fast_step(),
    about_noise=[
        np.std(step(m, noise=NOISE) - still) for m, still in zip(microbatches, steps, strict=True)
    ],
    about_curves=[train(int(m), float(rate)) for m, rate in given["runs"]],
    epsilons=[
        [epsilons(one, **used) for one in (AccountantType.RDP, AccountantType.PLD)]
        for used in ({}, {"used_microbatching": False})
    ],
    names=[
        hasattr(tfp, "DPAdamOptimizer"),
        hasattr(tfp.v1, "DPAdamOptimizer"),
        hasattr(tfp, "DPKerasAdamOptimizer"),
    ],
    import_says=old_import(),
    refusals=[
        [refuses(lambda m=m: step(m, n=BATCH - 3)) for m in (1, BATCH)],
        [refuses(lambda m=m: step(m, loss=MEAN_LOSS)) for m in (1, BATCH)],
    ],
    step_mean_loss=step(1, loss=MEAN_LOSS),
    two_devices=(both @ alone) / (alone @ alone),
    about_two_noise=np.std(step(None, noise=NOISE, scope=two.scope()) - both),
)
