#!/usr/bin/env python3
"""Works out the golden files beside this script, which tests/nn/golden_test.cpp and tests/optim/golden_test.cpp read.

Everything here follows the papers with dense N x N matrices in float64 and lets JAX differentiate: nothing is shared
with the C++ code but the names of the parameters. To make the files again (they come out the same):

    python3 -m venv /tmp/golden && /tmp/golden/bin/pip install 'jax==0.10.2'
    /tmp/golden/bin/python tests/golden/make_golden.py

M[v, u] is the weight of the arc from u to v: rows are targets, so M x sums over the sources.
"""

import json
from pathlib import Path

import jax

jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp  # noqa: E402  (after the switch to float64)
import numpy as np  # noqa: E402

FOLDER = Path(__file__).parent
rng = np.random.default_rng(20240229)


# --- graphs ---------------------------------------------------------------------------------------------------------

NODES = 7
# a self-loop at 2; node 5 has no edge
EDGES = [[0, 1, 0.5], [1, 2, 2.0], [2, 2, 1.5], [2, 3, 1.0], [3, 4, 0.75], [4, 0, 3.0], [1, 3, 0.25], [6, 4, 1.25]]


def arcs(directed):
    m = np.zeros((NODES, NODES))
    for u, v, w in EDGES:
        m[v, u] = w
        if not directed:
            m[u, v] = w
    return jnp.array(m)


def inverse(d, power):
    """d^-power, 0 where d is 0."""
    return jnp.where(d > 0, jnp.where(d > 0, d, 1.0) ** -power, 0.0)


def with_self_loops(m):
    """A + I, where a self-loop that is there already stays as it is."""
    return m + jnp.diag(jnp.where(jnp.diag(m) == 0, 1.0, 0.0))


def symmetric(m):
    d = m.sum(axis=1)
    return jnp.diag(inverse(d, 0.5)) @ m @ jnp.diag(inverse(d, 0.5))


# --- layers: f(m, x, p) ---------------------------------------------------------------------------------------------


def linear(m, x, p):
    return x @ p["weight"] + p["bias"]


def gcn(m, x, p):  # Kipf and Welling 2017, eq. 2
    return symmetric(with_self_loops(m)) @ x @ p["weight"] + p["bias"]


def sage(m, x, p):  # Hamilton et al. 2017, algorithm 1 with the mean
    mean = jnp.diag(inverse(m.sum(axis=1), 1.0)) @ m @ x
    return x @ p["self.weight"] + mean @ p["neighbor.weight"] + p["bias"]


def graph(m, x, p):  # Morris et al. 2019, eq. 5
    return x @ p["self.weight"] + m @ x @ p["neighbor.weight"] + p["bias"]


def cheb(m, x, p):  # Defferrard et al. 2016, eq. 4: T_0 = I, T_1 = L - I with L = I - D^-1/2 A D^-1/2, lambda = 2
    laplacian = jnp.eye(NODES) - symmetric(m)
    scaled = 2.0 * laplacian / 2.0 - jnp.eye(NODES)
    return x @ p["self.weight"] + scaled @ x @ p["neighbor.weight"] + p["bias"]


def arma(m, x, p):  # Bianchi et al. 2021, eq. 10 with one stack and one step
    return jax.nn.relu(symmetric(m) @ x @ p["neighbor.weight"] + x @ p["self.weight"] + p["bias"])


def gin(m, x, p):  # Xu et al. 2019, eq. 4.1
    inner = (1.0 + p["epsilon"][0]) * x + m @ x
    return jax.nn.relu(inner @ p["first.weight"] + p["first.bias"]) @ p["second.weight"] + p["second.bias"]


def gat(concatenate):  # Velickovic et al. 2018, eqs. 1 to 6
    def layer(m, x, p):
        neighbor = with_self_loops(m) != 0
        heads, width = p["source_score"].shape
        outputs = []
        for k in range(heads):
            h = x @ p["weight"][:, k * width : (k + 1) * width]
            e = (h @ p["target_score"][k])[:, None] + (h @ p["source_score"][k])[None, :]
            e = jnp.where(e > 0, e, 0.2 * e)
            a = jnp.where(neighbor, jnp.exp(e), 0.0)
            a = a / a.sum(axis=1, keepdims=True)
            outputs.append(a @ h)
        joined = jnp.concatenate(outputs, axis=1) if concatenate else sum(outputs) / heads
        return joined + p["bias"]

    return layer


def two_weights(i, o):
    return {"self.weight": (i, o), "neighbor.weight": (i, o), "bias": (o,)}


