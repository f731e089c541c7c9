"""Several processes and a Dask cluster make the same bytes as one process; a lost worker loses nothing."""

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from tests.explainers.conftest import ROOT

pytest.importorskip("torch")
SLOW = '''
import time
from dataclasses import dataclass
from explainers.methods.gradients.saliency import Saliency


@dataclass(frozen=True)
class Slow(Saliency):
    """Saliency that takes its time. Source: Simonyan et al. (2014)."""

    def relevance_of(self, question, context):
        time.sleep(0.15)
        return super().relevance_of(question, context)
'''


@pytest.fixture
def recipe(shapes, tmp_path):
    """The small recipe with a slow explainer of the researcher's own beside it."""
    folder = shutil.copytree(shapes.parent, tmp_path / "study")
    (folder / "slow_saliency.py").write_text(SLOW)
    path = folder / "recipe.yaml"
    use = "explainers:\n  - name: slow\n    method: slow_saliency:Slow\n"
    path.write_text(path.read_text().replace("explainers:\n", use))
    return path


def made(recipe, out, **how):
    from explainers.preparing import Preparation

    preparation = Preparation(recipe, out, **how)
    for _ in preparation.explanations():
        pass
    return preparation.finish().bundle


def test_processes_make_the_same_bytes(recipe, tmp_path, monkeypatch):
    from explainers.preparing import preparation

    alone = made(recipe, tmp_path / "alone")
    monkeypatch.setattr(preparation, "WORTH_STARTING", 0.0)
    monkeypatch.setattr(preparation, "WORTH_USING", 0.0)
    assert made(recipe, tmp_path / "together", processes=2).sha256 == alone.sha256


@pytest.fixture
def start(tmp_path):
    """Starts one of Dask's commands; the scheduler's address is in `scheduler.json`."""
    started = []

    def run(module, *arguments, path=str(ROOT)):
        file = ("--scheduler-file", str(tmp_path / "scheduler.json"), "--no-dashboard")
        process = subprocess.Popen(
            [sys.executable, "-m", module, *file, *arguments],
            env=os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()


SCHEDULER = ("distributed.cli.dask_scheduler", "--port", "0")
WORKER = ("distributed.cli.dask_worker", "--nthreads", "1", "--no-nanny")


def address_of(folder, workers):
    """The scheduler's address, once it has so many workers."""
    from distributed import Client

    with Client(scheduler_file=str(folder / "scheduler.json"), timeout=60) as client:
        if workers:
            client.wait_for_workers(workers, timeout=60)
        return client.scheduler.address


def test_a_dask_cluster_makes_the_same_bytes_although_a_worker_is_killed(recipe, tmp_path, start):
    from explainers.preparing import Preparation

    start(*SCHEDULER)
    workers = [start(*WORKER) for _ in range(2)]
    alone = made(recipe, tmp_path / "alone")
    preparation = Preparation(recipe, tmp_path / "spread", dask=address_of(tmp_path, 2))
    done = []
    for unit in preparation.explanations():
        done.append(unit)
        if len(done) == 2:
            workers[0].send_signal(signal.SIGKILL)
            workers[0].wait()
    assert sorted(done) == sorted(preparation.units)
    assert preparation.finish().bundle.sha256 == alone.sha256


def test_a_cluster_that_cannot_import_the_code_and_one_without_workers_are_told(recipe, tmp_path, start):
    from explainers.errors import ExplainersError
    from explainers.preparing.spreading import has_workers

    start(*SCHEDULER, path="")
    address = address_of(tmp_path, 0)
    assert not has_workers(address)
    start(*WORKER)
    assert address_of(tmp_path, 1) == address
    assert has_workers(address)
    told = f"--dask {address}: no explainers can be imported by its scheduler. Allowed: .* PYTHONPATH"
    with pytest.raises(ExplainersError, match=told):
        made(recipe, tmp_path / "bundle", dask=address)


def test_a_scheduler_that_is_not_there_is_told(recipe, tmp_path):
    from explainers.errors import ExplainersError

    started = time.monotonic()
    with pytest.raises(ExplainersError, match="--dask tcp://127.0.0.1:9: no scheduler can be reached"):
        made(recipe, tmp_path / "bundle", dask="tcp://127.0.0.1:9")
    assert time.monotonic() - started < 60


def test_a_worker_with_other_code_is_refused(recipe, tmp_path):
    from explainers.errors import ExplainersError
    from explainers.preparing.worker import explain

    with pytest.raises(ExplainersError, match="other code, data, weights or packages"):
        explain(recipe, "another key", ())
