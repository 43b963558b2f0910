"""Flower on the arrays that lesson 53 sends: flower.py IN.npz OUT.npz.

In:   images (n, 64) and labels (n,), one node's after the other's; n_examples (n_nodes,); start
      (n_parameters,); rounds, local_epochs, batch_size, learning_rate, noise_multiplier, clip_norm; lie;
      dead: 1 for two more rounds, in the first of which the last node's machine goes down
Out:  simulated, deployed (n_rounds, n_parameters)  the server's parameters after each round
      replies (n_rounds,)  how many replies each round of the deployment averaged
      seconds_start, seconds_rounds  of the deployment
      refused          whether one who trusts another issuer of certificates ends the connection
      lied             (n_parameters,) one round in which node 0 claims ``lie`` times its examples
      dp_clipped (n_nodes,)  the DP strategy's average at noise 0 where node k moved far along axis k
      dp_predictable   whether two rounds of it have the same noise after the same np.random.seed
      about_dp_noise   the standard deviation of that noise; about_local_noise: of LocalDpMod's, at epsilon
                       0.5 and delta 1e-5
      dp_joins         (2,) how far the DP strategy's average moves at noise 0 when the last node joins the
                       others and moves against them; with equal weights
      held             (4, n_parameters) the round of ``lied`` with HeldToRegister, node 0 claiming ``lie``
                       times its examples, 0, minus its examples, and ``lie`` times under another name
      about_secagg     (n_parameters,) one round through SecAgg+; secagg_sizes: what the server also reads
      about_opened     (n_parameters,) what a server that asks for both secrets of node 0 reads in that round
      about_secagg_large  the average of 1, 2, 3 through SecAgg+, at ten times the examples
      mask_from_fold   whether the mask of a pair is RandomState of the XOR of its key's 4-byte parts;
      fold_bits        how many bits of that XOR vary
"""

import contextlib
import copy
import datetime
import os
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from ipaddress import ip_address
from pathlib import Path

os.environ |= {
    "FLWR_HOME": str(Path.cwd() / "flwr"), "FLWR_TELEMETRY_ENABLED": "0",
    "FLWR_DISABLE_UPDATE_CHECK": "1", "FLWR_DISABLE_RUNTIME_DEPENDENCY_INSTALLATION": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
}  # fmt: skip

import numpy as np
from flwr.app import ArrayRecord, ConfigRecord, Context, Message, MetricRecord, RecordDict
from flwr.clientapp import ClientApp
from flwr.serverapp import Grid, ServerApp
from flwr.serverapp.strategy import DifferentialPrivacyServerSideFixedClipping, FedAvg

RECIPE = ("local_epochs", "batch_size", "learning_rate")


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
    """Lesson 21's function in plain NumPy: train from w, return how far the parameters moved."""
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

    now, here = datetime.datetime.now(datetime.UTC), x509.IPAddress(ip_address("127.0.0.1"))
    keys = {name: ec.generate_private_key(ec.SECP256R1()) for name in ("ca", "server")}
    names = {name: x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]) for name in keys}
    for name, key in keys.items():
        certificate = (
            x509.CertificateBuilder()
            .subject_name(names[name]).issuer_name(names["ca"]).public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(minutes=5))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=name == "ca", path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([here]), critical=False)
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


def supernode(folder, number, port, superlink_port):
    """The command that starts a node: where the server is, whom it trusts, which data are its own."""
    return [
        "flower-supernode", "--superlink", f"127.0.0.1:{superlink_port}",
        "--root-certificates", f"{folder}/ca.pem", "--host", "127.0.0.1", "--port", str(port),
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
        wait_for(lambda: answers(server_port), 120)
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
    done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        raise RuntimeError(" ".join((done.stdout + done.stderr).split())[-300:])


def start(command, folder, name):
    """Start a process; its output goes to a file."""
    with Path(folder, f"{name}.log").open("w") as log:
        return subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=folder)


def free_ports(n):
    """Ports that nobody listens on."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(n)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def answers(port):
    """Whether somebody listens on a port."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def wait_for(condition, seconds):
    """Return once ``condition()`` holds."""
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