def gat_shapes(i, heads, width, concatenate):
    return {
        "weight": (i, heads * width),
        "source_score": (heads, width),
        "target_score": (heads, width),
        "bias": (heads * width if concatenate else width,),
    }


GIN_SHAPES = {
    "epsilon": (1,),
    "first.weight": (3, 5),
    "first.bias": (5,),
    "second.weight": (5, 4),
    "second.bias": (4,),
}

# name in the table of layers, its further options, function, shapes of the parameters
LAYERS = [
    ("linear", {}, linear, {"weight": (3, 4), "bias": (4,)}),
    ("gcn", {}, gcn, {"weight": (3, 4), "bias": (4,)}),
    ("gat", {"heads": 3}, gat(True), gat_shapes(3, 3, 4, True)),
    ("gat", {"heads": 2, "concatenate_heads": False}, gat(False), gat_shapes(3, 2, 4, False)),
    ("sage", {}, sage, two_weights(3, 4)),
    ("gin", {"inner": 5}, gin, GIN_SHAPES),
    ("cheb", {}, cheb, two_weights(3, 4)),
    ("arma", {}, arma, two_weights(3, 4)),
    ("graph", {}, graph, two_weights(3, 4)),
]


# --- writing --------------------------------------------------------------------------------------------------------


def draw(shapes):
    return {name: jnp.array(rng.normal(size=shape)) for name, shape in shapes.items()}


def plain(value):
    if isinstance(value, dict):
        return {key: plain(v) for key, v in value.items()}
    return np.asarray(value).tolist()  # json writes a float64 with all the digits it needs


def write(name, content):
    lines = ",\n".join(json.dumps(case) for case in content)
    (FOLDER / name).write_text("[\n" + lines + "\n]\n")


def layer_cases():
    for directed in (False, True):
        m = arcs(directed)
        for name, options, layer, shapes in LAYERS:
            p = draw(shapes)
            x = jnp.array(rng.normal(size=(NODES, 3)))
            y = layer(m, x, p)
            upstream = jnp.array(rng.normal(size=y.shape))
            gradients, x_gradient = jax.grad(lambda p, x: (upstream * layer(m, x, p)).sum(), argnums=(0, 1))(p, x)
            yield {
                "layer": name,
                "options": {"in": 3, "out": y.shape[1], **options},
                "graph": {"nodes": NODES, "edges": EDGES, "directed": directed},
                "x": plain(x),
                "parameters": plain(p),
                "y": plain(y),
                "upstream": plain(upstream),
                "x_gradient": plain(x_gradient),
                "gradients": plain(gradients),
            }


def cross_entropy(scores, labels, nodes):
    rows = scores[jnp.array(nodes)]
    p = jnp.exp(rows) / jnp.exp(rows).sum(axis=1, keepdims=True)
    return -jnp.log(p[jnp.arange(len(nodes)), jnp.array([labels[u] for u in nodes])]).mean()


def elu(x):
    return jnp.where(x > 0, x, jnp.exp(x) - 1.0)


def model_cases():
    labels, nodes = [2, 0, 1, 1, 0, 2, 1], [0, 2, 5, 6]  # 5 stands alone
    relu = jax.nn.relu
    gcn_shapes = ({"weight": (4, 5), "bias": (5,)}, {"weight": (5, 3), "bias": (3,)})
    gat_layers = (gat_shapes(4, 3, 4, True), gat_shapes(12, 2, 3, False))
    gcn_options = ({"in": 4, "out": 5}, {"in": 5, "out": 3})
    gat_options = (
        {"in": 4, "out": 12, "heads": 3},
        {"in": 12, "out": 3, "heads": 2, "concatenate_heads": False},
    )
    for name, layers, shapes, options, activation_name, activation in [
        ("gcn", (gcn, gcn), gcn_shapes, gcn_options, "relu", relu),
        ("gcn", (gcn, gcn), gcn_shapes, gcn_options, "elu", elu),
        ("gat", (gat(True), gat(False)), gat_layers, gat_options, "elu", elu),
        ("gat", (gat(True), gat(False)), gat_layers, gat_options, "relu", relu),
    ]:
        m = arcs(False)
        p = [draw(s) for s in shapes]
        x = jnp.array(rng.normal(size=(NODES, 4)))

        def scores(p, x):
            return layers[1](m, activation(layers[0](m, x, p[0])), p[1])

        def loss(p, x):
            return cross_entropy(scores(p, x), labels, nodes)

        gradients, x_gradient = jax.grad(loss, argnums=(0, 1))(p, x)
        yield {
            "layer": name,
            "activation": activation_name,
            "options": options,
            "graph": {"nodes": NODES, "edges": EDGES, "directed": False},
            "labels": labels,
            "nodes": nodes,
            "x": plain(x),
            "parameters": [plain(layer) for layer in p],
            "y": plain(scores(p, x)),
            "loss": float(loss(p, x)),
            "x_gradient": plain(x_gradient),
            "gradients": [plain(layer) for layer in gradients],
        }


