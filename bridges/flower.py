"""Flower on the arrays that lesson 53 sends: flower.py IN.npz OUT.npz.

In:   images (n, 64) and labels (n,), one node's after the other's; n_examples (n_nodes,); start
      (n_parameters,); rounds, local_epochs, batch_size, learning_rate, noise_multiplier, clip_norm, lie
Out:  simulated, deployed (rounds, n_parameters)  the server's parameters after each round
      with_a_dead_node (2, n_parameters)  after the round in which the last node dies, and one more
      replies (rounds + 2,)  how many replies each round of the deployment averaged
      seconds_start, seconds_rounds  of the deployment
      refused          a node that does not know the certificate's issuer could not connect
      lied             (n_parameters,) one round in which node 0 claims ``lie`` times its examples
      dp_clipped, dp_noise   the DP strategy's average at noise 0, and the standard deviation of its noise
      local_noise      the same of LocalDpMod at epsilon 0.5 and delta 1e-5, sensitivity = clip_norm
      secagg           (n_parameters,) one round through SecAgg+; secagg_sizes: what it tells the server
      masks_alike      whether two keys of 256 bits with the same 32-bit sum give the same mask
"""

import contextlib
import datetime
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from ipaddress import ip_address
from pathlib import Path

os.environ |= {
    "FLWR_HOME": str(Path.cwd() / "flwr"), "FLWR_TELEMETRY_ENABLED": "0",
    "FLWR_DISABLE_UPDATE_CHECK": "1", "RAY_USAGE_STATS_ENABLED": "0",
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
}  # fmt: skip

import numpy as np
from flwr.app import ArrayRecord, ConfigRecord, Message, MetricRecord, RecordDict
from flwr.clientapp import ClientApp
from flwr.serverapp import ServerApp
from flwr.serverapp.strategy import FedAvg


RECIPE = ("local_epochs", "batch_size", "learning_rate", "lie")


def gradient(w, images, labels):
    """The gradient of the mean loss of the course's network 64-32-10, in plain NumPy."""
    w1, b1, w2, b2 = np.split(w, np.cumsum([64 * 32, 32, 32 * 10]))
    w1, w2 = w1.reshape(32, 64), w2.reshape(10, 32)
    hidden = np.maximum(images @ w1.T + b1, 0)
    scores = hidden @ w2.T + b2
    slope = np.exp(scores - scores.max(axis=1, keepdims=True))
    slope /= slope.sum(axis=1, keepdims=True)
    slope[np.arange(len(labels)), labels] -= 1
    slope /= len(labels)
    back = (slope @ w2) * (hidden > 0)
    parts = (back.T @ images, back.sum(axis=0), slope.T @ hidden, slope.sum(axis=0))
    return np.concatenate([part.ravel() for part in parts])


def client_update(w, images, labels, *, local_epochs, batch_size, learning_rate, rng):
    """Your function of lesson 21: train from w, return how far the parameters moved."""
    w_k = w.copy()
    for _ in range(local_epochs):
        order = rng.permutation(len(labels))
        for first in range(0, len(labels), batch_size):
            batch = order[first : first + batch_size]
            w_k -= learning_rate * gradient(w_k, images[batch], labels[batch])
    return w_k - w


def train(message, context):
    """What a node does in a round: a message in, a message out, your client_update in between."""
    w = message.content["arrays"].to_numpy_ndarrays()[0]
    config, node = message.content["config"], context.node_config
    images, labels = own_data(node)
    update = client_update(
        w, images, labels, local_epochs=config["local-epochs"], batch_size=config["batch-size"],
        learning_rate=config["learning-rate"],
        rng=np.random.default_rng([config["server-round"], node["partition-id"]]),
    )  # fmt: skip
    reply = RecordDict(
        {
            "arrays": ArrayRecord([w + update]),  # the new parameters, not the update
            "metrics": MetricRecord({"num-examples": len(labels)}),
        }
    )
    return Message(content=reply, reply_to=message)