def simulated(n_nodes, n_rounds):
    """The same ``train`` and ``run_rounds`` in Ray's processes; run_simulation gives way to `flwr run`."""
    # here, not above: every node imports this file, and this line imports Ray
    from flwr.simulation import run_simulation

    done, client, server = {}, ClientApp(), ServerApp()
    client.train()(train)

    @server.main()
    def main(grid, context):
        done.update(run_rounds(grid, n_rounds=n_rounds))

    ray = {"num_cpus": 2, "object_store_memory": 100_000_000, "log_to_driver": False}
    resources = {"num_cpus": 1, "num_gpus": 0.0}
    run_simulation(
        server, client, n_nodes, backend_config={"init_args": ray, "client_resources": resources}
    )
    return np.array(done["models"])


class HeldToRegister(FedAvg):
    """FedAvg that weighs each node by a register, whatever the node claims."""

    def __init__(self, register, **settings):
        super().__init__(**settings)
        self.register = register  # the number of examples by node id

    def aggregate_train(self, server_round, replies):
        """Write the registered numbers into the replies, then average as FedAvg does."""
        replies = list(replies)
        for one in replies:
            if one.has_content():
                for metrics in one.content.metric_records.values():  # under whatever name
                    metrics[self.weighted_by_key] = self.register[one.metadata.src_node_id]
        return super().aggregate_train(server_round, replies)


class Loop(Grid):
    """A grid that carries messages inside this process: node k is a ClientApp and its context."""

    def __init__(self, client_app, n_nodes):
        identify()
        self.client_app = client_app
        self.contexts = {
            k + 1: Context(run_id=1, node_id=k + 1, node_config={"partition-id": k},
                           state=RecordDict(), run_config={})
            for k in range(n_nodes)
        }  # fmt: skip

    def get_node_ids(self):
        """Every node is there."""
        return list(self.contexts)

    def send_and_receive(self, messages, *, timeout=None):
        """Each message to its node, one after the other."""
        copies = [copy.deepcopy(one) for one in messages]  # a wire would make them
        return [self.client_app(one, self.contexts[one.metadata.dst_node_id]) for one in copies]

    @property
    def run(self):
        """An empty run."""
        from flwr.supercore.run import Run

        return Run.create_empty(1)

    create_message = push_messages = pull_messages = set_run = None  # nobody asks for these


class AskingForBoth(Loop):
    """A server that lies in SecAgg+'s last message: node 1 has answered, and it is dead as well."""

    def send_and_receive(self, messages, *, timeout=None):
        """Put node 1 on the list of the dead too, note what comes, go on as if nothing had happened."""
        for one in messages:
            asked = one.content.config_records["secaggplus_configs"]
            stage = asked["stage"]
            if stage == "unmask":
                asked["dead_nids"] = [1]
        replies = super().send_and_receive(messages, timeout=timeout)
        self.noted = getattr(self, "noted", {})
        self.noted[stage] = {}
        for one in replies:
            answer = one.content.config_records["secaggplus_configs"]
            self.noted[stage][one.metadata.src_node_id] = dict(answer)
            if stage == "unmask":  # the workflow must not see the last share of each
                answer["nids"], answer["shares"] = answer["nids"][:-1], answer["shares"][:-1]
        return replies


