"""Becomes the browser, after giving up what a browser that reads strangers' pages has no need of.

    python -I -S launcher.py ORDER.json [the browser's own arguments]

Run as a program by ``crawlers.browsing.launching``, on the standard library alone. The order names the browser, a
folder of its own, and the walls to try; what could be raised is written to ``held.json`` in that folder, so that
nobody believes in a wall that does not stand. Linux only; elsewhere nothing is held and nothing is run.
"""

import ctypes
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

_NEW_USER, _NEW_NETWORK, _NEW_IPC = 0x10000000, 0x40000000, 0x08000000  # unshare(2)
_NICER = 5  # a page that keeps the processor busy must not hold up the crawls beside it
_DEATH_SIGNAL, _NO_NEW_PRIVILEGES, _KILL = 1, 38, 9  # prctl(2)

# landlock(7): calls, and what may be allowed beneath a folder
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_BENEATH, _ASK_VERSION = 1, 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _DEVICE = 1, 2, 4, 8, 1 << 15
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}  # by version
_ALL_RIGHTS = (1 << 16) - 1
_TCP, _OUTSIDE = 3, 3  # bind and connect; abstract sockets and signals to processes outside
_SINCE_TCP, _SINCE_OUTSIDE, _SINCE_DEVICE = 4, 6, 5
_READABLE = "/bin /etc /lib /lib32 /lib64 /nix/store /opt /sbin /sys /usr"


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def main() -> int:
    """Raise the walls, say which stand, and become the browser."""
    order: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    folder, browser, account = order["folder"], order["browser"], order["account"]
    libc = ctypes.CDLL(None, use_errno=True)
    held = {"pid": os.getpid(), "no_network": _leave_network(libc, as_root=account is not None)}
    if account is not None:
        os.setgroups([])
        os.setresgid(account, account, account)
        os.setresuid(account, account, account)
    held["own_account"] = account is not None
    libc.prctl(_DEATH_SIGNAL, _KILL, 0, 0, 0)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    readable = [*_READABLE.split(), str(Path(browser).resolve().parent)]
    held["own_folder"] = order["walled"] and _keep_to(libc, folder, readable)
    Path(folder, "held.json").write_text(json.dumps(held), encoding="utf-8")
    for what, most in ((resource.RLIMIT_DATA, order["memory"]), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (most, most))
    os.nice(_NICER)
    os.chdir(folder)
    os.execve(browser, [browser, *sys.argv[2:], f"--user-data-dir={folder}/profile"], _environment(folder))  # noqa: S606


def _environment(folder: str) -> dict[str, str]:
    """Nothing of ours: addresses of databases with their passwords are in an environment too."""
    homes = dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"), folder)
    return {**homes, "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "Europe/Kyiv"}


def _leave_network(libc: ctypes.CDLL, *, as_root: bool) -> bool:
    """Step into a network namespace with nothing in it; one who is not root may by way of a user namespace."""
    user, group = os.getuid(), os.getgid()
    if libc.unshare(_NEW_NETWORK | _NEW_IPC | (0 if as_root else _NEW_USER)) != 0:
        return False
    if not as_root:
        Path("/proc/self/setgroups").write_text("deny", encoding="utf-8")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="utf-8")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="utf-8")
    return True


def _keep_to(libc: ctypes.CDLL, folder: str, readable: list[str]) -> bool:
    """Let nothing be written but in *folder*, and nothing be read of other people's files. By Landlock."""
    version = libc.syscall(_CREATE, None, 0, _ASK_VERSION)
    if version < 1:
        return False
    rights = _RIGHTS.get(version, _ALL_RIGHTS)
    wanted = _Ruleset(rights, _TCP, _OUTSIDE)
    fields = 1 + (version >= _SINCE_TCP) + (version >= _SINCE_OUTSIDE)
    rules = libc.syscall(_CREATE, ctypes.byref(wanted), 8 * fields, 0)
    if rules < 0:
        return False
    devices = _READ | _WRITE_FILE | (_DEVICE if version >= _SINCE_DEVICE else 0)
    allowed = {
        **dict.fromkeys(readable, _READ),
        folder: rights,
        "/dev": devices,
        "/dev/shm": rights,  # noqa: S108  # its shared memory
        "/proc": _READ | _WRITE_FILE,  # how Chromium's own sandbox is set up
    }
    for place, what in allowed.items():
        if not _allow(libc, rules, place, what & rights):
            return False
    held = libc.syscall(_RESTRICT, rules, 0) == 0
    os.close(rules)
    return bool(held)


def _allow(libc: ctypes.CDLL, rules: int, place: str, what: int) -> bool:
    try:
        opened = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return True  # what is not there needs no rule
    rule = _Beneath(what, opened)
    done = libc.syscall(_ADD, rules, _BENEATH, ctypes.byref(rule), 0) == 0
    os.close(opened)
    return bool(done)


if __name__ == "__main__":
    raise SystemExit(main())
