"""The report: if these fail, a reader is told something the numbers do not say, or cannot read it offline."""

from __future__ import annotations

import base64
import datetime
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from ecosim import plots, registry, reports
from ecosim.config import CreatorConfig, SimulationConfig
from ecosim.errors import InputError
from ecosim.plots.money import income
from ecosim.plots.style import columns_of
from ecosim.reports import levers
from ecosim.reports.assumptions import assumptions
from ecosim.reports.glossary import GLOSSARY
from ecosim.reports.levers import bite
from ecosim.reports.limits import trusted
from ecosim.reports.money import balances, flows
from ecosim.reports.numbers import UNKNOWN, number, percent, yuan
from ecosim.reports.scorecard import notes, scorecard
from ecosim.reports.trade import sales
from ecosim.reports.words import change, sentences
from ecosim.results import RunResult, summarise
from ecosim.results.manifest import build
from tests import madeup

NAN = float("nan")


def make(tables=None, run_measures=None, status="complete", command=("ecosim", "run"), **settings):
    settings = {"burn_in": 60, "days": 240, **settings}
    config = SimulationConfig(**settings)
    if tables is None:
        tables = madeup.tables(config.burn_in, config.days)
    manifest = build(
        config,
        status=status,
        started=datetime.datetime(2026, 1, 2, 3, 4, 5),
        wall_seconds=20.0,
        compile_seconds=3.0,
        timings={"setup": 1.0, "serving": 10.0},
        impressions=12_000_000,
        threads=2,
        command=command,
    )
    machine = {name: manifest[name] for name in ("impressions_per_second", "wall_seconds", "peak_memory_mb")}
    summary = summarise(tables["daily"], {"newcomer_survival_180d": 0.33, **(run_measures or {})}, machine)
    return RunResult(config, summary, tables, manifest)


@pytest.fixture(scope="module")
def result():
    policy = {"kind": "exposure_floor", "start": 60, "stop": 200}
    return make(policies={"exposure_floor": policy})


@pytest.fixture(scope="module")
def page(result):
    return reports.render(result)


def words_only(result):
    """Render a report without drawing its figures."""
    return reports.render(result, {})


class Reader(HTMLParser):
    """Collects what a browser would show and fetch, and whether tags are closed in order."""

    VOID = frozenset({"meta", "img", "br", "wbr", "link", "hr"})

    def __init__(self):
        super().__init__()
        self.open, self.text, self.fetched, self.ids, self.images = [], [], [], [], []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.fetched += [value for key, value in attrs if key in ("src", "href", "srcset", "data", "action")]
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "img":
            self.images.append(attributes)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.text.append(data)


def read(page):
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    return reader, re.sub(r"\s+", " ", "".join(reader.text))


# --------------------------------------------------------------------------------------------------- one page


def test_nothing_is_fetched_from_anywhere(page):
    reader, _ = read(page)
    assert reader.fetched
    for address in reader.fetched:
        assert address.startswith(("data:image/svg+xml;base64,", "#"))
    assert "://" not in re.sub(r"base64,[A-Za-z0-9+/=]+", "", page)
    assert "<script" not in page
    assert "@import" not in page
    assert "url(" not in page


def test_figures_inside_fetch_nothing_either(page):
    reader, _ = read(page)
    assert len(reader.images) == 15
    for image in reader.images:
        assert image["alt"]
        svg = base64.b64decode(image["src"].split(",")[1]).decode()
        assert not re.findall(r'(?:href|src)="(?!#|data:)[^"]*"', svg)


def test_links_within_the_page_lead_somewhere(page):
    reader, _ = read(page)
    assert len(set(reader.ids)) == len(reader.ids)
    for address in reader.fetched:
        if address.startswith("#"):
            assert address[1:] in reader.ids


def test_all_parts_are_there_and_the_words_come_first(page):
    _, text = read(page)
    order = ["Gini coefficient of impressions", "Scorecard", "Changed from the default", "What is not modelled",
             "How to make this run again", "马太效应"]  # fmt: skip
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    for term in GLOSSARY:
        assert term.chinese in text