def own_data(node):
    """The examples of a node, from the folder that it was started with."""
    folder = node.get("folder") or Path(os.environ["NODES"], str(node["partition-id"]))
    with np.load(Path(folder, "data.npz")) as data:
        return data["images"], data["labels"]


def power_cut(message, context, call_next):
    """A mod: in one round of the deployment, the last node's machine goes down before it can answer."""
    folder, config = context.node_config["folder"], message.content["config"]
    if config["server-round"] == config["power-cut"] and folder == config["power-cut-at"]:
        supernode = int(Path(folder, "pid").read_text())
        os.kill(supernode, getattr(signal, "SIGKILL", signal.SIGTERM))
        os._exit(1)  # and the ClientApp, this process
    return call_next(message, context)


def claims_more(message, context, call_next):
    """A mod: node 0 claims more examples than it has."""
    reply = call_next(message, context)
    if context.node_config["partition-id"] == 0:
        reply.content["metrics"]["num-examples"] *= message.content["config"]["lie"]
    return reply


def run_rounds(grid, *, n_rounds, config=None):
    """The server's side: FedAvg over all nodes that are there. Notes each round's end and result."""
    with np.load(os.environ["JOB"]) as job:
        start, n_nodes = job["start"], len(job["n_examples"])
        recipe = {name.replace("_", "-"): job[name].item() for name in RECIPE}
    while len(list(grid.get_node_ids())) < n_nodes:  # the first round waits for all
        time.sleep(0.2)
    ends, models = [], []

    def note(server_round, arrays):
        ends.append(time.time())
        models.append(arrays.to_numpy_ndarrays()[0])

    strategy = FedAvg(
        fraction_train=1.0, fraction_evaluate=0.0, min_train_nodes=2,
        min_available_nodes=n_nodes - 1,  # with n_nodes, one dead node would stop it for ever
        weighted_by_key="num-examples",
        train_metrics_aggr_fn=lambda replies, key: MetricRecord({"replies": len(replies)}),
    )  # fmt: skip
    result = strategy.start(
        grid=grid, initial_arrays=ArrayRecord([start]), num_rounds=n_rounds, evaluate_fn=note,
        train_config=ConfigRecord(recipe | (config or {})),
    )  # fmt: skip
    replies = [one["replies"] for one in result.train_metrics_clientapp.values()]
    return {"models": models[1:], "ends": ends, "replies": replies}


# The app that `flwr run` sends to the nodes: this file.
client_app = ClientApp(mods=[power_cut])
server_app = ServerApp()
client_app.train()(train)


@server_app.main()
def main(grid, context):
    """The deployment's server: as many rounds as its configuration says, the result into a file."""
    config = dict(context.run_config)
    done = run_rounds(grid, n_rounds=config.pop("rounds"), config=config)
    np.savez("part.npz", **done)
    os.replace("part.npz", os.environ["DONE"])


def certificates(folder):
    """A certificate authority of our own, made for this run, and its certificate for 127.0.0.1."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    now = datetime.datetime.now(datetime.UTC)
    keys = {name: ec.generate_private_key(ec.SECP256R1()) for name in ("ca", "server")}
    names = {
        name: x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]) for name in keys
    }
    for name, key in keys.items():
        certificate = (
            x509.CertificateBuilder()
            .subject_name(names[name]).issuer_name(names["ca"]).public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(minutes=5))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=name == "ca", path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
            .sign(keys["ca"], hashes.SHA256())
        )  # fmt: skip
        pem = certificate.public_bytes(serialization.Encoding.PEM)
        Path(folder, f"{name}.pem").write_bytes(pem)
    server_key = keys["server"].private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    Path(folder, "server.key").write_bytes(server_key)


def superlink(folder, port):
    """The command that starts the server's side; both sides know ca.pem, the key stays here."""
    return [
        "flower-superlink", "--host", "127.0.0.1", "--port", str(port),
        "--ssl-ca-certfile", f"{folder}/ca.pem", "--ssl-certfile", f"{folder}/server.pem",
        "--ssl-keyfile", f"{folder}/server.key", "--disable-runtime-dependency-installation",
    ]  # fmt: skip


