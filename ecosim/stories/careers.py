"""What is worth a sentence in the life of a creator."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from ecosim.config import SimulationConfig
from ecosim.reports.numbers import listed, number, percent, spoken
from ecosim.state.levers import LEVERS
from ecosim.state.schema import IMITATE, MONTH, TIERS, WEEK
from ecosim.stories.creators import CreatorDay, CreatorTraits, Moved
from ecosim.stories.entries import Entry, counted, crossed, home, marks, on, term, with_quiet_days, yuan

HIT = 4
"""A day is a hit when it brings so many times the mean of the last four weeks."""
_NEXT_HIT = 2
_SAFE = 1.2
"""Welfare above the reservation, relative, at which the danger is called over."""

SOURCES = ("ads", "commission on videos", "commission on live sessions", "fees", "grants")
"""Where income comes from, in the order of a day's note."""
MADE = ("in its own style", "copied from a recent hit", "unlike anything before")
"""How an item was made, by mode."""
TURNED = ("Its own style", "Copies of recent hits", "New styles")

Days = Sequence[CreatorDay]


def portrait(traits: CreatorTraits, days: Days) -> str:
    """Say who the creator is."""
    came = (
        f"there from the start, with {counted(days[0].followers, 'follower')}"
        if traits.founder
        else f"entered on day {traits.entered}"
    )
    return (
        f"Vertical {traits.vertical}, from {home(traits.region)}, talent {traits.talent:+.2f} (logit; the mean is near "
        f"0); {came}."
    )


def career(traits: CreatorTraits, days: Days, config: SimulationConfig, cuts: Sequence[int] = ()) -> list[Entry]:
    """Tell a creator's life; `cuts` are days at which summaries begin anew."""
    events = [
        *_entry(traits, days), *_first_steps(traits, days), *_hits(days), *_tiers(days), *_followers(days),
        *_live(days), *_deals(days), *_habits(days), *_silences(days), *_help(days, config), *_danger(days, config),
        *_debt(days), *_exit(days, config),
    ]  # fmt: skip
    return with_quiet_days(
        events, (days[0].day, days[-1].day), cuts, lambda first, last: _between(days, first, last)
    )  # fmt: skip


def _entry(traits: CreatorTraits, days: Days) -> Iterator[Entry]:
    if not traits.founder:
        yield on(days[0].day, f"Enters, as a creator of vertical {traits.vertical} from {home(traits.region)}.")


def _first_steps(traits: CreatorTraits, days: Days) -> Iterator[Entry]:
    """First video, first impressions, the first week, the first money; founders have all that behind them."""
    if traits.founder:
        return
    published = next((day for day in days if day.posts), None)
    if published is not None:
        seen = f"shown {counted(published.impressions, 'time')} on its first day"
        yield on(published.day, f"Publishes its first video, {MADE[published.mode]}; {seen}.")
    if len(days) >= WEEK:
        week = days[:WEEK]
        mean, usual = sum(day.impressions for day in week) / WEEK, sum(day.usual for day in week) / WEEK
        yield on(
            week[-1].day,
            f"After a week: shown {number(mean, 0)} times a day, where the mean creator is shown {number(usual, 0)} "
            f"times; {counted(week[-1].followers, 'follower')}.",
        )
    for source, name in enumerate(SOURCES):
        first = next((day for day in days if day.income[source]), None)
        if first is not None and source in (0, 1, 2):  # fees and grants are told with deals and policies
            yield on(first.day, f"First income from {name}: {yuan(first.income[source])}.")


def _hits(days: Days) -> Iterator[Entry]:
    """Tell days that are far above what was usual; before the first video was shown nothing is."""
    told = 0.0
    since = -MONTH
    first = next((place for place, day in enumerate(days) if day.impressions), len(days))
    for place, day in enumerate(days[first:], first):
        before = [past.impressions for past in days[max(first, place - MONTH) : place]]
        usual = sum(before) / max(len(before), 1)
        if day.day - since >= MONTH:
            told = 0.0
        enough = len(before) >= WEEK and day.impressions >= HIT * usual and day.impressions > day.usual
        if not enough or day.impressions < _NEXT_HIT * told:
            continue
        told, since = day.impressions, day.day
        text = f"A hit: shown {day.impressions:,} times today, "
        if usual >= 1:
            text += f"{number(day.impressions / usual, 0)} times the mean of the last four weeks"
        else:
            text += "after four weeks in which it was shown less than once a day"
        if day.best is not None and day.best.impressions > 0:
            share = percent(day.best.impressions / day.impressions, 0)
            text += f"; {share} of it for one video of day {day.best.published}, {MADE[day.best.mode]}"
        yield on(day.day, f"{text}.")


