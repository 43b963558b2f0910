"""The benchmarks compare like with like, and say where they ran without naming the machine."""

import platform
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks import dp_sgd, federated, measure, secure_computation

ROOT = Path(__file__).resolve().parents[2]


def flat(model):
    return torch.cat([parameter.detach().reshape(-1) for parameter in model.parameters()]).clone()


@pytest.mark.filterwarnings("ignore")  # Opacus uses what torch is about to drop
@pytest.mark.parametrize("name", dp_sgd.NETWORKS)
def test_a_private_step_is_the_same_step_in_every_mode_but_for_the_noise(monkeypatch, name):
    monkeypatch.setattr(dp_sgd, "NOISE_MULTIPLIER", 0.0)
    images, labels = dp_sgd.batch(name, 40)  # with fewer, expanded weights fail channels last
    after = {}
    for mode in dp_sgd.NETWORKS[name]:
        model = dp_sgd.network(name)
        before = flat(model)
        dp_sgd.step_of(mode, model)(images, labels)
        after[mode] = flat(model) - before
    moved = after["this course"].norm()
    # forty gradients longer than 1, clipped to 1, divided by the expected 256, times the rate 0.1
    assert 1e-4 < moved <= 40 / 256 * 0.1 * (1 + 1e-5)
    for mode in dp_sgd.NETWORKS[name][2:]:
        assert (after[mode] - after["this course"]).norm() < 1e-3 * moved, mode
    assert (after["plain SGD"] - after["this course"]).norm() > 0.1 * moved


@pytest.mark.filterwarnings("ignore")
def test_modes_left_out_channels_last_are_wrong_there_and_the_course_is_right(monkeypatch):
    monkeypatch.setattr(dp_sgd, "NOISE_MULTIPLIER", 0.0)

    def after(mode, name):
        model = dp_sgd.network(name)
        dp_sgd.step_of(mode, model)(*dp_sgd.batch(name, 40))
        return flat(model) - flat(dp_sgd.network(name))

    right = after("this course", "CNN")
    assert (after("this course", "CNN, channels last") - right).norm() < 1e-4 * right.norm()
    for mode in set(dp_sgd.MODES) - set(dp_sgd.CHANNELS_LAST_MODES):
        assert (after(mode, "CNN, channels last") - right).norm() > 1e-2 * right.norm(), mode


def test_noise_of_a_private_step_has_the_scale_of_clip_norm_and_expected_batch(monkeypatch):
    name, moved = "MLP", []
    images, labels = dp_sgd.batch(name, 4)
    for noise_multiplier in (0.0, 50.0):
        monkeypatch.setattr(dp_sgd, "NOISE_MULTIPLIER", noise_multiplier)
        model = dp_sgd.network(name)
        dp_sgd.step_of("this course", model)(images, labels)
        moved.append(flat(model))
    noise = (moved[1] - moved[0]) * dp_sgd.BATCH / dp_sgd.LEARNING_RATE / dp_sgd.CLIP_NORM
    # 535 818 draws: the standard deviation is known to 50 · 5 / sqrt(2 · 535 818) = 0.24 with certainty
    assert abs(noise.std() - 50.0) < 0.3


@pytest.mark.parametrize(("network", "n_clients"), [("64-32-10", 70), ("784-250-10", 3)])
def test_every_way_of_simulating_a_round_gives_the_same_update(network, n_clients):
    w, clients = federated.federation(network, n_clients)  # 70: more than one chunk
    updates = {name: way(w, clients) for name, way in federated.FEDERATED.items()}
    expected = updates["plain loop"]
    assert np.abs(expected).max() > 1e-4
    for name, update in updates.items():
        assert np.abs(update - expected).max() < 1e-12, name


def test_both_limits_are_the_same_steps_on_the_images_of_all_clients():
    w, clients = federated.federation("64-32-10", 12)
    after = {name: task() for name, task in federated.tasks(w, clients).items()}
    numpy, by_torch = (after[name] for name in federated.LIMITS)
    assert np.abs(numpy - by_torch).max() < 1e-12 and np.abs(numpy).max() > 1e-4
    images, labels = (np.concatenate(parts) for parts in zip(*clients, strict=True))
    large = federated.central(w, images, labels, batch_size=120)  # ten for each of the twelve
    assert len(labels) == 12 * federated.N_EXAMPLES and np.array_equal(large, numpy)


