"""Real parties: the right numbers, and what happens when one of them dies, hangs or misbehaves."""

import io
import os
import signal
import socket
import subprocess
import sys
import time
from multiprocessing import AuthenticationError, Pipe

import numpy as np
import psutil
import pytest

from lessons.mpc import additive, fixed_point, parties
from lessons.mpc.servers import lines, private_network, processes
from lessons.mpc.servers.lines import PartyError
from lessons.mpc.servers.party import Lines
from tests.unit.mpc.servers import party_jobs as jobs

W = 2**64
SECONDS = 1.5  # how long a run may take here
LATEST = SECONDS + processes.GRACE + 3.0  # when the notebook must know, on a busy machine


@pytest.fixture(autouse=True)
def nothing_is_left():
    """No child of ours lives on and no port of ours listens, however the test ended."""
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    yield
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        ours = psutil.Process()
        left = {child.pid for child in ours.children(recursive=True)} - before
        listening = [c for c in ours.net_connections() if c.status == psutil.CONN_LISTEN]
        if not left and not listening:
            return
        time.sleep(0.05)
    pytest.fail(f"left: processes {left}, ports {listening}")


def each(n_parties=3, **more):
    shares = additive.share(np.arange(5, dtype=np.uint64), n_parties=n_parties, modulus=W)
    return [{"x_shares": parties.held_by(k, shares), **more} for k in range(n_parties)]


@pytest.mark.parametrize("n_parties", [2, 3, 5])
def test_parties_open_what_was_shared_and_count_alike(n_parties):
    with processes.start(n_parties=n_parties) as servers:
        for _ in range(2):  # and once more
            done = servers.run(jobs.honest, each=each(n_parties), seconds=20)
    wire = []
    shares = additive.share(np.arange(5, dtype=np.uint64), n_parties=n_parties, modulus=W)
    for step in (1, 2, 3):
        additive.open_shares(shares, modulus=W, wire=wire, step=step)
    for party, one in enumerate(done):
        assert one.values[0].tolist() == [0, 1, 2, 3, 4]
        assert one.bytes_by_step == parties.bytes_by_step(wire, party=party)
        assert one.socket_bytes > sum(one.bytes_by_step.values())


def test_messages_larger_than_any_buffer_do_not_block_each_other():
    shares = [{"x_shares": np.full((1, 1), k, dtype=np.uint64)} for k in range(3)]
    with processes.start() as servers:
        done = servers.run(jobs.large, each=shares, seconds=60)
    assert done[0].values[0].tolist() == [3, 3, 3] and done[0].bytes_by_step == {1: 32_000_000}


@pytest.mark.parametrize("culprit", [0, 2])
@pytest.mark.parametrize(
    ("act", "says"),
    [
        ("raises", "raised KeyError: 'no such layer'"),
        ("killed", "ended with exit code -9"),
        ("exits", "ended with exit code 3"),
        ("sleeps", "was silent until the time was up"),
        ("loops", "was silent until the time was up"),
        ("wider", "sent arrays"),
        ("two_rows", "raised ValueError"),
    ],
)
def test_whoever_fails_is_named_to_everybody_in_time(act, says, culprit, tmp_path):
    if sys.platform == "win32" and act == "killed":
        pytest.skip("no SIGKILL")
    hangs = act in ("sleeps", "loops")
    servers = processes.start()
    began = time.monotonic()
    work = each(culprit=culprit, act=act, path=tmp_path)
    with pytest.raises(PartyError, match=f"^party {culprit + 1} {says}") as caught:
        servers.run(jobs.what_others_saw, each=work, seconds=SECONDS if hangs else 60)
    assert caught.value.party == culprit
    assert time.monotonic() - began < (LATEST if hangs else 15), "long before the time is up"
    for other in {0, 1, 2} - {culprit}:
        seen = (tmp_path / f"{other}.txt").read_text()
        assert seen.startswith(f"PartyError: party {culprit + 1} "), seen
    assert not servers.to and not servers.programs
    with pytest.raises(ValueError, match="have ended"):
        servers.run(jobs.honest, each=each())