def opened(noted):
    """Node 1's parameters, from what AskingForBoth has noted."""
    from flwr.common import bytes_to_ndarray
    from flwr.common.secure_aggregation.crypto.shamir import combine_shares
    from flwr.common.secure_aggregation.crypto.symmetric_encryption import generate_shared_key
    from flwr.common.secure_aggregation.ndarrays_arithmetic import factor_extract
    from flwr.common.secure_aggregation.secaggplus_utils import pseudo_rand_gen
    from flwr.supercore.primitives.asymmetric import bytes_to_private_key, bytes_to_public_key

    answers = noted["unmask"].values()
    own_seed = combine_shares([one["shares"][one["nids"].index(1)] for one in answers])
    private_key = combine_shares([one["shares"][-1] for one in answers])
    masked = [bytes_to_ndarray(one) for one in noted["collect_masked_vectors"][1]["masked_params"]]
    shapes = [one.shape for one in masked]
    clear = [a - b for a, b in zip(masked, pseudo_rand_gen(own_seed, 2**32, shapes), strict=True)]
    for other in noted["setup"].keys() - {1}:
        public_key = bytes_to_public_key(noted["setup"][other]["pk1"])
        key = generate_shared_key(bytes_to_private_key(private_key), public_key)
        clear = [a + b for a, b in zip(clear, pseudo_rand_gen(key, 2**32, shapes), strict=True)]
    weight, (numbers,) = factor_extract([one % 2**32 for one in clear])
    return (numbers * (16 / 2**22) - 8) * (2**22 / weight)  # the range is from -8 to 8


def identify():
    """Give this process the identity without which Flower makes no message: those of a run's server."""
    from flwr.supercore.task_identity import TaskIdentity

    TaskIdentity.task_id = TaskIdentity.run_id = TaskIdentity.node_id = 1


def secagg_round(start, trained, n_examples, *, threshold):
    """One round through SecAgg+, by the older interface that its mod and its workflow still want."""
    from flwr.client import NumPyClient
    from flwr.client.mod import secaggplus_mod
    from flwr.common import ndarrays_to_parameters
    from flwr.server import LegacyContext, ServerConfig
    from flwr.server.strategy import FedAvg as OlderFedAvg
    from flwr.server.workflow import DefaultWorkflow, SecAggPlusWorkflow

    seen = {}

    class Client(NumPyClient):
        def __init__(self, number):
            self.number = number

        def fit(self, parameters, config):
            return [trained[self.number]], int(n_examples[self.number]), {}

    class Seeing(OlderFedAvg):
        def aggregate_fit(self, server_round, results, failures):
            """Note what the server can read of each reply, beside the sum."""
            seen["sizes"] = sorted(reply.num_examples for _, reply in results)
            return super().aggregate_fit(server_round, results, failures)

    def note(server_round, parameters, config):
        seen["average"] = parameters[0]

    def client(context):
        return Client(context.node_config["partition-id"]).to_client()

    grid = AskingForBoth(ClientApp(client, mods=[secaggplus_mod]), n := len(trained))
    strategy = Seeing(
        fraction_evaluate=0.0, min_fit_clients=n, min_available_clients=n, evaluate_fn=note,
        initial_parameters=ndarrays_to_parameters([start]),
    )  # fmt: skip
    secure = SecAggPlusWorkflow(num_shares=n, reconstruction_threshold=threshold)
    context = Context(run_id=1, node_id=0, node_config={}, state=RecordDict(), run_config={})
    older = LegacyContext(context, config=ServerConfig(num_rounds=1), strategy=strategy)
    DefaultWorkflow(fit_workflow=secure)(grid, older)
    return seen | {"opened": opened(grid.noted)}


def pair_masks(n_pairs=200):
    """SecAgg+'s masks of pairs: whether a fold of the key makes them, and how many of its bits vary."""
    from flwr.common.secure_aggregation.crypto.symmetric_encryption import generate_shared_key
    from flwr.common.secure_aggregation.secaggplus_utils import pseudo_rand_gen
    from flwr.supercore.primitives import asymmetric

    follows, seeds = True, []
    for _ in range(n_pairs):
        mine, other = (asymmetric.generate_key_pairs() for _ in range(2))
        key = generate_shared_key(mine[0], other[1])
        seed = np.bitwise_xor.reduce(np.frombuffer(key, dtype="<u4"))
        mask = np.random.RandomState(seed).randint(0, 2**32 - 1, 1000, dtype=np.int64)
        follows &= bool((mask == pseudo_rand_gen(key, 2**32, [(1000,)])[0]).all())
        seeds.append(int(seed))
    varying = np.bitwise_or.reduce(np.array(seeds) ^ seeds[0])
    return {"mask_from_fold": follows, "fold_bits": int(varying).bit_count()}


