"""The language of a page: English sentences stand in the code, and a catalogue holds what other languages say instead.

A sentence is written once, where it is said, as `say("{count} runs complete", count=3)`. Its English words are the key
under which `ecosim/language/<language>/*.toml` holds the whole sentence in another language, with the same
placeholders; nothing is translated piece by piece. What a catalogue does not know, such as a name of the user's own,
is said as it is.

Which language is spoken is settled by whoever renders a page, with `speaking`, and holds within that block alone. A
page is made by a hundred small functions, and the language matters to the last of them only: handed through all, it
would be an argument of every one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum

from ecosim.language.catalogue import Catalogue, catalogue

__all__ = ["Language", "catalogue", "language", "retold", "say", "speaking", "translated"]


class Language(str, Enum):
    """Languages in which a page can be written."""

    ENGLISH = "en"
    CHINESE = "zh"


_SPOKEN: ContextVar[Language] = ContextVar("language", default=Language.ENGLISH)


def language() -> Language:
    """Return the language that is spoken here."""
    return _SPOKEN.get()


@contextmanager
def speaking(chosen: Language) -> Iterator[None]:
    """Speak a language within the block."""
    token = _SPOKEN.set(chosen)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def say(text: str, /, **values: object) -> str:
    """Say a sentence, with values in the places that it names.

    Parameters
    ----------
    text : str
        In English, with placeholders as of `str.format`; without values nothing is replaced.
    """
    said = translated(text)
    return said.format(**values) if values else said


def translated(text: str) -> str:
    """Return what the catalogue of the language says in place of an English text; the text where it knows nothing."""
    return text if language() is Language.ENGLISH else _spoken().sentences.get(text, text)


def retold(text: str) -> str:
    """Say what a run has recorded in English, such as a warning or the name of a group, with its numbers.

    The text is compared with the recorded templates of the catalogue; one that fits none is told as it is.
    """
    if language() is Language.ENGLISH:
        return text
    known = _spoken()
    if text in known.sentences:
        return known.sentences[text]
    for pattern, template in known.recorded:
        found = pattern.fullmatch(text)
        if found:
            return template.format(**_retold_parts(found.groupdict()))
    return text


def _retold_parts(parts: Mapping[str, str]) -> dict[str, str]:
    return {name: translated(part) for name, part in parts.items()}


def _spoken() -> Catalogue:
    return catalogue(language().value)


def placeholders(text: str) -> list[str]:
    """Return the names that a template leaves open, sorted."""
    return sorted(set(re.findall(r"(?<!\{)\{(\w+)", text)))