@pytest.mark.parametrize(
    ("job", "party", "says"),
    [
        (jobs.another_step, 1, "sent .* of step 2, expected .* of step 1"),
        (jobs.speaks_garbage, 2, "sent what nobody can read"),
        (jobs.stops_in_a_message, 2, "was silent until the time was up"),
        (jobs.never_reads, 2, "was silent until the time was up"),
    ],
)
def test_a_party_that_speaks_otherwise_is_named(job, party, says):
    servers = processes.start()
    with pytest.raises(PartyError, match=f"^party {party + 1} {says}"):
        servers.run(job, each=each(), seconds=SECONDS)


def test_all_hang_and_the_notebook_still_gets_an_error():
    servers = processes.start()
    began = time.monotonic()
    with pytest.raises(PartyError, match="party 1 was silent"):
        servers.run(jobs.never_ends, each=each(), seconds=0.5)
    assert time.monotonic() - began < 0.5 + processes.GRACE + 3


def test_a_party_killed_between_two_runs_is_named():
    servers = processes.start()
    servers.run(jobs.honest, each=each())
    servers.programs[1].kill()
    servers.programs[1].wait()
    with pytest.raises(PartyError, match="party 2 ended with exit code"):
        servers.run(jobs.honest, each=each(), seconds=SECONDS)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs an alarm")
def test_an_interrupt_ends_all_parties():
    servers = processes.start()
    old = signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with pytest.raises(KeyboardInterrupt):
            servers.run(jobs.never_ends, each=each(), seconds=30)
    finally:
        signal.signal(signal.SIGALRM, old)
    assert servers.programs == []


