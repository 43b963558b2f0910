"""PySyft's owner and scientist, and its pointers of old, for lesson 54: pysyft.py IN.npz OUT.npz.

In:   table, mock (n, 2)   age and cholesterol of each patient; the mock's are invented
      lower, upper, budget, epsilon, seed    of the gate
      values, chosen (m,)  odd ones, for the gate alone
Out:  names (k,)           whether syft still has the names of the introductions, in the order of OLD
      sum, mean, rows      by pointers: (1, 2, 3) twice, the mean of the table, what get() gives
      mock_mean, job_mean, job_mean_29, job_rows (n,)    by jobs of PySyft, approved and run
      unshared, log (n,)   a job whose outputs stay with the owner: files that came, and its log
      environment          whether a job sees the owner's environment variables
      releases (2,), left, refused    the gate's answers to jobs, its budget, and the third job
      pointer_release, pointer_get    the gate behind a pointer, and whether get() still works
      gate (2,)            its answer for the odd values without noise to speak of, and what is left
      seconds_pointers, seconds_jobs
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

GIVEN = np.load(sys.argv[1])
TABLE = GIVEN["table"]
OLD = ("TorchHook", "VirtualWorker", "PointerTensor", "Plan", "Protocol")  # in syft 0.2.9


class Gate:
    """The only thing that may leave: a clipped sum with Laplace noise, while the budget lasts."""

    def __init__(self):
        self.left = float(GIVEN["budget"])
        self.rng = np.random.default_rng(int(GIVEN["seed"]))  # fixed here to repeat the lesson

    def release(self, from_age, epsilon):
        """The sum of the cholesterol of everybody from this age on."""
        return self.sum(TABLE[:, 1], TABLE[:, 0] >= float(from_age), float(epsilon))

    def sum(self, values, chosen, epsilon):
        """Equation (54.i), with its noise; a refusal looks at the price alone."""
        if not 0 < epsilon <= self.left:
            raise ValueError(f"epsilon must be above 0 and at most {self.left}, got {epsilon}")
        self.left -= epsilon
        lower, upper = float(GIVEN["lower"]), float(GIVEN["upper"])
        clipped = np.clip(values[chosen & ~np.isnan(values)], lower, upper)
        sensitivity = max(upper, 0) - min(lower, 0)  # who is left out adds 0
        return float(clipped.sum() + self.rng.laplace(scale=sensitivity / epsilon))


class Pointer:
    """What the scientist holds in place of numbers: they stay in the owner's process."""

    def __init__(self, numbers):
        self._numbers = np.asarray(numbers, dtype=float)

    def __add__(self, other):
        return Pointer(self._numbers + other._numbers)

    def exposed_mean(self):
        """Compute where the numbers are; a pointer to the result."""
        return Pointer(self._numbers.mean())

    def exposed_get(self):
        """Copy the numbers to whoever asks."""
        return tuple(self._numbers.ravel().tolist())


class Guarded:
    """A pointer without ``get``: it can be asked for a release and for nothing else."""

    def __init__(self, gate):
        self.exposed_release = gate.release


def owner_process():
    """The owner's side of the pointers: serves one scientist on this machine, then ends."""
    import rpyc
    from rpyc.utils.server import OneShotServer

    class Owner(rpyc.Service):
        def exposed_send(self, numbers):
            return Pointer(numbers)

        def exposed_cholesterol(self):
            return Pointer(TABLE[:, 1])

        def exposed_guarded(self):
            return Guarded(Gate())

    only = {"allow_public_attrs": False, "allow_pickle": False, "allow_setattr": False}
    server = OneShotServer(Owner, hostname="127.0.0.1", port=0, protocol_config=only)
    server.listener.listen()  # before anybody hears of the port
    print(server.port, flush=True)
    server.start()