def norm_cases():
    epsilon = 1e-5

    def normalize(axis):
        def f(p, x):
            mean = x.mean(axis=axis, keepdims=True)
            variance = ((x - mean) ** 2).mean(axis=axis, keepdims=True)
            return (x - mean) / jnp.sqrt(variance + epsilon) * p["gain"] + p["bias"]

        return f

    for name, f in [("layer", normalize(1)), ("batch", normalize(0))]:
        p = draw({"gain": (4,), "bias": (4,)})
        x = jnp.array(3.0 + 2.0 * rng.normal(size=(6, 4)))
        upstream = jnp.array(rng.normal(size=(6, 4)))
        gradients, x_gradient = jax.grad(lambda p, x: (upstream * f(p, x)).sum(), argnums=(0, 1))(p, x)
        case = {
            "norm": name,
            "x": plain(x),
            "parameters": plain(p),
            "y": plain(f(p, x)),
            "upstream": plain(upstream),
            "x_gradient": plain(x_gradient),
            "gradients": plain(gradients),
        }
        if name == "batch":  # two training steps on x and 2 x, then an evaluation of x
            mean, variance = jnp.zeros(4), jnp.ones(4)
            for batch in (x, 2.0 * x):
                mean = 0.9 * mean + 0.1 * batch.mean(axis=0)
                variance = 0.9 * variance + 0.1 * batch.var(axis=0, ddof=1)
            case["running_mean"] = plain(mean)
            case["running_variance"] = plain(variance)
            case["evaluation"] = plain((x - mean) / jnp.sqrt(variance + epsilon) * p["gain"] + p["bias"])
        yield case


# --- optimizers: the papers' algorithms, a parameter at a time --------------------------------------------------------


def optimizer_cases():
    rates = [0.1, 0.05, 0.2, 0.01, 0.1, 0.03]
    start = {"weight": rng.normal(size=(2, 3)), "bias": rng.normal(size=3)}
    slopes = [{k: rng.normal(size=v.shape) * 10.0 ** rng.integers(-3, 2) for k, v in start.items()} for _ in rates]

    def run(options, update):
        p, states, after = dict(start), {k: {} for k in start}, []
        for t, (rate, g) in enumerate(zip(rates, slopes), start=1):
            for k in p:
                decay = options.get("weight_decay", 0.0) if k == "weight" else 0.0  # biases do not decay
                p[k] = update(p[k], g[k], states[k], rate, decay, t)
            after.append(plain(p))
        return {"options": options, "rates": rates, "start": plain(start), "slopes": plain_list(slopes), "after": after}

    def plain_list(items):
        return [plain(item) for item in items]

    def sgd(momentum):
        def update(p, g, state, rate, decay, t):
            state["v"] = momentum * state.get("v", 0.0) + g + decay * p
            return p - rate * state["v"]

        return update

    def adam(decoupled, beta1=0.9, beta2=0.999, epsilon=1e-8):
        def update(p, g, state, rate, decay, t):
            if not decoupled:
                g = g + decay * p
            state["m"] = beta1 * state.get("m", 0.0) + (1 - beta1) * g
            state["v"] = beta2 * state.get("v", 0.0) + (1 - beta2) * g * g
            m, v = state["m"] / (1 - beta1**t), state["v"] / (1 - beta2**t)
            moved = p - rate * m / (np.sqrt(v) + epsilon)
            return moved - rate * decay * p if decoupled else moved

        return update

    yield run({"name": "sgd"}, sgd(0.0))
    yield run({"name": "sgd", "momentum": 0.9, "weight_decay": 0.1}, sgd(0.9))
    yield run({"name": "adam"}, adam(False))
    yield run({"name": "adam", "weight_decay": 0.1}, adam(False))
    yield run({"name": "adam", "beta1": 0.5, "beta2": 0.9, "epsilon": 1e-3}, adam(False, 0.5, 0.9, 1e-3))
    yield run({"name": "adamw", "weight_decay": 0.1}, adam(True))


write("layers.json", layer_cases())
write("models.json", model_cases())
write("norms.json", norm_cases())
write("optimizers.json", optimizer_cases())