def test_flower_script_refuses_to_time_work_that_differs():
    script = (ROOT / "benchmarks" / "libraries" / "flower_round.py").read_text(encoding="utf-8")
    for name, value in federated.RECIPE.items():
        assert f"{name}={value}" in script  # it runs where the course's other packages are missing
    assert "must be those of the plain loop" in script


def test_every_way_of_multiplying_in_the_ring_gives_the_same_product():
    x, y = secure_computation.matrices(70)
    expected = np.matmul(x.astype(object), y.astype(object)) % 2**64
    tasks = secure_computation.products(70)
    assert next(iter(tasks)) == secure_computation.PLAIN
    for name, task in list(tasks.items())[1:]:
        assert np.array_equal(task().astype(object), expected), name


def test_what_is_shared_is_opened_again_and_the_copy_has_its_size():
    tasks = secure_computation.sharing(1000)
    rows = tasks[secure_computation.COPY]()
    assert rows.shape == (secure_computation.N_PARTIES, 1000)
    assert np.array_equal(tasks["reconstruct"](), rows.sum(axis=0, dtype=np.uint64))
    for name in ("the random bytes alone", "the random bytes alone, all from the system"):
        assert len(tasks[name]()) == 8 * 1000


def test_mpyc_multiplies_in_three_processes_as_the_benchmark_asks_it_to():
    assert 0 < secure_computation.library_seconds("mpyc", sys.executable, 64) < 60


def test_the_round_that_is_timed_gives_the_sum_in_the_clear():
    for n_dropped in secure_computation.DROPPED:
        plain, secure = secure_computation.aggregation(5, n_dropped).values()
        assert np.array_equal(plain(), secure())


def test_the_average_beside_flowers_is_off_by_half_a_step_at_most():
    vectors = np.random.default_rng(5).normal(size=(secure_computation.FEW, 40))
    off = np.abs(secure_computation.average_of_floats(vectors) - vectors.mean(axis=0))
    step = secure_computation.CLIP / (2 ** (secure_computation.BITS - 1) - 1)
    assert 0 < off.max() <= step / 2 * (1 + 1e-9)


def test_the_shortest_time_may_stand_for_all():
    seconds = measure.times_in_turns({"a": lambda: None}, repetitions=4, typical=len)
    assert seconds == {"a": 4}


def test_tasks_are_run_in_turns():
    calls = []
    tasks = {"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}
    seconds = measure.times_in_turns(tasks, repetitions=3, warm_up=1)
    assert calls == ["a", "b"] + ["a", "b"] * 3
    assert set(seconds) == {"a", "b"} and min(seconds.values()) >= 0


def test_peak_memory_counts_what_is_given_back_as_well():
    code = (
        "from benchmarks.measure import peak_megabytes\n"
        "print(peak_megabytes(lambda: len(bytearray(25 * 2**20))))"
    )
    command = [sys.executable, "-c", code]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert 24 < float(answer) < 30


def test_the_line_on_the_machine_does_not_name_it():
    line = measure.where("torch")
    assert f"torch {torch.__version__}" in line and platform.python_version() in line
    assert socket.gethostname() not in line and "/" not in line and "\\" not in line


def test_table_is_markdown_with_numbers_to_the_right():
    assert measure.table(("a", "b"), [("x", "1")]) == "| a | b |\n| --- | ---: |\n| x | 1 |"


@pytest.mark.parametrize(
    "name", ["accountant", "audit", "dp_sgd", "federated", "secure_computation"]
)
def test_each_benchmark_tells_its_options_and_refuses_others(name):
    command = [sys.executable, "-m", f"benchmarks.{name}"]
    told = subprocess.run([*command, "--help"], capture_output=True, text=True, check=True)
    assert f"python -m benchmarks.{name}" in told.stdout and "--memory" in told.stdout
    refused = subprocess.run([*command, "10"], capture_output=True, text=True, check=False)
    assert refused.returncode == 2 and "Traceback" not in refused.stderr
