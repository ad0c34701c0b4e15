"""Reading a catalogue: what a language says in place of each English sentence."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

RECORDED = "recorded"
"""File of templates for what runs have written in English, with values filled in."""


@dataclass(frozen=True)
class Catalogue:
    """The sentences of a language.

    Attributes
    ----------
    sentences : dict of str to str
        English text, as it stands in the code, to the text of the language.
    recorded : list of (pattern, str)
        Patterns that recognise recorded English text, and what is said instead.
    """

    sentences: dict[str, str]
    recorded: list[tuple[re.Pattern[str], str]]


@cache
def catalogue(language: str) -> Catalogue:
    """Read all files of a language; a sentence has one place in them."""
    sentences: dict[str, str] = {}
    recorded: list[tuple[re.Pattern[str], str]] = []
    for file in sorted((Path(__file__).parent / language).glob("*.toml")):
        for section in tomllib.loads(file.read_text(encoding="utf-8")).values():
            for english, said in section.items():
                if english in sentences:
                    raise ValueError(f"{file}: '{english}' stands in the catalogue twice")
                sentences[english] = said
                if file.stem == RECORDED:
                    recorded.append((_pattern(english), said))
    return Catalogue(sentences, recorded)


def _pattern(template: str) -> re.Pattern[str]:
    """Turn a template into a pattern with a group for each placeholder."""
    parts = re.split(r"\{(\w+)\}", template)
    made = [re.escape(part) if at % 2 == 0 else f"(?P<{part}>.+?)" for at, part in enumerate(parts)]
    return re.compile("".join(made))
