"""Reports in Chinese: if these fail, a reader meets English sentences, boxes for characters, or other numbers."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import pytest

from ecosim import api, plots, reports
from ecosim.cli.main import main
from ecosim.config import ReportConfig, SimulationConfig
from ecosim.config.compose import compose
from ecosim.config.identity import config_hash
from ecosim.errors import InputError
from ecosim.language import Language
from ecosim.plots import style
from ecosim.reports.experiment import render
from ecosim.results.comparison import Comparison
from tests.reports.test_report import make, read

FOREIGN = ("Watts and Strogatz", "van de Rijt", "Restivo", "ecosim resume")
"""Names within sentences: of people, and of a command."""


def english(page: str, *names: str) -> list[str]:
    """Return what a reader sees as three English words in a row, outside code and the column of English terms."""
    text = re.sub(r"<(style|pre|code)\b.*?</\1>", "|", page, flags=re.S)
    text = re.sub(r'<td lang="en">.*?</td>', "|", text)
    attributes = re.findall(r'(?:aria-label|title|alt)="([^"]*)"', text)
    seen = html.unescape(re.sub(r"<[^>]*>", "|", text.replace("<wbr>", "")) + "|" + "|".join(attributes))
    for name in (*FOREIGN, *names):
        seen = seen.replace(name, "|")
    return re.findall(r"[A-Za-z][A-Za-z'’-]*(?:[ \n]+[A-Za-z][A-Za-z'’-]*){2,}", seen)


@pytest.fixture(scope="module")
def run():
    policies = {
        "exposure_floor": {
            "kind": "exposure_floor",
            "start": 60,
            "stop": 200,
            "aim": {"tiers": ["tail"], "max_age": 90},
        },
        "innovation_fund": {"kind": "innovation_fund", "phase_in": 7},
    }
    return make(policies=policies)


@pytest.fixture(scope="module")
def experiment(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Three pairs of a toy world: a policy with dates, payments, one that is inert, and another feed."""
    folder = tmp_path_factory.mktemp("experiment")
    (folder / "mine" / "scenario").mkdir(parents=True)
    nothing = "# 什么也不做的政策。\npolicies:\n  exposure_floor: {strength: 0}\n"
    (folder / "mine" / "scenario" / "nothing.yaml").write_text(nothing, encoding="utf-8")
    dated = "policies:\n  exposure_floor: {start: 10, stop: 20}\n"
    (folder / "mine" / "scenario" / "dated.yaml").write_text(dated)
    words = ["scenarios=[baseline,innovation_fund,nothing,dated]", "seeds=3", "scale=toy", "days=31", "burn_in=8"]
    words += ["recording.panel=20", "threads=1"]
    return api.compare(words, folder / "out", 1, config_dirs=[folder / "mine"])


@pytest.fixture(scope="module")
def told(run, experiment: Comparison) -> dict[Language, tuple[str, str]]:
    """Both pages in both languages, English last."""
    return {one: (reports.render(run, language=one), render(experiment, one)) for one in reversed(Language)}


def test_a_run_is_told_in_chinese(run, told) -> None:
    page, other = told[Language.CHINESE][0], told[Language.ENGLISH][0]
    reader, text = read(page)
    assert '<html lang="zh">' in page
    assert english(page, run.manifest["machine"]["cpu"]) == []
    assert "创作者曝光的基尼系数为" in text
    assert "保底曝光" in text
    assert len(reader.images) == len(read(other)[0].images)


def test_an_experiment_is_told_in_chinese(told) -> None:
    page = told[Language.CHINESE][1]
    assert english(page) == []
    _, text = read(page)
    assert "什么也不做的政策。" in text
    assert "第 10 至 19 天：保底曝光" in text
    assert "policies.exposure_floor 未起作用" in text


def test_the_search_for_english_finds_it(told) -> None:
    assert all(len(english(page)) > 100 for page in told[Language.ENGLISH])