def dp_average(given, noise_multiplier, *, moved=None, n_examples=None):
    """The DP strategy on replies written by hand: node k moves far along axis k, or by moved[k]."""
    identify()
    np.random.seed(53)  # noqa: NPY002 (its noise is np.random.normal; so it repeats)
    n_examples = given["n_examples"] if n_examples is None else n_examples
    clip = float(given["clip_norm"])
    moved = 10 * clip * np.eye(len(n_examples), 20_000) if moved is None else moved
    strategy = DifferentialPrivacyServerSideFixedClipping(
        FedAvg(), noise_multiplier=noise_multiplier, clipping_norm=clip,
        num_sampled_clients=len(n_examples),
    )  # fmt: skip
    strategy.current_arrays = ArrayRecord([np.zeros(moved.shape[1])])
    replies = [reply_of(*one) for one in zip(moved, map(int, n_examples), strict=True)]
    arrays, _ = strategy.aggregate_train(1, replies)
    return arrays.to_numpy_ndarrays()[0]


def one_more_node(given, n_examples):
    """How far the DP strategy's average moves when the last node joins, and moves against the others."""
    moved = 10 * float(given["clip_norm"]) * np.ones((len(n_examples), 1))
    moved[-1] *= -1
    without, joined = (
        dp_average(given, 0.0, moved=moved[:n], n_examples=n_examples[:n])
        for n in (len(n_examples) - 1, len(n_examples))
    )
    return float(np.abs(without - joined).max())


def reply_of(arrays, n_examples, node_id=1):
    """A message as a node sends it back."""
    content = {
        "arrays": ArrayRecord([arrays]),
        "metrics": MetricRecord({"num-examples": n_examples}),
    }
    asked = Message(content=RecordDict(), dst_node_id=node_id, message_type="train")
    return Message(content=RecordDict(content), reply_to=asked)


def local_noise(given):
    """The standard deviation of what LocalDpMod adds to a reply that has not moved."""
    from flwr.clientapp.mod import LocalDpMod

    np.random.seed(53)  # noqa: NPY002 (as in dp_average)
    clip = float(given["clip_norm"])
    mod = LocalDpMod(clipping_norm=clip, sensitivity=clip, epsilon=0.5, delta=1e-5)
    asked = reply_of(np.ones(20_000), 1)
    answer = mod(asked, None, lambda message, context: reply_of(np.full(20_000, 1.0 + 1e-9), 1))
    return float(answer.content["arrays"].to_numpy_ndarrays()[0].std())


def stranger_is_refused(folder, port):
    """Whether one who trusts another issuer ends the connection, and one who trusts ours goes on."""
    stranger = Path(folder, "stranger")
    stranger.mkdir()
    certificates(stranger)
    outcome = []
    for issuer in (folder, stranger):
        trust = ssl.create_default_context(cafile=f"{issuer}/ca.pem")
        with socket.create_connection(("127.0.0.1", port), timeout=30) as bare:
            try:
                trust.wrap_socket(bare, server_hostname="127.0.0.1").close()
                outcome.append("connected")
            except ssl.SSLCertVerificationError:
                outcome.append("refused")
    return outcome == ["connected", "refused"]


def lied_about(given, trained, *, times, strategy, renamed=False):
    """A round's average by a strategy, where node 0 claims ``times`` the examples that it has.

    ``renamed``: its metric record has another name, and a record of settings has that one. Flower looks
    at the names of the first reply, so this one comes last.
    """
    identify()
    claimed = given["n_examples"] * np.where(np.arange(len(trained)) == 0, times, 1)
    replies = [
        reply_of(one, int(n_k), node_id=number + 1)
        for number, (one, n_k) in enumerate(zip(trained, claimed, strict=True))
    ]
    if renamed:
        content = replies[0].content
        content["claim"], content["metrics"] = content["metrics"], ConfigRecord({"num-examples": 1})
    arrays, _ = strategy.aggregate_train(1, replies[::-1])
    return arrays.to_numpy_ndarrays()[0]


