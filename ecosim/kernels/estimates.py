"""What the platform knows of items: Bayesian posteriors that start broad, heat, and likeness to recent hits."""

import math

import numpy as np

from ecosim.kernels.decisions import dot
from ecosim.kernels.jit import kernel, on_shares, released_kernel, scalar

WATCH, INTERACTION, FOLLOW, POPULARITY, FRESHNESS, LIKENESS, CONVERSION, LIVE = range(8)
ITEM_TERMS = 8


@scalar
def posterior(successes, views, prior, prior_views):
    """Posterior mean of a rate that starts at `prior` with the weight of `prior_views` views."""
    return (prior_views * prior + successes) / (prior_views + views)


@scalar
def blended_prior(record_successes, record_views, overall, record_weight, trust_views):
    """Prior of a creator's item: the creator's record, as far as it is trusted, else the vertical's mean."""
    if record_views <= 0.0:
        return overall
    weight = record_weight * record_views / (record_views + trust_views)
    return weight * record_successes / record_views + (1.0 - weight) * overall


def item_terms(
    items, records, click_rate, means, hits, mean_heat, day, life, prior_views, record_weight, trust_views, out
):
    """Fill the item terms of the score.

    Parameters
    ----------
    items : tuple of arrays
        creator int32[k], vertical int32[k], style float32[k, D], day int32[k], duration int32[k], impressions,
        watch (ms), interactions, follows int64[k], heat float32[k], product int32[k], clicks int64[k], parts int32[k].
    records : tuple of float64[m]
        Creators' fading views, watch shares, interactions, follows.
    click_rate : float
        Mean clicks per impression of an item with a product; above zero.
    means : float64[V, 3]
        Mean watch share, interaction rate and follow rate by vertical; above zero.
    hits : float32[V, D]
        Mean style of the vertical's recent hits.
    out : float32[k, 8]
        Watch (difference of logits), interaction and follow (differences of logs), popularity, freshness, likeness,
        conversion (difference of logs; 0 without a product), live (1 for a session).
    """
    known = items, records, click_rate, means, hits, mean_heat, day, life, prior_views, record_weight, trust_views
    on_shares(lambda first, last: terms_of_share(first, last, *known, out), out.shape[0])


@released_kernel
def terms_of_share(
    begin, end, items, records, click_rate, means, hits, mean_heat, day, life, prior_views, record_weight, trust_views,
    out,
):  # fmt: skip
    """Fill the terms of the items from `begin` to before `end`; see :func:`item_terms`."""
    (creator, vertical, style, published, duration, impressions, watch, interactions, follows, heat, product, clicks,
     parts) = items  # fmt: skip
    record_seen, record_watch, record_acts, record_follows = records
    for i in range(begin, end):
        c, v, n = creator[i], vertical[i], np.float64(impressions[i])
        mean_watch, mean_acts, mean_follows = means[v, 0], means[v, 1], means[v, 2]
        prior = blended_prior(record_watch[c], record_seen[c], mean_watch, record_weight, trust_views)
        rate = posterior(watch[i] / np.float64(duration[i]), n, prior, prior_views)
        rate = min(max(rate, 1e-4), 1.0 - 1e-4)
        out[i, WATCH] = math.log(rate / (1.0 - rate)) - math.log(mean_watch / (1.0 - mean_watch))
        prior = blended_prior(record_acts[c], record_seen[c], mean_acts, record_weight, trust_views)
        out[i, INTERACTION] = math.log(max(posterior(interactions[i], n, prior, prior_views), 1e-9) / mean_acts)
        prior = blended_prior(record_follows[c], record_seen[c], mean_follows, record_weight, trust_views)
        out[i, FOLLOW] = math.log(max(posterior(follows[i], n, prior, prior_views), 1e-9) / mean_follows)
        out[i, POPULARITY] = math.log(1.0 + heat[i] / mean_heat)
        out[i, FRESHNESS] = 1.0 - np.float64(day - published[i]) / np.float64(life)
        out[i, LIKENESS] = dot(hits, v, style, i) * prior_views / (prior_views + n)
        out[i, CONVERSION] = 0.0
        if product[i] >= 0:
            out[i, CONVERSION] = math.log(posterior(clicks[i], n, click_rate, prior_views) / click_rate)
        out[i, LIVE] = 1.0 if parts[i] != 0 else 0.0