def test_equal_runs_give_equal_pages(result, page):
    assert reports.render(result) == page


def test_what_a_user_writes_is_escaped():
    nasty = "<script>alert('x')</script>"
    result = make(burn_in=5, days=10, status="failed", command=("ecosim", "run", nasty))
    result.manifest["error"] = nasty
    result.manifest["versions"][nasty] = nasty
    result.config.policies["x"] = SimulationConfig(policies={"x": {"kind": "exposure_floor"}}).policies["x"]
    result.config.policies[nasty] = result.config.policies.pop("x")
    page = words_only(result)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    read(page)


# ----------------------------------------------------------------------------------------------- what it says


def test_words_follow_the_numbers(result):
    text = " ".join(sentences(result))
    assert f"{result.summary['impressions_gini']:.2f}" in text
    assert "Concentration rose" in text
    assert "33 still publish after 180 days" in text
    assert "standard error" in text
    assert "The variety published fell" in text
    assert "one seed (1)" in text
    assert len(sentences(result)) <= 9


def test_no_direction_is_claimed_without_a_change(result):
    tables = madeup.tables(60, 240)
    daily = tables["daily"]
    column = daily.column_names.index("impressions_gini")
    flat = daily.set_column(column, "impressions_gini", [[0.8] * daily.num_rows])
    assert "Concentration stayed about the same" in " ".join(sentences(make({**tables, "daily": flat})))
    moved = change(result, "impressions_gini")
    assert moved is not None
    assert (moved.verb, moved.days) == ("rose", 28)
    assert change(make(burn_in=0, days=13), "impressions_gini") is None
    assert change(result, "unheard_of") is None


def test_survival_that_cannot_be_told_is_said_so():
    result = make(run_measures={"newcomer_survival_180d": NAN})
    assert "cannot be told" in " ".join(sentences(result))
    assert UNKNOWN in words_only(result)


def test_a_run_stopped_in_burn_in_has_a_report():
    tables = madeup.tables(60, 240)
    burn_in = {name: table.slice(0, 30) if name == "daily" else table.slice(0, 0) for name, table in tables.items()}
    page = words_only(make(burn_in, status="interrupted"))
    _, text = read(page)
    assert "This run is interrupted" in text
    assert "nothing was measured" in text


def test_an_interrupted_run_says_how_far_it_came():
    result = make(madeup.tables(60, 100), status="interrupted")
    assert "100 measured days (the run was interrupted; 240 were planned)" in sentences(result)[0]


def test_every_measure_of_the_summary_is_on_the_scorecard(result):
    result.summary["my_own_measure"] = 1.25
    groups = scorecard(result.summary)
    rows = {row.name: row for members in groups.values() for row in members}
    assert set(rows) == set(result.summary)
    assert rows["my_own_measure"].value == "1.25"
    assert next(reversed(groups)).startswith("The machine")
    del result.summary["my_own_measure"]


def test_money_adds_up(result):
    rows = flows(result)
    assert [(row.source, row.purpose, row.total) for row in rows] == [
        ("outside", "advertising", 76_000 * 240),
        ("platform", "ad share", 38_000 * 240),
        ("creators", "living", 20_000 * 240),
        ("outside", "orders", 15_000 * 240),
        ("escrow", "commission", 2_000 * 240),
    ]
    assert sum(balance.net for balance in balances(rows)) == 0


OFF = {name: {"active": False} for name in ("brand", "live", "sharing", "collaboration")}


def test_sales_are_broken_down_and_add_up(result):
    funnel = result.tables["funnel"].to_pandas().query("day >= 0")
    tables = sales(result)
    assert [len(rows) for rows in tables.values()] == [8, 3, 4]
    live = funnel[(funnel["seller"] == "brand") & (funnel["format"] == "live")]
    row = tables["Who sold"][1]
    assert row.name == "Brands' own accounts, live"
    assert row.shown == percent(live["exposures"].sum() / funnel["exposures"].sum())
    assert row.clicked == percent(live["clicks"].sum() / live["exposures"].sum())
    assert row.ordered == percent(live["orders"].sum() / live["clicks"].sum())
    assert row.value == percent(live["gmv_fen"].sum() / funnel["gmv_fen"].sum())
    assert row.returned == percent(live["returns"].sum() / live["orders"].sum())


