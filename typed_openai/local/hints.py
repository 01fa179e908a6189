"""What a text offers to fill a form with: its names, its numbers, itself.

The local server has no model that understands a question. To call a tool with arguments that make sense to a reader
(`{"city": "Paris"}` for "What's the weather in Paris?") it looks for capitalised words and digits, and at the name of
the property that wants a value.

Weak spots: capitals mean nothing in many languages, and a word that opens a sentence is taken for a name only when the
text has no other or when a list follows, and when it is none of those that often stand there. Where nothing fits, a
sample value is used that looks like one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_OPENERS = _words(
    "a an and are can could do does for give good hello hey hi how i i'm if in is it let list my no now ok on please "
    "say show tell thanks thank the then there this to use we what what's when where which who why will would "
    "write yes you"
)
_PLACES = _words("address area city country destination from location origin place region to town venue")
_PEOPLE = _words(
    "attendee author customer friend guest member name owner participant people person recipient sender user who"
)
_TEXTS = _words("content input instruction message prompt q query question request search sentence subject text topic")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_LISTED = re.compile(r"(?:,| and| or| &) (?![a-z\d])\w")
_SENTENCE_ENDS = frozenset('.!?:\n"“')
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Hints:
    """What was found in one text."""

    text: str
    names: tuple[str, ...]
    numbers: tuple[float, ...]

    @classmethod
    def of(cls, text: str) -> Hints:
        """Look for names and numbers; each name is kept once, in order."""
        return cls(text, tuple(dict.fromkeys(_names(text))), tuple(float(each) for each in _NUMBER.findall(text)))

    def beginning_with(self, first: int) -> Hints:
        """The same, its names turned so that the one of this number comes first."""
        return replace(self, names=self.names[first:] + self.names[:first])

    def for_property(self, name: str, index: int = 0) -> str | None:
        """A string for a property of this name; `index` asks for the next one. None when the name says nothing."""
        words = _words_of(name)
        if words & _TEXTS and self.text.strip():
            return self.text if index == 0 else f"{self.text} ({index + 1})"
        if words & (_PLACES | _PEOPLE):
            if index < len(self.names):
                return self.names[index]
            sample = "Paris" if words & _PLACES else "Ada"
            return sample if index == 0 else f"{sample} {index + 1}"
        return None

    def mentions(self, value: str) -> bool:
        """Whether the text has this as a word or words of its own, whatever the case."""
        return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", self.text, re.IGNORECASE) is not None


def names_a_thing(name: str) -> bool:
    """Whether a property of this name wants the name of a place or a person."""
    return bool(_words_of(name) & (_PLACES | _PEOPLE))


def _words_of(name: str) -> set[str]:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ").replace("-", " ").lower().split()
    return {form for word in words for form in (word, word.removesuffix("s"), re.sub("ies$", "y", word))}


def _names(text: str) -> list[str]:
    """Capitalised words, neighbours joined: those within sentences, or else those that open one."""
    inside: list[str] = []
    opening: list[str] = []
    current, end = inside, -2
    for match in _WORD.finditer(text):
        word, start = match.group(), match.start()
        if not word[0].isupper() or word.lower().replace("’", "'") in _OPENERS:
            continue
        bare = re.sub("['’]s$", "", word)
        if end == start - 1 and text[end] == " ":
            current[-1] = f"{current[-1]} {bare}"
        else:
            before = text[max(0, start - 2) : start].strip(" ")[-1:]
            opens = start == 0 or before in _SENTENCE_ENDS
            current = opening if opens and not _LISTED.match(text, match.end()) else inside
            current.append(bare)
        end = match.end()
    return inside or opening
