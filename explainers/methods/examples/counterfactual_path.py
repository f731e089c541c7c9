"""The way to the model's decision boundary, step by step."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ...base import Context, Question, Shown
from ...data.base import Case
from ...errors import BadParameters
from .change_explainer import ChangeExplainer
from .trails import Finder, Stop


@dataclass(frozen=True)
class CounterfactualPath(ChangeExplainer):
    """Steps from the item to just beyond the model's boundary; at the last one the output is another.

    Tables and texts: the smallest change that was found (as for `counterfactual`, at most `steps` fields or
    words), made one field or word after the other, the one that moves the output most first; a change of a
    number is taken in parts where there are steps left for it. Pictures: `steps` pictures at equal
    distances up to the boundary, on the straight way to the nearest training picture that is answered
    otherwise; or, where `through` is `real`, training pictures near that way. Where fewer steps are needed or none
    is found, the other parts say so, and the caption of the last step that is needed tells that the answer
    changes there. Checks as for `counterfactual`, for each step; `flipped` is 1 for the
    step at which the output changes and for the steps that are no longer needed.
    Source: after the decision boundary method of Hase and Bansal (2020), "Evaluating Explainable AI: Which
    Algorithmic Explanations Help Users Predict Model Behavior?", who walk by samples around the item; we search
    for the fewest changes, as in Wachter, Mittelstadt and Russell (2017).
    """

    steps: int = 3

    name: ClassVar[str] = "counterfactual-path"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "After the decision boundary method of Hase and Bansal (2020), Evaluating Explainable AI: Which "
        "Algorithmic Explanations Help Users Predict Model Behavior?, ACL; Wachter, Mittelstadt and Russell "
        "(2017), Counterfactual explanations without opening the black box"
    )
    not_needed: ClassVar[str] = "No further step is needed: the model's answer has changed already."

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.steps < 2:
            raise BadParameters(f"counterfactual-path: steps is {self.steps}. Allowed: 2 or more.")

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(f"step-{number}" for number in range(1, self.steps + 1))

    def trail(self, question: Question, context: Context, finder: Finder) -> tuple[Stop, ...]:
        return finder.trail(question.case, self.goal(question, context), most=self.steps, steps=self.steps)

    def shown(self, stops: Sequence[Stop], case: Case, context: Context) -> tuple[Shown, ...]:
        before = [case, *(stop.case for stop in stops)]
        made = [
            self.drawn(part, stop, self._caption(number, stop, context), earlier, context)
            for number, (part, stop, earlier) in enumerate(zip(self.parts, stops, before, strict=False), 1)
        ]
        why, found = (self.not_needed, True) if stops else (self.none_found, False)
        rest = range(len(stops) + 1, self.steps + 1)
        return (
            *made,
            *(self.missing(f"step-{number}", f"Step {number}", why, found, context) for number in rest),
        )

    def _caption(self, number: int, stop: Stop, context: Context) -> str:
        changes = stop.flipped and not self.tell
        return f"Step {number}: {self.told_change(context)}" if changes else f"Step {number}"
