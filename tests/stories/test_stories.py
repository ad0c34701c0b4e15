"""Stories: watching changes nothing, what is told is what the tables hold, and who cannot be told is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import ecosim as package
from ecosim.config import SimulationConfig
from ecosim.config.compose import compose
from ecosim.errors import InputError
from ecosim.model import EcosystemModel
from ecosim.stages.arrivals import potential_entrants
from ecosim.stages.genesis import create_world
from ecosim.stories import careers, tell, telling
from ecosim.stories.brands import BrandDiary
from ecosim.stories.consumers import ConsumerDiary
from ecosim.stories.creators import CreatorDay, CreatorDiary, CreatorTraits, Deal
from ecosim.stories.entries import Entry, on, with_quiet_days
from ecosim.stories.pages import markdown
from ecosim.stories.watching import watch
from ecosim.testing.worlds import digest
from tests.editing import resealed, rewritten

TOY = ("scale=toy", "days=30", "burn_in=10", "threads=1", "recording.figures=false")
FLOOR = (*TOY, "policy=exposure_floor", "policies.exposure_floor.start=5", "recording.panel_every=1")


def config(*words: str) -> SimulationConfig:
    return compose([*TOY, *words])


@pytest.fixture(scope="module")
def lived() -> dict[str, Any]:
    """One world, watched by a creator's, a consumer's and a brand's diary."""
    diaries = {"creator": CreatorDiary(3), "consumer": ConsumerDiary(7), "brand": BrandDiary(0)}
    settings = compose(list(FLOOR))

    def ask(model: EcosystemModel) -> dict[str, Any]:
        tables = {name: table.to_pandas() for name, table in model.recorder.tables().items()}
        return {"tables": tables, "digest": digest(model.world)}

    found = watch(settings, list(diaries.values()), lambda _: None, ask)
    return {**diaries, **found, "config": settings}


def test_a_world_that_is_watched_is_the_same_to_the_last_byte(lived: dict[str, Any]) -> None:
    model = EcosystemModel(lived["config"])
    for _ in range(lived["config"].total_days):
        model.step()
    assert digest(model.world) == lived["digest"]
    for name, table in model.recorder.tables().items():
        assert table.to_pandas().equals(lived["tables"][name]), name
    model.close()


def test_a_creators_diary_ends_where_the_tables_end(lived: dict[str, Any]) -> None:
    diary, snapshots = lived["creator"], lived["tables"]["creators"]
    last = snapshots[(snapshots["serial"] == 3) & (snapshots["day"] == diary.days[-1].day)].iloc[0]
    sources = ("ads", "video", "live", "fees", "grants")
    assert diary.days[-1].income == tuple(last[f"earned_{source}_fen"] for source in sources)
    assert sum(day.impressions for day in diary.days[-28:]) == last["impressions_28d"]
    assert [day.day for day in diary.days] == list(range(-10, diary.days[-1].day + 1))
    fees = {deal.row: deal.fee for day in diary.days for deal in day.deals}
    assert sum(fees.values()) == last["earned_fees_fen"] > 0


def test_a_brands_diary_ends_where_the_tables_end(lived: dict[str, Any]) -> None:
    diary, brands = lived["brand"], lived["tables"]["brands"]
    last = brands[(brands["brand"] == 0) & (brands["day"] == 29)].iloc[0]
    end = diary.days[-1]
    assert (end.sold, end.returned, end.fees, end.savings) == (
        last["sold_fen"], last["returned_fen"], last["paid_fees_fen"], last["savings_fen"],
    )  # fmt: skip
    assert sum(deal.fee for day in diary.days for deal in day.signed) == last["paid_fees_fen"]


def test_what_all_consumers_buy_and_send_back_is_what_brands_sold(lived: dict[str, Any]) -> None:
    settings = lived["config"]
    diaries = [ConsumerDiary(row) for row in range(settings.scale.consumers)]
    brands = watch(settings, diaries, lambda _: None, lambda model: model.recorder.tables()["brands"].to_pandas())
    last = brands[brands["day"] == 29]
    days = [day for diary in diaries for day in diary.days]
    assert sum(bought.price for day in days for bought in day.bought) == last["sold_fen"].sum() > 0
    returned = sum(parcel.price for day in days for parcel in day.delivered if parcel.returned)
    assert returned == last["returned_fen"].sum() > 0


