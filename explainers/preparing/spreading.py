"""Doing work in several processes of this machine, or on a Dask cluster."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import joblib

from ..errors import ExplainersError

if TYPE_CHECKING:
    from distributed import Client

ROOM = "explainers"
Spread = Callable[[Callable[..., Any], Sequence[tuple[Any, ...]]], Iterator[Any]]


def in_processes(processes: int) -> Spread:
    """Calls a function with each of the arguments in that many processes; results come as they are ready."""

    def spread(function: Callable[..., Any], calls: Sequence[tuple[Any, ...]]) -> Iterator[Any]:
        # a worker that has grown by 300 MB (a loaded model does it) is replaced after its task: nothing is lost
        warnings.filterwarnings("ignore", message="A worker stopped while some jobs", category=UserWarning)
        with joblib.parallel_config(backend="loky", inner_max_num_threads=1):
            pool = joblib.Parallel(n_jobs=processes, return_as="generator_unordered", batch_size=1)
            yield from pool(joblib.delayed(function)(*call) for call in calls)

    return spread


def on_dask(address: str) -> Spread:
    """The same on the workers of a Dask scheduler; what a lost worker had begun is begun anew by another.

    The workers read the recipe's folder under the same path.
    """

    def spread(function: Callable[..., Any], calls: Sequence[tuple[Any, ...]]) -> Iterator[Any]:
        from distributed import as_completed

        with _client(address) as client:
            _require_code(client, address)
            futures = [client.submit(function, *call, pure=False, retries=2) for call in calls]
            for future in as_completed(futures):
                yield future.result()
                future.release()

    return spread


def has_workers(address: str) -> bool:
    """Does the Dask scheduler have a worker? Without one, all waits until one comes."""
    with _client(address) as client:
        return bool(client.scheduler_info()["workers"])


def _client(address: str) -> "Client":
    from distributed import Client

    try:
        return Client(address, timeout="15s")
    except (OSError, ValueError) as error:
        raise ExplainersError(f"--dask {address}: no scheduler can be reached: {error}.") from error


def _require_code(client: "Client", address: str) -> None:
    """Refuse a scheduler or workers that cannot import this code: Dask would speak of other environments."""
    found = {"its scheduler": client.run_on_scheduler(find_spec, ROOM)}
    found |= client.run(find_spec, ROOM, on_error="ignore")
    if lacking := [who for who, spec in found.items() if spec is None]:
        raise ExplainersError(
            f"--dask {address}: no {ROOM} can be imported by {', '.join(lacking)}. "
            "Allowed: a scheduler and workers that were started with the repository in PYTHONPATH."
        )
