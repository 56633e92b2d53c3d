"""A confined child leaves none of its limits, and whatever becomes of it is an answer."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawlers import isolation
from crawlers.confinement import Confined, ConfinementError, Limits, OverrunError

pytestmark = pytest.mark.crawl

GREEDY = "fixtures.greedy:behave"
TIGHT = Limits(memory=2**29, cpu_seconds=1)


@pytest.fixture
def child() -> Iterator[Confined]:
    """A child with tight limits and a greedy task."""
    with Confined(GREEDY, limits=TIGHT) as confined:
        yield confined


def test_one_child_serves_many_tasks(child: Confined) -> None:
    """Its start is paid once, and body and values come back as they went."""
    first, body = child.call("Рішення".encode(), {"how": "echo", "say": "раз"})
    second, _ = child.call(b"", {"how": "echo", "say": "два"})

    assert (first["said"], second["said"], body.decode()) == ("раз", "два", "Рішення")
    assert first["pid"] == second["pid"] != os.getpid()


@pytest.mark.parametrize(
    ("how", "named"),
    [("eat", "memory"), ("spin", "cpu"), ("shout", "output"), ("die", "crashed"), ("raise", "crashed")],
)
def test_an_overrun_is_named_and_the_next_task_gets_a_fresh_child(
    child: Confined, how: str, named: str
) -> None:
    """What one task does to its child no other task feels."""
    before = child.pid

    with pytest.raises(OverrunError) as overrun:
        child.call(b"", {"how": how})

    assert overrun.value.how == named
    assert child.call(b"", {"how": "echo", "say": "живий"})[0]["said"] == "живий"
    assert child.pid != before


def test_a_sleeper_is_ended_by_the_clock() -> None:
    """A task that uses no CPU at all still ends in time."""
    begun = time.monotonic()

    with (
        Confined(GREEDY, limits=Limits(seconds=0.5)) as child,
        pytest.raises(OverrunError) as overrun,
    ):
        child.call(b"", {"how": "sleep"})

    assert overrun.value.how == "time"
    assert time.monotonic() - begun < 30


def test_cpu_is_counted_per_task(child: Confined) -> None:
    """A long-lived child is not ended for what its earlier tasks used."""
    pids = {child.call(b"", {"how": "work"})[0]["pid"] for _ in range(5)}

    assert len(pids) == 1


def test_a_crash_says_its_last_words(child: Confined) -> None:
    """The operator's log names the error and not only that there was one."""
    with pytest.raises(OverrunError, match="this task is broken"):
        child.call(b"", {"how": "raise"})


def test_no_network(child: Confined) -> None:
    """A listening port on this very machine cannot be reached from inside."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        values, _ = child.call(b"", {"how": "call out", "port": server.getsockname()[1]})

    assert values.get("refused")


@pytest.mark.parametrize("how", ["fork", "run"])
def test_no_other_programs(child: Confined, how: str) -> None:
    """Where the kernel filters calls, the child starts no process."""
    if isolation.NO_PROGRAMS not in child.walls:
        pytest.skip("this kernel offers no filter of system calls")

    values, _ = child.call(b"", {"how": how})

    assert values == {"refused": "PermissionError"}


def test_a_child_with_tools_may_run_programs_and_has_no_network_either() -> None:
    """What recognises scans needs a program, not the network."""
    with (
        Confined(GREEDY, limits=TIGHT, tools=True) as child,
        socket.create_server(("127.0.0.1", 0)) as server,
    ):
        ran, _ = child.call(b"", {"how": "run"})
        called, _ = child.call(b"", {"how": "call out", "port": server.getsockname()[1]})

    assert ran == {"ran": True}
    assert called.get("refused")


def test_files_stay_small_and_few(child: Confined) -> None:
    """A task cannot fill the disk, nor open files without end."""
    written, _ = child.call(b"", {"how": "fill disk"})
    opened, _ = child.call(b"", {"how": "open many"})

    assert written.get("refused")
    assert opened["opened"] < TIGHT.open_files


def test_noise_on_standard_output_is_no_answer(child: Confined) -> None:
    """A library that prints does not speak to the parent."""
    assert child.call(b"", {"how": "print"})[0] == {"printed": True}


def test_a_child_that_has_grown_is_replaced() -> None:
    """Memory that a parser never gave back is not carried through a whole crawl."""
    with Confined(GREEDY) as child:
        grown, _ = child.call(b"", {"how": "grow"})
        after, _ = child.call(b"", {"how": "echo"})

    assert grown["pid"] != after["pid"]


def test_a_tool_is_asked_for_from_the_parent(child: Confined) -> None:
    """The child runs nothing itself: it asks, and goes on with the answer or without."""
    served = child.call(b"abc", {"how": "ask"}, answer=lambda tool, body: body[::-1] + tool.encode())
    refused = child.call(b"abc", {"how": "ask"})

    assert served == ({"answered": True}, b"cbareverse")
    assert refused == ({"answered": False}, b"")


def test_its_environment_is_empty_and_its_folder_goes(child: Confined) -> None:
    """No secret of ours is within its reach, and nothing is left behind."""
    environment = Path(f"/proc/{child.pid}/environ").read_bytes()
    folder = next(part for part in environment.split(b"\0") if part.startswith(b"TMPDIR="))[7:].decode()
    assert Path(folder).is_dir()

    child.close()

    assert {part.partition(b"=")[0] for part in environment.split(b"\0")} <= {
        b"",
        b"PATH",
        b"LC_ALL",
        b"TMPDIR",
    }
    assert not Path(folder).exists()


def test_a_child_killed_while_idle_is_replaced(child: Confined) -> None:
    """What happens between two tasks costs neither of them."""
    os.kill(child.pid, signal.SIGKILL)
    time.sleep(0.1)

    assert child.call(b"", {"how": "echo", "say": "знову"})[0]["said"] == "знову"


def test_the_child_dies_with_its_parent() -> None:
    """A killed crawl leaves nothing running."""
    script = (
        "from crawlers.confinement import Confined\n"
        f"child = Confined({GREEDY!r})\n"
        "print(child.pid, flush=True)\n"
        "child.call(b'', {'how': 'sleep'})\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        parent.kill()

    for _ in range(100):
        if not _is_running(pid):
            break
        time.sleep(0.05)
    assert not _is_running(pid)


def test_a_child_that_cannot_start_is_our_fault_and_loud() -> None:
    """A broken installation is not mistaken for a bad document."""
    with pytest.raises(ConfinementError), Confined("crawlers.no_such_module:task") as child:
        child.call(b"", {})


def test_a_package_that_is_missing_is_our_fault_and_loud(child: Confined) -> None:
    """A half installed monitor must not call every document unsafe."""
    with pytest.raises(ConfinementError, match="a_package_that_is_not_installed"):
        child.call(b"", {"how": "lack"})


def _is_running(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except FileNotFoundError:
        return False
