"""Loading what `import lkpy` must not: the session and the media libraries below it."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import threading

from lkpy._loop import threads

_loaded: set[str] = set()


async def load(name: str) -> None:
    """Import a module in a thread, as the first time takes half a second in which the loop has other work.

    When it is cancelled it ends with the import: no thread is left.

    Raises:
        ImportError: or whatever else the module raises.
    """
    if name in _loaded:
        return
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def finish(error: BaseException | None) -> None:
        threads.end(loop)
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)

    def work() -> None:
        error: BaseException | None = None
        try:
            importlib.import_module(name)
        except BaseException as raised:
            error = raised
        with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
            loop.call_soon_threadsafe(finish, error)

    threads.begin(loop)
    thread = threading.Thread(target=work, name="lkpy loading", daemon=True)
    thread.start()
    try:
        await asyncio.shield(done)
    except asyncio.CancelledError:
        await asyncio.wait((done,))
        raise
    finally:
        thread.join()
    _loaded.add(name)