def supernode(folder, number, port, superlink_port, *, issuer="ca.pem"):
    """The command that starts a node: where the server is, whom it trusts, which data are its own."""
    return [
        "flower-supernode", "--superlink", f"127.0.0.1:{superlink_port}",
        "--root-certificates", f"{folder}/{issuer}", "--host", "127.0.0.1", "--port", str(port),
        "--node-config", f'partition-id={number} folder="{folder}/nodes/{number}"',
    ]  # fmt: skip


PROJECT = """[project]
name = "lesson53"
version = "1.0.0"
[tool.flwr.app]
publisher = "course"
[tool.flwr.app.components]
serverapp = "flower_app:server_app"
clientapp = "flower_app:client_app"
[tool.flwr.app.config]
rounds = 1
power-cut = 0
power-cut-at = ""
"""


@contextlib.contextmanager
def deployment(folder, n_nodes):
    """SuperLink and SuperNodes as processes on 127.0.0.1, with TLS; ended in any case."""
    certificates(folder)
    app = Path(folder, "app")
    app.mkdir()
    shutil.copy(__file__, app / "flower_app.py")
    (app / "pyproject.toml").write_text(PROJECT)
    server_port, *ports = free_ports(n_nodes + 1)
    Path(os.environ["FLWR_HOME"]).mkdir(exist_ok=True)
    Path(os.environ["FLWR_HOME"], "config.toml").write_text(
        f'[superlink]\ndefault = "course"\n[superlink.course]\naddress = "127.0.0.1:{server_port}"\n'
        f'root-certificates = "{folder}/ca.pem"\n'
    )
    processes = [start(superlink(folder, server_port), folder, "superlink")]
    try:
        wait_for(lambda: answers(server_port), 60)
        for number, port in enumerate(ports):
            node = start(supernode(folder, number, port, server_port), folder, f"node-{number}")
            processes.append(node)
            Path(folder, "nodes", str(number), "pid").write_text(str(node.pid))
        yield server_port
    finally:
        end(processes)


def submit(folder, config):
    """What you type in a terminal: `flwr run`. It sends the app to the SuperLink and comes back."""
    run = ["flwr", "run", f"{folder}/app", "course", "--run-config", config]
    done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode:
        raise RuntimeError(" ".join((done.stdout + done.stderr).split())[-300:])


def start(command, folder, name):
    log = Path(folder, f"{name}.log").open("w")
    return subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=folder)


