"""Pictures changed a little so that the model says something else."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..data.base import Case
from ..draws import small_seed
from ..errors import RecipeError
from ..models.looking import outputs_of, undisturbed
from .base import Given, ItemMaker
from .rows import free_rows
from .turns import in_turns

LEVELS = 255  # what is shown has 8 bits


@dataclass(frozen=True)
class Adversarial(ItemMaker):
    """Held-out pictures that the model gets right, changed by projected gradient descent until it does not.

    No pixel changes by more than `epsilon` (white is 1), and all stay in [0, 1]. From a random start in
    that range, `steps` steps of `step_size` (0 is 2.5 × epsilon / steps) follow the sign of the gradient
    of the loss of the model's own output. Pictures have 8 bits, as they are shown, and it is then that the
    model says something else; those that withstand are passed over. The labels take turns. The truth is
    that of the picture before. Stratum `kind` is `adversarial`.

    `model` is the one that is deceived, the first where empty; others may be or not.
    Source: Madry, Makelov, Schmidt, Tsipras and Vladu (2018), "Towards Deep Learning Models Resistant to
    Adversarial Attacks", ICLR.
    """

    count: int = 16
    epsilon: float = 0.15
    steps: int = 20
    step_size: float = 0.0
    model: str = ""
    pool: str = "test"

    def make(self, given: Given) -> list[Case]:
        self._check(given)
        name = self.model or next(iter(given.models))
        made: list[Case] = []
        for row in self._rows(given, name):
            if len(made) == self.count:
                break
            changed = self.attacked(
                given.models[name],
                given.data.test.inputs[row],
                given.predictions[name][row].index,
                small_seed(given.seed, "adversarial", row),
            )
            if changed is not None:
                strata = {"pool": self.pool, "kind": "adversarial"}
                truth = given.data.truth_of(given.data.test, row)
                made.append(Case(given.name(row, "-adversarial"), changed, truth, strata))
        if len(made) < self.count:
            raise RecipeError(
                f"adversarial: only {len(made)} of {self.count} pictures could be changed within epsilon "
                f"{self.epsilon:g}. Allowed: a larger epsilon, or fewer."
            )
        return made

    def attacked(self, model: nn.Module, picture: Tensor, index: int, seed: int) -> Tensor | None:
        """The picture (C, H, W) changed so that the output is no longer `index`; nothing if it withstands."""
        start = (picture * LEVELS).round() / LEVELS
        reach = int(self.epsilon * LEVELS + 1e-6) / LEVELS
        size = self.step_size or 2.5 * self.epsilon / self.steps
        generator = torch.Generator().manual_seed(seed)
        change = (2 * torch.rand(picture.shape, generator=generator, dtype=torch.float64) - 1) * reach
        point = (start + change.to(start)).clamp(0, 1)
        for _ in range(self.steps):
            uphill = _loss_gradient(model, point, index).sign()
            point = torch.clamp(point + size * uphill, start - reach, start + reach).clamp(0, 1)
        point = (point * LEVELS).round() / LEVELS
        is_changed = int(outputs_of(model, point.unsqueeze(0)).argmax()) != index
        return point if is_changed else None

    def _rows(self, given: Given, model: str) -> list[int]:
        truths, outputs = given.data.test.truths.tolist(), given.predictions[model]
        right = [row for row in free_rows(given) if outputs[row].index == truths[row]]
        return in_turns(given.data, given.data.test, right, given.seed, "adversarial")

    def _check(self, given: Given) -> None:
        if given.data.kind != "image":
            raise RecipeError(
                f"adversarial needs pictures with labels; the data are of kind {given.data.kind}. Allowed for it: "
                "the makers shifted and nonsense."
            )
        if not given.data.labels:
            raise RecipeError("adversarial needs pictures with labels; here the truth is a number.")
        if not 1 / LEVELS <= self.epsilon < 1 or self.steps < 1 or self.step_size < 0:
            told = f"epsilon {self.epsilon:g}, steps {self.steps}, step_size {self.step_size:g}"
            raise RecipeError(f"adversarial: {told}. Allowed: epsilon from 1/255 to below 1, a step or more.")
        if self.model and self.model not in given.models:
            known = ", ".join(given.models)
            raise RecipeError(f'adversarial names model "{self.model}". Known ones: {known}.')


def _loss_gradient(model: nn.Module, point: Tensor, index: int) -> Tensor:
    """Gradient of the cross-entropy of one label with respect to one picture."""
    with undisturbed(model), torch.enable_grad():
        watched = point.detach().clone().requires_grad_()
        outputs = model(watched.unsqueeze(0))
        if not outputs.requires_grad:
            raise RecipeError(
                "adversarial needs a model with gradients; a tree or a plain callable has none."
            )
        loss = functional.cross_entropy(outputs, torch.tensor([index], device=outputs.device))
        return torch.autograd.grad(loss, watched)[0]