def test_the_words_tell_who_sold_and_what_came_back(result):
    text = " ".join(sentences(result))
    assert f"({number(result.summary['gmv'], 0)} yuan a day in all)" in text
    assert f"goods for {number(30 * result.summary['gmv'] / result.config.scale.consumers, 0)} yuan in" in text
    funnel = result.tables["funnel"].to_pandas().query("day >= 0")
    share = funnel.groupby("source")["gmv_fen"].sum() / funnel["gmv_fen"].sum()
    assert f"the feed had recommended {percent(share['recommended'])}" in text
    assert f"{percent(share['friends'])} from what friends had shared" in text
    assert f"{number(100 * result.summary['return_rate'], 1)} came back" in text
    earned = income(columns_of(result.tables, "creators"), result.config.burn_in)
    ads = earned.fen.sum(axis=0)[0] / earned.fen.sum()
    told = f"Of a hundred yuan that creators earned during measurement, {number(100 * ads, 0)} are their part of"
    assert f"{told} advertising" in text
    assert "Trust in the platform is 0.51, above the 0.50 to which it reverts" in text


def test_what_is_off_is_left_out():
    """Without brands nobody reads of orders, and of a mechanism that is off only the switch is told."""
    result = make(madeup.feed_alone(), **OFF)
    text = " ".join(sentences(result))
    assert "yuan" not in text
    page = reports.render(result)
    reader, words = read(page)
    assert not {"sales", "figure-sales", "figure-funnel", "figure-income"} & set(reader.ids)
    assert UNKNOWN not in words
    assert not any(name in page for name in ("order_value_mean", "consumer_trust", "commerce.", "friends.kind"))
    assert "Commerce is switched off in this run" in words
    assert "Shares are switched off in this run" in words
    _, rest = assumptions(result.config)
    assert not {"brand", "commerce", "live", "sharing", "friends", "collaborators"} & set(rest)
    assert {item.path for item in assumptions(result.config)[0]} >= {f"{name}.active" for name in OFF}


def test_what_is_on_is_not_among_what_is_not_modelled(page):
    _, words = read(page)
    assert "switched off" not in words
    assert "orders on their way" in words
    assert "escrow" not in words


def test_goods_that_nobody_orders_are_no_error():
    tables = madeup.tables()
    funnel = tables["funnel"]
    for name in ("clicks", "orders", "returns", "repurchases", "gmv_fen"):
        funnel = funnel.set_column(funnel.column_names.index(name), name, [[0] * funnel.num_rows])
    result = make({**tables, "funnel": funnel})
    result.summary.update(dict.fromkeys(("order_value_mean", "return_rate", "repurchase_rate"), NAN))
    assert "nobody ordered anything" in " ".join(sentences(result))
    assert sales(result)["Who sold"][0].ordered == "–"
    words_only(result)


def test_bite_is_the_share_of_slots_that_differ(result):
    seen = bite(result)
    assert seen is not None
    assert seen.differing == pytest.approx(0.05)
    assert "5.0% of its slots differed" in seen.words
    assert seen.days == 14  # day 60, 70 ... 190: while the policy was in force
    assert {shift.group: shift.change for shift in seen.shifts} == {"head": "-9.1%", "waist": "+0.0%", "tail": "+7.1%"}
    assert bite(make()) is None
    assert (seen.total.default, seen.total.actual, seen.emptied) == (8000, 8000, 0)
    assert "none was left empty" in seen.words


