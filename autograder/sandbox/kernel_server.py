"""The fork server of Jupyter kernels: each kernel is a fork that has the course's libraries imported already.

A kernel is the learner's own process, so nothing is kept from it: it gets the folder, the environment, the output and
the session that a new process would have.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import socket
import sys
import time
from collections.abc import Iterator
from functools import partial
from typing import Any, Final, NoReturn

from autograder.sandbox import serving, tree
from autograder.sandbox.order import receive, send

FIRST: Final = (
    *("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "IPython.core.completerlib", "comm"),
    *("numpy", "matplotlib.pyplot", "threadpoolctl"),
    *("autograder.lesson", "autograder.checking", "autograder.compare", "autograder.card"),
)
"""What nearly every kernel needs; with it the server is ready.

Not matplotlib_inline: when it is imported, it looks for the shell that shows the figures.
"""

LATER: Final = (
    *("pandas", "torch", "sklearn.linear_model", "sklearn.model_selection", "sklearn.preprocessing"),
    *("sklearn.pipeline", "sklearn.metrics", "sklearn.ensemble", "sklearn.cluster", "sklearn.decomposition"),
    *("sklearn.compose", "scipy.optimize", "scipy.stats", "torch.utils.data", "ipywidgets", "torch._dynamo"),
)
"""What some lessons need, imported one by one while nobody asks for a kernel. What is not installed is left out."""

BLAS_THREADS: Final = "OPENBLAS_NUM_THREADS"
"""Kept at 1 in the server, as OpenBLAS starts its threads when it is imported; each kernel sets its own number."""


def main() -> None:
    """Serves the socket whose descriptor is the only argument, until it closes."""
    requests = socket.socket(fileno=int(sys.argv[1]))
    del sys.path[0]  # the folder it was started in, as ipykernel's launcher does
    _, threading = serving.preload(FIRST)
    send(requests, {"threading": threading})
    kernels: dict[int, socket.socket] = {}
    if not threading:
        answer, tell = partial(_answer, requests, kernels), partial(_tell, kernels)
        serving.serve(requests, answer, tell, partial(_import_next, iter(LATER)))


def _import_next(names: Iterator[str]) -> bool:
    """Imports one more; False when there is none."""
    name = next(names, None)
    return name is not None and not serving.preload([name])[1]


def _tell(kernels: dict[int, socket.socket], pid: int, status: int) -> None:
    """Says how a kernel ended, to whoever asked for it."""
    if (reports := kernels.pop(pid, None)) is not None:
        with contextlib.suppress(OSError):
            send(reports, {"ended": os.waitstatus_to_exitcode(status)})
        reports.close()


def _answer(requests: socket.socket, kernels: dict[int, socket.socket]) -> bool:
    """Makes a kernel for one order; False when there will be no more."""
    descriptors: list[int] = []
    try:
        message, descriptors = receive(requests, 3)
        if tree.threads() > 1:
            raise RuntimeError("a library has started a thread")
        reports, out, err = descriptors
        own_session, began = os.pipe()
        pid = os.fork()
        if pid == 0:
            _be_kernel(message, out, err, began)
        os.close(began)
        os.read(own_session, 1)  # until then a signal to its group would be one to this process
        os.close(own_session)
        kernels[pid] = socket.socket(fileno=os.dup(reports))
        send(requests, {"pid": pid})
    except EOFError:
        return False
    except Exception as error:  # one bad order must not end all other kernels
        with contextlib.suppress(OSError):
            send(requests, {"error": f"{type(error).__name__}: {error}"[:1000]})
    finally:
        for descriptor in descriptors:
            os.close(descriptor)
    return True


def _be_kernel(message: dict[str, Any], out: int, err: int, began: int) -> NoReturn:
    """Becomes what `python -m ipykernel_launcher` is."""
    code = 1
    try:
        serving.leave_signals()
        os.setsid()
        os.write(began, b"!")
        nothing = os.open(os.devnull, os.O_RDONLY)
        for number, one in enumerate((nothing, out, err)):
            os.dup2(one, number)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        os.chdir(message["folder"])
        os.environ.clear()
        os.environ.update(message["environment"])
        sys.argv[:] = ["ipykernel_launcher.py", *message["arguments"]]
        time.tzset()
        serving.forget_randomness()
        _set_threads()
        code = _run(message["arguments"])
    except SystemExit as exit_:
        code = exit_.code if isinstance(exit_.code, int) else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        # The libraries' own ends take longer than the learner's restart should, and nobody needs them.
        with contextlib.suppress(BaseException):
            atexit._run_exitfuncs()
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code & 255)


def _set_threads() -> None:
    """As many threads for linear algebra as OpenBLAS would have started in this environment."""
    if any(os.environ.get(name) for name in (BLAS_THREADS, "GOTO_NUM_THREADS")):
        return
    wanted = os.environ.get("OMP_NUM_THREADS", "")
    count = int(wanted) if wanted.isdigit() else len(os.sched_getaffinity(0))
    if count > 1:
        import threadpoolctl

        threadpoolctl.threadpool_limits(limits=count, user_api="blas")


def _run(arguments: list[str]) -> int:
    from ipykernel.kernelapp import IPKernelApp

    backend = os.environ.get("MPLBACKEND")
    if backend and "matplotlib" in sys.modules:
        sys.modules["matplotlib"].rcParams["backend"] = backend
    # Its parent is the fork server, which ends with JupyterLab: it watches that one.
    app: Any = IPKernelApp.instance(parent_handle=os.getppid())
    app.initialize(arguments)
    app.start()
    return 0


if __name__ == "__main__":
    main()
