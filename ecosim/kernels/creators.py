"""Creators' day in loops: decisions under every strategy, welfare, skill, exits."""

import math

import numpy as np

from ecosim.kernels import decisions, draws
from ecosim.kernels.jit import kernel, on_shares, released_kernel, scalar

IMITATE = 1


@scalar
def effort_from_income(prosperity, effort, elasticity):
    """Posts a day: effort x (income / mean income + .02)^elasticity, between .1 and 8."""
    wanted = effort * (max(np.float64(prosperity), 0.0) + 0.02) ** elasticity
    return np.float32(min(max(wanted, 0.1), 8.0))


@scalar
def mode_from_beliefs(seed, day, serial, beliefs, can_imitate, temperature):
    """Softmax choice of a mode by a creator on a day; imitation only when there is something to imitate."""
    w0, w1, w2, _ = draws.draw(seed, draws.MODE, day, serial, 0, 0, 0)
    u0, u1, u2 = draws.uniform64(w0), draws.uniform64(w1), draws.uniform64(w2)
    best, top = 0, -math.inf
    for mode in range(3):
        if mode == IMITATE and not can_imitate:
            continue
        u = u0 if mode == 0 else (u1 if mode == 1 else u2)
        value = np.float64(beliefs[mode]) / temperature - math.log(-math.log(u))
        if value > top:
            best, top = mode, value
    return best


@kernel
def reinforce(
    seed, day, serial, prosperity, beliefs, can_imitate, noise, temperature, effort, elasticity, out_effort, out_mode
):
    """Decide effort (float32[n]) and mode (int8[n]) of creators who learn by reinforcement.

    In all kernels of decisions, `noise` (float32[n]) multiplies what the strategy leaves to chance.
    """
    for i in range(serial.size):
        out_effort[i] = effort_from_income(prosperity[i], effort, elasticity)
        chance = np.float64(noise[i]) * temperature
        out_mode[i] = mode_from_beliefs(seed, day, serial[i], beliefs[i], can_imitate[i], chance)


@scalar
def copies(beliefs, can_imitate, margin):
    """Whether a creator copies the chart: copies have brought what one's own style has, less a margin, or more."""
    return can_imitate and np.float64(beliefs[IMITATE]) >= np.float64(beliefs[0]) - margin


@kernel
def imitate_top(beliefs, can_imitate, margin, out):
    """Decide the mode of creators who copy the chart while it pays: out int8[n]."""
    for i in range(out.size):
        out[i] = IMITATE if copies(beliefs[i], can_imitate[i], margin) else 0


@scalar
def best_mode(seed, day, serial, beliefs, can_imitate, exploration):
    """Mode that is believed to bring most; on days of exploration any that is possible. Ties go to the first."""
    w0, w1, w2, w3 = draws.draw(seed, draws.EXPLORE, day, serial, 0, 0, 0)
    exploring = draws.uniform64(w0) < exploration
    best, top = 0, -math.inf
    for mode in range(3):
        if mode == IMITATE and not can_imitate:
            continue
        word = w1 if mode == 0 else (w2 if mode == 1 else w3)
        value = draws.uniform64(word) if exploring else np.float64(beliefs[mode])
        if value > top:
            best, top = mode, value
    return best


@scalar
def best_effort(prosperity, cost, returns, toil):
    """Posts a day that maximise expected income less what posts cost, between .1 and 8.

    A creator with income P expects ``P (1 + returns x ln(e / present effort))`` from e posts a day: `returns` is the
    elasticity at the present effort. Posts cost ``cost x e + toil x e^2 / 2``. The first-order condition
    ``returns x P / e = cost + toil x e`` does not depend on the present effort; this is its positive root, in the form
    that does not cancel.
    """
    gain = returns * (max(np.float64(prosperity), 0.0) + 0.02)
    wanted = 2.0 * gain / (cost + math.sqrt(cost * cost + 4.0 * toil * gain))
    return np.float32(min(max(wanted, 0.1), 8.0))


@kernel
def reply_best(
    seed, day, serial, prosperity, beliefs, can_imitate, noise, costs, exploration, returns, toil, out_effort, out_mode
):
    """Decide effort (float32[n]) and mode (int8[n]) of creators who reply best to what they believe."""
    for i in range(serial.size):
        chance = np.float64(noise[i]) * exploration
        mode = best_mode(seed, day, serial[i], beliefs[i], can_imitate[i], chance)
        out_mode[i] = mode
        out_effort[i] = best_effort(prosperity[i], costs[mode], returns, toil)


@scalar
def good_enough_mode(seed, day, serial, mode, beliefs, aspiration, can_imitate, noise):
    """Mode of a creator who keeps the last one while it is good enough, else takes another at random.

    One who falls short of the aspiration by s leaves with chance 1 - exp(-s / noise), and always when there is nothing
    left to imitate.
    """
    w0, w1, w2, w3 = draws.draw(seed, draws.RESTLESS, day, serial, 0, 0, 0)
    lacking = max(np.float64(aspiration) - np.float64(beliefs[mode]), 0.0)
    must_leave = mode == IMITATE and not can_imitate
    if not must_leave and draws.uniform64(w0) >= 1.0 - math.exp(-lacking / noise):
        return mode
    best, top = 0, -math.inf
    for other in range(3):
        if other == mode or (other == IMITATE and not can_imitate):
            continue
        word = w1 if other == 0 else (w2 if other == 1 else w3)
        if draws.uniform64(word) > top:
            best, top = other, draws.uniform64(word)
    return best