def by_pointers():
    """The scientist's side: what an introduction did with ``send``, an operation and ``get``."""
    import rpyc

    command = [sys.executable, "-I", __file__, sys.argv[1], "owner"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            bob = rpyc.connect("127.0.0.1", int(process.stdout.readline())).root
            x = bob.send((1, 2, 3))
            y = x + x  # computed in the other process
            cholesterol, guarded = bob.cholesterol(), bob.guarded()
            return {
                "sum": y.get(),
                "mean": cholesterol.mean().get()[0],
                "rows": cholesterol.get(),
                "pointer_release": guarded.release(0, float(GIVEN["epsilon"])),
                "pointer_get": hasattr(guarded, "get"),
            }
        finally:
            process.kill()


PROGRAM = """cd code
python -I - <<'END'
import json, os
import numpy as np
import syft as sy
table = np.loadtxt(sy.resolve_dataset_file_path("heart"), delimiter=",", skiprows=1)
age, chol = table.T
json.dump({line}, open("outputs/result.json", "w"))
END
"""


def published():
    """The scientist and the owner, who has published a table by its mock."""
    from syft_rds import SyftRDSClient

    scientist, owner = SyftRDSClient.pair_with_mock_drive_service_connection(
        email1="owner@hospital.test", email2="scientist@lab.test",
        base_path1=os.path.abspath("owner"), base_path2=os.path.abspath("scientist"),
        use_in_memory_cache=False,
    )  # fmt: skip
    for name in ("table", "mock"):
        np.savetxt(f"{name}.csv", GIVEN[name], "%.17g", ",", header="age,chol", comments="")
    owner.create_dataset(
        name="heart", private_path="table.csv", mock_path="mock.csv", users=[scientist.email]
    )
    owner.sync()
    scientist.sync()
    return scientist, owner


def asked(scientist, owner, name, line, share=True):
    """One line of the scientist's: submitted, read, approved, run on the table, fetched."""
    scientist.submit_bash_job(owner.email, PROGRAM.format(line=line), job_name=name)
    owner.sync()
    job = owner.jobs[name]
    print(job.run_script)  # the owner reads it
    job.approve()
    owner.process_approved_jobs(stream_output=False, share_outputs_with_submitter=share)
    scientist.sync()
    return scientist.jobs[name]


def result(job):
    """What has come back: the number or the numbers in the job's output."""
    files = job.output_paths
    if not files:
        raise RuntimeError(f"job {job.name!r} is {job.status} without output (jobs need bash)")
    return json.loads(files[0].read_text())


def answered(scientist, owner, name, gate, **request):
    """A job that is a form, never run: the gate's answer is all that the owner lays into it."""
    scientist.submit_bash_job(owner.email, json.dumps(request), job_name=name)
    owner.sync()
    job = owner.jobs[name]
    try:
        release = gate.release(**json.loads(job.run_script))
    except (ValueError, TypeError) as error:
        job.reject(str(error))
    else:
        Path("release.json").write_text(json.dumps(release))
        job.accept_by_depositing_result("release.json")
        job.share_outputs([scientist.email])
    owner.sync()
    scientist.sync()
    return scientist.jobs[name]


def by_jobs():
    """The workflow of today, with an owner who approves everything; then with a gate."""
    import syft as sy

    os.environ["PATH"] = str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"]
    os.environ["OWNERS_TOKEN"] = "secret"
    both = published()
    path = sy.resolve_dataset_file_path("heart", client=both[0])
    mock = np.loadtxt(path, delimiter=",", skiprows=1)
    log = asked(*both, "log", "print(*chol)", share=False)
    gate, epsilon = Gate(), float(GIVEN["epsilon"])
    forms = [
        answered(*both, f"form {k}", gate, from_age=age, epsilon=epsilon)
        for k, age in enumerate((0, 29, 29))
    ]
    return {
        "names": [hasattr(sy, name) for name in OLD],
        "mock_mean": mock[:, 1].mean(),
        "job_mean": result(asked(*both, "mean", "chol.mean()")),
        "job_mean_29": result(asked(*both, "mean from 29", "chol[age >= 29].mean()")),
        "job_rows": result(asked(*both, "rows", "chol.tolist()")),
        "environment": result(asked(*both, "environment", "'OWNERS_TOKEN' in os.environ")),
        "unshared": len(log.output_paths),
        "log": np.array((log.job_review_path / "stdout.txt").read_text().split(), dtype=float),
        "releases": [result(form) for form in forms[:2]],
        "refused": forms[2].status == "rejected",
        "left": gate.left,
    }


def main():
    """Run both, and the gate alone."""
    began = time.perf_counter()
    pointers = by_pointers()
    between = time.perf_counter()
    jobs = by_jobs()
    gate = Gate()
    gate.left = 1e15
    without_noise = gate.sum(GIVEN["values"], GIVEN["chosen"], 0.75e15)
    np.savez(
        sys.argv[2],
        **pointers,
        **jobs,
        gate=[without_noise, gate.left],
        seconds_pointers=between - began,
        seconds_jobs=time.perf_counter() - between,
    )


if sys.argv[2] == "owner":
    owner_process()
else:
    main()
