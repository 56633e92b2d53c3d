"""The walls a process puts around itself before it touches bytes from outside. Linux only, by the kernel's own means.

Each wall that could be raised is named; what the kernel here does not offer is left out of the names, so that
nobody believes in a wall that does not stand.
"""

import ctypes
import os
import platform
import resource
import socket
import struct
from typing import NoReturn

DIES_WITH_PARENT = "dies-with-parent"
OWN_NETWORK = "own-network"  # a network namespace with nothing in it
NO_SOCKETS = "no-sockets"  # the kernel makes no socket for it
NO_PROGRAMS = "no-programs"  # the kernel starts no process for it and signals none
NO_PYTHON_SOCKETS = "no-python-sockets"  # the last resort: only Python's own way is closed

_PDEATHSIG, _NO_NEW_PRIVS, _SECCOMP = 1, 38, 22  # prctl
_FILTER = 2
_SIGKILL = 9
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000  # unshare
_THREAD = 0x00010000  # the flag by which clone makes a thread

# kernel names of the machine → its number, and those of the calls
_MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SOCKETS = {"x86_64": (41, 425, 101), "aarch64": (198, 425, 117)}  # socket, io_uring_setup, ptrace
_PROGRAMS = {"x86_64": (57, 58, 59, 322, 62), "aarch64": (221, 281, 129)}  # fork, vfork, execve(at), kill
_CLONES = {"x86_64": (56, 435), "aarch64": (220, 435)}  # clone, clone3
_X32 = 0x40000000  # a second set of numbers on x86_64

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # instructions of the filter
_ALLOW, _REFUSE, _UNKNOWN = 0x7FFF0000, 0x00050001, 0x00050026  # go on; EPERM; ENOSYS
_NUMBER_AT, _MACHINE_AT, _FLAGS_AT = 0, 4, 16  # places in what the filter is shown


def limit(*, memory: int, file_bytes: int, open_files: int) -> None:
    """Hold this process and its children to so much memory, file size and open files; no core dumps."""
    _lower(resource.RLIMIT_AS, memory)
    _lower(resource.RLIMIT_FSIZE, file_bytes)
    _lower(resource.RLIMIT_NOFILE, open_files)
    _lower(resource.RLIMIT_CORE, 0)


def limit_cpu(seconds: int) -> None:
    """Give this process *seconds* of CPU from now on; the kernel ends it where it takes more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(
        resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard)
    )


def die_with(parent: int) -> bool:
    """Ask the kernel to end this process when *parent* ends; end at once if it is gone already."""
    held = bool(_libc().prctl(_PDEATHSIG, _SIGKILL, 0, 0, 0) == 0)
    if os.getppid() != parent:
        os._exit(1)
    return held


def raise_walls(parent: int, *, tools: bool) -> tuple[str, ...]:
    """Close the network and, unless it needs *tools*, other programs; give the names of the walls that stand."""
    walls = [DIES_WITH_PARENT] if die_with(parent) else []
    if _leave_network():
        walls.append(OWN_NETWORK)
    if _filter_calls(tools=tools):
        walls += [NO_SOCKETS] if tools else [NO_SOCKETS, NO_PROGRAMS]
    if not {OWN_NETWORK, NO_SOCKETS} & set(walls):
        _close_python_sockets()
        walls.append(NO_PYTHON_SOCKETS)
    return tuple(walls)


def _lower(what: int, to: int) -> None:
    _, hard = resource.getrlimit(what)
    lower = to if hard == resource.RLIM_INFINITY else min(to, hard)
    resource.setrlimit(what, (lower, lower))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _leave_network() -> bool:
    """Step into an empty network namespace: as root at once, else by way of a user namespace where allowed."""
    libc = _libc()
    return bool(libc.unshare(_NEW_NETWORK) == 0 or libc.unshare(_NEW_USER | _NEW_NETWORK) == 0)


def _filter_calls(*, tools: bool) -> bool:
    """Have the kernel refuse the calls this process never needs; needs no privilege and cannot be undone."""
    machine = platform.machine()
    if machine not in _MACHINES:
        return False
    code = _program(machine, tools=tools)
    instructions = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(instructions))
    libc = _libc()
    if libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_SECCOMP, _FILTER, ctypes.create_string_buffer(program, len(program)), 0, 0) == 0)


def _program(machine: str, *, tools: bool) -> bytes:
    """The filter: other machines' calls and the listed ones are refused, threads are allowed, the rest goes on."""
    steps = [
        (_LOAD, 0, 0, _MACHINE_AT),
        (_EQUAL, 1, 0, _MACHINES[machine]),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, _NUMBER_AT),
    ]
    if machine == "x86_64":
        steps += [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _REFUSE)]
    for number in _SOCKETS[machine] if tools else (*_SOCKETS[machine], *_PROGRAMS[machine]):
        steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]
    if not tools:
        clone, clone3 = _CLONES[machine]
        steps += [
            (_EQUAL, 0, 1, clone3),
            (_RETURN, 0, 0, _UNKNOWN),  # libc then falls back to clone, whose flags can be seen
            (_EQUAL, 0, 3, clone),
            (_LOAD, 0, 0, _FLAGS_AT),
            (_ANY_BIT, 1, 0, _THREAD),
            (_RETURN, 0, 0, _REFUSE),
        ]
    steps.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def _close_python_sockets() -> None:
    def refused(*_: object, **__: object) -> NoReturn:
        raise PermissionError("a confined process has no network")

    for name in ("socket", "create_connection", "getaddrinfo", "gethostbyname"):
        setattr(socket, name, refused)
