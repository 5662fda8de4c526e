"""Work in threads of its own, on a machine that has no room for one more."""

from __future__ import annotations

import threading

import pytest

from vistrails_tej.modules.workers import in_thread


def test_what_no_thread_can_be_had_for_fails_as_other_work_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        future = in_thread("work", lambda: 3)
    with pytest.raises(RuntimeError, match="new thread"):
        future.result(0)
    assert in_thread("work", lambda: 3).result(30) == 3
