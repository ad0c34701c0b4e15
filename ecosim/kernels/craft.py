"""Making items: the style and quality of a post in one's own style, of an imitation, of an innovation."""

import math

import numpy as np

from ecosim.kernels import draws
from ecosim.kernels.jit import kernel, on_shares, released_kernel, scalar


@scalar
def blend(own, model, fidelity, step, noise, out):
    """Write the unit vector along ``fidelity x model + (1 - fidelity) x own + step x noise / sqrt(D)``.

    All vectors float32[D], noise float64[D]; computed in float64 from left to right.
    """
    size = own.size
    length = 0.0
    total = np.empty(size)
    for d in range(size):
        mixed = fidelity * np.float64(model[d]) + (1.0 - fidelity) * np.float64(own[d])
        total[d] = mixed + step * noise[d] / math.sqrt(size)
        length += total[d] * total[d]
    length = math.sqrt(length)
    for d in range(size):
        out[d] = np.float32(total[d] / length) if length > 0.0 else own[d]


@scalar
def item_quality(skill, noise, spread, z):
    """Quality of an item around its creator's skill, in logits."""
    return np.float32(np.float64(skill) + noise * spread * z)


@scalar
def item_duration(u):
    """Length of a video in ms: 15 to 120 seconds."""
    return np.int32(15_000 + 105_000 * np.float64(u))


def make_items(seed, serial, number, own, model, fidelity, step, spread, skill, noise, style, quality, duration, word):
    """Make items; the first arrays describe them, the last four are written.

    Parameters
    ----------
    serial, number : int64[p]
        The items' keys.
    own, model : float32[p, D]
        The creator's style and the imitated item's style.
    fidelity, step, spread : float64[p]
        Weight of the model, noise of the style, relative noise of the quality.
    skill : float32[p]
        The creator's skill.
    noise : float
        Standard deviation of quality.
    """
    plan = seed, serial, number, own, model, fidelity, step, spread, skill, noise, style, quality, duration, word
    on_shares(lambda first, last: make_share(first, last, *plan), serial.size)


@released_kernel
def make_share(
    begin, end, seed, serial, number, own, model, fidelity, step, spread, skill, noise, style, quality, duration, word
):
    """Make the items from `begin` to before `end`; see :func:`make_items`."""
    z = np.empty(own.shape[1])
    for i in range(begin, end):
        w0, w1, w2, w3 = draws.draw(seed, draws.ITEM, 0, serial[i], number[i], 0, 0)
        word[i] = np.uint32(w0)
        duration[i] = item_duration(draws.uniform(w1))
        quality[i] = item_quality(skill[i], noise, spread[i], draws.normals(w2, w3)[0])
        style_noise(seed, serial[i], number[i], z)
        blend(own[i], model[i], fidelity[i], step[i], z, style[i])


@kernel
def style_noise(seed, serial, number, out):
    """Fill ``out`` (float64[D]) with the standard normals of an item's style."""
    for d in range(0, out.size, 4):
        w0, w1, w2, w3 = draws.draw(seed, draws.STYLE, 0, serial, number, d, 0)
        out[d], out[d + 1] = draws.normals(w0, w1)
        out[d + 2], out[d + 3] = draws.normals(w2, w3)


@scalar
def reward(interactions, mean, cost_share):
    """Net reward of an item: log of one plus relative engagement, less its cost in mean incomes."""
    return math.log(1.0 + np.float64(interactions) / mean) - cost_share


@scalar
def reading_error(seed, day, serial, number, noise):
    """Error with which the result of an item is read by its creator (net reward)."""
    if noise <= 0.0:
        return 0.0
    w0, w1, _, _ = draws.draw(seed, draws.READING, day, serial, number, 0, 0)
    return noise * draws.normals(w0, w1)[0]


@kernel
def drift(style, toward, rate):
    """Pull one's own style (float32[D], written) towards an item's style and keep it a unit vector."""
    length = 0.0
    for d in range(style.size):
        style[d] = np.float32((1.0 - rate) * np.float64(style[d]) + rate * np.float64(toward[d]))
        length += np.float64(style[d]) * np.float64(style[d])
    length = math.sqrt(length)
    if length > 0.0:
        for d in range(style.size):
            style[d] = np.float32(np.float64(style[d]) / length)


@kernel
def reading_errors(seed, day, creator, serial, number, noise, out):
    """Fill in the error with which each item's creator reads its result (float64[p]), from noise float32[m]."""
    for i in range(creator.size):
        out[i] = reading_error(seed, day, serial[i], number[i], np.float64(noise[creator[i]]))


@kernel
def learn(creator, mode, interactions, item_style, error, mean, cost_share, grant, rate, pull, beliefs, style):
    """Let creators learn from items that have just come of age, in the order of the catalog.

    Parameters
    ----------
    creator, mode : int32[p], int8[p]
        Creator and mode of each item.
    interactions : int64[p]
        Interactions so far.
    item_style : float32[p, D]
        Styles of the items.
    error : float64[p]
        Error with which each result is read.
    mean : float
        Mean interactions of such items; above zero.
    cost_share : float64[3]
        Cost of a post in each mode, in mean incomes.
    grant : float32[m, 3]
        What is paid to a creator for a post in each mode, in mean incomes.
    rate : float64[m]
        Learning rate of each creator's beliefs.
    pull : float64[m]
        Drift of each creator's style.
    beliefs, style : float32[m, 3], float32[m, D]
        Written.
    """
    for i in range(creator.size):
        c, k = creator[i], mode[i]
        gained = reward(interactions[i], mean, cost_share[k] - np.float64(grant[c, k])) + error[i]
        before = np.float64(beliefs[c, k])
        beliefs[c, k] = np.float32(before + rate[c] * (gained - before))
        surprise = min(max(gained - before, 0.0), 1.0)
        if pull[c] * surprise > 0.0:
            drift(style[c], item_style[i], pull[c] * surprise)
