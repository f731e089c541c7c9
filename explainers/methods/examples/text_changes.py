"""Changing a text: few words, left out or replaced by others that people write in such a place."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

import torch
from torch import Tensor, nn

from ...base import Context
from ...data.base import PADDING, UNKNOWN, Case, Split
from ...errors import BadParameters
from .change_search import Changes, Margins, Move, Search, State
from .goals import Goal
from .trails import Finder, Stop, first_past

GONE = -1.0  # the value of a move that leaves a word out
EDGE = PADDING  # what stands before the first and after the last word
GAP = "…"  # shown where a word was left out
FREQUENT = 300  # tokens whose company is counted
UNUSUAL = 1.0  # cost of each two words side by side that no training text has


class TextFinder(Finder):
    """Fewest words first, then the most readable.

    Looked at are the `places` words whose removal moves the output most towards the goal. Each may be
    left out, or replaced: by one of the `words` most alike of those that stand between the same two neighbours in
    the training texts, or by one of the `near` most alike of all. Two words are alike as far as the same frequent
    words stand beside them in the training texts (see `in_context`): a space of word classes rather than of
    meanings, so that a replacement fits the sentence and may turn its sense. Of changes to equally few words
    the cheapest is taken: each two neighbours that no training text has cost 1, a word left out 1/2, a word
    replaced 1 - its likeness to the new one.
    """

    def __init__(self, context: Context, places: int, words: int, near: int, budget: int) -> None:
        if context.data.vocabulary is None:
            raise BadParameters("Texts are changed word by word: the data need a vocabulary.")
        self.context, self.vocabulary, self.budget = context, context.data.vocabulary, budget
        self.places, self.words, self.near = places, words, near
        self.after = followers(context.data.train)
        self.before = reversed_pairs(self.after)
        self.points = in_context(context.data.train, len(self.vocabulary.tokens))

    def trail(self, case: Case, goal: Goal, most: int, steps: int) -> tuple[Stop, ...]:
        changes, margins = TextChanges(self, case, goal), partial(goal.reached, self.context.model)
        state = Search(most, self.budget).fewest(changes, margins)
        if state is None:
            return ()
        states = [state] if steps == 1 else on_the_way(changes, state, margins)
        last = first_past(margins(changes.inputs(states)).tolist())
        return tuple(
            Stop(
                changes.case(state),
                flipped=number == last,
                checks={"changes": len(state), "distance": round(changes.cost(state), 6)},
            )
            for number, state in enumerate(states[: last + 1])
        )

    def by_removal(self, case: Case, goal: Goal) -> list[int]:
        """Places in the text, that whose removal moves the output most towards the goal first."""
        tokens = case.input[: len(case.words)].tolist()
        without = [
            padded([*tokens[:place], *tokens[place + 1 :]], case.input) for place in range(len(tokens))
        ]
        if not without:
            return []
        margins = goal.reached(self.context.model, torch.stack(without)).tolist()
        return sorted(range(len(tokens)), key=lambda place: (-margins[place], place))[: self.places]

    def candidates(self, tokens: Sequence[int], place: int) -> list[int]:
        """Tokens that may stand there instead, none twice."""
        previous, following = neighbours_of(tokens, place)
        usual = set(self.after[previous]) & set(self.before[following])
        order = torch.sort(-self.alike(tokens[place]), stable=True).indices.tolist()
        others = [token for token in order if self._is_word(token) and token != tokens[place]]
        fit = [token for token in others if token in usual]
        return list(dict.fromkeys([*fit[: self.words], *others[: self.near]]))

    def alike(self, token: int) -> Tensor:
        """How alike each token (V,) is to this one, from 0 to 1."""
        return self.points @ self.points[token]

    def unusual(self, first: int, second: int) -> float:
        """What it costs that these two stand side by side."""
        return 0.0 if second in self.after[first] else UNUSUAL

    def _is_word(self, token: int) -> bool:
        known = token not in (PADDING, UNKNOWN)
        return known and any(letter.isalpha() for letter in self.vocabulary.tokens[token])


class TextChanges(Changes):
    """What may be done to one text."""

    def __init__(self, finder: TextFinder, case: Case, goal: Goal) -> None:
        self.finder, self.original = finder, case
        self.tokens = case.input[: len(case.words)].tolist()
        self.moves = [move for place in finder.by_removal(case, goal) for move in self._moves(place)]

    def inputs(self, states: Sequence[State]) -> Tensor:
        return torch.stack([padded(list(self._changed(state)), self.original.input) for state in states])

    def allows(self, state: State) -> bool:
        """Never two in one place, and never is the whole text left out."""
        gone = sum(self.moves[move].value == GONE for move in state)
        return super().allows(state) and gone < len(self.tokens)

    def case(self, state: State) -> Case:
        """The changed text as people read it."""
        words = list(self.original.words)
        for move in (self.moves[number] for number in state):
            token = "" if move.value == GONE else self.finder.vocabulary.tokens[int(move.value)]
            words[move.slot] = as_written(token, words[move.slot]) if token else GAP
        return replace(self.original, input=self.inputs([state])[0], words=tuple(words))

    def _moves(self, place: int) -> Iterator[Move]:
        finder, own = self.finder, self.tokens[place]
        previous, following = neighbours_of(self.tokens, place)
        yield Move(place, GONE, 0.5 + finder.unusual(previous, following))
        alike = finder.alike(own)
        for token in finder.candidates(self.tokens, place):
            odd = finder.unusual(previous, token) + finder.unusual(token, following)
            yield Move(place, token, round(1 - float(alike[token]), 6) + odd)

    def _changed(self, state: State) -> Iterator[int]:
        values = {self.moves[move].slot: self.moves[move].value for move in state}
        for place, token in enumerate(self.tokens):
            value = int(values.get(place, token))
            if value != GONE:
                yield value


def on_the_way(changes: Changes, state: State, margins: Margins) -> list[State]:
    """States from one move to all of them, the move that goes furthest towards the goal first."""
    made: list[State] = []
    chosen: State = ()
    while len(chosen) < len(state):
        larger = [tuple(sorted({*chosen, move})) for move in state if move not in chosen]
        chosen = larger[int(margins(changes.inputs(larger)).argmax())]
        made.append(chosen)
    return made


def followers(texts: Split) -> Mapping[int, Counter[int]]:
    """By token: which tokens follow it how often; a text's edges count as a token too, unknown words do not."""
    found: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for tokens in texts.inputs.tolist():
        inside = [token for token in tokens if token != PADDING]
        for first, second in pairwise([EDGE, *inside, EDGE]):
            if UNKNOWN not in (first, second):
                found[first][second] += 1
    return found