def free_ports(n):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(n)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def answers(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def wait_for(condition, seconds):
    until = time.time() + seconds
    while not condition():
        if time.time() > until:
            raise RuntimeError(f"Flower has not got so far within {seconds} seconds")
        time.sleep(0.1)


def end(processes):
    """End them as Ctrl-C would, the nodes first; what does not end in time is killed."""
    for process in reversed(processes):
        process.send_signal(signal.SIGTERM)
    for process in processes:
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()


def in_simulation(server, client, n_nodes):
    """Run both apps in Ray's processes on this machine; run_simulation is deprecated for `flwr run`."""
    from flwr.simulation import run_simulation

    resources = {"client_resources": {"num_cpus": 1, "num_gpus": 0.0}}
    run_simulation(server, client, n_nodes, backend_config=resources)


def simulated(n_nodes, n_rounds, mods=()):
    """The same ``train`` and ``run_rounds`` as in the deployment, in a simulation."""
    done, client, server = {}, ClientApp(mods=list(mods)), ServerApp()
    client.train()(train)

    @server.main()
    def main(grid, context):
        done.update(run_rounds(grid, n_rounds=n_rounds))

    in_simulation(server, client, n_nodes)
    return np.array(done["models"])


def with_secagg(n_nodes, given):
    """One round through SecAgg+, by the older interface that its mod and its workflow still want."""
    from flwr.client import NumPyClient
    from flwr.client.mod import secaggplus_mod
    from flwr.common import ndarrays_to_parameters
    from flwr.server import LegacyContext, ServerConfig
    from flwr.server.strategy import FedAvg as OlderFedAvg
    from flwr.server.workflow import DefaultWorkflow, SecAggPlusWorkflow

    recipe = {name: given[name].item() for name in RECIPE[:3]}
    seen = {}

    class Client(NumPyClient):
        def __init__(self, node):
            self.node = node

        def fit(self, parameters, config):
            images, labels = own_data(self.node)
            rng = np.random.default_rng([1, self.node["partition-id"]])
            update = client_update(parameters[0], images, labels, rng=rng, **recipe)
            return [parameters[0] + update], len(labels), {}

    class Seeing(OlderFedAvg):
        """Notes what the server can read of each reply, beside the sum."""

        def aggregate_fit(self, server_round, results, failures):
            seen["sizes"] = sorted(reply.num_examples for _, reply in results)
            return super().aggregate_fit(server_round, results, failures)

    def note(server_round, parameters, config):
        seen["model"] = parameters[0]

    client = ClientApp(lambda context: Client(context.node_config).to_client(), [secaggplus_mod])
    server = ServerApp()

    @server.main()
    def main(grid, context):
        strategy = Seeing(
            fraction_evaluate=0.0, min_fit_clients=n_nodes, min_available_clients=n_nodes,
            evaluate_fn=note, initial_parameters=ndarrays_to_parameters([given["start"]]),
        )  # fmt: skip
        secure = SecAggPlusWorkflow(num_shares=n_nodes, reconstruction_threshold=n_nodes - 1)
        rounds = ServerConfig(num_rounds=1)
        older = LegacyContext(context=context, config=rounds, strategy=strategy)
        DefaultWorkflow(fit_workflow=secure)(grid, older)

    in_simulation(server, client, n_nodes)
    return seen


def masks_alike():
    """Whether SecAgg+ makes one mask of two keys that share nothing but the XOR of their eight parts."""
    from flwr.common.secure_aggregation.secaggplus_utils import pseudo_rand_gen

    rng = np.random.default_rng(0)
    one, other = (rng.integers(2**32, size=8, dtype=np.uint32) for _ in range(2))
    other[7] ^= np.bitwise_xor.reduce(one) ^ np.bitwise_xor.reduce(other)
    masks = [pseudo_rand_gen(key.tobytes(), 2**32, [(1000,)])[0] for key in (one, other)]
    return bool((one != other).all() and (masks[0] == masks[1]).all())


def dp_average(given, noise_multiplier):
    """The DP strategy on replies written by hand: node k moves by a vector that is clip_norm long."""
    from flwr.serverapp.strategy import DifferentialPrivacyServerSideFixedClipping

    n_nodes, length = len(given["n_examples"]), 20_000
    strategy = DifferentialPrivacyServerSideFixedClipping(
        FedAvg(), noise_multiplier=noise_multiplier, clipping_norm=float(given["clip_norm"]),
        num_sampled_clients=n_nodes,
    )  # fmt: skip
    strategy.current_arrays = ArrayRecord([np.zeros(length)])
    replies = []
    for node, n_k in enumerate(given["n_examples"]):
        moved = np.zeros(length)
        moved[node] = 10 * given["clip_norm"]
        replies.append(reply_of(moved, int(n_k)))
    arrays, _ = strategy.aggregate_train(1, replies)
    return arrays.to_numpy_ndarrays()[0]


def reply_of(arrays, n_examples):
    """A message as a node sends it back."""
    content = {"arrays": ArrayRecord([arrays]), "metrics": MetricRecord({"num-examples": n_examples})}
    asked = Message(content=RecordDict(), dst_node_id=1, message_type="train")
    return Message(content=RecordDict(content), reply_to=asked)


def local_noise(given):
    """The standard deviation of what LocalDpMod adds to a reply that has not moved."""
    from flwr.clientapp.mod import LocalDpMod

    clip = float(given["clip_norm"])
    mod = LocalDpMod(clipping_norm=clip, sensitivity=clip, epsilon=0.5, delta=1e-5)
    asked = reply_of(np.ones(20_000), 1)
    answer = mod(asked, None, lambda message, context: reply_of(np.full(20_000, 1.0 + 1e-9), 1))
    return float(answer.content["arrays"].to_numpy_ndarrays()[0].std())


def stranger_is_refused(folder, superlink_port):
    """Whether a node fails to connect that trusts another issuer than the server's."""
    stranger = Path(folder, "stranger")
    stranger.mkdir()
    certificates(stranger)
    command = supernode(folder, 0, free_ports(1)[0], superlink_port, issuer="stranger/ca.pem")
    tried = subprocess.run(
        [*command, "--max-retries", "0"], capture_output=True, text=True, check=False, timeout=60
    )
    return "CERTIFICATE_VERIFY_FAILED" in tried.stdout + tried.stderr


def everything(given):
    """Deployment and simulations; the simulations run while the deployment waits for a dead node."""
    folder, rounds = Path.cwd(), int(given["rounds"])
    n_nodes = len(given["n_examples"])
    edges = np.cumsum(given["n_examples"])[:-1]
    parts = zip(*(np.split(given[name], edges) for name in ("images", "labels")), strict=True)
    for number, (images, labels) in enumerate(parts):
        Path(folder, "nodes", str(number)).mkdir(parents=True)
        np.savez(Path(folder, "nodes", str(number), "data.npz"), images=images, labels=labels)
    server_side = {name: given[name] for name in ("start", "n_examples", *RECIPE)}
    np.savez(folder / "job.npz", **server_side)
    os.environ |= {
        "JOB": f"{folder}/job.npz", "DONE": f"{folder}/done.npz", "NODES": f"{folder}/nodes",
        "RAY_TMPDIR": str(folder),
    }  # fmt: skip
    began, answer = time.time(), {}
    with deployment(folder, n_nodes) as port:
        last = f"power-cut-at='{folder}/nodes/{n_nodes - 1}'"
        submit(folder, f"rounds={rounds + 2} power-cut={rounds + 1} {last}")
        answer["refused"] = stranger_is_refused(folder, port)
        simulations(given, n_nodes, rounds, answer)
        wait_for((folder / "done.npz").exists, 240)
    with np.load(folder / "done.npz") as done:
        models, ends, answer["replies"] = done["models"], done["ends"], done["replies"]
    return answer | {
        "deployed": models[:rounds], "with_a_dead_node": models[rounds:],
        "seconds_start": ends[0] - began, "seconds_rounds": np.diff(ends),
    }  # fmt: skip


def simulations(given, n_nodes, rounds, answer):
    """Everything that needs no deployment, into ``answer``."""
    answer["simulated"] = simulated(n_nodes, rounds)
    answer["lied"] = simulated(n_nodes, 1, mods=[claims_more])[0]
    secagg = with_secagg(n_nodes, given)
    answer |= {"about_secagg": secagg["model"], "secagg_sizes": secagg["sizes"]}
    answer["masks_alike"] = masks_alike()
    answer["dp_clipped"] = dp_average(given, 0.0)[:n_nodes]
    answer["dp_noise"] = dp_average(given, float(given["noise_multiplier"]))[n_nodes:].std()
    answer["local_noise"] = local_noise(given)


if __name__ == "__main__":
    with np.load(sys.argv[1]) as arrays:
        GIVEN = dict(arrays)
    np.savez(sys.argv[2], **everything(GIVEN))