def test_slots_that_a_policy_leaves_empty_are_told(result):
    table = result.tables["bite"]
    slots = [
        value - 200 * (group == "all")
        for value, group in zip(*(table[n].to_pylist() for n in ("slots", "group")), strict=True)
    ]
    fewer = table.set_column(table.column_names.index("slots"), "slots", [slots])
    policies = {"exposure_floor": {"kind": "exposure_floor"}}
    emptied = make({**result.tables, "bite": fewer}, policies=policies)
    seen = bite(emptied)
    assert seen.emptied == pytest.approx(200)
    assert "2.5% of the slots that the default rules fill were left empty" in seen.words
    read(words_only(emptied))
    rows = re.findall(r"<tr[^>]*>.*?</tr>", words_only(emptied), re.DOTALL)
    words = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]
    assert "All 8,000 7,800 -2.5%" in words
    assert "Left empty Slots that the default rules fill. 200" in words


def test_an_inert_policy_is_called_inert(result):
    table = result.tables["bite"]
    same = table.set_column(table.column_names.index("differing"), "differing", [[0] * table.num_rows])
    policy = {"kind": "exposure_floor"}
    quiet = make({**result.tables, "bite": same}, policies={"exposure_floor": policy})
    assert "inert" in bite(quiet).words


def test_how_far_a_floor_was_kept_stands_beside_it_and_in_the_words():
    floor = {"policies": {"exposure_floor": {"kind": "exposure_floor"}}}
    kept = make(run_measures={"floor_met_share": 0.74}, **floor)
    assert "a guaranteed floor of impressions, 74 got it. A guarantee can be missed" in " ".join(sentences(kept))
    ((label, value),) = [policy.kept for policy in levers.policies(kept)]
    assert (label, value) == ("Guaranteed creators who got their floor", "74%")
    unknown = make(run_measures={"floor_met_share": NAN}, **floor)
    assert [policy.kept for policy in levers.policies(unknown)] == [None]


def test_without_a_floor_nobody_asks_whether_it_was_kept():
    _, text = read(words_only(make(run_measures={"floor_met_share": NAN})))
    assert "uarantee" not in text.split("What is not modelled")[0]
    assert "Brackets above a figure" not in reports.render(make())


def test_names_are_written_as_words_in_sentences(result):
    assert "under the multi-objective feed with the exposure floor" in sentences(result)[0]


def test_changed_settings_stand_apart(result):
    changed, rest = assumptions(result.config)
    paths = {item.path: item for item in changed}
    assert paths["burn_in"].value == "60"
    assert paths["burn_in"].default == "120"
    assert paths["policies.exposure_floor.stop"].value == "200"
    assert paths["policies.exposure_floor.kind"].default == "none"
    assert {"share_of_mean", "aim.tiers", "strength"}.isdisjoint(path.split("exposure_floor.")[-1] for path in paths)
    (share,) = [item for item in rest["policies"] if item.path.endswith("share_of_mean")]
    assert (share.value, share.source) == ("0.2", "S06")
    assert not any(item.path in paths for items in rest.values() for item in items)
    assert assumptions(SimulationConfig())[0] == []


def test_assumptions_say_what_they_mean():
    _, rest = assumptions(SimulationConfig())
    items = {item.path: item for group in rest.values() for item in group}
    assert items["market.ad_price"].value == "1,900"
    assert items["market.ad_price"].source == "S61"
    assert items["consumer.watch_base"].description
    assert "threads" not in items
    assert not any(path.startswith("engine.") for path in items)


def test_the_command_makes_the_run_again(result):
    command = ["/somewhere/bin/ecosim", "run", "policy=exposure_floor", "seed=4", "out=here", "days=240"]
    page = words_only(make(command=command))
    _, text = read(page)
    assert "ecosim run policy=exposure_floor seed=4 out=here days=240" in text
    assert "ecosim run -m policy=exposure_floor days=240 'seed=range(1,11)'" in text
    assert "/somewhere" not in text
    assert "import ecosim" in reports.render(make(command=()))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (number(0.8312), "0.83"),
        (number(1720.4), "1,720"),
        (number(72_000_000), "72.00 million"),
        (number(NAN), UNKNOWN),
        (percent(0.0449), "4.5%"),
        (percent(0.62), "62%"),
        (percent(NAN), UNKNOWN),
        (yuan(-160), "-2"),
        (yuan(12_345_678), "123,457"),
    ],
)
def test_numbers_are_written_for_people(written, expected):
    assert written == expected


# ------------------------------------------------------------------------------------------------------ files