def reversed_pairs(after: Mapping[int, Counter[int]]) -> Mapping[int, Counter[int]]:
    """By token: which tokens stand before it how often."""
    found: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for first, counts in after.items():
        for second, count in counts.items():
            found[second][first] = count
    return found


def in_context(texts: Split, tokens: int) -> Tensor:
    """Each token's company in the training texts, as a point of length 1 (or 0, never seen): (tokens, 2 K).

    Root of the share of each of the K most frequent tokens (a text's edges among them) directly before it, and
    directly after it; the scalar product of two points is 1 for tokens in the same company (Bhattacharyya).
    """
    inputs = nn.functional.pad(texts.inputs, (1, 1), value=EDGE)
    counts = torch.bincount(inputs.flatten(), minlength=tokens)
    counts[UNKNOWN] = 0
    frequent = torch.sort(-counts, stable=True).indices[:FREQUENT]
    place = torch.full((tokens,), -1, device=inputs.device)
    place[frequent] = torch.arange(len(frequent), device=inputs.device)
    found = torch.zeros(tokens, 2 * len(frequent), dtype=torch.float64, device=inputs.device)
    for shift, side in ((-1, 0), (1, len(frequent))):
        beside = place[inputs.roll(-shift, dims=1)[:, 1:-1]]
        known = (beside >= 0) & (texts.inputs != PADDING)
        pairs = torch.stack([texts.inputs[known], beside[known] + side])
        found.index_put_(tuple(pairs), torch.ones(pairs.shape[1]).to(found), accumulate=True)
    return nn.functional.normalize(found.sqrt())


def neighbours_of(tokens: Sequence[int], place: int) -> tuple[int, int]:
    """The tokens before and after a place."""
    previous = tokens[place - 1] if place else EDGE
    return previous, tokens[place + 1] if place + 1 < len(tokens) else EDGE


def padded(tokens: Sequence[int], like: Tensor) -> Tensor:
    """The tokens as an input of that length."""
    found = torch.full_like(like, PADDING)
    found[: len(tokens)] = torch.tensor(tokens).to(like)
    return found


def as_written(token: str, before: str) -> str:
    """The token with the punctuation of the word that it replaces, and with a capital where that has one."""
    letters = [place for place, letter in enumerate(before) if letter.isalnum()]
    if not letters:
        return token
    told = token[:1].upper() + token[1:] if before[letters[0]].isupper() else token
    return f"{before[: letters[0]]}{told}{before[letters[-1] + 1 :]}"
