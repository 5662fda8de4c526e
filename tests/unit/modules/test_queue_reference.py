"""Queues and jobs as they are recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from vistrails_tej.engine import Destination
from vistrails_tej.engine.ssh_config import read_settings
from vistrails_tej.modules.queue_reference import QueueReference, queue_of_record


@pytest.mark.parametrize("port", [None, 22, 2222])
@pytest.mark.parametrize("host", ["alias", "::1"])
def test_a_record_names_the_same_server_as_the_reference(host: str, port: int | None) -> None:
    reference = QueueReference(Destination(host, "ann", port), "~/queue", "", "default")
    assert queue_of_record(reference.to_parameters()) == reference


@pytest.mark.parametrize(("given", "used"), [(None, 2200), (22, 22), (2222, 2222)])
def test_a_recorded_port_wins_over_the_ssh_configuration(
    tmp_path: Path, given: int | None, used: int
) -> None:
    (tmp_path / "config").write_text("Host alias\n Port 2200\n")
    record = QueueReference(Destination("alias", port=given)).to_parameters()
    assert read_settings(queue_of_record(record).destination, tmp_path).port == used
