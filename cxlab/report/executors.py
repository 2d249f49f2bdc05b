"""What makes the reports: children of a warm process, a kernel for each, or the machines of a cluster."""

from __future__ import annotations

import os

from cxlab.errors import PlanError
from cxlab.report.batch import Executor
from cxlab.report.limits import Limits


def executor(engine: str, on: str = "", limits: Limits | None = None) -> Executor:
    """The executor of that name (fork, kernel, or auto: fork where the system has one), or the cluster at `on`.

    Each brings its own libraries, which are loaded here and not sooner: a kernel needs no cluster.
    """
    limits = limits or Limits()
    if engine not in ("auto", "fork", "kernel"):
        raise PlanError("There is no such engine", f"--engine {engine}", "Take fork, kernel or auto")
    if on:
        from cxlab.report.cluster import Cluster

        return Cluster(on, limits)
    if engine == "kernel" or (engine == "auto" and not hasattr(os, "fork")):
        from cxlab.report.processes import Processes

        return Processes(limits)
    from cxlab.report.forks import Forks

    return Forks(limits)