def test_both_languages_tell_the_same_numbers(told) -> None:
    """Every number of the tables, in their order."""

    def cells(page: str) -> list[str]:
        found = re.findall(r'<td class="number">(.*?)</td>', page, flags=re.S)
        return [cell for cell in found if re.fullmatch(r"[-+–]?[\d,.]*%?", cell)]

    for one, other in zip(*told.values(), strict=True):
        assert cells(one) == cells(other)
        assert len(cells(one)) > 40


def test_english_is_the_default_and_is_not_touched_by_the_other(run, experiment: Comparison, told) -> None:
    """The page that the command wrote came before any Chinese, the one of the fixture after."""
    assert experiment.report.read_text(encoding="utf-8") == told[Language.ENGLISH][1]
    words = reports.render(run, {})
    reports.render(run, {}, Language.CHINESE)
    assert reports.render(run, {}) == reports.render(run, {}, Language.ENGLISH) == words


def test_the_setting_decides_and_changes_no_result(run) -> None:
    chinese = replace(run.config, report=ReportConfig(language=Language.CHINESE))
    assert config_hash(chinese) == config_hash(run.config)
    assert '<html lang="zh">' in reports.render(replace(run, config=chinese), {})
    assert compose(["report.language=zh"]).report.language is Language.CHINESE
    assert SimulationConfig().report.language is Language.ENGLISH


def test_another_language_is_refused_with_what_there_is() -> None:
    with pytest.raises(InputError, match=r"report\.language.*fr|report\.language.*one of en, zh"):
        compose(["report.language=fr"])


def test_without_a_font_figures_stay_english_and_the_page_says_so(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plots, "DRAWINGS", plots.DRAWINGS[:2])
    monkeypatch.setattr(style, "chinese_font", lambda: None)
    page = reports.render(run, language=Language.CHINESE)
    assert "本机没有找到中文字体" in page
    drawn = [re.findall(r"base64,[^\"]+", one) for one in (page, reports.render(run))]
    assert drawn[0] == drawn[1]
    assert english(page, run.manifest["machine"]["cpu"]) == []


def test_without_a_font_no_figure_of_an_experiment_holds_a_chinese_character(
    experiment: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a figure shows is said while it is drawn; a character that its font lacks would be an error here."""
    monkeypatch.setattr(style, "chinese_font", lambda: None)
    page = render(experiment, Language.CHINESE)
    drawn = [re.findall(r"base64,[^\"]+", one) for one in (page, render(experiment))]
    assert drawn[0] == drawn[1] != []


@pytest.mark.skipif(style.chinese_font() is None, reason="no font with Chinese characters on this machine")
def test_with_a_font_figures_are_labelled_in_chinese(told) -> None:
    """Characters that a font lacks would be a warning of matplotlib's, and so an error here."""
    page, other = told[Language.CHINESE][0], told[Language.ENGLISH][0]
    assert "本机没有找到中文字体" not in page
    drawn = [set(re.findall(r"base64,[^\"]+", one)) for one in (page, other)]
    assert not drawn[0] & drawn[1]


def test_a_finished_folder_is_told_anew(
    experiment: Comparison, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = experiment.report.read_text(encoding="utf-8")
    member = next((experiment.path / "runs").iterdir())
    monkeypatch.setattr(plots, "DRAWINGS", plots.DRAWINGS[:1])
    for folder in (experiment.path, member):
        assert main(["report", str(folder), "report.language=zh"]) == 0
        assert str(folder / "report.html") in capsys.readouterr().out
        assert '<html lang="zh">' in (folder / "report.html").read_text(encoding="utf-8")
    assert main(["report", str(experiment.path)]) == 0
    assert experiment.report.read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["report", "nowhere"], "neither a run nor an experiment"),
        (["report", "nowhere", "days=3"], "a finished folder keeps its settings"),
        (["report", "nowhere", "report.language=fr"], "report.language"),
    ],
)
def test_what_cannot_be_told_anew_is_said(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    assert said in capsys.readouterr().err
