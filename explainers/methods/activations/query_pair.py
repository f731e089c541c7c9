"""Two held-out examples, one of which a unit responds to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ...base import EVERY_KIND, Context, Explainer, Question, Reveals, Shown
from ...errors import BadParameters
from ...rendering.base import Drawer
from .queries import SIDES, Shares
from .units import Over, of_unit, responses, unit_of


@dataclass(frozen=True)
class QueryPair(Explainer):
    """The question of a two-alternative forced choice: which of two examples makes the unit respond more?

    One is drawn from the `strong` share of the held-out examples with the highest responses, the other
    from the `weak` share with the lowest; both are disjoint from references, which are training
    examples. Which stands where is the item's `truth`, `query-a` or `query-b`, as the maker of items
    `query-units` sets it. Use the same `strong`, `weak` and `over` there: it leaves out units whose
    shares overlap. The responses stand in each part's check `activation`.
    Source: Borowski et al. (2021), "Exemplary Natural Images Explain CNN Activations Better than
    State-of-the-Art Feature Visualization".
    """

    strong: float = 0.01
    weak: float = 0.5
    over: Over = "mean"
    captions: tuple[str, str] = ("A", "B")

    name: ClassVar[str] = "query-pair"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Borowski, Zimmermann, Schepers, Geirhos, Wallis, Bethge and Brendel (2021), Exemplary Natural Images "
        "Explain CNN Activations Better than State-of-the-Art Feature Visualization, ICLR"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "global",
        "access": "model-specific",
        "form": "examples",
    }
    data_kinds: ClassVar[tuple[str, ...]] = EVERY_KIND
    reveals_output: ClassVar[Reveals] = "no"
    item_kinds: ClassVar[tuple[str, ...]] = ("unit",)
    is_random: ClassVar[bool] = True

    def __post_init__(self) -> None:
        require_shares("query-pair", self.strong, self.weak)

    @property
    def parts(self) -> tuple[str, ...]:
        return SIDES

    def normalisation(self, drawer: Drawer) -> str:
        return "None: examples are drawn as items are."

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        data = context.data
        layers = (unit_of(question.case)[0] for question in questions)
        found = responses(context.model, layers, data.test.inputs, self.over)
        for question in questions:
            case = question.case
            own = of_unit(found[unit_of(case)[0]], case)
            strong, weak = Shares(self.strong, self.weak).drawn(own, question.seed)
            rows = (strong, weak) if _right_side(case.item, case.truth) == SIDES[0] else (weak, strong)
            yield tuple(
                Shown(
                    part=part,
                    content=context.drawer.input(data.case(data.test, row), data),
                    caption=caption,
                    alt=context.drawer.example_alt,
                    seed=question.seed,
                    checks={"activation": round(float(own[row]), 6)},
                )
                for part, caption, row in zip(SIDES, self.captions, rows, strict=True)
            )


def require_shares(name: str, strong: float, weak: float) -> None:
    """`BadParameters` where shares are not above 0, or overlap."""
    if not (strong > 0 and weak > 0 and strong + weak <= 1):
        given = f"strong {strong}, weak {weak}"
        raise BadParameters(f"{name}: {given}. Allowed: shares above 0 that together are at most 1.")


def _right_side(item: str, truth: str) -> str:
    if truth not in SIDES:
        raise BadParameters(
            f'Item "{item}" has truth "{truth}". Allowed for query-pair: {", ".join(SIDES)}; '
            f"the maker of items query-units sets it."
        )
    return truth
