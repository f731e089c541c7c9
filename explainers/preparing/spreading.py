"""Doing work in several processes of this machine, or on a Dask cluster."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import joblib

from ..errors import ExplainersError

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
        from distributed import Client, as_completed

        try:
            client = Client(address, timeout="15s")
        except (OSError, ValueError) as error:
            raise ExplainersError(f"--dask {address}: no scheduler can be reached: {error}.") from error
        with client:
            futures = [client.submit(function, *call, pure=False, retries=2) for call in calls]
            for future in as_completed(futures):
                yield future.result()
                future.release()

    return spread