def test_written_into_a_run_folder(tmp_path, result, page):
    reports.write_into(result, tmp_path)
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == page
    names = {path.name for path in (tmp_path / "figures").iterdir()}
    assert {"lorenz_impressions.svg", "survival.png", "style_map.svg"} <= names


def test_no_figures_when_none_are_wanted(tmp_path):
    reports.write_into(make(recording={"figures": False}), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_figure_that_could_not_be_drawn_is_told_in_its_place(result, tmp_path, monkeypatch, failed_figures):
    def broken(tables, config):
        raise ValueError("no limits")

    one, other = plots.DRAWINGS[:2]
    monkeypatch.setattr(plots, "DRAWINGS", (replace(one, draw=broken), other))
    reports.write_anew(result, tmp_path)
    reader, text = read((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert "This figure could not be drawn." in text
    assert f"{one.title}." in text
    assert [image["alt"] for image in reader.images] == [other.title]
    assert {path.name for path in (tmp_path / "figures").iterdir()} == {f"{other.name}.svg", f"{other.name}.png"}
    assert len(failed_figures) == 1


def test_a_table_that_is_missing_is_left_out(result):
    few = {name: result.tables[name] for name in ("daily",)}
    _, text = read(words_only(make(few)))
    assert "No money was recorded" in text
    with pytest.raises(InputError, match="no table 'flows'"):
        _ = make(few).flows


def test_single_settings_that_were_changed_stand_beside_the_title():
    page = reports.render(make(creator=CreatorConfig(reservation=0.7)), {})
    _, text = read(page)
    assert "creator.reservation=0.7 (default 0.8)" in text[: text.index("lived")]


def test_numbers_that_differ_from_others_on_the_page_say_why(result):
    """Means of days in the scorecard beside sums over all days in the summary, and styles by three weights."""
    _, text = read(words_only(result))
    assert "Of the value of all measured days" in text
    assert "Of a hundred yuan that creators earned during measurement" in text
    assert "What is published, each item once, is as varied as" in text
    assert "what is watched, by seconds, as" in text
    card = text[text.index("Scorecard Means") :] if "Scorecard Means" in text else text
    for title, note in notes().items():
        assert card.count(note) == 1, title
    alone = madeup.feed_alone()
    _, text = read(words_only(make(alone)))
    assert text.count("Shares of income are means over days") == 0


def test_choices_are_no_assumptions_about_the_world():
    """How long is run, what is recorded and when a policy works were counted among values to be calibrated."""
    policies = {"floor": {"kind": "exposure_floor", "start": 3, "stop": 9, "aim": {"max_age": 30}}}
    changed, rest = assumptions(SimulationConfig(policies=policies, days=30))
    sources = {item.path: item.source for items in rest.values() for item in items}
    chosen = ["seed", "replay", "burn_in", "scale.consumers", "recording.panel", "recording.metrics"]
    chosen += ["recording.checkpoint_every", "policies.floor.strength", "policies.floor.phase_in"]
    assert {sources[path] for path in chosen} == {"chosen"}
    assert {item.source for item in changed} == {"given by whoever set up the experiment"}
    assert sources["consumer.watch_taste"] == "starting value, to be calibrated"
    counted = {one.source: one.count for one in trusted(rest, changed)}
    assert counted["chosen"] == sum(source == "chosen" for source in sources.values()) > 15


def test_many_policies_stand_in_one_table_and_the_first_are_named_in_the_words():
    kinds = registry.policies.names()[:9]
    policies = {kind: {"kind": kind, "start": number} for number, kind in enumerate(kinds)}
    result = make(policies=policies)
    assert "creator training, the diversity rerank and 5 other policies" in sentences(result)[0]
    _, text = read(words_only(result))
    assert "9 policies When Strength" in re.sub("(?<=[a-z])(?=[A-Z])", " ", text)


def test_a_short_burn_in_is_told_before_trends():
    short, long = (sentences(make(burn_in=days))[0] for days in (60, 120))
    assert "Burn-in was short: 60 days" in short
    assert "Burn-in" not in long
