"""Running text, character by character: what a model of language reads, and what comes next."""

import gzip
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import torch
from torch import Tensor

from protocol.draws import draw

from ..errors import BadParameters, DataError
from .base import UNKNOWN, Data, Reader, Split, Vocabulary
from .tokens import DRAWS, SPECIAL

NEW_DOCUMENT = "\f"
SPOKEN = {" ": "space", "\n": "new line", "\t": "tab"}  # characters that nobody would see as a label


@dataclass(frozen=True)
class Characters(Reader):
    """Reads plain text (UTF-8; gzip where the name ends in .gz) in documents parted by form feeds.

    An input is `length` characters in a row, its truth the character that follows. Training inputs follow
    each other without gap or overlap, so that a model may read on from one to the next; held-out ones are
    `windows` in number, evenly spread. Which documents are held out is drawn from `seed` and the
    document's number, from 1. The labels are the characters themselves, by code; the recipe names none.
    A character that occurs less than `min_count` times in the training documents is unknown, and what is
    followed by one is nobody's held-out input.
    """

    length: int = 160
    windows: int = 1500
    min_count: int = 5
    held_out: float = 0.2
    seed: int = 0

    kind: ClassVar[str] = "text"

    def __post_init__(self) -> None:
        if not 0 < self.held_out < 1:
            raise BadParameters(f"reader characters: held_out is {self.held_out}. Allowed: above 0, below 1.")
        if self.length < 1 or self.windows < 1 or self.min_count < 1:
            given = f"length {self.length}, windows {self.windows}, min_count {self.min_count}"
            raise BadParameters(f"reader characters: {given}. Allowed: whole numbers from 1.")

    def read(self, path: Path, labels: tuple[str, ...]) -> Data:
        if labels:
            raise DataError(f"{path}: its characters are its labels. Leave `labels` out of the recipe.")
        train, test = self._parted(path)
        counts = Counter(train)
        known = sorted(character for character, count in counts.items() if count >= self.min_count)
        vocabulary = Vocabulary((*SPECIAL, *known), joined_by="")
        names = tuple(SPOKEN.get(character, character) for character in known)
        starts = range(0, len(train) - self.length, self.length)
        followed = self._split(train, list(starts), vocabulary)
        apart = self._apart(test, vocabulary)
        if apart is None:
            raise DataError(f"{path}: no known character follows any {self.length} held-out ones.")
        return Data(self.kind, names, followed, apart, vocabulary=vocabulary)

    def _parted(self, path: Path) -> tuple[str, str]:
        """The documents to learn from and those held out, each in a row."""
        documents = [one for one in _text_of(path).split(NEW_DOCUMENT) if one]
        apart = [
            draw(self.seed, "held out", number) < self.held_out * DRAWS
            for number in range(1, len(documents) + 1)
        ]
        train = "".join(one for one, is_apart in zip(documents, apart, strict=True) if not is_apart)
        test = "".join(one for one, is_apart in zip(documents, apart, strict=True) if is_apart)
        if min(len(train), len(test)) <= self.length:
            sizes = f"{len(train)} characters to learn from and {len(test)} held out"
            raise DataError(f"{path} gives {sizes}. Needed: more than {self.length} of both.")
        return train, test

    def _apart(self, test: str, vocabulary: Vocabulary) -> Split | None:
        known = set(vocabulary.tokens)
        possible = [at for at in range(len(test) - self.length) if test[at + self.length] in known]
        if not possible:
            return None
        count = min(self.windows, len(possible))
        return self._split(test, [possible[n * len(possible) // count] for n in range(count)], vocabulary)

    def _split(self, text: str, starts: list[int], vocabulary: Vocabulary) -> Split:
        coded = _coded(text, vocabulary)
        places = torch.tensor(starts).unsqueeze(1) + torch.arange(self.length)
        truths = (coded[torch.tensor(starts) + self.length] - len(SPECIAL)).clamp_min(0)
        words = tuple(tuple(text[at : at + self.length]) for at in starts)
        return Split(coded[places], truths, words)


def _coded(text: str, vocabulary: Vocabulary) -> Tensor:
    numbers = vocabulary.numbers
    return torch.tensor([numbers.get(character, UNKNOWN) for character in text])


def _text_of(path: Path) -> str:
    try:
        content = path.read_bytes()
        plain = gzip.decompress(content) if path.suffix == ".gz" else content
        return plain.decode("utf-8")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read as UTF-8: {error}") from error