def _tiers(days: Days) -> Iterator[Entry]:
    for before, day in itertools.pairwise(days):
        if day.alive and day.tier != before.tier:
            verb = "Rises" if day.tier < before.tier else "Falls"
            yield on(day.day, f"{verb} to the {TIERS[day.tier]}, with {counted(day.followers, 'follower')}.")


def _followers(days: Days) -> Iterator[Entry]:
    for day, followers, _ in crossed([(day.day, day.followers) for day in days], marks()):
        yield on(day, f"Reaches {counted(followers, 'follower')}.")


def _live(days: Days) -> Iterator[Entry]:
    first = next((day for day in days if day.live), None)
    if first is not None:
        yield on(first.day, "Goes live, the first time that is seen of it here.")


def _deals(days: Days) -> Iterator[Entry]:
    """Tell the first deal, and later ones that pay at least twice what any did before."""
    highest, told = 0, None
    for day in days:
        running = {deal.row: deal for deal in day.deals}
        if told is not None and told.row not in running:
            sold = f"goods of {yuan(told.sold)}" if told.sold else "nothing"
            yield on(day.day, f"The deal with brand {told.brand} is over: {sold} sold under it.")
        told = None if told is None else running.get(told.row)
        deal = max(day.deals, key=lambda deal: deal.fee, default=None)
        if deal is not None and deal.fee >= 2 * highest:
            which = "First deal" if highest == 0 else "Best paid deal so far"
            yield on(
                day.day,
                f"{which}: brand {deal.brand} pays {yuan(deal.fee)} for {term(deal.part)} with a product of "
                f"{yuan(deal.price)}.",
            )
            highest, told = max(deal.fee, 1), deal


def _habits(days: Days) -> Iterator[Entry]:
    """Tell when another way of making videos becomes the most frequent over four weeks."""
    made = [0 if place == 0 else day.posts - days[place - 1].posts for place, day in enumerate(days)]
    present: int | None = None
    for place, day in enumerate(days):
        window = range(max(0, place - MONTH + 1), place + 1)
        by_mode = [sum(made[k] for k in window if days[k].mode == mode) for mode in range(len(MADE))]
        total, most = sum(by_mode), max(range(len(MADE)), key=by_mode.__getitem__)
        if place < MONTH - 1 or total < 3 or 2 * by_mode[most] <= total or most == present:
            continue
        if present is not None:
            now = "are" if most else "is"
            yield on(
                day.day,
                f"{TURNED[most]} {now} now its main way: {by_mode[most]} of {counted(total, 'video')} in four weeks.",
            )
        present = most


def _silences(days: Days) -> Iterator[Entry]:
    silent = 0
    for place, day in enumerate(days):
        active = day.live or (place > 0 and day.posts > days[place - 1].posts)
        if active and silent >= 2 * WEEK:
            yield on(day.day, f"Publishes again, after {counted(silent, 'day')}.")
        silent = 0 if active else silent + 1
        if silent == 2 * WEEK and day.alive:
            yield on(day.day, "Has gone quiet: neither a video nor a live session for two weeks.")


def _help(days: Days, config: SimulationConfig) -> Iterator[Entry]:
    """Tell what policies move for the creator: from when, how far, until when."""
    running: dict[str, Moved] = {}
    for day in days:
        now = {moved.lever: moved for moved in day.moved}
        for name in [name for name in running if name not in now]:
            if day.alive:
                yield on(day.day, f"{_policies(running[name])} no longer moves {_lever(name)} for it.")
            running.pop(name)
        for name, moved in now.items():
            if name not in running:
                yield on(day.day, _moving(moved, day))
            running[name] = moved


def _moving(moved: Moved, day: CreatorDay) -> str:
    unit = LEVERS[moved.lever].unit
    # At the start of a phase-in the step is small.
    text = f"{_policies(moved)} begins to move {_lever(moved.lever)}: {moved.value:.3g} {unit} today, "
    text += f"{moved.default:.3g} without"
    if moved.lever == "reserved_share":
        text += f"; that is {number(moved.value * day.usual, 0)} impressions a day"
    return f"{text}."


