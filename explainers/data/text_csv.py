"""Texts with a label or a number each, from a table in a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, NamedTuple

from ..errors import BadParameters, DataError
from .base import Data, Reader, Split, Vocabulary
from .csv_rows import Row, rows_of
from .tokens import is_held_out, numbered, vocabulary_of, words_of
from .truths import truths_of


class Written(NamedTuple):
    """A row of the file, and its text's tokens as people read them."""

    row: Row
    words: tuple[str, ...]


@dataclass(frozen=True)
class TextCsv(Reader):
    """Reads texts from a .csv or .tsv file with one header line (UTF-8; gzip where the name ends in .gz).

    Parameters
    ----------
    text, truth : the columns with the text and with the truth: one of the labels, or a number where there are none
    truth_labels : the file's value → the label, where they differ
    delimiter : one character between cells; where empty, a tab for .tsv and a comma for all others
    longest : texts of more tokens are left out
    min_count : how often a token must occur in the training texts to be in the vocabulary
    held_out : share of the texts that are held out, drawn by SHA-256 from `seed` and the text
    unit, decimals : how a truth that is a number is told

    A token is a word or a mark of punctuation (see `tokens.words_of`). People read it as it was written, the
    model in lower case and without apostrophes around it. A text that occurs twice is on one side.

    Raises
    ------
    DataError : the message names file, line, column, what stands there and what is allowed.
    """

    text: str
    truth: str
    truth_labels: dict[str, str] | None = None
    delimiter: str = ""
    longest: int = 60
    min_count: int = 3
    held_out: float = 0.2
    seed: int = 0
    unit: str = ""
    decimals: int = 0

    kind: ClassVar[str] = "text"

    def __post_init__(self) -> None:
        if not 0 < self.held_out < 1:
            raise BadParameters(f"reader text-csv: held_out is {self.held_out}. Allowed: above 0, below 1.")
        if self.longest < 1 or self.min_count < 1 or self.decimals < 0:
            given = f"longest {self.longest}, min_count {self.min_count}, decimals {self.decimals}"
            raise BadParameters(f"reader text-csv: {given}. Allowed: from 1, from 1 and from 0.")
        if len(self.delimiter) > 1 or self.delimiter in ("\n", "\r", '"'):
            raise BadParameters(
                f"reader text-csv: delimiter is {self.delimiter!r}. Allowed: one character, as ; or a tab."
            )

    def read(self, path: Path, labels: tuple[str, ...]) -> Data:
        if len(labels) == 1:
            raise DataError(
                f'{path}: "{labels[0]}" is the only label. Needed: 2 or more, or none for a number.'
            )
        rows = rows_of(path, (self.text, self.truth), self.delimiter or _usual_delimiter(path))
        texts = [Written(row, self._words(row)) for row in rows]
        fitting = [one for one in texts if len(one.words) <= self.longest]
        apart = [is_held_out(one.words, self.seed, self.held_out) for one in fitting]
        train = [one for one, is_apart in zip(fitting, apart, strict=True) if not is_apart]
        test = [one for one, is_apart in zip(fitting, apart, strict=True) if is_apart]
        if not train or not test:
            counts = f"{len(train)} texts to learn from and {len(test)} held out"
            left_out = f"{len(texts) - len(fitting)} of more than {self.longest} tokens are left out"
            raise DataError(f"{path} gives {counts}; {left_out}. Needed: one or more of both.")
        vocabulary = self._vocabulary(path, train)
        learned, unseen = (self._split(some, labels, vocabulary) for some in (train, test))
        return Data(
            self.kind, labels, learned, unseen, vocabulary=vocabulary, unit=self.unit, decimals=self.decimals
        )

    def _words(self, row: Row) -> tuple[str, ...]:
        words = words_of(" ".join(row.text(self.text).split()))
        if not words:
            raise row.wrong(self.text, "a text of one word or more")
        return words

    def _vocabulary(self, path: Path, train: Sequence[Written]) -> Vocabulary:
        vocabulary = vocabulary_of((one.words for one in train), self.min_count)
        if not any(vocabulary.tokens[2:]):
            raise DataError(
                f'{path}, column "{self.text}": no token occurs {self.min_count} times in the {len(train)} texts to '
                "learn from. Needed: more texts, or a smaller min_count."
            )
        return vocabulary

    def _split(self, texts: Sequence[Written], labels: tuple[str, ...], vocabulary: Vocabulary) -> Split:
        words = tuple(one.words for one in texts)
        truths = truths_of([one.row for one in texts], self.truth, labels, self.truth_labels)
        return Split(numbered(words, vocabulary, self.longest), truths, words)


def _usual_delimiter(path: Path) -> str:
    return "\t" if path.name.removesuffix(".gz").endswith(".tsv") else ","
