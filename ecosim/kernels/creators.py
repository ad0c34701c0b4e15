"""Creators' day in loops: decisions by reinforcement, welfare, skill, exits."""

import math

import numpy as np

from ecosim.kernels import decisions, draws
from ecosim.kernels.jit import kernel, scalar

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
    seed, day, serial, prosperity, beliefs, can_imitate, temperature, effort, elasticity, out_effort, out_mode
):
    """Decide effort (float32[n]) and mode (int8[n]) of creators who learn by reinforcement."""
    for i in range(serial.size):
        out_effort[i] = effort_from_income(prosperity[i], effort, elasticity)
        out_mode[i] = mode_from_beliefs(seed, day, serial[i], beliefs[i], can_imitate[i], temperature)


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
def next_skill(skill, talent, prosperity, investment, rate):
    """Skill after a day: a small step towards talent plus what income can buy."""
    target = np.float64(talent) + investment * math.log(1.0 + 10.0 * max(np.float64(prosperity), 0.0))
    return np.float32(np.float64(skill) + rate * (target - np.float64(skill)))


@kernel
def adapt(alive, income, impressions, mean_income, mean_impressions, attention, memory, investment, rate, creators):
    """Update welfare, prosperity and skill of living creators after settlement.

    Parameters
    ----------
    alive : bool[m]
        Who still publishes.
    income, impressions : int64[m]
        Today's gross income (fen) and impressions.
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
            skill[c] = next_skill(skill[c], talent[c], prosperity[c], investment, rate)


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


@kernel
def lapse(seed, day, identity, satisfaction, rate, slope, back, active):
    """Let consumers lapse or return: active bool[n] is written."""
    for i in range(identity.size):
        active[i] = stays_active(seed, day, identity[i], active[i], satisfaction[i], rate, slope, back)