def _policies(moved: Moved) -> str:
    return f"The {listed([spoken(policy) for policy in moved.policies])}"


def _lever(name: str) -> str:
    return f"{name} ({LEVERS[name].description})"


def _danger(days: Days, config: SimulationConfig) -> Iterator[Entry]:
    """Tell when welfare falls under the reservation, past the days of grace, and when that is over."""
    line, below = config.creator.reservation, False
    for place, day in enumerate(days):
        if not below and day.alive and day.welfare < line and place >= config.creator.grace_days:
            below = True
            yield on(
                day.day,
                f"Close to stopping: welfare {day.welfare:.2f} in mean incomes, below the {line:g} that is worth it.",
            )
        elif below and day.welfare > _SAFE * line:
            below = False
            yield on(day.day, f"Out of danger: welfare {day.welfare:.2f}.")


def _debt(days: Days) -> Iterator[Entry]:
    first = next((day for place, day in enumerate(days) if day.savings < 0 and (place >= MONTH)), None)
    if first is not None:
        yield on(first.day, f"Has spent more than it has earned since entry: {yuan(first.savings)}.")


def _exit(days: Days, config: SimulationConfig) -> Iterator[Entry]:
    last = days[-1]
    if last.alive:
        return
    month = days[-MONTH:]
    shown = sum(day.impressions for day in month) / len(month)
    usual = sum(day.usual for day in month) / len(month)
    yield on(
        last.day,
        f"Stops, after {counted(last.day - days[0].day, 'day')} here. Welfare had come to {last.welfare:.2f} in mean "
        f"incomes ({config.creator.reservation:g} is what makes it worth going on): in its last "
        f"{counted(len(month), 'day')} it was shown {number(shown, 0)} times a day, the mean creator "
        f"{number(usual, 0)} times, and it earned {yuan(earned(month))}.",
    )


def earned(days: Days) -> int:
    """Income over some days in a row, fen; that of their first day is not known unless it is the first of all."""
    return sum(days[-1].income) - sum(days[0].income) if days else 0


def _between(days: Days, first: int, last: int) -> str:
    """Sum up the days from `first` to `last`."""
    start = days[0].day
    span = days[first - start : last - start + 1]
    before = days[first - start - 1] if first > start else None
    posts = span[-1].posts - (before.posts if before else 0)
    income = [now - (before.income[k] if before else 0) for k, now in enumerate(span[-1].income)]
    shown = sum(day.impressions for day in span) / len(span)
    gained = span[-1].followers - (before.followers if before else span[0].followers)
    live = sum(day.live for day in span)
    parts = [counted(posts, "video"), *([f"live on {counted(live, 'day')}"] if live else [])]
    copied = _copied([before, *span] if before else span)
    parts[0] += f" ({copied} copied from hits)" if copied else ""
    followers = f"{gained:+,} followers, {span[-1].followers:,} in all"
    return f"{listed(parts)}; shown {number(shown, 0)} times a day; {followers}; {_income(income)}."


def _copied(days: Days) -> int:
    """Videos after the first day that copied a hit."""
    return sum(now.posts - past.posts for past, now in itertools.pairwise(days) if now.mode == IMITATE)


def _income(income: Sequence[int]) -> str:
    total = sum(income)
    if total <= 0:
        return "no income"
    named = sorted(((part, name) for part, name in zip(income, SOURCES, strict=True) if part > 0), reverse=True)
    return f"income {yuan(total)}, of it {listed([f'{percent(part / total)} {name}' for part, name in named])}"


def lasting(days: Days) -> list[tuple[str, str, float]]:
    """What a life came to: name, unit and number, for a comparison of two."""
    return [
        ("followers at the end", "", days[-1].followers),
        ("impressions", "", sum(day.impressions for day in days)),
        ("income", "yuan", earned(days) / 100),
        ("videos", "", days[-1].posts - days[0].posts),
        ("of them copied from hits", "", _copied(days)),
        ("days live", "", sum(day.live for day in days)),
        ("welfare at the end", "mean incomes", days[-1].welfare),
        ("impressions by the panel", "", sum(day.panel for day in days)),
        ("of them in reserved slots", "", sum(day.reserved for day in days)),
    ]
