"""The catalogue: if these fail, a Chinese page says a sentence in English, or leaves a number out of one."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path
from typing import ClassVar

import pytest

import ecosim
from ecosim.config import Aim, SimulationConfig
from ecosim.config.doubts import doubts
from ecosim.errors import InputError
from ecosim.language import Language, catalogue, language, retold, say, speaking
from ecosim.reports.glossary import GLOSSARY
from ecosim.reports.numbers import listed, number
from tests.language import wording

CHINESE = catalogue("zh").sentences
FOUND = [*wording.of_the_code(), *wording.of_the_templates(), *wording.of_the_registries()]


def fields(template: str) -> set[str]:
    """Return what a template leaves open; whatever is no template leaves nothing open."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(template) if name}
    except ValueError:
        return set()


def test_the_search_for_sentences_finds_some_of_each_kind() -> None:
    """Else the next test would hold for nothing."""
    texts = {text for _, text in FOUND}
    assert {"{text}.", "Winners and losers", "Gini of impressions", "exposure floor", "seed of every draw"} <= texts
    assert len(texts) > 800


def test_every_english_sentence_has_a_chinese_one() -> None:
    missing = sorted({f"{where}: {text!r}" for where, text in FOUND if text not in CHINESE})
    assert not missing, "\n".join(["Say these in ecosim/language/zh:", *missing])


def test_templates_hold_no_words_beside_the_catalogue() -> None:
    """What stands neither in `trans` nor in an expression would be English on every page."""
    for file in (Path(ecosim.__file__).parent / "reports" / "templates").glob("*.j2"):
        text = re.sub(r"{% trans.*?{% endtrans %}|<pre>.*?</pre>", "", file.read_text(encoding="utf-8"), flags=re.S)
        text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.S)
        attributes = re.findall(r'(?:alt|title|aria-label)="([^"]*)"', text)
        words = re.findall(r"[A-Za-z]{2,}", re.sub(r"<[^>]*>", " ", text) + " ".join(attributes))
        assert set(words) <= {"ecosim"}, file.name


def test_templates_leave_the_same_open_in_both_languages() -> None:
    said = [(text, CHINESE[text]) for _, text in FOUND if text in CHINESE] + list(CHINESE.items())
    differing = {english: chinese for english, chinese in said if fields(english) != fields(chinese)}
    assert not differing


def test_no_chinese_sentence_is_left_that_nobody_says() -> None:
    """Words of tables and recorded text stand in files of their own."""
    folder = Path(ecosim.__file__).parent / "language" / "zh"
    apart = {english for name in ("words", "recorded") for english in read(folder / f"{name}.toml")}
    assert set(CHINESE) - apart == {text for _, text in FOUND} - apart


def read(file: Path) -> dict[str, str]:
    import tomllib

    sections = tomllib.loads(file.read_text(encoding="utf-8")).values()
    return {english: said for section in sections for english, said in section.items()}


def test_words_that_are_said_whatever_they_are_have_an_entry() -> None:
    """What tables hold as codes: a new one would stand in English in a Chinese table."""
    from ecosim.config import REGIONS
    from ecosim.config.plugins import Tier
    from ecosim.recording.segments import THIRDS
    from ecosim.reports import pictures, scorecard, trade, winners
    from ecosim.state.economy import FORMATS, SELLERS, SOURCES
    from ecosim.state.schema import MODES, TIERS

    said = [*REGIONS, *(tier.value for tier in Tier), *THIRDS, *FORMATS, *SOURCES, *MODES, *TIERS]
    said += [*winners.KINDS.values(), *scorecard.GROUPS, *pictures.HEADS.values(), *winners.POPULATIONS]
    said += [word for words in winners.MEASURES.values() for word in words]
    said += [word for words in scorecard.MACHINE_MEASURES.values() for word in words if word != "MB"]
    for words in (trade.SELLERS_IN_WORDS, trade.SOURCES_IN_WORDS, trade.REGIONS_IN_WORDS, trade.INCOME_IN_WORDS):
        said += words.values()
    assert [word for word in said if word not in CHINESE] == []
    assert len(SELLERS) == len(trade.SELLERS_IN_WORDS)


def test_every_plug_in_of_a_page_has_a_name_in_chinese() -> None:
    from ecosim import registry

    families = ("network", "friends", "collaborators", "ranker", "strategy", "policy")
    names = {name for family in families for name in registry.FAMILIES[family].names()}
    said = {name: [CHINESE.get(name.replace("_", joint), "") for joint in "_- "] for name in names}
    assert [name for name, words in said.items() if not any(words)] == []


