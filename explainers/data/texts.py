"""Short texts with ratings, from a tab-separated file."""

import gzip
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, NamedTuple

import torch

from ..errors import BadParameters, DataError
from .base import Data, Reader, Split, Vocabulary
from .tokens import is_held_out, numbered, vocabulary_of, words_of


class Rated(NamedTuple):
    """One text in its tokens as people read them, and the mean of its ratings."""

    words: tuple[str, ...]
    rating: float


@dataclass(frozen=True)
class TextTsv(Reader):
    """Reads lines of id, mean rating and text (UTF-8, separated by tabs; gzip where the name ends in .gz).

    Texts rated below `-middle` have the first label, those above `+middle` the second; those between, and
    those of more than `longest` tokens, are left out. A token is a word or a mark of punctuation (see
    `tokens.words_of`). People read it as it was written, the model in lower case and without apostrophes around it.

    The vocabulary has the tokens that occur `min_count` times or more in the training texts. Which texts
    are held out is drawn from `seed` and the text, so that a text that occurs twice is on one side.
    """

    middle: float = 0.5
    longest: int = 30
    min_count: int = 3
    held_out: float = 0.2
    seed: int = 0

    kind: ClassVar[str] = "text"

    def __post_init__(self) -> None:
        if not 0 < self.held_out < 1:
            raise BadParameters(f"reader text-tsv: held_out is {self.held_out}. Allowed: above 0, below 1.")
        if self.middle < 0 or self.longest < 1 or self.min_count < 1:
            given = f"middle {self.middle}, longest {self.longest}, min_count {self.min_count}"
            raise BadParameters(f"reader text-tsv: {given}. Allowed: from 0, from 1 and from 1.")

    def read(self, path: Path, labels: tuple[str, ...]) -> Data:
        if len(labels) != 2:
            raise DataError(f"{path} has ratings below and above 0: 2 labels are needed, not {len(labels)}.")
        clear = [one for one in rated(path) if abs(one.rating) > self.middle and self._fits(one)]
        apart = [is_held_out(one.words, self.seed, self.held_out) for one in clear]
        train = [one for one, is_apart in zip(clear, apart, strict=True) if not is_apart]
        test = [one for one, is_apart in zip(clear, apart, strict=True) if is_apart]
        if not train or not test:
            counts = f"{len(train)} texts to learn from and {len(test)} held out"
            raise DataError(f"{path} gives {counts}. Needed: one or more of both.")
        vocabulary = vocabulary_of((one.words for one in train), self.min_count)
        learned, unseen = (self._split(some, vocabulary) for some in (train, test))
        return Data(self.kind, labels, learned, unseen, vocabulary=vocabulary)

    def _fits(self, one: Rated) -> bool:
        return 1 <= len(one.words) <= self.longest

    def _split(self, texts: Sequence[Rated], vocabulary: Vocabulary) -> Split:
        truths = torch.tensor([int(one.rating > 0) for one in texts])
        words = tuple(one.words for one in texts)
        return Split(numbered(words, vocabulary, self.longest), truths, words)


def rated(path: Path) -> Iterator[Rated]:
    """The file's texts in their order."""
    for number, line in enumerate(_text_of(path).splitlines(), start=1):
        fields = line.split("\t")
        try:
            _, rating, text = fields
            yield Rated(words_of(text), float(rating))
        except ValueError as error:
            raise DataError(
                f"{path}, line {number}: {line[:40]!r}. Needed: id, rating (a number) and text, with tabs."
            ) from error


def _text_of(path: Path) -> str:
    """Stray bytes become U+FFFD."""
    try:
        content = path.read_bytes()
        plain = gzip.decompress(content) if path.suffix == ".gz" else content
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} cannot be read: {error}") from error
    return plain.decode("utf-8", errors="replace")
