"""`python -m explainers`: list what there is; train, prepare, check."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from . import bundle
from .bundle import Bundle, BundleError, BundleExists
from .errors import ExplainersError
from .listing import summaries
from .registry import EXPLAINERS

WITH_TORCH = ("torch", "numpy", "safetensors")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status."""
    options = parser().parse_args(arguments)
    try:
        status: int = options.run(options)
        return status
    except KeyboardInterrupt:
        more = " The same command goes on where it stopped." if options.command == "prepare" else ""
        print(f"\nStopped.{more}", file=sys.stderr)
        return 130
    except (ExplainersError, BundleExists, BundleError) as error:
        print(error, file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        if error.name not in WITH_TORCH:
            raise
        needs = f"`{options.command}` needs {error.name}, which is not installed"
        print(f"{needs}: pip install -r requirements.txt", file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(prog="python -m explainers", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="the explainers that there are").set_defaults(run=run_list)
    train = commands.add_parser("train", help="make the weights that a recipe names, from its seed")
    train.add_argument("recipe", type=Path, metavar="RECIPE")
    train.add_argument("--overwrite", action="store_true", help="replace weights that come out different")
    train.set_defaults(run=run_train)
    prepare = commands.add_parser("prepare", help="make a bundle from a recipe; goes on where it was stopped")
    prepare.add_argument("recipe", type=Path, metavar="RECIPE")
    prepare.add_argument("--out", type=Path, required=True, metavar="BUNDLE")
    prepare.set_defaults(run=run_prepare)
    check = commands.add_parser("check", help="say what is wrong with a bundle, ours or anyone's")
    check.add_argument("bundle", type=Path, metavar="BUNDLE")
    check.set_defaults(run=run_check)
    return top


def run_list(options: argparse.Namespace) -> int:
    """Print each explainer with its summary."""
    width = max(map(len, EXPLAINERS))
    for name, summary in summaries(EXPLAINERS).items():
        print(f"{name:<{width}}  {summary}")
    return 0


def run_train(options: argparse.Namespace) -> int:
    """Train the recipe's models."""
    from .retraining import retrain

    status = 0
    for trained in retrain(options.recipe, options.overwrite, _losses_shown):
        told = [
            f"{name.replace('_', ' ')} {value:.4f}"
            for name, value in trained.quality.items()
            if name != "accuracy_n"
        ]
        found = f"{trained.model}: {', '.join(told)} on {trained.quality['accuracy_n']} held-out cases"
        if trained.files == "different":
            status = 1
            print(
                f"{found}, but its weights ({trained.sha256[:12]}…) differ from those in {trained.weights}, "
                "which were kept. Another machine or version of torch does that; `--overwrite` replaces.",
                file=sys.stderr,
            )
        else:
            done = "wrote" if trained.files == "written" else "identical to"
            print(f"{found}; {done} {trained.weights} ({trained.sha256[:12]}…).")
    return status


def run_prepare(options: argparse.Namespace) -> int:
    """Make a bundle."""
    from tqdm import tqdm

    from .preparation import Preparation

    preparation = Preparation(options.recipe, options.out)
    total, left = len(preparation.units), len(preparation.left())
    if preparation.was_there:
        print(f"{options.out} is there already; making it again to compare.")
    if left < total:
        print(f"Going on: {total - left} of {total} explanations were made before.")
    bar = tqdm(
        preparation.explanations(), total=total, initial=total - left, unit="explanation", disable=None
    )
    for _ in bar:
        pass
    outcome = preparation.finish()
    done = "is already there and identical" if outcome.was_there else "written"
    print(f"{options.out} {done}: {_described(outcome.bundle)}.")
    for check in outcome.bundle.manifest.checks:
        if not check.passed:
            about = check.explainer or check.model
            print(
                f"Check {check.name} of {about} did not pass ({check.value}). {check.meaning}",
                file=sys.stderr,
            )
    return 0


def run_check(options: argparse.Namespace) -> int:
    """Check a bundle."""
    found = bundle.read(options.bundle)
    print(f"{options.bundle} is sound: {_described(found)}.")
    return 0


def _described(found: Bundle) -> str:
    counts = {
        "items": len(found.items),
        "models": len(found.manifest.models),
        "explainers": len(found.manifest.explainers),
        "stimuli": len(found.stimuli),
    }
    told = ", ".join(f"{count} {name if count != 1 else _singular(name)}" for name, count in counts.items())
    return f"{told}; sha256 {found.sha256}"


def _singular(name: str) -> str:
    return "stimulus" if name == "stimuli" else name.removesuffix("s")


def _losses_shown(losses: Iterator[float], steps: int, model: str) -> Iterator[float]:
    from tqdm import tqdm

    with tqdm(losses, total=steps, desc=model, unit="batch", disable=None) as bar:
        for number, loss in enumerate(bar):
            if number % 50 == 0:
                bar.set_postfix(loss=f"{loss:.3f}")
            yield loss
