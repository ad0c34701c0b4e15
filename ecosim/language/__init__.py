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

from ecosim.errors import InputError
from ecosim.language.catalogue import Catalogue, catalogue

__all__ = ["Language", "catalogue", "language", "learn", "retold", "say", "speaking", "translated"]


class Language(str, Enum):
    """Languages in which a page can be written."""

    ENGLISH = "en"
    CHINESE = "zh"


_LEARNT: dict[Language, dict[str, str]] = {one: {} for one in Language}
"""Words of plug-ins, learnt as they register."""

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
    if language() is Language.ENGLISH:
        return text
    said = _spoken().sentences.get(text)
    return said if said is not None else _LEARNT[language()].get(text, text)


def learn(words: Mapping[str, Mapping[str, str]], whose: str) -> None:
    """Learn what plug-ins of the user's own are called and say of themselves, beside the catalogue.

    Parameters
    ----------
    words : mapping of str to mapping
        Language (`zh`) to English words and what is said instead. What the catalogue knows stays as it says.
    whose : str
        Who brings them, for the error.

    Raises
    ------
    InputError
        For a language that no page is written in.
    """
    known = [one.value for one in Language if one is not Language.ENGLISH]
    for spoken, said in words.items():
        if spoken not in known:
            raise InputError(f"{whose}: found translations into '{spoken}', must be into {' or '.join(known)}.")
        _LEARNT[Language(spoken)].update({str(english): str(text) for english, text in said.items()})


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