def test_two_worlds_share_the_days_before_the_policy(lived: dict[str, Any]) -> None:
    told = tell("creator", 20, [config(), compose(list(FLOOR[:-1]))])
    assert told.parted is not None
    assert told.parted >= 5, "a policy that starts on day 5 reached back"
    assert told.shared
    assert all(entry.last < told.parted for entry in told.shared)
    assert all(entry.first >= told.parted for chapter in told.chapters for entry in chapter.entries)
    assert [chapter.label for chapter in told.chapters] == ["baseline, seed 1", "exposure_floor, seed 1"]


def test_a_guaranteed_creator_hears_of_the_guarantee(lived: dict[str, Any]) -> None:
    helped = [day.day for day in lived["creator"].days if day.moved]
    tail = [day.day for day in lived["creator"].days if day.day >= 5 and day.tier == 2]
    assert bool(helped) == bool(tail)
    diary = CreatorDiary(20)
    watch(lived["config"], [diary], lambda _: None, lambda _: None)
    first = next(day for day in diary.days if day.moved)
    assert first.day == 5
    assert first.moved[0].lever == "reserved_share"
    assert first.moved[0].policies == ("exposure_floor",)
    assert sum(day.panel for day in diary.days) >= sum(day.reserved for day in diary.days) > 0
    life = careers.career(diary.traits, diary.days, lived["config"])
    assert any("The exposure floor begins to move reserved_share" in entry.text for entry in life)


def test_days_without_events_are_summed_up_and_cut_where_asked() -> None:
    told = with_quiet_days([on(3, "A."), on(3, "B."), on(9, "C.")], (-20, 40), [0, 12], lambda a, b: f"{a} to {b}")
    assert told == [
        Entry(-20, -1, "-20 to -1"), Entry(0, 2, "0 to 2"), on(3, "A. B."), on(9, "C."), Entry(10, 11, "10 to 11"),
        Entry(12, 40, "12 to 40"),
    ]  # fmt: skip


def evenings(count: int, **changes: Callable[[int], Any]) -> list[CreatorDay]:
    """Make up a creator's evenings: nothing happens but what `changes` say of each day."""
    plain = CreatorDay(0, True, 2, 4, 50, 100.0, (0, 0, 0, 0, 0), 10, 1.5, 0, 0, False, None, (), (), 0, 0)
    return [plain._replace(day=day, **{name: made(day) for name, made in changes.items()}) for day in range(count)]


def told_of(days: list[CreatorDay], founder: bool = True) -> str:
    life = careers.career(CreatorTraits(1, founder, 0, 4, 3, 0.1), days, SimulationConfig())
    return "\n".join(f"{entry.when}: {entry.text}" for entry in life)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"impressions": lambda day: 900 if day == 20 else 50}, "Day 20: A hit: shown 900 times today, 18 times"),
        ({"tier": lambda day: 1 if day >= 14 else 2}, "Day 14: Rises to the waist"),
        ({"followers": lambda day: day}, "Day 10: Reaches 10 followers."),
        ({"posts": lambda day: min(day, 10)}, "Day 24: Has gone quiet"),
        ({"welfare": lambda day: 0.3 if day > 30 else 1.5}, "Day 31: Close to stopping: welfare 0.30"),
        (
            {"posts": lambda day: day, "mode": lambda day: int(day > 28)},
            "Day 43: Copies of recent hits are now its main way: 15 of 28 videos in four weeks.",
        ),
        (
            {
                "deals": lambda day: (
                    (Deal(4, 2, 3000, 500, 0.25, 0), Deal(5, 7, 9900, 1500, 0.75, 0)) if day == 7 else ()
                )
            },
            "Day 7: First deal: brand 7 pays 15 yuan for 75% of a week with a product of 99 yuan.\n"
            "Day 8: The deal with brand 7 is over: nothing sold under it.",
        ),
        (
            {
                "deals": lambda day: (
                    (Deal(day // 7, 3, 900, 100 if day < 14 else 200, 1.0, 40 * day),) if day >= 7 else ()
                )
            },
            "Day 14: The deal with brand 3 is over: goods of 5.20 yuan sold under it. "
            "Best paid deal so far: brand 3 pays 2.00 yuan for a week with a product of 9.00 yuan.",
        ),
        ({"alive": lambda day: day < 59, "welfare": lambda day: 0.2}, "Day 59: Stops, after 59 days here."),
    ],
)
def test_an_event_becomes_a_sentence_on_its_day(changes: dict[str, Any], expected: str) -> None:
    assert expected in told_of(evenings(60, **changes))


