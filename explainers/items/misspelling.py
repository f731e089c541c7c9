"""Typing errors, as people make them."""

import numpy as np

LEAST = 4  # letters of a word that gets an error: shorter ones become other words
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
BESIDE = {
    letter: row[max(0, place - 1) : place] + row[place + 1 : place + 2]
    for row in ROWS
    for place, letter in enumerate(row)
}


def can_be_misspelt(word: str) -> bool:
    """Is it a word of letters, and long enough?"""
    return len(word) >= LEAST and word.isalpha()


def misspelt(word: str, generator: np.random.Generator) -> str:
    """The word with one error behind its first letter.

    Two letters are swapped, one is left out, one stands twice, or the key beside it was hit. It is never the
    word itself. Kinds of errors are drawn with equal chances, and so are the words that one kind can make.
    """
    made = {
        kind: sorted(set(found) - {word})
        for kind, found in {
            "swapped": [
                word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(1, len(word) - 1)
            ],
            "left out": [word[:at] + word[at + 1 :] for at in range(1, len(word))],
            "twice": [word[:at] + word[at] + word[at:] for at in range(1, len(word))],
            "beside": [
                word[:at] + key + word[at + 1 :] for at in range(1, len(word)) for key in beside(word[at])
            ],
        }.items()
    }
    choices = [found for found in made.values() if found]
    chosen = choices[int(generator.integers(len(choices)))]
    return chosen[int(generator.integers(len(chosen)))]


def beside(letter: str) -> str:
    """The letters left and right of it on an English keyboard, as large as it is."""
    keys = BESIDE.get(letter.lower(), "")
    return keys.upper() if letter.isupper() else keys
