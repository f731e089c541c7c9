"""Training data of variants: with labels left out, drawn anew, or fewer rows."""

from dataclasses import replace

import torch

from ..data.base import Data
from ..draws import shuffled
from ..recipe.schema import Variation


def varied(data: Data, variation: Variation, seed: int) -> Data:
    """The data whose training split the variant learns from; held-out data stay as they are.

    Fields that the variant never sees are the architecture's business, because they are hidden from it
    when it answers too.
    """
    train = data.train
    if variation.only_first is not None:
        train = train.first(variation.only_first)
    if variation.without_labels:
        gone = torch.tensor([data.labels.index(label) for label in variation.without_labels])
        train = train.rows(~torch.isin(train.truths, gone))
    if variation.noisy_labels:
        count = round(variation.noisy_labels * len(train))
        chosen = torch.tensor(shuffled(range(len(train)), seed, "noisy labels")[:count])
        drawn = torch.randint(len(data.labels), (count,), generator=torch.Generator().manual_seed(seed))
        truths = train.truths.clone()
        truths[chosen] = drawn
        train = replace(train, truths=truths)
    return replace(data, train=train)
