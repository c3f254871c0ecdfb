"""The detector never opens a socket, whatever is cached and whatever it reads."""

import os
import subprocess
import sys
from pathlib import Path

_PROGRAM = """
import sys

touched = []

def refuse(event, arguments):
    if event.startswith("socket."):
        if not is_probe(sys._getframe()):
            touched.append(event)
        raise PermissionError("no network here")

def is_probe(frame):
    # When it is imported, urllib3 makes a socket on this machine to see whether there is IPv6.
    while frame is not None:
        code = frame.f_code
        if code.co_name == "_has_ipv6" and code.co_filename.endswith("urllib3/util/connection.py"):
            return True
        frame = frame.f_back
    return False

sys.addaudithook(refuse)

from pathlib import Path
from summarizer.bootstrap import build_redactor
from summarizer.models import Case, CaseMessage, CaseText
from summarizer.redact.canary import CANARY
from summarizer.settings import Settings
from summarizer.textmap import TextMap

redactor, policy = build_redactor(Settings.load({"data_dir": Path(sys.argv[1])}))
text = " ".join(canary.sentence for canary in CANARY) + " first.last@branch.example.co.uk"
case = Case(
    "T-1", ("m1",), None, None, (CaseMessage("m1", "customer", None, 0),),
    (CaseText("messages[0].body", TextMap.identity(text)),),
)
assert redactor.redact(case).case.spans
assert touched == [], touched
print("redacted")
"""


def test_loading_and_redacting_open_no_socket_with_a_cold_cache(tmp_path: Path) -> None:
    """An audit hook sees every socket, also one that a library opens and hides."""
    kept = {name: value for name, value in os.environ.items() if "SUMMARIZER" not in name}
    cold = {"HOME": tmp_path, "XDG_CACHE_HOME": tmp_path / "cache", "TMPDIR": tmp_path}

    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", _PROGRAM, str(tmp_path / "data")],
        env={**kept, **{name: str(path) for name, path in cold.items()}},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "redacted\n"), done.stderr


def test_the_hook_notices_a_socket(tmp_path: Path) -> None:
    """The check itself: a program that opens a socket fails."""
    opened = _PROGRAM.replace(
        "redactor, policy =", "import socket; socket.socket()\nredactor, policy ="
    )

    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", opened, str(tmp_path)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "no network here" in done.stderr