@kernel
def item_base(terms, weights, locality, region, bonus, out):
    """Sum the item and cohort terms of the score: out float32[R, k], from weights float32[8] and bonus float32[k]."""
    for i in range(bonus.size):
        total = bonus[i]
        for t in range(terms.shape[1]):
            total = total + weights[t] * terms[i, t]
        for r in range(out.shape[0]):
            out[r, i] = total + (locality if region[i] == r else np.float32(0.0))


@scalar
def novelty_of(likeness):
    """How new an item is, from 0 to 1: one less its likeness to the mean style of the vertical's recent hits."""
    return np.float32(1.0) - max(np.float32(likeness), np.float32(0.0))


@kernel
def novelties(vertical, style, hits, out):
    """Say how new every item is (float32[k]), from its style and the hits' (float32[V, D])."""
    for i in range(vertical.size):
        out[i] = novelty_of(dot(hits, vertical[i], style, i))


@kernel
def add_to_creators(creator, amount, out):
    """Add items' amounts (int64[k]) to their creators (int64[m])."""
    for i in range(creator.size):
        out[creator[i]] += amount[i]


@kernel
def update_records(creator, duration, parts, impressions, watch, interactions, follows, memory, records):
    """Fade creators' records by a day and add today's counts of videos (arrays of :func:`item_terms`)."""
    seen, watched, acts, followed = records
    for c in range(seen.size):
        seen[c] *= memory
        watched[c] *= memory
        acts[c] *= memory
        followed[c] *= memory
    for i in range(creator.size):
        if parts[i] != 0:  # a live session holds longer, which says nothing of the next video
            continue
        c = creator[i]
        seen[c] += impressions[i]
        watched[c] += watch[i] / np.float64(duration[i])
        acts[c] += interactions[i]
        followed[c] += follows[i]


@kernel
def latest_items(creator, partner, day, number, parts, oldest, out):
    """Find each creator's newest video published on day `oldest` or later, and today's live session.

    An item made with a partner is the partner's too, as far as their followers are concerned. ``out`` is int32[m, 4]:
    the video and the session, -1 for none, the session's dayparts as bits, and nothing.
    """
    out[:, :2] = -1
    out[:, 2:] = 0
    for i in range(creator.size):
        if day[i] >= oldest:
            live = 1 if parts[i] != 0 else 0
            note_latest(creator[i], i, live, number, out)
            if partner[i] >= 0:
                note_latest(partner[i], i, live, number, out)
    for row in range(out.shape[0]):
        if out[row, 1] >= 0:
            out[row, 2] = parts[out[row, 1]]


@scalar
def note_latest(creator, item, live, number, out):
    """Note an item if it is newer than what a creator is known for (of equals, the one that stands first)."""
    known = out[creator, live]
    if known < 0 or number[item] > number[known]:
        out[creator, live] = item


@kernel
def chart(vertical, heat, word, size, out):
    """List the hottest items of each vertical: out int32[V, size], -1 where there are fewer; ties by word."""
    out[:] = -1
    for i in range(vertical.size):
        if heat[i] <= np.float32(0.0):
            continue
        row = out[vertical[i]]
        place = size
        while place > 0:
            other = row[place - 1]
            if other >= 0 and (heat[other] > heat[i] or (heat[other] == heat[i] and word[other] < word[i])):
                break
            place -= 1
        if place < size:
            for p in range(size - 1, place, -1):
                row[p] = row[p - 1]
            row[place] = i
