"""A ratio that fell is named; seconds are nobody's business here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import regress, run


def measured(mesa: float, **changes: Any) -> dict[str, Any]:
    """Return figures with one ratio to Mesa, as far as the comparison reads them."""
    one = {"median": mesa, "least": 0.9 * mesa, "most": 1.1 * mesa}
    turns = {
        "rates": {"mesa": {"consumers": changes.pop("mesa_consumers", 50)}},
        "ratios": {"ecosim_over_mesa_impressions": one, "ecosim_over_mesa_consumer_days": one},
    }
    size = {"consumers": 400, "threads": 1, "days_seconds": changes.pop("days_seconds", 1.0), "turns": turns}
    plain = {"format": run.FORMAT, "date": "2026-01-02T00:00", "machine": {"cpu": "one"}, "load_before": 0.1}
    return plain | {"sizes": [size]} | changes


def test_a_smaller_ratio_is_named_with_its_size_and_by_how_much() -> None:
    fell, told = regress.compare(measured(20.0), measured(30.0), 0.15)
    assert len(fell) == 2
    assert all("400 consumers" in line and "Mesa by hand at 50" in line and "33% less" in line for line in fell)
    assert told == ["2 ratios compared with 2026-01-02, 2 fell by more than 15%"]


@pytest.mark.parametrize("now", [26.0, 30.0, 90.0])
def test_what_stays_within_the_tolerance_or_rises_is_not(now: float) -> None:
    assert regress.compare(measured(now), measured(30.0), 0.15)[0] == []


def test_a_slower_machine_is_no_regression() -> None:
    assert regress.compare(measured(30.0, days_seconds=9.0), measured(30.0), 0.15)[0] == []


def test_what_cannot_be_compared_is_said() -> None:
    fell, told = regress.compare(measured(1.0, mesa_consumers=60), measured(30.0), 0.15)
    assert not fell
    assert told[0].startswith("nothing can be compared")
    _, told = regress.compare(measured(30.0, machine={"cpu": "two"}, load_before=3.2), measured(30.0), 0.15)
    assert "another processor" in told[1]
    assert "load 3.2" in told[2]


def test_the_command_tells_by_its_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new, old = tmp_path / "new.json", tmp_path / "old.json"
    new.write_text(json.dumps(measured(20.0)), encoding="utf-8")
    old.write_text(json.dumps(measured(30.0)), encoding="utf-8")
    words = ["--check", "--of", str(new), "--against", str(old)]
    assert run.main(words) == run.FELL
    assert "33% less" in capsys.readouterr().out
    assert run.main([*words, "--tolerance", "0.5"]) == 0
    old.write_text(json.dumps(measured(30.0, format=1)), encoding="utf-8")
    assert run.main(words) == 2
    assert "old.json" in capsys.readouterr().err