def test_an_interrupt_at_the_start_ends_all_parties(monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(processes, "_next_caller", interrupted)
    with pytest.raises(KeyboardInterrupt):
        processes.start()


def test_parties_end_when_the_notebook_is_killed():
    code = (
        "import time; from lessons.mpc.servers import processes; s = processes.start();"
        "print(*(p.pid for p in s.programs), flush=True); time.sleep(600)"
    )
    notebook = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    pids = [int(pid) for pid in notebook.stdout.readline().split()]
    assert len(pids) == 3
    notebook.kill()
    notebook.wait()
    notebook.stdout.close()
    _, alive = psutil.wait_procs([psutil.Process(p) for p in pids if psutil.pid_exists(p)], 5)
    assert not alive


def test_nothing_listens_once_the_parties_have_met():
    with processes.start() as servers:
        for pid in [os.getpid(), *(program.pid for program in servers.programs)]:
            connections = psutil.Process(pid).net_connections()
            assert not [one for one in connections if one.status == psutil.CONN_LISTEN]
            assert {one.laddr.ip for one in connections if one.raddr} == {"127.0.0.1"}


def test_a_party_program_that_cannot_start_is_named(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false" if os.name == "posix" else "where")
    with pytest.raises(PartyError, match="party 1 ended at its start"):
        processes.start()


def test_functions_of_a_notebook_and_wrong_numbers_of_parts_are_refused():
    with processes.start(n_parties=2) as servers:
        with pytest.raises(ValueError, match="function must be importable"):
            servers.run(lambda wire: wire, each=[{}, {}])
        with pytest.raises(ValueError, match="each must have 2 entries, got 3"):
            servers.run(jobs.honest, each=[{}, {}, {}])
        assert servers.run(jobs.honest, each=each(2))[1].values[0].sum() == 10
    with pytest.raises(ValueError, match="n_parties"):
        processes.start(n_parties=1)


def test_lines_need_the_key_of_the_other_end():
    with lines.calls("127.0.0.1", key=b"right") as (address, callers):
        stranger = socket.create_connection(address)
        stranger.sendall(b"abc")  # and then nothing
        with stranger, pytest.raises(AuthenticationError):
            lines.call(address, number=2, key=b"wrong")
        with lines.call(address, number=1, key=b"right"):
            assert callers.get(timeout=5)[0] == 1 and callers.empty()


def test_messages_hold_numbers_only():
    values = [np.arange(6.0).reshape(2, 3), np.zeros((0, 4), np.uint64), np.array(7)]
    about, got = lines.unpack(lines.pack(values, step=3))
    assert about == {"step": 3}
    for one, other in zip(values, got, strict=True):
        assert one.dtype == other.dtype and np.array_equal(one, other)
    whole = lines.pack(values)
    for broken in (b"", whole[:-1], whole + b"0", b"\0" * 8, whole[:20], b"\xff" * 40):
        with pytest.raises(ValueError, match="as pack makes it"):
            lines.unpack(broken)
    with pytest.raises(ValueError, match="pickle"):
        lines.pack([np.array([object()])])
    pickled = io.BytesIO()
    np.save(pickled, np.array([object()]), allow_pickle=True)
    with pytest.raises(ValueError, match="as pack makes it"):
        lines.unpack(whole + pickled.getvalue())


ROW = np.arange(3, dtype=np.uint64)[np.newaxis]


def exchanged(*, step, labels, times=1):
    """Party 1 of two exchanges ROW as "x" in step 1; from the other one come these words with it."""
    ours, theirs = Pipe()
    with ours, theirs:
        wire = Lines(0, 2, {1: ours})
        wire.begin(deadline=time.monotonic() + 5)
        for _ in range(times):
            theirs.send_bytes(lines.pack([ROW], step=step, labels=labels))
            both = wire.exchange([ROW], step=1, labels=["x"])
    assert both[0].tolist() == [[0, 1, 2]] * 2
    return wire


def test_the_bytes_of_two_exchanges_in_one_step_add_up():
    assert exchanged(step=1, labels=["x"], times=2).bytes_by_step == {1: 2 * 3 * 8}


def test_a_message_of_the_same_step_with_another_label_is_refused():
    with pytest.raises(PartyError, match=r"^party 2 sent \['y'\] of step 1, expected \['x'\] of"):
        exchanged(step=1, labels=["y"])


def test_of_several_silent_parties_the_first_is_named():
    pipes = {k: Pipe() for k in (3, 1, 2)}
    with pytest.raises(PartyError, match=r"^party 2 was silent"):
        list(lines.receive({k: ours for k, (ours, _) in pipes.items()}, left=lambda: 0.0))
    for _, theirs in pipes.values():
        theirs.close()


@pytest.mark.parametrize("n_parties", [2, 3, 4])
def test_three_programs_and_one_give_the_same_shares_of_the_scores(n_parties):
    """One code, two transports: not only the scores agree, every row of every party does."""
    rng = np.random.default_rng(n_parties)
    options = {"n_parties": n_parties, "modulus": W, "random_bytes": rng.bytes}
    layers = [(rng.normal(size=(5, 4)), rng.normal(size=4)), (rng.normal(size=(4, 3)), np.ones(3))]
    x = fixed_point.encode(rng.normal(size=(6, 5)), fraction_bits=16, modulus=W)
    shared = {
        "x_shares": additive.share(x, **options),
        "layers": private_network.share_layers(layers, fraction_bits=16, **options),
        "supply": private_network.deal(6, (5, 4, 3), fraction_bits=16, **options),
    }
    public, wire = {"fraction_bits": 16, "modulus": W}, []
    here = private_network.logits(**shared, **public, wire=wire)
    with processes.start(n_parties=n_parties) as servers:
        held = [parties.held_by(k, shared) for k in range(n_parties)]
        done = servers.run(private_network.logits, each=held, everyone=public, seconds=20)
    for party, one in enumerate(done):
        assert np.array_equal(one.values[0], here[party : party + 1])
        assert one.bytes_by_step == parties.bytes_by_step(wire, party=party)


def test_parties_started_by_hand_as_on_other_machines(monkeypatch):
    """What ``start(by_hand=True)`` prints, typed in."""
    programs = []

    def typed(*words):
        (command, key), own = " ".join(words).split("   # its key: "), sys.executable
        command = command.replace("OWN_ADDRESS", "127.0.0.1").split()
        assert command[0] == "python"
        program = subprocess.Popen([own, *command[1:]], stdin=subprocess.PIPE)
        program.stdin.write(key.encode() + b"\n")
        program.stdin.flush()
        programs.append(program)

    monkeypatch.setattr("builtins.print", typed)
    servers = processes.start(n_parties=2, by_hand=True)
    monkeypatch.undo()
    with servers:
        done = servers.run(jobs.honest, each=each(2), seconds=20)
        assert done[0].values[0].tolist() == [0, 1, 2, 3, 4]
        with pytest.raises(PartyError, match="party 1 was silent"):
            servers.run(jobs.never_ends, each=each(2), seconds=0.5)
    for program in programs:  # nobody can kill them from here: they have ended by themselves
        assert program.wait(5) == 0
        program.stdin.close()