def test_nothing_unusual_is_one_summary() -> None:
    assert told_of(evenings(40, posts=lambda day: day // 2)).count("\n") == 0


@pytest.mark.parametrize(
    ("kind", "name", "changes", "expected"),
    [
        ("creator", "30", (), "there is no creator 30. Allowed: 0 to 29"),
        ("creator", "newcommer", (), "Did you mean 'newcomer'?"),
        ("consumer", "9999", (), "there is no consumer 9999"),
        ("brand", "0", ("brand.active=false",), "there are no brands"),
        ("creature", "0", (), "Known: creator, consumer, brand"),
        ("creator", str(0xFFF00001), (), "is the account of brand 1"),
    ],
)
def test_who_cannot_be_told_is_refused(kind: str, name: str, changes: tuple[str, ...], expected: str) -> None:
    with pytest.raises(InputError, match=r".") as error:
        tell(kind, name, [config(*changes)])
    assert expected in str(error.value)


def test_worlds_that_share_nobody_are_refused() -> None:
    with pytest.raises(InputError, match="seed differs"):
        tell("creator", 1, [config(), config("seed=2")])
    with pytest.raises(InputError, match="same settings"):
        tell("creator", 1, [config(), config()])


def test_a_folder_is_told_from_its_settings_and_refused_when_it_cannot_be_lived_again(tmp_path: Path) -> None:
    settings = replace(config("days=5", "burn_in=2"), out=str(tmp_path / "run"))
    package.run(settings)
    assert tell("consumer", 4, [tmp_path / "run"]) == tell("consumer", 4, [settings])
    import pyarrow.parquet as pq

    daily = tmp_path / "run" / "daily.parquet"
    table = pq.read_table(daily)
    frame = table.to_pandas()
    frame["impressions"] += 1
    pq.write_table(table.from_pandas(frame, schema=table.schema), daily)
    resealed(tmp_path / "run")
    with pytest.raises(InputError, match=r"takes another course\. It was written by another machine"):
        tell("consumer", 4, [tmp_path / "run"])
    manifest = tmp_path / "run" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"numpy": "', '"numpy": "0.'))
    rewritten(manifest)
    with pytest.raises(InputError, match=r"It was written by other versions \(numpy 0\."):
        tell("consumer", 4, [tmp_path / "run"])


def test_nothing_is_a_hit_before_there_is_something_to_compare_with() -> None:
    """A first video is many times nothing; a video after weeks of silence is told so, and not divided by zero."""
    assert "A hit" not in told_of(evenings(60, impressions=lambda day: 900 if day == 20 else 0), founder=False)
    life = told_of(evenings(60, impressions=lambda day: 900 if day == 50 else 50 * (day < 15)), founder=False)
    assert "Day 50: A hit: shown 900 times today, after four weeks in which it was shown less than once a day." in life


def made_up(**changes: Callable[[int], Any]) -> CreatorDiary:
    """Make up the diary of a founder."""
    diary = CreatorDiary(1)
    diary.traits, diary.days = CreatorTraits(1, True, 0, 4, 3, 0.1), evenings(30, **changes)
    return diary


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"tier": lambda day: 1 if day >= 20 else 2}, "Until day 20 the two lives are one; from then on they differ."),
        ({"impressions": lambda day: 51 if day == 20 else 50}, "what they came to differs a little."),
        ({"usual": lambda day: 101.0 if day == 20 else 100.0}, "and so is what they came to."),
    ],
)  # fmt: skip
def test_what_is_said_to_differ_can_be_seen(changes: dict[str, Callable[[int], Any]], told: str) -> None:
    """Two diaries part with the first number that differs, which may be one that nothing is told of."""
    worlds = [config(), config("ranker=random")]
    # An event on day 19 leaves too few quiet days on either side for them to be summed up.
    plain: dict[str, Callable[[int], Any]] = {"followers": lambda day: 12 if day >= 14 else 4}
    story = telling._story("creator", 1, [made_up(**plain), made_up(**plain, **changes)], worlds)
    assert story.parted == 20
    assert story.closing[0].endswith(told)
    differ = any(chapter.entries for chapter in story.chapters)
    assert differ == ("from then on" in told)
    assert story.shared
    assert ("From day 20 on" in markdown(story)) == differ


def test_an_entrant_who_stays_away_in_one_world_has_an_empty_life_there() -> None:
    """Entry follows what newcomers earned, so that a world may lack somebody whom the other has."""
    worlds = [config("creator.entry_chance=1"), config("creator.entry_chance=0")]
    morning = create_world(worlds[0])
    while morning.day < 12 or not potential_entrants(morning).size:
        morning.day += 1
    told = tell("creator", int(potential_entrants(morning)[0]), worlds)
    assert told.parted == morning.day - 10
    assert [chapter.entries[0].text for chapter in told.chapters][1].endswith("does not enter.")
    assert told.totals[0].values[1] is None
    assert "| – |" in markdown(told)
