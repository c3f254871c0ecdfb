"""Threads share malloc's heaps, so that what one leaves free another can use."""

import platform
import re
import subprocess
import sys

import pytest

PROGRAM = """
import ctypes, sys, threading
from summarizer.api.heap import few_heaps

if sys.argv[1] == "few":
    assert few_heaps()
libc = ctypes.CDLL(None)
libc.fopen.restype = libc.malloc.restype = ctypes.c_void_p
at_work = threading.Barrier(9)

def work():
    libc.malloc(1000)
    at_work.wait()

threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
at_work.wait()
out = ctypes.c_void_p(libc.fopen(b"/dev/stdout", b"w"))
libc.malloc_info(0, out)
libc.fclose(out)
"""


def heaps(how: str) -> int:
    """Count malloc's heaps in a process of nine threads."""
    run = [sys.executable, "-c", PROGRAM, how]
    told = subprocess.run(run, check=True, capture_output=True, text=True).stdout  # noqa: S603
    return len(re.findall(r"<heap nr=", told))


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library's malloc")
def test_threads_share_two_heaps_where_they_would_have_one_each() -> None:
    assert heaps("as it is") > 2
    assert heaps("few") <= 2
