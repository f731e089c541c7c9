"""Changing a text: few words, left out or replaced by others that people write in such a place."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import torch
from torch import Tensor, nn

from ...base import Context
from ...data.base import PADDING, UNKNOWN, Case, Split, Vocabulary
from ...errors import BadParameters
from ...models.looking import entered
from ...models.staged import Staged
from .change_search import Changes, Move, Search, State
from .goals import Goal
from .trails import Finder, Stop

GONE = -1.0  # the value of a move that leaves a word out
EDGE = PADDING  # what stands before the first and after the last word
GAP = "…"  # shown where a word was left out
UNUSUAL = 1.0  # cost of each two words side by side that no training text has


class TextFinder(Finder):
    """Fewest words first, then the most readable.

    Looked at are the `places` words whose removal moves the output most towards the goal. Each may be
    left out, or replaced by one of the `words` words that stand most often between the same neighbours in
    the training texts, or by one of the `near` words nearest to it in the model's embedding, where it has
    one. Of changes to equally few words the cheapest is taken: each pair of neighbours that no training text
    has costs 1, a word left out 1/2, a word replaced (1 - cosine)/2 in the embedding, or 1/2 without one.
    """

    def __init__(self, context: Context, places: int, words: int, near: int, budget: int) -> None:
        if context.data.vocabulary is None:
            raise BadParameters("Texts are changed word by word: the data need a vocabulary.")
        self.context, self.vocabulary, self.budget = context, context.data.vocabulary, budget
        self.places, self.words, self.near = places, words, near
        self.after = followers(context.data.train)
        self.before = reversed_pairs(self.after)
        self.points = embedded(context.model, self.vocabulary, context.data.train.inputs)

    def trail(self, case: Case, goal: Goal, most: int, steps: int) -> tuple[Stop, ...]:
        changes = TextChanges(self, case, goal)
        state = Search(most, self.budget).fewest(changes, self._margins(goal))
        if state is None:
            return ()
        states = [state] if steps == 1 else self._on_the_way(changes, state, goal)
        flipped = (self._margins(goal)(changes.inputs(states)) > 0).tolist()
        last = flipped.index(True)
        return tuple(
            Stop(
                changes.case(state), flip, {"changes": len(state), "distance": round(changes.cost(state), 6)}
            )
            for state, flip in zip(states[: last + 1], flipped[: last + 1], strict=True)
        )

    def by_removal(self, case: Case, goal: Goal) -> list[int]:
        """Places in the text, that whose removal moves the output most towards the goal first."""
        tokens = case.input[: len(case.words)].tolist()
        without = [
            padded([*tokens[:place], *tokens[place + 1 :]], case.input) for place in range(len(tokens))
        ]
        margins = self._margins(goal)(torch.stack(without)).tolist()
        return sorted(range(len(tokens)), key=lambda place: (-margins[place], place))[: self.places]

    def candidates(self, tokens: Sequence[int], place: int) -> list[int]:
        """Tokens that may stand there instead, none twice."""
        previous, following = neighbours_of(tokens, place)
        fit = {
            token: count * self.before[following][token]
            for token, count in self.after[previous].items()
            if token in self.before[following]
        }
        usual = sorted(fit, key=lambda token: (-fit[token], token))
        found = dict.fromkeys([*usual[: self.words + 1], *self._alike(tokens[place])])
        return [token for token in found if token != tokens[place] and self._is_word(token)]

    def gap(self, token: int, other: int) -> float:
        """How different two tokens are to the model: (1 - cosine)/2 of its embedding; 1/2 without one."""
        if self.points is None:
            return 0.5
        return round((1 - float(self.points[token] @ self.points[other])) / 2, 6)

    def unusual(self, first: int, second: int) -> float:
        """What it costs that these two stand side by side."""
        return 0.0 if second in self.after[first] else UNUSUAL

    def _alike(self, token: int) -> list[int]:
        if self.points is None:
            return []
        return torch.sort(-(self.points @ self.points[token]), stable=True).indices[: self.near + 1].tolist()

    def _is_word(self, token: int) -> bool:
        known = token not in (PADDING, UNKNOWN)
        return known and any(letter.isalpha() for letter in self.vocabulary.tokens[token])

    def _margins(self, goal: Goal) -> "_Reached":
        return _Reached(goal, self.context.model)

    def _on_the_way(self, changes: "TextChanges", state: State, goal: Goal) -> list[State]:
        """States from one move to all of them, the move that goes furthest towards the goal first."""
        made: list[State] = []
        chosen: State = ()
        while len(chosen) < len(state):
            larger = [tuple(sorted({*chosen, move})) for move in state if move not in chosen]
            chosen = larger[int(self._margins(goal)(changes.inputs(larger)).argmax())]
            made.append(chosen)
        return made


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
        for token in finder.candidates(self.tokens, place):
            odd = finder.unusual(previous, token) + finder.unusual(token, following)
            yield Move(place, token, finder.gap(own, token) + odd)

    def _changed(self, state: State) -> Iterator[int]:
        values = {self.moves[move].slot: self.moves[move].value for move in state}
        for place, token in enumerate(self.tokens):
            value = int(values.get(place, token))
            if value != GONE:
                yield value


class _Reached:
    """Margins of inputs, asked of one model."""

    def __init__(self, goal: Goal, model: nn.Module) -> None:
        self.goal, self.model = goal, model

    def __call__(self, inputs: Tensor) -> Tensor:
        return self.goal.reached(self.model, inputs)


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


def embedded(model: nn.Module, vocabulary: Vocabulary, like: Tensor) -> Tensor | None:
    """The model's point of length 1 for each token (V, E); None for a model without an embedding."""
    if not isinstance(model, Staged):
        return None
    each = torch.arange(len(vocabulary.tokens)).to(like).unsqueeze(1)
    return nn.functional.normalize(entered(model, each).flatten(1))


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