@scalar
def next_aspiration(aspiration, believed, adjustment):
    """Aspiration after a day: a step towards what the mode in use has brought."""
    before = np.float64(aspiration)
    return np.float32(before + adjustment * (np.float64(believed) - before))


@kernel
def satisfice(
    seed, day, serial, mode, beliefs, aspiration, can_imitate, noise, restless, adjustment, out_mode, out_aspiration
):
    """Decide the mode (int8[n]) of creators who look for what is good enough, and move aspirations (float32[n]).

    `restless` is the strategy's shortfall at which most leave their mode.
    """
    for i in range(serial.size):
        chance = np.float64(noise[i]) * restless
        out_mode[i] = good_enough_mode(seed, day, serial[i], mode[i], beliefs[i], aspiration[i], can_imitate[i], chance)
        out_aspiration[i] = next_aspiration(aspiration[i], beliefs[i, mode[i]], adjustment)


@kernel
def efforts_from_income(prosperity, effort, elasticity, out):
    """Effort of every creator from income: out float32[n]."""
    for i in range(prosperity.size):
        out[i] = effort_from_income(prosperity[i], effort, elasticity)


@scalar
def count_posts(seed, day, serial, effort):
    """Number of posts of a creator on a day; its mean is the effort."""
    w0, _, _, _ = draws.draw(seed, draws.POSTS, day, serial, 0, 0, 0)
    return decisions.habit(np.float32(effort), draws.uniform(w0))


@kernel
def count_all_posts(seed, day, serial, effort, out):
    """Number of posts of every creator: out int64[n]."""
    for i in range(serial.size):
        out[i] = count_posts(seed, day, serial[i], effort[i])


@scalar
def running(before, memory, now):
    """Running mean in float64, rounded to float32."""
    return np.float32(memory * np.float64(before) + (1.0 - memory) * now)


@scalar
def next_skill(skill, talent, prosperity, training, investment, rate):
    """Skill after a day: a small step towards talent plus what income can buy and training adds."""
    target = np.float64(talent) + investment * math.log(1.0 + 10.0 * max(np.float64(prosperity), 0.0))
    target = target + np.float64(training)
    return np.float32(np.float64(skill) + rate * (target - np.float64(skill)))


@kernel
def adapt(
    alive, income, impressions, training, mean_income, mean_impressions, attention, memory, investment, rate, creators
):
    """Update welfare, prosperity and skill of living creators after settlement.

    Parameters
    ----------
    alive : bool[m]
        Who still publishes.
    income, impressions : int64[m]
        Today's gross income (fen) and impressions.
    training : float32[m]
        What training adds to the skill that one grows towards.
    mean_income, mean_impressions : float
        The reference, above zero.
    attention, memory, investment, rate : float
        See CreatorConfig: attention_value, welfare_memory, skill_investment, skill_rate.
    creators : tuple of float32[m]
        welfare, prosperity, skill, talent; the first three are written.
    """
    welfare, prosperity, skill, talent = creators
    for c in range(alive.size):
        if alive[c]:
            earned = income[c] / mean_income
            seen = impressions[c] / mean_impressions
            welfare[c] = running(welfare[c], memory, earned + attention * seen)
            prosperity[c] = running(prosperity[c], memory, earned)
            skill[c] = next_skill(skill[c], talent[c], prosperity[c], training[c], investment, rate)


@scalar
def stops(seed, day, serial, age, grace, welfare, reservation, highest, steepness):
    """Whether a creator stops today."""
    if age < grace:
        return False
    w0, _, _, _ = draws.draw(seed, draws.EXIT, day, serial, 0, 0, 0)
    return draws.uniform64(w0) < decisions.exit_hazard(np.float64(welfare), reservation, highest, steepness)


@kernel
def find_stops(seed, day, serial, alive, age, grace, welfare, reservation, highest, steepness, out):
    """Find the creators who stop today: out bool[m]."""
    for c in range(serial.size):
        out[c] = alive[c] and stops(seed, day, serial[c], age[c], grace, welfare[c], reservation, highest, steepness)


@scalar
def stays_active(seed, day, consumer, active, satisfaction, rate, slope, back):
    """Whether a consumer is active tomorrow."""
    w0, _, _, _ = draws.draw(seed, draws.LAPSE, day, consumer, 0, 0, 0)
    u = draws.uniform64(w0)
    if active:
        return u >= decisions.lapse_chance(np.float64(satisfaction), rate, slope)
    return u < back


def lapse(seed, day, identity, satisfaction, rate, slope, back, active):
    """Let consumers lapse or return: active bool[n] is written."""
    known = seed, day, identity, satisfaction, rate, slope, back, active
    on_shares(lambda first, last: lapse_share(first, last, *known), identity.size)


@released_kernel
def lapse_share(first, last, seed, day, identity, satisfaction, rate, slope, back, active):
    """Let the consumers from `first` to before `last` lapse or return; see :func:`lapse`."""
    for i in range(first, last):
        active[i] = stays_active(seed, day, identity[i], active[i], satisfaction[i], rate, slope, back)
