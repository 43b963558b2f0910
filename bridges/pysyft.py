"""PySyft's owner and scientist, and its pointers of old, for lesson 54: pysyft.py IN.npz OUT.npz.

In:   table, mock (n, 2)   age and cholesterol of each patient; the mock's are invented
      line                 the scientist's, in its UTF-8 bytes
      lower, upper, budget, epsilon    of the gate
      values, chosen (m,)  odd ones, for the gate alone
Out:  names (k,)           whether syft still has the names of the introductions, in the order of OLD
      sum, mean, rows      by pointers: (1, 2, 3) twice, the mean of the table, what get() gives
      tried, job_line      what the line gives on the mock, and as a job that was approved and run
      job_mean, job_mean_29, job_rows (n,)    other jobs, approved and run
      unshared, log (n,)   a job whose outputs stay with the owner: files that came, and its log
      swapped (n,)         what a job brought that changed between reading and approving
      compared             whether an owner who compares rejects such a job
      environment          whether a job sees the owner's environment variables
      drawn_releases (2,)  the gate's answers, to a job and by a pointer: other ones in each run
      left, refused        its budget afterwards, and the third form
      pointer_get          whether the guarded pointer has a get
      gate (2,)            its answer for the odd values without noise to speak of, and what is left
      seconds
"""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np

GIVEN = np.load(sys.argv[1]) if sys.argv[1] != "scientist" else {}  # she never sees the table
OLD = ("TorchHook", "VirtualWorker", "PointerTensor", "Plan", "Protocol")  # in syft 0.2.9


class Gate:
    """The only thing that may leave: a clipped sum with Laplace noise, while the budget lasts."""

    def __init__(self):
        self.left = float(GIVEN["budget"])
        self.rng = np.random.default_rng()  # without a seed: nobody can draw this noise again

    def release(self, from_age, epsilon):
        """The sum of the cholesterol of everybody from this age on."""
        age, chol = GIVEN["table"].T
        return self.sum(chol, age >= float(from_age), float(epsilon))

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
        if type(other) is not Pointer:  # the scientist's own object would be handed the numbers
            raise TypeError("only pointers of this owner can be added")
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


def serve(gate):
    """The owner's side of the pointers: serves one scientist on this machine; gives the port."""
    import rpyc
    from rpyc.utils.server import OneShotServer

    class Owner(rpyc.Service):
        def exposed_send(self, numbers):
            return Pointer(numbers)

        def exposed_cholesterol(self):
            return Pointer(GIVEN["table"][:, 1])

        def exposed_guarded(self):
            return Guarded(gate)  # the owner's only one, whoever asks and however often

    only = {"allow_public_attrs": False, "allow_pickle": False, "allow_setattr": False}
    server = OneShotServer(Owner, hostname="127.0.0.1", port=0, protocol_config=only)
    server.listener.listen()  # before anybody hears of the port
    threading.Thread(target=server.start, daemon=True).start()
    return server.port


def by_pointers(port):
    """What an introduction did with ``send``, an operation and ``get``, in the scientist's process."""
    import rpyc

    bob = rpyc.connect("127.0.0.1", port).root
    x = bob.send((1, 2, 3))
    y = x + x  # computed in the owner's process
    cholesterol, guarded = bob.cholesterol(), bob.guarded()
    return {
        "sum": y.get(),
        "mean": cholesterol.mean().get()[0],
        "rows": cholesterol.get(),
        "release": guarded.release(29, 0.5),
        "pointer_get": hasattr(guarded, "get"),
    }


def scientist_process(port):
    """The scientist's side in a process of its own, which knows the port and nothing else."""
    command = [sys.executable, "-I", __file__, "scientist", str(port)]
    says = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=60)
    return json.loads(says.stdout)