def test_the_panel_and_the_log_odds_have_one_word() -> None:
    assert not [said for said in CHINESE.values() if "面板" in said or re.search(r"\blogits?\b", said)]


def test_purposes_of_payments_have_an_entry() -> None:
    """They are written where money moves: the third argument of every transfer."""
    purposes = set()
    for file in (Path(ecosim.__file__).parent).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "transfer":
                purposes |= {arg.value for arg in node.args[2:3] if isinstance(arg, ast.Constant)}
    assert {"living", "fees"} <= purposes
    assert purposes <= set(CHINESE)


def test_the_glossary_and_the_catalogue_say_one_word_alike() -> None:
    for term in GLOSSARY:
        for key in (term.english, term.english.lower(), f"{term.english.lower()}s"):
            if key in CHINESE and "、" not in term.chinese:
                assert CHINESE[key] in term.chinese or term.chinese in CHINESE[key], key


def test_a_language_is_spoken_within_its_block_alone() -> None:
    assert language() is Language.ENGLISH
    with speaking(Language.CHINESE):
        assert say("{count} outcomes", count=3) == "3 项结果指标"
    with pytest.raises(KeyError), speaking(Language.CHINESE):
        say("{count} outcomes", number=3)
    assert say("{count} outcomes", count=3) == "3 outcomes"


def test_a_name_that_no_catalogue_knows_is_said_as_it_is() -> None:
    with speaking(Language.CHINESE):
        assert say("my own {policy}") == "my own {policy}"
        assert retold("my own group") == "my own group"


def test_a_plug_in_brings_what_it_is_called_in_other_languages() -> None:
    from ecosim import registry
    from ecosim.config import PolicyConfig
    from ecosim.reports.levers import policies
    from tests.reports.test_report import make

    class CountyLift:
        """Lift the counties.

        Uncertain: how strongly.
        """

        translations: ClassVar = {
            "zh": {"county lift": "县域扶持", "Lift the counties.": "扶持县域创作者。", "exposure floor": "别的名字"}
        }

    registry.policies.register("county_lift", PolicyConfig)(CountyLift)
    try:
        result = make(policies={"county_lift": {"kind": "county_lift"}})
        with speaking(Language.CHINESE):
            (told,) = policies(result)
            assert (told.name, told.summary) == ("县域扶持", "扶持县域创作者。")
            assert say("exposure floor") == "保底曝光", "the catalogue stands before what plug-ins bring"
        assert policies(result)[0].name == "county lift"
        CountyLift.translations = {"fr": {"county lift": "soutien"}}
        with pytest.raises(InputError, match="policy 'county_lift': found translations into 'fr', must be into zh"):
            registry.policies.register("county_lift", PolicyConfig)(CountyLift)
    finally:
        registry.policies.unregister("county_lift")


def test_numbers_and_lists_are_written_as_the_language_does() -> None:
    assert number(123_400_000) == "123.40 million"
    with speaking(Language.CHINESE):
        assert number(3_620_000) == "362 万"
        assert number(123_400_000) == "1.23 亿"
        assert number(12_345) == "12,345"
        assert number(float("nan")) == "未知"
        assert listed(["a", "b", "c"]) == "a、b、c"


def test_what_runs_recorded_is_told_with_its_numbers() -> None:
    policy = {"kind": "exposure_floor", "stop": 400, "aim": Aim()}
    config = SimulationConfig(policies={"floor": policy}, brand={"commission": 0.9, "margin": 0.4})
    warnings = [*doubts(config), "policies.floor aimed at nobody: no creator met its aim on any day on which it was in "
                "force; widen its aim or its dates"]  # fmt: skip
    with speaking(Language.CHINESE):
        told = [retold(warning) for warning in warnings]
        assert retold("entered in the first 40 days") == "前 40 天入驻"
        assert retold("10 (most seen)") == "10（曝光最多）"
    assert len(told) == 3
    assert all("：" in text or "，" in text for text in told)
    assert "brand.margin（0.4）" in told[0]
    assert "policies.floor.stop（400）" in told[1]


def test_a_sentence_has_one_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = catalogue.__wrapped__  # without its memory
    (tmp_path / "xx").mkdir()
    (tmp_path / "xx" / "a.toml").write_text('[one]\n"a" = "b"\n[two]\n"a" = "b"\n')
    monkeypatch.setitem(reader.__globals__, "__file__", str(tmp_path / "catalogue.py"))
    with pytest.raises(ValueError, match="twice"):
        reader("xx")
