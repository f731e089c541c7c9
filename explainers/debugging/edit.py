"""What a participant's version of the model is trained differently in."""

from dataclasses import dataclass

from ..data.base import Data


@dataclass(frozen=True)
class Edit:
    """What marks come to. Marks that come to the same are the same edit, and are trained once.

    `left_out`, `added` : numbers of training examples
    `relabelled` : numbers of training examples, each with the number of its new label, or the new number
    `hidden` : features that the model never sees: fields, tokens, places on a picture
    `given_back` : fields that the recipe's variation hides from the model, and this version does not
    """

    left_out: frozenset[int] = frozenset()
    relabelled: frozenset[tuple[int, float]] = frozenset()
    hidden: frozenset[str] = frozenset()
    added: frozenset[int] = frozenset()
    given_back: frozenset[str] = frozenset()

    def __or__(self, other: "Edit") -> "Edit":
        return Edit(
            self.left_out | other.left_out,
            self.relabelled | other.relabelled,
            self.hidden | other.hidden,
            self.added | other.added,
            self.given_back | other.given_back,
        )

    def __len__(self) -> int:
        """How many marks it comes from."""
        return sum(map(len, (self.left_out, self.relabelled, self.hidden, self.added, self.given_back)))

    def told(self, data: Data) -> list[str]:
        """The marks that give this edit, in one order."""
        return [
            *(f"train:{row}" for row in sorted(self.left_out)),
            *(f"train:{row}={label_of(data, value)}" for row, value in sorted(self.relabelled)),
            *sorted(self.hidden),
            *(f"+train:{row}" for row in sorted(self.added)),
            *(f"+{field}" for field in sorted(self.given_back)),
        ]


NOTHING = Edit()


def label_of(data: Data, value: float) -> str:
    """A truth as people read it."""
    return data.labels[int(value)] if data.labels else data.number(value)