def program(line):
    """The job around the scientist's line: bash that runs Python, which looks up the table by name."""
    return f"""cd code
python -I - <<'END'
import json, os
import numpy as np
import syft as sy
table = np.loadtxt(sy.resolve_dataset_file_path("heart"), delimiter=",", skiprows=1)
age, chol = table.T
json.dump({line}, open("outputs/result.json", "w"), default=lambda x: x.tolist())
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


def tried(scientist, line):
    """The same line on the mock, which is what the scientist's own call finds."""
    import syft as sy

    path = sy.resolve_dataset_file_path("heart", client=scientist)
    age, chol = np.loadtxt(path, delimiter=",", skiprows=1).T
    return eval(line, {"np": np, "age": age, "chol": chol})  # her own line, on her own machine


def asked(scientist, owner, name, line, share=True):
    """One line of the scientist's: submitted, read, approved, run on the table, fetched."""
    scientist.submit_bash_job(owner.email, program(line), job_name=name)
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


def swapped(scientist, owner, name, approve):
    """A job that becomes another one between the owner's reading and approving."""
    scientist.submit_bash_job(owner.email, program("len(chol)"), job_name=name)
    read = content(owner.jobs[name])  # harmless
    folder = scientist.jobs[name].job_submission_path
    (folder / "run.sh").write_text(program("chol.tolist()"))
    scientist.sync_engine.push_job_files(folder)  # as for a new job
    approve(owner, name, read)
    owner.process_approved_jobs(stream_output=False, share_outputs_with_submitter=True)
    scientist.sync()
    return scientist.jobs[name]


def content(job):
    """Every file of a job: run.sh, and whatever it may call."""
    files = [path for path in job.job_submission_path.rglob("*") if path.is_file()]
    return {path: path.read_bytes() for path in files}


def as_in_the_table(owner, name, read):
    """Approve by name: `owner.jobs` syncs first, and takes whatever is there by now."""
    owner.jobs[name].approve()


def compared(owner, name, read):
    """Approve only what was read; until it has run, nothing may sync again."""
    job = owner.jobs[name]
    if content(job) == read:
        job.approve()
    else:
        job.reject("changed since it was read")


def by_jobs(both, line):
    """The workflow of today, with an owner who approves everything; then one who compares."""
    log = asked(*both, "log", "print(*chol)", share=False)
    caught = swapped(*both, "caught", compared).status == "rejected"
    return {
        "tried": tried(both[0], line),
        "job_line": result(asked(*both, "yours", line)),
        "job_mean": result(asked(*both, "mean", "chol.mean()")),
        "job_mean_29": result(asked(*both, "mean from 29", "chol[age >= 29].mean()")),
        "job_rows": result(asked(*both, "rows", "chol.tolist()")),
        "environment": result(asked(*both, "environment", "'OWNERS_TOKEN' in os.environ")),
        "unshared": len(log.output_paths),
        "log": np.array((log.job_review_path / "stdout.txt").read_text().split(), dtype=float),
        "swapped": result(swapped(*both, "swapped", as_in_the_table)),
        "compared": caught,
    }


def by_forms(both, gate):
    """Three forms to one gate: as a job, by the guarded pointer, and as a job again."""
    epsilon = float(GIVEN["epsilon"])
    first = answered(*both, "form 1", gate, from_age=0, epsilon=epsilon)
    pointers = scientist_process(serve(gate))
    third = answered(*both, "form 3", gate, from_age=29, epsilon=epsilon)
    releases = [result(first), pointers.pop("release")]
    return {
        **pointers,
        "drawn_releases": releases,
        "refused": third.status == "rejected",
        "left": gate.left,
    }


def main():
    """Run everything, and the gate alone."""
    import syft as sy

    began = time.perf_counter()
    os.environ["PATH"] = str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"]
    os.environ["OWNERS_TOKEN"] = "secret"
    both, line = published(), bytes(GIVEN["line"]).decode()
    answers = by_jobs(both, line) | by_forms(both, Gate())
    gate = Gate()
    gate.left = 1e15
    without_noise = gate.sum(GIVEN["values"], GIVEN["chosen"], 0.75e15)
    np.savez(
        sys.argv[2],
        **answers,
        names=[hasattr(sy, name) for name in OLD],
        gate=[without_noise, gate.left],
        seconds=time.perf_counter() - began,
    )


if sys.argv[1] == "scientist":
    print(json.dumps(by_pointers(int(sys.argv[2]))))
else:
    main()