def split(given):
    """Each node's own images and labels."""
    edges = np.cumsum(given["n_examples"])[:-1]
    parts = (np.split(given[name], edges) for name in ("images", "labels"))
    return list(zip(*parts, strict=True))


def beside_the_network(given):
    """What needs no network: replies to FedAvg, to the DP strategy, to SecAgg+."""
    start, n_nodes = given["start"], len(given["n_examples"])
    recipe = {name: given[name].item() for name in RECIPE}
    trained = [
        start + client_update(start, *one, rng=np.random.default_rng([1, number]), **recipe)
        for number, one in enumerate(split(given))
    ]
    register = {number + 1: int(n_k) for number, n_k in enumerate(given["n_examples"])}
    secagg = secagg_round(start, trained, given["n_examples"], threshold=n_nodes - 1)
    large = [np.array([float(number + 1)]) for number in range(n_nodes)]
    large = secagg_round(0 * large[0], large, 10 * given["n_examples"], threshold=n_nodes - 1)
    noisy = [dp_average(given, float(given["noise_multiplier"])) for _ in range(2)]
    lie, equal = int(given["lie"]), np.ones(n_nodes)
    return {
        "lied": lied_about(given, trained, times=lie, strategy=FedAvg()),
        "held": [
            lied_about(
                given, trained, times=times, strategy=HeldToRegister(register), renamed=renamed
            )
            for times, renamed in ((lie, False), (0, False), (-1, False), (lie, True))
        ],
        "dp_joins": [one_more_node(given, weights) for weights in (given["n_examples"], equal)],
        "about_opened": secagg["opened"], "about_secagg_large": large["average"],
        "about_secagg": secagg["average"], "secagg_sizes": secagg["sizes"],
        "dp_clipped": dp_average(given, 0.0)[:n_nodes],
        "about_dp_noise": noisy[0][n_nodes:].std(), "dp_predictable": (noisy[0] == noisy[1]).all(),
        "about_local_noise": local_noise(given),
    } | pair_masks()  # fmt: skip


def deployed(folder, given):
    """The rounds of a real deployment; where ``dead`` is 1, two more: in the first the last node dies."""
    rounds, dead, n_nodes = int(given["rounds"]), int(given["dead"]), len(given["n_examples"])
    config, began = f"rounds={rounds + 2 * dead}", time.time()
    if dead:
        config += f" power-cut={rounds + 1} power-cut-at='{folder}/nodes/{n_nodes - 1}'"
    with deployment(folder, n_nodes) as port:
        submit(folder, config)
        refused = stranger_is_refused(folder, port)
        wait_for(Path(os.environ["DONE"]).exists, 400)
    with np.load(os.environ["DONE"]) as done:
        models, ends, replies = done["models"], done["ends"], done["replies"]
    return {
        "deployed": models, "replies": replies, "refused": refused,
        "seconds_start": ends[0] - began, "seconds_rounds": np.diff(ends),
    }  # fmt: skip


def everything(given):
    """All that the lesson asks for; each node's examples lie in a folder of their own."""
    folder = Path.cwd()
    for number, (images, labels) in enumerate(split(given)):
        Path(folder, "nodes", str(number)).mkdir(parents=True)
        np.savez(Path(folder, "nodes", str(number), "data.npz"), images=images, labels=labels)
    np.savez(folder / "job.npz", **{name: given[name] for name in ("start", "n_examples", *RECIPE)})
    os.environ |= {
        "JOB": f"{folder}/job.npz", "DONE": f"{folder}/done.npz", "NODES": f"{folder}/nodes",
        "RAY_TMPDIR": str(folder),
        "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32),  # its ports are open to all
    }  # fmt: skip
    models = simulated(len(given["n_examples"]), int(given["rounds"]))
    return {"simulated": models} | beside_the_network(given) | deployed(folder.as_posix(), given)


if __name__ == "__main__":
    with np.load(sys.argv[1]) as arrays:
        GIVEN = dict(arrays)
    np.savez(sys.argv[2], **everything(GIVEN))
