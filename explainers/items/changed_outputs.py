"""Items on which two models differ, and as many on which they agree."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..data.base import Case
from ..errors import RecipeError
from ..recipe.schema import Pool
from .base import Given, ItemMaker
from .right_and_wrong import Candidate, choose
from .rows import free_rows


@dataclass(frozen=True)
class ChangedOutputs(ItemMaker):
    """For parameter-change simulation: did the output change when `before` became `after`?

    Fills `pools` (name → number of items, half of them changed) in their order, without using a case
    twice. Changed items are spread over (output before, output after), unchanged ones over the outputs;
    equals are drawn from the seed.
    """

    before: str
    after: str
    pools: dict[str, int] = field(default_factory=lambda: {"test": 32, "learning": 16})

    def make(self, given: Given) -> list[Case]:
        candidates = self._candidates(given)
        self._require(candidates)
        halves = {name: Pool(right=count // 2, wrong=count // 2) for name, count in self.pools.items()}
        return [
            given.data.case(given.data.test, one.row, given.name(one.row), strata={"pool": pool})
            for pool, chosen in choose(candidates, halves, given.seed).items()
            for one in chosen
        ]

    def _candidates(self, given: Given) -> list[Candidate]:
        """The output before as truth, the output after as output: "right" is what did not change."""
        if not given.data.labels:
            raise RecipeError("changed-outputs needs models that give labels; here they give a number.")
        for name in (self.before, self.after):
            if name not in given.predictions:
                known = ", ".join(given.predictions)
                raise RecipeError(f'changed-outputs names model "{name}". Known ones: {known}.')
        before, after = given.predictions[self.before], given.predictions[self.after]
        return [Candidate(row, before[row].label, after[row].label) for row in free_rows(given)]

    def _require(self, candidates: Sequence[Candidate]) -> None:
        if odd := [name for name, count in self.pools.items() if count % 2]:
            raise RecipeError(f'pool "{odd[0]}" has an odd number of items; half of them are to be changed.')
        asked, same = sum(self.pools.values()) // 2, Counter(one.is_right for one in candidates)
        for is_same, told in ((False, "differ"), (True, "agree")):
            if same[is_same] < asked:
                models = f'"{self.before}" and "{self.after}" {told} on {same[is_same]} cases'
                raise RecipeError(f"the pools need {asked} items, but {models} that may be items.")
