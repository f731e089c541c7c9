"""From a text to its tokens, from tokens to numbers, and which texts are held out."""

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence

import torch

from protocol.draws import draw

from .base import PADDING, UNKNOWN, Vocabulary

SPECIAL = ("", "?")  # how padding and an unknown token are written in a vocabulary
DRAWS = 1 << 256
OPENING, CLOSING, APOSTROPHES = r'"“(\[', r'"”)\].,;:!?…', "'’‘`"


def words_of(text: str) -> tuple[str, ...]:
    """The text's tokens as people read them.

    A word is what stands between blanks, with its inner marks (it's, S&M, 3.5). Punctuation before and behind
    it are tokens of their own, dots in a row one of them, and straight double quotation marks become those
    that open and close, so that it can be seen where blanks belong. Entities are written out. The makers of
    the movie snippets put blanks for dashes and two single quotation marks for a double one; both are put back.
    """
    text = re.sub(r"\s{3,}", " – ", html.unescape(text).replace("''", '"').strip())
    chunks = re.sub(r"(\w)(\.{2,})(?=\w)", r"\1\2 ", text).split()
    return tuple(token for chunk in chunks for token in _tokens(chunk))


def _tokens(chunk: str) -> Iterator[str]:
    found = re.fullmatch(rf"([{OPENING}]*)(.*?)([{CLOSING}]*(?:(?<=[{CLOSING}])')?)", chunk)
    before, word, behind = found.groups() if found else ("", chunk, "")
    yield from before.replace('"', "“")
    if word:
        yield word
    yield from re.findall(r"\.{2,}|.", behind.replace('"', "”").replace("'", "’"))


def read_as(word: str) -> str:
    """What the model reads of a token."""
    return word.lower().strip(APOSTROPHES) or word


def vocabulary_of(texts: Iterator[tuple[str, ...]], min_count: int) -> Vocabulary:
    """The tokens that occur often enough: the most frequent first, equals by the alphabet."""
    counts = Counter(read_as(word) for words in texts for word in words)
    often = [token for token, count in counts.items() if count >= min_count and token not in SPECIAL]
    return Vocabulary((*SPECIAL, *sorted(often, key=lambda token: (-counts[token], token))))


def numbered(texts: Sequence[tuple[str, ...]], vocabulary: Vocabulary, length: int) -> torch.Tensor:
    """Token numbers (N, length), padded behind."""
    numbers = vocabulary.numbers
    inputs = torch.full((len(texts), length), PADDING)
    for row, words in enumerate(texts):
        inputs[row, : len(words)] = torch.tensor([numbers.get(read_as(word), UNKNOWN) for word in words])
    return inputs


def is_held_out(words: Sequence[str], seed: int, share: float) -> bool:
    """Is the text held out? Drawn from the seed and its words: a text that occurs twice is on one side."""
    return draw(seed, "held out", " ".join(words)) < share * DRAWS
