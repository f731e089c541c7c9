"""Counterfactual: the smallest plausible change that alters the output."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ...base import Context, Question, Shown
from ...data.base import Case
from ...errors import BadParameters
from .change_explainer import ChangeExplainer
from .trails import Finder, Stop


@dataclass(frozen=True)
class Counterfactual(ChangeExplainer):
    """The item, changed as little as was found to be needed for another output of the model.

    Tables and texts: at most `most` fields or words change, first as few as possible, then as little (see
    `TableFinder` and `TextFinder`; the other parameters are those of `ChangeExplainer`). Pictures: the point
    just beyond the model's boundary on the way to the nearest training picture that is answered otherwise,
    or that picture itself where `through` is `real` (see `ImageFinder`). For the target `predicted` any other
    output will do; for another target the output becomes that one. Where nothing is found the part says so, and
    its check `flipped` is 0. Checks of what is found: `flipped` 1, `changes` (fields, words, pixels), `distance`
    (fields: in median absolute deviations; words: readability cost; pixels: root mean square).
    Source: Wachter, Mittelstadt and Russell (2017), "Counterfactual explanations without opening the black
    box"; words left out as in Martens and Provost (2014), "Explaining data-driven document classifications".
    """

    most: int = 3

    name: ClassVar[str] = "counterfactual"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Wachter, Mittelstadt and Russell (2017), Counterfactual explanations without opening the black box, "
        "Harvard Journal of Law & Technology 31 (2); Martens and Provost (2014), Explaining data-driven "
        "document classifications, MIS Quarterly 38 (1)"
    )
    caption: ClassVar[str] = "After this change"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.most < 1:
            raise BadParameters(f"counterfactual: most is {self.most}. Allowed: 1 or more.")

    @property
    def parts(self) -> tuple[str, ...]:
        return ("changed",)

    def trail(self, question: Question, context: Context, finder: Finder) -> tuple[Stop, ...]:
        return finder.trail(question.case, self.goal(question, context), self.most, steps=1)

    def shown(self, stops: Sequence[Stop], case: Case, context: Context) -> tuple[Shown, ...]:
        caption = self.caption if self.tell else f"{self.caption}, {self.told_change(context)}"
        if not stops:
            return (self.missing("changed", caption, self.none_found, False, context),)
        return (self.drawn("changed", stops[-1], caption, case, context),)
